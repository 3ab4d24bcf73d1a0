"""How the two versions of control groups take a limit."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from atelier_jupyter.zygote.group_files import GroupFiles

PERIOD_USEC = 100_000


@dataclass(frozen=True)
class Limits:
    cpus: float
    memory_bytes: int

    @property
    def quota_usec(self) -> int:
        return max(1_000, round(self.cpus * PERIOD_USEC))


def cpu_v2(files: GroupFiles, folder: str, limits: Limits) -> None:
    files.write(f"{folder}/cpu.max", f"{limits.quota_usec} {PERIOD_USEC}")


def memory_v2(files: GroupFiles, folder: str, limits: Limits) -> None:
    files.write(f"{folder}/memory.max", str(limits.memory_bytes))
    if files.has(f"{folder}/memory.swap.max"):  # absent where swap is not counted
        files.write(f"{folder}/memory.swap.max", "0")


def cpu_v1(files: GroupFiles, folder: str, limits: Limits) -> None:
    files.write(f"{folder}/cpu.cfs_period_us", str(PERIOD_USEC))
    try:
        files.write(f"{folder}/cpu.cfs_quota_us", str(limits.quota_usec))
    except OSError as error:
        # A group around ours has less than this type: that limit holds already, and is the stricter one.
        if error.errno != errno.EINVAL:
            raise


def memory_v1(files: GroupFiles, folder: str, limits: Limits) -> None:
    files.write(f"{folder}/memory.limit_in_bytes", str(limits.memory_bytes))
    both = f"{folder}/memory.memsw.limit_in_bytes"
    if files.has(both):  # memory and swap together: without it the rest would go to swap
        files.write(both, str(limits.memory_bytes))


def no_limit(_files: GroupFiles, _folder: str, _limits: Limits) -> None:
    """A group that only counts (cpuacct)."""
