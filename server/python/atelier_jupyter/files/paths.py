"""Paths as the browser names them, and as the disk has them.

A path of a request is relative to the home. `..` is refused so that a path means one place; symbolic
links may leave the home, because the user id and not the folder is the boundary.
Names that are not UTF-8 live in Python as surrogates; they are shown escaped and addressed by percent codes.
"""

from __future__ import annotations

import os
from urllib.parse import quote

from atelier_jupyter.problems import bad_path, too_long


class HomePath:
    """One place below (or, by a link, outside) the home."""

    def __init__(self, home: str, relative: str) -> None:
        self.relative = relative
        self.absolute = os.path.join(home, relative) if relative else home

    @property
    def shown(self) -> str:
        return shown(self.relative) or "The home"

    def child(self, name: str) -> str:
        return f"{self.relative}/{name}" if self.relative else name


def parse_path(home: str, raw: bytes) -> HomePath:
    """Check a path of a request; raises Problem."""
    if b"\0" in raw:
        raise bad_path("A path holds no NUL character. Use another name.")
    if len(raw) > 4096:
        raise too_long("The path")
    parts = [part for part in os.fsdecode(raw).split("/") if part not in ("", ".")]
    if ".." in parts:
        raise bad_path("A path holds no '..'. Give the path from the home.")
    return HomePath(home, "/".join(parts))


def is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(name: str) -> str:
    r"""A name for people and JSON: bytes that are not UTF-8 become \xNN."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def raw_path(path: str) -> str:
    """Percent-encoded bytes of a path, for names that UTF-8 cannot carry."""
    return quote(os.fsencode(path), safe="/")
