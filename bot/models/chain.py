"""Several models as one: a retry, a breaker for each, and the next model when one fails."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from bot.models.base import Chunk, LanguageModel, ModelError, Prompt

logger = logging.getLogger(__name__)

FAILURES_TO_OPEN = 5
"""Failures in a row after which a model rests."""
OPEN_SECONDS = 30.0
ATTEMPTS = 2
"""Per model and reply."""
_BACKOFF = (0.25, 0.75)
"""Seconds before the second attempt: drawn from this range."""


class Breaker:
    """Closed; after five failures in a row open for 30 s; then one probe decides.

    The pattern: M. Nygard, Release It!, 2007, "Circuit Breaker". Times are the caller's clock, in seconds.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._open_until: float | None = None
        self._probing = False

    def admits(self, now: float) -> bool:
        """Whether an attempt may start."""
        return self._open_until is None or (now >= self._open_until and not self._probing)

    def wait(self, now: float) -> float:
        """Seconds until the next probe may start."""
        return 0.0 if self._open_until is None else max(0.0, self._open_until - now)

    def start(self) -> bool:
        """An attempt starts. True: it is the probe, and no other starts until it has ended."""
        probe = self._open_until is not None
        self._probing = self._probing or probe
        return probe

    def answered(self) -> None:
        """An attempt showed that the model works."""
        self._failures = 0
        self._open_until = None
        self._probing = False

    def failed(self, now: float, *, probe: bool) -> None:
        """An attempt showed that the model does not work."""
        self._failures += 1
        if self._failures >= FAILURES_TO_OPEN:
            self._open_until = now + OPEN_SECONDS
        self.left(probe=probe)

    def left(self, *, probe: bool) -> None:
        """An attempt ended without showing anything: nobody waited for it."""
        if probe:
            self._probing = False


