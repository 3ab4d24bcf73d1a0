"""HTTP and WebSockets of an app, over its unix socket, as the relay speaks them."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, unix_connect

from tests.zygote_client import TOKEN

HEADERS = {"Authorization": f"token {TOKEN}"}


class AppClient(httpx.Client):
    """httpx on the app's socket; addresses are relative to its base URL."""

    def __init__(self, app: dict[str, Any]) -> None:
        self.app = app
        super().__init__(
            transport=httpx.HTTPTransport(uds=app["socketPath"]),
            base_url=f"http://app.invalid{app['baseUrl']}",
            headers=HEADERS,
            timeout=60,
        )

    def start_kernel(self, name: str = "python3", **model: Any) -> str:
        answer = self.post("api/kernels", json={"name": name, **model})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    @contextmanager
    def socket(self, path: str) -> Iterator[ClientConnection]:
        url = f"ws://app.invalid{self.app['baseUrl']}{path}"
        with unix_connect(
            self.app["socketPath"],
            url,
            additional_headers=HEADERS,
            max_size=None,
            max_queue=None,
            compression=None,
            open_timeout=30,
            ping_interval=None,
        ) as connection:
            yield connection

    @contextmanager
    def kernel(self, kernel_id: str) -> Iterator[Kernel]:
        with self.socket(f"api/kernels/{kernel_id}/channels?session_id={uuid.uuid4().hex}") as connection:
            yield Kernel(connection)


class Kernel:
    """A kernel socket, JSON protocol."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def send(self, kind: str, content: dict[str, Any], channel: str = "shell") -> str:
        msg_id = uuid.uuid4().hex
        header = {
            "msg_id": msg_id,
            "msg_type": kind,
            "session": "test",
            "username": "test",
            "version": "5.4",
            "date": datetime.now(UTC).isoformat(),
        }
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": channel,
        }
        self.connection.send(json.dumps(message))
        return msg_id

    def receive(self, seconds: float) -> dict[str, Any]:
        frame = self.connection.recv(timeout=seconds)
        assert isinstance(frame, str)
        message: dict[str, Any] = json.loads(frame)
        return message

    def until(self, match: Callable[[dict[str, Any]], bool], seconds: float = 60) -> list[dict[str, Any]]:
        """All messages up to the one that matches."""
        deadline = time.monotonic() + seconds
        seen: list[dict[str, Any]] = []
        while not seen or not match(seen[-1]):
            seen.append(self.receive(max(0.01, deadline - time.monotonic())))
        return seen

    def execute(self, code: str, seconds: float = 60) -> list[dict[str, Any]]:
        """Run code; all messages of it once both reply and idle came (in either order)."""
        msg_id = self.send("execute_request", {"code": code, "silent": False, "store_history": True})
        missing = {"reply", "idle"}

        def finished(message: dict[str, Any]) -> bool:
            if message["parent_header"].get("msg_id") == msg_id:
                if message["header"]["msg_type"] == "execute_reply":
                    missing.discard("reply")
                if message["content"].get("execution_state") == "idle":
                    missing.discard("idle")
            return not missing

        messages = self.until(finished, seconds)
        return [message for message in messages if message["parent_header"].get("msg_id") == msg_id]

    def text(self, code: str, seconds: float = 60) -> str:
        messages = self.execute(code, seconds)
        errors = [m["content"] for m in messages if m["header"]["msg_type"] == "error"]
        assert not errors, errors
        return "".join(m["content"]["text"] for m in messages if m["header"]["msg_type"] == "stream")
