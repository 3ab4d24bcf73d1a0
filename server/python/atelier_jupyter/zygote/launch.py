"""The last steps of a forked child on its way to being an app; it never returns to the zygote's code."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from typing import NoReturn

from atelier_jupyter.app_settings import app_environment
from atelier_jupyter.processes import close_fds_from, set_process_name
from atelier_jupyter.zygote.requests import Identity, StartApp

EX_SOFTWARE = 70


def become_app(request: StartApp, group_folders: tuple[str, ...], ready_fd: int) -> NoReturn:
    """Turn this process into the app; exits with the server's code."""
    code = EX_SOFTWARE
    try:
        os.setsid()
        _restore_signals()
        close_fds_from(3, keep=[ready_fd])
        _join_groups(group_folders)
        if request.identity is not None:
            _become_user(request.identity)
        os.umask(0o077)
        env = app_environment(request.env, request.path, request.app, request.settings.home)
        os.environ.clear()
        os.environ.update(env)
        os.chdir(request.cwd)
        set_process_name("atelier-app")
        code = _serve(request, ready_fd)
    except BaseException:  # noqa: BLE001 -- the log is all that is left to tell of it
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _serve(request: StartApp, ready_fd: int) -> int:
    from atelier_jupyter.app import run_app

    def tell() -> None:
        with contextlib.suppress(OSError):
            os.write(ready_fd, b"1")
        os.close(ready_fd)

    try:
        run_app(request.settings, tell)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _restore_signals() -> None:
    """The zygote's wakeup descriptor and the keeper's ignored signals are not the app's."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _join_groups(folders: tuple[str, ...]) -> None:
    """Before this process can start another one or lose the right to: all of the app stays in the group.

    The keeper stays outside, so that neither the group's limit nor its end keeps it from its report.
    """
    for folder in folders:
        fd = os.open(f"{folder}/cgroup.procs", os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            os.write(fd, b"0")
        finally:
            os.close(fd)


def _become_user(identity: Identity) -> None:
    os.setgroups([])
    os.setgid(identity.gid)
    os.setuid(identity.uid)
    # As root these two set real, effective and saved ids; nothing may lead back.
    if os.getresuid() != (identity.uid,) * 3 or os.getresgid() != (identity.gid,) * 3 or os.getgroups():
        raise PermissionError("The process did not become the user")
