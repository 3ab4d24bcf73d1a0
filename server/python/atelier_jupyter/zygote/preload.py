"""Imports what every app needs, once: a fork then starts in a fraction of a second."""

from __future__ import annotations

import importlib
import logging

# What a running app has imported; a name that another version lacks costs the app some milliseconds.
MODULES = (
    "asyncio",
    "atelier_jupyter.app",
    "atelier_jupyter.extension",
    "atelier_jupyter.kernel_connection",
    "atelier_jupyter.kernels",
    "jupyter_client.ioloop",
    "jupyter_client.localinterfaces",
    "jupyter_client.provisioning",
    "jupyter_client.provisioning.local_provisioner",
    "jupyter_events",
    "jupyter_server.auth.authorizer",
    "jupyter_server.auth.identity",
    "jupyter_server.auth.login",
    "jupyter_server.auth.logout",
    "jupyter_server.base.handlers",
    "jupyter_server.files.handlers",
    "jupyter_server.gateway.connections",
    "jupyter_server.gateway.managers",
    "jupyter_server.kernelspecs.handlers",
    "jupyter_server.nbconvert.handlers",
    "jupyter_server.serverapp",
    "jupyter_server.services.api.handlers",
    "jupyter_server.services.config.handlers",
    "jupyter_server.services.contents.handlers",
    "jupyter_server.services.contents.largefilemanager",
    "jupyter_server.services.events.handlers",
    "jupyter_server.services.kernels.handlers",
    "jupyter_server.services.kernels.websocket",
    "jupyter_server.services.kernelspecs.handlers",
    "jupyter_server.services.nbconvert.handlers",
    "jupyter_server.services.security.handlers",
    "jupyter_server.services.sessions.handlers",
    "jupyter_server.services.shutdown",
    "jupyter_server.view.handlers",
    "jupyter_server_terminals",
    "jupyter_server_terminals.api_handlers",
    "jupyter_server_terminals.handlers",
    "nbformat.v4",
    "terminado",
    "tornado.httpserver",
    "tornado.platform.asyncio",
    "tornado.websocket",
    "uuid",
    "zmq.eventloop.zmqstream",
)


def preload() -> list[str]:
    """Import all; answers what could not be imported."""
    missing: list[str] = []
    for name in MODULES:
        try:
            importlib.import_module(name)
        except ImportError:
            logging.getLogger(__name__).warning("Not preloaded: %s", name, exc_info=True)
            missing.append(name)
    return missing
