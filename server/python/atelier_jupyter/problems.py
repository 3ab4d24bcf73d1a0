"""Errors of the studio endpoints: problem+json with a sentence that says what to do."""

from __future__ import annotations

import errno
from typing import Any


class Problem(Exception):  # noqa: N818 -- the name of the thing in RFC 9457
    """Ends a request with a problem document (RFC 9457)."""

    def __init__(self, status: int, code: str, title: str, detail: str, **extra: Any) -> None:
        super().__init__(f"{code}: {detail}")
        self.status = status
        self.code = code
        self.document: dict[str, Any] = {
            "type": f"urn:atelier:problem:{code}",
            "title": title,
            "status": status,
            "detail": detail,
            "code": code,
            **extra,
        }


def not_found(shown: str) -> Problem:
    return Problem(
        404, "not-found", "Not found", f"{shown} does not exist. Refresh the folder to see what it holds now."
    )


def permission_denied(shown: str, action: str) -> Problem:
    return Problem(
        403,
        "permission-denied",
        "Permission denied",
        f"Your account may not {action} {shown}. Change its permissions in a terminal, or use another one.",
    )


def read_only(shown: str) -> Problem:
    return Problem(
        403,
        "read-only",
        "Read-only",
        f"{shown} is on a file system that is read-only. Save under another folder.",
    )


def disk_full(shown: str) -> Problem:
    return Problem(
        507,
        "disk-full",
        "Disk full",
        f"There is no space left for {shown}. The file on disk is unchanged. Delete files, then save again.",
    )


def bad_path(detail: str) -> Problem:
    return Problem(400, "bad-path", "Bad path", detail)


def symlink_loop(shown: str) -> Problem:
    return Problem(
        400,
        "symlink-loop",
        "Symbolic link loop",
        f"{shown} is a symbolic link that leads back to itself. Delete the link or point it elsewhere.",
    )


def too_long(shown: str) -> Problem:
    return Problem(
        400,
        "bad-path",
        "Name too long",
        f"{shown} is longer than the file system allows. Use a shorter name.",
    )


def not_a_directory(shown: str) -> Problem:
    return Problem(
        400,
        "not-a-directory",
        "Not a folder",
        f"{shown} is not a folder, or lies below something that is none.",
    )


def from_os_error(error: OSError, shown: str, action: str) -> Problem:
    """The problem that an error of the operating system means for a person."""
    known = {
        errno.ENOENT: not_found,
        errno.ENOTDIR: not_a_directory,
        errno.EROFS: read_only,
        errno.ENOSPC: disk_full,
        errno.EDQUOT: disk_full,
        errno.EFBIG: disk_full,
        errno.ELOOP: symlink_loop,
        errno.ENAMETOOLONG: too_long,
    }.get(error.errno or 0)
    if known is not None:
        return known(shown)
    if error.errno in (errno.EACCES, errno.EPERM):
        return permission_denied(shown, action)
    return Problem(
        500,
        "file-error",
        "File error",
        f"The operating system could not {action} {shown}: {error.strerror}. Check the disk, then try again.",
    )
