"""Folders the zygote makes, perhaps as root: nothing is followed, nothing foreign is removed."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat

from atelier_jupyter.zygote.protocol import RequestError, bad
from atelier_jupyter.zygote.requests import Identity, MakeHome


def make_home(request: MakeHome) -> bool:
    """Make a home, or check the one that is there; True when it was made."""
    parent = os.path.dirname(request.path)
    if request.identity is not None:
        _check_parent(parent)
    try:
        os.mkdir(request.path, 0o700)
        created = True
    except FileExistsError:
        created = False
    except OSError as error:
        raise RequestError("start-failed", f"{request.path}: {error.strerror}.", "path") from error
    try:
        fd = os.open(request.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise bad("path", "is there already and is not a folder") from error
    try:
        identity = request.identity
        if created and identity is not None:
            os.fchown(fd, identity.uid, identity.gid)
        owner = os.fstat(fd).st_uid
        if owner != (os.geteuid() if identity is None else identity.uid):
            raise bad("path", f"belongs to the user id {owner}")
    finally:
        os.close(fd)
    return created


def _check_parent(parent: str) -> None:
    """Where others may write they could have put a link, or swap the folder for one."""
    try:
        details = os.stat(parent)
    except OSError as error:
        raise bad("path", f"has no parent folder {parent}") from error
    if details.st_uid not in (0, os.geteuid()) or details.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise bad("path", "lies in a folder that others may write to")


def make_runtime_dir(path: str, identity: Identity | None, server_gid: int) -> None:
    """An empty folder for the sockets of one app; one left by a killed zygote is replaced."""
    _remove_stale(path)
    try:
        os.mkdir(path, 0o700)
        if identity is not None:
            fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                os.fchown(fd, identity.uid, server_gid)
                # The server's group passes through to the socket; it can list nothing.
                os.fchmod(fd, 0o2710)
            finally:
                os.close(fd)
    except OSError as error:
        raise RequestError("start-failed", f"runtimeDir {path}: {error.strerror}.", "runtimeDir") from error


def _remove_stale(path: str) -> None:
    try:
        details = os.lstat(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise bad("runtimeDir", f"cannot be used: {error.strerror}") from error
    ours = stat.S_ISDIR(details.st_mode)
    if ours:
        with os.scandir(path) as entries:
            ours = all(
                entry.name == "k" or stat.S_ISSOCK(entry.stat(follow_symlinks=False).st_mode)
                for entry in entries
            )
    if not ours:
        raise bad("runtimeDir", "is there already and holds something else than an app's sockets")
    remove_runtime_dir(path)


def remove_runtime_dir(path: str) -> None:
    """Removes without following links (rmtree works with descriptors)."""
    with contextlib.suppress(OSError):
        shutil.rmtree(path)


def open_log(path: str, server_gid: int | None) -> tuple[int, int]:
    """Descriptor for appending, and the size before this run."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        fd = os.open(path, flags, 0o640)
    except OSError as error:
        raise RequestError("start-failed", f"logPath {path}: {error.strerror}.", "logPath") from error
    details = os.fstat(fd)
    if not stat.S_ISREG(details.st_mode):
        os.close(fd)
        raise bad("logPath", "is there already and is not a file")
    os.set_blocking(fd, True)
    if server_gid is not None:
        with contextlib.suppress(PermissionError):
            os.fchown(fd, -1, server_gid)
    return fd, details.st_size


def log_tail(path: str, start: int, length: int = 4096) -> str:
    """The end of what one run wrote."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(start, size - length))
            return file.read(length).decode("utf-8", "replace")
    except OSError:
        return ""
