"""The checked form of each request: what passes here is safe to act on as root."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from atelier_jupyter.app_settings import AppSettings
from atelier_jupyter.zygote.group_limits import Limits
from atelier_jupyter.zygote.protocol import APP_ID, ENV_NAME, MAX_UID, TOKEN, Arguments, bad, check_text

MAX_RUNTIME_DIR = 70  # below it: "/k/<12 hex>-<port>", together under the ~104 bytes a socket path may have
MAX_SOCKET_PATH = 99
MAX_CPUS = 65_536
MIN_MEMORY_BYTES = 1 << 20
ID_RULE = "must be 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit"


@dataclass(frozen=True)
class Identity:
    """Whom an app runs as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class StartApp:
    settings: AppSettings
    identity: Identity | None
    cwd: str
    log_path: str
    env: dict[str, str]
    path: tuple[str, ...]
    group: str | None = None

    @property
    def app(self) -> str:
        return self.settings.app


@dataclass(frozen=True)
class MakeHome:
    path: str
    identity: Identity | None


@dataclass(frozen=True)
class GroupChange:
    group: str
    limits: Limits | None
    """None asks for the end of the group."""


@dataclass(frozen=True)
class SignalApp:
    app: str
    kill: bool
    pid: int | None
    start_time: int | None
    kill_after: float | None


def identity_of(arguments: Arguments) -> Identity | None:
    uid = arguments.integer("uid", 1, MAX_UID)
    gid = arguments.integer("gid", 1, MAX_UID)
    if uid is None and gid is None:
        return None
    if uid is None or gid is None:
        raise bad("uid" if uid is None else "gid", "is needed: give uid and gid together")
    return Identity(uid, gid)


def app_id(arguments: Arguments) -> str:
    return arguments.matching("app", APP_ID, ID_RULE)


def group_change(arguments: Arguments) -> GroupChange:
    group = arguments.matching("group", APP_ID, ID_RULE)
    if arguments.choice("action", ("make", "remove")) == "remove":
        return GroupChange(group, None)
    cpus = arguments.number("cpus", 0.01, MAX_CPUS)
    memory = arguments.integer("memoryBytes", MIN_MEMORY_BYTES, 2**62)
    if memory is None:
        raise bad("memoryBytes", "is needed")
    return GroupChange(group, Limits(cpus, memory))


def make_home(arguments: Arguments) -> MakeHome:
    return MakeHome(path=arguments.path("path"), identity=identity_of(arguments))


def signal_app(arguments: Arguments) -> SignalApp:
    return SignalApp(
        app=app_id(arguments),
        kill=arguments.choice("signal", ("TERM", "KILL")) == "KILL",
        pid=arguments.integer("pid", 1, 2**31),
        start_time=arguments.integer("startTime", 0, 2**63),
        kill_after=arguments.seconds("killAfterSeconds", 0.1, 300),
    )


def start_app(arguments: Arguments) -> StartApp:
    home = arguments.path("home")
    runtime_dir = arguments.path("runtimeDir")
    if len(os.fsencode(runtime_dir)) > MAX_RUNTIME_DIR:
        raise bad("runtimeDir", f"must be at most {MAX_RUNTIME_DIR} bytes long")
    socket_path = arguments.path("socketPath")
    if os.path.dirname(socket_path) != runtime_dir:
        raise bad("socketPath", "must be a file directly in runtimeDir")
    if len(os.fsencode(socket_path)) > MAX_SOCKET_PATH:
        raise bad("socketPath", f"must be at most {MAX_SOCKET_PATH} bytes long")
    if os.path.basename(socket_path) == "k":
        raise bad("socketPath", "must not be named 'k', which is the folder of the kernels")
    options = Arguments(arguments.mapping("settings"))
    shell = options.take("shellCommand")
    settings = AppSettings(
        app=app_id(arguments),
        app_type=arguments.choice("appType", ("JupyterServer", "KernelGateway")),
        home=home,
        base_url=_base_url(arguments),
        runtime_dir=runtime_dir,
        socket_path=socket_path,
        token=arguments.matching("token", TOKEN, "must be 16 to 512 characters of A-Z a-z 0-9 . _ ~ + / = -"),
        kernelspec_dirs=arguments.paths("kernelspecDirs"),
        shell_command=_shell_command(shell),
        log_level=options.choice("logLevel", ("DEBUG", "INFO", "WARNING"))
        if "logLevel" in options
        else "INFO",
        terminals=_flag(options, "terminals"),
    )
    options.done()
    return StartApp(
        settings=settings,
        identity=identity_of(arguments),
        cwd=arguments.path("cwd", home),
        log_path=arguments.path("logPath"),
        env=_environment(arguments),
        path=_path_entries(arguments),
        group=arguments.matching("group", APP_ID, ID_RULE) if "group" in arguments else None,
    )


def _base_url(arguments: Arguments) -> str:
    value = arguments.text("baseUrl")
    plain = value.isascii() and value.isprintable() and not set(value) & set(' "#%?<>\\^`{|}')
    if not plain or not (value.startswith("/") and value.endswith("/")) or "//" in value or "/../" in value:
        raise bad("baseUrl", "must be a plain path that begins and ends with '/'")
    return value


def _flag(options: Arguments, field: str) -> bool:
    value = options.take(field)
    if value is None:
        return True
    if not isinstance(value, bool):
        raise bad(field, "must be true or false")
    return value


def _shell_command(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise bad("shellCommand", "must be a list of strings, the program first")
    return tuple(check_text("shellCommand", item) for item in value)


def _environment(arguments: Arguments) -> dict[str, str]:
    env = arguments.mapping("env")
    for name, value in env.items():
        if not ENV_NAME.match(name):
            raise bad("env", "holds a name that is not a letter or _ followed by letters, digits and _")
        if not isinstance(value, str):
            raise bad("env", f"has a value of {name} that is not a string")
        check_text("env", value)
    return env


def _path_entries(arguments: Arguments) -> tuple[str, ...]:
    entries = arguments.paths("path")
    if any(":" in entry for entry in entries):
        raise bad("path", "must not hold a folder with ':' in its name")
    return entries
