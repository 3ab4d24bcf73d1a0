"""Frames of one line, numbered from 1, kept until the other end says that it has them.

In memory up to a limit, beyond it in files without a name, beyond their limit the oldest go: `base` says then
how far, and whoever comes for them learns how many there were. The oldest are always in memory, because those
are sent next.
"""

from __future__ import annotations

import tempfile
from array import array
from collections import deque
from dataclasses import dataclass
from typing import IO

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bytes in memory, in one file, in all files."""

    memory: int = 64 * MEBIBYTE
    file: int = 8 * MEBIBYTE
    files: int = 1024 * MEBIBYTE


class _File:
    """Frames that follow each other, on disk until they are read, once."""

    def __init__(self, frames: list[bytes], size: int) -> None:
        self.size = size
        self._lengths = array("Q", map(len, frames))
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="atelier-frames-")  # noqa: SIM115
        try:
            self._file.writelines(frames)
            self._file.flush()
        except OSError:
            self.close()
            raise

    def read(self) -> list[bytes]:
        self._file.seek(0)
        frames = [self._file.read(length) for length in self._lengths]
        self.close()
        return frames

    def close(self) -> None:
        self._file.close()


class KeptFrames:
    """A queue with a place in it: what was sent stays until it is acknowledged."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self.base = 0  # number of the last frame that is not kept
        self.head = 0  # number of the newest frame
        self.unacknowledged = 0  # bytes that were sent
        self._sent: deque[bytes] = deque()
        self._near: deque[bytes] = deque()  # in memory, next to be sent
        self._near_size = 0
        self._files: deque[_File] = deque()
        self._newest: list[bytes] = []  # of the file that is not made yet
        self._newest_size = 0

    @property
    def file_bytes(self) -> int:
        return sum(file.size for file in self._files)

    @property
    def memory_bytes(self) -> int:
        return self.unacknowledged + self._near_size + self._newest_size

    def append(self, frame: bytes) -> None:
        """Keep a frame. It may make the oldest go."""
        self.head += 1
        size = len(frame)
        in_order = not self._files and not self._newest
        has_room = self.unacknowledged + self._near_size + size <= self._limits.memory
        if in_order and (has_room or not (self._near or self._sent)):
            self._near.append(frame)
            self._near_size += size
            return
        self._newest.append(frame)
        self._newest_size += size
        if self._newest_size >= self._limits.file:
            self._spill()

    def peek(self) -> bytes | None:
        """The frame to be sent next."""
        return self._near[0] if self._near else None

    def take(self) -> bytes:
        """The same; from now on it counts as sent."""
        frame = self._near.popleft()
        self._near_size -= len(frame)
        self._sent.append(frame)
        self.unacknowledged += len(frame)
        return frame

    def acknowledge(self, number: int) -> None:
        """The other end has all up to this number."""
        while self.base < number and self._sent:
            self.unacknowledged -= len(self._sent.popleft())
            self.base += 1
        self._refill()

    def resume(self, number: int) -> bool:
        """The other end comes back with all up to this number. False when there cannot be so many."""
        if number > self.head:
            return False
        self._rewind()
        while self.base < number and self.peek() is not None:
            self._near_size -= len(self._near.popleft())
            self.base += 1
            self._refill()
        return True

    def close(self) -> None:
        """Give everything up."""
        self.base = self.head
        for file in self._files:
            file.close()
        self._sent.clear()
        self._near.clear()
        self._files.clear()
        self._newest.clear()
        self.unacknowledged = self._near_size = self._newest_size = 0

    def _rewind(self) -> None:
        self._near.extendleft(reversed(self._sent))
        self._near_size += self.unacknowledged
        self._sent.clear()
        self.unacknowledged = 0

    def _refill(self) -> None:
        """Keep what is sent next in memory."""
        while self.unacknowledged + self._near_size <= self._limits.memory // 2:
            if self._files:
                frames = self._files.popleft().read()
            elif self._newest:
                frames, self._newest, self._newest_size = self._newest, [], 0
            else:
                return
            self._near.extend(frames)
            self._near_size += sum(map(len, frames))

    def _spill(self) -> None:
        try:
            file = _File(self._newest, self._newest_size)
        except OSError:  # no room, no descriptor: memory stays bounded all the same
            self._drop_oldest()
            return
        self._files.append(file)
        self._newest, self._newest_size = [], 0
        while self.file_bytes > self._limits.files:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        """Give up what is in memory; it is refilled from the files."""
        self.base += len(self._sent) + len(self._near)
        self._sent.clear()
        self._near.clear()
        self.unacknowledged = self._near_size = 0
        self._refill()
