"""The checked verbs. Each argument is examined before anything is done."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from atelier_jupyter.zygote import folders, requests
from atelier_jupyter.zygote.apps import App, AppTable
from atelier_jupyter.zygote.groups import Groups
from atelier_jupyter.zygote.protocol import Arguments, RequestError, bad
from atelier_jupyter.zygote.requests import Identity


class Verbs:
    def __init__(self, apps: AppTable, groups: Groups, min_uid: int) -> None:
        self._apps = apps
        self._groups = groups
        self._min_uid = min_uid
        self._verbs: dict[str, Callable[[Arguments], dict[str, Any]]] = {
            "make_home": self._make_home,
            "signal_app": self._signal_app,
            "group": self._group,
        }

    def run(self, verb: object, arguments: Arguments) -> dict[str, Any]:
        handler = self._verbs.get(verb) if isinstance(verb, str) else None
        if handler is None:
            raise RequestError("unknown-verb", f"There is no such verb: {str(verb)[:40]}.", "verb")
        return handler(arguments)

    def start(self, arguments: Arguments) -> App:
        request = requests.start_app(arguments)
        arguments.done()
        self._check_identity(request.identity)
        return self._apps.start(request, () if request.group is None else self._groups.folders(request.group))

    def _make_home(self, arguments: Arguments) -> dict[str, Any]:
        request = requests.make_home(arguments)
        arguments.done()
        self._check_identity(request.identity)
        created = folders.make_home(request)
        owner = os.stat(request.path)
        return {"path": request.path, "created": created, "uid": owner.st_uid, "gid": owner.st_gid}

    def _signal_app(self, arguments: Arguments) -> dict[str, Any]:
        request = requests.signal_app(arguments)
        arguments.done()
        app = self._apps.get(request.app)
        if app is None:
            raise RequestError("no-such-app", f"No app {request.app} is running.", "app")
        wrong_pid = request.pid is not None and request.pid != app.pid
        wrong_start = request.start_time is not None and request.start_time != app.start_time
        if wrong_pid or wrong_start:
            raise RequestError("stale-app", f"The app {request.app} is another process by now.", "pid")
        return {"sent": self._apps.signal(app, request.kill, request.kill_after)}

    def _group(self, arguments: Arguments) -> dict[str, Any]:
        request = requests.group_change(arguments)
        arguments.done()
        if request.limits is None:
            return {"removed": self._groups.remove(request.group)}
        made = self._groups.make(request.group, request.limits)
        return {"made": made, "enforcement": self._groups.enforcement.as_json()}

    def _check_identity(self, identity: Identity | None) -> None:
        if identity is None:
            return
        if os.geteuid() != 0:
            raise RequestError(
                "not-permitted", "Only a zygote that runs as root can become another user.", "uid"
            )
        if identity.uid < self._min_uid:
            raise bad("uid", f"is below {self._min_uid}, the lowest id of a user")
