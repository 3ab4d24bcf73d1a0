"""The WebSocket of a kernel: no delay, no high-water mark between kernel and server, nothing lost with it.

A client that asks with `?have=<number>` gets a line (kernel_line.py), told by the header `Atelier-Line` of
the handshake's answer: its version, its id, the number of the last frame that is not kept any more, and the
number of the last frame that came in. Whoever does not ask has Jupyter's own connection.

It overrides methods that are not public, hence the exact pin of jupyter_server and a test of each effect.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, ClassVar

import zmq
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError

from atelier_jupyter.kernel_line import KernelLine, v1_frame

PROTOCOL = "v1.kernel.websocket.jupyter.org"
HEADER = "Atelier-Line"
VERSION = "1"
# A kernel that has ended takes its lines with it, at the latest after this long.
LOOK_SECONDS = 5.0


class _KeptLine(KernelLine):
    """With what says whether its kernel still is."""

    def __init__(self, kernel_id: str, kernels: Any) -> None:
        super().__init__()
        self.kernel_id = kernel_id
        self.kernels = kernels
        self.is_ending = False

    @property
    def has_kernel(self) -> bool:
        return self.kernel_id in self.kernels


class Lines:
    """The lines of this server, by kernel and session."""

    def __init__(self) -> None:
        self._lines: dict[str, _KeptLine] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._lines)

    def claim(self, key: str, kernel_id: str, kernels: Any, asked: tuple[str, int]) -> _KeptLine:
        """The line as the client left it, or another one when that is gone."""
        line_id, have = asked
        # Who comes with another session does not come back with the former one.
        for other_key, other in list(self._lines.items()):
            if other_key != key and other.kernel_id == kernel_id and other.owner is None:
                self.release(other_key)
        line = self._lines.get(key)
        if line is not None and not (line_id in ("", line.id) and line.frames.resume(have)):
            self.release(key)
            line = None
        if line is None:
            line = self._lines[key] = _KeptLine(kernel_id, kernels)
        self._look_later()
        return line

    def release(self, key: str) -> None:
        line = self._lines.pop(key)
        owner = line.owner
        if owner is not None:
            line.detach(owner)
            owner.hang_up()
        line.close()

    def look(self) -> None:
        """Release the lines of kernels that are no more; who is connected may take the last frames first."""
        for key, line in list(self._lines.items()):
            if line.has_kernel:
                continue
            if line.owner is None or line.is_ending or line.frames.base == line.frames.head:
                self.release(key)
            line.is_ending = True

    def _look_later(self) -> None:
        if self._timer is None and self._lines:
            self._timer = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        try:
            self.look()
        finally:
            self._look_later()


class AppKernelConnection(ZMQChannelsWebsocketConnection):
    """Jupyter's own connection with its silent faults taken out."""

    lines: ClassVar[Lines] = Lines()
    _line: _KeptLine | None = None
    _is_over = False

    async def prepare(self) -> None:
        await super().prepare()
        asked = self._asked()
        if asked is None or self._is_over:  # it has gone while the kernel was waited for
            return
        self._line = line = self.lines.claim(
            self.session_key, self.kernel_id, self.multi_kernel_manager, asked
        )
        line.claim(self)
        told = f"{VERSION} {line.id} {line.frames.base} {line.received}"
        self.websocket_handler.set_header(HEADER, told)

    def create_stream(self) -> None:
        super().create_stream()
        # 0 = no limit. A kernel of our launcher keeps what this end does not take; any other drops it,
        # silently, 1,000 messages after this end is full: without an end of ours it drops much later.
        self.channels["iopub"].socket.rcvhwm = 0

    def connect(self) -> Any:
        self._send_at_once()
        line = self._line
        if line is None:
            return super().connect()
        if line.is_open and not self.multi_kernel_manager.ports_changed(self.kernel_id):
            # The sockets have been there all the time: no nudge, which would take a message of the kernel.
            self.multi_kernel_manager.notify_connect(self.kernel_id)
            self._open_sockets.add(self)
            line.attach(self)
            restored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            restored.set_result(None)
            return restored
        line.close_sockets()
        connected = super().connect()
        if connected is not None:
            connected.add_done_callback(lambda _: self._hand_over(line))
        return connected

    def disconnect(self) -> None:  # type: ignore[override]  # of the base, which is not Jupyter's own
        self._is_over = True
        line = self._line
        if line is not None:
            line.detach(self)
        super().disconnect()
        if line is not None and line.is_open and self.kernel_id in self.multi_kernel_manager:
            # The line keeps what comes, not Jupyter's buffer; that one it has made has nothing in it.
            self.multi_kernel_manager.get_buffer(self.kernel_id, self.session_key)

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        if self._line is None:
            super().handle_incoming_message(incoming_msg)
        else:
            self._line.receive(self, incoming_msg)

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        if self._line is None:
            super().handle_outgoing_message(stream, outgoing_msg)
            return
        # Of Jupyter's own buffer, before the line has the sockets.
        channel = stream if isinstance(stream, str) else stream.channel
        _, parts = self.session.feed_identities(outgoing_msg)
        self._line.add(v1_frame(channel.encode(), parts[1:]))  # type: ignore[arg-type]  # bytes, as copied

    # What the line asks of a connection

    def write_frames(self, parts: Sequence[bytes]) -> None:
        """Straight to the stream: write_message makes a task, and a system call, for each frame."""
        connection = self.websocket_handler.ws_connection
        try:
            if connection is not None and connection.stream is not None:
                for part in parts:
                    connection.stream.write(part)
        except StreamClosedError:
            return  # its end is on the way; what was sent is kept

    def write_word(self, word: bytes) -> None:
        try:
            self.websocket_handler.write_message(word, binary=True)
        except WebSocketClosedError:
            return

    def forward(self, message: bytes, channels: dict[str, Any]) -> str | None:
        channel, parts = deserialize_msg_from_ws_v1(message)
        # While Jupyter waits for the kernel's first sign of life, the sockets are not the line's yet.
        stream = (channels or self.channels).get(channel)
        allowed = self.multi_kernel_manager.allowed_message_types
        if stream is None or stream.closed():
            self.log.warning("No such channel: %r", channel)
            return None
        if allowed and self.session.unpack(parts[0])["msg_type"] not in allowed:
            self.log.warning("Received a message of a type that is not allowed. Ignoring.")
            return None
        if stream.sending():
            self.session.send_raw(stream, parts)
            return None
        try:
            # Not by the stream, which sends in the next turn of the loop.
            self.session.send_raw(stream.socket, parts, flags=zmq.NOBLOCK)
        except zmq.Again:
            self.session.send_raw(stream, parts)
        return str(channel)

    def hang_up(self) -> None:
        connection = self.websocket_handler.ws_connection
        if connection is not None and connection.stream is not None:
            self.websocket_handler.close(1013, "Come back")

    def _asked(self) -> tuple[str, int] | None:
        handler = self.websocket_handler
        have = handler.get_argument("have", None)
        offered = handler.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        speaks_v1 = PROTOCOL in (name.strip() for name in offered) and self.kernel_ws_protocol in (
            None,
            PROTOCOL,
        )
        # Tracebacks that are to be hidden are found by Jupyter's own way only.
        if (
            have is None
            or not have.isdecimal()
            or not speaks_v1
            or not self.multi_kernel_manager.allow_tracebacks
        ):
            return None
        return handler.get_argument("line", ""), int(have)

    def _hand_over(self, line: _KeptLine) -> None:
        """The sockets are connected: from now on they are the line's."""
        if self._is_over or line.owner is not self or not self.channels:
            return
        manager, kernel_id = self.multi_kernel_manager, self.kernel_id
        if kernel_id not in manager:
            return
        manager.remove_restart_callback(kernel_id, self.on_kernel_restarted)
        manager.remove_restart_callback(kernel_id, self.on_restart_failed, "dead")
        channels, self.channels = self.channels, {}

        def tell(status: str) -> None:
            # After all that the former process has said.
            line.drain("iopub")
            message = self.session.msg("status", {"execution_state": status})
            line.add(serialize_msg_to_ws_v1(message, "iopub", self.session.pack))
            line.pump()

        def restarting() -> None:
            tell("restarting")

        def dead() -> None:
            tell("dead")

        def forget() -> None:
            if kernel_id in manager:
                manager.remove_restart_callback(kernel_id, restarting)
                manager.remove_restart_callback(kernel_id, dead, "dead")

        manager.add_restart_callback(kernel_id, restarting)
        manager.add_restart_callback(kernel_id, dead, "dead")
        line.open(channels, forget)
        line.attach(self)

    def _send_at_once(self) -> None:
        """Without it each small frame over TCP waits ~40 ms; a unix socket ignores it."""
        try:
            self.websocket_handler.set_nodelay(True)
        except (AttributeError, AssertionError, OSError) as error:
            logging.getLogger(__name__).debug("TCP_NODELAY not set: %s", error)
