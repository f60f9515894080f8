"""Getting into the console: a link that works once, then a session that ends.

Only digests of the secrets are stored: whoever reads the store cannot enter with what stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING, Protocol

from adapters.asking import Channel, Standing
from adapters.base import ConversationRef, Locale, Message
from bot.guardlog import Case, CaseFinding, redact
from bot.i18n import N_
from bot.policy import Action

if TYPE_CHECKING:
    from bot.store.base import GuardLogStore, Passes

LINK_SECONDS = 5 * 60.0
"""How long a link works."""
SESSION_SECONDS = 12 * 3600.0
"""How long a session lasts, whatever is done in it."""
CHECK_SECONDS = 10 * 60.0
"""After so long a platform is asked again whether somebody moderates there."""
PLATFORM_SECONDS = 3600.0
"""A session of a platform ends when its platform could not be asked for so long."""
KNOCK_SECONDS = 3600.0
"""What one person makes of being refused within so long is one case."""

GUARD = "console"
"""Stands where a guard's name stands in the case of somebody who was not let in."""
_NO_MODERATOR = N_("Somebody who does not moderate here wanted to enter the console.")


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
    place: str = ""
    """The conversation (its key) in which a platform said that they moderate; "": nobody there can be asked again."""


class Asks(Protocol):
    """Asks a platform (see `bot.asking`)."""

    async def standing(self, ref: ConversationRef, person: str) -> Standing | None:
        """What a person (by id) may at `ref`; None when nobody can say."""

    async def channels(self, ref: ConversationRef, person: str) -> Sequence[Channel] | None:
        """The channels of the community of `ref` in which cases can be shown, of those that a person (by id) sees; None
        when nobody can say. `person`: "" for who may know of all of them."""


@dataclass(frozen=True, slots=True)
class Door:
    """Makes links, and sessions of links."""

    passes: Passes
    clock: Callable[[], float]
    """Unix seconds."""
    new_secret: Callable[[], str]
    """Never the same twice, and nothing that anybody could guess."""
    asks: Asks | None = None
    """None: no platform can be asked."""
    guardlog: GuardLogStore | None = None
    """Where it is noted who was not let in; None: nowhere."""

    async def link(self, given: Pass) -> str:
        """The secret of a link for `given`, whose time begins now."""
        return await self._grant("link", given, LINK_SECONDS)

    async def enter(self, secret: str) -> str | None:
        """The secret of a new session for a link's; None when the link was used, or is too old, or is none."""
        given = await self.passes.use(_digest("link", secret))
        if given is None:
            return None
        session = await self._grant("session", given, SESSION_SECONDS)
        if given.place:
            await self._checked(session, given)
        return session

    async def who(self, secret: str) -> Pass | None:
        """Whose session that is; None when it has ended, or is none.

        A platform's session ends when the platform says that its person does not moderate (any more), which it is asked
        every ten minutes, and when it cannot be asked for an hour.
        """
        given = await self.passes.granted(_digest("session", secret)) if secret else None
        if given is None or given.until <= self.clock():
            return None
        return given if not given.place or await self._moderates(secret, given) else None

    async def administers(self, given: Pass) -> bool:
        """Whether somebody administers their community. Who has a link of this machine has the store in their hands."""
        if not given.place:
            return True
        standing = await self.asks.standing(_place(given), given.person) if self.asks else None
        return standing == "administrator"

    async def channels(self, given: Pass) -> Sequence[Channel]:
        """The channels of somebody's community in which cases can be shown, and that they see; none while nobody can say.
        Who has a link of this machine may know of all."""
        ref = ConversationRef.parse(f"{given.community}//")
        # A terminal has none, and nobody who could be asked.
        if self.asks is None or ref.platform == "terminal":
            return []
        return await self.asks.channels(ref, given.person if given.place else "") or []

    async def leave(self, secret: str) -> None:
        """Ends a session."""
        await self.passes.use(_digest("session", secret))

    async def _moderates(self, secret: str, given: Pass) -> bool:
        checked = await self.passes.granted(_digest("checked", secret))
        # How much longer it goes on without its platform.
        left = checked.until - self.clock() if checked else 0.0
        if left > PLATFORM_SECONDS - CHECK_SECONDS:
            return True
        standing = await self.asks.standing(_place(given), given.person) if self.asks else None
        if standing in ("moderator", "administrator"):
            await self._checked(secret, given)
            return True
        if standing is None and left > 0:
            return True
        await self.leave(secret)
        if standing == "member" and self.guardlog is not None:
            case = await knock(self.guardlog, _place(given), given.person, given.name, self.clock())
            if case is not None:
                await self.guardlog.record(given.community, case)
        return False

    async def _checked(self, secret: str, given: Pass) -> None:
        """Notes that the platform has said so now. Beside the session: that may end meanwhile."""
        until = replace(given, until=self.clock() + PLATFORM_SECONDS)
        await self.passes.grant(_digest("checked", secret), until, PLATFORM_SECONDS)

    async def _grant(self, kind: str, given: Pass, seconds: float) -> str:
        secret = self.new_secret()
        given = replace(given, until=self.clock() + seconds)
        await self.passes.grant(_digest(kind, secret), given, seconds)
        return secret


async def knock(
    guardlog: GuardLogStore, ref: ConversationRef, person: str, name: str, at: float
) -> Case | None:
    """The case of somebody who was not let in at `ref`; None when there is one of them of the same hour.

    `at`: Unix seconds.
    """
    turn = _digest("knock", f"{ref.community_key}\n{person}\n{int(at // KNOCK_SECONDS)}")[:12]
    if await guardlog.file(ref.community_key, turn) is not None:
        return None
    return Case(
        turn=turn,
        at=at,
        conversation=ref.key,
        author_id=person,
        author_name=redact(name, 80),
        direction="input",
        action=Action.FLAG.word,
        would=Action.FLAG.word,
        findings=(CaseFinding(GUARD, "no_moderator", 1.0, _NO_MODERATOR, "author", ""),),
        failures=(),
        excerpt="",
        link="",
        model="",
    )


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
        ref, author = message.ref, message.author
        url = self.url or (self.here if ref.platform == "terminal" else "")
        if not url:
            return ""
        place = "" if ref.platform == "terminal" else ref.key
        given = Pass(ref.community_key, author.id, author.name, message.locale, place=place)
        return f"{url}/enter?link={await self.door.link(given)}"


def _place(given: Pass) -> ConversationRef:
    return ConversationRef.parse(given.place)


def form_key(session: str) -> str:
    """What every form of a session must carry: nobody can make it who does not know the session's secret."""
    return _digest("form", session)


def is_form_key(given: str, session: str) -> bool:
    """Whether `given` is the session's form key."""
    return compare_digest(given.encode(), form_key(session).encode())


def _digest(kind: str, secret: str) -> str:
    return sha256(f"{kind}\n{secret}".encode("utf-8", "surrogateescape")).hexdigest()
