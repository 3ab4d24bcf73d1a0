"""Apps come and go, and nothing of them stays."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from atelier_jupyter.processes import descendants, is_same_process, process_stat, start_time
from tests.app_client import AppClient
from tests.zygote_client import Controller, Refused, Running

DETACH = """
import os, sys, signal
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.write(int(sys.argv[1]), str(os.getpid()).encode())
        os.closerange(0, 1000)
        signal.pause()
    os._exit(0)
os.wait()
"""

RUN_DETACHED = f"""
import os, subprocess, sys
r, w = os.pipe()
subprocess.run([sys.executable, "-c", {DETACH!r}, str(w)], pass_fds=[w], check=True)
print(os.getpid(), os.read(r, 20).decode())
"""


def open_fds(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def sockets_of(pid: int) -> set[str]:
    links = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        target = os.readlink(f"/proc/{pid}/fd/{fd}")
        if target.startswith(("socket:", "pipe:")):
            links.add(target)
    return links


def identify(*pids: int) -> list[tuple[int, int]]:
    return [(pid, start_time(pid) or 0) for pid in pids]


def alive(processes: list[tuple[int, int]]) -> list[int]:
    return [pid for pid, started in processes if is_same_process(pid, started)]


def kernel_with_daemon(client: AppClient) -> list[tuple[int, int]]:
    """Start a kernel, and from it a daemon that left its session and ignores SIGTERM."""
    with client.kernel(client.start_kernel()) as kernel:
        pids = [int(pid) for pid in kernel.text(RUN_DETACHED).split()]
    found = identify(*pids)
    assert len(alive(found)) == 2
    return found


def cycles(zygote: Running, kernelspecs: str, count: int) -> None:
    pid = zygote.process.pid
    zygote.stop(zygote.start()["app"])
    fds = open_fds(pid)
    for number in range(count):
        app = zygote.start(kernelspecDirs=[kernelspecs])
        found = identify(app["pid"])
        if number % 5 == 0:
            with AppClient(app) as client:
                found += kernel_with_daemon(client)
        end = zygote.stop(app["app"], "KILL" if number % 3 == 0 else "TERM")
        assert end["requested"] is True
        assert (end["code"], end["signal"]) == ((None, "SIGKILL") if number % 3 == 0 else (0, None))
        assert alive(found) == []
        assert not os.path.exists(app["runtimeDir"])
    assert descendants(pid) == []
    assert zombies_of(pid) == []
    assert open_fds(pid) == fds


def zombies_of(parent: int) -> list[int]:
    stats = [process_stat(int(name)) for name in os.listdir("/proc") if name.isdigit()]
    return [stat.pid for stat in stats if stat is not None and stat.ppid == parent]


def test_twenty_cycles_leave_no_process_and_no_descriptor(zygote: Running, kernelspecs: str) -> None:
    cycles(zygote, kernelspecs, 20)


@pytest.mark.long
def test_hundred_cycles_leave_no_process_and_no_descriptor(zygote: Running, kernelspecs: str) -> None:
    cycles(zygote, kernelspecs, 100)


def test_an_app_has_none_of_the_zygotes_descriptors(zygote: Running) -> None:
    first, second = zygote.start(), zygote.start()
    shared = sockets_of(zygote.process.pid) & (sockets_of(first["pid"]) | sockets_of(second["pid"]))
    assert shared == set()
    assert sockets_of(first["pid"]) & sockets_of(second["pid"]) == set()
    for app in (first, second):
        zygote.stop(app["app"])


def test_a_killed_app_is_reported_with_its_signal_and_leaves_nothing(
    zygote: Running, kernelspecs: str
) -> None:
    """A killed app is reported with its signal and leaves nothing [A2]."""
    app = zygote.start(kernelspecDirs=[kernelspecs])
    with AppClient(app) as client:
        found = kernel_with_daemon(client)
        terminal = client.post("api/terminals").json()["name"]
        assert terminal
    shells = [stat for stat in descendants(app["pid"]) if stat.pid not in dict(found)]
    assert shells, "the terminal's shell is a process of the app"
    os.kill(app["pid"], signal.SIGKILL)
    end = zygote.control.event("exit", app["app"])
    assert (end["code"], end["signal"], end["requested"]) == (None, "SIGKILL", False)
    assert (end["pid"], end["startTime"]) == (app["pid"], app["startTime"])
    assert "Jupyter Server" in end["logTail"]
    assert alive(found + [(stat.pid, stat.start_time) for stat in shells]) == []
    assert not os.path.exists(app["runtimeDir"])


def test_a_killed_keeper_takes_its_app_with_it(zygote: Running, kernelspecs: str) -> None:
    bystander = zygote.start()
    app = zygote.start(kernelspecDirs=[kernelspecs])
    with AppClient(app) as client:
        found = kernel_with_daemon(client)
    stat = process_stat(app["pid"])
    assert stat is not None
    os.kill(stat.ppid, signal.SIGKILL)
    end = zygote.control.event("exit", app["app"])
    assert end["signal"] == "SIGKILL"
    assert alive([*found, (app["pid"], app["startTime"])]) == []
    assert is_same_process(bystander["pid"], bystander["startTime"])
    zygote.stop(bystander["app"])
    assert zombies_of(zygote.process.pid) == []


def test_term_ends_kernels_and_terminals_gracefully(zygote: Running, kernelspecs: str, folder: Path) -> None:
    app = zygote.start(kernelspecDirs=[kernelspecs])
    mark = folder / "ended"
    with AppClient(app) as client, client.kernel(client.start_kernel()) as kernel:
        kernel.text(f"import atexit; atexit.register(lambda: open({str(mark)!r}, 'w').close())")
        client.post("api/terminals").raise_for_status()
    end = zygote.stop(app["app"], "TERM")
    assert (end["code"], end["signal"]) == (0, None)
    assert mark.exists(), "the kernel ran its exit handlers"


def test_an_app_that_does_not_answer_term_is_killed_after_the_given_time(zygote: Running) -> None:
    app = zygote.start()
    os.kill(app["pid"], signal.SIGSTOP)
    zygote.control.call("signal_app", app=app["app"], signal="TERM", killAfterSeconds=0.5)
    end = zygote.control.event("exit", app["app"], seconds=10)
    assert (end["signal"], end["requested"]) == ("SIGKILL", True)


def test_an_id_is_unique_among_living_apps_and_free_afterwards(zygote: Running) -> None:
    app = zygote.start("same")
    with pytest.raises(Refused) as refused:
        zygote.control.call("start_app", **zygote.arguments("same"))
    assert refused.value.code == "app-exists"
    with pytest.raises(Refused) as refused:
        zygote.control.call(
            "start_app",
            **zygote.arguments("other", runtimeDir=app["runtimeDir"], socketPath=app["socketPath"]),
        )
    assert refused.value.field == "runtimeDir"
    assert is_same_process(app["pid"], app["startTime"])
    zygote.stop("same")
    zygote.start("same")
    zygote.stop("same")


def test_signals_reach_only_the_very_process(zygote: Running) -> None:
    app = zygote.start()
    for wrong in ({"pid": app["pid"] + 1}, {"startTime": app["startTime"] - 1}):
        with pytest.raises(Refused) as refused:
            zygote.control.call("signal_app", app=app["app"], signal="KILL", **wrong)
        assert refused.value.code == "stale-app"
    right = {"pid": app["pid"], "startTime": app["startTime"]}
    assert zygote.control.call("signal_app", app=app["app"], signal="KILL", **right) == {"sent": True}
    zygote.control.event("exit", app["app"])
    with pytest.raises(Refused) as refused:
        zygote.control.call("signal_app", app=app["app"], signal="KILL")
    assert refused.value.code == "no-such-app"


def test_list_names_the_living(zygote: Running) -> None:
    app = zygote.start()
    (listed,) = zygote.control.call("list")["apps"]
    assert {key: listed[key] for key in ("app", "pid", "startTime", "appType", "socketPath", "baseUrl")} == {
        key: app[key] for key in ("app", "pid", "startTime", "appType", "socketPath", "baseUrl")
    }
    assert (listed["state"], listed["uid"], listed["gid"]) == ("running", None, None)
    assert "token" not in listed
    zygote.stop(app["app"])
    assert zygote.control.call("list")["apps"] == []


def test_an_app_that_fails_to_start_says_why(zygote: Running) -> None:
    """An app that fails to start says why [A2]."""
    arguments = zygote.arguments(cwd="/nowhere")
    zygote.control.call("start_app", **arguments)
    end = zygote.control.event("exit", arguments["app"])
    assert (end["code"], end["requested"]) == (70, False)
    assert "/nowhere" in end["logTail"]


def test_events_wait_for_the_next_controller(zygote: Running) -> None:
    app = zygote.start()
    zygote.control.sock.close()
    os.kill(app["pid"], signal.SIGKILL)
    deadline = time.monotonic() + 10
    while os.path.exists(app["runtimeDir"]) and time.monotonic() < deadline:
        time.sleep(0.01)
    zygote.control = Controller(zygote.socket_path)
    assert zygote.control.call("list")["apps"] == []
    assert [event["event"] for event in zygote.control.events] == ["exit"]
    assert zygote.control.event("exit", app["app"])["signal"] == "SIGKILL"


def test_a_new_controller_replaces_the_old_and_finds_the_apps(zygote: Running) -> None:
    app = zygote.start()
    old = zygote.control
    zygote.control = Controller(zygote.socket_path)
    assert [each["app"] for each in zygote.control.call("list")["apps"]] == [app["app"]]
    with pytest.raises((EOFError, OSError)):
        old.call("list")
    zygote.stop(app["app"])


def test_the_environment_is_exactly_the_given_one(zygote: Running, kernelspecs: str) -> None:
    app = zygote.start(
        kernelspecDirs=[kernelspecs],
        env={"SECRET_OF_ZYGOTE": "no", "PATH": "/usr/bin:/bin"},
        path=["/opt/image"],
    )
    with AppClient(app) as client, client.kernel(client.start_kernel()) as kernel:
        text = kernel.text("import os; print('\\n'.join(f'{k}={v}' for k, v in os.environ.items()))")
    env = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    assert env["PATH"].endswith("/opt/image:/usr/bin:/bin")
    assert (env["HOME"], env["ATELIER_APP"]) == (app["home"], app["app"])
    assert env["SECRET_OF_ZYGOTE"] == "no"
    assert "PYTHONPATH" not in env, "the zygote's own"
    assert app["token"] not in text
    zygote.stop(app["app"])


def test_the_log_holds_no_token(make_zygote: Callable[..., Running]) -> None:
    zygote = make_zygote()
    app = zygote.start(settings={"logLevel": "DEBUG"})
    with AppClient(app) as client:
        client.get("api/status").raise_for_status()
    zygote.stop(app["app"])
    assert app["token"] not in Path(app["logPath"]).read_text()
