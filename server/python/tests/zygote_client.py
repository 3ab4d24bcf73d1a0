"""A controller for tests: speaks the zygote's protocol as the server does."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PACKAGE_ROOT = str(Path(__file__).resolve().parents[1])
TOKEN = "0123456789abcdef-test-token"


class Refused(Exception):  # noqa: N818
    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code = error["code"]
        self.field = error.get("field")


def minimal_env(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": PACKAGE_ROOT, **more}


def spawn_zygote(socket_path: Path, parent: int, *flags: str, **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "atelier_jupyter.zygote", "--socket", str(socket_path)]
    # A run of tests that is killed leaves nothing for long.
    command += ["--parent-pid", str(parent), "--orphan-grace", "10", *flags]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=minimal_env(), **options)


class Controller:
    """One connection; events and answers are kept apart."""

    def __init__(self, socket_path: Path) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(str(socket_path))
        self._buffer = b""
        self._next_id = 0
        self.answers: dict[Any, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Controller:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def send(self, verb: str, **arguments: Any) -> int:
        self._next_id += 1
        self.send_line(json.dumps({"id": self._next_id, "verb": verb, **arguments}).encode())
        return self._next_id

    def send_line(self, line: bytes) -> None:
        self.sock.sendall(line + b"\n")

    def call(self, verb: str, **arguments: Any) -> dict[str, Any]:
        return self.answer(self.send(verb, **arguments))

    def answer(self, request_id: Any, seconds: float = 30) -> dict[str, Any]:
        self._read_until(lambda: request_id in self.answers, seconds)
        answer = self.answers.pop(request_id)
        if not answer["ok"]:
            raise Refused(answer["error"])
        return answer["result"]

    def event(self, kind: str, app: str, seconds: float = 30) -> dict[str, Any]:
        def match() -> dict[str, Any] | None:
            return next((e for e in self.events if e["event"] == kind and e["app"] == app), None)

        self._read_until(lambda: match() is not None, seconds)
        found = match()
        assert found is not None
        self.events.remove(found)
        return found

    def _read_until(self, done: Any, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.sock], [], [], left)[0]:
                raise TimeoutError(f"nothing in {seconds} s; events {self.events}")
            data = self.sock.recv(1 << 16)
            if not data:
                raise EOFError("the zygote closed the connection")
            *lines, self._buffer = (self._buffer + data).split(b"\n")
            for line in lines:
                message = json.loads(line)
                if "event" in message:
                    self.events.append(message)
                else:
                    self.answers[message["id"]] = message


class Running:
    """A zygote with a folder of its own and a connected controller."""

    def __init__(self, folder: Path, *flags: str, **options: Any) -> None:
        self.folder = folder
        self.socket_path = folder / "z"
        self.process = spawn_zygote(self.socket_path, os.getpid(), *flags, **options)
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())
        self.control = Controller(self.socket_path)
        self._count = 0

    def arguments(self, app: str | None = None, **changes: Any) -> dict[str, Any]:
        """Arguments of a start that works."""
        self._count += 1
        name = app or f"app{self._count}"
        home = self.folder / f"home{self._count}"
        home.mkdir(exist_ok=True)
        runtime = self.folder / f"r{self._count}"
        return {
            "app": name,
            "home": str(home),
            "baseUrl": f"/jupyter/ann/{name}/",
            "runtimeDir": str(runtime),
            "socketPath": str(runtime / "s"),
            "token": TOKEN,
            "logPath": str(self.folder / f"{name}.log"),
            "appType": "JupyterServer",
            **changes,
        }

    def start(self, app: str | None = None, **changes: Any) -> dict[str, Any]:
        """Start an app and wait until it listens; answers arguments and identity together."""
        arguments = self.arguments(app, **changes)
        started = self.control.call("start_app", **arguments)
        self.control.event("ready", arguments["app"])
        return {**arguments, **started}

    def stop(self, app: str, signal: str = "TERM") -> dict[str, Any]:
        self.control.call("signal_app", app=app, signal=signal)
        return self.control.event("exit", app)

    def reconnect(self) -> None:
        self.control.sock.close()
        self.control = Controller(self.socket_path)

    def close(self) -> None:
        if self.process.poll() is None:
            try:
                self.reconnect()
                self.control.call("end", graceSeconds=2)
            except OSError:  # it is ending already
                self.process.terminate()
            try:
                self.process.wait(20)
            finally:
                self.process.kill()
        self.control.sock.close()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process.wait()
