"""What the control group of this app's instance counts. Any user may read it; nothing is written."""

from __future__ import annotations

import os
from typing import Any

from atelier_jupyter.control_groups import GROUP_NAME, OwnGroups, keyed_numbers, own_groups

# v1 says "no limit" with the largest number of pages that fits a signed word.
NO_LIMIT_V1 = 1 << 62


def _read(folder: str, name: str) -> str:
    with open(f"{folder}/{name}", encoding="ascii") as file:
        return file.read()


def _is_ours(folder: str | None) -> bool:
    return folder is not None and GROUP_NAME.match(os.path.basename(folder)) is not None


class GroupUsage:
    """Looks for the group once: a process of ours does not change it."""

    def __init__(self, own: OwnGroups | None = None) -> None:
        own = own_groups() if own is None else own
        self._v2 = own.v2 if _is_ours(own.v2) else None
        self._v1 = {name: folder for name, folder in own.v1.items() if _is_ours(folder)}

    @property
    def is_there(self) -> bool:
        return self._v2 is not None or bool(self._v1)

    def read(self, cpu_usec: int, memory_bytes: int) -> dict[str, Any] | None:
        """None without a group of ours. What a group does not count (memory alone is limited, say) is taken
        from the arguments, the sums over this app's processes."""
        if not self.is_there:
            return None
        counted: dict[str, Any] = {
            "source": "cgroup-v1" if self._v1 else "cgroup-v2",
            "cpuUsec": cpu_usec,
            "memoryBytes": memory_bytes,
            "memoryLimitBytes": None,
            "periods": 0,
            "throttledPeriods": 0,
            "oomKills": 0,
        }
        try:
            self._read_v2(counted)
            self._read_v1(counted)
        except OSError:  # the instance is ending
            return None
        return counted

    def _read_v2(self, counted: dict[str, Any]) -> None:
        if self._v2 is None:
            return
        cpu = keyed_numbers(_read(self._v2, "cpu.stat"))
        counted["cpuUsec"] = cpu.get("usage_usec", counted["cpuUsec"])
        counted.update(_periods(cpu))
        if not os.path.exists(f"{self._v2}/memory.current"):
            return
        cache = keyed_numbers(_read(self._v2, "memory.stat")).get("inactive_file", 0)
        counted["memoryBytes"] = max(0, int(_read(self._v2, "memory.current")) - cache)
        limit = _read(self._v2, "memory.max").strip()
        counted["memoryLimitBytes"] = None if limit == "max" else int(limit)
        counted["oomKills"] = keyed_numbers(_read(self._v2, "memory.events")).get("oom_kill", 0)

    def _read_v1(self, counted: dict[str, Any]) -> None:
        accounting, cpu, memory = (self._v1.get(name) for name in ("cpuacct", "cpu", "memory"))
        if accounting is not None:
            counted["cpuUsec"] = int(_read(accounting, "cpuacct.usage")) // 1000
        if cpu is not None:
            counted.update(_periods(keyed_numbers(_read(cpu, "cpu.stat"))))
        if memory is None:
            return
        cache = keyed_numbers(_read(memory, "memory.stat")).get("total_inactive_file", 0)
        counted["memoryBytes"] = max(0, int(_read(memory, "memory.usage_in_bytes")) - cache)
        limit = int(_read(memory, "memory.limit_in_bytes"))
        counted["memoryLimitBytes"] = None if limit >= NO_LIMIT_V1 else limit
        counted["oomKills"] = keyed_numbers(_read(memory, "memory.oom_control")).get("oom_kill", 0)


def _periods(stat: dict[str, int]) -> dict[str, int]:
    return {"periods": stat.get("nr_periods", 0), "throttledPeriods": stat.get("nr_throttled", 0)}
