"""Commands, presses of buttons, and choices from a message's menu."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from contextlib import suppress

from adapters.base import N_, CommandSpec, CommandUse, Memory, OptionValue, Permission, ReplyTo, Translate
from adapters.commands import ParseError, parse_command
from adapters.once import COMMANDS, ELSEWHERE
from adapters.sentences import MENUS, NO_TEXT
from adapters.slack.actions import Actions, Press
from adapters.slack.convert import (
    PLATFORM,
    RESPONSE_SECONDS,
    Event,
    all_text,
    channel_ids,
    id_of,
    interaction_of,
    mentioned,
    ref_of,
    shown_text,
    team_in,
    words_of,
)
from adapters.slack.manifest import callback, prompts
from adapters.slack.people import People, Person
from adapters.slack.render import ACTION, FEEDBACK, fallback, plain_sections
from adapters.slack.suggesting import answered, form_of
from adapters.slack.taking import Taking
from adapters.slack.web import TROUBLE, Pace, Site, trouble_of
from adapters.suggesting import SUGGEST
from adapters.text import truncate

logger = logging.getLogger(__name__)

ASKED = 300
"""The most characters of a question that are shown above its reply."""
ANCHOR_SECONDS = 1.0
"""How long a command waits for the message that its answer hangs on."""
USED_SECONDS = 600.0
"""How long a use of a command is remembered: longer than a signature is good for."""
ABOUT_TALK = ("why", "reset", "summarize")
"""Commands about a conversation. Slack has none in threads, so that the member's last one in the channel is meant."""

NO_CARDS_THERE = N_("I cannot show cards there: invite me to that channel, then choose it again.")
NO_CHANNEL = N_("Choose a channel of this workspace, such as log-channel=#moderators.")


