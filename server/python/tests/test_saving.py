"""Saves under kill -9, and the parts that requests do not reach."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from atelier_jupyter.files import leftovers
from atelier_jupyter.files.paths import HomePath
from atelier_jupyter.files.saving import LOCKS, Condition, Save
from atelier_jupyter.problems import Problem
from tests.zygote_client import minimal_env

# Saves versions for ever, each of one repeated digit; whoever looks sees one digit, all of it.
WRITER = """
import sys
from atelier_jupyter.files.paths import HomePath
from atelier_jupyter.files.saving import Condition, Save
place = HomePath(sys.argv[1], "doc.txt")
known = sys.argv[2]
digit = int(sys.argv[3])
while True:
    digit = (digit + 1) % 10
    save = Save(place)
    save.begin()
    for _ in range(8):
        save.write(str(digit).encode() * 100_000)
    known = save.commit(Condition(known)).hash
    print(digit, flush=True)
"""


def saved(home: Path, name: str, data: bytes, known: str | None) -> str:
    save = Save(HomePath(str(home), name))
    save.begin()
    save.write(data)
    return save.commit(Condition(known)).hash


def kills(home: Path, count: int) -> None:
    random.seed(20)
    file = home / "doc.txt"
    known = saved(home, "doc.txt", b"0" * 800_000, None)
    for _ in range(count):
        digit = file.read_bytes()[:1].decode()
        command = [sys.executable, "-c", WRITER, str(home), known, digit]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=minimal_env()) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()  # it is at it
            time.sleep(random.uniform(0, 0.05))  # noqa: S311 -- the moment of the kill is the experiment
            writer.kill()
        data = file.read_bytes()
        assert len(data) == 800_000
        assert data == data[:1] * 800_000, "old or new, never both, never less"
        known = hashlib.sha256(data).hexdigest()


def test_a_killed_save_leaves_the_old_or_the_new(folder: Path) -> None:
    """A killed save leaves the old or the new [Q2]."""
    kills(folder, 15)


@pytest.mark.long
def test_two_hundred_killed_saves_leave_the_old_or_the_new(folder: Path) -> None:
    kills(folder, 200)


def test_readers_see_whole_versions_while_a_save_runs(folder: Path) -> None:
    known = saved(folder, "doc.txt", b"0" * 500_000, None)
    stop = threading.Event()
    torn: list[bytes] = []

    def read() -> None:
        while not stop.is_set():
            data = (folder / "doc.txt").read_bytes()
            if len(data) != 500_000 or len(set(data)) != 1:
                torn.append(data[:20])

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(100):
        known = saved(folder, "doc.txt", str(number % 10).encode() * 500_000, known)
    stop.set()
    reader.join()
    assert torn == []


def test_leftovers_of_a_killed_process_are_swept_after_an_hour(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "_swept", {})
    old, young, foreign = (folder / name for name in (".~atelier-old", ".~atelier-young", ".~other"))
    for file in (old, young, foreign):
        file.touch()
    for file in (old, foreign):
        os.utime(file, (0, time.time() - 3601))
    saved(folder, "a", b"", None)
    assert not old.exists()
    assert young.exists()
    assert foreign.exists()


@pytest.mark.parametrize(
    ("number", "code", "status"),
    [
        (errno.ENOSPC, "disk-full", 507),
        (errno.EDQUOT, "disk-full", 507),
        (errno.EROFS, "read-only", 403),
        (errno.EACCES, "permission-denied", 403),
        (errno.EIO, "file-error", 500),
    ],
)
def test_each_failure_of_the_disk_has_its_words_and_keeps_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, status: int
) -> None:
    """Each failure of the disk has its words and keeps the file [Q2]."""
    known = saved(folder, "a", b"old", None)
    failing = {"fsync", "replace"}
    for name in failing:
        with monkeypatch.context() as patch:

            def fail(*_: object) -> None:
                raise OSError(number, os.strerror(number))

            patch.setattr(os, name, fail)
            save = Save(HomePath(str(folder), "a"))
            save.begin()
            save.write(b"new")
            with pytest.raises(Problem) as raised:
                save.commit(Condition(known))
            save.abandon()
        assert (raised.value.code, raised.value.status) == (code, status)
        assert raised.value.document["detail"].endswith(".")
    assert (folder / "a").read_bytes() == b"old"
    assert [entry.name for entry in folder.iterdir()] == ["a"]


def test_a_file_system_without_links_still_creates(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_link)
    saved(folder, "a", b"made", None)
    assert (folder / "a").read_bytes() == b"made"
    assert [entry.name for entry in folder.iterdir()] == ["a"]


def test_a_file_made_in_the_last_instant_is_not_overwritten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.link

    def somebody_is_faster(*arguments: str, **options: bool) -> None:
        (folder / "a").write_bytes(b"theirs")
        real(*arguments, **options)

    monkeypatch.setattr(os, "link", somebody_is_faster)
    save = Save(HomePath(str(folder), "a"))
    save.begin()
    save.write(b"mine")
    with pytest.raises(Problem) as raised:
        save.commit(Condition(None))
    save.abandon()
    assert raised.value.code == "changed-on-disk"
    assert (folder / "a").read_bytes() == b"theirs"
    assert [entry.name for entry in folder.iterdir()] == ["a"]


def test_locks_are_forgotten_when_nobody_holds_them(folder: Path) -> None:
    saved(folder, "a", b"", None)
    assert len(LOCKS) == 0
