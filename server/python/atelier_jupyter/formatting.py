"""Code of a notebook or a file in the style of ruff, with the settings that its folder has.

ruff reads the cells as one notebook, so it knows magics, shell lines and `?`, and leaves cells of other
languages alone. Cells with a fault are found first and kept as they are; the others are formatted all the
same.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

from atelier_jupyter.problems import Problem

SECONDS = 20


@dataclass(frozen=True)
class SyntaxProblem:
    """Why one source was not formatted; places count from 1."""

    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Place:
    """Where the sources belong: decides which settings count."""

    folder: str
    name: str

    @property
    def is_notebook(self) -> bool:
        return self.name.endswith(".ipynb")


def formatter_name() -> str:
    return f"ruff {version('ruff')}"


def format_sources(sources: list[str], place: Place) -> list[str | SyntaxProblem]:
    """In the order of the sources: the new source, or why there is none."""
    problems = _syntax_problems(sources, place)
    good = [source for index, source in enumerate(sources) if index not in problems]
    formatted = iter(_format(good, place) if good else [])
    return [problems.get(index) or next(formatted) for index in range(len(sources))]


def _syntax_problems(sources: list[str], place: Place) -> dict[int, SyntaxProblem]:
    """The first fault of each source. Some rule must be asked for; faults of syntax are told anyway."""
    options = ["--isolated", "--no-cache", "--select", "F632", "--output-format", "json"]
    result = _run(["check", *options], sources, place)
    if result.returncode not in (0, 1):
        raise _failed(result.stderr)
    found: dict[int, SyntaxProblem] = {}
    for fault in json.loads(result.stdout):
        if fault["code"] != "invalid-syntax":
            continue
        index = fault["cell"] - 1 if place.is_notebook else 0
        at = fault["location"]
        found.setdefault(index, SyntaxProblem(at["row"], at["column"], fault["message"]))
    return found


def _format(sources: list[str], place: Place) -> list[str]:
    result = _run(["format", "--no-cache"], sources, place)
    if result.returncode != 0:
        raise _failed(result.stderr)
    if not place.is_notebook:
        return [result.stdout]
    cells = json.loads(result.stdout)["cells"]
    return ["".join(cell["source"]) for cell in cells]


def _run(command: list[str], sources: list[str], place: Place) -> subprocess.CompletedProcess[str]:
    text = _notebook(sources) if place.is_notebook else "".join(sources)
    try:
        return subprocess.run(
            [_ruff(), *command, f"--stdin-filename={place.name}", "-"],
            input=text,
            capture_output=True,
            cwd=place.folder,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        detail = f"The formatter gave no answer in {SECONDS} s. The code is as it was. Format fewer cells."
        raise Problem(504, "format-late", "Not formatted", detail) from None


def _notebook(sources: list[str]) -> str:
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": str(index),
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for index, source in enumerate(sources)
    ]
    metadata = {"language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


@cache
def _ruff() -> str:
    try:
        from ruff import find_ruff_bin

        return str(find_ruff_bin())
    except (ImportError, FileNotFoundError):
        detail = "This server has no formatter. Install ruff beside jupyter_server, then start it again."
        raise Problem(501, "not-offered", "Not offered", detail) from None


def _failed(told: str) -> Problem:
    """Settings that cannot be read, mostly; ruff names the file."""
    words = told.strip().removeprefix("error: ") or "It gave no reason."
    return Problem(422, "format-failed", "Not formatted", f"{words} The code is as it was.")
