"""Settings → objects: the only file that names a concrete adapter, guard, model or store."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from adapters.base import Adapter, Locale, Memory
from bot.entry import Door
from bot.i18n import N_, translate
from bot.models.base import LanguageModel
from bot.policy import DEFAULT_RULES
from bot.settings import Settings, SettingsError, revealed
from bot.store.base import Notes, Store
from guards.base import AnyGuard

if TYPE_CHECKING:
    from adapters.local.terminal import TerminalAdapter
    from bot.claims.base import Evidence
    from bot.claims.checker import ClaimChecker
    from bot.engine import Engine
    from bot.knowledge.adding import Adding
    from bot.prompt import PromptWriter
    from bot.worker import Worker
    from guards.pipeline import Pipeline

GUARD_SECONDS = 2.0
"""Deadline of all guards of a stage together."""

TURN_MARGIN_SECONDS = 60.0
"""What a turn may take beside the model's reply: the store, the guards of every subject, the outbox."""

_BANNER = N_("Sereno. Write something, or /help. Ctrl-D ends. In a browser: sereno console.")


_NOT_A_MODELS = ("max_tokens", "price_in", "price_out")
"""Settings of a model that its client does not know."""


class Unavailable(Exception):
    """Something that was asked for does not exist here; the text says what does."""


@asynccontextmanager
async def store_of(settings: Settings) -> AsyncIterator[Store]:
    """The store, checked and open: the one at SERENO_REDIS_URL, else an embedded one in the data directory.

    Raises:
        StoreUnavailable: neither can be used.
    """
    from bot.store.embedded import EmbeddedServer

    server: EmbeddedServer | None = None
    if settings.redis_url is None:
        server = EmbeddedServer(settings.data_dir)
        # The client is imported while the server comes up.
        url, _ = await asyncio.gather(
            server.start(), asyncio.to_thread(import_module, "bot.store.redis.store")
        )
    else:
        url = settings.redis_url.get_secret_value()
    try:
        from bot.store.redis.committing import Retention
        from bot.store.redis.store import RedisStore

        history = settings.history
        store = RedisStore(url, Retention(history.days * 24 * 3600, history.turns, settings.guardlog.cases))
        try:
            await store.check()
            if server is not None:
                await _give_back(store)
            yield store
        finally:
            await store.aclose()
    finally:
        if server is not None:
            await server.stop()


async def _give_back(store: Store) -> None:
    """Gives back what processes of this machine held when they died, so that nobody waits for their leases to end."""
    for worker in await store.workers():
        try:
            os.kill(int(worker.partition("-")[0]), 0)
        except ProcessLookupError:
            await store.leave(worker)
        except (ValueError, PermissionError):
            continue


def guards_of(only: Collection[str] = ()) -> list[AnyGuard]:
    """The installed guards, by name in order; with `only`, those alone.

    Raises:
        Unavailable: `only` names a guard that is not installed.
    """
    found = {entry.name: entry for entry in entry_points(group="sereno.guards")}
    missing = set(only) - set(found)
    if missing:
        raise Unavailable(
            f"no guard named {', '.join(sorted(missing))}; there are: {', '.join(sorted(found))}"
        )
    if missing := set(DEFAULT_RULES) - set(found):
        # A stale or half-made installation must not let everything through in silence.
        raise Unavailable(
            f"the guards {', '.join(sorted(missing))} are not installed: run `make setup` again"
        )
    return [found[name].load()() for name in sorted(found) if not only or name in only]


def pipeline_of(only: Collection[str] = (), *, none: bool = False) -> Pipeline:
    """The guards as one; see `guards_of`. `none`: without any of them."""
    from guards.pipeline import Pipeline

    return Pipeline([] if none else guards_of(only), deadline=GUARD_SECONDS)


def model_of(settings: Settings) -> LanguageModel:
    """The language models in order of preference, with retry and fallback; without one, the offline default.

    Raises:
        SettingsError: an address or a key that cannot be used.
    """
    if not settings.all_models:
        from bot.models.quoting import QuotingModel

        return QuotingModel()
    from bot.models.chain import ModelChain
    from bot.models.openai import OpenAIModel

    try:
        # The settings of a model are the arguments of its client, but for the length of replies.
        models = [
            OpenAIModel(**{name: value for name, value in model if name not in _NOT_A_MODELS})
            for model in settings.all_models
        ]
    except ValueError as error:
        raise SettingsError(f"SERENO_MODEL__… or SERENO_MODELS: {error}") from None
    return ModelChain(models, clock=time.monotonic, sleep=asyncio.sleep, rng=random.Random())  # noqa: S311 - jitter


def engine_of(settings: Settings, store: Store, model: LanguageModel) -> Engine:
    """The engine on `store` and `model`, with every installed guard, the communities' documents and the shipped ones."""
    from bot.engine import Engine
    from bot.entry import Invitations
    from bot.knowledge.desk import KnowledgeDesk
    from bot.knowledge.library import Library
    from bot.prompt import PromptWriter

    guards = pipeline_of()
    library = Library(store)
    reply_tokens = max((each.max_tokens for each in settings.all_models), default=1024)
    prompts = PromptWriter(window=model.context_window, reply_tokens=reply_tokens)
    second = next((each.name for each in settings.all_models[1:]), "")
    return Engine(
        history=store,
        outbox=store,
        guardlog=store,
        guards=guards,
        model=model,
        models=", ".join(each.name for each in settings.all_models) or model.name,
        prompts=prompts,
        retrieve=library,
        knowledge=KnowledgeDesk(store, adding_of(store, guards)),
        claims=claims_of(library, model, prompts, second, read=settings.claims_reader),
        invitations=Invitations(door_of(store), *settings.console_urls),
        clock=time.time,
        reply_seconds=_reply_seconds(settings),
        retention_days=settings.history.days,
    )


