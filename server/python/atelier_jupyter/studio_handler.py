"""What all studio endpoints share: authentication, problem+json, the home."""

from __future__ import annotations

import json
from http.client import responses
from typing import Any

from jupyter_server.base.handlers import APIHandler
from tornado import web

from atelier_jupyter.problems import Problem

SENTENCES = {
    401: "This server did not accept the request's token. Sign in again.",
    403: "This server did not accept the request's token. Sign in again.",
    405: "This address does not know that method.",
}


class StudioHandler(APIHandler):
    """Base of the handlers below `studio/`; every subclass sees an authenticated user only."""

    auth_resource = "contents"

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        if not self.current_user:
            raise web.HTTPError(403)

    @property
    def home(self) -> str:
        return str(self.settings["server_root_dir"])

    def send_json(self, value: Any, status: int = 200) -> None:
        self.set_status(status)
        self.finish(json.dumps(value))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        problem = error if isinstance(error, Problem) else self._foreign_problem(status_code, error)
        self.set_status(problem.status)
        self.clear_header("ETag")
        self.finish(json.dumps(problem.document), set_content_type="application/problem+json")

    def _foreign_problem(self, status: int, error: object) -> Problem:
        title = responses.get(status, "Error")
        code = "forbidden" if status == 403 else title.lower().replace(" ", "-")
        detail = error.log_message if isinstance(error, web.HTTPError) and error.log_message else ""
        fallback = f"{title}. The server's log has the cause."
        return Problem(status, code, title, SENTENCES.get(status) or detail or fallback)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, Problem):
            super().log_exception(typ, value, tb)
