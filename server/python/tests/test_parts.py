"""PUT studio/part and PUT studio/patch"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import httpx
import pytest

from atelier_jupyter.files import leftovers as swept
from atelier_jupyter.files import parts
from atelier_jupyter.files.paths import HomePath
from atelier_jupyter.problems import Problem
from tests.app_client import AppClient

UPLOAD = "0123456789abcdef" * 2


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def patch_of(*splices: tuple[int, int, bytes]) -> bytes:
    header = {"splices": [[start, end, len(data)] for start, end, data in splices]}
    return json.dumps(header).encode() + b"\n" + b"".join(data for _, _, data in splices)


def commit(
    app: AppClient, old: bytes | None, body: bytes = b"", path: str = "n.ipynb", **query: str
) -> httpx.Response:
    condition = {"If-None-Match": "*"} if old is None else {"If-Match": f'"{sha(old)}"'}
    return app.put("studio/patch", params={"path": path, **query}, content=body, headers=condition)


def send_part(app: AppClient, offset: int, data: bytes, upload: str = UPLOAD) -> httpx.Response:
    query = {"path": "n.ipynb", "upload": upload, "offset": str(offset)}
    return app.put("studio/part", params=query, content=data)


def leftovers(home: Path) -> list[str]:
    return [entry.name for entry in home.rglob(".~atelier-*")]


def test_a_save_travels_as_what_differs(app: AppClient, home: Path) -> None:
    """A save travels as what differs from the file, conditionally and with a check of the result [Q2]."""
    old = bytes(range(256)) * 8000
    (home / "n.ipynb").write_bytes(old)
    new = b"begin" + old[:1000] + old[2000:1_500_000] + b"mid" + old[1_500_000:] + b"end"
    splices = [
        (0, 0, b"begin"),
        (1000, 2000, b""),
        (1_500_000, 1_500_000, b"mid"),
        (len(old), len(old), b"end"),
    ]
    answer = commit(app, old, patch_of(*splices), kind="splices", result=sha(new))
    assert answer.status_code == 200
    assert (answer.json()["hash"], answer.json()["size"]) == (sha(new), len(new))
    assert (home / "n.ipynb").read_bytes() == new
    assert leftovers(home) == []


def test_a_patch_of_another_file_changes_nothing(app: AppClient, home: Path) -> None:
    (home / "n.ipynb").write_bytes(b"theirs")
    answer = commit(
        app, b"read before", patch_of((0, 4, b"mine")), kind="splices", result=sha(b"mine before")
    )
    assert (answer.status_code, answer.json()["code"]) == (412, "changed-on-disk")
    assert answer.json()["hash"] == sha(b"theirs")
    answer = commit(
        app, b"read before", patch_of((0, 4, b"mine")), path="gone", kind="splices", result=sha(b"")
    )
    assert (answer.status_code, answer.json()["hash"]) == (412, None)
    # The condition holds and the splices are wrong: a fault of the sender.
    answer = commit(app, b"theirs", patch_of((0, 4, b"mine")), kind="splices", result=sha(b"else"))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-patch")
    assert (home / "n.ipynb").read_bytes() == b"theirs"
    assert leftovers(home) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json\n",
        b'{"splices": 3}\n',
        b'{"splices": [[3, 2, 0]]}\n',
        b'{"splices": [[0, 0, 9]]}\nshort',
    ],
)
def test_a_patch_that_cannot_be_read_changes_nothing(app: AppClient, home: Path, body: bytes) -> None:
    (home / "n.ipynb").write_bytes(b"old")
    answer = commit(app, b"old", body, kind="splices", result=sha(b"x"))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-patch")
    assert (home / "n.ipynb").read_bytes() == b"old"
    assert leftovers(home) == []


def test_a_file_comes_in_parts(app: AppClient, home: Path) -> None:
    """A file comes in parts and is there at once, complete [Q2]."""
    data = os.urandom(2_500_000)
    (home / "n.ipynb").write_bytes(b"old")
    for offset in range(0, len(data), 1_000_000):
        answer = send_part(app, offset, data[offset : offset + 1_000_000])
        assert answer.json() == {"size": min(offset + 1_000_000, len(data))}
        assert (home / "n.ipynb").read_bytes() == b"old"
    # A part whose answer was lost is sent again.
    assert send_part(app, 2_000_000, data[2_000_000:]).json() == {"size": len(data)}
    answer = commit(app, b"old", kind="whole", upload=UPLOAD, result=sha(data))
    assert (answer.status_code, answer.json()["hash"]) == (200, sha(data))
    assert (home / "n.ipynb").read_bytes() == data
    assert leftovers(home) == []


def test_parts_that_are_not_whole_are_refused(app: AppClient, home: Path) -> None:
    answer = send_part(app, 10, b"x")
    assert (answer.status_code, answer.json()["code"], answer.json()["size"]) == (409, "part-missing", 0)
    send_part(app, 0, b"abc")
    answer = send_part(app, 10, b"x")
    assert (answer.status_code, answer.json()["size"]) == (409, 3)
    answer = commit(app, None, kind="whole", upload=UPLOAD, result=sha(b"abcdef"))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-patch")
    assert not (home / "n.ipynb").exists()
    assert leftovers(home) == []
    assert commit(app, None, kind="whole", upload=UPLOAD).status_code == 409
    assert send_part(app, 0, b"abc", upload="../../etc/passwd").status_code == 400
    assert commit(app, None, kind="other").status_code == 400


def test_a_stale_commit_keeps_the_file(app: AppClient, home: Path) -> None:
    (home / "n.ipynb").write_bytes(b"theirs")
    send_part(app, 0, b"mine")
    answer = commit(app, b"before", kind="whole", upload=UPLOAD, size="4")
    assert (answer.status_code, answer.json()["hash"]) == (412, sha(b"theirs"))
    assert (home / "n.ipynb").read_bytes() == b"theirs"
    assert leftovers(home) == []


def test_an_earlier_part_that_comes_late_cuts_nothing_off(app: AppClient, home: Path) -> None:
    (home / "n.ipynb").write_bytes(b"old")
    for size, status, code in (("6", 422, "bad-patch"), (None, 400, "bad-request")):
        send_part(app, 0, b"abc")
        send_part(app, 3, b"def")
        # Its answer was lost, and a proxy has sent it again. Who has no hash knows at least the size.
        assert send_part(app, 0, b"abc").json() == {"size": 3}
        answer = commit(app, b"old", kind="whole", upload=UPLOAD, **({"size": size} if size else {}))
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert (home / "n.ipynb").read_bytes() == b"old"
    send_part(app, 0, b"abc")
    assert commit(app, b"old", kind="whole", upload=UPLOAD, size="3").status_code == 200
    assert (home / "n.ipynb").read_bytes() == b"abc"
    assert leftovers(home) == []


def test_parts_of_an_upload_that_nobody_went_on_with_are_swept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swept, "_swept", {})
    place = HomePath(str(folder), "n.ipynb")
    parts.stage(place, "f" * 32, 0, b"old")
    left = folder / f".~atelier-{'f' * 32}"
    os.utime(left, (1, 1))
    monkeypatch.setattr(swept, "_swept", {})
    parts.stage(place, UPLOAD, 0, b"x")
    assert not left.exists()
    parts.drop(place, UPLOAD)


def test_a_full_disk_is_said_and_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(28, "No space left on device")

    place = HomePath(str(folder), "n.ipynb")
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        with pytest.raises(Problem) as caught:
            parts.stage(place, UPLOAD, 0, b"x")
    assert (caught.value.status, caught.value.code) == (507, "disk-full")
    assert leftovers(folder) == []
