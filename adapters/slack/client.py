"""What Slack tells the bot: heard, made durable, and only then acknowledged, within three seconds."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import N_, Locale, OnMessage
from adapters.sentences import MENUS, NOT_TAKEN
from adapters.slack.convert import Event, team_in
from adapters.slack.hearing import Hearing
from adapters.slack.interactions import Interactions
from adapters.slack.manifest import callback
from adapters.slack.missed import Missed
from adapters.slack.people import People
from adapters.slack.render import ACTION, fallback
from adapters.slack.retracted import TakenBack
from adapters.slack.suggesting import FORM
from adapters.slack.taking import Taking
from adapters.slack.web import QUIET, TROUBLE, Site, trouble_of
from adapters.suggesting import TEXT

if TYPE_CHECKING:
    from adapters.slack.adapter import SlackAdapter

logger = logging.getLogger(__name__)

ACK_SECONDS = 2.4
"""What Slack waits for at most here: of its three seconds, the rest is for the way."""
MOST_BUSY = 2_000
"""What is being taken at once; while the store is away the rest is Slack's to send again."""
SETTLE_SECONDS = 3.0
"""What is being taken gets so long at the end."""

SLOW = N_("This is taking longer than usual. If nothing comes of it within a minute, please try again.")

_Result = TypeVar("_Result")


class NotInstalled(Exception):
    """A workspace that has not installed the app."""


class NotTold(Exception):
    """Slack does not tell whose token it is: what came comes again."""


class Sites(Protocol):
    """The workspaces."""

    async def site(self, team: str) -> Site | None:
        """A workspace; None when it has not installed the app."""

    async def forget(self, team: str, at: float) -> None:
        """A workspace has removed the app. `at`: Unix seconds."""


@dataclass(frozen=True, slots=True)
class _Ears:
    """What hears one workspace."""

    site: Site
    hearing: Hearing
    interactions: Interactions


