"""Starts ipykernel with no limit on the output it keeps for a server that lags; faults of Python are told.

Run as a file by the *environment's* Python, which may be older than ours and has none of our packages:
nothing but ipykernel is imported. ZeroMQ drops messages beyond a socket's high-water mark (1,000), and
takes that mark for new peers from the moment of bind: set later, by a line of code in the kernel, it has
no effect on them. Otherwise this is `python -m ipykernel_launcher`, to programs that look, too.
"""

import sys


def lift_high_water_mark() -> None:
    """Before the bind of the output socket; a kernel of another make goes on with its defaults."""
    import zmq
    from ipykernel.kernelapp import IPKernelApp

    bind = getattr(IPKernelApp, "_bind_socket", None)
    if bind is None:
        return

    def bind_without_limit(self, sock, port):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        if sock.socket_type in (zmq.PUB, zmq.XPUB):
            sock.sndhwm = 0
        return bind(self, sock, port)

    IPKernelApp._bind_socket = bind_without_limit  # type: ignore[method-assign]


def tell_faults():  # type: ignore[no-untyped-def]  # noqa: ANN201
    """A fault of the interpreter is told past ipykernel, which would take its words along with it."""
    import faulthandler
    import os

    faulthandler.enable(file=os.dup(2), all_threads=False)


if __name__ == "__main__":
    # Python put this file's folder there; our modules are not the user's to import.
    del sys.path[0]

    import ipykernel_launcher

    sys.argv[0] = ipykernel_launcher.__file__ or sys.argv[0]
    lift_high_water_mark()
    tell_faults()

    from ipykernel import kernelapp

    kernelapp.launch_new_instance()
