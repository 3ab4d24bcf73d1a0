"""GET studio/usage"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from typing import Any

from tornado import web

from atelier_jupyter.disk_usage import DiskUsage
from atelier_jupyter.group_usage import GroupUsage
from atelier_jupyter.process_usage import SERVER, Part, ProcessUsage, ProcFiles, PsutilProcesses, Usage
from atelier_jupyter.studio_handler import StudioHandler


class UsageMeter:
    """All counters of this app; one reading at a time, each in a thread."""

    def __init__(self) -> None:
        files = ProcFiles() if sys.platform.startswith("linux") else PsutilProcesses()
        self._processes = ProcessUsage(files.processes, os.getpid())
        self._group = GroupUsage()
        self._disk = DiskUsage(os.environ.get("ATELIER_INSTANCE_DIR"))
        self._lock = threading.Lock()

    def read(self, kernels: dict[str, int], terminals: dict[str, int]) -> dict[str, Any]:
        roots: dict[Part, int] = {("kernel", key): pid for key, pid in kernels.items()}
        roots.update({("terminal", name): pid for name, pid in terminals.items()})
        with self._lock:
            parts = self._processes.read(roots)
            cpu = sum(usage.cpu_usec for usage in parts.values())
            memory = sum(usage.memory_bytes for usage in parts.values())
            group = self._group.read(cpu, memory)
            now = time.monotonic()
        return {
            "time": now,
            "group": group,
            "app": _as_json(parts[SERVER]),
            "kernels": [{"id": key, **_as_json(parts["kernel", key])} for key in kernels],
            "terminals": [{"name": name, **_as_json(parts["terminal", name])} for name in terminals],
            "disk": self._disk.read(),
        }


def _as_json(usage: Usage) -> dict[str, int]:
    return {"cpuUsec": usage.cpu_usec, "memoryBytes": usage.memory_bytes}


class UsageHandler(StudioHandler):
    """What the app and the group of its instance have used; counters, so that the reader makes rates."""

    _track_activity = False  # to be measured is not to be active

    def initialize(self, meter: UsageMeter) -> None:
        self._meter = meter

    @web.authenticated
    async def get(self) -> None:
        reading = await asyncio.to_thread(self._meter.read, self._kernels(), self._terminals())
        for kernel in reading["kernels"]:
            kernel["death"] = self._death(kernel["id"])
        self.set_header("Cache-Control", "no-store")
        self.send_json(reading)

    def _death(self, kernel_id: str) -> dict[str, Any] | None:
        """The last one; None as well when the kernel has gone during the reading."""
        if kernel_id not in self.kernel_manager:
            return None
        return getattr(self.kernel_manager.get_kernel(kernel_id), "death", None)

    def _kernels(self) -> dict[str, int]:
        pids: dict[str, int] = {}
        for kernel_id in self.kernel_manager.list_kernel_ids():
            provisioner = getattr(self.kernel_manager.get_kernel(kernel_id), "provisioner", None)
            pid = getattr(provisioner, "pid", None)
            if pid is not None:  # None while it starts
                pids[kernel_id] = pid
        return pids

    def _terminals(self) -> dict[str, int]:
        manager = self.settings.get("terminal_manager")
        terminals = {} if manager is None else manager.terminals
        return {name: terminal.ptyproc.pid for name, terminal in terminals.items()}
