"""kill -9 of gateway, worker or both at random moments: every message has one whole reply in the end."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random

import pytest

from tests.chaos.town import Town, answering
from tests.helpers import eventually
from tests.wire.discord import DiscordServer
from tests.wire.openai_server import OpenAIServer

MESSAGES = 200
KILLS = 20
WAITING = 30
"""Messages that have no reply yet at any time: some are always sent while nobody listens."""
SECONDS = 60.0
ROLES = ("gateway", "worker")
SEED = int(os.environ.get("SERENO_TEST_SEED", "1"))


class Processes:
    """A gateway and a worker; what is killed is started again with the same command."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, role: str) -> None:
        command = [sys.executable, "-m", "tests.chaos.discord_process", "run", "--role", role]
        with (self._folder / f"{role}.log").open("ab") as log:
            self._running[role] = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def kill(self, roles: tuple[str, ...]) -> None:
        for role in roles:
            assert self._running[role].poll() is None, f"the {role} ended by itself:\n{self.log(role)}"
        for role in roles:
            self._running[role].kill()
        for role in roles:
            self._running.pop(role).wait()
            self.start(role)

    def log(self, role: str) -> str:
        return (self._folder / f"{role}.log").read_text()

    def end(self) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()


@pytest.fixture
def redis() -> Iterator[str]:
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("no redis-server on PATH")
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/s.sock"
        command = [program, "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            yield f"unix://{path}"
            process.terminate()


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.mark.timeout(400)
async def test_two_hundred_messages_survive_twenty_kills(
    redis: str, discord: DiscordServer, tmp_path: Path
) -> None:
    random = Random(SEED)
    town = Town(discord, random)
    victims: list[tuple[str, ...]] = [("gateway",)] * 10 + [("worker",)] * 5 + [ROLES] * 5
    random.shuffle(victims)
    async with OpenAIServer(context_window=100_000) as provider:
        provider.default = answering
        processes = Processes(tmp_path, environment(redis, discord, provider, tmp_path))
        for role in ROLES:
            processes.start(role)
        try:
            async with asyncio.timeout(300):
                halves = await talk(town, processes, victims, random)
        except TimeoutError:
            missing = [ask.number for ask in town.missing()]
            pytest.fail(f"SERENO_TEST_SEED={SEED}, logs in {tmp_path}: no whole reply to {missing}")
        finally:
            processes.end()
    wrong = town.wrong()
    assert not wrong, f"SERENO_TEST_SEED={SEED}, logs in {tmp_path}"
    assert len(town.counted) == MESSAGES
    # Replies that were cut in half are what this is about.
    assert halves >= KILLS // 4


def environment(redis: str, discord: DiscordServer, provider: OpenAIServer, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(Path.cwd()),
        "SERENO_REDIS_URL": redis,
        "SERENO_DISCORD__TOKEN": discord.token,
        "SERENO_DISCORD__API_URL": discord.api_url,
        "SERENO_DISCORD__GATEWAY_URL": discord.gateway_url,
        "SERENO_MODEL__NAME": provider.models[0],
        "SERENO_MODEL__BASE_URL": provider.base_url,
        "SERENO_MODEL__API_KEY": provider.api_key or "",
        "SERENO_MODEL__MAX_TOKENS": "4096",
        "SERENO_MODEL__MAX_CONCURRENCY": "32",
        "SERENO_LOG__LEVEL": "INFO",
    }


async def talk(town: Town, processes: Processes, victims: list[tuple[str, ...]], random: Random) -> int:
    """Asks everything, kills along the way, waits for the replies; how many a kill has cut in half."""
    await town.world.until(town.is_open, SECONDS)
    # A direct conversation cannot be found again before it was heard once: Discord lists none.
    for place in town.places:
        await town.ask(place, "mention")
    await eventually(lambda: not town.missing(), SECONDS)
    halves, killed_at = 0, len(town.places)
    every = (MESSAGES - len(town.places)) // (len(victims) + 5)
    while (missing := town.missing()) or victims or len(town.counted) < MESSAGES:
        # At least one is left to be asked after each kill.
        room = MESSAGES - len(victims) - len(town.counted)
        for _ in range(min(room, WAITING - len(missing))):
            await town.ask_somewhere()
        done = len(town.counted) - len(missing)
        if (victims and done - killed_at >= every) or not (missing or room):
            killed_at = done
            await asyncio.sleep(random.uniform(0.0, 1.5))
            halves += town.halves()
            processes.kill(victims.pop())
        await asyncio.sleep(0.05)
    return halves
