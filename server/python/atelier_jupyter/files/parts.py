"""Saves that travel in parts, or as what differs from the file.

The parts of one upload are put one behind the other into a temporary file beside the target. A commit makes
the new bytes of it (as they are, or as splices of the old file), checks their hash and saves them as every
save: conditionally, synced, by a rename. Until then the file is untouched.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from atelier_jupyter.files.leftovers import TEMPORARY_PREFIX, sweep
from atelier_jupyter.files.paths import HomePath
from atelier_jupyter.files.reading import CHUNK_BYTES, hash_of, open_regular
from atelier_jupyter.files.saving import Condition, Save, Saved, changed_on_disk, resolve
from atelier_jupyter.problems import Problem, from_os_error

UPLOAD = re.compile(r"[0-9a-f]{32}\Z")
MAX_SPLICES = 100_000
MAX_HEADER_BYTES = 8 << 20


def bad_patch(detail: str) -> Problem:
    return Problem(422, "bad-patch", "Bad patch", f"{detail} Nothing was written. Send the whole file.")


def staged_path(place: HomePath, upload: str) -> str:
    """Where the parts of an upload wait: beside the real target, swept like every temporary file."""
    if not UPLOAD.match(upload):
        raise Problem(400, "bad-request", "Bad upload", "The name of an upload is 32 hex digits.")
    return os.path.join(os.path.dirname(resolve(place)), f"{TEMPORARY_PREFIX}{upload}")


def stage(place: HomePath, upload: str, offset: int, data: bytes) -> int:
    """Put a part at its place; one that is sent again takes its own place. Returns how much is there."""
    path = staged_path(place, upload)
    if offset == 0:
        # Of uploads that nobody went on with.
        sweep(os.path.dirname(path))
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | (os.O_CREAT if offset == 0 else 0)
    try:
        fd = os.open(path, flags, 0o600)
    except FileNotFoundError as error:
        raise _missing(0) from error
    except OSError as error:
        raise from_os_error(error, place.shown, "write") from error
    try:
        size = os.fstat(fd).st_size
        if offset > size:
            raise _missing(size)
        os.ftruncate(fd, offset)
        view = memoryview(data)
        while view:
            written = os.pwrite(fd, view, offset)
            view, offset = view[written:], offset + written
    except OSError as error:
        drop(place, upload)
        raise from_os_error(error, place.shown, "write") from error
    finally:
        os.close(fd)
    return offset


def _missing(size: int) -> Problem:
    detail = "A part before this one is missing. Nothing was written. Send the parts again."
    return Problem(409, "part-missing", "Part missing", detail, size=size)


def drop(place: HomePath, upload: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(staged_path(place, upload))


@contextlib.contextmanager
def opened(place: HomePath, upload: str | None, body: bytes) -> Iterator[IO[bytes]]:
    """The bytes of a commit: its own body, or the parts that were sent before."""
    if upload is None:
        yield io.BytesIO(body)
        return
    try:
        source = open(staged_path(place, upload), "rb")  # noqa: SIM115 -- closed below
    except OSError as error:
        raise _missing(0) from error
    with source:
        yield source


@dataclass(frozen=True)
class Promise:
    """What the sender says the bytes are: their hash, where it can make one, and how many."""

    result: str | None
    size: int | None


def save_whole(place: HomePath, condition: Condition, source: IO[bytes], promise: Promise) -> Saved:
    """The staged bytes as they are."""
    save = Save(place)
    save.begin()
    size = 0
    try:
        while chunk := source.read(CHUNK_BYTES):
            save.write(chunk)
            size += len(chunk)
        # An earlier part that came once more, late, has cut off those behind it.
        is_short = promise.size is not None and size != promise.size
        if is_short or (promise.result is not None and save.digest != promise.result):
            raise bad_patch("The parts do not add up to what was promised.")
        return save.commit(condition)
    finally:
        save.abandon()


def save_spliced(place: HomePath, condition: Condition, source: IO[bytes], result: str) -> Saved:
    """The old bytes with pieces of them replaced."""
    splices = _read_splices(source)
    try:
        old = open_regular(place)
    except Problem as problem:
        raise (changed_on_disk(place, None) if problem.status == 404 else problem) from problem
    save = Save(place)
    try:
        save.begin()
        _splice(save, old, splices, source)
        if save.digest != result:
            current = hash_of(old)
            if current != condition.hash:
                raise changed_on_disk(place, current)
            raise bad_patch("The splices do not give what was promised.")
        return save.commit(condition)
    except OSError as error:
        raise from_os_error(error, place.shown, "write") from error
    finally:
        save.abandon()
        os.close(old)


def _read_splices(source: IO[bytes]) -> list[tuple[int, int, int]]:
    """Start and end in the old bytes, and how many new ones stand there; on one line of JSON, in order."""
    try:
        found: Any = json.loads(source.readline(MAX_HEADER_BYTES))
        splices = [(int(start), int(end), int(length)) for start, end, length in found["splices"]]
    except (ValueError, TypeError, KeyError) as error:
        raise bad_patch("The list of splices cannot be read.") from error
    at = 0
    for start, end, length in splices:
        if not (at <= start <= end and length >= 0):
            raise bad_patch("The splices are not in order.")
        at = end
    if len(splices) > MAX_SPLICES:
        raise bad_patch("There are too many splices.")
    return splices


def _splice(save: Save, old: int, splices: list[tuple[int, int, int]], source: IO[bytes]) -> None:
    at = 0
    for start, end, length in splices:
        _copy_old(save, old, at, start)
        _copy_new(save, source, length)
        at = end
    _copy_old(save, old, at, None)


def _copy_old(save: Save, old: int, at: int, end: int | None) -> None:
    while end is None or at < end:
        chunk = os.pread(old, CHUNK_BYTES if end is None else min(CHUNK_BYTES, end - at), at)
        if not chunk:
            break  # shorter than expected: the hash will say so
        save.write(chunk)
        at += len(chunk)


def _copy_new(save: Save, source: IO[bytes], length: int) -> None:
    while length > 0:
        chunk = source.read(min(CHUNK_BYTES, length))
        if not chunk:
            raise bad_patch("The patch is shorter than it says.")
        save.write(chunk)
        length -= len(chunk)
