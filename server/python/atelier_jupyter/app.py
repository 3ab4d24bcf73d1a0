"""The Jupyter Server of an app: no configuration of host or user, and a word when it listens."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from collections.abc import Callable
from typing import Any

from jupyter_core.application import JupyterApp
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from traitlets.config import Config

from atelier_jupyter.app_settings import AppSettings, server_config


class AppServer(ServerApp):
    """ServerApp that reads nothing but the configuration it is given."""

    name = "atelier-app"
    app_settings: AppSettings
    on_listening: Callable[[], None] | None = None

    def find_server_extensions(self) -> None:
        """Only the two named ones; files in jupyter_server_config.d could name others."""

    def migrate_config(self) -> None:
        """No writing into the user's ~/.jupyter."""

    def write_server_info_file(self) -> None:
        """It would hold the token, for tools that look for servers by themselves."""

    def write_browser_open_files(self) -> None:
        """It would hold the token, for a browser that is not started."""

    def _bind_http_server_unix(self) -> bool:
        bound = super()._bind_http_server_unix()
        if bound and self.on_listening is not None:
            self.on_listening()
        return bool(bound)

    async def _cleanup(self) -> None:
        await super()._cleanup()
        with contextlib.suppress(OSError):
            os.unlink(self.app_settings.socket_path)


def _read_no_config(*_args: Any, **_options: Any) -> None:
    """Apps of one image behave alike whatever ~/.jupyter or /etc/jupyter hold."""


def connection_class() -> type[ZMQChannelsWebsocketConnection]:
    """Ours; Jupyter's own where ours does not load, for a kernel that may lose output beats none."""
    try:
        from atelier_jupyter.kernel_connection import AppKernelConnection
    except Exception:  # whatever another version of Jupyter Server makes of it
        logging.getLogger(__name__).exception("Plain kernel connections: floods of output may be cut")
        return ZMQChannelsWebsocketConnection
    return AppKernelConnection


def run_app(settings: AppSettings, on_listening: Callable[[], None] | None = None) -> None:
    """Serve until told to stop. The caller has made `runtime_dir` and has become the user."""
    os.makedirs(settings.kernel_dir, mode=0o700, exist_ok=True)
    # Of every application in this process: an extension has a configuration file of its own.
    JupyterApp.load_config_file = _read_no_config  # type: ignore[method-assign]
    config: dict[str, Any] = server_config(settings)
    config["ServerApp"]["kernel_websocket_connection_class"] = connection_class()
    app = AppServer(
        config=Config(config), runtime_dir=settings.kernel_dir, cookie_secret=secrets.token_bytes(32)
    )
    app.app_settings = settings
    app.on_listening = on_listening
    app.initialize(argv=[])
    app.start()
