"""PUT studio/part and PUT studio/patch: saves for links that do not carry a whole file at once."""

from __future__ import annotations

import asyncio
import re

from tornado import web

from atelier_jupyter.app_settings import MAX_BODY_BYTES
from atelier_jupyter.files.file_handler import condition_of, too_large
from atelier_jupyter.files.listing import iso_time
from atelier_jupyter.files.parts import Promise, drop, opened, save_spliced, save_whole, stage
from atelier_jupyter.files.paths import HomePath, parse_path
from atelier_jupyter.files.request_path import request_path
from atelier_jupyter.files.saving import Condition, Saved
from atelier_jupyter.problems import Problem
from atelier_jupyter.studio_handler import StudioHandler

SHA256 = re.compile(r"[0-9a-f]{64}\Z")


def bytes_of(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Problem(400, "bad-request", f"Bad {name}", f"The {name} is a number of bytes.")
    return int(text)


class PartHandler(StudioHandler):
    """One part of an upload, at its offset."""

    @web.authenticated
    async def put(self) -> None:
        place = parse_path(self.home, request_path(self.request, required=True))
        offset = bytes_of("offset", self.get_query_argument("offset"))
        data = self.request.body
        if offset + len(data) > MAX_BODY_BYTES:
            raise too_large(place)
        upload = self.get_query_argument("upload")
        self.send_json({"size": await asyncio.to_thread(stage, place, upload, offset, data)})


class PatchHandler(StudioHandler):
    """Makes the file of what was sent: the whole of it, or splices of the old one, as `kind` says."""

    @web.authenticated
    async def put(self) -> None:
        place = parse_path(self.home, request_path(self.request, required=True))
        headers = self.request.headers
        condition = condition_of(headers.get("If-Match"), headers.get("If-None-Match"))
        upload = self.get_query_argument("upload", None)
        try:
            saved = await asyncio.to_thread(self._save, place, condition, upload)
        finally:
            if upload is not None:
                await asyncio.to_thread(drop, place, upload)
        self.set_header("ETag", f'"{saved.hash}"')
        body = {"hash": saved.hash, "size": saved.size, "modifiedAt": iso_time(saved.modified_ns)}
        self.send_json(body, 201 if saved.created else 200)

    def _save(self, place: HomePath, condition: Condition, upload: str | None) -> Saved:
        kind = self.get_query_argument("kind")
        result = self.get_query_argument("result", None)
        if result is not None and not SHA256.match(result):
            raise Problem(400, "bad-request", "Bad result", "The result is a SHA-256 in hex.")
        size = self.get_query_argument("size", None)
        promise = Promise(result, None if size is None else bytes_of("size", size))
        with opened(place, upload, self.request.body) as source:
            if kind == "whole":
                if upload is not None and result is None and size is None:
                    detail = "Parts are saved with their size, or with the SHA-256 of the file."
                    raise Problem(400, "bad-request", "No size", detail)
                return save_whole(place, condition, source, promise)
            if kind == "splices" and result is not None:
                return save_spliced(place, condition, source, result)
        raise Problem(400, "bad-request", "Bad kind", "The kind is 'whole', or 'splices' with a result.")
