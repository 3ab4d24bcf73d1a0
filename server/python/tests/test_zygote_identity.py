"""Apps of another user: only where the zygote is root."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atelier_jupyter.processes import process_stat
from tests.app_client import AppClient
from tests.zygote_client import Refused, Running

NOBODY = 65534
OTHER = 65533
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")


def as_user(uid: int, act: Callable[[], None]) -> bool:
    """Whether `act` is permitted to that user; in a child process."""
    pid = os.fork()
    if pid == 0:
        code = 2
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            act()
            code = 0
        except PermissionError:
            code = 1
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code in (0, 1), "neither permitted nor refused"
    return code == 0


def connect_to(path: str) -> Callable[[], None]:
    def act() -> None:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(path)

    return act


@pytest.fixture
def someones(zygote: Running, kernelspecs: str) -> Any:
    """An app of the user nobody, in a home made for them."""
    homes = zygote.folder / "homes"
    homes.mkdir(exist_ok=True)
    home = homes / "nobody"
    zygote.control.call("make_home", path=str(home), uid=NOBODY, gid=NOBODY)
    app = zygote.start(uid=NOBODY, gid=NOBODY, home=str(home), kernelspecDirs=[kernelspecs])
    yield app
    zygote.stop(app["app"])
    assert zygote.control.call("list")["apps"] == []


@root_only
def test_the_app_and_its_kernels_run_as_the_user(zygote: Running, someones: dict[str, Any]) -> None:
    """The app and its kernels run as the user [P3]."""
    with AppClient(someones) as client:
        info = client.get("studio/info").json()
        assert (info["uid"], info["gid"]) == (NOBODY, NOBODY)
        code = "import os; print(os.getresuid(), os.getresgid(), os.getgroups(), os.getcwd())"
        with client.kernel(client.start_kernel()) as kernel:
            said = kernel.text(code).strip()
            old = os.umask(0)
            os.umask(old)
            assert kernel.text("print(oct(os.umask(0o77)))").strip() == "0o77"
    ids = (NOBODY,) * 3
    assert said == f"{ids} {ids} [] {someones['home']}"


@root_only
def test_homes_and_sockets_are_closed_to_others(zygote: Running, someones: dict[str, Any]) -> None:
    """Homes and sockets are closed to others [P3]."""
    runtime = os.stat(someones["runtimeDir"])
    assert (stat.S_IMODE(runtime.st_mode), runtime.st_uid, runtime.st_gid) == (0o2710, NOBODY, os.getegid())
    sock = os.stat(someones["socketPath"])
    assert (stat.S_IMODE(sock.st_mode), sock.st_uid, sock.st_gid) == (0o660, NOBODY, os.getegid())
    assert as_user(NOBODY, connect_to(someones["socketPath"]))
    assert not as_user(OTHER, connect_to(someones["socketPath"]))
    assert not as_user(OTHER, lambda: os.listdir(someones["runtimeDir"]) and None)
    assert not as_user(OTHER, lambda: os.listdir(someones["home"]) and None)
    kernels = os.stat(os.path.join(someones["runtimeDir"], "k"))
    assert (kernels.st_mode & 0o777, kernels.st_uid) == (0o700, NOBODY)
    assert not as_user(NOBODY, connect_to(str(zygote.socket_path)))


@root_only
def test_the_keeper_is_out_of_the_users_reach(someones: dict[str, Any]) -> None:
    app = process_stat(someones["pid"])
    assert app is not None
    assert os.stat(f"/proc/{app.ppid}").st_uid == 0
    assert not as_user(NOBODY, lambda: os.kill(app.ppid, 9))
    assert not as_user(NOBODY, lambda: Path(f"/proc/{someones['pid']}/mem").read_bytes() and None)


@root_only
def test_permissions_of_files_are_the_users(zygote: Running, someones: dict[str, Any]) -> None:
    home = Path(someones["home"])
    locked = home / "locked"
    locked.mkdir(mode=0o700)
    (home / "theirs.txt").write_text("root's")
    (home / "theirs.txt").chmod(0o644)
    (home / "secret.txt").write_text("root's")
    (home / "secret.txt").chmod(0o600)
    with AppClient(someones) as client:
        listed = {item["name"]: item for item in client.get("studio/list").json()["items"]}
        assert listed["theirs.txt"]["writable"] is False
        assert listed["locked"]["type"] == "directory"
        read = client.get("studio/file", params={"path": "theirs.txt"})
        assert read.headers["X-Atelier-Writable"] == "0"
        for answer in (
            client.get("studio/list", params={"path": "locked"}),
            client.get("studio/file", params={"path": "secret.txt"}),
            client.put("studio/file?path=locked/new.txt", content=b"", headers={"If-None-Match": "*"}),
            client.put(
                "studio/file?path=theirs.txt", content=b"x", headers={"If-Match": read.headers["ETag"]}
            ),
            client.put("studio/file?path=secret.txt", content=b"x", headers={"If-Match": f'"{"0" * 64}"'}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "permission-denied")
    assert (home / "theirs.txt").read_text() == "root's"
    assert [entry.name for entry in home.iterdir() if entry.name.startswith(".~")] == []


@root_only
def test_make_home_belongs_to_the_user_and_is_not_taken_from_another(zygote: Running) -> None:
    homes = zygote.folder / "homes2"
    homes.mkdir()
    path = str(homes / "ann")
    made = zygote.control.call("make_home", path=path, uid=NOBODY, gid=NOBODY)
    assert (made["created"], made["uid"], made["gid"]) == (True, NOBODY, NOBODY)
    with pytest.raises(Refused, match=f"belongs to the user id {NOBODY}"):
        zygote.control.call("make_home", path=path, uid=OTHER, gid=OTHER)
    homes.chmod(0o777)
    with pytest.raises(Refused, match="others may write"):
        zygote.control.call("make_home", path=str(homes / "bob"), uid=NOBODY, gid=NOBODY)


@root_only
def test_a_server_without_root_reaches_zygote_and_apps(make_zygote: Callable[..., Running]) -> None:
    zygote = make_zygote("--server-uid", str(OTHER), "--server-gid", str(OTHER))
    home = zygote.folder / "home"
    zygote.control.call("make_home", path=str(home), uid=NOBODY, gid=NOBODY)
    app = zygote.start(uid=NOBODY, gid=NOBODY, home=str(home))
    assert os.stat(app["logPath"]).st_gid == OTHER
    assert as_user(OTHER, connect_to(app["socketPath"]))
    assert as_user(OTHER, lambda: Path(app["logPath"]).read_text() and None)
    assert not as_user(OTHER, lambda: os.listdir(home) and None)
    assert as_user(OTHER, connect_to(str(zygote.socket_path)))
    assert not as_user(NOBODY, connect_to(str(zygote.socket_path)))


@root_only
def test_low_user_ids_are_refused(zygote: Running) -> None:
    for uid in (1, 33, 999):
        with pytest.raises(Refused, match="lowest id of a user"):
            zygote.control.call("start_app", **zygote.arguments(uid=uid, gid=NOBODY))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may become another user")
def test_without_root_nobody_else_can_be_become(zygote: Running) -> None:
    with pytest.raises(Refused) as refused:
        zygote.control.call("start_app", **zygote.arguments(uid=NOBODY, gid=NOBODY))
    assert refused.value.code == "not-permitted"
