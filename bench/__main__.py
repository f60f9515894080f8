"""`python -m bench [PART…]`: measures, prints, and says for each bar whether it holds."""

from __future__ import annotations

import argparse
import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from bench.report import Report, machine, show


async def _latency() -> list[Report]:
    from bench.latency import latency
    from bench.rig import rig

    async with rig() as here:
        return await latency(here)


async def _throughput() -> list[Report]:
    from bench.rig import rig
    from bench.throughput import throughput

    async with rig() as here:
        return await throughput(here)


async def _start() -> list[Report]:
    from bench.start import start

    return await start()


async def _guards() -> list[Report]:
    from bench.guards import guards

    return await guards()


async def _knowledge() -> list[Report]:
    from bench.knowledge import knowledge

    return await knowledge()


async def _claims() -> list[Report]:
    from bench.claims import claims
    from bench.rig import rig

    async with rig() as here:
        return await claims(here)


async def _console() -> list[Report]:
    from bench.console import pages

    return await pages()


async def _cases() -> list[Report]:
    from bench.pouring import pouring

    return await pouring()


async def _discord() -> list[Report]:
    from bench.discord import discord_beside_echo

    return await discord_beside_echo()


async def _slack() -> list[Report]:
    from bench.slack import slack_beside_echo

    return await slack_beside_echo()


PARTS: dict[str, Callable[[], Coroutine[Any, Any, list[Report]]]] = {
    "guards": _guards,
    "knowledge": _knowledge,
    "console": _console,
    "cases": _cases,
    "claims": _claims,
    "start": _start,
    "latency": _latency,
    "throughput": _throughput,
    "discord": _discord,
    "slack": _slack,
}
"""Imported one by one: a part must not find another's libraries loaded."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="*", metavar="PART", help=f"any of: {', '.join(PARTS)}; default: all")
    names = parser.parse_args().part or list(PARTS)
    for name in names:
        if name not in PARTS:
            parser.error(f"there is no part {name!r}; there are: {', '.join(PARTS)}")
    logging.basicConfig(level="ERROR")
    for name in names:
        print(f"{name}: {machine()}\n")
        started = time.monotonic()
        for report in asyncio.run(PARTS[name]()):
            show(report)
        print(
            f"  {name} took {time.monotonic() - started:.0f} s; load now {machine().rpartition('load ')[2]}\n"
        )


if __name__ == "__main__":
    main()
