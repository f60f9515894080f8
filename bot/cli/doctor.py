"""`sereno doctor`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import click

from bot.cli.setup import prepared
from bot.settings import Settings

MOST_LETTERS = 1000


@click.command("doctor")
@click.argument("part", type=click.Choice(["all", "store", "models", "discord"]), default="all")
def command(part: str) -> None:
    """Looks whether everything that Sereno needs is there: the store, the language models, the platforms."""
    settings = prepared()
    checks: dict[str, Callable[[Settings], Awaitable[str]]] = {"store": _store, "models": _models}
    if part == "discord" or settings.discord.token is not None:
        checks["discord"] = _discord
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


async def _store(settings: Settings) -> str:
    from bot.store.base import PARTITIONS, StoreUnavailable
    from bot.wiring import store_of

    try:
        async with store_of(settings) as store:
            letters = [
                letter
                for each in range(PARTITIONS)
                for letter in await store.dead_letters(each, MOST_LETTERS)
            ]
    except StoreUnavailable as error:
        raise Problem(str(error)) from error
    where = f"embedded, in {settings.data_dir}" if settings.redis_url is None else "SERENO_REDIS_URL answers"
    if not letters:
        return where
    newest = max(letters, key=lambda letter: letter.id)
    many = f"{len(letters)} messages were" if len(letters) > 1 else "1 message was"
    return f"{where}; {many} put aside, the newest because of: {newest.error}"


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
        )
    except (AdapterFailed, SettingsError) as error:
        raise Problem(str(error)) from error
    lines = "".join(f"\n  {'✓' if check.good else '✗'} {check.text}" for check in found)
    if all(check.good for check in found):
        return f"everything is there{lines}\n "
    raise Problem(f"something is missing{lines}\n ")
