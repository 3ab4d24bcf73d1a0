"""Frames that are kept: in memory, in files, and what goes when both are full."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator

import pytest

from atelier_jupyter.kept_frames import KeptFrames, Limits

SMALL = Limits(memory=1000, file=200, files=2000)


def frame(number: int) -> bytes:
    return f"{number:05}".encode() * 2


def take_all(frames: KeptFrames) -> Iterator[bytes]:
    while frames.peek() is not None:
        yield frames.take()


def test_what_does_not_fit_into_memory_comes_back_in_order() -> None:
    frames = KeptFrames(SMALL)
    for number in range(1, 281):
        frames.append(frame(number))
    assert frames.memory_bytes <= 1200
    assert frames.file_bytes > 0
    seen: list[bytes] = []
    while frames.base < frames.head:
        seen.extend(take_all(frames))
        frames.acknowledge(len(seen))
    assert seen == [frame(number) for number in range(1, 281)]
    assert (frames.memory_bytes, frames.file_bytes) == (0, 0)


def test_the_oldest_go_where_files_are_full_and_the_base_says_how_many() -> None:
    frames = KeptFrames(SMALL)
    for number in range(1, 2001):
        frames.append(frame(number))
    assert frames.file_bytes <= 2000
    assert frames.memory_bytes <= 1200
    assert 0 < frames.base < 2000 - 200
    seen: list[bytes] = []
    first = frames.base + 1
    while frames.base < frames.head:
        seen.extend(take_all(frames))
        frames.acknowledge(first - 1 + len(seen))
    assert seen == [frame(number) for number in range(first, 2001)]


def test_a_disk_that_takes_nothing_costs_the_oldest_not_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    frames = KeptFrames(SMALL)
    for number in range(1, 2001):
        frames.append(frame(number))
        assert frames.memory_bytes <= 1400
    assert frames.base > 1800
    assert next(take_all(frames)) == frame(frames.base + 1)


def test_a_frame_larger_than_memory_is_kept() -> None:
    frames = KeptFrames(Limits(memory=1000, file=200, files=20_000))
    frames.append(b"x" * 5000)
    frames.append(b"y" * 5000)
    frames.append(b"z")
    seen: list[bytes] = []
    while frames.base < frames.head:
        seen.extend(take_all(frames))
        frames.acknowledge(len(seen))
    assert [one[:1] for one in seen] == [b"x", b"y", b"z"]


def test_files_have_no_name_and_are_closed() -> None:
    before = len(os.listdir("/proc/self/fd"))
    names = set(os.listdir(tempfile.gettempdir()))
    frames = KeptFrames(SMALL)
    for number in range(280):
        frames.append(frame(number))
    assert len(os.listdir("/proc/self/fd")) > before
    assert not any(
        name.startswith("atelier-frames") for name in set(os.listdir(tempfile.gettempdir())) - names
    )
    frames.close()
    assert len(os.listdir("/proc/self/fd")) == before


def test_any_order_of_what_happens_gives_each_frame_once() -> None:
    """The other end counts what it has; whatever breaks, it ends with all of them."""
    seed = int(os.environ.get("ATELIER_SEED", random.randrange(2**31)))  # noqa: S311
    chance = random.Random(seed)  # noqa: S311
    for _ in range(200):
        frames = KeptFrames(Limits(memory=300, file=100, files=100_000))
        has: list[bytes] = []
        number = 0
        while number < 300 or len(has) < number:
            match chance.randrange(4):
                case 0:
                    for _ in range(min(300 - number, chance.randrange(1, 40))):
                        number += 1
                        frames.append(frame(number))
                case 1:
                    for _ in range(chance.randrange(1, 40)):
                        if frames.peek() is not None:
                            has.append(frames.take())
                case 2:
                    frames.acknowledge(chance.randint(frames.base, len(has)))
                case 3:
                    # What was under way is gone, up to what it had acknowledged.
                    del has[chance.randint(frames.base, len(has)) :]
                    assert frames.resume(len(has)), f"seed {seed}"
                case _:
                    raise AssertionError(seed)
        assert has == [frame(one) for one in range(1, number + 1)], f"seed {seed}"
