"""What our connection class changes, and what happens where it does not load."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import zmq
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from atelier_jupyter.app import connection_class
from atelier_jupyter.kernel_connection import AppKernelConnection


@pytest.fixture
def iopub() -> Iterator[zmq.Socket[bytes]]:
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        yield socket


def test_the_receiving_end_has_no_limit(monkeypatch: pytest.MonkeyPatch, iopub: zmq.Socket[bytes]) -> None:
    def create_stream(self: ZMQChannelsWebsocketConnection) -> None:
        self.channels = {"iopub": SimpleNamespace(socket=iopub)}

    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "create_stream", create_stream)
    assert iopub.rcvhwm == 1000
    AppKernelConnection.__new__(AppKernelConnection).create_stream()
    assert iopub.rcvhwm == 0


@pytest.mark.parametrize("fails", [False, True])
def test_small_frames_are_sent_at_once_where_that_can_be_asked(
    monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    asked: list[bool] = []

    def set_nodelay(value: bool) -> None:
        asked.append(value)
        if fails:
            raise AssertionError("the socket is closed")

    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda _self: "connected")
    handler = SimpleNamespace(set_nodelay=set_nodelay)
    monkeypatch.setattr(AppKernelConnection, "websocket_handler", handler)
    assert AppKernelConnection.__new__(AppKernelConnection).connect() == "connected"
    assert asked == [True]


def test_jupyters_own_class_serves_where_ours_does_not_load(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert connection_class() is AppKernelConnection
    monkeypatch.setitem(sys.modules, "atelier_jupyter.kernel_connection", None)
    assert connection_class() is ZMQChannelsWebsocketConnection
    assert "Plain kernel connections" in caplog.text
