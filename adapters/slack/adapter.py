"""The adapter for Slack: stays connected, and comes back when Slack goes away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.asking import Channel, Standing
from adapters.base import (
    AdapterFailed,
    Capabilities,
    CommandSpec,
    ConversationRef,
    DeliveryFailed,
    Memory,
    OnMessage,
    OutboxEvent,
    Translate,
)
from adapters.slack.channels import channels_of
from adapters.slack.client import Client, Sites
from adapters.slack.convert import PLATFORM, team_of
from adapters.slack.delivery import APPEND_SECONDS, Delivery
from adapters.slack.manifest import scopes_of
from adapters.slack.people import People
from adapters.slack.render import LIMIT
from adapters.slack.web import (
    REFUSED,
    TROUBLE,
    Site,
    client_of,
    new_session,
    site_of,
    trouble_of,
)

logger = logging.getLogger(__name__)

LOGIN_SECONDS = 10.0
"""How long a delivery waits for a login that is under way."""
BACK_OFF = (1.0, 60.0)
"""The first and the longest wait before logging in again."""
PING_SECONDS = 5.0
"""A connection that answers no ping for twice as long is dead, and replaced."""
CONNECTIONS = 2
"""In Socket Mode: while one is being replaced, the other hears. Slack allows an app ten."""

BOT_REFUSED = (
    "SERENO_SLACK__BOT_TOKEN is refused by Slack ({code}): copy it anew from the page OAuth & Permissions of your app; "
    "it begins with xoxb-"
)
APP_REFUSED = (
    "SERENO_SLACK__APP_TOKEN is refused by Slack ({code}): make one with the scope connections:write on the page Basic "
    "Information of your app (App-Level Tokens), and switch on Socket Mode; it begins with xapp-"
)
UNCONNECTED = (
    "SERENO_SLACK__APP_TOKEN is not set: make one with the scope connections:write on the page Basic Information of your "
    "app (App-Level Tokens); for events over HTTP set SERENO_SLACK__HTTP_PORT and SERENO_SLACK__SIGNING_SECRET instead"
)
INCOMPLETE = (
    "SERENO_SLACK__CLIENT_ID is set, so that many workspaces can install the app: for that set "
    "SERENO_SLACK__CLIENT_SECRET, SERENO_SLACK__SIGNING_SECRET and SERENO_SLACK__HTTP_PORT too, and unset "
    "SERENO_SLACK__BOT_TOKEN"
)
UNSIGNED = (
    "SERENO_SLACK__SIGNING_SECRET is not set: copy it from the page Basic Information of your app (App Credentials); "
    "without it anybody could send events to SERENO_SLACK__HTTP_PORT"
)


@dataclass(kw_only=True, eq=False)
class SlackAdapter:
    """Slack, as one app: in one workspace, or in all that install it."""

    bot_token: str = field(default="", repr=False)
    """Of the one workspace."""
    app_token: str = field(default="", repr=False)
    """For Socket Mode."""
    client_id: str = ""
    """Set: many workspaces can install the app, over HTTP, and the bot token of each is kept."""
    client_secret: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    """For events over HTTP."""
    http_port: int | None = None
    """Where events come in over HTTP; None: Socket Mode."""
    commands: Sequence[CommandSpec]
    translate: Translate
    memory: Memory
    moderators: str = ""
    """The id of the user group whose members moderate, beside the workspace's admins."""
    api_url: str = ""
    clock: Callable[[], float] = time.time
    ping_seconds: float = PING_SECONDS

    route = PLATFORM

    def __post_init__(self) -> None:
        # What it knows outlives a connection.
        self.delivery = Delivery(self.memory, self.clock, self.translate)
        self._sites: Sites | None = None
        self._session: aiohttp.ClientSession | None = None
        self._logged_in = asyncio.Event()
        self.busy: set[asyncio.Task[Any]] = set()
        """What is being worked on."""
        self.ready = False
        """Whether it is connected."""
        self.port = 0
        """Where it listens."""

    def capabilities(self, ref: ConversationRef) -> Capabilities:
        """The same everywhere."""
        del ref
        return Capabilities(
            LIMIT, APPEND_SECONDS, native_stream=True, threads=True, ephemeral=True, dialect="slack"
        )

    async def standing(self, ref: ConversationRef, person: str) -> Standing | None:
        """What a member may in the workspace of `ref`; see `adapters.asking.Moderators`."""
        site = await self._site_of(ref)
        if site is None:
            return None
        return await People(site.web, self.clock, self.moderators, site.team).standing(person)

    async def channels(self, ref: ConversationRef, person: str) -> Sequence[Channel] | None:
        """See `adapters.asking.Channels`."""
        site = await self._site_of(ref)
        # Whoever has one token has one workspace, whatever is asked for.
        return await channels_of(site.web, person) if site and site.team == team_of(ref) else None

    async def _site_of(self, ref: ConversationRef) -> Site | None:
        """The workspace of `ref`; None where the bot is in none, or not connected."""
        if self._sites is None:
            return None
        try:
            return await self._sites.site(team_of(ref))
        except TROUBLE:
            return None

    async def run(self, on_message: OnMessage) -> None:
        """Stays connected until cancelled.

        Raises:
            AdapterFailed: a token is refused: nothing that waiting would mend.
        """
        pause = BACK_OFF[0]
        while True:
            try:
                async with self._connected(on_message):
                    await asyncio.Event().wait()
            except TROUBLE as error:
                logger.warning("Slack cannot be reached (%s); again in %.0f s", trouble_of(error).code, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, BACK_OFF[1])

    @asynccontextmanager
    async def _connected(self, on_message: OnMessage) -> AsyncIterator[None]:
        async with new_session() as session:
            try:
                sites = await self._workspaces(session)
                web = client_of("", self.api_url, session)
                client = Client(self, sites, session, on_message)
                self._sites, self._session = sites, session
                self._logged_in.set()
                hearing = self._serving if self.http_port is not None else self._socket
                async with hearing(client, web):
                    self.ready = True
                    try:
                        yield
                    finally:
                        self.ready = False
                        await client.settle()
            finally:
                self._logged_in.clear()
                self._sites = self._session = None
                await self.delivery.settle()

    async def _workspaces(self, session: aiohttp.ClientSession) -> Sites:
        if not self.client_id:
            return _One(await logged_in(self.bot_token, self.api_url, session))
        if not self.client_secret or self.http_port is None or self.bot_token:
            raise AdapterFailed(INCOMPLETE)
        from adapters.slack.installations import Installed

        return Installed(
            self.memory,
            client_id=self.client_id,
            client_secret=self.client_secret,
            api_url=self.api_url,
            session=session,
            clock=self.clock,
        )

    @asynccontextmanager
    async def _socket(self, client: Client, web: AsyncWebClient) -> AsyncIterator[None]:
        """Socket Mode: Slack's own clients ping, and connect again by themselves. Slack sends each event to one."""
        url = await socket_url(web, self.app_token)
        app = client.app(web)
        handlers = [
            AsyncSocketModeHandler(app, self.app_token, web_client=web, ping_interval=self.ping_seconds)
            for _ in range(CONNECTIONS)
        ]
        handlers[0].client.wss_uri = url
        opening = [asyncio.create_task(each.connect_async()) for each in handlers]  # type: ignore[no-untyped-call]
        try:
            # With one it hears; the others may take their time.
            await opening[0]
            yield
        finally:
            for task in opening:
                task.cancel()
            await asyncio.gather(*opening, return_exceptions=True)
            await asyncio.gather(*(each.close_async() for each in handlers))  # type: ignore[no-untyped-call]

    @asynccontextmanager
    async def _serving(self, client: Client, web: AsyncWebClient) -> AsyncIterator[None]:
        """Events over HTTP."""
        from adapters.slack.http import install_flow, serving

        assert self.http_port is not None
        if not self.signing_secret:
            raise AdapterFailed(UNSIGNED)
        flow = None
        if self.client_id:
            flow = install_flow(
                self.memory, web, self.client_id, self.client_secret, scopes_of(self.moderators)
            )
        async with serving(client.app(web, self.signing_secret), self.http_port, flow) as port:
            self.port = port
            yield

    async def deliver(self, event: OutboxEvent) -> None:
        """Shows `event`; see the port."""
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                await self._logged_in.wait()
        except TimeoutError:
            raise DeliveryFailed("not logged in", retry_after=5.0) from None
        sites, session = self._sites, self._session
        if sites is None or session is None:
            raise DeliveryFailed("not logged in", retry_after=1.0)
        try:
            site = await sites.site(team_of(event.ref))
        except TROUBLE as error:
            raise DeliveryFailed(trouble_of(error).code, retry_after=2.0) from error
        if site is None:
            raise DeliveryFailed("the workspace has removed the app", retry_after=None)
        await self.delivery.deliver(event, site, session)


