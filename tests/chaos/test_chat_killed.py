"""A chat that is killed in the middle of a reply: the next one does not wait for the dead one's lease."""

from __future__ import annotations

import asyncio
import math
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from bot.store.base import LEASE_SECONDS
from tests.wire.openai_server import Behaviour, OpenAIServer

SERENO = Path(sys.executable).with_name("sereno")


async def chat(server: OpenAIServer, folder: Path) -> Process:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "SERENO_DATA_DIR": str(folder / "data"),
        "SERENO_MODEL__NAME": server.models[0],
        "SERENO_MODEL__BASE_URL": server.base_url,
        "SERENO_MODEL__API_KEY": server.api_key or "",
    }
    return await asyncio.create_subprocess_exec(
        SERENO, "chat", stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment
    )


async def test_a_restarted_chat_answers_at_once(tmp_path: Path) -> None:
    async with OpenAIServer() as server:
        server.behave(Behaviour(before=math.inf), Behaviour("To the first."), Behaviour("To the second."))
        killed = await chat(server, tmp_path)
        assert killed.stdin
        killed.stdin.write(b"first\n")
        await server.until(lambda: len(server.requests) == 1)
        killed.kill()
        await killed.communicate()

        again = await chat(server, tmp_path)
        async with asyncio.timeout(LEASE_SECONDS - 5):
            output, errors = await again.communicate(b"second\n")
        assert (again.returncode, output.decode()) == (0, "To the second.\n"), errors
        # What was interrupted was answered first; its reply had nobody to go to any more.
        assert len(server.requests) == 3
