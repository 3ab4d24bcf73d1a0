"""What of control groups can be used here: version 2 first, then 1, each controller by itself, else why not.

Nothing is taken for granted from flags and modes: a trial group is made, limited, joined and removed.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from atelier_jupyter.control_groups import LEAF, own_groups
from atelier_jupyter.processes import descendants, process_stat
from atelier_jupyter.zygote.group_files import GroupFiles, refusal
from atelier_jupyter.zygote.group_limits import Limits, cpu_v1, cpu_v2, memory_v1, memory_v2, no_limit

TRIAL = Limits(cpus=1.0, memory_bytes=64 << 20)
MOVES = 5

Limit = Callable[[GroupFiles, str, Limits], None]


class Place(NamedTuple):
    """A controller that can be used, and the group of ours in it."""

    controller: str
    version: int
    base: str
    limit: Limit


@dataclass
class Found:
    places: list[Place] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)

    def word(self, controller: str) -> str:
        version = next((place.version for place in self.places if place.controller == controller), None)
        return "none" if version is None else f"cgroup-v{version}"

    @property
    def reason(self) -> str | None:
        """Why something is not enforced, a sentence; what it is, the words above say."""
        missing = [name for name in ("cpu", "memory") if self.word(name) == "none"]
        if not missing:
            return None
        why = "; ".join(dict.fromkeys(self.reasons[name] for name in missing))
        return f"{why}." if why.startswith("macOS") else f"{why[0].upper()}{why[1:]}."


class UnusableError(Exception):
    """Why a version cannot be used, for people."""


def detect(files: GroupFiles, prefix: str, parent_pid: int) -> Found:
    """Look, and get ready what needs to be (v2: our own processes out of the way)."""
    found = Found()
    if not sys.platform.startswith("linux"):
        system = "macOS" if sys.platform == "darwin" else "this system"
        found.reasons = dict.fromkeys(("cpu", "memory"), f"{system} has no control groups")
        return found
    own = own_groups(files.root)
    v2_base, v2_enabled, v2_reason = _prepare_v2(files, own.v2, parent_pid)
    limits_v1: dict[str, Limit] = {"cpu": cpu_v1, "memory": memory_v1}
    limits_v2: dict[str, Limit] = {"cpu": cpu_v2, "memory": memory_v2}
    for controller in ("cpu", "memory"):
        places: list[Place] = []
        if v2_base is not None and controller in v2_enabled:
            places.append(Place(controller, 2, v2_base, limits_v2[controller]))
        if controller in own.v1:
            places.append(Place(controller, 1, own.v1[controller], limits_v1[controller]))
        found.reasons[controller] = _absence(controller, v2_reason)
        for place in places:
            why = _try(files, place, prefix)
            if why is None:
                found.places.append(place)
                break
            found.reasons[controller] = why
    _add_accounting(files, found, own.v1.get("cpuacct"), prefix)
    return found


def _absence(controller: str, v2_reason: str | None) -> str:
    return v2_reason or f"this system has no controller for {'CPU' if controller == 'cpu' else controller}"


def _add_accounting(files: GroupFiles, found: Found, base: str | None, prefix: str) -> None:
    """v1 counts CPU time by a controller of its own, most often in the same hierarchy."""
    cpu = next((place for place in found.places if place.controller == "cpu"), None)
    if base is None or (cpu is not None and (cpu.version == 2 or cpu.base == base)):
        return
    place = Place("cpuacct", 1, base, no_limit)
    if found.places and _try(files, place, prefix) is None:
        found.places.append(place)


def _try(files: GroupFiles, place: Place, prefix: str) -> str | None:
    """Why a place cannot be used; None when it can."""
    folder = f"{place.base}/{prefix}trial"
    try:
        files.make(folder)
    except OSError as error:
        return refusal(error)
    try:
        place.limit(files, folder, TRIAL)
        return None if files.can_join(folder) else "no process can be put into a control group here"
    except OSError as error:
        return refusal(error)
    finally:
        files.empty_and_remove(folder, 1.0)


def _prepare_v2(
    files: GroupFiles, own: str | None, parent_pid: int
) -> tuple[str | None, set[str], str | None]:
    """The group of ours below which groups can have controllers, those controllers, or why there are none."""
    if own is None:
        return None, set(), None
    # A zygote before this one has put the server into the leaf; the group around it is ours.
    base = os.path.dirname(own) if os.path.basename(own) == LEAF else own
    try:
        wanted = {"cpu", "memory"} & set(files.read(f"{base}/cgroup.controllers").split())
        if not wanted:
            return None, set(), None
        enabled = set(files.read(f"{base}/cgroup.subtree_control").split())
        if wanted - enabled:
            _enable(files, base, wanted - enabled, parent_pid)
            enabled = set(files.read(f"{base}/cgroup.subtree_control").split())
        return base, wanted & enabled, None
    except UnusableError as error:
        return None, set(), str(error)
    except OSError as error:
        return None, set(), refusal(error)


def _enable(files: GroupFiles, base: str, controllers: set[str], parent_pid: int) -> None:
    """Give controllers to the groups below `base`. A group that does so may hold no processes itself
    (unless it is the root of all), so ours go to a leaf; those of others are not ours to move."""
    control = f"{base}/cgroup.subtree_control"
    words = " ".join(f"+{name}" for name in sorted(controllers))
    for _ in range(MOVES):
        try:
            files.write(control, words)
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
        else:
            return
        _move_to_leaf(files, base, parent_pid)
    raise UnusableError("new processes keep appearing in the server's control group")


def _move_to_leaf(files: GroupFiles, base: str, parent_pid: int) -> None:
    ours = our_processes(parent_pid)
    pids = files.pids(base)
    if any(pid not in ours for pid in pids):
        raise UnusableError(
            "other processes run in the server's control group; start it in one of its own "
            "(systemd-run --user --scope -p Delegate=yes, or a service with Delegate=yes)"
        )
    leaf = f"{base}/{LEAF}"
    if not files.has(leaf):
        files.make(leaf)
    for pid in pids:
        try:
            files.write(f"{leaf}/cgroup.procs", str(pid))
        except ProcessLookupError:  # it has ended
            continue


def our_processes(parent_pid: int) -> set[int]:
    """This process, the server and what it started, and what started the server."""
    ours = {os.getpid(), parent_pid, *(stat.pid for stat in descendants(parent_pid))}
    for first in (os.getpid(), parent_pid):
        pid = first
        while (stat := process_stat(pid)) is not None and stat.ppid > 0:
            ours.add(stat.ppid)
            pid = stat.ppid
    return ours
