"""GET, HEAD and PUT studio/file"""

from __future__ import annotations

import asyncio
import os
import re
from email.utils import formatdate
from typing import Any

from tornado import iostream, web

from atelier_jupyter.app_settings import MAX_BODY_BYTES
from atelier_jupyter.files.listing import iso_time
from atelier_jupyter.files.paths import HomePath, parse_path
from atelier_jupyter.files.reading import ChangedWhileReadError, OpenFile, open_file
from atelier_jupyter.files.request_path import request_path
from atelier_jupyter.files.saving import Condition, Save, Saved
from atelier_jupyter.problems import Problem
from atelier_jupyter.studio_handler import StudioHandler

ETAG = re.compile(r'"([0-9a-f]{64})"\Z')
BATCH_BYTES = 1 << 20


@web.stream_request_body
class FileHandler(StudioHandler):
    """The bytes of one file."""

    _save: Save | None = None
    _refusal: Problem | web.HTTPError | None = None
    _condition: Condition
    _received = 0
    _place: HomePath
    _work: asyncio.Future[Any] | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Refusals are kept for the method: Tornado cuts a connection that is answered before its body."""
        # Tornado would cut a connection above the limit without a word; we count, and answer.
        self.request.connection.set_max_body_size(1 << 50)  # type: ignore[union-attr]
        self._refuse_announced_size()
        try:
            await super().prepare()
            self._place = self._parse_place()
            if self.request.method == "PUT":
                await self._begin()
        except (Problem, web.HTTPError) as error:
            self._refusal = error

    def _refuse_announced_size(self) -> None:
        announced = self.request.headers.get("Content-Length", "")
        if announced.isascii() and announced.isdigit() and int(announced[:20]) > MAX_BODY_BYTES:
            self.set_header("Connection", "close")
            raise too_large(self._parse_place())

    def _parse_place(self) -> HomePath:
        return parse_path(self.home, request_path(self.request, required=True))

    async def _begin(self) -> None:
        """Before the body: refuse early what can be refused, and open the temporary file."""
        headers = self.request.headers
        self._condition = condition_of(headers.get("If-Match"), headers.get("If-None-Match"))
        save = Save(self._place)
        await self._run(save.begin)
        self._save = save

    def initialize(self) -> None:
        self._batch = bytearray()

    # -- reading

    @web.authenticated
    async def get(self) -> None:
        await self._send(with_body=True)

    @web.authenticated
    async def head(self) -> None:
        await self._send(with_body=False)

    async def _send(self, with_body: bool) -> None:
        if self._refusal is not None:
            raise self._refusal
        file, writable = await asyncio.to_thread(_open, self._place)
        try:
            etag = f'"{file.hash}"'
            self.set_header("ETag", etag)
            self.set_header("Last-Modified", formatdate(file.modified_ns / 1e9, usegmt=True))
            self.set_header("X-Atelier-Writable", "1" if writable else "0")
            self.set_header("Cache-Control", "no-store")
            if self.request.headers.get("If-None-Match") == etag:
                self.set_status(304)
                return
            self._set_safe_headers(file)
            if with_body:
                await self._send_body(file)
        except iostream.StreamClosedError:
            self.log.debug("The reader of %s went away", self._place.shown)
        finally:
            file.close()

    def _set_safe_headers(self, file: OpenFile) -> None:
        """A file of the user is data: never shown as a page of this origin."""
        self.set_header("Content-Length", str(file.size))
        self.set_header("Content-Disposition", "attachment")
        self.set_header("Content-Security-Policy", "sandbox")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Type", "application/octet-stream")

    async def _send_body(self, file: OpenFile) -> None:
        if file.data is not None:
            view = memoryview(file.data)
            for start in range(0, len(view), BATCH_BYTES):
                self.write(bytes(view[start : start + BATCH_BYTES]))
                await self.flush()
            return
        chunks = file.chunks()
        try:
            while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
                self.write(chunk)
                await self.flush()
        except (ChangedWhileReadError, OSError) as error:
            # Too late for a status: a body shorter than Content-Length says that it is not whole.
            self.log.warning("%s changed while it was sent: %r", self._place.shown, error)
            self.detach().close()

    # -- writing

    async def data_received(self, chunk: bytes) -> None:
        """A refused body is read and thrown away: an answer before its end is lost with the connection."""
        self._received += len(chunk)
        if self._refusal is None and self._received > MAX_BODY_BYTES:
            await self._refuse(too_large(self._place))
        if self._refusal is not None:
            return
        self._batch += chunk
        if len(self._batch) >= BATCH_BYTES:
            await self._write_batch()

    async def _write_batch(self) -> None:
        save, batch = self._save, bytes(self._batch)
        self._batch.clear()
        if save is None or not batch:
            return
        try:
            await self._run(save.write, batch)
        except Problem as problem:
            await self._refuse(problem)

    async def _refuse(self, refusal: Problem) -> None:
        """Nothing of a refused save stays, and its space is free before the answer says so."""
        self._refusal = refusal
        save, self._save = self._save, None
        if save is not None:
            await self._run(save.abandon)

    @web.authenticated
    async def put(self) -> None:
        await self._write_batch()
        saved = await self._commit()
        if self._refusal is not None or saved is None:
            raise self._refusal or web.HTTPError(500)
        self.set_header("ETag", f'"{saved.hash}"')
        body = {"hash": saved.hash, "size": saved.size, "modifiedAt": iso_time(saved.modified_ns)}
        self.send_json(body, 201 if saved.created else 200)

    async def _commit(self) -> Saved | None:
        if self._save is None:
            return None
        try:
            saved: Saved = await self._run(self._save.commit, self._condition)
        except Problem as problem:
            await self._refuse(problem)
            return None
        return saved

    async def _run(self, work: Any, *arguments: Any) -> Any:
        """In a thread, remembered: a save is never abandoned under a running write."""
        self._work = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
        return await self._work

    def on_finish(self) -> None:
        super().on_finish()
        self._abandon()

    def on_connection_close(self) -> None:
        super().on_connection_close()
        self._abandon()

    def _abandon(self) -> None:
        save, self._save = self._save, None
        if save is None:
            return
        if self._work is not None and not self._work.done():
            self._work.add_done_callback(lambda _done: save.abandon())
        else:
            save.abandon()

    def finish(self, *args: Any, **kwargs: Any) -> Any:
        if not args and not kwargs:
            kwargs["set_content_type"] = "application/octet-stream"
        return super().finish(*args, **kwargs)

    def compute_etag(self) -> str | None:
        return None  # Tornado's own would be another hash, of the response


def _open(place: HomePath) -> tuple[OpenFile, bool]:
    file = open_file(place)
    return file, os.access(place.absolute, os.W_OK)


def condition_of(if_match: str | None, if_none_match: str | None) -> Condition:
    """Exactly one condition, so that no client overwrites what it has not seen."""
    if if_match is None and if_none_match is not None and if_none_match.strip() == "*":
        return Condition(None)
    found = ETAG.match(if_match.strip()) if if_match is not None and if_none_match is None else None
    if found is None:
        detail = (
            'Send either If-Match: "<sha256>" of the file you have read, or If-None-Match: * for a new file.'
        )
        raise Problem(428, "condition-required", "Condition required", detail)
    return Condition(found.group(1))


def too_large(place: HomePath) -> Problem:
    limit = MAX_BODY_BYTES >> 20
    detail = f"{place.shown} is larger than the limit of {limit} MiB. Copy it in a terminal instead."
    return Problem(413, "too-large", "Too large", detail, limit=MAX_BODY_BYTES)
