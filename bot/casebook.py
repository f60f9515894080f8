"""The moderators' commands about cases: the newest, one of them, a member's, how often guards were right, the way out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.base import Button, CommandUse, Locale, Message, OutboxEvent
from bot.alike import settled_along
from bot.case_state import state_of
from bot.case_texts import RELATED, listed, no_case, none_of, shown
from bot.desk import buttons_of, case_named
from bot.figures import Counted, Span, counted, guards_in, span
from bot.guardlog import Case
from bot.i18n import N_, translate
from bot.store.base import MEMBER_CASES, Commit, GuardLogStore
from bot.voice import Voice

PAGE = "page"
"""What a button calls that leads to older cases; its `turn` says which list, and before which case."""
JUDGES = {f"judge_{action}": action for action in ("right", "false_alarm", "release", "take_back")}
"""What the buttons under a case call that is no card, and what is decided; the rest needs the platform's message."""

SHOWN = 10
"""Cases of one page."""
LOOKED_THROUGH = 2_000
"""Cases in which a member is looked for by the name."""
DAY = 24 * 3600.0
WEEK, MONTH = 7 * DAY, 30 * DAY
_MENTION = re.compile(r"<@!?(\w{1,40})(?:\|[^<>]*)?>")

_OLDER = N_("Older cases")
_OLDER_TYPED = N_("Older ones: {command}")
_STATS = N_("The last {days} days:")
_COUNTS = N_("{cases} cases, {held} held back")
_DECIDED = N_("{decided} decided: {confirmed} confirmed, {false_alarms} false alarms ({share} %)")
_UNDECIDED = N_("none decided")