class ModelChain:
    """Asks `models` in order until one has given a whole reply.

    The time that is left is shared: a model that has not said a word when its share is over is given
    up, so that one that hangs leaves time for the next. Once it speaks it may use all that is left.

    Args:
        models: in order of preference, at least one.
        clock: monotonic seconds.
        sleep: waits for so many seconds.
        rng: for the jitter between two attempts.
    """

    def __init__(
        self,
        models: Sequence[LanguageModel],
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        rng: random.Random,
    ) -> None:
        if not models:
            raise ValueError("a chain needs at least one model")
        self._links = [(model, Breaker()) for model in models]
        self._clock = clock
        self._sleep = sleep
        self._rng = rng

    @property
    def name(self) -> str:
        """The first model's."""
        return self._links[0][0].name

    @property
    def context_window(self) -> int:
        """The smallest of all: a prompt that fits one fits every model that may take over."""
        return min(model.context_window for model, _ in self._links)

    @property
    def generates(self) -> bool:
        """Whether the first model does."""
        return self._links[0][0].generates

    async def warm(self) -> None:
        """Gets every model ready."""
        for model, _ in self._links:
            await model.warm()

    async def aclose(self) -> None:
        """Closes every model's connections."""
        for model, _ in self._links:
            await model.aclose()

    def stream(self, prompt: Prompt, *, timeout: float) -> AsyncGenerator[Chunk, None]:
        """The reply to `prompt`, from the first model that gives a whole one; the one that `prompt` names comes first.

        `timeout` is in seconds for everything: attempts, waits, all models. When an attempt fails that
        had already yielded text, what the next one yields begins with `Chunk(restart=True)`.

        Raises:
            ModelError: no model gave a whole reply; kind and reason are those of the last one tried.
        """
        return self._stream(prompt, self._clock() + timeout)

    async def _stream(self, prompt: Prompt, deadline: float) -> AsyncGenerator[Chunk, None]:
        spoken = False
        history: list[str] = []
        failure: ModelError | None = None
        links = sorted(self._links, key=lambda link: link[0].name != prompt.model)
        for position, (model, breaker) in enumerate(links):
            speak_by = self._share([breaker for _, breaker in links[position + 1 :]], deadline)
            for attempt in range(ATTEMPTS):
                if attempt and failure is not None and not await self._back_off(failure, breaker, speak_by):
                    break
                if self._clock() >= speak_by or not breaker.admits(self._clock()):
                    break
                restart = spoken
                try:
                    async with aclosing(self._attempt(model, breaker, prompt, speak_by, deadline)) as chunks:
                        async for chunk in chunks:
                            if restart:
                                restart = False
                                yield Chunk(restart=True, model=chunk.model)
                            spoken = spoken or bool(chunk.text)
                            yield chunk
                except ModelError as error:
                    failure = error
                else:
                    return
                history.append(f"{model.name}: {failure.kind}")
                logger.warning(
                    "model %s failed, attempt %d (%s): %s", model.name, attempt + 1, failure.kind, failure
                )
        raise self._exhausted(history, failure)

    def _share(self, after: Sequence[Breaker], deadline: float) -> float:
        """When a model must have begun to speak; `after`: of those that can take over from it."""
        now = self._clock()
        later = sum(breaker.admits(now) for breaker in after)
        return now + (deadline - now) / (later + 1)

    async def _back_off(self, failure: ModelError, breaker: Breaker, speak_by: float) -> bool:
        """Waits before a second attempt; False at once when there is none to make."""
        wait = max(self._rng.uniform(*_BACKOFF), failure.retry_after or 0.0)
        now = self._clock()
        if not failure.retryable or not breaker.admits(now) or now + wait >= speak_by:
            return False
        await self._sleep(wait)
        return True

    async def _attempt(
        self, model: LanguageModel, breaker: Breaker, prompt: Prompt, speak_by: float, deadline: float
    ) -> AsyncGenerator[Chunk, None]:
        """One model's reply, once; tells its breaker how that went."""
        answered = outage = spoken = False
        probe = breaker.start()
        chunks = model.stream(prompt, timeout=deadline - self._clock())
        try:
            while True:
                chunk = await _next_chunk(chunks, None if spoken else speak_by - self._clock(), model.name)
                if chunk is None:
                    break
                answered = True
                spoken = spoken or bool(chunk.text)
                yield chunk if chunk.model else replace(chunk, model=model.name)
        except ModelError as error:
            outage = _is_outage(error, spoken=spoken)
            answered = not outage
            raise
        finally:
            if outage:
                breaker.failed(self._clock(), probe=probe)
            elif answered:
                breaker.answered()
            else:
                breaker.left(probe=probe)
            await chunks.aclose()

    def _exhausted(self, history: list[str], failure: ModelError | None) -> ModelError:
        if failure is not None:
            reason = f"no model gave a whole reply ({', '.join(history)}); the last: {failure}"
            return ModelError(failure.kind, reason, retry_after=failure.retry_after)
        now = self._clock()
        if any(breaker.admits(now) for _, breaker in self._links):
            return ModelError("timeout", "no time was left to ask a model")
        names = ", ".join(model.name for model, _ in self._links)
        wait = min(breaker.wait(now) for _, breaker in self._links)
        return ModelError(
            "unavailable", f"every model rests after failures in a row ({names})", retry_after=wait
        )


async def _next_chunk(chunks: AsyncGenerator[Chunk, None], limit: float | None, name: str) -> Chunk | None:
    try:
        async with asyncio.timeout(limit):
            return await anext(chunks, None)
    except TimeoutError:
        pass
    raise ModelError("timeout", f"{name} had not begun to answer when its share of the time was over")


def _is_outage(error: ModelError, *, spoken: bool) -> bool:
    """Whether `error` speaks against the model rather than against one request.

    A member can bring about a refusal, an overlong prompt, an empty reply or a reply that takes too
    long; none of these may shut a model off for everybody.
    """
    return error.kind in ("unavailable", "rate_limited", "unauthorized") or (
        error.kind in ("timeout", "cut") and not spoken
    )
