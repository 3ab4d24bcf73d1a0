"""The keeper of an app: its parent and subreaper.

Whatever an app starts stays below its keeper, also after a setsid or a double fork, so the keeper can end
all of it without a control group. It keeps the zygote's user id (the user cannot kill it), has one
thread, no event loop, and lives exactly as long as something of the app.
"""

from __future__ import annotations

import json
import os
import signal
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from atelier_jupyter.processes import (
    become_subreaper,
    close_fds_from,
    kill_descendants,
    set_process_name,
    start_time,
)
from atelier_jupyter.zygote.group_files import GroupFiles

IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
LEFTOVER_SECONDS = 20.0


def keep(
    become_app: Callable[[], NoReturn],
    report_fd: int,
    app_fds: list[int],
    log_fd: int,
    group_folders: tuple[str, ...],
) -> NoReturn:
    """Runs in the freshly forked child of the zygote; `become_app` runs in the child of that child."""
    try:
        zygote = os.getppid()
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number in IGNORED:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, [signal.SIGCHLD])
        _redirect(log_fd)
        close_fds_from(3, keep=[report_fd, *app_fds])
        become_subreaper()
        pid = os.fork()
        if pid == 0:
            os.close(report_fd)
            become_app()
        for fd in app_fds:
            os.close(fd)
        set_process_name("atelier-keeper")
        _report(report_fd, {"pid": pid, "startTime": start_time(pid)})
        status = _wait_for(pid)
        _end_leftovers()
        if os.getppid() != zygote:  # it was killed, and cannot remove the group; the last app's keeper can
            for folder in group_folders:
                GroupFiles().remove(folder)
        _report(report_fd, exit_fields(status))
    except BaseException:  # noqa: BLE001 -- the log is all that is left to tell of it
        traceback.print_exc()
    finally:
        os._exit(0)


def exit_fields(status: int) -> dict[str, Any]:
    """Exit code or name of the signal, from a wait status."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return {"code": code, "signal": None}
    try:
        return {"code": None, "signal": signal.Signals(-code).name}
    except ValueError:
        return {"code": None, "signal": f"SIG{-code}"}


def _wait_for(pid: int) -> int:
    while True:
        ended, status = os.wait()
        if ended == pid:
            return status


def _end_leftovers() -> None:
    """Kill until nothing is left; what cannot be killed (sudo without root) does not hold up the report."""
    me = os.getpid()
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while kill_descendants(me) and time.monotonic() < deadline:
        _await_child(0.5)
        _reap()
    _reap()


def _await_child(seconds: float) -> None:
    if hasattr(signal, "sigtimedwait"):
        signal.sigtimedwait([signal.SIGCHLD], seconds)
    else:  # macOS: there is no timed wait for a signal
        time.sleep(0.02)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _report(fd: int, fields: dict[str, Any]) -> None:
    os.write(fd, json.dumps(fields).encode() + b"\n")


def _redirect(log_fd: int) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log_fd, 1)
    os.dup2(log_fd, 2)
