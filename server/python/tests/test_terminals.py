"""Terminals: begin in the home, know the image's programs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.app_client import AppClient
from tests.zygote_client import Running


def run(client: AppClient, command: str, name: str | None = None, seconds: float = 20) -> str:
    """What a terminal prints until the command's own end mark."""
    terminal = name or client.post("api/terminals", json={}).json()["name"]
    with client.socket(f"terminals/websocket/{terminal}") as connection:
        connection.send(json.dumps(["stdin", f"{command}; echo EN''D\r"]))
        seen = ""
        deadline = time.monotonic() + seconds
        while "END\r\n" not in seen:
            kind, *rest = json.loads(connection.recv(timeout=max(0.01, deadline - time.monotonic())))
            if kind == "stdout":
                seen += rest[0]
    return seen


def test_a_terminal_begins_in_the_home(app: AppClient) -> None:
    """A terminal begins in the home [I1]."""
    assert f"<{app.app['home']}>" in run(app, 'echo "<$PWD>"')
    assert f"<{app.app['home']}>" in run(app, 'echo "<$HOME>"')


def test_an_image_terminal_finds_the_images_programs_first(zygote: Running, folder: Path) -> None:
    """An image terminal finds the image's programs first [I1]."""
    python = folder / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\necho the image speaks\n")
    python.chmod(0o755)
    app: dict[str, Any] = zygote.start(appType="KernelGateway", path=[str(folder / "bin")])
    with AppClient(app) as client:
        assert "the image speaks" in run(client, "python")
    zygote.stop(app["app"])


def test_scrollback_is_there_for_the_next_connection(app: AppClient) -> None:
    """Scrollback is there for the next connection [I2]."""
    name = app.post("api/terminals", json={}).json()["name"]
    run(app, "echo first-$((20+22))", name)
    assert "first-42" in run(app, "true", name)


def test_the_given_shell_is_used_and_terminals_can_be_off(zygote: Running) -> None:
    app = zygote.start(settings={"shellCommand": ["/bin/sh", "-c", "echo mine $0; exec /bin/sh"]})
    with AppClient(app) as client:
        assert "mine /bin/sh" in run(client, "true")
    zygote.stop(app["app"])
    app = zygote.start(settings={"terminals": False})
    with AppClient(app) as client:
        assert client.post("api/terminals", json={}).status_code == 404
    zygote.stop(app["app"])
