"""POST studio/format"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.app_client import AppClient

FREE = "There is no formatter for r here. Python is formatted by ruff."


def ask(app: AppClient, *sources: str, path: str = "n.ipynb", language: str = "python") -> Any:
    return app.post("studio/format", json={"language": language, "path": path, "sources": list(sources)})


def formatted(app: AppClient, *sources: str, path: str = "n.ipynb") -> list[Any]:
    answer = ask(app, *sources, path=path)
    assert answer.status_code == 200, answer.text
    assert answer.json()["formatter"].startswith("ruff ")
    return [one.get("source", one.get("problem")) for one in answer.json()["results"]]


def test_cells_are_formatted_and_magics_stay(app: AppClient, home: Path) -> None:
    """Cells are formatted and magics stay [E9]."""
    del home
    results = formatted(
        app,
        "x=1",
        "%matplotlib   inline\n!ls   -l\ny  =  2",
        "%%bash\nls    -l",
        "%%time\nz  = 3",
        "print?",
        "f(1 );",
        "",
        "await  g()",
        "s = 'ä\U0001f600'",
    )
    assert results == [
        "x = 1",
        "%matplotlib   inline\n!ls   -l\ny = 2",
        "%%bash\nls    -l",
        "%%time\nz = 3",
        "print?",
        "f(1);",
        "",
        "await g()",
        's = "ä\U0001f600"',
    ]


def test_a_cell_with_a_fault_says_where_and_the_others_are_formatted(app: AppClient, home: Path) -> None:
    """A cell with a fault says where and the others are formatted [E9]."""
    del home
    first, fault, magic, last = formatted(app, "a=1", "b = 1\nc = (", "%ls\ndef f(:\n  pass", "d=2")
    assert (first, last) == ("a = 1", "d = 2")
    assert fault["line"] == 2
    assert (magic["line"], magic["message"]) == (2, "Expected a parameter or the end of the parameter list")


def test_only_faults(app: AppClient, home: Path) -> None:
    del home
    assert [result["line"] for result in formatted(app, "(", "[")] == [1, 1]
    assert formatted(app) == []


def test_settings_of_the_folder_count(app: AppClient, home: Path) -> None:
    (home / "sub").mkdir()
    (home / "sub" / "ruff.toml").write_text("[format]\nquote-style = 'single'\n")
    assert formatted(app, 'x = "a"', path="sub/n.ipynb") == ["x = 'a'"]
    assert formatted(app, "x = 'a'") == ['x = "a"']
    assert formatted(app, "x = 'a'", path="not/there/yet.ipynb") == ['x = "a"']
    (home / "sub" / "ruff.toml").write_text("[format]\nquote-style = 'loud'\n")
    broken = ask(app, "x = 1", path="sub/n.ipynb")
    assert (broken.status_code, broken.json()["code"]) == (422, "format-failed")
    assert "ruff.toml" in broken.json()["detail"]
    assert not list((home / "sub").glob(".ruff*"))


def test_a_file_is_one_source(app: AppClient, home: Path) -> None:
    del home
    assert formatted(app, "x=1\n\n\n\ny=2", path="a.py") == ["x = 1\n\n\ny = 2\n"]
    assert formatted(app, "x = (", path="-a.py")[0]["line"] == 1
    assert ask(app, "x=1", "y=2", path="a.py").status_code == 400


@pytest.mark.parametrize("path", ["a.py", "n.ipynb"])
def test_half_a_character_is_refused(app: AppClient, home: Path, path: str) -> None:
    del home
    body = f'{{"path": "{path}", "language": "python", "sources": ["x = \\"\\ud800\\""]}}'
    answer = app.post("studio/format", content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_another_language_says_so(app: AppClient, home: Path) -> None:
    del home
    answer = ask(app, "x <- 1", language="r")
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (422, "no-formatter", FREE)


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"path": 1, "sources": [], "language": "python"}', '{"path": "", "sources": [1]}'],
)
def test_other_bodies_are_refused(app: AppClient, home: Path, body: str) -> None:
    del home
    answer = app.post("studio/format", content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_paths_stay_in_the_home(app: AppClient, home: Path) -> None:
    del home
    assert ask(app, "x=1", path="../n.ipynb").json()["code"] == "bad-path"


def test_nobody_formats_without_the_token(app: AppClient, home: Path) -> None:
    del home
    answer = app.post("studio/format", json={}, headers={"Authorization": "token no"})
    assert answer.status_code == 403
