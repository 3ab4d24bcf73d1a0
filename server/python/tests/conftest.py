"""Real zygotes, real apps, real kernels; short paths because sockets need them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.app_client import AppClient
from tests.zygote_client import Running, minimal_env


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="at-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def make_zygote(folder: Path) -> Iterator[Callable[..., Running]]:
    """A zygote of the test's own, with flags."""
    made: list[Running] = []

    def make(*flags: str) -> Running:
        made.append(Running(folder, *flags))
        return made[-1]

    yield make
    for running in made:
        running.close()


@pytest.fixture(scope="module")
def zygote() -> Iterator[Running]:
    """One zygote for the tests of a module."""
    made = Path(tempfile.mkdtemp(prefix="at-", dir="/tmp"))
    made.chmod(0o755)
    running = Running(made)
    yield running
    running.close()
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def kernelspecs() -> Iterator[str]:
    """Kernelspecs of this environment, written by our own command."""
    made = tempfile.mkdtemp(prefix="at-specs-", dir="/tmp")
    Path(made).chmod(0o755)
    command = [sys.executable, "-m", "atelier_jupyter.kernelspecs", "--prefix", sys.prefix, "--out", made]
    subprocess.run([*command, "--no-packages"], check=True, env=minimal_env(), stdout=subprocess.DEVNULL)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def app(zygote: Running, kernelspecs: str) -> Iterator[AppClient]:
    """One app with kernels and terminals for the tests of a module."""
    started: dict[str, Any] = zygote.start(kernelspecDirs=[kernelspecs], appType="KernelGateway")
    with AppClient(started) as client:
        yield client
    zygote.stop(started["app"])


@pytest.fixture
def home(app: AppClient) -> Iterator[Path]:
    """The home of `app`, emptied."""
    path = Path(app.app["home"])
    yield path
    for entry in path.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            entry.chmod(0o755)
            shutil.rmtree(entry)
        else:
            entry.unlink()
