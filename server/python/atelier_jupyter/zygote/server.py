"""The zygote's loop: one thread, no event loop library, so that every fork is a clean one."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from atelier_jupyter.processes import is_same_process, start_time
from atelier_jupyter.zygote.apps import App, AppTable
from atelier_jupyter.zygote.connection import Connection, peer_of
from atelier_jupyter.zygote.folders import remove_runtime_dir
from atelier_jupyter.zygote.groups import Groups
from atelier_jupyter.zygote.protocol import Arguments, RequestError, decode, encode
from atelier_jupyter.zygote.verbs import Verbs

KEPT_EVENTS = 1000
TICK_SECONDS = 0.5
DEFAULT_END_GRACE = 5.0


@dataclass(frozen=True)
class Options:
    """What the command line said."""

    socket_path: str
    parent_pid: int
    orphan_grace: float
    server_uid: int
    server_gid: int
    min_uid: int
    sweep: tuple[str, ...] = ()


@dataclass
class Ending:
    """The verb `end` under way; whoever asked is answered when all apps have gone."""

    deadline: float
    apps: list[str]
    answers: list[tuple[Connection, Any]]
    killed: bool = False


class Zygote:
    def __init__(
        self, listener: socket.socket, options: Options, groups: Groups, about: dict[str, Any]
    ) -> None:
        self._about = about
        self._listener = listener
        self._options = options
        self._selector = selectors.DefaultSelector()
        self._controller: Connection | None = None
        self._events: deque[dict[str, Any]] = deque(maxlen=KEPT_EVENTS)
        self._parent = (options.parent_pid, start_time(options.parent_pid))
        self._orphan_since: float | None = None
        self._ending: Ending | None = None
        self._is_orphan = False
        self._terminated = False
        self._wake_read, self._wake_write = socket.socketpair()
        self._apps = AppTable(self._release, options.server_gid)
        self._groups = groups
        self._verbs = Verbs(self._apps, groups, options.min_uid)

    def run(self) -> None:
        """Serve until `end`, SIGTERM or the loss of the parent."""
        self._install_signals()
        self._watch(self._listener, self._on_connect)
        self._watch(self._wake_read, self._on_wake)
        while not self._has_ended():
            for key, _mask in self._selector.select(self._timeout()):
                key.data()
            self._check_parent()
            self._check_deadlines()
        self._finish()

    # -- forks and signals

    def _release(self) -> None:
        """In a forked child: let go of everything, so no later collection closes a reused descriptor."""
        signal.set_wakeup_fd(-1)
        self._selector.close()
        self._listener.close()
        self._wake_read.close()
        self._wake_write.close()
        if self._controller is not None:
            self._controller.sock.close()
        for connection, _id in self._ending.answers if self._ending else []:
            connection.sock.close()

    def _install_signals(self) -> None:
        for end in (self._wake_read, self._wake_write):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # Only a flag: a handler may run in the middle of a fork.
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "_terminated", True))
        signal.set_wakeup_fd(self._wake_write.fileno(), warn_on_full_buffer=False)

    def _on_wake(self) -> None:
        self._wake_read.recv(4096)
        self._apps.reap()
        if self._terminated:
            self._begin_end(DEFAULT_END_GRACE)

    def _watch(self, source: socket.socket | int, callback: Callable[[], None]) -> None:
        self._selector.register(source, selectors.EVENT_READ, callback)

    # -- controller

    def _on_connect(self) -> None:
        sock, _ = self._listener.accept()
        peer = peer_of(sock)
        if peer is not None and peer[1] not in (0, os.geteuid(), self._options.server_uid):
            sock.close()
            return
        self._drop_controller()
        connection = Connection(sock)
        self._controller = connection
        self._orphan_since = None
        if peer is not None:
            self._parent = (peer[0], start_time(peer[0]))
        self._watch(sock, lambda: self._on_readable(connection))
        while self._events:
            connection.send(encode(self._events.popleft()))

    def _drop_controller(self) -> None:
        connection, self._controller = self._controller, None
        if connection is not None and not connection.closed:
            self._selector.unregister(connection.sock)
            connection.close()

    def _on_readable(self, connection: Connection) -> None:
        if connection.closed:
            return
        self._selector.unregister(connection.sock)
        lines = connection.read_lines()
        if not connection.closed:
            self._watch(connection.sock, lambda: self._on_readable(connection))
        for line in lines:
            self._answer(connection, line)
        self._notice_closed(connection)

    def _notice_closed(self, connection: Connection) -> None:
        if connection.closed and self._controller is connection:
            self._controller = None

    def _send(self, connection: Connection, message: dict[str, Any]) -> None:
        was_open = not connection.closed
        fd = connection.sock.fileno()
        connection.send(encode(message))
        if was_open and connection.closed and fd in self._selector.get_map():
            self._selector.unregister(fd)
        self._notice_closed(connection)

    def _answer(self, connection: Connection, line: bytes) -> None:
        request_id: Any = None
        try:
            message = decode(line)
            request_id = message.pop("id", None)
            verb = message.pop("verb", None)
            arguments = Arguments(message)
            if verb == "end":
                self._end(connection, request_id, arguments)
                return
            result = self._verb(verb, arguments)
        except RequestError as error:
            self._send(connection, {"id": request_id, "ok": False, "error": error.as_json()})
            return
        self._send(connection, {"id": request_id, "ok": True, "result": result})

    def _verb(self, verb: object, arguments: Arguments) -> dict[str, Any]:
        if verb in ("start_app", "group") and self._ending is not None:
            raise RequestError("ending", "The zygote is ending; nothing can be started.")
        if verb == "list":
            arguments.done()
            return self._list()
        if verb != "start_app":
            return self._verbs.run(verb, arguments)
        app = self._verbs.start(arguments)
        self._watch(app.report_fd, lambda: self._on_report(app))
        self._watch(app.ready_fd, lambda: self._on_ready(app))
        return {"pid": app.pid, "startTime": app.start_time}

    def _list(self) -> dict[str, Any]:
        """All that a server must know to go on where the one before it was killed."""
        return {
            "zygote": self._about,
            "ending": self._ending is not None,
            "groups": self._groups.names(),
            "apps": [app.as_json() for app in self._apps],
        }

    def _emit(self, event: dict[str, Any]) -> None:
        if self._controller is not None:
            self._send(self._controller, event)
        if self._controller is None:  # nobody is there, or has just gone
            self._events.append(event)

    # -- apps

    def _on_ready(self, app: App) -> None:
        if app.ready_fd < 0:  # its end was noticed in the same round
            return
        self._selector.unregister(app.ready_fd)
        if self._apps.on_ready_fd(app):
            self._emit({"event": "ready", **app.name})

    def _on_report(self, app: App) -> None:
        fd, ready_fd = app.report_fd, app.ready_fd
        event = self._apps.on_report_fd(app)
        if event is None:
            return
        self._selector.unregister(fd)
        if ready_fd >= 0:
            self._selector.unregister(ready_fd)
        self._emit(event)

    # -- the end

    def _end(self, connection: Connection, request_id: Any, arguments: Arguments) -> None:
        grace = arguments.seconds("graceSeconds", 0, 60)
        arguments.done()
        ending = self._begin_end(DEFAULT_END_GRACE if grace is None else grace)
        ending.answers.append((connection, request_id))

    def _begin_end(self, grace: float) -> Ending:
        deadline = time.monotonic() + grace
        if self._ending is None:
            self._ending = Ending(deadline, [app.app for app in self._apps], [])
            for app in self._apps:
                self._apps.signal(app, kill=False, kill_after=None)
        self._ending.deadline = min(self._ending.deadline, deadline)
        return self._ending

    def _has_ended(self) -> bool:
        return self._ending is not None and len(self._apps) == 0

    def _check_deadlines(self) -> None:
        self._apps.kill_overdue()
        ending = self._ending
        if ending is not None and not ending.killed and time.monotonic() >= ending.deadline:
            ending.killed = True
            for app in self._apps:
                self._apps.signal(app, kill=True, kill_after=None)

    def _timeout(self) -> float | None:
        """Seconds until something is due; None sleeps until something happens."""
        due = self._apps.next_overdue()
        waits = [] if due is None else [due]
        if self._ending is not None and not self._ending.killed:
            waits.append(max(0.0, self._ending.deadline - time.monotonic()))
        if self._controller is None or self._controller.has_output:
            waits.append(TICK_SECONDS)
        return min(waits, default=None)

    def _check_parent(self) -> None:
        """Nobody to serve: no controller, and the process that could send one has gone."""
        if self._controller is not None:
            self._controller.flush()
            return
        pid, started = self._parent
        if started is not None and is_same_process(pid, started):
            self._orphan_since = None
            return
        now = time.monotonic()
        self._orphan_since = self._orphan_since or now
        if self._ending is None and now - self._orphan_since >= self._options.orphan_grace:
            self._is_orphan = True
            self._begin_end(DEFAULT_END_GRACE)

    def _finish(self) -> None:
        self._groups.remove_all()
        # Before anybody is answered: whoever waits for this end makes the same folders anew.
        for folder in self._options.sweep if self._is_orphan else ():
            remove_runtime_dir(folder)
        ending = self._ending
        for connection, request_id in ending.answers if ending else []:
            self._send(
                connection, {"id": request_id, "ok": True, "result": {"ended": ending.apps if ending else []}}
            )
        if self._controller is not None:
            self._controller.drain(2.0)
        with contextlib.suppress(FileNotFoundError):  # swept
            os.unlink(self._options.socket_path)
