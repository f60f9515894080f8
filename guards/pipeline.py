"""Runs the guards of a stage together, under one deadline."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TypeGuard

from guards.base import AnyGuard, AsyncGuard, Guard, Stage, Subject, Verdict

ON_LOOP = 4_000
"""Characters up to which a synchronous guard runs on the event loop; a longer text goes to a thread."""

FAREWELL = 0.05
"""Seconds that a cancelled guard gets to end. One that needs longer breaks its contract and is not waited for."""


class Pipeline:
    """Guards of both stages. Whatever happens to a guard, it yields a verdict.

    Args:
        guards: the guards, in the order of their verdicts.
        deadline: seconds that all guards together may take for one subject.
        only: names to narrow the guards to; None: all of them.
    """

    def __init__(
        self, guards: Sequence[AnyGuard], *, deadline: float, only: Collection[str] | None = None
    ) -> None:
        self.guards = tuple(guard for guard in guards if only is None or guard.name in only)
        self.deadline = deadline
        self._of = {
            stage: _Stage([guard for guard in self.guards if stage in guard.stages]) for stage in Stage
        }

    async def check(self, subject: Subject) -> tuple[Verdict, ...]:
        """What the guards of the subject's stage say, in their order.

        A guard that is not done at the deadline is cancelled and yields the error "late"; one that raises
        yields the name of its exception's class. Cancelling this call cancels the guards.
        """
        started = perf_counter()
        stage = self._of[subject.stage]
        here = len(subject.text) <= ON_LOOP
        tasks: dict[int, asyncio.Task[Verdict]] = {}
        done: dict[int, Verdict] = {}
        try:
            for place, asking in stage.asking:
                tasks[place] = asyncio.create_task(_ask(asking, subject))
            for place, guard in stage.computing:
                if here:
                    done[place] = self._in_time(_compute(guard, subject))
                else:
                    # Cancelling this task frees us at once, though its thread runs on to the end.
                    tasks[place] = asyncio.create_task(asyncio.to_thread(_compute, guard, subject))
            if tasks:
                await asyncio.wait(tasks.values(), timeout=self.deadline - (perf_counter() - started))
                for place, task in tasks.items():
                    done[place] = _outcome(stage.names[place], task, _since(started))
        finally:
            await _dismiss(tasks.values())
        return tuple(done[place] for place in range(len(stage.names)))

    def _in_time(self, verdict: Verdict) -> Verdict:
        """A guard on the loop cannot be stopped, but one that finds nothing only after the deadline is late."""
        if verdict.ms <= self.deadline * 1_000 or verdict.findings or verdict.error:
            return verdict
        return replace(verdict, error="late")


class _Stage:
    """The guards of one stage, each with its place: those that only compute, and those that ask others."""

    def __init__(self, guards: Sequence[AnyGuard]) -> None:
        self.names = [guard.name for guard in guards]
        self.asking = [(place, guard) for place, guard in enumerate(guards) if _is_async(guard)]
        self.computing = [(place, guard) for place, guard in enumerate(guards) if _is_sync(guard)]


def _is_async(guard: AnyGuard) -> TypeGuard[AsyncGuard]:
    return inspect.iscoroutinefunction(guard.check)


def _is_sync(guard: AnyGuard) -> TypeGuard[Guard]:
    return not inspect.iscoroutinefunction(guard.check)


def _compute(guard: Guard, subject: Subject) -> Verdict:
    started = perf_counter()
    try:
        findings = tuple(guard.check(subject))
    except Exception as error:  # noqa: BLE001 - whatever a guard raises becomes its verdict
        return Verdict(guard.name, ms=_since(started), error=type(error).__name__)
    return Verdict(guard.name, findings, _since(started))


async def _ask(guard: AsyncGuard, subject: Subject) -> Verdict:
    started = perf_counter()
    try:
        findings = tuple(await guard.check(subject))
    except Exception as error:  # noqa: BLE001 - whatever a guard raises becomes its verdict
        return Verdict(guard.name, ms=_since(started), error=type(error).__name__)
    return Verdict(guard.name, findings, _since(started))


def _outcome(name: str, task: asyncio.Task[Verdict], ms: float) -> Verdict:
    if not task.done():
        return Verdict(name, ms=ms, error="late")
    if task.cancelled():
        return Verdict(name, ms=ms, error="CancelledError")
    return task.result()


async def _dismiss(tasks: Iterable[asyncio.Task[Verdict]]) -> None:
    late = [task for task in tasks if not task.done()]
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=FAREWELL)


def _since(started: float) -> float:
    return (perf_counter() - started) * 1_000
