"""The end of what a kernel wrote to stderr"""

from __future__ import annotations

import asyncio
import os

import pytest

from atelier_jupyter import kernel_death
from atelier_jupyter.kernel_death import StderrTail


def test_the_end_of_stderr_is_read_also_while_somebody_goes_on_writing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def run() -> None:
        tail = StderrTail()
        os.write(tail.write_fd, b"x")
        reads = 0

        def read(fd: int, size: int) -> bytes:
            nonlocal reads
            reads += 1
            assert reads <= 1000
            data = real_read(fd, size)
            os.write(tail.write_fd, b"more\n")
            return data

        real_read = os.read
        with monkeypatch.context() as patched:
            patched.setattr(kernel_death.os, "read", read)
            assert tail.text().endswith("more\n")
        tail.started()
        tail.text()

    asyncio.run(run())
