"""How an app's Jupyter Server is configured, and why; nothing here imports Jupyter."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass, field
from typing import Any

MEBIBYTE = 1 << 20
MAX_MESSAGE_BYTES = 300 * MEBIBYTE
MAX_BODY_BYTES = 1024 * MEBIBYTE
PING_SECONDS = 20  # also how long an answer may take: a busy machine must not cost a connection

# jupyter_server takes the idle status that answers these for the end of the running cell (and tells
# /api/kernels so) unless they are listed as untracked. Its own list is kept, this is added to it.
UNTRACKED_MESSAGE_TYPES = (
    "usage_request",
    "usage_reply",
    "create_subshell_request",
    "create_subshell_reply",
    "list_subshell_request",
    "list_subshell_reply",
    "delete_subshell_request",
    "delete_subshell_reply",
)


@dataclass(frozen=True)
class AppSettings:
    """All that makes one app different from another."""

    app: str
    app_type: str
    home: str
    base_url: str
    runtime_dir: str
    socket_path: str
    token: str = field(repr=False)
    kernelspec_dirs: tuple[str, ...] = ()
    shell_command: tuple[str, ...] = ()
    log_level: str = "INFO"
    terminals: bool = True

    @property
    def kernel_dir(self) -> str:
        """0700, the user's: connection files and ipc sockets, so no other user reaches a kernel."""
        return os.path.join(self.runtime_dir, "k")


def default_shell() -> str:
    """The account's shell, or bash, or sh; never one that refuses logins."""
    try:
        shell = pwd.getpwuid(os.getuid()).pw_shell
    except KeyError:
        shell = ""
    refusing = os.path.basename(shell) in {"", "nologin", "false", "sync"}
    for candidate in ([] if refusing else [shell]) + ["/bin/bash", "/usr/bin/bash", "/bin/sh"]:
        if os.access(candidate, os.X_OK):
            return candidate
    return "/bin/sh"


def server_config(settings: AppSettings) -> dict[str, dict[str, Any]]:
    """Traitlets configuration. Without the token: at level DEBUG Jupyter logs all of this."""
    # Not a login shell: /etc/profile would put the image's folders off PATH.
    shell = list(settings.shell_command) or [default_shell()]
    return {
        "ServerApp": {
            "sock": settings.socket_path,
            "sock_mode": "0660",  # the folder (2710) lets in the user and the server's group only
            "base_url": settings.base_url,
            "root_dir": settings.home,
            "allow_root": True,  # a single-user server in a container is often root
            # Only the relay reaches the socket; it has checked Host and Origin.
            "allow_remote_access": True,
            "open_browser": False,
            "quit_button": False,
            "jpserver_extensions": {"jupyter_server_terminals": settings.terminals, "atelier_jupyter": True},
            "terminals_enabled": settings.terminals,
            "terminado_settings": {"shell_command": shell},
            "max_body_size": MAX_BODY_BYTES,
            "websocket_ping_interval": PING_SECONDS,
            "tornado_settings": {"websocket_max_message_size": MAX_MESSAGE_BYTES},
            "identity_provider_class": "atelier_jupyter.identity.AppIdentityProvider",
            "kernel_spec_manager_class": "atelier_jupyter.kernels.AppKernelSpecManager",
            "kernel_manager_class": "atelier_jupyter.kernels.AppKernelManager",
            "log_level": settings.log_level,
        },
        # The limiter drops output for good; a flood is bounded by back-pressure and the journal instead.
        "ZMQChannelsWebsocketConnection": {"limit_rate": False},
        "MappingKernelManager": {
            "root_dir": settings.home,
            "buffer_offline_messages": True,
            "default_kernel_name": "python3",
        },
        # TCP ports of kernels are open to every user of the host and unencrypted.
        "KernelManager": {"transport": "ipc", "autorestart": True, "shutdown_wait_time": 3.0},
        "AppKernelSpecManager": {
            # Exactly the image's kernelspecs: none of the host, of the user, of this interpreter.
            "kernel_dirs": list(settings.kernelspec_dirs),
            "ensure_native_kernel": False,
        },
        "ContentsManager": {"allow_hidden": True},
        "FileContentsManager": {"delete_to_trash": True},
    }


def app_environment(given: dict[str, str], path: tuple[str, ...], app: str, home: str) -> dict[str, str]:
    """The whole environment of an app: what was given, completed; nothing of the zygote's own."""
    env = {"LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "SHELL": default_shell(), **given}
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    env.setdefault("USER", name)
    env.setdefault("LOGNAME", env["USER"])
    env["PATH"] = ":".join([*path, env["PATH"]])
    env["HOME"] = home
    env["ATELIER_APP"] = app
    return env
