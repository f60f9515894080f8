"""What the console reads."""

from __future__ import annotations

from typing import Protocol

from bot.store.base import GuardLogStore, History, Knowledge, Policies
from bot.store.desk import Tallies


class Kept(GuardLogStore, History, Policies, Knowledge, Tallies, Protocol):
    """The store as the console sees it. What it changes but for documents, it asks a worker to change."""