class _One:
    """The one workspace."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def site(self, team: str) -> Site | None:
        """The same, whatever is asked for."""
        del team
        return self._site

    async def forget(self, team: str, at: float) -> None:
        """It is what it is set up for."""


async def logged_in(token: str, api_url: str, session: aiohttp.ClientSession) -> Site:
    """The workspace of a token.

    Raises:
        AdapterFailed: the token is refused.
        SlackApiError: Slack does not answer as it should.
    """
    try:
        return await site_of(client_of(token, api_url, session))
    except SlackApiError as error:
        raise _refused(error, BOT_REFUSED) from error


async def socket_url(web: AsyncWebClient, app_token: str) -> str:
    """Where a connection for Socket Mode can be opened; raises as `logged_in`."""
    if not app_token:
        raise AdapterFailed(UNCONNECTED)
    try:
        return str((await web.apps_connections_open(app_token=app_token))["url"])
    except SlackApiError as error:
        raise _refused(error, APP_REFUSED) from error


def _refused(error: SlackApiError, sentence: str) -> Exception:
    """What a refused login means: `AdapterFailed`, unless waiting mends it."""
    trouble = trouble_of(error)
    if trouble.code in REFUSED or trouble.again is None:
        return AdapterFailed(sentence.format(code=trouble.code))
    return error
