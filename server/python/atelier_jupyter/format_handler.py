"""POST studio/format"""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

from tornado import web

from atelier_jupyter.files.paths import parse_path
from atelier_jupyter.formatting import Place, SyntaxProblem, format_sources, formatter_name
from atelier_jupyter.problems import Problem
from atelier_jupyter.studio_handler import StudioHandler

MAX_BYTES = 8 << 20
EXPECTED = 'Send {"language": "python", "path": "…", "sources": ["…"]}.'


class FormatHandler(StudioHandler):
    """Formats sources of one document; nothing is read from the document or written to it."""

    @web.authenticated
    async def post(self) -> None:
        sources, path = self._request()
        home_path = parse_path(self.home, path.encode())
        place = await asyncio.to_thread(_place, self.home, home_path.absolute)
        if len(sources) != 1 and not place.is_notebook:
            raise _bad_request("A file has one source.")
        results = await asyncio.to_thread(format_sources, sources, place)
        self.set_header("Cache-Control", "no-store")
        self.send_json({"formatter": formatter_name(), "results": [_result(one) for one in results]})

    def _request(self) -> tuple[list[str], str]:
        if len(self.request.body) > MAX_BYTES:
            detail = f"Code of more than {MAX_BYTES >> 20} MiB is not formatted at once. Format fewer cells."
            raise Problem(413, "too-large", "Too large", detail, limit=MAX_BYTES)
        try:
            body: Any = json.loads(self.request.body)
        except ValueError:
            raise _bad_request("The body is no JSON.") from None
        asked: dict[str, Any] = body if isinstance(body, dict) else {}
        sources, path, language = (asked.get(name) for name in ("sources", "path", "language"))
        if not isinstance(path, str) or not isinstance(sources, list):
            raise _bad_request(EXPECTED)
        if not all(isinstance(one, str) for one in sources):
            raise _bad_request(EXPECTED)
        if not all(_is_text(one) for one in sources):
            raise _bad_request("A source has half a character in it.")
        if language != "python":
            detail = (
                f"There is no formatter for {language or 'this language'} here. Python is formatted by ruff."
            )
            raise Problem(422, "no-formatter", "No formatter", detail)
        return sources, path


def _is_text(source: str) -> bool:
    """JSON can carry halves of characters, which no file can."""
    try:
        source.encode()
    except UnicodeEncodeError:
        return False
    return True


def _place(home: str, absolute: str) -> Place:
    """A document may have a folder that is not there any more."""
    folder, name = os.path.split(absolute)
    return Place(folder if os.path.isdir(folder) else home, name)


def _result(result: str | SyntaxProblem) -> dict[str, Any]:
    if isinstance(result, str):
        return {"source": result}
    return {"problem": {"line": result.line, "column": result.column, "message": result.message}}


def _bad_request(detail: str) -> Problem:
    return Problem(400, "bad-request", "Bad request", detail)
