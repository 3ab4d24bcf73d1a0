"""Atelier's Jupyter Server extension; importing this package loads nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__version__ = "0.1.0"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "atelier_jupyter"}]


def _load_jupyter_server_extension(server_app: ServerApp) -> None:
    from atelier_jupyter.extension import load

    load(server_app)