class Client:
    """See above."""

    def __init__(
        self, adapter: SlackAdapter, sites: Sites, session: aiohttp.ClientSession, on_message: OnMessage
    ) -> None:
        self._adapter = adapter
        self._translate = adapter.translate
        self._sites = sites
        self._session = session
        self._busy = adapter.busy
        self._taking = Taking(adapter.memory, adapter.translate, on_message, adapter.delivery.heard)
        self._taken_back = TakenBack(on_message)
        self._ears: dict[str, _Ears] = {}
        """By workspace."""
        self._ending = False

    async def _at(self, team: str) -> _Ears:
        """What hears a workspace.

        Raises:
            NotInstalled: it has not installed the app.
        """
        site = await self._sites.site(team)
        if site is None:
            raise NotInstalled(team)
        ears = self._ears.get(site.team)
        if ears is None or ears.site is not site:
            adapter = self._adapter
            people = People(site.web, adapter.clock, adapter.moderators, site.team)
            ears = self._ears[site.team] = _Ears(
                site,
                Hearing(
                    site,
                    self._session,
                    people,
                    self._taking,
                    self._taken_back,
                    Missed(site, adapter.memory, self._taking),
                ),
                Interactions(
                    site,
                    people,
                    self._taking,
                    memory=adapter.memory,
                    translate=adapter.translate,
                    commands=adapter.commands,
                    pace=adapter.delivery.pace,
                    clock=adapter.clock,
                ),
            )
        return ears

    def app(self, web: AsyncWebClient, signing_secret: str = "") -> AsyncApp:
        """Bolt, told what to hear. `web`: a client without a token; `signing_secret`: for events over HTTP."""

        # Slack is not asked again for each event.
        async def authorize(team_id: str) -> AuthorizeResult | None:
            try:
                site = await self._sites.site(team_id)
            except SlackApiError as error:
                # That Bolt takes for "not installed", and acknowledges what nobody has heard.
                raise NotTold(trouble_of(error).code) from None
            if site is None:
                return None
            return AuthorizeResult(
                enterprise_id=None,
                team_id=site.team,
                bot_user_id=site.me,
                bot_id=site.bot,
                bot_token=site.web.token,
            )

        bolt = AsyncApp(
            client=web,
            authorize=authorize,  # type: ignore[arg-type]  # None is what Bolt takes for "not installed"
            logger=QUIET,
            # Else Bolt acknowledges before anything is done.
            process_before_response=True,
            signing_secret=signing_secret,
            request_verification_enabled=bool(signing_secret),
        )
        bolt.event("message")(self.on_message)
        bolt.event("app_mention")(self.on_message)
        bolt.event("app_home_opened")(self.on_opened)
        bolt.event("app_uninstalled")(self.on_removed)
        bolt.event("tokens_revoked")(self.on_removed)
        bolt.command(re.compile(r"/.+"))(self.on_command)
        bolt.action(ACTION)(self.on_press)
        for action in MENUS:
            bolt.shortcut(callback(action))(self.on_choice)
        bolt.view(FORM)(self.on_form)
        return bolt

    async def settle(self) -> None:
        """Begins nothing new, and lets what is under way come to its end if it does so soon."""
        self._ending = True
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=SETTLE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, _Result]) -> asyncio.Task[_Result]:
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        return task

    async def on_message(
        self, event: dict[str, Any], body: dict[str, Any], request: AsyncBoltRequest
    ) -> BoltResponse:
        """Hears a message. What is not durable in time is not acknowledged: Slack sends it again."""
        if not self._ending and len(self._busy) < MOST_BUSY:
            hearing = self._start(self._hear(event, team_in(body), _attempt(request)))
            await asyncio.wait([hearing], timeout=ACK_SECONDS)
            if hearing.done() and hearing.result():
                return BoltResponse(status=200)
        return BoltResponse(status=503)

    async def _hear(self, event: Event, team: str, attempt: int) -> bool:
        try:
            ears = await self._at(team)
        except Exception as error:  # noqa: BLE001 - whatever it is, Slack will send it again
            logger.warning("an event could not be heard: %s", type(error).__name__)
            return False
        return await ears.hearing.hear(event, team, attempt)

    async def on_opened(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """A member has opened the app. Acknowledged at once: nothing is lost where that comes to nothing."""
        if not self._ending and event.get("tab") == "messages":
            self._start(self._opened(event, team_in(body)))

    async def _opened(self, event: Event, team: str) -> None:
        try:
            await (await self._at(team)).interactions.opened(event)
        except Exception as error:  # noqa: BLE001 - they read the English ones
            logger.info("the Agent view could not be prepared: %s", type(error).__name__)

    async def on_removed(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """A workspace has removed the app, or taken its token back."""
        if event["type"] == "app_uninstalled" or (event.get("tokens") or {}).get("bot"):
            team = team_in(body)
            await self._sites.forget(team, float(body["event_time"]))
            self._ears.pop(team, None)

    async def on_command(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        """Takes a command. Durable first: whoever reads that it was taken gets an answer, whatever ends meanwhile."""
        await self._acknowledge(ack, command, self._use(command), says=True)

    async def on_press(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Takes a press of a button: one of a card, or a command whose options stand in the button."""
        await self._acknowledge(ack, body, self._pressed(body, action))

    async def on_choice(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Takes a choice from a message's menu; the answer is for the one who chose alone."""
        await self._acknowledge(ack, body, self._chosen(body))

    async def on_form(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Takes a form that was filled in. What cannot be taken is said in it, and it stays open."""
        if self._ending:
            return
        task = self._start(self._worked(body, self._filled(body)))
        await asyncio.wait([task], timeout=ACK_SECONDS)
        refusal = task.result() if task.done() else ""
        if refusal:
            await ack(response_action="errors", errors={TEXT: refusal})
        else:
            await ack()

    async def _acknowledge(
        self, ack: AsyncAck, payload: Event, work: Coroutine[Any, Any, str], *, says: bool = False
    ) -> None:
        """`work`: what to tell the member, "" when an answer will come. `says`: the acknowledgement may carry that."""
        if self._ending:
            # Nobody would wait for it: the member reads that it did not work.
            work.close()
            return
        task = self._start(self._worked(payload, work))
        await asyncio.wait([task], timeout=ACK_SECONDS)
        # Slack does not wait longer, and does not send it again. What is not durable by now may still get lost.
        late = not task.done()
        sentence = self._translate(SLOW, self._locale_of(payload)) if late else task.result()
        if sentence and says:
            await ack(text=fallback(sentence), response_type="ephemeral")
        else:
            await ack()
            if sentence:
                self._start(self._tell(payload, sentence))
        if late:
            # The member hears of a refusal all the same.
            self._start(self._tell_later(payload, task))

    def _locale_of(self, payload: Event) -> Locale:
        user = payload.get("user")
        person = user["id"] if isinstance(user, Mapping) else payload.get("user_id")
        return self._adapter.delivery.locale_of(str(person))

    async def _use(self, payload: Event) -> str:
        return await (await self._at(team_in(payload))).interactions.use(payload)

    async def _pressed(self, payload: Event, action: Event) -> str:
        return await (await self._at(team_in(payload))).interactions.pressed(payload, action)

    async def _chosen(self, payload: Event) -> str:
        return await (await self._at(team_in(payload))).interactions.chosen(payload)

    async def _filled(self, payload: Event) -> str:
        return await (await self._at(team_in(payload))).interactions.filled(payload)

    async def _worked(self, payload: Event, work: Coroutine[Any, Any, str]) -> str:
        try:
            return await work
        except Exception as error:  # noqa: BLE001 - whatever it is, the member must not wait for ever
            logger.warning("an interaction failed: %s", type(error).__name__)
            return self._translate(NOT_TAKEN, self._locale_of(payload))

    async def _tell_later(self, payload: Event, task: asyncio.Task[str]) -> None:
        await self._tell(payload, await task)

    async def _tell(self, payload: Event, sentence: str) -> None:
        if sentence and payload.get("response_url"):
            body = {"response_type": "ephemeral", "replace_original": False, "text": fallback(sentence)}
            with suppress(*TROUBLE):
                async with self._session.post(payload["response_url"], json=body):
                    pass


def _attempt(request: AsyncBoltRequest) -> int:
    """How often Slack has sent this before."""
    (told, *_) = request.headers.get("x-slack-retry-num") or ("0",)
    return int(told) if told.isdecimal() else 0
