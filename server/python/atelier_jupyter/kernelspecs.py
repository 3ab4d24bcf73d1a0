"""Writes the kernelspecs of an environment and says what the environment holds.

python -m atelier_jupyter.kernelspecs --prefix <environment> --out <folder>

The environment needs ipykernel and nothing of ours; its own interpreter is asked, so a broken one is
found here and not when a person runs a cell. Kernels of other languages that are installed in the
environment are taken along as they are, where their program is there.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PROBE_SECONDS = 120
MAX_SPEC_BYTES = 64 * 1024
# Jupyter's own rule for names of kernelspecs.
SPEC_NAME = re.compile(r"^[a-z0-9._-]+$", re.IGNORECASE)

# Runs in the environment's interpreter, of whatever version it is.
PROBE = r"""
import json, platform, sys
answer = {"pythonVersion": platform.python_version(), "version": list(sys.version_info[:2])}
try:
    import ipykernel, ipykernel.kernelspec
    answer["ipykernelVersion"] = ipykernel.__version__
    answer["resources"] = ipykernel.kernelspec.RESOURCES
except Exception as error:
    answer["error"] = "%s: %s" % (type(error).__name__, error)
if "--packages" in sys.argv:
    from importlib.metadata import distributions
    found = {}
    for item in distributions():
        name = item.metadata["Name"]
        if name:
            found.setdefault(name, item.version)
    names = sorted(found, key=str.lower)
    answer["packages"] = [{"name": name, "version": found[name]} for name in names]
print("\n" + json.dumps(answer))
"""


class EnvironmentProblem(Exception):  # noqa: N818 -- told to people as it is, not handled as a fault
    """Why an environment cannot run a kernel."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def probe(python: str, packages: bool) -> dict[str, Any]:
    """Ask the interpreter; raises EnvironmentProblem with a sentence."""
    command = [python, "-I", "-c", PROBE, *(["--packages"] if packages else [])]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"{python} cannot be run: {error}. Make the environment again."
        raise EnvironmentProblem("interpreter-fails", message) from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError) as error:
        cause = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        message = f"{python} does not work: {cause}. Make the environment again."
        raise EnvironmentProblem("interpreter-fails", message) from error
    if "error" in answer:
        message = f"ipykernel cannot be loaded by {python} ({answer['error']}). Install ipykernel there."
        raise EnvironmentProblem("no-ipykernel", message)
    return answer


def interpreter_of(prefix: str) -> str:
    """The environment's own python; its path is kept unresolved, that is what makes a venv one."""
    python = os.path.join(os.path.abspath(prefix), "bin", "python")
    if not os.path.exists(python):
        raise EnvironmentProblem(
            "no-interpreter", f"{python} does not exist. Give the prefix of an environment."
        )
    return python


def kernelspec(python: str, display_name: str) -> dict[str, Any]:
    return {
        "argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": display_name,
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": {"debugger": True},
        "kernel_protocol_version": "5.5",
    }


def program_in(prefix: str, command: str) -> str | None:
    """The program of a kernel: one of the environment where it is named without a folder."""
    program = command if os.path.isabs(command) else os.path.join(os.path.abspath(prefix), "bin", command)
    return program if os.access(program, os.X_OK) and os.path.isfile(program) else None


def read_other(prefix: str, folder: Path) -> dict[str, Any] | None:
    """A kernelspec of another kernel than ipykernel; None where it is none or its program is not there."""
    file = folder / "kernel.json"
    try:
        if not SPEC_NAME.match(folder.name) or file.stat().st_size > MAX_SPEC_BYTES:
            return None
        spec = json.loads(file.read_text())
        argv, shown = spec["argv"], spec["display_name"]
        if not argv or not isinstance(shown, str) or not all(isinstance(part, str) for part in argv):
            return None
    except (OSError, ValueError, TypeError, KeyError):
        return None
    # The environment's Python has its spec already, whatever name this one has.
    if any(part.startswith("ipykernel") for part in argv):
        return None
    program = program_in(prefix, argv[0])
    return None if program is None else {**spec, "argv": [program, *argv[1:]]}


def write_others(prefix: str, out: str) -> list[dict[str, str]]:
    """Write the specs of the other kernels in `<prefix>/share/jupyter/kernels`, and say which they are."""
    source = Path(prefix, "share", "jupyter", "kernels")
    kernels: list[dict[str, str]] = []
    for folder in sorted(source.iterdir()) if source.is_dir() else []:
        spec = read_other(prefix, folder)
        if spec is None or folder.name == "python3":
            continue
        with tempfile.TemporaryDirectory(dir=out, prefix=".new-") as fresh:
            made = Path(fresh, folder.name)
            made.mkdir()
            for logo in sorted(folder.glob("logo-*")):
                if logo.is_file():
                    shutil.copyfile(logo, made / logo.name)
            (made / "kernel.json").write_text(json.dumps(spec, indent=1) + "\n")
            made.chmod(0o755)
            replace(str(made), os.path.join(out, folder.name), fresh)
        language = spec.get("language")
        kernels.append(
            {
                "name": folder.name,
                "displayName": spec["display_name"],
                "language": language if isinstance(language, str) else "",
            }
        )
    return kernels


def replace(made: str, target: str, fresh: str) -> None:
    if os.path.isdir(target):
        os.rename(target, os.path.join(fresh, "old"))
    os.rename(made, target)


def write_kernelspec(prefix: str, out: str, display_name: str | None, packages: bool) -> dict[str, Any]:
    """Write `<out>/python3` in one step, the others beside it, and answer what the command prints."""
    python = interpreter_of(prefix)
    answer = probe(python, packages)
    shown = display_name or f"Python {answer['version'][0]}"
    os.makedirs(out, exist_ok=True)
    target = os.path.join(out, "python3")
    with tempfile.TemporaryDirectory(dir=out, prefix=".new-") as fresh:
        spec = os.path.join(fresh, "python3")
        os.mkdir(spec)
        for logo in sorted(Path(answer["resources"]).glob("logo-*")):
            shutil.copyfile(logo, os.path.join(spec, logo.name))
        Path(spec, "kernel.json").write_text(json.dumps(kernelspec(python, shown), indent=1) + "\n")
        os.chmod(spec, 0o755)  # noqa: S103 -- every user of the image reads it
        replace(spec, target, fresh)
    others = write_others(prefix, out)
    known = {"python3", *(kernel["name"] for kernel in others)}
    for stale in os.listdir(out):
        if stale not in known and not stale.startswith("."):
            shutil.rmtree(os.path.join(out, stale), ignore_errors=True)
    result = {
        "kernels": [{"name": "python3", "displayName": shown, "language": "python"}, *others],
        "pythonVersion": answer["pythonVersion"],
        "ipykernelVersion": answer["ipykernelVersion"],
    }
    return {**result, "packages": answer["packages"]} if packages else result


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m atelier_jupyter.kernelspecs")
    parser.add_argument("--prefix", required=True, help="the environment: a venv, conda or uv prefix")
    parser.add_argument("--out", required=True, help="folder that will hold the folder python3")
    parser.add_argument("--display-name", help='as people see it; default "Python 3"')
    parser.add_argument("--no-packages", action="store_true", help="do not list what is installed")
    given = parser.parse_args()
    try:
        result = write_kernelspec(given.prefix, given.out, given.display_name, not given.no_packages)
    except EnvironmentProblem as problem:
        result = {"error": {"code": problem.code, "message": str(problem)}}
    sys.stdout.write(json.dumps(result) + "\n")
    return 1 if "error" in result else 0


if __name__ == "__main__":
    sys.exit(main())
