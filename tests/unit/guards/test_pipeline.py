"""Whatever a guard does, the pipeline says so, in time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from guards.base import AnyGuard, Finding, Stage, Subject, Verdict
from guards.pipeline import ON_LOOP, Pipeline

BOTH = frozenset(Stage)
SHORT = Subject("hola", Stage.INPUT)
LONG = Subject("hola " * ON_LOOP, Stage.INPUT)


class Computing:
    """A synchronous guard that does what it is told."""

    def __init__(
        self, name: str, act: Callable[[], None] = lambda: None, stages: frozenset[Stage] = BOTH
    ) -> None:
        self.name = name
        self.stages = stages
        self.act = act
        self.thread: threading.Thread | None = None

    def check(self, subject: Subject) -> Sequence[Finding]:
        self.thread = threading.current_thread()
        self.act()
        return [Finding(self.name, "seen", 0.5, 0, len(subject.text), "It was seen.")]


class Asking:
    """An asynchronous guard that waits for an event, and notes how it ended."""

    def __init__(self, name: str, until: asyncio.Event | None = None, error: Exception | None = None) -> None:
        self.name = name
        self.stages = BOTH
        self.until = until
        self.error = error
        self.began = asyncio.Event()
        self.cancelled = False

    async def check(self, subject: Subject) -> Sequence[Finding]:
        self.began.set()
        if self.error is not None:
            raise self.error
        try:
            if self.until is not None:
                await self.until.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return [Finding(self.name, "asked", 0.7, 0, len(subject.text), "It was asked.")]


class Deaf(Asking):
    """A guard that breaks its contract: it goes on when it is cancelled, until it is let go."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.let_go = asyncio.Event()

    async def check(self, subject: Subject) -> Sequence[Finding]:
        while not self.let_go.is_set():
            try:
                await self.let_go.wait()
            except asyncio.CancelledError:
                self.cancelled = True
        return []


def fail() -> None:
    raise ZeroDivisionError


def others() -> set[asyncio.Task[object]]:
    return asyncio.all_tasks() - {asyncio.current_task()}


def errors(verdicts: Sequence[Verdict]) -> list[str]:
    return [verdict.error for verdict in verdicts]


async def test_verdicts_come_in_the_order_of_the_guards_however_they_run() -> None:
    guards: list[AnyGuard] = [Asking("a"), Computing("b"), Asking("c"), Computing("d")]
    for subject in (SHORT, LONG):
        verdicts = await Pipeline(guards, deadline=5).check(subject)
        assert [verdict.guard for verdict in verdicts] == ["a", "b", "c", "d"]
        assert [verdict.score for verdict in verdicts] == [0.7, 0.5, 0.7, 0.5]
        assert all(verdict.ms > 0 and not verdict.error for verdict in verdicts)


async def test_only_the_guards_of_the_stage_are_asked() -> None:
    guards = [
        Computing("in", stages=frozenset({Stage.INPUT})),
        Computing("out", stages=frozenset({Stage.OUTPUT})),
        Computing("both"),
    ]
    pipeline = Pipeline(guards, deadline=5)
    assert [verdict.guard for verdict in await pipeline.check(Subject("x", Stage.OUTPUT))] == ["out", "both"]
    assert [verdict.guard for verdict in await pipeline.check(Subject("x", Stage.INPUT))] == ["in", "both"]


async def test_names_narrow_the_guards() -> None:
    pipeline = Pipeline([Computing("a"), Computing("b"), Asking("c")], deadline=5, only={"c", "a"})
    assert [verdict.guard for verdict in await pipeline.check(SHORT)] == ["a", "c"]
    assert await Pipeline([Computing("a")], deadline=5, only=()).check(SHORT) == ()


@pytest.mark.parametrize("subject", [SHORT, LONG])
async def test_a_guard_that_raises_yields_its_error_and_spares_the_others(subject: Subject) -> None:
    guards: list[AnyGuard] = [
        Computing("a", fail),
        Asking("b", error=KeyError("x")),
        Computing("c"),
        Asking("d"),
    ]
    verdicts = await Pipeline(guards, deadline=5).check(subject)
    assert errors(verdicts) == ["ZeroDivisionError", "KeyError", "", ""]
    assert [len(verdict.findings) for verdict in verdicts] == [0, 0, 1, 1]


