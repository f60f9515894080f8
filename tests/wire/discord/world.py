"""What a test holds: the whole of Discord as one object."""

from __future__ import annotations

from tests.wire.discord.interactions import Interactions


class World(Interactions):
    """Guilds, people and messages (`add_guild`, `add_channel`, `add_member`, `dm`, …), what members do (`say`,
    `slash`, `press`, …) and what they see (`visible_to`, `pinged`); `until` waits."""
