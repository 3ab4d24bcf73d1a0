"""What is done to control groups, each a file operation, below a root that tests may choose."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import time

RETRY_SECONDS = 0.005


class GroupFiles:
    """Groups as the system shows them: folders that bring their files along and are removed with them."""

    def __init__(self, root: str = "/") -> None:
        self.root = root

    def read(self, path: str) -> str:
        with open(path, encoding="ascii") as file:
            return file.read()

    def write(self, path: str, text: str) -> None:
        """One write call, never a new file: the kernel answers it with an error or does it."""
        fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            os.write(fd, text.encode("ascii"))
        finally:
            os.close(fd)

    def has(self, path: str) -> bool:
        return os.path.exists(path)

    def make(self, folder: str) -> None:
        os.mkdir(folder, 0o755)

    def remove(self, folder: str) -> bool:
        """True when it is gone; a group that holds a process or a group stays."""
        try:
            os.rmdir(folder)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True

    def groups(self, folder: str) -> list[str]:
        """Names of the groups directly below."""
        try:
            with os.scandir(folder) as entries:
                return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            return []

    def pids(self, folder: str) -> list[int]:
        try:
            return [int(line) for line in self.read(f"{folder}/cgroup.procs").split()]
        except FileNotFoundError:
            return []

    def can_join(self, folder: str) -> bool:
        """Whether a process can be put there, found out by a child that does it and ends."""
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                self.write(f"{folder}/cgroup.procs", "0")
                code = 0
            finally:
                os._exit(code)
        return os.waitpid(pid, 0)[1] == 0

    def empty_and_remove(self, folder: str, seconds: float) -> bool:
        """Kill what is in a group and in those below it, and remove them; False when the time did not do."""
        deadline = time.monotonic() + seconds
        for name in self.groups(folder):
            self.empty_and_remove(f"{folder}/{name}", max(0.0, deadline - time.monotonic()))
        while not self.remove(folder):
            if time.monotonic() >= deadline:
                return False
            self._kill(folder, deadline)
        return True

    def _kill(self, folder: str, deadline: float) -> None:
        """Kill all that are in a group now and wait until those have ended."""
        with contextlib.suppress(OSError):  # v1 has no such file
            self.write(f"{folder}/cgroup.kill", "1")
        ends = select.poll()
        fds: list[int] = []
        living: set[int] = set()
        try:
            for pid in self.pids(folder):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    fds.append(os.pidfd_open(pid))
                    signal.pidfd_send_signal(fds[-1], signal.SIGKILL)
                    ends.register(fds[-1], select.POLLIN)
                    living.add(fds[-1])
            if not living:  # all have ended; the system lets go of the group in a moment
                time.sleep(RETRY_SECONDS)
            while living and time.monotonic() < deadline:
                for fd, _ in ends.poll(max(1.0, (deadline - time.monotonic()) * 1000)):
                    ends.unregister(fd)
                    living.discard(fd)
        finally:
            for fd in fds:
                os.close(fd)


def refusal(error: OSError) -> str:
    """Why a group cannot be made or changed, for people."""
    if error.errno in (errno.EACCES, errno.EPERM):
        if os.geteuid() == 0:
            return "root may not change control groups here"
        return "the server does not run as root and its control group is not delegated to it"
    if error.errno == errno.EROFS:
        return "control groups are mounted read-only here"
    return f"control groups cannot be changed here ({error.strerror or error})"
