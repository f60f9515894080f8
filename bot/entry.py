"""Getting into the console: a link that works once, then a session that ends.

Only digests of the secrets are stored: whoever reads the store cannot enter with what stands there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING

from adapters.base import Locale, Message

if TYPE_CHECKING:
    from bot.store.base import Passes

LINK_SECONDS = 5 * 60.0
"""How long a link works."""
SESSION_SECONDS = 12 * 3600.0
"""How long a session lasts, whatever is done in it."""
PLATFORM_SECONDS = 3600.0
"""The same for a session of a link that a platform asked for: whoever is no moderator there any more is out by then."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Lets one person into one community's console."""

    community: str
    """The community's key."""
    person: str
    """The person's id, as decisions name it."""
    name: str
    locale: Locale = ""
    until: float = 0.0
    """Unix seconds."""
    seconds: float = SESSION_SECONDS
    """How long the session of a link lasts."""


@dataclass(frozen=True, slots=True)
class Door:
    """Makes links, and sessions of links."""

    passes: Passes
    clock: Callable[[], float]
    """Unix seconds."""
    new_secret: Callable[[], str]
    """Never the same twice, and nothing that anybody could guess."""

    async def link(self, given: Pass) -> str:
        """The secret of a link for `given`, whose time begins now."""
        return await self._grant("link", given, LINK_SECONDS)

    async def enter(self, secret: str) -> str | None:
        """The secret of a new session for a link's; None when the link was used, or is too old, or is none."""
        given = await self.passes.use(_digest("link", secret))
        return None if given is None else await self._grant("session", given, given.seconds)

    async def who(self, secret: str) -> Pass | None:
        """Whose session that is; None when it has ended, or is none."""
        given = await self.passes.granted(_digest("session", secret)) if secret else None
        return given if given is not None and given.until > self.clock() else None

    async def leave(self, secret: str) -> None:
        """Ends a session."""
        await self.passes.use(_digest("session", secret))

    async def _grant(self, kind: str, given: Pass, seconds: float) -> str:
        secret = self.new_secret()
        given = replace(given, until=self.clock() + seconds)
        await self.passes.grant(_digest(kind, secret), given, seconds)
        return secret


@dataclass(frozen=True, slots=True)
class Invitations:
    """Links for moderators who ask for one on their platform."""

    door: Door
    url: str
    """How the console is reached from everywhere, without a slash at the end; "": it is not."""
    here: str
    """How it is reached from this machine."""

    async def link_for(self, message: Message) -> str:
        """The address to open; "" when nothing says how the console is reached from there."""
        url = self.url or (self.here if message.ref.platform == "terminal" else "")
        if not url:
            return ""
        given = Pass(
            message.ref.community_key,
            message.author.id,
            message.author.name,
            message.locale,
            seconds=PLATFORM_SECONDS,
        )
        return f"{url}/enter?link={await self.door.link(given)}"


def form_key(session: str) -> str:
    """What every form of a session must carry: nobody can make it who does not know the session's secret."""
    return _digest("form", session)


def is_form_key(given: str, session: str) -> bool:
    """Whether `given` is the session's form key."""
    return compare_digest(given.encode(), form_key(session).encode())


def _digest(kind: str, secret: str) -> str:
    return sha256(f"{kind}\n{secret}".encode("utf-8", "surrogateescape")).hexdigest()
