"""CPU time and memory of the parts of an app: its server, each kernel, each terminal.

Memory is what would be free again without the part, so that parts add up to what their group is charged.
Of the server that is what only it has: most of its pages are the zygote's, are charged to nobody's group, and
stay when the app ends. Telling them apart costs 11 ms a GiB, and holds up the process meanwhile; everything
else is counted as resident minus shared pages, which costs 20 µs. Pages that a kernel shares with processes
it forked count for each.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

TICK_USEC = 1_000_000 // os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")

Part = tuple[str, str]
SERVER: Part = ("app", "")


class Process(NamedTuple):
    pid: int
    ppid: int
    start_time: int
    own_usec: int
    children_usec: int
    """Of children that have ended and were waited for."""
    memory_bytes: int


@dataclass
class Usage:
    cpu_usec: int = 0
    memory_bytes: int = 0


class ProcFiles:
    """Linux. Cost grows with the app's own processes, not with those of the host."""

    def __init__(self, root: str = "/proc") -> None:
        self._root = root

    def processes(self, server: int) -> list[Process]:
        """The server and all below it, and what has been orphaned to its keeper; parents first, zombies too:
        a zombie's time is counted nowhere else until somebody waits for it."""
        top = self._keeper(server)
        found: list[Process] = []
        queue = [server] if top is None else self._children(top)
        while queue:
            pid = queue.pop(0)
            process = self._process(pid, pid == server)
            if process is not None:
                found.append(process)
                queue.extend(self._children(pid))
        return found

    def _keeper(self, server: int) -> int | None:
        with contextlib.suppress(OSError):
            parent = os.getppid() if server == os.getpid() else self._fields(server)[1]
            with open(f"{self._root}/{parent}/comm", encoding="utf-8") as file:
                if file.read().strip() == "atelier-keeper":
                    return int(parent)
        return None

    def _children(self, pid: int) -> list[int]:
        found: list[int] = []
        with contextlib.suppress(OSError):
            for task in os.listdir(f"{self._root}/{pid}/task"):
                with (
                    contextlib.suppress(FileNotFoundError, ProcessLookupError),
                    open(f"{self._root}/{pid}/task/{task}/children", encoding="ascii") as file,
                ):
                    found.extend(int(child) for child in file.read().split())
        return found

    def _fields(self, pid: int) -> list[int]:
        """Numbers of /proc/<pid>/stat from the state on, which stands as 0."""
        with open(f"{self._root}/{pid}/stat", "rb") as file:
            line = file.read()
        return [0, *(int(word) for word in line[line.rindex(b")") + 4 :].split())]

    def _process(self, pid: int, is_server: bool) -> Process | None:
        try:
            fields = self._fields(pid)
            memory = self._own(pid) if is_server else self._private(pid)
        except (OSError, ValueError):
            return None
        # What ended kernels used is not the server's, though it waited for them.
        children = 0 if is_server else (fields[13] + fields[14]) * TICK_USEC
        return Process(pid, fields[1], fields[19], (fields[11] + fields[12]) * TICK_USEC, children, memory)

    def _private(self, pid: int) -> int:
        with open(f"{self._root}/{pid}/statm", encoding="ascii") as file:
            _, resident, shared, *_ = file.read().split()
        return max(0, int(resident) - int(shared)) * PAGE

    def _own(self, pid: int) -> int:
        with contextlib.suppress(OSError), open(f"{self._root}/{pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith("Private_Dirty:"):
                    return int(line.split()[1]) * 1024
        return self._private(pid)


class PsutilProcesses:
    """Where there is no /proc."""

    def processes(self, server: int) -> list[Process]:
        import psutil

        found: list[Process] = []
        with contextlib.suppress(psutil.Error):
            top = psutil.Process(server)
            for process in [top, *top.children(recursive=True)]:
                with contextlib.suppress(psutil.Error), process.oneshot():
                    times, is_server = process.cpu_times(), process.pid == server
                    ended = (getattr(times, name, 0.0) for name in ("children_user", "children_system"))
                    children = 0 if is_server else round(sum(ended) * 1e6)
                    own = round((times.user + times.system) * 1e6)
                    started = int(process.create_time() * 100)
                    memory = int(process.memory_info().rss)
                    found.append(Process(process.pid, process.ppid(), started, own, children, memory))
        return found


class ProcessUsage:
    """Counters of parts that never fall.

    A process belongs to the part below whose root it was first seen, also when it is orphaned later. What a
    part used up to a reading stays counted when processes of it go without anybody of the part waiting for
    them, or when a kernel gets a new process.
    """

    def __init__(self, processes: Callable[[int], list[Process]], server: int) -> None:
        self._processes = processes
        self._server = server
        self._owners: dict[tuple[int, int], tuple[Part, int]] = {}
        self._counted: dict[Part, int] = {}
        self._lost: dict[Part, int] = {}

    def read(self, roots: Mapping[Part, int]) -> dict[Part, Usage]:
        """Usage of `SERVER`, which is everything of no other part, and of each part by its root's pid."""
        parts = {SERVER: Usage(), **{part: Usage() for part in roots}}
        sums = self._sums(self._processes(self._server), roots)
        if any(sums[part].cpu_usec + self._lost.get(part, 0) < self._counted.get(part, 0) for part in parts):
            # Perhaps a process ended between the looks at its parent and at it: then this look has all.
            sums = self._sums(self._processes(self._server), roots)
        for part, usage in parts.items():
            now, before = sums[part], self._counted.get(part, 0)
            total = max(before, now.cpu_usec + self._lost.get(part, 0))
            self._lost[part] = total - now.cpu_usec
            usage.cpu_usec, usage.memory_bytes = total, now.memory_bytes
        self._counted = {part: usage.cpu_usec for part, usage in parts.items()}
        self._lost = {part: self._lost[part] for part in parts}
        return parts

    def _sums(self, processes: Iterable[Process], roots: Mapping[Part, int]) -> dict[Part, Usage]:
        sums = {SERVER: Usage(), **{part: Usage() for part in roots}}
        part_of_root = {pid: part for part, pid in roots.items()}
        here: dict[int, Part] = {}
        owners: dict[tuple[int, int], tuple[Part, int]] = {}
        for process in processes:
            used = process.own_usec + process.children_usec
            name = (process.pid, process.start_time)
            known = self._owners.get(name)
            inherited = here.get(process.ppid, SERVER)
            part = part_of_root.get(process.pid) or (known[0] if known else inherited)
            if part not in sums:  # of a kernel that is gone
                part = SERVER
            # What it used for another part is not counted again.
            base = 0 if known is None else known[1] if known[0] == part else used
            here[process.pid] = part
            owners[name] = (part, base)
            sums[part].cpu_usec += used - base
            sums[part].memory_bytes += process.memory_bytes
        self._owners = owners
        return sums
