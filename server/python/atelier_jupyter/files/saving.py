"""Conditional, atomic saves.

Invariant: whoever opens the path sees the old bytes or the new ones, complete, whatever is killed and
whenever; a save whose condition does not hold changes nothing. The new bytes are on disk (fsync) before
the name points to them; conditions are checked under a lock of the path, in the same breath as the rename.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from atelier_jupyter.files.leftovers import TEMPORARY_PREFIX, sweep
from atelier_jupyter.files.paths import HomePath
from atelier_jupyter.files.reading import hash_of, not_regular
from atelier_jupyter.problems import Problem, from_os_error, not_found, permission_denied, symlink_loop

NO_LINK = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS, errno.EXDEV)


@dataclass(frozen=True)
class Condition:
    """What must be on disk: the file with this hash, or (None) no file at all."""

    hash: str | None


@dataclass(frozen=True)
class Saved:
    hash: str
    size: int
    modified_ns: int
    created: bool


class PathLocks:
    """One lock a path, held only while somebody uses it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @contextlib.contextmanager
    def hold(self, path: str) -> Iterator[None]:
        with self._guard:
            lock, users = self._locks.get(path, (threading.Lock(), 0))
            self._locks[path] = (lock, users + 1)
        try:
            with lock:
                yield
        finally:
            with self._guard:
                lock, users = self._locks[path]
                if users == 1:
                    del self._locks[path]
                else:
                    self._locks[path] = (lock, users - 1)

    def __len__(self) -> int:
        return len(self._locks)


LOCKS = PathLocks()


class Save:
    """One save: begin, write…, then commit or abandon. Methods block; they run in threads, one at a time."""

    def __init__(self, place: HomePath) -> None:
        self._place = place
        self._target = ""
        self._temporary = ""
        self._fd = -1
        self._digest = hashlib.sha256()
        self._size = 0

    def begin(self) -> None:
        """Resolve links and open the temporary file beside the real target."""
        if not self._place.relative:
            raise not_regular(self._place, stat.S_IFDIR)
        self._target = resolve(self._place)
        folder = os.path.dirname(self._target)
        temporary = os.path.join(folder, TEMPORARY_PREFIX + secrets.token_hex(8))
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            self._fd = os.open(temporary, flags, 0o666)
        except (FileNotFoundError, NotADirectoryError) as error:
            detail = f"The folder of {self._place.shown} does not exist. Make it, or save under another name."
            raise Problem(404, "not-found", "Folder not found", detail) from error
        except OSError as error:
            raise self._problem(error) from error
        self._temporary = temporary
        sweep(folder)

    def write(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        try:
            while view:
                view = view[os.write(self._fd, view) :]
        except OSError as error:
            raise self._problem(error) from error
        self._digest.update(chunk)
        self._size += len(chunk)

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written so far."""
        return self._digest.hexdigest()

    def commit(self, condition: Condition) -> Saved:
        """Put the new bytes in the place of the old, if the condition holds."""
        try:
            os.fsync(self._fd)
            with LOCKS.hold(self._target):
                created = self._replace(condition)
            modified = os.fstat(self._fd).st_mtime_ns
            _sync_folder(os.path.dirname(self._target))
        except OSError as error:
            raise self._problem(error) from error
        self._close()
        return Saved(self._digest.hexdigest(), self._size, modified, created)

    def abandon(self) -> None:
        """Leave nothing behind; harmless after commit."""
        self._close()
        if self._temporary:
            with contextlib.suppress(OSError):
                os.unlink(self._temporary)
            self._temporary = ""

    def _replace(self, condition: Condition) -> bool:
        old = self._open_old()
        try:
            current = None if old is None else hash_of(old)
            if current != condition.hash:
                raise changed_on_disk(self._place, current)
            if old is None:
                self._create()
                return True
            if not os.access(self._target, os.W_OK):
                raise permission_denied(self._place.shown, "write")
            self._take_over(old)
        finally:
            if old is not None:
                os.close(old)
        os.replace(self._temporary, self._target)
        self._temporary = ""
        return False

    def _open_old(self) -> int | None:
        try:
            fd = os.open(self._target, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        except FileNotFoundError:
            return None
        mode = os.fstat(fd).st_mode
        if not stat.S_ISREG(mode):
            os.close(fd)
            raise not_regular(self._place, mode)
        return fd

    def _create(self) -> None:
        """A link fails where a name exists: also a file made this instant by somebody else stays."""
        try:
            os.link(self._temporary, self._target, follow_symlinks=False)
        except FileExistsError:
            fd = self._open_old()
            current = None
            if fd is not None:
                current = hash_of(fd)
                os.close(fd)
            raise changed_on_disk(self._place, current) from None
        except OSError as error:
            if error.errno not in NO_LINK:
                raise
            os.replace(self._temporary, self._target)
            self._temporary = ""
            return
        os.unlink(self._temporary)
        self._temporary = ""

    def _take_over(self, old: int) -> None:
        """Mode, owner and extended attributes (access lists among them) of the file that is replaced."""
        before = os.fstat(old)
        mine = os.fstat(self._fd)
        if (before.st_uid, before.st_gid) != (mine.st_uid, mine.st_gid):
            for uid, gid in ((before.st_uid, before.st_gid), (-1, before.st_gid)):
                with contextlib.suppress(PermissionError):
                    os.fchown(self._fd, uid, gid)
                    break
        os.fchmod(self._fd, stat.S_IMODE(before.st_mode))
        if hasattr(os, "listxattr"):
            with contextlib.suppress(OSError):
                for name in os.listxattr(old):
                    with contextlib.suppress(OSError):
                        os.setxattr(self._fd, name, os.getxattr(old, name))

    def _problem(self, error: OSError) -> Problem:
        return from_os_error(error, self._place.shown, "write")

    def _close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def changed_on_disk(place: HomePath, current: str | None) -> Problem:
    if current is None:
        detail = f"{place.shown} is no longer on disk. Nothing was written. Save it as a new file."
    else:
        detail = (
            f"{place.shown} holds something else than expected. Nothing was written. Load it, then merge."
        )
    return Problem(412, "changed-on-disk", "Changed on disk", detail, hash=current)


def resolve(place: HomePath) -> str:
    """The real file behind links, which need not exist yet."""
    target = os.path.realpath(place.absolute)
    try:
        if stat.S_ISLNK(os.lstat(target).st_mode):  # realpath gives up on a loop and answers a link
            raise symlink_loop(place.shown)
    except FileNotFoundError:
        pass
    except NotADirectoryError as error:
        raise not_found(place.shown) from error
    except OSError as error:
        raise from_os_error(error, place.shown, "write") from error
    return target


def _sync_folder(folder: str) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # Some network file systems cannot sync a folder; the file itself is synced.
        with contextlib.suppress(OSError):
            os.fsync(fd)
    finally:
        os.close(fd)
