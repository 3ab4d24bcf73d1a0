"""Instances as control groups: real groups, real limits, real ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from atelier_jupyter.control_groups import own_groups
from atelier_jupyter.processes import is_same_process, process_stat
from tests.app_client import AppClient
from tests.group_folders import bases, favour, groups_of, members, need_groups, wait_until_none
from tests.zygote_client import PACKAGE_ROOT, Refused, Running, minimal_env

GIB = 1 << 30

# Two processes that do nothing but compute.
BURN = (
    "[__import__('subprocess').Popen([__import__('sys').executable, '-c', 'while True: pass']) for _ in '12']"
)
DAEMONS = """
import os, time
if os.fork() == 0:
    os.setsid()
    os.fork()
    time.sleep(600)
print(os.getpid())
"""
EAT = "eaten = b'x' * {size}"

# A server with an app in a group; it says the pids and hangs.
SERVER = """
import json, pathlib, signal, sys
sys.path.insert(0, sys.argv[1])
from tests.zygote_client import Running
zygote = Running(pathlib.Path(sys.argv[2]), "--orphan-grace", "0.5")
zygote.control.call("group", action="make", group="i-1", cpus=1, memoryBytes=1 << 30)
app = zygote.start(group="i-1")
print(json.dumps([zygote.process.pid, app["pid"], app["startTime"]]), flush=True)
signal.pause()
"""


@pytest.fixture
def grouped(zygote: Running) -> Iterator[Running]:
    """A zygote that makes groups; whatever a test makes is removed after it."""
    need_groups(zygote)
    yield zygote
    for folder in groups_of(zygote.process.pid):
        zygote.control.call("group", action="remove", group=folder.name.split("-", 3)[3])
    for app in zygote.control.call("list")["apps"]:
        zygote.control.event("exit", app["app"])


@pytest.fixture
def own(make_zygote: Callable[..., Running]) -> Running:
    """One that a test may end."""
    zygote = make_zygote()
    need_groups(zygote)
    return zygote


def make(zygote: Running, group: str = "i-1", cpus: float = 1, memory: int = GIB) -> None:
    answer = zygote.control.call("group", action="make", group=group, cpus=cpus, memoryBytes=memory)
    assert answer["made"] is True


def remove(zygote: Running, group: str = "i-1") -> bool:
    return bool(zygote.control.call("group", action="remove", group=group)["removed"])


def folders(zygote: Running, group: str = "i-1") -> dict[str, Path]:
    """Controller to folder, `""` for version 2."""
    name = f"atelier-{zygote.process.pid}-{zygote.ready['startTime']}-{group}"
    own = own_groups()
    found = {controller: Path(base) / name for controller, base in own.v1.items()}
    found[""] = next((base / name for base in bases() if str(base) == own.v2), Path("/nowhere"))
    return {controller: folder for controller, folder in found.items() if folder.is_dir()}


@pytest.fixture
def app(grouped: Running, kernelspecs: str) -> Iterator[AppClient]:
    make(grouped)
    started = grouped.start(group="i-1", kernelspecDirs=[kernelspecs], appType="KernelGateway")
    with AppClient(started) as client:
        yield client


def usage(app: AppClient) -> dict[str, Any]:
    answer: dict[str, Any] = app.get("studio/usage").raise_for_status().json()
    return answer


def test_it_says_what_is_enforced_and_why_not(zygote: Running) -> None:
    enforcement = zygote.ready["capabilities"]["enforcement"]
    words = {enforcement["cpu"], enforcement["memory"]}
    assert words <= {"cgroup-v1", "cgroup-v2", "none"}
    assert ("reason" in enforcement) == ("none" in words)
    assert zygote.ready["capabilities"]["group"] == (words != {"none"})
    need_groups(zygote)
    # Both controllers are there wherever one is, on every machine that these tests are meant for.
    assert "none" not in words, enforcement


def test_without_the_right_to_make_groups_apps_run_and_the_reason_is_told(folder: Path) -> None:
    """Without the right to make groups, apps run and the reason is told [P3]."""
    if os.geteuid() != 0:
        pytest.skip("becoming another user needs root")
    below = folder / "u"
    below.mkdir()
    os.chown(below, 65534, 65534)
    zygote = Running(below, user=65534, group=65534, extra_groups=[])
    try:
        capabilities = zygote.ready["capabilities"]
        assert capabilities["group"] is False
        enforcement = capabilities["enforcement"]
        assert (enforcement["cpu"], enforcement["memory"]) == ("none", "none")
        assert re.fullmatch(r"[A-Z].*(not run as root|read-only|controller).*\.", enforcement["reason"])
        answer = zygote.control.call("group", action="make", group="i-1", cpus=1, memoryBytes=GIB)
        assert answer == {"made": False, "enforcement": enforcement}
        assert zygote.control.call("group", action="remove", group="i-1") == {"removed": False}
        arguments = zygote.arguments()
        os.chown(arguments["home"], 65534, 65534)
        zygote.control.call("start_app", **arguments)
        zygote.control.event("ready", arguments["app"])
    finally:
        zygote.close()


def test_the_group_has_the_limits_of_the_type(grouped: Running) -> None:
    """The group has the limits of the type [P3]."""
    make(grouped, cpus=1.5, memory=3 * GIB // 2)
    found = folders(grouped)
    if "cpu" in found:
        quota = int((found["cpu"] / "cpu.cfs_quota_us").read_text())
        assert quota / int((found["cpu"] / "cpu.cfs_period_us").read_text()) == 1.5
    else:
        assert (found[""] / "cpu.max").read_text() == "150000 100000\n"
    if "memory" in found:
        files = ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"]
        there = [found["memory"] / name for name in files if (found["memory"] / name).exists()]
        assert {int(path.read_text()) for path in there} == {3 * GIB // 2}
    else:
        assert int((found[""] / "memory.max").read_text()) == 3 * GIB // 2
    assert remove(grouped)
    assert groups_of(grouped.process.pid) == set()


def test_all_of_an_app_is_in_the_group_and_its_keeper_is_not(grouped: Running, app: AppClient) -> None:
    """All of an app is in the group, kernels, terminals and daemons too [P3]."""
    with app.kernel(app.start_kernel()) as kernel:
        kernel_pid = int(kernel.text(DAEMONS))
        name = app.post("api/terminals").json()["name"]
        with app.socket(f"terminals/websocket/{name}") as terminal:
            terminal.send(json.dumps(["stdin", "echo pid=$(($$+0))=\r"]))
            said, found = "", None
            while found is None:
                kind, *rest = json.loads(terminal.recv(timeout=20))
                said += rest[0] if kind == "stdout" else ""
                found = re.search(r"pid=(\d+)=", said)
            shell_pid = int(found[1])
        for folder in folders(grouped).values():
            inside = members(folder)
            assert {app.app["pid"], kernel_pid, shell_pid} <= inside
            assert len(inside) >= 5, "and the two daemons"
            keeper = process_stat(app.app["pid"])
            assert keeper is not None
            assert keeper.ppid not in inside
            assert grouped.process.pid not in inside


def test_two_busy_processes_get_the_cpus_of_the_type(grouped: Running, app: AppClient) -> None:
    """Two busy processes get the CPUs of the type [P3] [H2]."""
    for folder in folders(grouped).values():
        favour(folder)
    with app.kernel(app.start_kernel()) as kernel:
        kernel.text(f"burning = {BURN}")
        first = usage(app)
        time.sleep(3)  # what is measured: the CPU time of some seconds
        last = usage(app)
        throttled = last["group"]["throttledPeriods"] - first["group"]["throttledPeriods"]
        cores = (last["group"]["cpuUsec"] - first["group"]["cpuUsec"]) / 1e6 / (last["time"] - first["time"])
        kernel.text("[each.kill() for each in burning]")
    assert cores <= 1.2
    assert throttled > 0
    assert last["group"]["periods"] > first["group"]["periods"]


def test_a_kernel_that_takes_too_much_memory_is_ended_alone(grouped: Running, app: AppClient) -> None:
    """A kernel that takes too much memory is ended, its app and the other kernel are not [P3] [G6]."""
    hungry, quiet = app.start_kernel(), app.start_kernel()
    with app.kernel(hungry) as kernel, app.kernel(quiet) as other:
        other.text("here = 'still'")
        before = usage(app)["group"]
        assert before["oomKills"] == 0
        assert before["memoryLimitBytes"] == GIB
        pid = int(kernel.text("import os; print(os.getpid())"))
        started = process_stat(pid)
        assert started is not None
        code = EAT.format(size=3 * GIB // 2)
        kernel.send("execute_request", {"code": code, "silent": False, "store_history": True})
        ended = kernel.until(
            lambda message: message["content"].get("execution_state") in ("restarting", "dead")
        )
        assert ended[-1]["content"]["execution_state"] == "restarting"
        assert not is_same_process(pid, started.start_time)
        after = usage(app)["group"]
        assert after["oomKills"] >= 1
        assert other.text("print(here)").strip() == "still"
        assert app.get("studio/info").status_code == 200
    with app.kernel(hungry) as kernel:
        assert kernel.text("print('again')").strip() == "again"


def test_kernels_go_before_the_server_when_memory_runs_out(app: AppClient) -> None:
    with app.kernel(app.start_kernel()) as kernel:
        score = int(kernel.text("print(open('/proc/self/oom_score_adj').read())"))
        child = "import subprocess; print(subprocess.getoutput('cat /proc/self/oom_score_adj'))"
        assert int(kernel.text(child)) == score, "what a kernel starts goes with it"
    assert score > int(Path(f"/proc/{app.app['pid']}/oom_score_adj").read_text())


def test_a_group_ends_with_all_that_is_in_it(grouped: Running) -> None:
    make(grouped)
    app = grouped.start(group="i-1")
    with subprocess.Popen(
        ["/bin/sh", "-c", "sleep 600 & sleep 600 & wait"], start_new_session=True
    ) as outsider:
        for folder in folders(grouped).values():
            # Someone made a group below, as a container tool would, and put a process into it.
            below = folder / "below"
            below.mkdir()
            (below / "cgroup.procs").write_text(str(outsider.pid))
        assert remove(grouped)
        assert outsider.wait(10) == -signal.SIGKILL
    assert groups_of(grouped.process.pid) == set()
    assert grouped.control.event("exit", app["app"])["signal"] == "SIGKILL"
    assert not remove(grouped), "a second time there is nothing"


def test_an_end_in_the_middle_of_a_start_leaves_no_group(grouped: Running) -> None:
    """An end in the middle of a start leaves no group [C3]."""
    for turn in range(4):
        make(grouped)
        arguments = grouped.arguments(group="i-1")
        grouped.control.call("start_app", **arguments)
        if turn % 2 == 0:  # as the driver does it; otherwise the group goes while the app still begins
            grouped.control.call("signal_app", app=arguments["app"], signal="KILL")
            grouped.control.event("exit", arguments["app"])
        assert remove(grouped)
        if turn % 2 == 1:
            grouped.control.event("exit", arguments["app"])
        assert groups_of(grouped.process.pid) == set()
    assert grouped.control.call("list")["apps"] == []


def test_the_end_of_the_zygote_is_the_end_of_its_groups(own: Running) -> None:
    make(own, "i-1")
    make(own, "i-2")
    own.start(group="i-1")
    assert groups_of(own.process.pid)
    own.control.call("end", graceSeconds=2)
    assert groups_of(own.process.pid) == set()


def test_a_killed_server_leaves_no_group(folder: Path, grouped: Running) -> None:
    """A killed server leaves no group [Q9]."""
    below = folder / "s"
    below.mkdir()
    command = [sys.executable, "-c", SERVER, PACKAGE_ROOT, str(below)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=minimal_env()) as server:
        assert server.stdout is not None
        zygote_pid, app_pid, app_started = json.loads(server.stdout.readline())
        assert groups_of(zygote_pid)
        server.kill()
    wait_until_none(zygote_pid)
    assert not is_same_process(app_pid, app_started)


def test_the_groups_of_a_killed_zygote_go_with_their_last_app(
    make_zygote: Callable[..., Running], own: Running
) -> None:
    make(own, "i-1")
    make(own, "i-2")
    apps = [own.start(group="i-1"), own.start(group="i-1")]
    pid = own.process.pid
    own.process.kill()
    own.process.wait()
    for app, is_left in zip(apps, (True, False), strict=True):
        seen = process_stat(app["pid"])
        keeper = process_stat(seen.ppid if seen else 0)
        assert keeper is not None
        os.kill(app["pid"], signal.SIGKILL)
        deadline = time.monotonic() + 10
        while is_same_process(keeper.pid, keeper.start_time):
            assert time.monotonic() < deadline, "the keeper ends after its app"
            time.sleep(0.02)
        assert any("i-1" in folder.name for folder in groups_of(pid)) == is_left
    assert any("i-2" in folder.name for folder in groups_of(pid)), "no app was there to have a keeper"
    (own.folder / "z").unlink()
    make_zygote()
    assert groups_of(pid) == set(), "the next zygote removes what was left"


def test_groups_of_the_living_and_of_others_are_left_alone(
    make_zygote: Callable[..., Running], grouped: Running
) -> None:
    make(grouped)
    foreign = [folder.parent / "atelier-by-hand" for folder in folders(grouped).values()]
    for each in foreign:
        each.mkdir(exist_ok=True)
    try:
        other = make_zygote()
        assert other.control.call("group", action="remove", group="i-1") == {"removed": False}
        other.close()
        assert folders(grouped)
        assert all(each.is_dir() for each in foreign)
    finally:
        for each in foreign:
            each.rmdir()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("group", {"group": "../escape"}),
        ("group", {"group": ""}),
        ("group", {"group": "a/b"}),
        ("group", {"group": "x" * 65}),
        ("group", {"group": "i-1\n"}),
        ("group", {"group": 1}),
        ("action", {"action": "list"}),
        ("cpus", {"cpus": 0}),
        ("cpus", {"cpus": "1"}),
        ("cpus", {"cpus": True}),
        ("cpus", {"cpus": None}),
        ("memoryBytes", {"memoryBytes": 1}),
        ("memoryBytes", {"memoryBytes": 1.5}),
        ("memoryBytes", {"memoryBytes": None}),
        ("path", {"path": "/sys/fs/cgroup"}),
    ],
)
def test_wrong_arguments_are_refused(zygote: Running, field: str, changes: dict[str, Any]) -> None:
    arguments = {"action": "make", "group": "i-1", "cpus": 1, "memoryBytes": GIB, **changes}
    with pytest.raises(Refused) as refused:
        zygote.control.call("group", **arguments)
    assert (refused.value.code, refused.value.field) == ("bad-request", field)
    assert groups_of(zygote.process.pid) == set()


def test_an_app_starts_in_a_group_that_is_there_only(grouped: Running) -> None:
    with pytest.raises(Refused) as refused:
        grouped.start(group="i-9")
    assert refused.value.code == "no-such-group"
    make(grouped)
    with pytest.raises(Refused) as refused:
        make(grouped)
    assert refused.value.code == "group-exists"
    assert grouped.control.call("list")["apps"] == []


def cycles(zygote: Running, count: int) -> None:
    for _ in range(count):
        make(zygote)
        app = zygote.start(group="i-1")
        assert zygote.control.call("list")["apps"][0]["group"] == "i-1"
        zygote.stop(app["app"])
        assert remove(zygote)
        assert groups_of(zygote.process.pid) == set()


def test_ten_cycles_leave_no_group(grouped: Running) -> None:
    """Start and end, again and again, leave no group [A8]."""
    cycles(grouped, 10)


@pytest.mark.long
def test_hundred_cycles_leave_no_group(grouped: Running) -> None:
    cycles(grouped, 100)
