"""GET studio/usage: what an app and its instance have used."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from atelier_jupyter.disk_usage import DiskUsage, bytes_below
from atelier_jupyter.process_usage import (
    SERVER,
    Part,
    Process,
    ProcessUsage,
    ProcFiles,
    PsutilProcesses,
)
from tests.app_client import AppClient
from tests.group_folders import need_groups
from tests.zygote_client import Running

NOBODY = 65534
MIB = 1 << 20
KERNEL: Part = ("kernel", "k")

BUSY = "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass"
CHILD_BUSY = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', {code!r}])"


def usage(app: AppClient) -> dict[str, Any]:
    answer: dict[str, Any] = app.get("studio/usage").raise_for_status().json()
    return answer


def of_kernel(reading: dict[str, Any], kernel_id: str) -> dict[str, Any]:
    return next(each for each in reading["kernels"] if each["id"] == kernel_id)


def test_kernels_and_terminals_are_told_apart(app: AppClient) -> None:
    """Kernels and terminals are told apart [H2]."""
    busy, idle = app.start_kernel(), app.start_kernel()
    terminal = app.post("api/terminals").json()["name"]
    with app.kernel(busy) as kernel, app.kernel(idle) as other:
        other.text("pass")
        before = usage(app)
        kernel.text(BUSY.format(seconds=0.5) + f"\nheld = b'x' * {100 * MIB}")
        after = usage(app)
    assert [each["name"] for each in after["terminals"]] == [terminal]
    assert {each["id"] for each in after["kernels"]} >= {busy, idle}

    def grown(part: Callable[[dict[str, Any]], dict[str, Any]], field: str) -> int:
        return int(part(after)[field]) - int(part(before)[field])

    assert grown(lambda reading: of_kernel(reading, busy), "cpuUsec") >= 450_000
    assert grown(lambda reading: of_kernel(reading, idle), "cpuUsec") < 200_000
    assert grown(lambda reading: of_kernel(reading, busy), "memoryBytes") >= 90 * MIB
    assert abs(grown(lambda reading: of_kernel(reading, idle), "memoryBytes")) < 20 * MIB
    assert after["time"] > before["time"]
    assert 0 < after["app"]["memoryBytes"] < 200 * MIB
    for kernel_id in (busy, idle):
        app.delete(f"api/kernels/{kernel_id}")
    assert usage(app)["kernels"] == [each for each in after["kernels"] if each["id"] not in (busy, idle)], (
        "those that have gone are not told of"
    )
    app.delete(f"api/terminals/{terminal}")


def test_the_time_of_ended_children_stays_counted(app: AppClient) -> None:
    kernel_id = app.start_kernel()
    with app.kernel(kernel_id) as kernel:
        before = usage(app)
        kernel.text(CHILD_BUSY.format(code=BUSY.format(seconds=0.5)))
        after = usage(app)
        assert of_kernel(after, kernel_id)["cpuUsec"] - of_kernel(before, kernel_id)["cpuUsec"] >= 450_000
        # A new process under the old id: what the one before used stays counted.
        app.post(f"api/kernels/{kernel_id}/restart").raise_for_status()
    restarted = usage(app)
    assert of_kernel(restarted, kernel_id)["cpuUsec"] >= of_kernel(after, kernel_id)["cpuUsec"]
    # The server waited for the kernel that ended; its time is not the server's.
    assert restarted["app"]["cpuUsec"] - after["app"]["cpuUsec"] < 450_000
    app.delete(f"api/kernels/{kernel_id}")


def test_a_reading_is_cheap(app: AppClient) -> None:
    """A reading costs less than 20 ms; the limit here allows for a busy machine."""
    kernels = [app.start_kernel() for _ in range(4)]
    took: list[float] = []
    for _ in range(15):
        before = time.perf_counter()
        usage(app)
        took.append(time.perf_counter() - before)
    assert statistics.median(took) < 0.2
    reader, seconds = ProcessUsage(ProcFiles().processes, app.app["pid"]), []
    for _ in range(15):
        before = time.thread_time()
        reader.read({})
        seconds.append(time.thread_time() - before)
    assert statistics.median(seconds) < 0.06
    for kernel_id in kernels:
        app.delete(f"api/kernels/{kernel_id}")


def test_only_the_token_opens_it(app: AppClient) -> None:
    answer = app.get("studio/usage", headers={"Authorization": "token wrong-wrong-wrong"})
    assert answer.status_code == 403


def test_being_measured_is_no_activity(app: AppClient) -> None:
    before = app.get("api/status").json()["last_activity"]
    usage(app)
    assert app.get("api/status").json()["last_activity"] == before


@pytest.fixture
def someones(make_zygote: Callable[..., Running], kernelspecs: str) -> Iterator[AppClient]:
    """An app of the user nobody in a group, with a folder of its instance."""
    if os.geteuid() != 0:
        pytest.skip("becoming another user needs root")
    zygote = make_zygote()
    need_groups(zygote)
    (zygote.folder / "homes").mkdir()
    home, instance = zygote.folder / "homes/nobody", zygote.folder / "instance"
    zygote.control.call("make_home", path=str(home), uid=NOBODY, gid=NOBODY)
    instance.mkdir()
    (instance / "data").write_bytes(b"x" * 3 * MIB)
    zygote.control.call("group", action="make", group="i-1", cpus=1, memoryBytes=512 * MIB)
    app = zygote.start(
        uid=NOBODY,
        gid=NOBODY,
        home=str(home),
        group="i-1",
        kernelspecDirs=[kernelspecs],
        env={"ATELIER_INSTANCE_DIR": str(instance)},
    )
    with AppClient(app) as client:
        yield client


def test_another_user_reads_the_group_it_is_in(someones: AppClient) -> None:
    """Another user reads the group it is in [H2]."""
    with someones.kernel(someones.start_kernel()) as kernel:
        first = usage(someones)
        kernel.text(BUSY.format(seconds=0.3))
        second = usage(someones)
    group = second["group"]
    assert group["source"] in ("cgroup-v1", "cgroup-v2")
    assert group["memoryLimitBytes"] == 512 * MIB
    assert 10 * MIB < group["memoryBytes"] < 512 * MIB
    parts = [second["app"], *second["kernels"]]
    # What the app has of the zygote's pages is not in it: that alone is more than the difference allowed.
    surplus = sum(part["memoryBytes"] for part in parts) - group["memoryBytes"]
    assert -24 * MIB < surplus < 4 * MIB, f"the parts say {surplus / MIB:.1f} MiB more than their group"
    assert group["cpuUsec"] - first["group"]["cpuUsec"] >= 250_000
    assert (group["oomKills"], group["throttledPeriods"] <= group["periods"]) == (0, True)
    deadline = time.monotonic() + 20
    while (disk := usage(someones)["disk"]) is None:
        assert time.monotonic() < deadline, "it is measured in the background, at once"
        time.sleep(0.02)
    assert 3 * MIB <= disk["bytes"] < 4 * MIB


def test_without_a_group_and_a_folder_it_says_so(app: AppClient) -> None:
    reading = usage(app)
    assert (reading["group"], reading["disk"]) == (None, None)


class Processes:
    """What a test says there is."""

    def __init__(self) -> None:
        self.now: list[Process] = []
        self.looks = 0

    def read(self, _server: int) -> list[Process]:
        self.looks += 1
        return self.now


def process(pid: int, ppid: int, own: int, children: int = 0) -> Process:
    return Process(pid, ppid, pid * 10, own, children, 1000)


def test_counters_never_fall() -> None:
    there = Processes()
    reader = ProcessUsage(there.read, 1)

    def kernel(*processes: Process) -> int:
        there.now = [process(1, 0, 50), *processes]
        return reader.read({KERNEL: 2})[KERNEL].cpu_usec

    assert kernel(process(2, 1, 100), process(3, 2, 40)) == 140
    assert kernel(process(2, 1, 100, 45)) == 145, "waited for: its last bit counts, too"
    assert kernel(process(2, 1, 100, 45), process(4, 2, 70)) == 215
    assert kernel(process(2, 1, 110, 45)) == 215, "nobody waited for it: what was seen stays"
    assert kernel(process(2, 1, 120, 45)) == 225
    assert kernel() == 225, "the kernel restarts"
    assert kernel(process(2, 1, 10)) == 235


def test_an_orphan_stays_with_its_kernel_and_a_lost_kernels_past_is_not_the_servers() -> None:
    there = Processes()
    reader = ProcessUsage(there.read, 1)
    there.now = [process(1, 0, 50), process(2, 1, 100), process(3, 2, 40)]
    reader.read({KERNEL: 2})
    there.now = [process(1, 0, 50), process(2, 1, 100), process(3, 0, 60)]
    assert reader.read({KERNEL: 2})[KERNEL].cpu_usec == 160
    there.now = [process(1, 0, 50), process(3, 0, 65)]
    assert reader.read({})[SERVER].cpu_usec == 50
    there.now = [process(1, 0, 50), process(3, 0, 75)]
    assert reader.read({})[SERVER].cpu_usec == 60


def test_a_look_that_misses_somebody_is_done_again() -> None:
    there = Processes()
    reader = ProcessUsage(there.read, 1)
    there.now = [process(1, 0, 50), process(2, 1, 100), process(3, 2, 40)]
    reader.read({KERNEL: 2})
    assert there.looks == 1
    looks = [[process(1, 0, 50), process(2, 1, 100)], [process(1, 0, 50), process(2, 1, 100, 40)]]
    reader._processes = lambda _server: looks.pop(0)
    assert reader.read({KERNEL: 2})[KERNEL].cpu_usec == 140
    looks = [[process(1, 0, 50), process(2, 1, 101, 40)]]
    assert reader.read({KERNEL: 2})[KERNEL].cpu_usec == 141, "it was not taken for lost"


@pytest.mark.parametrize("reader", [ProcFiles(), PsutilProcesses()], ids=["proc", "psutil"])
def test_both_readers_see_the_same(reader: Any) -> None:
    code = f"{BUSY.format(seconds=0.3)}\nheld = b'x' * {50 * MIB}\nprint(flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        found = next(each for each in reader.processes(os.getpid()) if each.pid == child.pid)
        child.kill()
    assert found.ppid == os.getpid()
    assert 250_000 <= found.own_usec < 3_000_000
    assert 50 * MIB <= found.memory_bytes < 150 * MIB


def test_bytes_are_those_on_the_disk(tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    (below / "one").write_bytes(b"x" * MIB)
    os.link(below / "one", tmp_path / "same")
    os.symlink("/usr", tmp_path / "elsewhere")
    with (tmp_path / "sparse").open("wb") as sparse:
        sparse.truncate(100 * MIB)
    assert MIB <= bytes_below(str(tmp_path)) < 2 * MIB


def test_the_disk_is_looked_at_beside_the_answer_and_not_too_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    may_end = threading.Event()

    def look(folder: str) -> int:
        looks.append(folder)
        assert may_end.wait(20)
        return 7

    monkeypatch.setattr("atelier_jupyter.disk_usage.bytes_below", look)
    disk = DiskUsage(str(tmp_path), interval=3600)
    assert disk.read() is None
    assert disk.read() is None
    may_end.set()
    assert disk._running is not None
    disk._running.join(20)
    assert disk.read() == {"path": str(tmp_path), "bytes": 7}
    assert looks == [str(tmp_path)]
