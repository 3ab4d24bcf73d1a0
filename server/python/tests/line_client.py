"""The other end of a line, as the server is it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from websockets.sync.client import ClientConnection, unix_connect
from websockets.typing import Subprotocol

from atelier_jupyter.kernel_connection import HEADER, PROTOCOL
from atelier_jupyter.kernel_line import ACKNOWLEDGED, POSITION, WORD_BYTES, v1_frame, word
from tests.app_client import HEADERS, AppClient


@dataclass
class Message:
    channel: str
    header: dict[str, Any]
    parent: dict[str, Any]
    content: dict[str, Any]
    frame: bytes


def decode(frame: bytes) -> Message:
    count = int.from_bytes(frame[:8], "little")
    at = [int.from_bytes(frame[8 * n : 8 * n + 8], "little") for n in range(1, count + 1)]
    parts = [frame[start:end] for start, end in pairwise(at)]
    header, parent, _metadata, content = (json.loads(part) for part in parts[1:5])
    return Message(parts[0].decode(), header, parent, content, frame)


@dataclass
class Line:
    connection: ClientConnection
    told: list[str]
    frames: list[Message] = field(default_factory=list)
    acknowledged: int = 0
    acknowledges: bool = False

    @property
    def id(self) -> str:
        return self.told[1]

    @property
    def base(self) -> int:
        return int(self.told[2])

    @property
    def received(self) -> int:
        return int(self.told[3])

    def next(self, seconds: float = 30) -> Message:
        while True:
            data = self.connection.recv(timeout=seconds)
            assert isinstance(data, bytes)
            if len(data) == WORD_BYTES and data.startswith(ACKNOWLEDGED):
                self.acknowledged = int.from_bytes(data[8:], "little")
                continue
            self.frames.append(decode(data))
            if self.acknowledges:
                self.acknowledge(self.base + len(self.frames))
            return self.frames[-1]

    def until(self, match: Callable[[Message], bool]) -> Message:
        while not match(message := self.next()):
            continue
        return message

    def request(self, kind: str, content: dict[str, Any], channel: str = "shell") -> tuple[str, bytes]:
        msg_id = uuid.uuid4().hex
        header = {
            "msg_id": msg_id,
            "msg_type": kind,
            "session": "test",
            "username": "test",
            "version": "5.4",
            "date": datetime.now(UTC).isoformat(),
        }
        parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
        return msg_id, v1_frame(channel.encode(), parts)

    def send(self, kind: str, content: dict[str, Any], channel: str = "shell") -> str:
        msg_id, frame = self.request(kind, content, channel)
        self.connection.send(frame)
        return msg_id

    def execute(self, code: str) -> str:
        return self.send("execute_request", {"code": code, "silent": False, "allow_stdin": True})

    def until_over(self, msg_id: str) -> None:
        missing = {"execute_reply", "idle"}

        def is_over(message: Message) -> bool:
            if message.parent.get("msg_id") == msg_id:
                missing.discard(message.header["msg_type"])
                missing.discard(message.content.get("execution_state", ""))
            return not missing

        self.until(is_over)

    def acknowledge(self, number: int) -> None:
        self.connection.send(word(ACKNOWLEDGED, number))

    def position(self, number: int) -> None:
        self.connection.send(word(POSITION, number))

    def cut(self) -> None:
        """As a server that is killed leaves it."""
        self.connection.socket.close()


def text_of(frames: list[Message]) -> str:
    return "".join(one.content["text"] for one in frames if one.header["msg_type"] == "stream")


@contextmanager
def open_line(app: AppClient, kernel_id: str, session: str, have: int = 0, line: str = "") -> Iterator[Line]:
    query = f"session_id={session}&have={have}&line={line}"
    with unix_connect(
        app.app["socketPath"],
        f"ws://app.invalid{app.app['baseUrl']}api/kernels/{kernel_id}/channels?{query}",
        additional_headers=HEADERS,
        subprotocols=[Subprotocol(PROTOCOL)],
        max_size=None,
        max_queue=None,
        compression=None,
        open_timeout=30,
        close_timeout=1,
        ping_interval=None,
    ) as connection:
        assert connection.response is not None
        yield Line(connection, connection.response.headers[HEADER].split(" "))
