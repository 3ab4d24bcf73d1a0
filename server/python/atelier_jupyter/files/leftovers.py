"""Temporary files of saves that a killed process left behind."""

from __future__ import annotations

import contextlib
import os
import time

TEMPORARY_PREFIX = ".~atelier-"
SWEEP_SECONDS = 3600.0

# When each folder was last swept by this process; a save every two seconds must not read a large folder.
_swept: dict[str, float] = {}


def sweep(folder: str) -> None:
    """Remove temporaries nobody has written to for an hour; at most once an hour for a folder."""
    now = time.time()
    if now - _swept.get(folder, 0) < SWEEP_SECONDS:
        return
    _swept[folder] = now
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(TEMPORARY_PREFIX):
                _remove_if_old(entry, now)


def _remove_if_old(entry: os.DirEntry[str], now: float) -> None:
    with contextlib.suppress(OSError):
        if now - entry.stat(follow_symlinks=False).st_mtime > SWEEP_SECONDS:
            os.unlink(entry.path)