class Interactions:
    """Each returns what to tell the member; "" when an answer will come."""

    def __init__(
        self,
        site: Site,
        people: People,
        taking: Taking,
        *,
        memory: Memory,
        translate: Translate,
        commands: Sequence[CommandSpec],
        pace: Pace,
        clock: Callable[[], float],
    ) -> None:
        """`clock`: Unix seconds."""
        self._site = site
        self._people = people
        self._taking = taking
        self._memory = memory
        self._translate = translate
        self._commands = commands
        self._private = {spec.name for spec in commands if spec.private}
        self._for_moderators = {spec.name for spec in commands if spec.permission is Permission.MODERATOR}
        self._pace = pace
        self._clock = clock
        self._actions = Actions(memory, translate, taking.taken)

    async def use(self, payload: Event) -> str:
        """A command was used. Slack tells it once; whoever tells it again is not Slack."""
        seen = f"used {payload['trigger_id']}"
        if await self._memory.reserve(seen, "1", USED_SECONDS) is not None:
            return ""
        team, channel, user = team_in(payload), str(payload["channel_id"]), str(payload["user_id"])
        given, name = str(payload.get("text") or ""), str(payload["command"])
        person = await self._people.person(user)
        line = f"{name} {channel_ids(given)}".rstrip()
        names = await self._people.names(mentioned(line) - {self._site.me})
        use = parse_command(words_of(line, self._site.me, names), self._commands)
        if isinstance(use, ParseError):
            return use.sentence(self._translate, person.locale)
        if use.name in self._for_moderators:
            # What somebody may here is asked anew, as at a press under a card.
            person = await self._people.person(user, anew=True)
        refusal = await self._unfit(use, person)
        if refusal:
            return refusal
        text = str(use.options.get("text", ""))
        thread = anchor = ""
        if use.name in ABOUT_TALK and not text:
            thread = await self._taking.last_thread(self._site.team, channel, user)
        elif use.name not in self._private:
            thread = anchor = await self._anchor(channel, f"{person.name}: {name}")
        message = interaction_of(
            payload,
            ref=ref_of(team, channel, thread, user),
            author=person.author,
            use=use,
            now=self._clock(),
            locale=person.locale,
            reply_to=ReplyTo(
                PLATFORM,
                id_of(team, channel, anchor) if anchor else "",
                str(payload.get("response_url") or ""),
                self._clock() + RESPONSE_SECONDS,
                truncate(" ".join(text.split()), ASKED) if anchor else "",
                user,
            ),
        )
        if anchor:
            # Before it is durable: whoever takes its answer up there is heard, whatever ends meanwhile.
            await self._taking.take_part(self._site.team, channel, anchor)
        refusal = await self._taking.taken(message)
        if anchor and refusal:
            with suppress(*TROUBLE):
                await self._site.web.chat_delete(channel=channel, ts=anchor)
        return refusal

    async def opened(self, event: Event) -> None:
        """A member has opened the app: what the Agent view offers them is in their language from now on."""
        method = "assistant.threads.setSuggestedPrompts"
        person = await self._people.person(str(event["user"]))
        offered = prompts(self._translate, person.locale)
        if offered == prompts(self._translate, "") or not self._pace.may(method, self._site.team):
            return
        with suppress(*TROUBLE):
            await self._site.web.assistant_threads_setSuggestedPrompts(
                channel_id=str(event["channel"]), prompts=offered
            )

    async def _unfit(self, use: CommandUse, person: Person) -> str:
        """Why a command cannot be carried out here; "" when it can."""
        chosen = use.options.get("log-channel")
        if chosen is None:
            return ""
        if not re.fullmatch(r"[CG][A-Z0-9]{5,}", str(chosen)):
            return self._translate(NO_CHANNEL, person.locale)
        try:
            there = (await self._site.web.conversations_info(channel=str(chosen)))["channel"]
        except TROUBLE as error:
            logger.warning("a channel could not be looked up: %s", trouble_of(error).code)
            return self._translate(NO_CARDS_THERE, person.locale)
        return "" if there.get("is_member") else self._translate(NO_CARDS_THERE, person.locale)

    async def _anchor(self, channel: str, text: str) -> str:
        """A message that the answer's thread hangs on: commands leave none. "" where the bot may not write, or not soon
        enough: nothing is acknowledged before it is durable, and nothing is durable before its thread is known.
        """
        self._pace.passed(channel)
        try:
            async with asyncio.timeout(ANCHOR_SECONDS):
                sent = await self._site.web.chat_postMessage(
                    channel=channel,
                    text=fallback(text),
                    blocks=plain_sections(text),
                    unfurl_links=False,
                    unfurl_media=False,
                )
        except Exception as error:  # noqa: BLE001 - then the answer is for the one who asked alone
            logger.info("a command is answered without a thread: %s", trouble_of(error).code)
            return ""
        return str(sent["ts"])

    async def pressed(self, payload: Event, action: Event) -> str:
        """A button was pressed: one of a card, or a command whose options stand in the button."""
        match = ACTION.fullmatch(str(action.get("action_id")))
        assert match is not None
        name, argument = match["action"], str(action.get("value") or "")
        if name == "open":
            # Slack tells of it, and has opened the address.
            return ""
        of_card = name in COMMANDS
        person = await self._people.person(str(payload["user"]["id"]), anew=of_card or name in ELSEWHERE)
        press = Press(payload, person, self._clock())
        if name == SUGGEST:
            message = id_of(team_in(payload), press.channel, press.message_ts)
            form = form_of(argument, press.channel, message, self._translate, person.locale)
            await self._site.web.views_open(trigger_id=str(payload["trigger_id"]), view=form)
            return ""
        if of_card:
            return await self._actions.press(press, self._site, name, argument)
        options: dict[str, OptionValue] = {"turn": argument}
        if name == FEEDBACK:
            rating, _, turn = argument.partition(" ")
            options = {"turn": turn, "rating": rating}
        return await self._taking.taken(press.message(CommandUse(name, options)))

    async def filled(self, payload: Event) -> str:
        """A form was filled in; the answer is for the one who did that alone."""
        person = await self._people.person(str(payload["user"]["id"]))
        channel, use = answered(payload)
        message = interaction_of(
            payload,
            ref=ref_of(team_in(payload), channel, "", person.id),
            author=person.author,
            use=use,
            now=self._clock(),
            locale=person.locale,
            reply_to=ReplyTo(PLATFORM, person=person.id),
        )
        return await self._taking.taken(message)

    async def chosen(self, payload: Event) -> str:
        """Something was chosen from a message's menu; the answer is for the one who chose alone."""
        person = await self._people.person(str(payload["user"]["id"]))
        action = next(each for each in MENUS if callback(each) == payload["callback_id"])
        press = Press(payload, person, self._clock())
        target, me = payload["message"], self._site.me
        writer = str(target.get("user") or "")
        asked = mentioned(all_text(target)) | ({writer} if writer else set())
        names = await self._people.names(asked - {me})
        text = shown_text(target, me, names)
        if not text:
            return self._translate(NO_TEXT, person.locale)
        options: dict[str, OptionValue] = {"text": text}
        if action == "translate":
            options["to"] = (person.locale or "en").partition("-")[0]
        elif action == "report":
            options |= {"author": names.get(writer) or str(target.get("username") or writer)}
            options |= {
                "author_id": writer,
                "message": id_of(team_in(payload), press.channel, str(target["ts"])),
            }
        return await self._taking.taken(press.message(CommandUse(action, options)))
