"""The zygote's own beginning and end."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from atelier_jupyter.processes import is_same_process, start_time
from tests.zygote_client import PACKAGE_ROOT, Controller, Refused, Running, minimal_env, spawn_zygote

# A server that starts a zygote and an app with a kernel, says their pids, and then hangs.
SERVER = """
import json, pathlib, signal, sys
sys.path.insert(0, sys.argv[1])
from tests.app_client import AppClient
from tests.zygote_client import Running
grace, folder = sys.argv[4], pathlib.Path(sys.argv[2])
for name in ("swept", "kept"):
    (folder / name / "below").mkdir(parents=True)
zygote = Running(folder, "--orphan-grace", grace, "--sweep", str(folder / "swept"))
app = zygote.start(kernelspecDirs=[sys.argv[3]])
with AppClient(app) as client, client.kernel(client.start_kernel()) as kernel:
    pid = int(kernel.text("import os; print(os.getpid())"))
print(json.dumps([zygote.process.pid, app["pid"], pid]), flush=True)
signal.pause()
"""


def test_the_socket_is_the_owners_alone(make_zygote: Callable[..., Running]) -> None:
    zygote = make_zygote()
    assert stat.S_IMODE(zygote.socket_path.stat().st_mode) == 0o600
    assert zygote.ready["ready"] is True
    assert zygote.ready["pid"] == zygote.process.pid
    assert zygote.ready["startTime"] == start_time(zygote.process.pid)


def test_end_answers_when_all_have_ended_and_the_process_exits(make_zygote: Callable[..., Running]) -> None:
    zygote = make_zygote()
    apps = [zygote.start(), zygote.start()]
    os.kill(apps[1]["pid"], signal.SIGSTOP)  # will not answer SIGTERM
    ended = zygote.control.call("end", graceSeconds=1)
    assert sorted(ended["ended"]) == sorted(app["app"] for app in apps)
    assert zygote.process.wait(10) == 0
    assert not zygote.socket_path.exists()
    assert [app["pid"] for app in apps if is_same_process(app["pid"], app["startTime"])] == []
    assert {event["app"] for event in zygote.control.events if event["event"] == "exit"} == set(
        ended["ended"]
    )


def test_nothing_starts_while_it_ends(make_zygote: Callable[..., Running]) -> None:
    zygote = make_zygote()
    app = zygote.start()
    os.kill(app["pid"], signal.SIGSTOP)
    end = zygote.control.send("end", graceSeconds=1)
    with pytest.raises(Refused) as refused:
        zygote.control.call("start_app", **zygote.arguments())
    assert refused.value.code == "ending"
    zygote.control.answer(end)


def test_sigterm_ends_everything(make_zygote: Callable[..., Running]) -> None:
    zygote = make_zygote()
    app = zygote.start()
    zygote.process.terminate()
    assert zygote.process.wait(10) == 0
    assert not is_same_process(app["pid"], app["startTime"])


def test_ctrl_c_is_left_to_the_server(make_zygote: Callable[..., Running]) -> None:
    zygote = make_zygote()
    for number in (signal.SIGINT, signal.SIGHUP):
        zygote.process.send_signal(number)
    assert zygote.control.call("list")["apps"] == []


def killed_server(folder: Path, kernelspecs: str, grace: str) -> list[tuple[int, int]]:
    """Processes of a server that was killed: the zygote, an app, its kernel."""
    command = [sys.executable, "-c", SERVER, PACKAGE_ROOT, str(folder), kernelspecs, grace]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=minimal_env()) as server:
        assert server.stdout is not None
        processes = [(pid, start_time(pid) or 0) for pid in json.loads(server.stdout.readline())]
        server.kill()
    return processes


def test_what_nobody_takes_over_ends_after_the_grace(folder: Path, kernelspecs: str) -> None:
    """What a killed server left ends when nobody takes it over in time [Q9]."""
    processes = killed_server(folder, kernelspecs, "1")
    deadline = time.monotonic() + 15
    while any(is_same_process(*each) for each in processes):
        assert time.monotonic() < deadline, "all ended within the grace of 1 s and some seconds"
        time.sleep(0.05)
    assert sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name[:4] != "home") == [
        "kept"
    ]


def test_the_next_server_goes_on_where_the_killed_one_was(folder: Path, kernelspecs: str) -> None:
    """The next server finds the apps of a killed one, and they stay [F8]."""
    zygote, app, kernel = killed_server(folder, kernelspecs, "2")
    with Controller(folder / "z") as control:
        left = control.call("list")
        assert (left["zygote"]["pid"], left["zygote"]["startTime"]) == zygote
        assert left["zygote"]["protocol"] == 2
        assert (left["ending"], left["groups"]) == (False, [])
        (listed,) = left["apps"]
        assert (listed["pid"], listed["startTime"], listed["state"]) == (*app, "running")
        time.sleep(3.5)  # longer than the grace: this process is the server now
        assert all(is_same_process(*each) for each in (zygote, app, kernel))
        control.call("end", graceSeconds=5)
    assert (folder / "swept").exists()  # a server that is there sweeps by itself


def test_a_lost_connection_alone_ends_nothing(make_zygote: Callable[..., Running]) -> None:
    zygote = make_zygote("--orphan-grace", "0.2")
    app = zygote.start()
    zygote.control.sock.close()
    time.sleep(1.5)  # much longer than the grace: this process, the parent, still runs
    zygote.control = Controller(zygote.socket_path)
    assert [each["app"] for each in zygote.control.call("list")["apps"]] == [app["app"]]


def test_a_stale_socket_is_replaced_and_a_live_one_respected(
    folder: Path, make_zygote: Callable[..., Running]
) -> None:
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(folder / "z"))
    zygote = make_zygote()
    second = spawn_zygote(zygote.socket_path, os.getpid(), stderr=subprocess.PIPE)
    _, said = second.communicate(timeout=30)
    assert second.returncode == 2
    assert b"Another zygote listens" in said
    assert zygote.control.call("list")["apps"] == []


def test_a_file_in_the_sockets_place_is_left_alone(folder: Path) -> None:
    (folder / "z").write_text("mine")
    process = spawn_zygote(folder / "z", os.getpid(), stderr=subprocess.PIPE)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert b"not a socket" in said
    assert (folder / "z").read_text() == "mine"


def test_its_own_messages_go_to_the_log(folder: Path, make_zygote: Callable[..., Running]) -> None:
    zygote = make_zygote("--log", str(folder / "zygote.log"))
    # The log is opened behind the word that it is ready, and before the first answer.
    zygote.control.call("list")
    assert (folder / "zygote.log").read_text() == ""
    log = os.stat(folder / "zygote.log")
    stderr = os.stat(f"/proc/{zygote.process.pid}/fd/2")
    assert (stderr.st_dev, stderr.st_ino) == (log.st_dev, log.st_ino)
