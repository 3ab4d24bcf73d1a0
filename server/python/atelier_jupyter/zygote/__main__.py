"""python -m atelier_jupyter.zygote --socket <path> --parent-pid <pid>"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys

from atelier_jupyter.processes import become_subreaper, boot_id, set_process_name, start_time
from atelier_jupyter.zygote.connection import SocketInUseError, listen, lock
from atelier_jupyter.zygote.group_files import GroupFiles
from atelier_jupyter.zygote.groups import Groups
from atelier_jupyter.zygote.preload import preload
from atelier_jupyter.zygote.server import Options, Zygote

PROTOCOL = 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m atelier_jupyter.zygote", description=__doc__)
    parser.add_argument("--socket", required=True, help="path of the unix socket to listen on")
    parser.add_argument("--parent-pid", type=int, required=True, help="the server; apps end when it is gone")
    parser.add_argument("--orphan-grace", type=float, default=900.0, metavar="SECONDS")
    parser.add_argument(
        "--sweep", action="append", default=[], metavar="FOLDER", help="removed at an end without a server"
    )
    parser.add_argument("--log", help="file for the zygote's own messages, once it is ready")
    parser.add_argument("--server-uid", type=int, default=os.geteuid(), help="who may connect")
    parser.add_argument("--server-gid", type=int, default=os.getegid(), help="group of the apps' sockets")
    parser.add_argument("--min-uid", type=int, default=1000, help="lowest user id of an app")
    return parser.parse_args()


def _redirect(path: str, fd: int, flags: int) -> None:
    opened = os.open(path, flags | os.O_CLOEXEC, 0o640)
    os.dup2(opened, fd)
    os.close(opened)


def main() -> int:
    arguments = _arguments()
    # Ctrl+C in a terminal reaches every process of its group; the server alone decides.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    path = os.path.abspath(arguments.socket)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    logging.raiseExceptions = False  # what cannot be written down must not end anything
    server = (arguments.server_uid, arguments.server_gid)
    own = (os.geteuid(), os.getegid())
    try:
        lock(path)  # held until this process ends
        listener = listen(path, None if server == own else server)
    except (SocketInUseError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    preload()
    become_subreaper()
    set_process_name("atelier-zygote")
    options = Options(
        socket_path=path,
        parent_pid=arguments.parent_pid,
        orphan_grace=arguments.orphan_grace,
        server_uid=arguments.server_uid,
        server_gid=arguments.server_gid,
        min_uid=arguments.min_uid,
        sweep=tuple(os.path.abspath(folder) for folder in arguments.sweep),
    )
    groups = Groups(GroupFiles(), arguments.parent_pid)
    about = {
        "protocol": PROTOCOL,
        "pid": os.getpid(),
        "startTime": start_time(os.getpid()),
        "bootId": boot_id(),
        "capabilities": {
            "switchUser": os.geteuid() == 0,
            "group": groups.supported,
            "enforcement": groups.enforcement.as_json(),
        },
    }
    zygote = Zygote(listener, options, groups, about)
    os.write(1, json.dumps({"ready": True, **about}).encode() + b"\n")
    # Whoever reads these may be gone long before this process is.
    _redirect(os.devnull, 0, os.O_RDONLY)
    _redirect(os.devnull, 1, os.O_WRONLY)
    _redirect(arguments.log or os.devnull, 2, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW)
    zygote.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