def claims_of(
    evidence: Evidence, model: LanguageModel, prompts: PromptWriter, second: str = "", *, read: bool = False
) -> ClaimChecker:
    """What checks claims: with `evidence` first, then, where policy allows it, with `model`.

    `second` names the model that judges what another one has said. `read`: a small encoder reads what the trees are
    not sure of.
    """
    from bot.claims.checker import ClaimChecker
    from bot.claims.judge import Judge
    from bot.claims.premises import Premises
    from bot.claims.probabilities import Probabilities
    from bot.claims.sampling import Sampling
    from guards.claims.reader import loaded

    # What a judge settles with a source needs no samples.
    opinions = (Probabilities(), Judge(model, prompts, second), Sampling(model))
    return ClaimChecker(evidence, opinions, Premises(evidence, model, prompts), loaded() if read else None)


def adding_of(store: Store, guards: Pipeline) -> Adding:
    """What adds documents to `store`, each looked at by `guards`."""
    from bot.knowledge.adding import Adding
    from bot.knowledge.reading import Reading

    return Adding(store, guards, Reading())


def door_of(store: Store) -> Door:
    """What lets people into the console."""
    from bot.asking import Asking

    asking = Asking(store, time.time, lambda: secrets.token_hex(8))
    return Door(store, time.time, lambda: secrets.token_urlsafe(32), asking, store)


def _reply_seconds(settings: Settings) -> float:
    """Deadline of a whole reply: the most patient model's."""
    return max((each.timeout for each in settings.all_models), default=30.0)


def new_name() -> str:
    """A name that no other process has."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


def worker_of(settings: Settings, store: Store, model: LanguageModel, engine: Engine | None = None) -> Worker:
    """A worker of this process, on an engine of its own unless there is one."""
    # With the engine and the guards a good part of a start, which a chat puts behind its prompt.
    from bot.worker import Worker

    engine = engine or engine_of(settings, store, model)
    return Worker(
        store,
        store,
        engine.handle,
        name=new_name(),
        slots=settings.worker.slots,
        turn_seconds=_reply_seconds(settings) + TURN_MARGIN_SECONDS,
    )


def terminal_of(settings: Settings, *, user: str, channel: str, locale: Locale) -> TerminalAdapter:
    """The terminal of this process."""
    from bot.commands import table

    terminal: TerminalAdapter = adapter_named("terminal")(
        session=new_name(),
        commands=table(),
        translate=translate,
        new_id=lambda: secrets.token_hex(8),
        channel=channel,
        user=user,
        locale=locale,
        history_file=settings.data_dir / "lines",
        banner=translate(_BANNER, locale),
    )
    return terminal


def adapter_named(name: str) -> Callable[..., Any]:
    """The adapter of that name. Its SDK is imported here, when its platform is switched on, and not before."""
    found = {entry.name: entry for entry in entry_points(group="sereno.adapters")}
    if name not in found:
        raise Unavailable(f"no adapter named {name} is installed: run `make setup` again")
    adapter: Callable[..., Any] = found[name].load()
    return adapter


def platforms_of(settings: Settings, notes: Notes) -> list[Adapter]:
    """The adapters of the platforms that are configured."""
    from bot.commands import table

    adapters: list[Adapter] = []
    discord, slack = settings.discord, settings.slack
    if discord.token is not None:
        adapters.append(
            adapter_named("discord")(
                token=discord.token.get_secret_value(),
                commands=table(),
                translate=translate,
                memory=memory_of(notes, "discord"),
                message_content=discord.message_content,
                api_url=discord.api_url,
                gateway_url=discord.gateway_url,
            )
        )
    if slack.is_on:
        adapters.append(
            adapter_named("slack")(
                bot_token=revealed(slack.bot_token),
                client_id=slack.client_id,
                client_secret=revealed(slack.client_secret),
                app_token=revealed(slack.app_token),
                signing_secret=revealed(slack.signing_secret),
                http_port=slack.http_port,
                commands=table(),
                translate=translate,
                memory=memory_of(notes, "slack"),
                moderators=slack.moderators,
                api_url=slack.api_url,
            )
        )
    return adapters


def memory_of(notes: Notes, platform: str) -> Memory:
    """The notes of one platform."""
    return _Memory(notes, platform)


class _Memory:
    """See `adapters.base.Memory`."""

    def __init__(self, notes: Notes, platform: str) -> None:
        self._notes = notes
        self._platform = platform

    async def recall(self, name: str) -> str | None:
        return await self._notes.recall(self._platform, name)

    async def remember(self, name: str, note: str) -> None:
        await self._notes.remember(self._platform, name, note)

    async def keep(self, name: str, note: str) -> None:
        await self._notes.keep(self._platform, name, note)

    async def reserve(self, name: str, note: str, seconds: float) -> str | None:
        return await self._notes.reserve(self._platform, name, note, seconds)

    async def forget(self, name: str) -> None:
        await self._notes.forget(self._platform, name)
