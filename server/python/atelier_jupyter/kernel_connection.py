"""The WebSocket of a kernel: no delay, no high-water mark between kernel and server.

A class that keeps frames until the relay has acknowledged them will be built on this one; it overrides
methods that are not public, hence the exact pin of jupyter_server and a test of each effect.
"""

from __future__ import annotations

import logging
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class AppKernelConnection(ZMQChannelsWebsocketConnection):
    """Jupyter's own connection with its two silent faults taken out."""

    def create_stream(self) -> None:
        super().create_stream()
        # 0 = no limit. A kernel of our launcher keeps what this end does not take; any other drops it,
        # silently, 1,000 messages after this end is full: without an end of ours it drops much later.
        self.channels["iopub"].socket.rcvhwm = 0

    def connect(self) -> Any:
        self._send_at_once()
        return super().connect()

    def _send_at_once(self) -> None:
        """Without it each small frame over TCP waits ~40 ms; a unix socket ignores it."""
        try:
            self.websocket_handler.set_nodelay(True)
        except (AttributeError, AssertionError, OSError) as error:
            logging.getLogger(__name__).debug("TCP_NODELAY not set: %s", error)
