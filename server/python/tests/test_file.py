"""GET and PUT studio/file"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.app_client import AppClient
from tests.zygote_client import TOKEN

CREATE = {"If-None-Match": "*"}


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def match(data: bytes) -> dict[str, str]:
    return {"If-Match": f'"{sha(data)}"'}


def put(app: AppClient, path: str, data: Any, headers: dict[str, str]) -> httpx.Response:
    return app.put("studio/file", params={"path": path}, content=data, headers=headers)


def get(app: AppClient, path: str, **options: Any) -> httpx.Response:
    return app.get("studio/file", params={"path": path}, **options)


def leftovers(home: Path) -> list[str]:
    return [entry.name for entry in home.rglob(".~atelier-*")]


def test_reading_gives_bytes_hash_and_safe_headers(app: AppClient, home: Path) -> None:
    """Reading gives bytes hash and safe headers [D1]."""
    data = b"<script>alert(1)</script>\x00\xff"
    (home / "page.html").write_bytes(data)
    answer = get(app, "page.html")
    assert (answer.status_code, answer.content) == (200, data)
    headers = answer.headers
    assert headers["ETag"] == f'"{sha(data)}"'
    assert headers["Content-Length"] == str(len(data))
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"] == "attachment"
    assert headers["Content-Security-Policy"] == "sandbox"
    assert headers["X-Atelier-Writable"] == "1"
    assert "Last-Modified" in headers
    again = get(app, "page.html", headers={"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = app.head("studio/file", params={"path": "page.html"})
    assert (head.status_code, head.headers["ETag"], head.content) == (200, headers["ETag"], b"")
    assert head.headers["Content-Length"] == str(len(data))


def test_an_empty_file_is_read_and_written(app: AppClient, home: Path) -> None:
    assert put(app, "empty", b"", CREATE).status_code == 201
    answer = get(app, "empty")
    assert (answer.content, answer.headers["Content-Length"]) == (b"", "0")
    assert put(app, "empty", b"", match(b"")).status_code == 200
    assert (home / "empty").read_bytes() == b""


def test_a_file_above_64_mib_is_streamed_whole(app: AppClient, home: Path) -> None:
    block = os.urandom(1 << 20)
    digest = hashlib.sha256()
    with (home / "big").open("wb") as file:
        for number in range(70):
            piece = number.to_bytes(4, "big") + block
            file.write(piece)
            digest.update(piece)
    received = hashlib.sha256()
    with app.stream("GET", "studio/file?path=big") as answer:
        for piece in answer.iter_raw():
            received.update(piece)
    assert received.hexdigest() == digest.hexdigest() == answer.headers["ETag"].strip('"')


def test_a_large_file_changed_while_it_is_sent_does_not_arrive_as_whole(app: AppClient, home: Path) -> None:
    size = 90 << 20
    (home / "big").write_bytes(b"a" * size)
    received = 0
    with app.stream("GET", "studio/file?path=big") as answer:
        assert answer.headers["Content-Length"] == str(size)
        pieces = answer.iter_raw()
        received += len(next(pieces))
        with (home / "big").open("r+b") as file:
            file.seek(size - 10)
            file.write(b"b" * 10)
        with pytest.raises(httpx.RemoteProtocolError):
            received += sum(len(piece) for piece in pieces)
    assert received < size


def test_creating_and_replacing(app: AppClient, home: Path) -> None:
    made = put(app, "new.txt", b"one", CREATE)
    assert made.status_code == 201
    assert made.json() == {"hash": sha(b"one"), "size": 3, "modifiedAt": made.json()["modifiedAt"]}
    assert made.headers["ETag"] == f'"{sha(b"one")}"'
    replaced = put(app, "new.txt", b"second", {"If-Match": made.headers["ETag"]})
    assert (replaced.status_code, replaced.json()["size"]) == (200, 6)
    assert (home / "new.txt").read_bytes() == b"second"
    (item,) = app.get("studio/list").json()["items"]
    assert item["modifiedAt"] == replaced.json()["modifiedAt"]
    assert stat.S_IMODE((home / "new.txt").stat().st_mode) == 0o600
    assert leftovers(home) == []


def test_a_stale_save_changes_nothing_and_tells_the_hash(app: AppClient, home: Path) -> None:
    """A stale save changes nothing and tells the hash [Q2]."""
    (home / "a.txt").write_bytes(b"theirs")
    for headers, path, known in (
        (match(b"mine"), "a.txt", sha(b"theirs")),
        (CREATE, "a.txt", sha(b"theirs")),
        (match(b"mine"), "gone.txt", None),
    ):
        answer = put(app, path, b"new", headers)
        assert (answer.status_code, answer.json()["code"]) == (412, "changed-on-disk")
        assert answer.json()["hash"] == known
        assert "ETag" not in answer.headers
    assert (home / "a.txt").read_bytes() == b"theirs"
    assert sorted(entry.name for entry in home.iterdir()) == ["a.txt"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"If-Match": "*"},
        {"If-Match": '"short"'},
        {"If-Match": sha(b"")},
        {"If-Match": f'W/"{sha(b"")}"'},
        {"If-Match": f'"{sha(b"")}", "{sha(b"x")}"'},
        {"If-None-Match": f'"{sha(b"")}"'},
        {"If-Match": f'"{sha(b"")}"', "If-None-Match": "*"},
    ],
)
def test_a_save_without_one_clear_condition_is_refused(
    app: AppClient, home: Path, headers: dict[str, str]
) -> None:
    (home / "a.txt").write_bytes(b"")
    answer = put(app, "a.txt", b"new", headers)
    assert (answer.status_code, answer.json()["code"]) == (428, "condition-required")
    assert (home / "a.txt").read_bytes() == b""


def test_one_of_twenty_concurrent_saves_wins(app: AppClient, home: Path) -> None:
    """One of twenty concurrent saves wins [Q2]."""
    (home / "a.txt").write_bytes(b"start")
    bodies = [f"writer {number}".encode() * 1000 for number in range(20)]

    def save(body: bytes) -> int:
        with AppClient(app.app) as client:
            return put(client, "a.txt", body, match(b"start")).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(save, bodies))
    assert sorted(statuses) == [200] + [412] * 19
    assert (home / "a.txt").read_bytes() == bodies[statuses.index(200)]
    assert leftovers(home) == []


def test_one_of_twenty_concurrent_creations_wins(app: AppClient, home: Path) -> None:
    def save(number: int) -> int:
        with AppClient(app.app) as client:
            return put(client, "n.txt", str(number).encode(), CREATE).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(save, range(20)))
    assert sorted(statuses) == [201] + [412] * 19
    assert (home / "n.txt").read_text() == str(statuses.index(201))
    assert leftovers(home) == []


def test_a_save_goes_through_links_to_the_file(app: AppClient, home: Path, folder: Path) -> None:
    target = folder / "real.txt"
    target.write_bytes(b"old")
    (home / "link.txt").symlink_to(target)
    (home / "link2.txt").symlink_to("link.txt")
    assert put(app, "link2.txt", b"new", match(b"old")).status_code == 200
    assert (home / "link.txt").is_symlink()
    assert target.read_bytes() == b"new"
    (home / "dangling").symlink_to(folder / "made.txt")
    assert put(app, "dangling", b"made", CREATE).status_code == 201
    assert (folder / "made.txt").read_bytes() == b"made"
    assert (home / "dangling").is_symlink()


def test_mode_owner_and_attributes_are_kept(app: AppClient, home: Path) -> None:
    file = home / "run.sh"
    file.write_bytes(b"old")
    file.chmod(0o4751)
    if os.geteuid() == 0:
        os.chown(file, 1234, 5678)
        file.chmod(0o4751)
    try:
        os.setxattr(file, "user.kept", b"yes")
        has_attributes = True
    except OSError:
        has_attributes = False
    before = file.stat()
    assert put(app, "run.sh", b"new", match(b"old")).status_code == 200
    after = file.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino, "a new file took the name"
    if has_attributes:
        assert os.getxattr(file, "user.kept") == b"yes"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("", 400, "is-a-directory"),
        ("dir", 400, "is-a-directory"),
        ("missing/new.txt", 404, "not-found"),
        ("file/new.txt", 404, "not-found"),
        ("pipe", 400, "not-a-file"),
        ("loop", 400, "symlink-loop"),
        ("a" * 256, 400, "bad-path"),
        ("../escape", 400, "bad-path"),
        ("a/../b", 400, "bad-path"),
        ("nul\0", 400, "bad-path"),
    ],
)
def test_places_that_cannot_be_saved_to(
    app: AppClient, home: Path, path: str, status: int, code: str
) -> None:
    make_odd_places(home)
    for headers in (CREATE, match(b"x")):
        answer = put(app, path, b"data", headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert leftovers(home) == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("", 400, "is-a-directory"),
        ("dir", 400, "is-a-directory"),
        ("missing", 404, "not-found"),
        ("file/below", 404, "not-found"),
        ("pipe", 400, "not-a-file"),
        ("sock", 400, "not-a-file"),
        ("loop", 400, "symlink-loop"),
        ("../etc/passwd", 400, "bad-path"),
    ],
)
def test_places_that_cannot_be_read(app: AppClient, home: Path, path: str, status: int, code: str) -> None:
    make_odd_places(home)
    answer = get(app, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def make_odd_places(home: Path) -> None:
    (home / "dir").mkdir()
    (home / "file").write_bytes(b"x")
    os.mkfifo(home / "pipe")
    (home / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(home / "sock"))


def test_a_full_disk_is_said_and_the_old_file_stays(app: AppClient, home: Path) -> None:
    """/dev/full has no folder to save in; a file size limit of the process fails the same way."""
    import resource

    (home / "a.txt").write_bytes(b"old")
    pid = app.app["pid"]
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (3 << 20, before[1]))
    try:
        answer = put(app, "a.txt", b"x" * (8 << 20), match(b"old"))
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    assert (answer.status_code, answer.json()["code"]) == (507, "disk-full")
    assert (home / "a.txt").read_bytes() == b"old"
    assert leftovers(home) == []
    assert put(app, "a.txt", b"later", match(b"old")).status_code == 200


def test_a_cut_upload_changes_nothing(app: AppClient, home: Path) -> None:
    """A cut upload changes nothing [D2]."""
    (home / "a.txt").write_bytes(b"old")
    request = (
        f"PUT {app.app['baseUrl']}studio/file?path=a.txt HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: token {TOKEN}\r\n"
        f'If-Match: "{sha(b"old")}"\r\nContent-Length: 9000000\r\n\r\n'
    )
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(app.app["socketPath"])
        sock.sendall(request.encode() + b"x" * 4_000_000)
        sock.shutdown(socket.SHUT_WR)
        assert sock.recv(10) == b""  # the app has noticed and closed
    assert (home / "a.txt").read_bytes() == b"old"
    wait_for(lambda: leftovers(home) == [])


def wait_for(done: Any, seconds: float = 10) -> None:
    import time

    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_upload_of_unknown_length_is_streamed(app: AppClient, home: Path) -> None:
    answer = put(app, "chunks.bin", (bytes([number]) * 300_000 for number in range(20)), CREATE)
    assert (answer.status_code, answer.json()["size"]) == (201, 6_000_000)
    assert sha((home / "chunks.bin").read_bytes()) == answer.json()["hash"]


def test_a_body_above_the_limit_is_refused_at_once(app: AppClient, home: Path) -> None:
    request = (
        f"PUT {app.app['baseUrl']}studio/file?path=a HTTP/1.1\r\nHost: x\r\nAuthorization: token {TOKEN}\r\n"
        f"If-None-Match: *\r\nContent-Length: {(1 << 30) + 1}\r\n\r\n"
    )
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(app.app["socketPath"])
        sock.sendall(request.encode())
        sock.settimeout(10)
        said = sock.recv(65536)
    assert b" 413 " in said.split(b"\r\n")[0]
    assert b"too-large" in said
    assert list(home.iterdir()) == []


def resident(pid: int, field: str = "VmRSS") -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(field)


def test_a_large_save_is_whole_and_takes_little_memory(app: AppClient, home: Path) -> None:
    piece = os.urandom(1 << 20)
    pid = app.app["pid"]
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # forget the peak
    before = resident(pid)
    answer = put(app, "big", (piece for _ in range(200)), CREATE)
    assert (answer.status_code, answer.json()["size"]) == (201, 200 << 20)
    assert resident(pid, "VmHWM") - before < 32 << 20
    assert (home / "big").stat().st_size == 200 << 20


def test_notebooks_of_any_style_come_back_as_they_were(app: AppClient, home: Path) -> None:
    """Notebooks of any style come back as they were [E3]."""
    data = (
        b'{"cells":[],\r\n\t"nbformat":4,"nbformat_minor":5,  "metadata":{"x":1.0,"big":12345678901234567}}'
    )
    assert put(app, "n.ipynb", data, CREATE).status_code == 201
    assert get(app, "n.ipynb").content == data
