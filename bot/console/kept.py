"""What the console reads."""

from __future__ import annotations

from typing import Protocol

from bot.store.base import GuardLogStore, History, Policies


class Kept(GuardLogStore, History, Policies, Protocol):
    """The store as the console sees it. What it changes, it asks a worker to change."""
