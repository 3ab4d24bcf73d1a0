"""Where the control groups of this process lie, in both versions of them. Only looks; nothing is made here.

Both may be in use at once (hybrid), each controller in one of them. What a container sees of a hierarchy may
begin below its root, so that a path of /proc/self/cgroup means something only with the mount it belongs to.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# The maker is in the name, so that the groups of a dead one can be told from those of a living one.
GROUP_NAME = re.compile(r"atelier-(?P<pid>\d+)-(?P<start>\d+)-(?P<group>[A-Za-z0-9][A-Za-z0-9._-]{0,63})\Z")
LEAF = "atelier-leaf"
ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True)
class OwnGroups:
    """Folders of the groups that this process is in; None or absent where there is none to be seen."""

    v2: str | None = None
    v1: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Mount:
    root: str
    point: str
    controllers: frozenset[str]

    def folder(self, path: str) -> str | None:
        """Where the group `path` of the hierarchy is in the file system."""
        if self.root == "/":
            below = path
        elif path == self.root or path.startswith(f"{self.root}/"):
            below = path[len(self.root) :]
        else:
            return None
        return None if "/.." in below else os.path.normpath(f"{self.point}/{below}")


def _unescape(text: str) -> str:
    return ESCAPED.sub(lambda match: chr(int(match[1], 8)), text)


def _mounts(text: str) -> tuple[list[_Mount], list[_Mount]]:
    v1: list[_Mount] = []
    v2: list[_Mount] = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        place, kind = before.split(" "), after.split(" ")
        if len(place) < 5 or len(kind) < 3 or kind[0] not in ("cgroup", "cgroup2"):
            continue
        mount = _Mount(_unescape(place[3]), _unescape(place[4]), frozenset(kind[2].split(",")))
        (v2 if kind[0] == "cgroup2" else v1).append(mount)
    return v1, v2


def _first_folder(mounts: list[_Mount], path: str, root: str) -> str | None:
    for mount in mounts:
        folder = mount.folder(path)
        if folder is not None:
            return root.rstrip("/") + folder
    return None


def own_groups(root: str = "/") -> OwnGroups:
    """The groups of the process that asks; `root` stands for `/`, for tests."""
    proc = os.path.join(root, "proc", "self")
    try:
        with open(os.path.join(proc, "cgroup"), encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().splitlines()
        with open(os.path.join(proc, "mountinfo"), encoding="utf-8", errors="surrogateescape") as file:
            mounts_v1, mounts_v2 = _mounts(file.read())
    except OSError:
        return OwnGroups()
    v2: str | None = None
    v1: dict[str, str] = {}
    for line in lines:
        number, controllers, path = line.split(":", 2)
        if number == "0":
            v2 = _first_folder(mounts_v2, path, root)
            continue
        for controller in controllers.split(","):
            fitting = [mount for mount in mounts_v1 if controller in mount.controllers]
            folder = _first_folder(fitting, path, root)
            if folder is not None:
                v1[controller] = folder
    return OwnGroups(v2, v1)


def keyed_numbers(text: str) -> dict[str, int]:
    """`name number` a line, as cpu.stat and memory.stat are written."""
    pairs = (line.split() for line in text.splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}
