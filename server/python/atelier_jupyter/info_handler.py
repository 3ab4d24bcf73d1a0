"""GET studio/info"""

from __future__ import annotations

import os
import platform
import pwd
import shutil
from typing import Any

import jupyter_server
from tornado import web

from atelier_jupyter import __version__
from atelier_jupyter.studio_handler import StudioHandler


class InfoHandler(StudioHandler):
    """Who and where this app is."""

    @web.authenticated
    def get(self) -> None:
        settings = getattr(self.serverapp, "app_settings", None)
        info: dict[str, Any] = {
            "home": self.home,
            "mountPath": self.home,
            "user": _user_name(),
            "uid": os.getuid(),
            "gid": os.getgid(),
            "app": None if settings is None else settings.app,
            "appType": None if settings is None else settings.app_type,
            "python": platform.python_version(),
            "serverVersion": jupyter_server.__version__,
            "extensionVersion": __version__,
        }
        try:
            info["freeBytes"] = shutil.disk_usage(self.home).free
        except OSError:
            self.log.debug("Free space of the home is unknown", exc_info=True)
        self.set_header("Cache-Control", "no-store")
        self.send_json(info)


def _user_name() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
