"""What a line does, with the pinned Jupyter Server and a real kernel."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from websockets.exceptions import ConnectionClosed

from atelier_jupyter.kernel_connection import HEADER, Lines
from atelier_jupyter.kernel_line import KernelLine, v1_frame, websocket_head
from tests.app_client import AppClient
from tests.line_client import open_line, text_of


@pytest.fixture
def kernel_id(app: AppClient) -> str:
    return app.start_kernel()


def lines_of(count: int) -> str:
    return f"for n in range({count}):\n    print('line', n, flush=True)"


def expected(count: int) -> str:
    return "".join(f"line {n}\n" for n in range(count))


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_who_does_not_ask_has_jupyters_own_connection(app: AppClient, kernel_id: str) -> None:
    with app.kernel(kernel_id) as kernel:
        assert HEADER not in kernel.connection.response.headers  # type: ignore[union-attr]
        assert kernel.text("print('plain')") == "plain\n"


def test_what_was_not_acknowledged_comes_again_byte_for_byte(app: AppClient, kernel_id: str) -> None:
    session = uuid.uuid4().hex
    with open_line(app, kernel_id, session) as first:
        first.until_over(first.execute(lines_of(50)))
        first.cut()
    assert first.base == 0
    sent = [one.frame for one in first.frames]
    with open_line(app, kernel_id, session, 7, first.id) as second:
        second.until(lambda _: len(second.frames) == len(sent) - 7)
        # Nothing of Jupyter's own asking is between.
        second.until_over(second.execute("print('on')"))
    assert (second.id, second.base) == (first.id, 7)
    again = [one.frame for one in second.frames]
    assert again[: len(sent) - 7] == sent[7:]
    assert text_of(second.frames[len(sent) - 7 :]) == "on\n"


def test_what_comes_while_nobody_is_there_is_kept(app: AppClient, kernel_id: str, home: Path) -> None:
    session = uuid.uuid4().hex
    code = f"{lines_of(3000)}\nopen('{home}/over', 'w').close()"
    with open_line(app, kernel_id, session) as first:
        msg_id = first.execute(code)
        first.until(lambda one: one.content.get("text") == "line 100\n")
        first.cut()
    until((home / "over").exists)
    with open_line(app, kernel_id, session, len(first.frames), first.id) as second:
        second.until_over(msg_id)
    assert text_of(first.frames + second.frames) == expected(3000)


def test_acknowledged_frames_are_not_kept(app: AppClient, kernel_id: str) -> None:
    session = uuid.uuid4().hex
    with open_line(app, kernel_id, session) as first:
        first.until_over(first.execute(lines_of(20)))
        count = len(first.frames)
        first.acknowledge(count - 3)
        # The answer shows that the word before it was read.
        first.until_over(first.execute("1"))
        first.cut()
    # Who has fewer than that learns how many are gone.
    with open_line(app, kernel_id, session, 2, first.id) as second:
        assert (second.id, second.base) == (first.id, count - 3)
        assert second.next().frame == first.frames[count - 3].frame


def test_a_request_that_is_sent_again_runs_once(app: AppClient, kernel_id: str) -> None:
    session = uuid.uuid4().hex
    with open_line(app, kernel_id, session) as first:
        msg_id, frame = first.request("execute_request", {"code": "n = globals().get('n', 0) + 1"})
        first.position(0)
        first.connection.send(frame)
        first.until_over(msg_id)
        first.cut()
    with open_line(app, kernel_id, session, len(first.frames), first.id) as second:
        assert second.received == 1
        second.position(0)
        second.connection.send(frame)
        second.until_over(second.execute("print('n', n)"))
    assert text_of(second.frames) == "n 1\n"


def test_what_came_in_is_acknowledged(app: AppClient, kernel_id: str) -> None:
    with open_line(app, kernel_id, uuid.uuid4().hex) as line:
        line.position(41)
        msg_id = line.execute("import time; time.sleep(0.6)")
        line.until_over(msg_id)
        assert line.acknowledged == 42


def test_a_line_that_is_gone_is_another_one(app: AppClient, kernel_id: str) -> None:
    session = uuid.uuid4().hex
    with open_line(app, kernel_id, session) as first:
        first.until_over(first.execute("1"))
        first.cut()
    # More than there ever were: not this line's end.
    with open_line(app, kernel_id, session, 1000, first.id) as second:
        assert second.id != first.id
        assert (second.base, second.received) == (0, 0)
        second.until_over(second.execute("1"))
        second.cut()
    with open_line(app, kernel_id, session, 1, first.id) as third:
        assert third.id not in (first.id, second.id)


def test_the_newer_of_two_connections_is_the_lines_end(app: AppClient, kernel_id: str) -> None:
    session = uuid.uuid4().hex
    with open_line(app, kernel_id, session) as first:
        first.until_over(first.execute("1"))
        with open_line(app, kernel_id, session, len(first.frames), first.id) as second:
            second.until_over(second.execute("print('second')"))
            assert text_of(second.frames) == "second\n"
        with pytest.raises(ConnectionClosed):
            first.until(lambda _: False)


def test_a_death_is_told_to_who_comes_later(app: AppClient, kernel_id: str) -> None:
    session = uuid.uuid4().hex
    with open_line(app, kernel_id, session) as first:
        first.until_over(first.execute("import os; print(os.getpid(), flush=True)"))
        first.cut()
    with app.kernel(kernel_id) as witness:
        os.kill(int(text_of(first.frames)), signal.SIGKILL)
        witness.until(lambda one: one["content"].get("execution_state") == "restarting")
    with open_line(app, kernel_id, session, len(first.frames), first.id) as second:
        second.until(lambda one: one.content.get("execution_state") == "restarting")
        second.until_over(second.execute("print('back')"))
        assert text_of(second.frames).endswith("back\n")


def test_buffers_and_large_frames_travel_whole(app: AppClient, kernel_id: str) -> None:
    session = uuid.uuid4().hex
    code = (
        "from IPython.display import display\n"
        "display({'text/plain': 'x' * 20_000_000}, raw=True)\n"
        "from ipykernel.comm import Comm\n"
        "comm = Comm(target_name='t', data={'a': 1}, buffers=[b'abc', bytes(1_000_000)])"
    )
    with open_line(app, kernel_id, session) as line:
        line.acknowledges = True
        line.until_over(line.execute(code))
    sizes = {one.header["msg_type"]: len(one.frame) for one in line.frames}
    assert sizes["display_data"] > 20_000_000
    assert sizes["comm_open"] > 1_000_000
    [opened] = [one for one in line.frames if one.header["msg_type"] == "comm_open"]
    assert opened.frame.endswith(b"abc" + bytes(1_000_000))


def test_a_client_that_takes_nothing_costs_a_bounded_part_of_memory(
    app: AppClient, kernel_id: str, home: Path
) -> None:
    session = uuid.uuid4().hex
    megabytes = 250
    code = (
        f"for n in range({megabytes}):\n    print('x' * 1_000_000, flush=True)\n"
        f"open('{home}/over', 'w').close()"
    )
    with open_line(app, kernel_id, session) as first:
        first.until_over(first.execute("1"))
        seen = len(first.frames)
        before = peak(app.app["pid"])
        msg_id = first.execute(code)
        until((home / "over").exists)
        first.cut()
    with open_line(app, kernel_id, session, seen, first.id) as second:
        second.acknowledges = True
        second.until_over(msg_id)
    assert sum(len(one.content.get("text", "")) for one in second.frames) == megabytes * 1_000_001
    assert peak(app.app["pid"]) - before < 160


def peak(pid: int) -> float:
    """MiB of memory, at the most so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def test_a_kernel_that_ends_takes_its_lines_along(app: AppClient, kernel_id: str) -> None:
    descriptors = f"/proc/{app.app['pid']}/fd"
    before = len(os.listdir(descriptors))
    session = uuid.uuid4().hex
    with open_line(app, kernel_id, session) as line:
        line.until_over(line.execute("1"))
        line.acknowledge(len(line.frames))
        app.delete(f"api/kernels/{kernel_id}").raise_for_status()
        line.acknowledges = True
        # It may have been closed by then.
        with suppress(ConnectionClosed):
            line.acknowledge(len(line.frames))
        with pytest.raises(ConnectionClosed):
            line.until(lambda _: False)
    until(lambda: len(os.listdir(descriptors)) < before)


