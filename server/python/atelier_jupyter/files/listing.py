"""One page of a folder: names and types of all entries, details of those on the page only."""

from __future__ import annotations

import base64
import heapq
import json
import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from atelier_jupyter.files.leftovers import TEMPORARY_PREFIX
from atelier_jupyter.files.paths import HomePath, is_utf8, raw_path, shown
from atelier_jupyter.problems import Problem, from_os_error

NUMBERS = re.compile(r"([0-9]+)")
EARLIEST_MS, LATEST_MS = -62_135_596_800_000, 253_402_300_799_999  # years 1 and 9999

# (0 for folders, natural key, name): total, so a cursor names one place whatever comes or goes.
SortKey = tuple[int, tuple[tuple[int, int | str], ...], str]


class Entry(NamedTuple):
    name: str
    is_directory: bool
    is_symlink: bool


def list_page(folder: HomePath, cursor: str | None, limit: int, hidden: bool) -> dict[str, Any]:
    """Read a folder; blocks, so it is called in a thread."""
    after = None if cursor is None else _decode_cursor(cursor)
    try:
        keyed = {sort_key(entry): entry for entry in _entries(folder, hidden)}
    except OSError as error:
        raise from_os_error(error, folder.shown, "read") from error
    rest = list(keyed) if after is None else [key for key in keyed if key > after]
    keys = heapq.nsmallest(limit, rest) if limit * 8 < len(rest) else sorted(rest)[:limit]
    page: dict[str, Any] = {
        "path": shown(folder.relative),
        "total": len(keyed),
        "writable": os.access(folder.absolute, os.W_OK | os.X_OK),
        "items": [_item(folder, keyed[key]) for key in keys],
    }
    if len(rest) > len(keys):
        page["nextCursor"] = _encode_cursor(keyed[keys[-1]])
    return page


def _entries(folder: HomePath, hidden: bool) -> Iterator[Entry]:
    with os.scandir(folder.absolute) as found:
        for entry in found:
            if entry.name.startswith("." if not hidden else TEMPORARY_PREFIX):
                continue
            try:
                is_directory = entry.is_dir()
            except OSError:  # a link that leads to itself, or through a closed folder
                is_directory = False
            yield Entry(entry.name, is_directory, entry.is_symlink())


def sort_key(entry: Entry) -> SortKey:
    """Folders first; `a2` before `a10`; without regard to case."""
    pieces = tuple(
        (0, int(piece)) if at % 2 else (1, piece)
        for at, piece in enumerate(NUMBERS.split(entry.name.casefold()))
        if piece
    )
    return (0 if entry.is_directory else 1, pieces, entry.name)


def _item(folder: HomePath, entry: Entry) -> dict[str, Any]:
    path = folder.child(entry.name)
    absolute = os.path.join(folder.absolute, entry.name)
    item: dict[str, Any] = {"name": shown(entry.name), "path": shown(path), "type": _type_of(entry)}
    broken = False
    details: os.stat_result | None
    try:
        details = os.stat(absolute)
    except OSError:
        broken = entry.is_symlink
        details = _lstat(absolute)
    regular = details is not None and not broken and stat.S_ISREG(details.st_mode)
    item["size"] = details.st_size if details is not None and regular else None
    item["modifiedAt"] = iso_time(details.st_mtime_ns if details is not None else 0)
    item["writable"] = not broken and os.access(absolute, os.W_OK)
    if entry.is_symlink:
        item["symlink"] = True
    if broken:
        item["broken"] = True
    if not is_utf8(path):
        item["rawPath"] = raw_path(path)
    return item


def _type_of(entry: Entry) -> str:
    if entry.is_directory:
        return "directory"
    return "notebook" if entry.name.endswith(".ipynb") else "file"


def _lstat(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except OSError:  # deleted since the folder was read, or not ours to look at
        return None


def iso_time(nanoseconds: int) -> str:
    """ISO 8601, UTC, milliseconds; times that no calendar holds become the nearest that one does."""
    milliseconds = min(max(nanoseconds // 1_000_000, EARLIEST_MS), LATEST_MS)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _encode_cursor(entry: Entry) -> str:
    value = [1 if entry.is_directory else 0, os.fsencode(entry.name).hex()]
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _decode_cursor(cursor: str) -> SortKey:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        directory, name = json.loads(base64.urlsafe_b64decode(padded))
        return sort_key(Entry(os.fsdecode(bytes.fromhex(name)), directory == 1, False))
    except (ValueError, TypeError) as error:
        detail = "The cursor is not one this server gave. Ask for the first page again."
        raise Problem(400, "bad-request", "Bad cursor", detail) from error
