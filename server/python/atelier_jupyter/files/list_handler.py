"""GET studio/list"""

from __future__ import annotations

import asyncio

from tornado import web

from atelier_jupyter.files.listing import list_page
from atelier_jupyter.files.paths import parse_path
from atelier_jupyter.files.request_path import request_path
from atelier_jupyter.problems import Problem
from atelier_jupyter.studio_handler import StudioHandler

DEFAULT_LIMIT = 200
MAX_LIMIT = 1000


class ListHandler(StudioHandler):
    """One page of a folder."""

    @web.authenticated
    async def get(self) -> None:
        folder = parse_path(self.home, request_path(self.request, required=False))
        cursor = self.get_query_argument("cursor", None)
        limit = self._limit()
        hidden = self.get_query_argument("hidden", "0") == "1"
        self.set_header("Cache-Control", "no-store")
        self.send_json(await asyncio.to_thread(list_page, folder, cursor or None, limit, hidden))

    def _limit(self) -> int:
        text = self.get_query_argument("limit", str(DEFAULT_LIMIT))
        if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MAX_LIMIT):
            detail = f"The limit is a number from 1 to {MAX_LIMIT}."
            raise Problem(400, "bad-request", "Bad limit", detail)
        return int(text)
