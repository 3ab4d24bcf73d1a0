"""Why a kernel died: its exit code or signal, and the last it wrote to stderr."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

TAIL_BYTES = 16384
SAID_LENGTH = 300
FAULT = "Fatal Python error: "
READ_BYTES = 1 << 16
MOST_READS = 16


class StderrTail:
    """Keeps the end of what a process writes to stderr and passes all of it on to ours, the app's log.

    What cells print does not come here: ipykernel takes it before. A fault of the interpreter does.
    """

    def __init__(self) -> None:
        self._read_fd, self.write_fd = os.pipe()
        os.set_blocking(self._read_fd, False)
        self._tail = b""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._read_fd, self._read)

    def started(self) -> None:
        """The process has its own end by now, or will never have one."""
        os.close(self.write_fd)

    def text(self) -> str:
        """The end of what was written until now."""
        # Whoever inherited the other end may go on writing to it, for ever.
        for _ in range(MOST_READS):
            if not self._read():
                break
        return self._tail.decode("utf-8", "replace")

    def _read(self) -> bool:
        if self._read_fd < 0:
            return False
        try:
            data = os.read(self._read_fd, READ_BYTES)
        except BlockingIOError:
            return False
        if not data:  # nobody holds the other end any more
            self._loop.remove_reader(self._read_fd)
            os.close(self._read_fd)
            self._read_fd = -1
            return False
        self._tail = (self._tail + data)[-TAIL_BYTES:]
        sys.stderr.buffer.write(data)
        sys.stderr.buffer.flush()
        return True


def last_words(stderr: str) -> str:
    """The line that says what happened: a fault of Python, which its stack follows, or else the last one."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    fault = next((line for line in reversed(lines) if line.startswith(FAULT)), None)
    return (fault or (lines[-1] if lines else ""))[:SAID_LENGTH]


def death_of(returncode: int | None, stderr: str) -> dict[str, Any]:
    """As `GET studio/usage` tells it; `code` and `signal` are both None when nobody knows."""
    said = last_words(stderr)
    if returncode is None or returncode >= 0:
        return {"code": returncode, "signal": None, "said": said}
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        name = f"SIG{-returncode}"
    return {"code": None, "signal": name, "said": said}