@dataclass(frozen=True, slots=True)
class Casebook:
    """Answers the commands that read cases. What is decided on them, the desk does."""

    guardlog: GuardLogStore

    async def answer(
        self, voice: Voice, message: Message, command: CommandUse, locale: Locale, now: float
    ) -> Commit | None:
        """The answer to `command`, which a moderator has used; None when it is about no cases. `now`: Unix seconds."""
        match command:
            case CommandUse("guardlog recent", options):
                event = await self._recent(voice, message, _number(options.get("before")), locale)
            case CommandUse("guardlog member", options):
                given, before = str(options.get("member", "")).strip(), _number(options.get("before"))
                event = await self._named(voice, message, given, before, locale)
            case CommandUse("page", {"turn": str(given)}):
                event = await self._page(voice, message, given, locale)
            case CommandUse("guardlog show", options):
                event = await self._show(voice, message, str(options.get("case", "")), locale)
            case CommandUse("guardlog stats"):
                found = await span(self.guardlog, message.ref.community_key, now - MONTH)
                text = await asyncio.to_thread(figures, found, now, locale)
                event = voice.notice(text)
            case _:
                return None
        return Commit((event,))

    async def _recent(self, voice: Voice, message: Message, before: int, locale: Locale) -> OutboxEvent:
        community = message.ref.community_key
        newer = await self.guardlog.numbered(community, before) if before else None
        cases = await self.guardlog.older(community, newer.id if newer else "", SHOWN + 1)
        if before and not newer:
            # It is no longer kept, and then no older one is; or it has not come yet.
            cases = [case for case in cases if case.number < before]
        return await self._listed(voice, message, cases, "recent", before, locale)

    async def _page(self, voice: Voice, message: Message, given: str, locale: Locale) -> OutboxEvent:
        kind, _, number = given.partition(".")
        before = int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0
        if kind != "member":
            return await self._recent(voice, message, before, locale)
        case = await self.guardlog.numbered(message.ref.community_key, before)
        if case is None:
            return voice.notice(no_case(number, locale))
        return await self._of(voice, message, case.author_id, before, locale)

    async def _named(
        self, voice: Voice, message: Message, given: str, before: int, locale: Locale
    ) -> OutboxEvent:
        mention = _MENTION.fullmatch(given)
        author = mention[1] if mention else given
        if not mention:
            wanted = given.removeprefix("@").casefold()
            recent = await self.guardlog.older(message.ref.community_key, "", LOOKED_THROUGH)
            author = next(
                (
                    case.author_id
                    for case in recent
                    if given == case.author_id or wanted == case.author_name.casefold()
                ),
                given,
            )
        return await self._of(voice, message, author, before, locale, given)

    async def _of(
        self, voice: Voice, message: Message, author: str, before: int, locale: Locale, given: str = ""
    ) -> OutboxEvent:
        """A member's cases before the one with that number (0: all)."""
        cases = await self.guardlog.of_member(message.ref.community_key, author, MEMBER_CASES)
        if not cases and given:
            return voice.notice(none_of(given, locale))
        older = [case for case in cases if not before or case.number < before]
        return await self._listed(voice, message, older[: SHOWN + 1], "member", before, locale)

    async def _listed(
        self, voice: Voice, message: Message, cases: Sequence[Case], kind: str, before: int, locale: Locale
    ) -> OutboxEvent:
        """A page of cases, newest first, of which one more is known than is shown when there are more."""
        page = cases[:SHOWN]
        reviews = await self.guardlog.reviews(message.ref.community_key, [case.turn for case in page])
        text = listed(page, [state_of(each) for each in reviews], locale, older=bool(before))
        if len(cases) <= SHOWN:
            return voice.notice(text)
        last = page[-1].number
        if has_buttons(message):
            return voice.notice(text, (Button(translate(_OLDER, locale), PAGE, f"{kind}.{last}"),))
        command = f"/guardlog {kind} before={last}"
        if kind == "member":
            command += f" {page[-1].author_id}"
        return voice.notice(f"{text}\n{translate(_OLDER_TYPED, locale).format(command=command)}")

    async def _show(self, voice: Voice, message: Message, given: str, locale: Locale) -> OutboxEvent:
        community = message.ref.community_key
        file = await case_named(self.guardlog, community, given)
        if file is None:
            return voice.notice(no_case(given, locale))
        first = file.cases[0]
        its = await self.guardlog.of_member(community, first.author_id, RELATED + len(file.cases))
        others = [case for case in its if case.turn != file.turn][:RELATED] if first.author_id else []
        reviews = await self.guardlog.reviews(community, [case.turn for case in others])
        related = [(case, state_of(each)) for case, each in zip(others, reviews, strict=True)]
        buttons = [
            replace(button, action=f"judge_{button.action}")
            for button in buttons_of(file, first, locale)
            if button.action in JUDGES.values()
        ]
        along = len((await settled_along(self.guardlog, community, [file])).get(file.turn, ()))
        text = shown(file, related, locale, along=along)
        return voice.notice(text, tuple(buttons) if has_buttons(message) else ())


def has_buttons(message: Message) -> bool:
    """Whether an answer to `message` can have buttons: a terminal has none."""
    return message.reply_to.route == message.ref.platform


def _number(given: object) -> int:
    return given if isinstance(given, int) else 0


def figures(found: Span, now: float, locale: Locale) -> str:
    """How many cases there were in the last week and month, and how often the guards were right. `now`: Unix seconds."""
    lines = []
    for seconds in (WEEK, MONTH):
        part = found.since(now - seconds)
        head = translate(_STATS, locale).format(days=round(seconds / DAY))
        lines.append(f"{head} {counts(counted(part), locale)}")
        lines += [f"• {guard}: {counts(counted(part, guard), locale)}" for guard in guards_in(part)]
    return "\n".join(lines)


def counts(found: Counted, locale: Locale) -> str:
    """Cases and decisions in one sentence."""
    said = translate(_COUNTS, locale).format(cases=found.cases, held=found.held)
    if not found.cases:
        return said
    decided = translate(_DECIDED if found.decided else _UNDECIDED, locale).format(
        decided=found.decided,
        confirmed=found.states["confirmed"],
        false_alarms=found.false_alarms,
        share=found.share,
    )
    return f"{said}; {decided}"
