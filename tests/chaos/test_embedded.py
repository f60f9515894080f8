"""The embedded server's life: it keeps what it was given, and ends with those who use it, however they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import aclosing, suppress
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot.conversation import Conversation, HistoryTurn
from bot.store import embedded
from bot.store.base import Claim, Commit, LeaseLost, StoreUnavailable, partition_of
from bot.store.embedded import EmbeddedServer
from bot.store.redis.store import RedisStore
from tests.helpers import PLAZA, eventually, message

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="looks for processes in /proc"
)

SECONDS = 20.0
"""For what takes a moment, on a machine that has much else to do."""


class Owner:
    """A process on a data directory; see `tests.chaos.server_process`."""

    def __init__(self, directory: Path, path: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.server_process", str(directory)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"PATH": path},
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().removeprefix("ready ").rstrip("\n")
        assert self.url.startswith("unix://")

    def end(self, number: signal.Signals, *, group: bool = False) -> int:
        (os.killpg if group else os.kill)(self.process.pid, number)
        return self.process.wait(SECONDS)


class Owners:
    """The processes of a test, on one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.all: list[Owner] = []

    def start(self, path: str = os.environ["PATH"]) -> Owner:
        self.all.append(Owner(self.directory, path))
        return self.all[-1]


@pytest.fixture
def owners(tmp_path: Path) -> Iterator[Owners]:
    """What is left of a test's processes at its end is killed."""
    owners = Owners(tmp_path / "data")
    yield owners
    for owner in owners.all:
        owner.process.kill()
        owner.process.communicate()


def processes(url: str) -> dict[int, str]:
    """Everything that has the URL's socket in its command line, servers and their watchers: id → program."""
    socket = unquote(url.removeprefix("unix://"))
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue  # it has just ended
        if socket in command:
            # A server writes its own command line, with blanks.
            found[int(process.name)] = command.partition("\0")[0].partition(" ")[0]
    return found


def servers(url: str) -> set[int]:
    """The servers on the URL's socket."""
    return {number for number, program in processes(url).items() if program.endswith("-server")}


def store_at(url: str) -> aclosing[RedisStore]:
    return aclosing(RedisStore(url, lease=0.5))


async def say(store: RedisStore, text: str, *, reset: bool = False) -> None:
    """Has a turn committed, or everything forgotten, trying again while there is no server."""
    sent = message(text)

    async def delivered() -> bool:
        try:
            await store.deliver(sent)
        except StoreUnavailable:
            return False
        return True

    async def claimed() -> Claim | None:
        try:
            return await store.claim("w", partition_of(PLAZA), 0.2)
        except StoreUnavailable:
            return None

    await eventually(delivered, SECONDS)
    claim = await eventually(claimed, SECONDS)
    assert claim.message == sent
    turn = HistoryTurn(sent.id, "u1", "Ana", text, text.upper(), sent.sent_at)
    # Lost, when the answer to the first try was lost together with the server: then it is committed.
    with suppress(LeaseLost):
        await store.commit(claim, Commit(turn=None if reset else turn, reset=reset))


async def said(store: RedisStore) -> list[str]:
    conversation: Conversation = (await store.load(message(), 100)).conversation
    return [turn.text for turn in conversation.turns]


async def last_words(store: RedisStore) -> str:
    return (await store.load(message(), 1)).policies[0]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL], ids=["told to end", "killed"])
async def test_what_was_committed_is_there_after_a_restart(owners: Owners, ending: signal.Signals) -> None:
    first = owners.start()
    async with store_at(first.url) as store:
        await say(store, "one")
        await say(store, "two")
        first.end(ending)
        assert owners.start().url == first.url
        assert await said(store) == ["one", "two"]


SECRET = "the words that somebody wants forgotten"


def on_disk(owners: Owners) -> bool:
    """Whether the words are in any file of the store."""
    for file in (owners.directory / "appendonlydir").iterdir():
        with suppress(FileNotFoundError):
            if SECRET.encode() in file.read_bytes():
                return True
    return False


async def test_what_was_forgotten_is_gone_from_the_disk_after_the_next_start(owners: Owners) -> None:
    first = owners.start()
    async with store_at(first.url) as store:
        await say(store, SECRET)
        assert await eventually(lambda: on_disk(owners), SECONDS)
        await say(store, "forget it", reset=True)
        first.end(signal.SIGTERM)
        assert on_disk(owners)
        owners.start()
        await eventually(lambda: not on_disk(owners), SECONDS)
        assert await said(store) == []


async def test_what_was_forgotten_is_gone_from_the_disk_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "REWRITE_SECONDS", 0.3)
    owners = Owners(tmp_path)
    server = EmbeddedServer(tmp_path)
    async with store_at(await server.start()) as store:
        await say(store, SECRET)
        await eventually(lambda: on_disk(owners), SECONDS)
        await say(store, "forget it", reset=True)
        await eventually(lambda: not on_disk(owners), SECONDS)
        await say(store, "and go on")
        assert await said(store) == ["and go on"]
    await server.stop()


async def test_a_killed_process_leaves_no_server_behind(owners: Owners) -> None:
    owner = owners.start()
    assert len(servers(owner.url)) == 1
    owner.end(signal.SIGKILL)
    await eventually(lambda: not processes(owner.url), 3.0)


async def test_a_process_that_ends_leaves_no_server_behind(owners: Owners) -> None:
    owner = owners.start()
    assert owner.end(signal.SIGTERM) == 0
    assert not processes(owner.url)


