"""Serves the console over HTTP, until it is cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

MOST_CONNECTIONS = 500
FAREWELL_SECONDS = 1
"""What open streams get at the end."""


class PortTaken(Exception):
    """Something listens there already, or nobody may."""


class _Server(uvicorn.Server):
    """Uvicorn without signals of its own: who runs the console ends it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves them alone."""
        yield


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


async def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Answers requests on a socket, until cancelled."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=FAREWELL_SECONDS,
    )
    # What uvicorn has to say has been said: by us, or by the answer.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving
