"""Lines of JSON, the errors a request can end with, and checks of single values."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

MAX_LINE = 1 << 20
APP_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,512}\Z")
ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
MAX_UID = 2**32 - 2


class RequestError(Exception):
    """A refusal: a stable code, a sentence, and the argument it is about."""

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field

    def as_json(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.field is not None:
            error["field"] = self.field
        return error


def bad(field: str, message: str) -> RequestError:
    return RequestError("bad-request", f"{field} {message}.", field)


def encode(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RequestError("bad-request", "The line is not JSON.") from error
    if not isinstance(message, dict):
        raise RequestError("bad-request", "A request is a JSON object.")
    return message


class Arguments:
    """The arguments of one request; each is taken once, what is left over is refused."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {key: value for key, value in values.items() if value is not None}

    def __contains__(self, field: str) -> bool:
        return field in self._values

    def take(self, field: str) -> Any:
        return self._values.pop(field, None)

    def done(self) -> None:
        for field in self._values:
            raise bad(field, "is not an argument of this verb")

    def text(self, field: str, default: str | None = None) -> str:
        value = self.take(field)
        if value is None:
            value = default
        if not isinstance(value, str):
            raise bad(field, "must be a string")
        return check_text(field, value)

    def matching(self, field: str, pattern: re.Pattern[str], rule: str) -> str:
        value = self.text(field)
        if not pattern.match(value):
            raise bad(field, rule)
        return value

    def path(self, field: str, default: str | None = None) -> str:
        return check_path(field, self.text(field, default))

    def integer(self, field: str, lowest: int, highest: int) -> int | None:
        value = self.take(field)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise bad(field, f"must be a whole number from {lowest} to {highest}")
        return value

    def seconds(self, field: str, lowest: float, highest: float) -> float | None:
        value = self.take(field)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not lowest <= value <= highest:
            raise bad(field, f"must be a number of seconds from {lowest} to {highest}")
        return float(value)

    def number(self, field: str, lowest: float, highest: float) -> float:
        value = self.take(field)
        if not isinstance(value, int | float) or isinstance(value, bool) or not lowest <= value <= highest:
            raise bad(field, f"must be a number from {lowest} to {highest}")
        return float(value)

    def choice(self, field: str, choices: tuple[str, ...]) -> str:
        value = self.take(field)
        if value not in choices:
            raise bad(field, f"must be one of {', '.join(choices)}")
        return str(value)

    def paths(self, field: str) -> tuple[str, ...]:
        value = self.take(field)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise bad(field, "must be a list of paths")
        return tuple(check_path(field, check_text(field, item)) for item in value)

    def mapping(self, field: str) -> dict[str, Any]:
        value = self.take(field)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad(field, "must be an object")
        return value


def check_text(field: str, value: str) -> str:
    if "\0" in value:
        raise bad(field, "must not hold a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise bad(field, "must be valid Unicode") from error
    return value


def check_path(field: str, value: str) -> str:
    if not value.startswith("/") or value.startswith("//") or os.path.normpath(value) != value:
        raise bad(field, "must be an absolute path without '..', '//' or a '/' at the end")
    return value