async def test_processes_on_one_directory_share_a_server(owners: Owners) -> None:
    first, second = owners.start(), owners.start()
    assert first.url == second.url
    assert len(servers(first.url)) == 1
    assert second.end(signal.SIGTERM) == 0
    assert len(servers(first.url)) == 1
    async with store_at(first.url) as store:
        assert await last_words(store) == "last words"


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL], ids=["told to end", "killed"])
async def test_when_the_owner_ends_another_process_takes_over_and_clients_go_on(
    owners: Owners, ending: signal.Signals
) -> None:
    first, second = owners.start(), owners.start()
    async with store_at(second.url) as store:
        old = servers(second.url)
        await say(store, "before")
        first.end(ending)
        await say(store, "meanwhile")
        await eventually(lambda: servers(second.url) - old, SECONDS)
        await say(store, "after")
        assert await said(store) == ["before", "meanwhile", "after"]
        assert len(servers(second.url) - old) == 1
    assert second.end(signal.SIGTERM) == 0
    assert not processes(first.url)


async def test_ctrl_c_does_not_end_the_server_before_its_owner(owners: Owners) -> None:
    owner = owners.start()
    # As a terminal does it: everything in the foreground gets the signal.
    assert owner.end(signal.SIGINT, group=True) == 0
    async with store_at(owners.start().url) as store:
        assert await last_words(store) == "last words"


async def test_a_killed_server_is_started_again(owners: Owners) -> None:
    owner = owners.start()
    async with store_at(owner.url) as store:
        await say(store, "before")
        (old,) = servers(owner.url)
        os.kill(old, signal.SIGKILL)
        await say(store, "after")
        assert await said(store) == ["before", "after"]
        assert old not in servers(owner.url)


async def test_a_server_that_cannot_be_started_for_a_while_is_started_as_soon_as_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(embedded, "RESTART_SECONDS", 0.2)
    server = EmbeddedServer(tmp_path / "data")
    async with store_at(await server.start()) as store:
        await say(store, "before")
        with monkeypatch.context() as patch:
            patch.setattr(embedded, "_servers", lambda: iter(()))
            (old,) = servers(server.url)
            os.kill(old, signal.SIGKILL)
            await eventually(lambda: caplog.text.count("was not started again") > 10, SECONDS)
        await say(store, "after")
        assert await said(store) == ["before", "after"]
    await server.stop()


@pytest.mark.parametrize(
    "script",
    [
        "exit 1",
        "echo 'Redis server v=6.2.14 sha=00000000:0'",
        "[ \"$1\" = --version ] && echo 'Redis server v=7.2.4' || exit 1",
        "[ \"$1\" = --version ] && echo 'Redis server v=7.2.4' || exec sleep 60",
    ],
    ids=["broken", "old", "does not start", "does not answer"],
)
async def test_a_server_on_the_path_that_cannot_be_used_is_passed_over(
    owners: Owners, tmp_path: Path, script: str
) -> None:
    program = tmp_path / "bin" / "redis-server"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    owner = owners.start(f"{program.parent}:/usr/bin:/bin" if "sleep" in script else str(program.parent))
    (running,) = servers(owner.url)
    assert Path(f"/proc/{running}/exe").readlink().parent.parent.name == "_binaries"


@pytest.mark.parametrize(
    "name", ["with a space", "100%25", "what?#", "ñandú", "x" * 100, "y" * 50 + "/" + "z" * 50]
)
async def test_any_directory_will_do(tmp_path: Path, name: str) -> None:
    server = EmbeddedServer(tmp_path / name)
    async with store_at(await server.start()) as store:
        await say(store, "one")
    await server.stop()
    assert any((tmp_path / name / "appendonlydir").iterdir())
    if server.socket.parent != server.directory:
        server.socket.parent.rmdir()


async def test_a_relative_directory_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    server = EmbeddedServer(Path("data"))
    async with store_at(await server.start()) as store:
        await say(store, "one")
    await server.stop()


async def test_a_socket_is_not_put_where_somebody_else_could_replace_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    server = EmbeddedServer(tmp_path / ("x" * 100))
    server.socket.parent.mkdir()
    server.socket.parent.chmod(0o777)
    with pytest.raises(StoreUnavailable, match=r"is not this account's alone.*SERENO_DATA_DIR"):
        await server.start()


@pytest.mark.parametrize("name", ["file", "file/below"])
async def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable) as failure:
        await EmbeddedServer(tmp_path / name).start()
    assert str(tmp_path / name) in str(failure.value)
    assert "SERENO_DATA_DIR" in str(failure.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreUnavailable, match="SERENO_DATA_DIR"):
        await EmbeddedServer(tmp_path).start()


async def test_a_log_that_cannot_be_read_is_said_with_where_to_look(owners: Owners) -> None:
    owner = owners.start()
    async with store_at(owner.url) as store:
        await say(store, "one")
    owner.end(signal.SIGTERM)
    for file in (owners.directory / "appendonlydir").glob("*.incr.aof"):
        file.write_bytes(b"*2\r\n$3\r\nthis is no append-only file\r\n" * 3)
    server = EmbeddedServer(owners.directory)
    with pytest.raises(StoreUnavailable) as failure:
        await server.start()
    assert f"all of it in {owners.directory}/store.log" in str(failure.value)
    assert "append only file" in str(failure.value)
    assert not processes(owner.url)
