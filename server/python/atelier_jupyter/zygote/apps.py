"""The living apps: forked, watched, signalled, accounted for."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from atelier_jupyter.processes import descendants, kill_descendants, send_signal, thread_count
from atelier_jupyter.zygote.folders import log_tail, make_runtime_dir, open_log, remove_runtime_dir
from atelier_jupyter.zygote.keeper import exit_fields, keep
from atelier_jupyter.zygote.launch import become_app
from atelier_jupyter.zygote.protocol import RequestError
from atelier_jupyter.zygote.requests import Identity, StartApp

START_SECONDS = 10.0
STRAY_SECONDS = 5.0


@dataclass
class App:
    """One app as the zygote knows it; its token is not kept."""

    app: str
    app_type: str
    identity: Identity | None
    base_url: str
    socket_path: str
    runtime_dir: str
    log_path: str
    log_start: int
    keeper_pid: int
    report_fd: int
    ready_fd: int
    group: str | None
    pid: int = 0
    start_time: int = 0
    state: str = "starting"
    requested: bool = False
    kill_at: float | None = None
    report: bytes = b""
    ended: dict[str, Any] | None = None
    started_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))

    def as_json(self) -> dict[str, Any]:
        identity = self.identity
        return {
            "app": self.app,
            "pid": self.pid,
            "startTime": self.start_time,
            "uid": None if identity is None else identity.uid,
            "gid": None if identity is None else identity.gid,
            "appType": self.app_type,
            "socketPath": self.socket_path,
            "baseUrl": self.base_url,
            "startedAt": self.started_at.replace("+00:00", "Z"),
            "state": self.state,
            "group": self.group,
        }

    @property
    def name(self) -> dict[str, Any]:
        return {"app": self.app, "pid": self.pid, "startTime": self.start_time}


class AppTable:
    """`release` closes, in a forked child, every Python object of the zygote that holds a descriptor."""

    def __init__(self, release: Callable[[], None], server_gid: int) -> None:
        self._release = release
        self._server_gid = server_gid
        self._apps: dict[str, App] = {}
        self._statuses: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._apps)

    def __iter__(self) -> Iterator[App]:
        return iter(list(self._apps.values()))

    def get(self, app: str) -> App | None:
        return self._apps.get(app)

    def start(self, request: StartApp, group_folders: tuple[str, ...] = ()) -> App:
        """Fork keeper and app; answers when the app's process exists."""
        if request.app in self._apps:
            raise RequestError("app-exists", f"The app {request.app} is running already.", "app")
        runtime_dir = request.settings.runtime_dir
        if any(other.runtime_dir == runtime_dir for other in self._apps.values()):
            raise RequestError("bad-request", "runtimeDir belongs to another app.", "runtimeDir")
        privileged = request.identity is not None
        log_fd, log_start = open_log(request.log_path, self._server_gid if privileged else None)
        try:
            make_runtime_dir(runtime_dir, request.identity, self._server_gid)
            app = self._fork(request, group_folders, log_fd, log_start)
        finally:
            os.close(log_fd)
        if not self._await_pid(app):
            self._await_keeper(app.keeper_pid)
            self._forget(app)
            raise RequestError("start-failed", "The process of the app could not be made.")
        self._apps[app.app] = app
        return app

    def _fork(self, request: StartApp, group_folders: tuple[str, ...], log_fd: int, log_start: int) -> App:
        report_read, report_write = os.pipe()
        ready_read, ready_write = os.pipe()
        # A thread that holds a lock while we fork would leave it held for ever in the child.
        if thread_count() != 1:
            raise RequestError("start-failed", "The zygote has more than one thread; restart the server.")
        sys.stdout.flush()
        sys.stderr.flush()
        gc.freeze()  # what is shared stays shared: the collector does not touch it in the child
        keeper_pid = os.fork()
        if keeper_pid == 0:
            self._release_all()
            become = partial(become_app, request, group_folders, ready_write)
            keep(become, report_write, [ready_write], log_fd, group_folders)
        os.close(report_write)
        os.close(ready_write)
        settings = request.settings
        return App(
            app=settings.app,
            app_type=settings.app_type,
            identity=request.identity,
            base_url=settings.base_url,
            socket_path=settings.socket_path,
            runtime_dir=settings.runtime_dir,
            log_path=request.log_path,
            log_start=log_start,
            keeper_pid=keeper_pid,
            report_fd=report_read,
            ready_fd=ready_read,
            group=request.group,
        )

    def _release_all(self) -> None:
        self._release()
        for app in self._apps.values():
            self._close(app)

    def _await_pid(self, app: App) -> bool:
        readable, _, _ = select.select([app.report_fd], [], [], START_SECONDS)
        if not readable:
            kill_descendants(app.keeper_pid)
            os.kill(app.keeper_pid, signal.SIGKILL)
            return False
        line, _, app.report = os.read(app.report_fd, 4096).partition(b"\n")
        if not line:
            return False
        fields = json.loads(line)
        app.pid, app.start_time = fields["pid"], fields["startTime"] or 0
        return True

    def signal(self, app: App, kill: bool, kill_after: float | None) -> bool:
        """Ask an app to end, or end it with all it started."""
        app.requested = True
        app.state = "ending"
        if kill:
            app.kill_at = None
            return kill_descendants(app.keeper_pid) > 0
        if kill_after is not None:
            app.kill_at = time.monotonic() + kill_after
        return send_signal(app.pid, app.start_time, signal.SIGTERM)

    def on_ready_fd(self, app: App) -> bool:
        """True when the app said that it listens; the descriptor is done with in any case."""
        said = os.read(app.ready_fd, 1)
        os.close(app.ready_fd)
        app.ready_fd = -1
        if said and app.state == "starting":
            app.state = "running"
        return bool(said)

    def on_report_fd(self, app: App) -> dict[str, Any] | None:
        """The exit event, once the keeper has ended everything of the app; None before."""
        data = os.read(app.report_fd, 4096)
        app.report += data
        line, newline, _ = app.report.partition(b"\n")
        if newline and app.ended is None:
            app.ended = json.loads(line)
        if data:
            return None
        self._await_keeper(app.keeper_pid)
        if app.ended is None:  # the keeper was killed; waited for, so its children are ours by now
            app.ended = self._end_strays(app)
        self._forget(app)
        tail = log_tail(app.log_path, app.log_start)
        return {"event": "exit", **app.name, **app.ended, "requested": app.requested, "logTail": tail}

    def _forget(self, app: App) -> None:
        self._apps.pop(app.app, None)
        self._close(app)
        remove_runtime_dir(app.runtime_dir)

    def _await_keeper(self, pid: int) -> None:
        if self._statuses.pop(pid, None) is None:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def _end_strays(self, app: App) -> dict[str, Any]:
        """Children of ours that are no keepers: what a killed keeper held. All of it goes."""
        keepers = {other.keeper_pid for other in self._apps.values()}
        deadline = time.monotonic() + STRAY_SECONDS
        while time.monotonic() < deadline:
            kept = {stat.pid for pid in keepers for stat in descendants(pid)} | keepers
            strays = [stat for stat in descendants(os.getpid()) if stat.pid not in kept]
            if not any([send_signal(stat.pid, stat.start_time, signal.SIGKILL) for stat in strays]):
                break
            time.sleep(0.01)
            self.reap()
        self.reap()
        status = self._statuses.pop(app.pid, None)
        return {"code": None, "signal": "SIGKILL"} if status is None else exit_fields(status)

    def reap(self) -> None:
        """After SIGCHLD: no zombie stays, statuses of keepers are kept for `_forget`."""
        wanted = {pid for app in self._apps.values() for pid in (app.keeper_pid, app.pid)}
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid in wanted:
                    self._statuses[pid] = status

    def _close(self, app: App) -> None:
        for fd in (app.report_fd, app.ready_fd):
            if fd >= 0:
                os.close(fd)
        app.report_fd = app.ready_fd = -1

    def kill_overdue(self) -> None:
        """Kill the apps whose grace is over."""
        now = time.monotonic()
        for app in self:
            if app.kill_at is not None and app.kill_at <= now:
                self.signal(app, kill=True, kill_after=None)

    def next_overdue(self) -> float | None:
        """Seconds until `kill_overdue` has something to do."""
        now = time.monotonic()
        return min((max(0.0, app.kill_at - now) for app in self if app.kill_at is not None), default=None)
