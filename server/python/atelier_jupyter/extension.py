"""Adds the endpoints below `{base_url}studio/` to a Jupyter Server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.utils import url_path_join

from atelier_jupyter.files.file_handler import FileHandler
from atelier_jupyter.files.list_handler import ListHandler
from atelier_jupyter.files.part_handlers import PartHandler, PatchHandler
from atelier_jupyter.format_handler import FormatHandler
from atelier_jupyter.info_handler import InfoHandler
from atelier_jupyter.usage_handler import UsageHandler, UsageMeter
from atelier_jupyter.widget_module_handler import WidgetModuleHandler

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def load(server_app: ServerApp) -> None:
    base_url = server_app.web_app.settings["base_url"]
    routes = [
        ("list", ListHandler),
        ("file", FileHandler),
        ("part", PartHandler),
        ("patch", PatchHandler),
        ("info", InfoHandler),
        ("format", FormatHandler),
        ("widget-module", WidgetModuleHandler),
    ]
    usage = (url_path_join(base_url, "studio", "usage"), UsageHandler, {"meter": UsageMeter()})
    server_app.web_app.add_handlers(
        ".*$", [*((url_path_join(base_url, "studio", name), handler) for name, handler in routes), usage]
    )
