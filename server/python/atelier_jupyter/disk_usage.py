"""How much the instance's own folder holds, measured beside everything else and not often."""

from __future__ import annotations

import contextlib
import os
import threading
import time

INTERVAL_SECONDS = 10.0
BLOCK = 512


def bytes_below(folder: str) -> int:
    """Bytes that the folder takes on its disk; links are not followed, other disks not entered."""
    device = os.lstat(folder).st_dev
    seen: set[int] = set()
    total = 0
    queue = [folder]
    while queue:
        with contextlib.suppress(OSError), os.scandir(queue.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    details = entry.stat(follow_symlinks=False)
                    if details.st_dev != device:
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        queue.append(entry.path)
                    elif details.st_nlink > 1:
                        if details.st_ino in seen:
                            continue
                        seen.add(details.st_ino)
                    total += details.st_blocks * BLOCK
    return total


class DiskUsage:
    """The last measurement; asking for it starts the next one when that is due."""

    def __init__(self, folder: str | None, interval: float = INTERVAL_SECONDS) -> None:
        self._folder = folder
        self._interval = interval
        self._due = 0.0
        self._bytes: int | None = None
        self._running: threading.Thread | None = None

    def read(self) -> dict[str, str | int] | None:
        """None without a folder, and until the first measurement is done."""
        if self._folder is None:
            return None
        idle = self._running is None or not self._running.is_alive()
        if idle and time.monotonic() >= self._due:
            # Not of a pool: whoever ends the app does not wait for it.
            self._running = threading.Thread(target=self._measure, name="disk-usage", daemon=True)
            self._running.start()
        return None if self._bytes is None else {"path": self._folder, "bytes": self._bytes}

    def _measure(self) -> None:
        try:
            self._bytes = bytes_below(self._folder or "")
        except OSError:
            self._bytes = None
        self._due = time.monotonic() + self._interval
