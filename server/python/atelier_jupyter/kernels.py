"""Kernel managers: short ipc paths, no loss at the kernel's end, activity told truly."""

from __future__ import annotations

import os
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from traitlets import List, Unicode, default

from atelier_jupyter.app_settings import UNTRACKED_MESSAGE_TYPES

# ZeroMQ drops what exceeds a socket's high-water mark (1,000 messages); 0 means no limit. Run by ipykernel
# in the kernel, before the first cell, outside the history. `code_to_run` and not `exec_lines`: the
# latter is widely set in people's ipython_config.py and would be overruled.
LIFT_HIGH_WATER_MARK = "get_ipython().kernel.iopub_thread.socket.sndhwm = 0"


class AppKernelSpecManager(KernelSpecManager):
    """Looks in the given folders and nowhere else."""

    kernel_dirs = List(Unicode(), config=True)


class AppKernelProcess(ServerKernelManager):
    """One kernel over ipc."""

    @default("ip")
    def _short_ipc_path(self) -> str:
        # "<folder>/kernel-<uuid>-ipc-<n>" is 52 bytes; a socket path has about 104 in all.
        folder, name = os.path.split(self.connection_file)
        return os.path.join(folder, name.removeprefix("kernel-").replace("-", "")[:12])

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        command: list[str] = super().format_kernel_cmd(extra_arguments)
        return command + no_loss_arguments(command)


def no_loss_arguments(command: list[str]) -> list[str]:
    """What to add so that an ipykernel drops no output; nothing for other kernels."""
    modules = {command[at + 1] for at, word in enumerate(command[:-1]) if word == "-m"}
    if not modules & {"ipykernel", "ipykernel_launcher"}:
        return []
    if any("code_to_run" in word or word == "-c" for word in command):
        return []
    return [f"--IPKernelApp.code_to_run={LIFT_HIGH_WATER_MARK}"]


class AppKernelManager(AsyncMappingKernelManager):
    """The kernels of an app."""

    kernel_manager_class = Unicode(f"{__name__}.{AppKernelProcess.__name__}")

    @default("untracked_message_types")
    def _untracked(self) -> list[str]:
        upstream = AsyncMappingKernelManager.untracked_message_types.default_args or ([],)
        return [*upstream[0], *UNTRACKED_MESSAGE_TYPES]

    def cwd_for_path(self, path: str, **kwargs: Any) -> str:
        """A kernel of a deleted or unreadable folder starts in the home instead of failing."""
        folder = super().cwd_for_path(path, **kwargs)
        return str(folder) if os.access(folder, os.X_OK) else str(self.root_dir)
