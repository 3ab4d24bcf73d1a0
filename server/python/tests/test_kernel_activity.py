"""Our watching of a kernel against Jupyter's own, message by message."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_client.session import Session
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets.config import Config

from atelier_jupyter.kernels import AppKernelManager

Told = tuple[str, bool, bool]
TYPES = ["status", "stream", "execute_input", "comm_info_reply", "comm_msg", "shutdown_reply"]
PARENTS = ["execute_request", "comm_info_request", "kernel_info_request", "usage_request", None]
STATES = ["starting", "busy", "idle", "dead"]


class Watched:
    """A manager with one kernel, of which only the watching is real."""

    def __init__(self, manager: type[AsyncMappingKernelManager], session: Session) -> None:
        self.manager = manager()
        self.record: Callable[[list[bytes]], None] = lambda _: None
        stream = SimpleNamespace(on_recv=self._take)
        self.kernel = SimpleNamespace(
            session=session, execution_state="starting", connect_iopub=lambda: stream
        )
        self.manager._kernels = {"k": self.kernel}
        manager.start_watching_activity(self.manager, "k")

    def _take(self, record: Callable[[list[bytes]], None]) -> None:
        self.record = record

    def tell(self, message: list[bytes]) -> Told:
        before = datetime(2000, 1, 1, tzinfo=UTC)
        self.kernel.last_activity = self.manager.last_kernel_activity = before
        self.record(message)
        ours, all_ = self.kernel.last_activity, self.manager.last_kernel_activity
        return self.kernel.execution_state, ours is not before, all_ is not before


class Jupyters(AppKernelManager):
    """Our settings with Jupyter's watching."""

    def start_watching_activity(self, kernel_id: str) -> None:
        AsyncMappingKernelManager.start_watching_activity(self, kernel_id)


@pytest.fixture
def session() -> Session:
    return Session(config=Config(), key=b"secret")


def messages(session: Session, chance: random.Random, count: int) -> list[list[bytes]]:
    made = []
    for _ in range(count):
        kind, parent = chance.choice(TYPES), chance.choice(PARENTS)
        content: dict[str, Any] = {"execution_state": chance.choice(STATES)} if kind == "status" else {}
        header = None if parent is None else session.msg_header(parent)
        message = session.msg(kind, content, parent=header)
        made.append(session.serialize(message, ident=b"kernel.topic"))
    return made


def test_state_and_activity_are_what_jupyter_tells(session: Session) -> None:
    seed = int(os.environ.get("ATELIER_SEED", "1"))
    chance = random.Random(seed)  # noqa: S311 -- the order of messages is the experiment
    for _ in range(40):
        ours, jupyters = Watched(AppKernelManager, session), Watched(Jupyters, session)
        for message in messages(session, chance, 25):
            assert ours.tell(message) == jupyters.tell(message), f"seed {seed}"
