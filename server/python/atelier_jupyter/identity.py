"""Who a request is from: the bearer of the app's token, by that token alone."""

from __future__ import annotations

import os
import pwd
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, User
from traitlets import default


class AppIdentityProvider(IdentityProvider):
    """No cookies are set or believed: the relay adds the token to each request, a browser has none."""

    @default("token")
    def _token_of_app(self) -> str:
        """From memory: in no argument list, environment, configuration or file."""
        return str(getattr(self.parent, "app_settings").token)  # noqa: B009 -- parent is our AppServer

    def get_user_cookie(self, handler: Any) -> None:
        return None

    def set_login_cookie(self, handler: Any, user: User) -> None:
        return None

    def generate_anonymous_user(self, handler: Any) -> User:
        """One person a server: the account it runs as, and not a random name a request."""
        try:
            account = pwd.getpwuid(os.getuid())
            name, shown = account.pw_name, account.pw_gecos.split(",")[0]
        except KeyError:
            name, shown = str(os.getuid()), ""
        return User(username=name, name=shown or name, display_name=shown or name)
