"""Reads of one regular file: the hash that is told is the hash of the bytes that are sent."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from atelier_jupyter.files.paths import HomePath
from atelier_jupyter.problems import Problem, from_os_error, not_found

IN_MEMORY_BYTES = 64 << 20
CHUNK_BYTES = 1 << 20


class ChangedWhileReadError(Exception):
    """Somebody writes into the file in place; what was read is of no single moment."""


@dataclass
class OpenFile:
    """A file opened once; `data` is None when it is too large to be held."""

    fd: int
    size: int
    modified_ns: int
    hash: str
    data: bytes | None

    def close(self) -> None:
        os.close(self.fd)

    def chunks(self) -> Iterator[bytes]:
        """The bytes again, from the same open file; raises when they are not those that were hashed."""
        digest = hashlib.sha256()
        offset = 0
        while offset < self.size:
            chunk = os.pread(self.fd, min(CHUNK_BYTES, self.size - offset), offset)
            if not chunk:
                raise ChangedWhileReadError
            digest.update(chunk)
            offset += len(chunk)
            # The last piece is held back until the whole is known to be what was promised.
            if offset == self.size and digest.hexdigest() != self.hash:
                raise ChangedWhileReadError
            yield chunk


def open_file(place: HomePath) -> OpenFile:
    """Open and hash; blocks, so it is called in a thread. The caller closes."""
    fd = open_regular(place)
    try:
        return _read_settled(fd)
    except ChangedWhileReadError as error:
        os.close(fd)
        raise _busy(place) from error
    except OSError as error:
        os.close(fd)
        raise from_os_error(error, place.shown, "read") from error
    except BaseException:
        os.close(fd)
        raise


def _busy(place: HomePath) -> Problem:
    detail = f"{place.shown} is being written right now. Wait until its writer has finished, then try again."
    return Problem(409, "file-busy", "File is changing", detail)


def open_regular(place: HomePath) -> int:
    """A descriptor of a regular file; never waits for the other end of a pipe."""
    try:
        fd = os.open(place.absolute, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise _open_problem(error, place) from error
    mode = os.fstat(fd).st_mode
    if not stat.S_ISREG(mode):
        os.close(fd)
        raise not_regular(place, mode)
    return fd


def _open_problem(error: OSError, place: HomePath) -> Problem:
    if isinstance(error, NotADirectoryError):
        return not_found(place.shown)
    if error.errno in (6, 19):  # ENXIO, ENODEV: a socket or a device without a driver
        return not_regular(place, 0)
    return from_os_error(error, place.shown, "read")


def not_regular(place: HomePath, mode: int) -> Problem:
    if stat.S_ISDIR(mode):
        return Problem(
            400, "is-a-directory", "Is a folder", f"{place.shown} is a folder. Choose a file in it."
        )
    detail = f"{place.shown} is a pipe, socket or device, not a file. Use it in a terminal."
    return Problem(400, "not-a-file", "Not a file", detail)


def _read_settled(fd: int) -> OpenFile:
    for _attempt in range(2):
        with contextlib.suppress(ChangedWhileReadError):
            return _read(fd)
    return _read(fd)


def _read(fd: int) -> OpenFile:
    before = os.fstat(fd)
    digest = hashlib.sha256()
    pieces: list[bytes] = []
    keep = before.st_size <= IN_MEMORY_BYTES
    offset = 0
    while chunk := os.pread(fd, CHUNK_BYTES, offset):
        digest.update(chunk)
        offset += len(chunk)
        if keep:
            pieces.append(chunk)
            keep = offset <= IN_MEMORY_BYTES * 2
    after = os.fstat(fd)
    if keep:  # the bytes at hand are what is sent, whatever happens to the file
        data = b"".join(pieces)
        return OpenFile(fd, len(data), after.st_mtime_ns, digest.hexdigest(), data)
    if (after.st_mtime_ns, after.st_size) != (before.st_mtime_ns, offset):
        raise ChangedWhileReadError
    return OpenFile(fd, offset, after.st_mtime_ns, digest.hexdigest(), None)


def hash_of(fd: int) -> str:
    """SHA-256 of an open file."""
    digest = hashlib.sha256()
    offset = 0
    while chunk := os.pread(fd, CHUNK_BYTES, offset):
        digest.update(chunk)
        offset += len(chunk)
    return digest.hexdigest()
