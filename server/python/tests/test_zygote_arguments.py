"""A privileged helper believes nothing it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.zygote_client import Refused, Running

HOSTILE_START: list[tuple[str, Any]] = [
    ("app", "../x"),
    ("app", ""),
    ("app", "a" * 65),
    ("app", ".hidden"),
    ("app", "a\n"),
    ("app", 7),
    ("app", None),
    ("home", "relative"),
    ("home", "/tmp/../etc"),
    ("home", "//tmp"),
    ("home", "/tmp/"),
    ("home", "/tmp\0/etc"),
    ("home", ["/tmp"]),
    ("home", None),
    ("cwd", "tmp"),
    ("baseUrl", "jupyter/"),
    ("baseUrl", "/jupyter"),
    ("baseUrl", "/a//b/"),
    ("baseUrl", "/a/../b/"),
    ("baseUrl", "/a b/"),
    ("baseUrl", "/a\r\nX: y/"),
    ("baseUrl", "/a?b/"),
    ("baseUrl", "/(.*)|x/"),
    ("runtimeDir", "/tmp/" + "r" * 70),
    ("runtimeDir", "/tmp"),
    ("socketPath", "/etc/passwd"),
    ("socketPath", "s"),
    ("token", "short"),
    ("token", "space in the token, long enough"),
    ("token", 1234567890123456),
    ("token", None),
    ("logPath", "log"),
    ("logPath", "/nonexistent/folder/log"),
    ("env", {"A=B": "c"}),
    ("env", {"": "c"}),
    ("env", {"A": "b\0c"}),
    ("env", {"A": 1}),
    ("env", {"A": "\ud800"}),
    ("env", ["A=B"]),
    ("path", "/usr/bin"),
    ("path", ["bin"]),
    ("path", ["/a:/b"]),
    ("kernelspecDirs", "/specs"),
    ("kernelspecDirs", ["specs"]),
    ("appType", "Root"),
    ("appType", None),
    ("settings", {"shellCommand": "rm -rf"}),
    ("settings", {"shellCommand": []}),
    ("settings", {"logLevel": "LOUD"}),
    ("settings", {"terminals": "yes"}),
    ("settings", {"ServerApp.token": ""}),
    ("uid", -1),
    ("uid", 0),
    ("uid", 2**32 - 1),
    ("uid", "root"),
    ("uid", True),
    ("uid", 65534),  # without gid
    ("gid", 65534),  # without uid
    ("argv", ["--debug"]),
]


def named(case: tuple[str, Any]) -> str:
    return f"{case[0]}-{str(case[1])[:20]!a}"


@pytest.mark.parametrize("case", HOSTILE_START, ids=named)
def test_a_bad_argument_of_start_app_starts_nothing(zygote: Running, case: tuple[str, Any]) -> None:
    field, value = case
    arguments = {**zygote.arguments(), field: value}
    before = sorted(path.name for path in zygote.folder.iterdir())
    with pytest.raises(Refused) as refused:
        zygote.control.call("start_app", **arguments)
    assert refused.value.code in ("bad-request", "start-failed")
    assert str(refused.value).endswith(".")
    assert zygote.control.call("list")["apps"] == []
    after = sorted(path.name for path in zygote.folder.iterdir() if path.suffix != ".log")
    assert after == [name for name in before if not name.endswith(".log")]


def test_a_socket_outside_the_runtime_folder_is_refused(zygote: Running) -> None:
    arguments = zygote.arguments()
    for path in (f"{arguments['runtimeDir']}/deep/s", f"{zygote.folder}/s", f"{arguments['runtimeDir']}/k"):
        with pytest.raises(Refused) as refused:
            zygote.control.call("start_app", **{**arguments, "socketPath": path})
        assert refused.value.field == "socketPath"
    long = f"{arguments['runtimeDir']}/{'s' * 90}"
    with pytest.raises(Refused, match="at most 99 bytes"):
        zygote.control.call("start_app", **{**arguments, "socketPath": long})


def test_a_folder_with_other_things_is_no_runtime_folder(zygote: Running) -> None:
    arguments = zygote.arguments()
    runtime = Path(arguments["runtimeDir"])
    runtime.mkdir()
    (runtime / "thesis.tex").write_text("years of work")
    with pytest.raises(Refused, match="holds something else"):
        zygote.control.call("start_app", **arguments)
    assert (runtime / "thesis.tex").read_text() == "years of work"


def test_a_log_is_not_written_through_a_link(zygote: Running, folder: Path) -> None:
    target = folder / "target"
    target.write_text("kept")
    link = folder / "log"
    link.symlink_to(target)
    with pytest.raises(Refused) as refused:
        zygote.control.call("start_app", **zygote.arguments(logPath=str(link)))
    assert refused.value.field == "logPath"
    assert target.read_text() == "kept"


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"[]",
        b"7",
        b"null",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": 1}',
        b'{"id": 1, "verb": "exec"}',
        b'{"id": 1, "verb": ["list"]}',
        b'{"id": 1, "verb": "list", "extra": 1}',
        b'{"id": 1, "verb": "signal_app", "app": "x", "signal": "STOP"}',
        b'{"id": 1, "verb": "signal_app", "app": "x", "signal": 9}',
        b'{"id": 1, "verb": "end", "graceSeconds": -1}',
        b'{"id": 1, "verb": "end", "graceSeconds": 1e999}',
        b'{"id": 1, "verb": "end", "graceSeconds": NaN}',
        b'{"id": 1, "verb": "end", "now": true}',
        b'{"id": 1, "verb": "make_home"}',
        b'{"id": 1, "verb": "make_home", "path": "/tmp/../x"}',
    ],
    ids=lambda line: repr(line[:40]),
)
def test_a_bad_line_is_answered_and_harms_nothing(zygote: Running, line: bytes) -> None:
    zygote.control.answers.clear()
    zygote.control.send_line(line)
    after = zygote.control.send("list")
    assert zygote.control.answer(after)["apps"] == []
    (answer,) = zygote.control.answers.values()
    assert answer["ok"] is False
    assert answer["error"]["code"] in ("bad-request", "unknown-verb")
    zygote.control.answers.clear()


def test_blank_lines_and_split_lines_are_understood(zygote: Running) -> None:
    line = json.dumps({"id": "höß", "verb": "list"}, ensure_ascii=False).encode()
    for byte in (line[:9], line[9:], b"\n\n\n"):
        zygote.control.sock.sendall(byte)
    assert zygote.control.answer("höß")["apps"] == []


def test_an_endless_line_closes_the_connection_only(make_zygote: Callable[..., Running]) -> None:
    zygote = make_zygote()
    app = zygote.start()
    with pytest.raises((OSError, EOFError)):  # noqa: PT012 -- either side may notice first
        for _ in range(64):
            zygote.control.sock.sendall(b"x" * (1 << 16))
        zygote.control.call("list")
    zygote.reconnect()
    assert [each["app"] for each in zygote.control.call("list")["apps"]] == [app["app"]]


def test_make_home_makes_and_recognises_a_folder(zygote: Running) -> None:
    path = zygote.folder / "ann"
    made = zygote.control.call("make_home", path=str(path))
    assert made["created"] is True
    assert path.stat().st_mode & 0o777 == 0o700
    assert zygote.control.call("make_home", path=str(path))["created"] is False


def test_make_home_follows_nothing(zygote: Running) -> None:
    (zygote.folder / "link").symlink_to("/etc")
    (zygote.folder / "file").write_text("")
    for name in ("link", "file", "missing/home"):
        with pytest.raises(Refused) as refused:
            zygote.control.call("make_home", path=str(zygote.folder / name))
        assert refused.value.field == "path"