class Kernels(set[str]):
    """Which kernels there are."""


class Recorder:
    """A connection that notes what it is given."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.is_hung_up = False

    def write_frames(self, parts: list[bytes]) -> None:
        self.parts += parts

    def write_word(self, word: bytes) -> None:
        raise AssertionError(word)

    def forward(self, message: bytes, channels: object) -> None:
        raise AssertionError(message)

    def hang_up(self) -> None:
        self.is_hung_up = True


def test_frames_are_those_of_jupyter() -> None:
    for parts in ([b"a", b"bc", b"", b"{}"], [b"a", b"b", b"c", b"d", b"buffer", b"x" * 70_000]):
        assert v1_frame(b"iopub", parts) == serialize_msg_to_ws_v1(parts, "iopub")
    assert [websocket_head(size).hex() for size in (1, 126, 1 << 16)] == [
        "8201",
        "827e007e",
        "827f0000000000010000",
    ]


def test_only_so_much_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atelier_jupyter.kernel_line.WINDOW_BYTES", 100)
    line, other_end = KernelLine(), Recorder()
    line.claim(other_end)
    line.attach(other_end)
    for _ in range(10):
        line.add(b"x" * 40)
    line.pump()
    assert b"".join(other_end.parts).count(b"x") == 80
    line.receive(other_end, b"atlr-ack" + (1).to_bytes(8, "little"))
    assert b"".join(other_end.parts).count(b"x") == 120
    line.receive(Recorder(), b"atlr-ack" + (2).to_bytes(8, "little"))
    assert b"".join(other_end.parts).count(b"x") == 120


class Listener(Recorder):
    """One that is also told what has arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[bytes] = []
        self.told = asyncio.Event()

    def write_word(self, word: bytes) -> None:
        self.words.append(word)
        self.told.set()

    def forward(self, message: bytes, channels: object) -> None:
        """The sockets are not there yet."""


