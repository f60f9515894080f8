"""An embedded server for the tests that kill something else."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.embedded import EmbeddedServer


@pytest.fixture
async def server() -> AsyncIterator[str]:
    """The URL of a fresh embedded server."""
    with tempfile.TemporaryDirectory() as directory:
        embedded = EmbeddedServer(Path(directory))
        yield await embedded.start()
        await embedded.stop()
