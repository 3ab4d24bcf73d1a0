"""The controller's connection, and the socket it comes through."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import stat
import struct
import sys

from atelier_jupyter.zygote.protocol import MAX_LINE

MAX_PENDING_OUTPUT = 64 << 20


class SocketInUseError(Exception):
    """Somebody listens on the path already, or something else stands there."""


def lock(path: str) -> int:
    """The right to listen on `path`, held by the descriptor. A trial connection would disturb its owner."""
    fd = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(fd)
        message = f"Another zygote listens on {path}. End it, or choose another --socket."
        raise SocketInUseError(message) from error
    return fd


def listen(path: str, owner: tuple[int, int] | None) -> socket.socket:
    """A listening socket, mode 0600; a stale one is replaced. The caller holds the path's lock."""
    _remove_stale(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(path)
    finally:
        os.umask(before)
    if owner is not None:
        os.chown(path, *owner, follow_symlinks=False)
    listener.listen(8)
    listener.setblocking(False)
    return listener


def _remove_stale(path: str) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise SocketInUseError(f"{path} is there already and is not a socket. Choose another --socket.")
    os.unlink(path)


def peer_of(connection: socket.socket) -> tuple[int, int] | None:
    """(pid, uid) of the other side; None where the system does not tell."""
    if not sys.platform.startswith("linux"):
        return None
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, _gid = struct.unpack("3i", data)
    return pid, uid


class Connection:
    """Lines in, lines out, never blocking the zygote."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        self._input = bytearray()
        self._output = bytearray()
        self.closed = False

    def read_lines(self) -> list[bytes]:
        """Complete lines; closes itself at the end of the stream or when a line has no end."""
        try:
            data = self.sock.recv(1 << 16)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        self._input += data
        *lines, rest = bytes(self._input).split(b"\n")
        self._input = bytearray(rest)
        if not data or len(rest) > MAX_LINE:
            self.close()
        return [line for line in lines if line.strip()]

    def send(self, data: bytes) -> None:
        self._output += data
        self.flush()

    @property
    def has_output(self) -> bool:
        return bool(self._output) and not self.closed

    def flush(self) -> None:
        if self.closed:
            return
        try:
            while self._output:
                del self._output[: self.sock.send(self._output)]
        except BlockingIOError:
            if len(self._output) > MAX_PENDING_OUTPUT:
                self.close()
        except OSError:
            self.close()

    def drain(self, seconds: float) -> None:
        """Wait for the rest to go out, at the very end only."""
        with contextlib.suppress(OSError):
            if not self.closed:
                self.sock.settimeout(seconds)
                self.sock.sendall(self._output)

    def close(self) -> None:
        self.closed = True
        self.sock.close()