async def test_a_guard_that_raises_while_its_findings_are_read_is_a_verdict_too() -> None:
    class Lazy(Computing):
        def check(self, subject: Subject) -> Sequence[Finding]:
            return map(fail, [1])  # type: ignore[return-value,arg-type] # a guard that breaks its contract

    assert errors(await Pipeline([Lazy("a")], deadline=5).check(SHORT)) == ["TypeError"]


async def test_a_guard_that_cancels_itself_is_no_pass() -> None:
    class Quitting(Asking):
        async def check(self, subject: Subject) -> Sequence[Finding]:
            raise asyncio.CancelledError

    assert errors(await Pipeline([Quitting("a"), Asking("b")], deadline=5).check(SHORT)) == [
        "CancelledError",
        "",
    ]


async def test_a_late_guard_is_cancelled_and_says_so() -> None:
    late, quick = Asking("late", until=asyncio.Event()), Asking("quick")
    verdicts = await Pipeline([late, quick, Computing("c")], deadline=0.02).check(SHORT)
    assert errors(verdicts) == ["late", "", ""]
    assert verdicts[0].findings == ()
    assert verdicts[0].ms >= 20
    assert late.cancelled
    assert not others()


async def test_one_deadline_holds_for_all_guards_together() -> None:
    guards = [Asking(str(number), until=asyncio.Event()) for number in range(20)]
    async with asyncio.timeout(2):
        verdicts = await Pipeline(guards, deadline=0.05).check(SHORT)
    assert errors(verdicts) == ["late"] * 20


async def test_asynchronous_guards_run_beside_each_other() -> None:
    meeting = asyncio.Event()

    class Waiting(Asking):
        async def check(self, subject: Subject) -> Sequence[Finding]:
            await meeting.wait()
            return []

    class Opening(Asking):
        async def check(self, subject: Subject) -> Sequence[Finding]:
            meeting.set()
            return []

    assert errors(await Pipeline([Waiting("a"), Opening("b")], deadline=5).check(SHORT)) == ["", ""]


async def test_a_short_text_is_checked_on_the_loop_and_a_long_one_beside_it() -> None:
    guard = Computing("a")
    pipeline = Pipeline([guard], deadline=5)
    await pipeline.check(Subject("x" * ON_LOOP, Stage.INPUT))
    assert guard.thread is threading.main_thread()
    await pipeline.check(Subject("x" * (ON_LOOP + 1), Stage.INPUT))
    assert guard.thread is not threading.main_thread()


async def test_without_asynchronous_guards_no_task_is_made() -> None:
    made: list[int] = []
    pipeline = Pipeline([Computing("a", lambda: made.append(len(others())))], deadline=5)
    running = pipeline.check(SHORT)
    with pytest.raises(StopIteration) as end:
        running.send(None)  # Done in one step: nothing was waited for.
    assert [verdict.guard for verdict in end.value.value] == ["a"]
    assert made == [0]


async def test_a_thread_that_does_not_end_does_not_delay_the_verdicts() -> None:
    hold, ended = threading.Event(), threading.Event()

    def block() -> None:
        hold.wait(30)
        ended.set()

    try:
        verdicts = await Pipeline([Computing("stuck", block), Computing("fine")], deadline=0.1).check(LONG)
        assert errors(verdicts) == ["late", ""]
        assert not ended.is_set()
    finally:
        hold.set()
    assert await asyncio.to_thread(ended.wait, 30)


async def test_cancelling_the_check_cancels_its_guards_and_leaves_no_task() -> None:
    guards = [Asking("a", until=asyncio.Event()), Asking("b", until=asyncio.Event())]
    check = asyncio.create_task(Pipeline(guards, deadline=30).check(SHORT))
    for guard in guards:
        await guard.began.wait()
    check.cancel()
    with pytest.raises(asyncio.CancelledError):
        await check
    assert all(guard.cancelled for guard in guards)
    assert not others()


async def test_a_guard_that_ignores_its_cancellation_is_left_behind() -> None:
    deaf = Deaf("deaf")
    async with asyncio.timeout(5):
        verdicts = await Pipeline([deaf, Computing("b")], deadline=0.02).check(SHORT)
    assert errors(verdicts) == ["late", ""]
    assert deaf.cancelled
    deaf.let_go.set()
    await asyncio.wait(others(), timeout=5)
    assert not others()
