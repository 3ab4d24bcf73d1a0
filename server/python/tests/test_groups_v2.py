"""Version 2 against a FAKED tree of files, which behaves as the kernel's documentation says.

No machine of ours has the controllers of version 2 to try, so this shows what is written where and in which
order, not that a kernel holds to it; `test_groups.py` does, on any machine, for the version it has.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from atelier_jupyter.control_groups import LEAF, own_groups
from atelier_jupyter.group_usage import GroupUsage
from atelier_jupyter.processes import start_time
from atelier_jupyter.zygote import group_detection
from atelier_jupyter.zygote.group_files import GroupFiles
from atelier_jupyter.zygote.group_limits import Limits
from atelier_jupyter.zygote.groups import Groups

GIB = 1 << 30
OTHERS = 4_000_000  # above the highest pid there can be


def failed(number: int) -> OSError:
    return OSError(number, os.strerror(number))


class FakedTree(GroupFiles):
    """A unified hierarchy below a folder: groups have files, controllers go down, EBUSY comes back."""

    def __init__(self, root: Path, path: str, controllers: str = "cpu memory pids") -> None:
        super().__init__(str(root))
        self.mount = root / "sys/fs/cgroup"
        self.refuse: dict[str, int] = {}
        (root / "proc/self").mkdir(parents=True)
        (root / "proc/self/cgroup").write_text(f"0::{path}\n")
        line = "30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
        (root / "proc/self/mountinfo").write_text(f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n{line}")
        self.mount.mkdir(parents=True)
        self._fill(self.mount, controllers)
        at = self.mount
        for name in path.strip("/").split("/"):
            (at / "cgroup.subtree_control").write_text(controllers)
            at = at / name
            at.mkdir()
            self._fill(at, controllers)
        self.own = at

    def _fill(self, folder: Path, controllers: str) -> None:
        given = controllers.split()
        (folder / "cgroup.controllers").write_text(controllers)
        for name in ("cgroup.subtree_control", "cgroup.procs", "cgroup.kill", "cpu.stat"):
            (folder / name).write_text("")
        if "cpu" in given:
            (folder / "cpu.max").write_text("max 100000\n")
        if "memory" in given:
            for name in ("memory.max", "memory.swap.max", "memory.current", "memory.stat", "memory.events"):
                (folder / name).write_text("max\n" if name.endswith("max") else "")

    def put(self, folder: Path, *pids: int) -> None:
        (folder / "cgroup.procs").write_text("".join(f"{pid}\n" for pid in pids))

    def make(self, folder: str) -> None:
        if "make" in self.refuse:
            raise failed(self.refuse["make"])
        os.mkdir(folder)
        self._fill(Path(folder), (Path(folder).parent / "cgroup.subtree_control").read_text())

    def write(self, path: str, text: str) -> None:
        name, folder = os.path.basename(path), Path(path).parent
        if name in self.refuse:
            raise failed(self.refuse[name])
        if not os.path.exists(path):
            raise failed(errno.ENOENT)
        if name == "cgroup.subtree_control":
            if self.pids(str(folder)):
                raise failed(errno.EBUSY)
            enabled = {*Path(path).read_text().split(), *(word[1:] for word in text.split())}
            text = " ".join(sorted(enabled))
        elif name == "cgroup.procs":
            if (folder / "cgroup.subtree_control").read_text():
                raise failed(errno.EBUSY)
            self.put(folder.parent, *(pid for pid in self.pids(str(folder.parent)) if pid != int(text)))
            text = Path(path).read_text() + f"{text}\n"
        elif name == "cgroup.kill":
            self.put(folder)
        Path(path).write_text(text)

    def remove(self, folder: str) -> bool:
        if not os.path.isdir(folder):
            return True
        if self.pids(folder) or self.groups(folder):
            return False
        shutil.rmtree(folder)
        return True

    def can_join(self, folder: str) -> bool:
        return "join" not in self.refuse


@pytest.fixture
def tree(folder: Path) -> FakedTree:
    return FakedTree(folder, "/user.slice/app.slice")


def groups_below(tree: FakedTree) -> list[str]:
    return sorted(name for name in tree.groups(str(tree.own)) if name != LEAF)


def test_limits_are_written_and_the_group_is_removed(tree: FakedTree) -> None:
    groups = Groups(tree, os.getppid())
    assert groups.enforcement.as_json() == {"cpu": "cgroup-v2", "memory": "cgroup-v2"}
    assert groups_below(tree) == [], "the trial has gone"
    assert groups.make("i-1", Limits(1.5, 2 * GIB))
    (made,) = groups.folders("i-1")
    assert Path(made) == tree.own / f"atelier-{os.getpid()}-{start_time(os.getpid())}-i-1"
    assert Path(made, "cpu.max").read_text() == "150000 100000"
    assert Path(made, "memory.max").read_text() == str(2 * GIB)
    assert Path(made, "memory.swap.max").read_text() == "0"
    tree.put(Path(made), OTHERS)
    assert groups.remove("i-1"), "cgroup.kill ends what is in it"
    assert groups_below(tree) == []


def test_our_own_processes_move_to_a_leaf_first(tree: FakedTree) -> None:
    tree.put(tree.own, os.getppid(), os.getpid())
    groups = Groups(tree, os.getppid())
    assert groups.enforcement.memory == "cgroup-v2"
    assert tree.pids(str(tree.own)) == []
    assert tree.pids(str(tree.own / LEAF)) == [os.getppid(), os.getpid()]
    assert (tree.own / "cgroup.subtree_control").read_text() == "cpu memory"


def test_processes_of_others_are_not_moved(tree: FakedTree) -> None:
    tree.put(tree.own, os.getpid(), OTHERS)
    groups = Groups(tree, os.getppid())
    assert groups.enforcement.cpu == groups.enforcement.memory == "none"
    assert (groups.enforcement.reason or "").startswith("Other processes run in the server's control group")
    assert tree.pids(str(tree.own)) == [os.getpid(), OTHERS]
    assert groups.make("i-1", Limits(1, GIB)) is False


def test_the_next_zygote_of_the_server_finds_the_group_around_the_leaf(folder: Path) -> None:
    tree = FakedTree(folder, f"/app.slice/{LEAF}")
    tree.put(tree.own, os.getpid())
    (tree.own.parent / "cgroup.subtree_control").write_text("cpu memory")
    groups = Groups(tree, os.getppid())
    assert groups.make("i-1", Limits(1, GIB))
    assert Path(groups.folders("i-1")[0]).parent == tree.own.parent


def test_one_controller_alone_is_used_and_the_other_explained(folder: Path) -> None:
    tree = FakedTree(folder, "/app.slice", controllers="memory pids")
    groups = Groups(tree, os.getppid())
    enforcement = groups.enforcement.as_json()
    assert (enforcement["cpu"], enforcement["memory"]) == ("none", "cgroup-v2")
    assert enforcement["reason"] == "This system has no controller for CPU."
    assert groups.make("i-1", Limits(1, GIB))
    assert not Path(groups.folders("i-1")[0], "cpu.max").exists()


@pytest.mark.parametrize(
    ("refused", "number", "words"),
    [
        ("make", errno.EACCES, "control group"),
        ("make", errno.EROFS, "read-only"),
        ("cgroup.subtree_control", errno.EACCES, "control group"),
        ("cgroup.subtree_control", errno.EBUSY, "keep appearing"),
        ("memory.max", errno.EINVAL, "cannot be changed"),
        ("join", 0, "no process can be put"),
    ],
)
def test_what_cannot_be_used_is_said_and_leaves_nothing(
    tree: FakedTree, refused: str, number: int, words: str
) -> None:
    tree.refuse[refused] = number
    groups = Groups(tree, os.getppid())
    assert groups.enforcement.memory == "none"
    assert words in (groups.enforcement.reason or "").lower()
    assert groups_below(tree) == []


def test_a_group_that_cannot_be_limited_is_not_made(tree: FakedTree) -> None:
    groups = Groups(tree, os.getppid())
    tree.refuse["memory.max"] = errno.EINVAL
    with pytest.raises(Exception, match="could not be made"):
        groups.make("i-1", Limits(1, GIB))
    assert groups_below(tree) == []


def test_empty_groups_of_the_dead_are_removed(tree: FakedTree) -> None:
    (tree.own / "cgroup.subtree_control").write_text("cpu memory")
    ours, dead = f"atelier-{os.getpid()}-1-old", f"atelier-{OTHERS}-1-i"
    alive = f"atelier-{os.getppid()}-{start_time(os.getppid())}-i"
    for name in (ours, f"{dead}-1", f"{dead}-2", alive, "atelier-by-hand", "session.scope"):
        tree.make(str(tree.own / name))
    tree.put(tree.own / f"{dead}-2", OTHERS)
    Groups(tree, os.getppid())
    # A pid of ours with another start time is a process that has gone.
    assert groups_below(tree) == sorted([f"{dead}-2", alive, "atelier-by-hand", "session.scope"])


def test_usage_is_read_from_the_group(folder: Path) -> None:
    tree = FakedTree(folder, f"/app.slice/atelier-{os.getpid()}-1-i-1")
    (tree.own / "cpu.stat").write_text("usage_usec 5000\nnr_periods 7\nnr_throttled 3\nthrottled_usec 9\n")
    (tree.own / "memory.current").write_text("9000\n")
    (tree.own / "memory.stat").write_text("anon 5000\ninactive_file 1000\n")
    (tree.own / "memory.max").write_text("20000\n")
    (tree.own / "memory.events").write_text("low 0\noom 2\noom_kill 1\n")
    usage = GroupUsage(own_groups(str(folder)))
    expected = {
        "source": "cgroup-v2",
        "cpuUsec": 5000,
        "memoryBytes": 8000,
        "memoryLimitBytes": 20000,
        "periods": 7,
        "throttledPeriods": 3,
        "oomKills": 1,
    }
    assert usage.read(1, 2) == expected
    (tree.own / "memory.max").write_text("max\n")
    assert usage.read(1, 2) == {**expected, "memoryLimitBytes": None}
    shutil.rmtree(tree.own)
    assert usage.read(1, 2) is None


def test_without_a_group_of_ours_there_is_no_usage_of_one(tree: FakedTree) -> None:
    assert GroupUsage(own_groups(tree.root)).read(1, 2) is None


def test_a_system_that_is_not_linux_says_so(tree: FakedTree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_detection.sys, "platform", "darwin")
    reason = group_detection.detect(tree, "atelier-1-1-", os.getppid()).reason
    assert reason == "macOS has no control groups."


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("31 23 0:27 / /cg/memory rw - cgroup cgroup rw,memory", "/a/b", "/cg/memory/a/b"),
        ("31 23 0:27 /a /cg/memory rw - cgroup cgroup rw,memory", "/a/b", "/cg/memory/b"),
        ("31 23 0:27 /a /cg/memory rw - cgroup cgroup rw,memory", "/a", "/cg/memory"),
        ("31 23 0:27 /docker/x /cg/memory rw - cgroup cgroup rw,memory", "/docker/xy", None),
        ("31 23 0:27 / /cg/with\\040space rw - cgroup cgroup rw,memory", "/", "/cg/with space"),
        ("31 23 0:27 / /cg/memory rw - cgroup cgroup rw,memory", "/../outside", None),
        ("31 23 0:27 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct", "/a", None),
    ],
)
def test_a_path_means_something_with_its_mount_only(
    folder: Path, line: str, path: str, expected: str | None
) -> None:
    (folder / "proc/self").mkdir(parents=True)
    (folder / "proc/self/mountinfo").write_text(f"{line}\n")
    (folder / "proc/self/cgroup").write_text(f"4:memory:{path}\n0::/\n")
    found = own_groups(str(folder))
    assert found.v2 is None
    assert found.v1.get("memory") == (None if expected is None else f"{folder}{expected}")
