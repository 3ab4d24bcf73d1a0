"""GET studio/widget-module"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.app_client import AppClient


@pytest.fixture
def extensions(home: Path) -> Path:
    """A folder that notebooks look for modules in."""
    folder = home / ".local" / "share" / "jupyter" / "nbextensions"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_module_of_an_installed_package_is_told(app: AppClient, extensions: Path) -> None:
    """The module of an installed package of widgets is told, as text [J3]."""
    for name in ("jupyter-thing", "@scope/thing"):
        (extensions / name).mkdir(parents=True, exist_ok=True)
        (extensions / name / "index.js").write_text(f"define('{name} ä');")
        answer = app.get(f"studio/widget-module?name={quote(name)}")
        assert (answer.status_code, answer.text) == (200, f"define('{name} ä');")
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_no_package_has_is_nothing(app: AppClient, extensions: Path) -> None:
    del extensions
    answer = app.get("studio/widget-module?name=nobody")
    assert (answer.status_code, answer.text) == (204, "")


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "@a/b/c", "a%00b", "/etc/passwd", "@x/.."])
def test_other_files_are_not_read(app: AppClient, extensions: Path, name: str) -> None:
    (extensions.parent / "index.js").write_text("secret")
    answer = app.get(f"studio/widget-module?name={name}")
    assert answer.status_code in (204, 400)
    assert "secret" not in answer.text


def test_a_link_out_of_the_folder_is_not_followed(app: AppClient, extensions: Path, home: Path) -> None:
    (home / "other").mkdir()
    (home / "other" / "index.js").write_text("secret")
    (extensions / "linked").symlink_to(home / "other")
    assert app.get("studio/widget-module?name=linked").status_code == 204
