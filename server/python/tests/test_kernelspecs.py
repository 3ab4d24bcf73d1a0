"""python -m atelier_jupyter.kernelspecs, and the requirement files beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.zygote_client import PACKAGE_ROOT, minimal_env


def command(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "atelier_jupyter.kernelspecs", *arguments],
        capture_output=True,
        env=minimal_env(),
        check=False,
    )
    assert done.stderr == b""
    return done.returncode, json.loads(done.stdout)


def test_the_spec_names_the_environments_own_python(folder: Path) -> None:
    out = folder / "specs"
    code, said = command("--prefix", sys.prefix, "--out", str(out))
    assert code == 0
    assert said["kernels"] == [{"name": "python3", "displayName": "Python 3", "language": "python"}]
    assert said["pythonVersion"].startswith("3.")
    packages = {package["name"].lower().replace("_", "-"): package["version"] for package in said["packages"]}
    assert packages["ipykernel"] == said["ipykernelVersion"]
    spec = json.loads((out / "python3" / "kernel.json").read_text())
    assert spec["argv"] == [f"{sys.prefix}/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    assert (out / "python3" / "logo-64x64.png").exists()


def test_writing_again_replaces_the_spec_whole(folder: Path) -> None:
    command("--prefix", sys.prefix, "--out", str(folder), "--no-packages")
    (folder / "python3" / "stale").touch()
    code, said = command(
        "--prefix", sys.prefix, "--out", str(folder), "--no-packages", "--display-name", "Mine"
    )
    assert (code, "packages" in said) == (0, False)
    assert not (folder / "python3" / "stale").exists()
    assert json.loads((folder / "python3" / "kernel.json").read_text())["display_name"] == "Mine"
    assert [entry.name for entry in folder.iterdir()] == ["python3"]


def environment_with(folder: Path, **specs: object) -> Path:
    """An environment that runs this Python, with kernelspecs of its own."""
    prefix = folder / "environment"
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (prefix / "bin" / "python").chmod(0o755)
    for name, spec in specs.items():
        place = prefix / "share" / "jupyter" / "kernels" / name
        place.mkdir(parents=True)
        (place / "kernel.json").write_text(spec if isinstance(spec, str) else json.dumps(spec))
        (place / "logo-64x64.png").write_bytes(b"logo")
    return prefix


def test_other_kernels_of_the_environment_are_taken_along(folder: Path) -> None:
    """Kernels of other languages in an environment are kernels of its image [A1]."""
    bash = {"argv": ["python", "-m", "bash_kernel"], "display_name": "Bash", "language": "bash"}
    prefix = environment_with(
        folder,
        bash=bash,
        again={"argv": ["python", "-m", "ipykernel_launcher"], "display_name": "Again", "language": "python"},
        gone={**bash, "argv": ["/nonexistent/ir"], "display_name": "R"},
        nameless={"argv": ["python"]},
        broken="{",
        strange={**bash, "argv": [["python"]]},
    )
    out = folder / "specs"
    (out / "left").mkdir(parents=True)
    code, said = command("--prefix", str(prefix), "--out", str(out), "--no-packages")
    assert code == 0
    assert [kernel["name"] for kernel in said["kernels"]] == ["python3", "bash"]
    assert said["kernels"][1] == {"name": "bash", "displayName": "Bash", "language": "bash"}
    assert sorted(entry.name for entry in out.iterdir()) == ["bash", "python3"]
    spec = json.loads((out / "bash" / "kernel.json").read_text())
    assert spec == {**bash, "argv": [f"{prefix}/bin/python", "-m", "bash_kernel"]}
    assert (out / "bash" / "logo-64x64.png").read_bytes() == b"logo"


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (None, "no-interpreter"),
        ("#!/nonexistent\n", "interpreter-fails"),
        ("#!/bin/sh\nexit 3\n", "interpreter-fails"),
        ('#!/bin/sh\necho \'{"pythonVersion": "3.9", "error": "ImportError: no"}\'\n', "no-ipykernel"),
    ],
)
def test_an_environment_that_cannot_run_a_kernel_is_refused(
    folder: Path, script: str | None, code: str
) -> None:
    if script is not None:
        (folder / "bin").mkdir()
        (folder / "bin" / "python").write_text(script)
        (folder / "bin" / "python").chmod(0o755)
    status, said = command("--prefix", str(folder), "--out", str(folder / "specs"))
    assert (status, said["error"]["code"]) == (1, code)
    assert said["error"]["message"].endswith(".")
    assert not (folder / "specs" / "python3").exists()


@pytest.mark.parametrize(
    "file", sorted(Path(PACKAGE_ROOT, "requirements").glob("*.txt")), ids=lambda f: f.name
)
def test_requirement_files_hold_hashes_and_no_address(file: Path) -> None:
    """Requirement files hold hashes and no address [Q9]."""
    text = file.read_text()
    assert "://" not in text
    assert "index-url" not in text
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#", "-"))]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)
