"""What the kernel knows of processes: identity, ancestry, leftovers.

A process is named by pid *and* start time; a pid alone may belong to somebody else a moment later.
Linux reads /proc; elsewhere psutil answers the same questions.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

LINUX = sys.platform.startswith("linux")


class ProcessStat(NamedTuple):
    pid: int
    ppid: int
    state: str
    start_time: int


def boot_id() -> str:
    """Name of this boot of the machine, '' where unknown."""
    with contextlib.suppress(OSError), open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()
    return ""


def process_stat(pid: int) -> ProcessStat | None:
    """Parent, state and start time of a process, None when there is none."""
    if not LINUX:
        return _psutil_stat(pid)
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            line = file.read()
    except OSError:
        return None
    # The command name stands in parentheses and may hold anything, ')' included.
    fields = line[line.rindex(b")") + 2 :].split()
    return ProcessStat(pid, int(fields[1]), fields[0].decode("ascii"), int(fields[19]))


def _psutil_stat(pid: int) -> ProcessStat | None:
    import psutil

    try:
        process = psutil.Process(pid)
        state = "Z" if process.status() == psutil.STATUS_ZOMBIE else "S"
        return ProcessStat(pid, process.ppid(), state, int(process.create_time() * 100))
    except psutil.Error:
        return None


def start_time(pid: int) -> int | None:
    """Start time of a process, None when there is none."""
    stat = process_stat(pid)
    return None if stat is None else stat.start_time


def is_same_process(pid: int, started: int) -> bool:
    """Whether that very process still runs (a zombie does not)."""
    stat = process_stat(pid)
    return stat is not None and stat.start_time == started and stat.state not in "ZX"


def all_pids() -> Iterable[int]:
    if LINUX:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    import psutil

    return list(psutil.pids())


def descendants(root: int) -> list[ProcessStat]:
    """Every living process below `root`, parents first; `root` itself is not among them."""
    children: defaultdict[int, list[ProcessStat]] = defaultdict(list)
    for pid in all_pids():
        stat = process_stat(pid)
        if stat is not None:
            children[stat.ppid].append(stat)
    found: list[ProcessStat] = []
    queue = [root]
    while queue:
        below = children.pop(queue.pop(), [])
        found.extend(stat for stat in below if stat.state not in "ZX")
        queue.extend(stat.pid for stat in below)
    return found


def kill_descendants(root: int) -> int:
    """SIGKILL everything below `root` once; answers how many signals were delivered.

    A caller repeats until the answer is 0: a process may fork between the look and the signal.
    """
    return sum(send_signal(stat.pid, stat.start_time, signal.SIGKILL) for stat in descendants(root))


def send_signal(pid: int, started: int, number: int) -> bool:
    """Signal that very process; False when it has gone, or is not ours to signal (sudo)."""
    if not is_same_process(pid, started):
        return False
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def thread_count() -> int:
    """Threads of this process, as the kernel counts them."""
    if LINUX:
        return len(os.listdir("/proc/self/task"))
    import threading

    return threading.active_count()


def become_subreaper() -> None:
    """Orphans below this process become its children instead of pid 1's (Linux only)."""
    if not LINUX:
        return
    _prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def set_process_name(name: str) -> None:
    """What `ps` shows; a courtesy."""
    if LINUX:
        import ctypes

        _prctl(15, ctypes.create_string_buffer(name.encode()[:15]))  # PR_SET_NAME


def _prctl(option: int, value: object) -> None:
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl failed")


def close_fds_from(lowest: int, keep: Iterable[int] = ()) -> None:
    """Close every descriptor from `lowest` on but those in `keep`."""
    kept = sorted({fd for fd in keep if fd >= lowest})
    start = lowest
    for fd in kept:
        os.closerange(start, fd)
        start = fd + 1
    os.closerange(start, max(start, os.sysconf("SC_OPEN_MAX")))
