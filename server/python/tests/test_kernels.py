"""Kernels of an app: the image's, over ipc, without loss."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import stat
from pathlib import Path
from typing import Any

import pytest

from atelier_jupyter.kernels import LAUNCHER, without_output_limit
from atelier_jupyter.processes import descendants
from tests.app_client import AppClient, Kernel
from tests.zygote_client import Running


def test_exactly_the_given_kernelspecs_are_shown(zygote: Running, app: AppClient, folder: Path) -> None:
    shown = app.get("api/kernelspecs").json()
    assert list(shown["kernelspecs"]) == ["python3"]
    assert shown["kernelspecs"]["python3"]["spec"]["display_name"] == "Python 3"
    # What Jupyter finds by itself: the user's folder, and this environment's share/jupyter.
    users = Path(app.app["home"], ".local/share/jupyter/kernels/mine")
    users.mkdir(parents=True)
    (users / "kernel.json").write_text('{"argv": ["true"], "display_name": "Mine", "language": "x"}')
    assert list(app.get("api/kernelspecs").json()["kernelspecs"]) == ["python3"]
    bare = zygote.start(env={"JUPYTER_PATH": str(folder)})
    with AppClient(bare) as client:
        assert client.get("api/kernelspecs").json()["kernelspecs"] == {}
        assert client.post("api/kernels", json={"name": "python3"}).status_code >= 400
    zygote.stop(bare["app"])


def test_no_configuration_of_the_user_is_read(zygote: Running) -> None:
    arguments = zygote.arguments()
    config = Path(arguments["home"], ".jupyter")
    (config / "jupyter_server_config.d").mkdir(parents=True)
    (config / "jupyter_server_config.py").write_text("raise SystemExit('read the configuration')")
    (config / "jupyter_config.py").write_text("raise SystemExit('read the configuration')")
    extension = '{"ServerApp": {"jpserver_extensions": {"nbformat": true}}}'
    (config / "jupyter_server_config.d" / "evil.json").write_text(extension)
    started = zygote.control.call("start_app", **arguments)
    zygote.control.event("ready", arguments["app"])
    log = Path(arguments["logPath"]).read_text()
    assert started["pid"]
    assert set(re.findall(r"(\w+) \| extension was successfully loaded", log)) == {
        "jupyter_server_terminals",
        "atelier_jupyter",
    }
    zygote.stop(arguments["app"])


def test_a_kernel_runs_over_ipc_in_a_closed_folder(app: AppClient) -> None:
    kernel_id = app.start_kernel()
    with app.kernel(kernel_id) as kernel:
        assert kernel.text("print(6 * 7)") == "42\n"
        pid = int(kernel.text("import os; print(os.getpid())"))
        assert kernel.text("print(os.getcwd())").strip() == app.app["home"]
    folder = Path(app.app["runtimeDir"], "k")
    assert stat.S_IMODE(folder.stat().st_mode) & 0o777 == 0o700
    sockets = [entry for entry in folder.iterdir() if entry.is_socket()]
    assert len(sockets) >= 5
    assert max(len(os.fsencode(entry)) for entry in folder.iterdir()) < 120
    assert max(len(os.fsencode(entry)) for entry in sockets) < 100
    # ipykernel listens on one loopback port for prints of forked children, guarded by a random key.
    assert len(listening_tcp(pid)) <= 1
    app.delete(f"api/kernels/{kernel_id}").raise_for_status()
    assert [entry for entry in folder.iterdir() if entry.is_socket()] == []


def listening_tcp(pid: int) -> set[str]:
    inodes = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # closed since the folder was read
            inodes.add(os.readlink(f"/proc/{pid}/fd/{fd}")[8:-1])
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.add(fields[1])
    return found


def test_longest_allowed_runtime_folder_holds_a_kernel(zygote: Running, kernelspecs: str) -> None:
    runtime = str(zygote.folder / "r").ljust(70, "r")
    started = zygote.start(
        runtimeDir=runtime, socketPath=f"{runtime}/{'s' * 28}", kernelspecDirs=[kernelspecs]
    )
    with AppClient(started) as client, client.kernel(client.start_kernel()) as kernel:
        assert kernel.text("print(1)") == "1\n"
    zygote.stop(started["app"])


def restarts(app: AppClient, count: int) -> None:
    """A cell that is sent the moment the restart is known keeps its output and comes to its end."""
    for _ in range(count):
        kernel_id = app.start_kernel()
        with app.kernel(kernel_id) as kernel:
            pid = int(kernel.text("import os; print(os.getpid())"))
            os.kill(pid, signal.SIGKILL)
            kernel.until(lambda message: message["content"].get("execution_state") == "restarting")
            assert kernel.text("print('back')", seconds=30) == "back\n"
        app.delete(f"api/kernels/{kernel_id}").raise_for_status()


def test_a_dead_kernel_is_started_again_and_heard_at_once(app: AppClient) -> None:
    """A dead kernel is started again and heard at once [F5]."""
    restarts(app, 2)


def death_after(app: AppClient, kernel_id: str, code: str) -> dict[str, Any]:
    with app.kernel(kernel_id) as kernel:
        kernel.text("1")
        kernel.send("execute_request", {"code": code})
        kernel.until(lambda message: message["content"].get("execution_state") == "restarting")
        (told,) = app.get("studio/usage").raise_for_status().json()["kernels"]
        assert kernel.text("print('again')", 90) == "again\n"
    death: dict[str, Any] = told["death"]
    return death


def test_a_kernel_that_died_says_why(app: AppClient) -> None:
    """A kernel that died says why: signal, exit code, the last on stderr [F5]."""
    kernel_id = app.start_kernel()
    fault = death_after(app, kernel_id, "import ctypes; ctypes.string_at(0)")
    assert (fault["code"], fault["signal"]) == (None, "SIGSEGV")
    assert fault["said"] == "Fatal Python error: Segmentation fault"
    killed = death_after(app, kernel_id, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert (killed["signal"], killed["said"]) == ("SIGKILL", "")
    said = death_after(app, kernel_id, "import os; os._exit(3)")
    assert (said["code"], said["signal"]) == (3, None)
    with open(app.app["logPath"], encoding="utf-8") as log:
        assert "Fatal Python error: Segmentation fault" in log.read()
    app.post(f"api/kernels/{kernel_id}/restart").raise_for_status()
    app.delete(f"api/kernels/{kernel_id}").raise_for_status()
    fresh = app.start_kernel()
    assert app.get("studio/usage").json()["kernels"][0]["death"] is None
    app.post(f"api/kernels/{fresh}/restart").raise_for_status()
    assert app.get("studio/usage").json()["kernels"][0]["death"] is None
    app.delete(f"api/kernels/{fresh}").raise_for_status()


@pytest.mark.long
def test_forty_restarted_kernels_are_heard_at_once(app: AppClient) -> None:
    restarts(app, 40)


def test_interrupt_reaches_the_cell(app: AppClient) -> None:
    """Interrupt reaches the cell [F4]."""
    kernel_id = app.start_kernel()
    with app.kernel(kernel_id) as kernel:
        msg_id = kernel.send(
            "execute_request", {"code": "import time; print('on', flush=True); time.sleep(60)"}
        )
        kernel.until(lambda message: message["content"].get("text") == "on\n")
        app.post(f"api/kernels/{kernel_id}/interrupt").raise_for_status()
        seen = kernel.until(
            lambda m: m["header"]["msg_type"] == "execute_reply" and m["parent_header"]["msg_id"] == msg_id
        )
    assert seen[-1]["content"]["ename"] == "KeyboardInterrupt"


def test_asking_for_usage_does_not_make_a_busy_kernel_look_idle(app: AppClient) -> None:
    """Asking for usage does not make a busy kernel look idle [F5]."""
    kernel_id = app.start_kernel()
    with app.kernel(kernel_id) as kernel:
        msg_id = kernel.send(
            "execute_request", {"code": "print('on', flush=True)\ninput()", "allow_stdin": True}
        )
        kernel.until(lambda message: message["header"]["msg_type"] == "input_request")
        for kind in ("usage_request", "create_subshell_request", "list_subshell_request"):
            asked = kernel.send(kind, {}, "control")
            answered(kernel, asked)
            assert app.get(f"api/kernels/{kernel_id}").json()["execution_state"] == "busy"
        kernel.send("input_reply", {"value": "x", "status": "ok"}, "stdin")
        answered(kernel, msg_id)


def answered(kernel: Kernel, msg_id: str) -> None:
    missing = {"reply", "idle"}

    def both(message: dict) -> bool:
        if message["parent_header"].get("msg_id") == msg_id:
            if message["header"]["msg_type"].endswith("_reply"):
                missing.discard("reply")
            if message["content"].get("execution_state") == "idle":
                missing.discard("idle")
        return not missing

    kernel.until(both)


def test_the_kernel_looks_like_any_other(app: AppClient) -> None:
    with app.kernel(app.start_kernel()) as kernel:
        assert kernel.text("import sys; print(sys.argv[0])").strip().endswith("/ipykernel_launcher.py")
        seen = kernel.text("print(sys.path, list(globals()), list(sys.modules))")
        assert "atelier_jupyter" not in seen
        assert "server/python" not in seen
        ran = kernel.execute("pass")
    counts = [m["content"]["execution_count"] for m in ran if m["header"]["msg_type"] == "execute_input"]
    assert counts == [3]


def test_the_users_own_exec_lines_still_run(zygote: Running, kernelspecs: str) -> None:
    arguments = zygote.arguments(kernelspecDirs=[kernelspecs])
    profile = Path(arguments["home"], ".ipython/profile_default")
    profile.mkdir(parents=True)
    (profile / "ipython_config.py").write_text("c.InteractiveShellApp.exec_lines = ['mine = 41']")
    zygote.control.call("start_app", **arguments)
    zygote.control.event("ready", arguments["app"])
    with AppClient(arguments) as client, client.kernel(client.start_kernel()) as kernel:
        assert kernel.text("print(mine + 1)") == "42\n"
    zygote.stop(arguments["app"])


def prints_arrive(app: AppClient, count: int, stop_server: bool) -> None:
    with app.kernel(app.start_kernel()) as kernel:
        code = f"for i in range({count}): print(i, flush=True)"
        if stop_server:
            pid = app.app["pid"]
            code = (
                f"import os, signal, time\nos.kill({pid}, signal.SIGSTOP)\n{code}\n"
                f"time.sleep(2)\nos.kill({pid}, signal.SIGCONT)"
            )
        messages = kernel.execute(code, seconds=240)
    text = "".join(m["content"]["text"] for m in messages if m["header"]["msg_type"] == "stream")
    lines = text.splitlines()
    assert lines == [str(number) for number in range(count)]


def test_a_flood_of_prints_arrives_whole_and_in_order(app: AppClient) -> None:
    """A flood of prints arrives whole and in order [J5]."""
    prints_arrive(app, 10_000, stop_server=False)


def test_prints_wait_for_a_server_that_stands_still(app: AppClient) -> None:
    prints_arrive(app, 10_000, stop_server=True)


@pytest.mark.long
@pytest.mark.parametrize("stop_server", [False, True])
def test_sixty_thousand_prints_arrive_whole_and_in_order(app: AppClient, stop_server: bool) -> None:
    prints_arrive(app, 60_000, stop_server)


def test_a_large_message_comes_through_both_ways(app: AppClient) -> None:
    size = 30 * 1024 * 1024  # tornado's own limit is 10 MiB
    with app.kernel(app.start_kernel()) as kernel:
        assert kernel.text(f"x = '{'a' * size}'; print(len(x))") == f"{size}\n"
        assert kernel.text("print(x)") == "a" * size + "\n"


def test_only_ipykernel_is_started_by_our_launcher() -> None:
    ours = without_output_limit(["python3", "-Xa=b", "-m", "ipykernel_launcher", "-f", "c.json", "--debug"])
    assert ours == ["python3", "-Xa=b", LAUNCHER, "-f", "c.json", "--debug"]
    assert without_output_limit(["python", "-m", "ipykernel", "-f", "c"]) == ["python", LAUNCHER, "-f", "c"]
    for other in (["R", "-e", "IRkernel::main()"], ["xpython", "-f", "c"], ["python", "-m", "bash_kernel"]):
        assert without_output_limit(other) == other


def test_kernels_are_not_started_by_themselves(zygote: Running, kernelspecs: str) -> None:
    """Kernels are not started by themselves [C4]."""
    started = zygote.start(kernelspecDirs=[kernelspecs])
    with AppClient(started) as client:
        for path in (
            "api/kernels",
            "api/sessions",
            "api/kernelspecs",
            "studio/list",
            "api/terminals",
            "api/status",
        ):
            client.get(path).raise_for_status()
    assert descendants(started["pid"]) == []
    zygote.stop(started["app"])
