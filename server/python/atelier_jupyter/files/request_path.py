"""The argument `path` of a request, as bytes: names on disk need not be UTF-8."""

from __future__ import annotations

from tornado.httputil import HTTPServerRequest

from atelier_jupyter.problems import bad_path


def request_path(request: HTTPServerRequest, required: bool) -> bytes:
    values = request.query_arguments.get("path", [])
    if len(values) > 1 or (required and not values):
        raise bad_path("Give the argument 'path' once.")
    return values[0] if values else b""
