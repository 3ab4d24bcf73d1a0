"""The control groups that a test's zygote makes, and whether this machine must have them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from atelier_jupyter.control_groups import LEAF, own_groups
from tests.zygote_client import Running


def bases() -> list[Path]:
    """Folders that groups are made in here."""
    own = own_groups()
    v2 = [] if own.v2 is None else [own.v2]
    folders = [Path(folder) for folder in [*v2, *(own.v1[name] for name in own.v1)]]
    return [folder.parent if folder.name == LEAF else folder for folder in folders]


def must_have_groups() -> bool:
    """Root on a system that lets it change groups: there a zygote without them is broken."""
    if os.geteuid() != 0:
        return False
    own = own_groups()
    v1 = [own.v1[name] for name in ("cpu", "memory") if name in own.v1]
    controllers = "" if own.v2 is None else (Path(own.v2) / "cgroup.controllers").read_text()
    v2 = [own.v2] if own.v2 is not None and {"cpu", "memory"} & set(controllers.split()) else []
    return any(not os.statvfs(folder).f_flag & os.ST_RDONLY for folder in [*v1, *v2])


def need_groups(zygote: Running) -> None:
    """Ends the test where this machine has no groups to use; fails where it has and the zygote uses none."""
    capabilities = zygote.ready["capabilities"]
    if capabilities["group"]:
        return
    reason = capabilities["enforcement"]["reason"]
    # Version 2 gives no limits below a group that holds processes, and those of others are not moved.
    is_shared = reason.startswith("Other processes")
    assert is_shared or not must_have_groups(), f"groups can be made here, but: {reason}"
    pytest.skip(reason)


def groups_of(pid: int) -> set[Path]:
    """Folders of groups that the zygote with this pid has made."""
    return {folder for base in set(bases()) for folder in base.glob(f"atelier-{pid}-*")}


def wait_until_none(pid: int, seconds: float = 20) -> None:
    """The kernel of the system tells nobody of a removed folder, so this looks again and again."""
    deadline = time.monotonic() + seconds
    while groups_of(pid):
        assert time.monotonic() < deadline, f"left: {groups_of(pid)}"
        time.sleep(0.05)


def favour(folder: Path) -> None:
    """Before all else on the host, so that a limit shows however busy the host is with others."""
    for name, weight in (("cpu.shares", "262144"), ("cpu.weight", "10000")):
        if (folder / name).exists():
            (folder / name).write_text(weight)


def members(folder: Path) -> set[int]:
    return {int(line) for line in (folder / "cgroup.procs").read_text().split()}
