"""GET studio/list"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from atelier_jupyter.files.listing import Entry, iso_time, sort_key
from tests.app_client import AppClient


def listed(app: AppClient, **query: Any) -> dict[str, Any]:
    answer = app.get("studio/list", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(page: dict[str, Any]) -> list[str]:
    return [item["name"] for item in page["items"]]


def test_folders_come_first_then_natural_order_without_case(app: AppClient, home: Path) -> None:
    """Folders come first then natural order without case [D1]."""
    for name in ("a10.txt", "A2.txt", "b.ipynb", "a1.txt", "2.txt", "10.txt"):
        (home / name).write_text("x")
    for name in ("zoo", "Bar"):
        (home / name).mkdir()
    page = listed(app)
    assert names(page) == ["Bar", "zoo", "2.txt", "10.txt", "a1.txt", "A2.txt", "a10.txt", "b.ipynb"]
    assert page["total"] == 8
    assert "nextCursor" not in page
    types = {item["name"]: item["type"] for item in page["items"]}
    assert (types["zoo"], types["b.ipynb"], types["a1.txt"]) == ("directory", "notebook", "file")


def test_an_item_says_what_is_known(app: AppClient, home: Path) -> None:
    (home / "deep").mkdir()
    file = home / "deep" / "plot ä.svg"
    file.write_bytes(b"12345")
    os.utime(file, ns=(0, 1_700_000_000_123_456_789))
    page = listed(app, path="/deep/./")
    assert page["path"] == "deep"
    assert page["items"] == [
        {
            "name": "plot ä.svg",
            "path": "deep/plot ä.svg",
            "type": "file",
            "size": 5,
            "modifiedAt": "2023-11-14T22:13:20.123Z",
            "writable": True,
        }
    ]
    assert listed(app)["items"][0]["size"] is None


def test_hidden_entries_are_shown_on_request_and_temporaries_never(app: AppClient, home: Path) -> None:
    for name in (".profile", ".~atelier-0123", "seen"):
        (home / name).write_text("")
    assert names(listed(app)) == ["seen"]
    shown = listed(app, hidden=1)
    assert names(shown) == [".profile", "seen"]
    assert shown["total"] == 2


def test_links_are_followed_and_broken_ones_said(app: AppClient, home: Path, folder: Path) -> None:
    (folder / "outside.txt").write_text("there")
    (home / "dir").mkdir()
    for name, target in {"d": "dir", "o": str(folder / "outside.txt"), "gone": "no", "loop": "loop"}.items():
        (home / name).symlink_to(target)
    items = {item["name"]: item for item in listed(app)["items"]}
    assert (items["d"]["type"], items["d"]["symlink"]) == ("directory", True)
    assert (items["o"]["size"], items["o"]["symlink"]) == (5, True)
    for name in ("gone", "loop"):
        assert (items[name]["symlink"], items[name]["broken"], items[name]["writable"]) == (True, True, False)
        assert items[name]["size"] is None
    assert names(listed(app, path="d")) == []
    assert app.get("studio/list", params={"path": "loop"}).json()["code"] == "symlink-loop"


def test_names_that_are_not_utf8_are_shown_and_reachable(app: AppClient, home: Path) -> None:
    Path(os.fsdecode(os.fsencode(home) + b"/caf\xe9.txt")).write_text("latin")
    Path(os.fsdecode(os.fsencode(home) + b"/d\xff")).mkdir()
    Path(os.fsdecode(os.fsencode(home) + b"/d\xff/in.txt")).write_text("inner")
    folder, file = listed(app)["items"]
    assert (folder["name"], file["name"]) == ("d\\xff", "caf\\xe9.txt")
    assert file["rawPath"] == "caf%E9.txt"
    assert app.get(f"studio/file?path={file['rawPath']}").text == "latin"
    (inner,) = app.get(f"studio/list?path={folder['rawPath']}").json()["items"]
    assert app.get(f"studio/file?path={inner['rawPath']}").text == "inner"


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=1>.txt", "a\nb", "\u202ecod.exe", '"', "%2e%2e", "a\\b", " "]
)
def test_odd_names_are_data(app: AppClient, home: Path, name: str) -> None:
    (home / name).write_text("odd")
    (item,) = listed(app)["items"]
    assert item["name"] == name
    assert app.get("studio/file", params={"path": item["path"]}).text == "odd"


def test_ten_thousand_entries_come_in_pages_once_each(app: AppClient, home: Path) -> None:
    """Ten thousand entries come in pages once each [D1]."""
    expected = [f"f{number}.txt" for number in range(10_000)]
    for name in expected:
        (home / name).touch()
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 1000}
    while True:
        page = listed(app, **query)
        assert page["total"] == 10_000
        assert len(page["items"]) <= 1000
        seen += names(page)
        if "nextCursor" not in page:
            break
        query["cursor"] = page["nextCursor"]
    assert seen == expected


def test_a_page_does_not_shift_when_entries_come_and_go(app: AppClient, home: Path) -> None:
    for number in range(10):
        (home / f"f{number}").touch()
    first = listed(app, limit=4)
    (home / "f3").unlink()  # the entry the cursor was made from
    (home / "f0").unlink()
    (home / "a").touch()
    second = listed(app, limit=100, cursor=first["nextCursor"])
    assert names(second) == ["f4", "f5", "f6", "f7", "f8", "f9"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("path=missing", 404, "not-found"),
        ("path=file.txt", 400, "not-a-directory"),
        ("path=file.txt/below", 400, "not-a-directory"),
        ("path=../", 400, "bad-path"),
        ("path=a/../../etc", 400, "bad-path"),
        ("path=%2e%2e%2fetc", 400, "bad-path"),
        ("path=a%00b", 400, "bad-path"),
        ("path=" + "a" * 5000, 400, "bad-path"),
        ("path=" + "a" * 300, 400, "bad-path"),
        ("path=a&path=b", 400, "bad-path"),
        ("limit=0", 400, "bad-request"),
        ("limit=1001", 400, "bad-request"),
        ("limit=-1", 400, "bad-request"),
        ("limit=x", 400, "bad-request"),
        ("limit=" + "9" * 5000, 400, "bad-request"),
        ("cursor=!!!", 400, "bad-request"),
        ("cursor=bnVsbA", 400, "bad-request"),
    ],
)
def test_a_bad_request_is_answered_with_a_problem(
    app: AppClient, home: Path, query: str, status: int, code: str
) -> None:
    (home / "file.txt").touch()
    answer = app.get(f"studio/list?{query}")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == f"urn:atelier:problem:{code}"
    assert problem["status"] == status
    assert re.fullmatch(r".+\.", problem["detail"])


@pytest.mark.parametrize("path", ["studio/list", "studio/file?path=x", "studio/info"])
def test_nothing_is_told_without_the_token(app: AppClient, home: Path, path: str) -> None:
    (home / "x").write_text("secret")
    for headers in ({"Authorization": ""}, {"Authorization": "token wrong"}, {"Authorization": "Bearer x"}):
        answer = app.get(path, headers=headers)
        assert answer.status_code == 403
        assert answer.json()["code"] == "forbidden"
        assert "secret" not in answer.text
    put = app.put(
        "studio/file?path=new", content=b"x", headers={"Authorization": "token wrong", "If-None-Match": "*"}
    )
    assert put.status_code == 403
    assert not (home / "new").exists()


def test_info_says_who_and_where(app: AppClient) -> None:
    info = app.get("studio/info").json()
    assert (info["home"], info["mountPath"]) == (app.app["home"], app.app["home"])
    assert (info["uid"], info["app"], info["appType"]) == (os.getuid(), app.app["app"], "KernelGateway")
    assert info["freeBytes"] > 0
    assert info["serverVersion"].startswith("2.21.")


def test_no_cookie_is_set_or_believed(app: AppClient) -> None:
    answer = app.get("api/me")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_the_token_needs_neither_origin_nor_xsrf_cookie(app: AppClient, home: Path) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
        model = {"type": "directory"}
        assert app.post("api/contents", json=model, headers=headers).status_code == 201
    assert len(list(home.iterdir())) == 3


def test_order_is_total_and_times_have_no_edges() -> None:
    odd = ["a", "A", "a1", "a01", "1a", "１", "", "²", "9" * 200]  # noqa: RUF001
    keys = [sort_key(Entry(name, False, False)) for name in odd]
    assert len(set(keys)) == len(odd)
    sorted(keys)
    assert iso_time(0) == "1970-01-01T00:00:00.000Z"
    assert iso_time(-1) == "1969-12-31T23:59:59.999Z"
    assert iso_time(2**63 - 1).endswith("Z")
    assert iso_time(10**30).startswith("9999-12-31")
