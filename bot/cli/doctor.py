"""`sereno doctor`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial

import click

from bot.cli.setup import prepared
from bot.settings import Settings

MOST_LETTERS = 1000


@click.command("doctor")
@click.argument("part", type=click.Choice(["all", "store", "models", "discord", "slack"]), default="all")
@click.option(
    "--replay-dead-letters",
    "replay",
    is_flag=True,
    help="With store: the messages that were put aside go back to their conversations, to be answered.",
)
def command(*, part: str, replay: bool) -> None:
    """Looks whether everything that Sereno needs is there: the store, the language models, the platforms."""
    if replay and part != "store":
        raise click.UsageError("--replay-dead-letters goes with: sereno doctor store")
    settings = prepared()
    store = partial(_store, replay=replay)
    checks: dict[str, Callable[[Settings], Awaitable[str]]] = {"store": store, "models": _models}
    if part == "discord" or settings.discord.token is not None:
        checks["discord"] = _discord
    if part == "slack" or settings.slack.is_on:
        checks["slack"] = _slack
    broken = False
    for name, check in checks.items():
        if part in ("all", name):
            started = time.monotonic()
            try:
                found, good = asyncio.run(_said(check, settings)), True
            except Problem as problem:
                found, good = str(problem), False
            broken |= not good
            mark = click.style("✓", fg="green") if good else click.style("✗", fg="red")
            click.echo(f"{mark} {name}: {found} ({(time.monotonic() - started) * 1000:.0f} ms)")
    if broken:
        raise click.exceptions.Exit(1)


class Problem(Exception):
    """What a check found to be wrong, and what to do."""


async def _said(check: Callable[[Settings], Awaitable[str]], settings: Settings) -> str:
    return await check(settings)


async def _store(settings: Settings, *, replay: bool) -> str:
    from bot.store.base import PARTITIONS, StoreUnavailable
    from bot.wiring import store_of

    try:
        async with store_of(settings) as store:
            played = sum([await store.play_back(each) for each in range(PARTITIONS)]) if replay else None
            letters = [
                letter
                for each in range(PARTITIONS)
                for letter in await store.dead_letters(each, MOST_LETTERS)
            ]
    except StoreUnavailable as error:
        raise Problem(str(error)) from error
    where = f"embedded, in {settings.data_dir}" if settings.redis_url is None else "SERENO_REDIS_URL answers"
    if played is not None:
        where += f"; {_many(played)} put back, to be answered"
    if not letters:
        return where
    newest = max(letters, key=lambda letter: letter.id)
    many = f"{_many(len(letters))} put aside"
    return f"{where}; {many}, the newest because of: {newest.error}"


def _many(messages: int) -> str:
    return "1 message was" if messages == 1 else f"{messages} messages were"


async def _models(settings: Settings) -> str:
    from bot.models.base import ModelError, Prompt, PromptMessage
    from bot.wiring import model_of

    if not settings.all_models:
        return "none connected: quotes from its documents (set SERENO_MODEL__NAME and SERENO_MODEL__BASE_URL)"
    model = model_of(settings)
    prompt = Prompt((PromptMessage("user", "Say hello."),), max_tokens=16)
    try:
        async with aclosing(model.stream(prompt, timeout=30.0)) as chunks:
            async for chunk in chunks:
                if chunk.text:
                    return f"{chunk.model or model.name} answers"
    except ModelError as error:
        raise Problem(f"{error}") from error
    finally:
        await model.aclose()
    raise Problem(f"{model.name} gives empty replies")


async def _discord(settings: Settings) -> str:
    from adapters.base import AdapterFailed
    from adapters.discord.setup import inspect
    from bot.cli.discord import token_of
    from bot.commands import table
    from bot.i18n import translate
    from bot.settings import SettingsError

    try:
        found = await inspect(
            token_of(settings),
            settings.discord.api_url,
            commands=table(),
            translate=translate,
            message_content=settings.discord.message_content,
            log_channels=await _log_channels(settings, "discord"),
        )
    except (AdapterFailed, SettingsError) as error:
        raise Problem(str(error)) from error
    return _summary([(check.good, check.text) for check in found])


async def _slack(settings: Settings) -> str:
    from adapters.base import AdapterFailed
    from adapters.slack.setup import credentials, inspect
    from bot.cli.slack import token_of
    from bot.settings import SettingsError, revealed

    slack = settings.slack
    if slack.client_id:
        looked = credentials(
            client_secret=revealed(slack.client_secret),
            signing_secret=revealed(slack.signing_secret),
            over_http=slack.http_port is not None,
        )
        return _summary([(check.good, check.text) for check in looked])
    try:
        found = await inspect(
            token_of(settings),
            slack.api_url,
            app_token=revealed(slack.app_token),
            signing_secret=revealed(slack.signing_secret),
            over_http=slack.http_port is not None,
            moderators=slack.moderators,
            log_channels=await _log_channels(settings, "slack"),
        )
    except (AdapterFailed, SettingsError) as error:
        raise Problem(str(error)) from error
    return _summary([(check.good, check.text) for check in found])


def _summary(found: Sequence[tuple[bool, str]]) -> str:
    """What was looked at, each with a mark.

    Raises:
        Problem: something is not good.
    """
    lines = "".join(f"\n  {'✓' if good else '✗'} {text}" for good, text in found)
    if all(good for good, _ in found):
        return f"everything is there{lines}\n "
    raise Problem(f"something is missing{lines}\n ")


async def _log_channels(settings: Settings, platform: str) -> dict[str, str]:
    """Guild or workspace → channel, where one has been chosen; nothing when the store does not answer."""
    from adapters.base import ConversationRef
    from bot.policy import PolicyError, layered
    from bot.store.base import StoreUnavailable
    from bot.wiring import store_of

    channels: dict[str, str] = {}
    try:
        async with store_of(settings) as store:
            chosen = await store.chosen()
    except StoreUnavailable:
        return {}  # Said by the check of the store.
    for community, layer in chosen.items():
        ref = ConversationRef.parse(f"{community}//")
        try:
            policy = layered(layer)
        except PolicyError:
            continue
        if ref.platform == platform and policy.log_channel:
            channels[ref.community] = policy.log_channel
    return channels