def test_what_came_in_before_the_sockets_were_there_is_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atelier_jupyter.kernel_line.ACKNOWLEDGE_SECONDS", 0)

    async def run() -> None:
        line, other_end = KernelLine(), Listener()
        line.claim(other_end)
        line.receive(other_end, b"a request")
        await asyncio.sleep(0)  # it is not attached yet: nothing can be told
        assert other_end.words == []
        line.receive(other_end, b"another one")
        line.attach(other_end)
        await other_end.told.wait()
        assert other_end.words == [b"atlr-ack" + (2).to_bytes(8, "little")]

    asyncio.run(asyncio.wait_for(run(), 10))


def test_lines_go_with_their_kernel_and_with_another_session() -> None:
    async def run() -> None:
        lines, kernels = Lines(), Kernels({"k", "other"})
        first = lines.claim("k:1", "k", kernels, ("", 0))
        assert lines.claim("k:1", "k", kernels, (first.id, 0)) is first
        assert lines.claim("k:1", "k", kernels, ("another", 0)) is not first
        lines.claim("other:1", "other", kernels, ("", 0))
        lines.claim("k:2", "k", kernels, ("", 0)).claim(Recorder())
        assert len(lines) == 2
        lines.claim("k:3", "k", kernels, ("", 0))
        assert len(lines) == 3
        connected, other_end = lines.claim("k:3", "k", kernels, ("", 0)), Recorder()
        connected.claim(other_end)
        connected.add(b"the last frame")
        kernels.clear()
        lines.look()
        # It may take what is left, not for ever.
        assert (len(lines), other_end.is_hung_up) == (1, False)
        lines.look()
        assert (len(lines), other_end.is_hung_up) == (0, True)

    asyncio.run(run())
