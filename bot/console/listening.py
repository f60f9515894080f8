"""The socket that the console is reached at."""

from __future__ import annotations

import errno
import socket


class PortTaken(Exception):
    """Something listens there already, or nobody may."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        PortTaken: it cannot; the text says why.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortTaken(f"something listens on {host}, port {port} already") from error
        raise PortTaken(f"cannot listen on {host}, port {port}: {error}") from error
    listening.setblocking(False)
    return listening
