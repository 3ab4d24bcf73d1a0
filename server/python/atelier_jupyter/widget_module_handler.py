"""GET studio/widget-module"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from jupyter_core.paths import jupyter_path
from tornado import web

from atelier_jupyter.problems import Problem
from atelier_jupyter.studio_handler import StudioHandler

MAX_BYTES = 32 << 20
NAME = re.compile(r"(?:@[\w.-]{1,100}/)?[\w-][\w.-]{0,100}")


class WidgetModuleHandler(StudioHandler):
    """The script of a package of widgets in the kernels' environment; pages run it without an origin."""

    @web.authenticated
    async def get(self) -> None:
        name = self.get_query_argument("name", "")
        if not NAME.fullmatch(name):
            raise Problem(400, "bad-request", "Bad request", "Name a module of widgets.")
        text = await asyncio.to_thread(_read, name)
        self.set_header("Cache-Control", "no-store")
        if text is None:
            self.set_status(204)
            self.finish()
            return
        # Never a script where it is asked for by itself.
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(text, set_content_type="text/plain; charset=utf-8")


def _read(name: str) -> bytes | None:
    """As notebooks look: the first folder that has it."""
    for folder in jupyter_path("nbextensions"):
        root = Path(folder).resolve()
        file = root.joinpath(name, "index.js").resolve()
        if not file.is_relative_to(root) or not file.is_file():
            continue
        if file.stat().st_size > MAX_BYTES:
            detail = f"{name} has more than {MAX_BYTES >> 20} MiB."
            raise Problem(413, "too-large", "Too large", detail, limit=MAX_BYTES)
        return file.read_bytes()
    return None
