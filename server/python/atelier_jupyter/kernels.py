"""Kernel managers: short ipc paths, no loss at the kernel's end, activity told truly."""

from __future__ import annotations

import os
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from traitlets import List, Unicode, default

from atelier_jupyter.app_settings import UNTRACKED_MESSAGE_TYPES
from atelier_jupyter.kernel_activity import KernelActivity
from atelier_jupyter.kernel_death import StderrTail, death_of
from atelier_jupyter.processes import LINUX

RECONNECT_MILLISECONDS = 10
OOM_SCORE_OF_KERNELS = 300  # thousandths of the memory limit

# Run by the environment's Python in the place of ipykernel's own launcher.
LAUNCHER = os.path.join(os.path.dirname(__file__), "kernel_launcher.py")


class AppKernelSpecManager(KernelSpecManager):
    """Looks in the given folders and nowhere else."""

    kernel_dirs = List(Unicode(), config=True)

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Without Jupyter's fallback to the kernel of this interpreter, which no image has."""
        if kernel_name not in self.find_kernel_specs():
            raise NoSuchKernel(kernel_name)
        return super().get_kernel_spec(kernel_name)


class AppKernelProcess(ServerKernelManager):
    """One kernel over ipc, which says afterwards why it died."""

    death: dict[str, Any] | None = None
    _stderr: StderrTail | None = None
    _watched: Any = None

    @default("ip")
    def _short_ipc_path(self) -> str:
        # "<folder>/kernel-<uuid>-ipc-<n>" is 52 bytes; a socket path has about 104 in all.
        folder, name = os.path.split(self.connection_file)
        return os.path.join(folder, name.removeprefix("kernel-").replace("-", "")[:12])

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        self._stderr = tail = StderrTail()
        try:
            await super()._async_launch_kernel(kernel_cmd, **{**kw, "stderr": tail.write_fd})
        finally:
            tail.started()
        prefer_for_out_of_memory(getattr(self.provisioner, "pid", None))

    def start_restarter(self) -> None:
        super().start_restarter()
        if self._restarter is None or self._restarter is self._watched:
            return
        self._watched = self._restarter
        for event in ("restart", "dead"):
            self.add_restart_callback(self._note_death, event)

    def _note_death(self) -> None:
        """Before another process takes its place."""
        process = getattr(self.provisioner, "process", None)
        text = "" if self._stderr is None else self._stderr.text()
        self.death = death_of(None if process is None else process.returncode, text)

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        return without_output_limit(super().format_kernel_cmd(extra_arguments))


def prefer_for_out_of_memory(pid: int | None) -> None:
    """When the instance is out of memory, the system ends a kernel (or what it started), not the server.

    By a part of the limit only: a larger process in a terminal goes before a small kernel.
    """
    if pid is None or not LINUX:
        return
    path = f"/proc/{pid}/oom_score_adj"
    try:
        with open(path, encoding="ascii") as file:
            score = int(file.read())
        with open(path, "w", encoding="ascii") as file:
            file.write(str(min(1000, score + OOM_SCORE_OF_KERNELS)))
    except OSError:  # it has ended already; a kernel of another user (sudo) keeps its score
        return


def without_output_limit(command: list[str]) -> list[str]:
    """The command of an ipykernel with our launcher; any other command as it is."""
    for at, word in enumerate(command[:-1]):
        if word == "-m" and command[at + 1] in ("ipykernel", "ipykernel_launcher"):
            return [*command[:at], LAUNCHER, *command[at + 2 :]]
    return command


class AppKernelManager(AsyncMappingKernelManager):
    """The kernels of an app."""

    kernel_manager_class = Unicode(f"{__name__}.{AppKernelProcess.__name__}")

    @default("untracked_message_types")
    def _untracked(self) -> list[str]:
        upstream = AsyncMappingKernelManager.untracked_message_types.default_args or ([],)
        return [*upstream[0], *UNTRACKED_MESSAGE_TYPES]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # A restarted kernel sends from ~0.1 s after its bind on, and drops what nobody has subscribed to
        # by then; with ZeroMQ's own 0.1 to 0.2 s the first cell after a restart could lose its output.
        self.context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MILLISECONDS)

    def start_watching_activity(self, kernel_id: str) -> None:
        super().start_watching_activity(kernel_id)
        kernel = self._kernels[kernel_id]
        kernel._activity_stream.on_recv(KernelActivity(self, kernel, self.track_message_type).record)

    def cwd_for_path(self, path: str, **kwargs: Any) -> str:
        """A kernel of a deleted or unreadable folder starts in the home instead of failing."""
        folder = super().cwd_for_path(path, **kwargs)
        return str(folder) if os.access(folder, os.X_OK) else str(self.root_dir)
