"""One line: what a kernel and one session say to each other, exactly once in both directions.

A line belongs to the kernel and a session id, not to a WebSocket: its ZeroMQ sockets go on while nobody is
connected, and everything from the kernel is numbered and kept until the other end has acknowledged it. What
comes in is numbered too, so that nothing that is sent again reaches the kernel twice.

Beside the frames of Jupyter (unchanged) there are messages of 16 bytes, a word and a number:
`ACKNOWLEDGED` (either way): all frames up to this number have arrived for good;
`POSITION` (to here): the frame that follows has the number behind this one.
"""

from __future__ import annotations

import asyncio
import struct
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import zmq

from atelier_jupyter.kept_frames import MEBIBYTE, KeptFrames, Limits

ACKNOWLEDGED = b"atlr-ack"
POSITION = b"atlr-pos"
WORD_BYTES = 16
ACKNOWLEDGE_SECONDS = 0.25

# So much may be under way: more would only lie in the buffers of a connection that may break.
WINDOW_BYTES = 8 * MEBIBYTE
# What is read from one socket before others have their turn.
TURN_BYTES = MEBIBYTE
TURN_FRAMES = 256
COPY_BELOW = 64 * 1024


class Connection(Protocol):
    """The WebSocket at the other end, as a line needs it."""

    def write_frames(self, parts: Sequence[bytes]) -> None: ...

    def write_word(self, word: bytes) -> None: ...

    def forward(self, message: bytes, channels: dict[str, Any]) -> str | None:
        """To the kernel; the channel it went to."""

    def hang_up(self) -> None: ...


def word(kind: bytes, number: int) -> bytes:
    return kind + number.to_bytes(8, "little")


def v1_frame(channel: bytes, parts: Sequence[bytes]) -> bytes:
    """What Jupyter's serialize_msg_to_ws_v1 makes, in a third of its time."""
    count = len(parts) + 2
    at = 8 * (count + 1)
    offsets = [count, at, at := at + len(channel)]
    offsets += [at := at + len(part) for part in parts]
    return b"".join((struct.pack(f"<{count + 1}Q", *offsets), channel, *parts))


def websocket_head(size: int) -> bytes:
    """Of a whole binary message from a server."""
    if size < 126:
        return struct.pack("BB", 0x82, size)
    if size < 1 << 16:
        return struct.pack("!BBH", 0x82, 126, size)
    return struct.pack("!BBQ", 0x82, 127, size)


class KernelLine:
    """See above. Everything happens on the event loop of the server."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.id = uuid.uuid4().hex
        self.frames = KeptFrames(limits)
        self.received = 0
        self.channels: dict[str, Any] = {}
        self.owner: Connection | None = None
        self._is_attached = False
        self._next = 1  # number of the frame that comes in next
        self._told = 0  # acknowledged to the other end
        self._on_close: Callable[[], None] | None = None

    @property
    def is_open(self) -> bool:
        return bool(self.channels)

    @property
    def is_attached(self) -> bool:
        return self._is_attached

    def claim(self, connection: Connection) -> None:
        """This connection is the other end; nothing that comes from another one counts any more."""
        self.owner = connection
        self._is_attached = False
        self._next = self.received + 1
        self._told = self.received  # with the position of this line, before anything else

    def open(self, channels: dict[str, Any], on_close: Callable[[], None]) -> None:
        """Take the sockets over. What waits in them is read at once."""
        self.channels = channels
        self._on_close = on_close
        for name, stream in channels.items():
            stream.on_recv(self._reader(name))
            self._drain(name)

    def attach(self, connection: Connection) -> None:
        if self.owner is not connection:
            return
        self._is_attached = True
        if self.received != self._told:
            self._acknowledge_soon(connection)
        self.pump()

    def detach(self, connection: Connection) -> None:
        if self.owner is connection:
            self.owner = None
            self._is_attached = False

    def close_sockets(self) -> None:
        channels, self.channels = self.channels, {}
        if self._on_close is not None:
            self._on_close()
            self._on_close = None
        for stream in channels.values():
            if not stream.closed():
                stream.on_recv(None)
                stream.close()

    def close(self) -> None:
        self.close_sockets()
        self.frames.close()

    # From the kernel

    def add(self, frame: bytes) -> None:
        """A frame of Jupyter's v1 protocol. `pump` sends it."""
        base = self.frames.base
        self.frames.append(frame)
        if self.frames.base != base and self.owner is not None and self._is_attached:
            # It has not taken frames for so long that some are gone: it comes back and learns how many.
            owner = self.owner
            self.detach(owner)
            owner.hang_up()

    def pump(self) -> None:
        """Send what fits, in one write."""
        if self.owner is None or not self._is_attached:
            return
        frames = self.frames
        parts: list[bytes] = []
        small: list[bytes] = []
        while (frame := frames.peek()) is not None:
            size = len(frame)
            if frames.unacknowledged and frames.unacknowledged + size > WINDOW_BYTES:
                break
            frames.take()
            small.append(websocket_head(size))
            if size < COPY_BELOW:
                small.append(frame)
            else:
                parts.append(b"".join(small))
                parts.append(frame)
                small = []
        if small:
            parts.append(b"".join(small))
        if parts:
            self.owner.write_frames(parts)

    def drain(self, name: str) -> None:
        """Read what a socket has now, and send it."""
        if name in self.channels:
            self._drain(name)
            self.pump()

    def _reader(self, name: str) -> Callable[[list[bytes]], None]:
        channel = name.encode()

        def receive(message: list[bytes]) -> None:
            self._add_message(channel, message)
            # A stream gives one message for each turn of the loop; the others are there already.
            self._drain(name)
            self.pump()

        return receive

    def _drain(self, name: str) -> None:
        stream = self.channels[name]
        channel = name.encode()
        size = 0
        for _ in range(TURN_FRAMES):
            if stream.closed():
                return
            try:
                message = stream.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            size += self._add_message(channel, message)
            if size > TURN_BYTES:
                break
        asyncio.get_running_loop().call_soon(self.drain, name)

    def _add_message(self, channel: bytes, message: list[bytes]) -> int:
        # Identities, delimiter, signature; as Jupyter does, the signature is not looked at.
        parts = message[message.index(b"<IDS|MSG>") + 2 :]
        frame = v1_frame(channel, parts)
        self.add(frame)
        return len(frame)

    # From the other end

    def receive(self, connection: Connection, message: bytes | str) -> None:
        if self.owner is not connection or isinstance(message, str):
            return
        if len(message) == WORD_BYTES:
            kind, number = message[:8], int.from_bytes(message[8:], "little")
            if kind == ACKNOWLEDGED:
                self.frames.acknowledge(number)
                self.pump()
                return
            if kind == POSITION:
                self._next = number + 1
                return
        number = self._next
        self._next += 1
        if number <= self.received:
            return
        if self.received == self._told:
            self._acknowledge_soon(connection)
        self.received = number
        channel = connection.forward(message, self.channels)
        # Sending may have taken the sign that there is something to read.
        if channel is not None:
            self.drain(channel)

    def _acknowledge_soon(self, connection: Connection) -> None:
        asyncio.get_running_loop().call_later(ACKNOWLEDGE_SECONDS, self._acknowledge, connection)

    def _acknowledge(self, connection: Connection) -> None:
        if self.owner is connection and self._is_attached and self._told != self.received:
            self._told = self.received
            connection.write_word(word(ACKNOWLEDGED, self.received))
