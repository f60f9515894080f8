"""How replies look on Slack: streamed, edited, in parts, and each exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from adapters.base import (
    Annotation,
    Button,
    DeliveryFailed,
    Delta,
    Final,
    Memory,
    Notice,
    OutboxEvent,
    Removed,
    ReplyTo,
    Started,
    Withdrawn,
)
from adapters.slack.adapter import SlackAdapter
from adapters.slack.delivery import APPEND_SECONDS, STREAM_SECONDS, UPDATE_SECONDS
from adapters.slack.render import LIMIT
from tests.wire.slack import LOST, Fault
from tests.wire.slack import Message as Shown
from tests.wire.slack_parts import SECONDS, Heard, Scene, adapter_for, ended, notes, ref_in, reply_to

POST, START, APPEND, STOP, UPDATE = (
    "chat.postMessage",
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
    "chat.update",
)


class Talk:
    """A question, and an adapter that shows what is said to it."""

    def __init__(self, scene: Scene, adapter: SlackAdapter, asked: Shown) -> None:
        self.scene = scene
        self.adapter = adapter
        self.asked = asked
        self.ref, self.to = ref_in(asked), reply_to(asked)

    async def show(self, event: OutboxEvent) -> None:
        """As the gateway does: tried again as long as that makes sense."""
        for _ in range(20):
            try:
                await self.adapter.deliver(event)
            except DeliveryFailed as failure:
                if failure.retry_after is None:
                    raise
                self.scene.clock.advance(failure.retry_after)
                await asyncio.sleep(0)
            else:
                return
        raise AssertionError("never shown")

    async def grow(self, seq: int, text: str, seconds: float = APPEND_SECONDS) -> None:
        self.scene.clock.advance(seconds)
        await self.show(Delta("turn", seq, self.ref, self.to, text))

    async def end(self, seq: int, text: str, **fields: Any) -> None:
        await self.show(Final("turn", seq, self.ref, self.to, text, **fields))

    @property
    def replies(self) -> list[Shown]:
        return self.scene.world.replies(self.asked.channel)

    @property
    def said(self) -> list[str]:
        return [one.all_text for one in self.replies]

    def count(self, *methods: str) -> list[int]:
        return [len(self.scene.server.asked(method)) for method in methods]


@asynccontextmanager
async def talking(
    scene: Scene | None = None,
    *,
    direct: bool = False,
    memory: Memory | None = None,
    asked: Shown | None = None,
) -> AsyncIterator[Talk]:
    """A talk in a channel, or a direct one."""
    scene = scene or Scene()
    if asked is not None:
        async with _running(scene, memory) as adapter:
            yield Talk(scene, adapter, asked)
        return
    async with scene.server, _running(scene, memory) as adapter:
        place = scene.world.dm(scene.ana) if direct else scene.channel
        yield Talk(scene, adapter, await scene.world.say(scene.ana, place, "What is that?"))


@asynccontextmanager
async def _running(scene: Scene, memory: Memory | None) -> AsyncIterator[SlackAdapter]:
    adapter = adapter_for(scene, memory)
    task = asyncio.create_task(adapter.run(Heard()))
    try:
        yield adapter
    finally:
        await ended(task)


@pytest.mark.parametrize("direct", [False, True])
async def test_a_reply_is_streamed_in_the_thread_of_its_question(direct: bool) -> None:
    async with talking(direct=direct) as talk:
        await talk.grow(1, "It is")
        await talk.grow(2, "It is a *tower*")
        await talk.end(3, "It is a *tower*, & tall.")
        (reply,) = talk.replies
        assert [version.text for version in reply.versions] == [
            "It is",
            "It is a *tower*",
            "It is a *tower*, & tall.",
        ]
        assert (reply.streaming, reply.thread_ts, reply.edited) == (False, talk.asked.ts, False)
        assert talk.said == ["It is a *tower*, & tall."]
        assert talk.count(POST, START, APPEND, STOP, UPDATE) == [0, 1, 1, 1, 0]


async def test_a_reply_that_is_there_at_once_is_one_message() -> None:
    async with talking() as talk:
        await talk.end(1, "Yes.")
        assert talk.said == ["Yes."]
        assert talk.replies[0].thread_ts == talk.asked.ts
        assert talk.count(POST, START, UPDATE) == [1, 0, 0]


async def test_a_reply_of_more_headings_than_slack_takes_is_shown_all_the_same() -> None:
    text = "".join(f"## Heading {number}\n\nText.\n\n" for number in range(60))
    async with talking() as talk:
        await talk.grow(1, text[:200])
        await talk.end(2, text)
        assert " ".join(" ".join(talk.said).split()) == " ".join(text.split())
        assert not talk.replies[0].streaming


async def test_the_final_text_is_exact_when_it_is_another_than_was_streamed() -> None:
    async with talking() as talk:
        await talk.grow(1, "It is a tower")
        await talk.end(2, "It is a lighthouse.")
        assert talk.said == ["It is a lighthouse."]
        assert not talk.replies[0].streaming


async def test_code_that_is_still_being_written_is_closed_only_at_the_end() -> None:
    async with talking() as talk:
        await talk.grow(1, "So:\n```py\nprint(1)\n")
        await talk.grow(2, "So:\n```py\nprint(1)\nprint(2)\n")
        assert "```\n" not in talk.said[0]
        await talk.end(3, "So:\n```py\nprint(1)\nprint(2)\n```\nDone.")
        assert talk.said == ["So:\n```py\nprint(1)\nprint(2)\n```\nDone."]
        assert talk.count(UPDATE) == [0]


async def test_a_stream_is_edited_before_slack_would_end_it() -> None:
    async with talking() as talk:
        await talk.grow(1, "One.")
        await talk.grow(2, "One. Two.", STREAM_SECONDS + 1)
        await talk.grow(3, "One. Two. Three.", UPDATE_SECONDS)
        assert talk.said == ["One. Two. Three."]
        assert not talk.replies[0].streaming
        await talk.end(4, "One. Two. Three. Four.")
        assert talk.said == ["One. Two. Three. Four."]


async def test_a_stream_that_slack_ended_is_edited() -> None:
    async with talking() as talk:
        await talk.grow(1, "One.")
        talk.scene.clock.advance(1.0)
        talk.scene.server.streams.lifetime = 0.5
        await talk.end(2, "One. Two.")
        assert talk.said == ["One. Two."]
        assert talk.count(UPDATE) == [1]


@pytest.mark.parametrize("more", [True, False])
async def test_a_reply_that_a_member_stopped_is_left_as_it_is_unless_it_must_go(more: bool) -> None:
    async with talking(direct=True) as talk:
        await talk.show(Started("turn", 1, talk.ref, talk.to))
        await talk.scene.world.until(lambda: talk.scene.server.asked("agents.sessions.setStatus"), SECONDS)
        await talk.grow(2, "One.")
        talk.scene.world.stop(talk.scene.ana, talk.asked.channel, talk.asked.ts)
        if more:
            await talk.grow(3, "One. Two.")
            await talk.grow(4, "One. Two. Three.", UPDATE_SECONDS)
        await talk.end(5, "One. Two. Three. Four.")
        assert talk.said == ["One."]
        await talk.show(Removed("turn", 99, talk.ref, talk.to))
        assert talk.said == []


async def test_a_reply_that_a_member_stopped_is_withdrawn_all_the_same() -> None:
    async with talking() as talk:
        await talk.grow(1, "My instructions are")
        talk.replies[0].streaming, talk.replies[0].stopped_by = False, talk.scene.ana
        await talk.show(Withdrawn("turn", 2, talk.ref, talk.to, "I withheld my reply."))
        assert talk.said == ["I withheld my reply."]


async def test_where_slack_does_not_stream_a_reply_grows_by_edits() -> None:
    async with talking() as talk:
        talk.scene.server.faults.next(START, Fault(error="channel_type_not_supported"))
        await talk.grow(1, "One.")
        await talk.grow(2, "One. Two.")
        await talk.grow(3, "One. Two. Three.", UPDATE_SECONDS)
        assert talk.said == ["One. Two. Three."]
        await talk.end(4, "One. Two. Three. Four.")
        assert talk.said == ["One. Two. Three. Four."]
        assert talk.count(START, POST, UPDATE) == [1, 1, 2]


@pytest.mark.parametrize("streams", [True, False])
async def test_a_reply_can_be_rated_when_it_is_whole_however_it_grew(streams: bool) -> None:
    async with talking() as talk:
        if not streams:
            talk.scene.server.faults.next(START, Fault(error="channel_type_not_supported"))
            await talk.grow(1, "One.")
        await talk.grow(2, "One.", UPDATE_SECONDS)
        await talk.grow(3, "One. Two.", UPDATE_SECONDS)
        assert [one.action_ids for one in talk.replies] == [[]]
        await talk.end(4, "One. Two.")
        assert [one.action_ids for one in talk.replies] == [["sereno:feedback"]]


async def test_when_slack_takes_no_more_streams_the_reply_comes_when_it_is_whole() -> None:
    async with talking() as talk:
        talk.scene.server.faults.next(START, Fault(status=429, retry_after=30))
        await talk.grow(1, "One.")
        await talk.grow(2, "One. Two.")
        assert talk.said == []
        await talk.end(3, "One. Two. Three.")
        assert talk.said == ["One. Two. Three."]
        assert talk.count(START, POST) == [1, 1]


async def test_a_long_reply_goes_on_in_the_thread_with_its_code_fenced() -> None:
    lines = "\n".join(f"print({number}) # <&>" for number in range(900))
    text = f"Look:\n```py\n{lines}\n```\nThat is all."
    async with talking() as talk:
        await talk.grow(1, text[:5000])
        await talk.end(2, text)
        assert len(talk.replies) > 1
        assert {one.thread_ts for one in talk.replies} == {talk.asked.ts}
        assert all(len(one) <= LIMIT and one.count("```") == 2 for one in talk.said)
        kept = [line for one in talk.said for line in one.splitlines() if line.startswith("print")]
        assert "\n".join(kept) == lines


async def test_nobody_is_called_and_every_link_says_where_it_leads() -> None:
    group = "S0123456"
    text = (
        f"<!channel> <!here> <!everyone> <!subteam^{group}> <@U0123456> @channel "
        "[https://good.example.com](https://evil.example.com) <https://evil.example.com|https://good.example.com> "
        "[the docs](https://docs.example.com)"
    )
    async with talking() as talk:
        await talk.grow(1, text)
        await talk.end(2, text)
        (reply,) = talk.replies
        assert reply.pings == set()
        assert all(
            "evil" in label or "good" not in label for label, address in reply.links if "evil" in address
        )
        assert reply.all_text.count("(https://evil.example.com)") == 2
        assert ("the docs", "https://docs.example.com") in reply.links


async def test_marks_stand_at_their_words_and_below_the_reply() -> None:
    mark = Annotation(0, 6, "unverifiable", "Nothing says <!channel> so.", "PEP 20")
    async with talking() as talk:
        await talk.grow(1, "<b> it i")
        await talk.end(2, "<b> it is.", annotations=(mark,))
        (reply,) = talk.replies
        assert reply.all_text == "<b> it⚠¹ is.\n⚠ 1: Nothing says <\u200b!channel> so. (PEP 20)"
        assert reply.pings == set()
        # The words that were streamed have no signs: once the stream is ended, the message is edited.
        assert talk.count(START, STOP, UPDATE, POST) == [1, 1, 1, 0]


async def test_each_message_of_a_long_reply_gets_its_signs_and_the_last_one_the_list() -> None:
    text = ("A sentence of words. " * (2 * LIMIT // 21)).rstrip()
    ends = (len("A sentence of words."), len(text))
    marks = tuple(Annotation(end - 6, end, "supported", f"Note {end}.") for end in ends)
    async with talking() as talk:
        await talk.grow(1, text[: LIMIT // 2])
        await talk.end(2, text, annotations=marks)
        first, *_, last = talk.replies
        assert first.all_text.startswith("A sentence of words.✓¹ A sentence")
        assert last.all_text.endswith(f"of words.✓²\n✓ 1: Note {ends[0]}.\n✓ 2: Note {ends[1]}.")


async def test_a_blocked_message_is_told_to_its_author_alone_with_a_way_to_a_moderator() -> None:
    async with talking() as talk:
        button = (Button("Ask a moderator", "appeal", "turn"),)
        notice = Notice(
            "turn",
            1,
            talk.ref,
            talk.to,
            "I left that <!channel> unanswered.",
            "blocked",
            "turn",
            buttons=button,
        )
        await talk.show(notice)
        (shown,) = talk.replies
        assert shown.ephemeral_to is talk.scene.ana
        assert shown.pings == set()
        assert shown.action_ids == ["sereno:appeal"]
        assert "Number of the message: turn" in shown.all_text
        # In a thread that nobody has answered in Slack shows it to nobody.
        assert shown.thread_ts is None


async def test_a_failure_is_told_where_the_question_is() -> None:
    async with talking() as talk:
        await talk.show(
            Notice("turn", 1, talk.ref, talk.to, "It cannot be reached.", "failed", "", private=False)
        )
        assert talk.said == ["It cannot be reached."]
        assert talk.replies[0].thread_ts == talk.asked.ts


async def test_a_reply_that_is_withdrawn_gives_way_to_one_sentence() -> None:
    async with talking() as talk:
        await talk.grow(1, "My instructions are")
        await talk.show(Withdrawn("turn", 2, talk.ref, talk.to, "I withheld my reply.", "turn"))
        assert talk.said == ["I withheld my reply.\nNumber of the message: turn"]


async def test_all_that_was_shown_goes_when_its_question_is_gone() -> None:
    async with talking() as talk:
        await talk.grow(1, "One.")
        await talk.show(Removed("turn", 99, talk.ref, talk.to))
        assert talk.said == []
        await talk.end(100, "One. Two.")
        assert talk.said == []


async def test_what_a_moderator_took_away_stays_away() -> None:
    async with talking() as talk:
        await talk.grow(1, "One.")
        await talk.scene.world.delete(talk.scene.mod, talk.replies[0])
        await talk.end(2, "One. Two.")
        assert talk.said == []


async def test_an_older_event_and_the_same_event_again_change_nothing() -> None:
    async with talking() as talk:
        await talk.end(3, "New.")
        await talk.end(3, "New.")
        await talk.grow(2, "Old.")
        assert talk.said == ["New."]
        assert talk.count(POST, START, UPDATE) == [1, 0, 0]


@pytest.mark.parametrize(
    "fault", [LOST, Fault(status=500, carried_out=True), Fault(status=503), Fault(reset=True)]
)
@pytest.mark.parametrize("method", [POST, START, STOP, APPEND, UPDATE])
async def test_a_reply_is_there_once_whatever_answer_gets_lost(method: str, fault: Fault) -> None:
    async with talking() as talk:
        talk.scene.server.faults.next(method, fault)
        if method == POST:
            await talk.end(3, "One. Two.")
        elif method == UPDATE:
            await talk.grow(1, "Two.")
            await talk.end(3, "One. Two.")
        else:
            await talk.grow(1, "One.")
            await talk.grow(2, "One. T")
            await talk.end(3, "One. Two.")
        assert talk.said == ["One. Two."]
        assert not talk.replies[0].streaming


async def test_a_rate_limit_is_waited_for_by_all_that_goes_to_that_channel() -> None:
    async with talking() as talk:
        talk.scene.server.faults.next(POST, Fault(status=429, retry_after=70))
        for turn, asked in (("turn", 1), ("another", 1)):
            with pytest.raises(DeliveryFailed) as failed:
                await talk.adapter.deliver(Final(turn, 1, talk.ref, talk.to, "Yes."))
            assert failed.value.retry_after is not None
            assert 60.0 < failed.value.retry_after <= 75.0
            assert talk.count(POST) == [asked]


async def test_what_slack_refuses_for_good_is_not_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async with talking() as talk:
        talk.scene.world.remove_bot(talk.scene.channel)
        with pytest.raises(DeliveryFailed) as failed:
            await talk.adapter.deliver(Final("turn", 1, talk.ref, talk.to, "Yes."))
        assert failed.value.retry_after is None
        assert "invite it there" in caplog.text


@pytest.mark.parametrize("noted", [True, False])
@pytest.mark.parametrize("streamed", [True, False])
async def test_after_a_restart_a_part_that_arrived_is_found_again(streamed: bool, noted: bool) -> None:
    scene = Scene()
    memory = notes()
    async with scene.server:
        asked = await scene.world.say(scene.ana, scene.channel, "What is that?")
        other = await scene.world.say(scene.ana, scene.channel, "And that?")
        async with talking(scene, memory=memory, asked=other) as talk:
            await talk.show(Final("other", 1, ref_in(asked), reply_to(asked), "Another turn."))
        async with talking(scene, memory=memory, asked=asked) as talk:
            if not noted:
                # It ends between sending and noting.
                scene.server.faults.next(START if streamed else POST, LOST)
            event = (
                Delta("turn", 1, talk.ref, talk.to, "One.")
                if streamed
                else Final("turn", 1, talk.ref, talk.to, "One.")
            )
            try:
                await talk.adapter.deliver(event)
            except DeliveryFailed:
                assert not noted
        async with talking(scene, memory=memory, asked=asked) as talk:
            await talk.show(Final("turn", 2, talk.ref, talk.to, "One. Two." if streamed else "One."))
            assert scene.said(asked) == ["Another turn.", "One. Two." if streamed else "One."]
            assert not any(one.streaming for one in talk.replies)
        assert scene.server.asked("conversations.history") == []
        assert scene.world.violations == []


async def test_it_is_shown_that_an_answer_is_coming_until_it_is_there() -> None:
    async with talking(direct=True) as talk:
        await talk.show(Started("turn", 1, talk.ref, talk.to))
        status = await talk.scene.world.until(
            lambda: talk.scene.server.asked("agents.sessions.setStatus"), SECONDS
        )
        assert status[0].args["status"] == "processing"
        await talk.end(2, "Yes.")
        await talk.scene.world.until(
            lambda: len(talk.scene.server.asked("agents.sessions.setStatus")) == 2, SECONDS
        )
        assert talk.scene.server.asked("agents.sessions.setStatus")[1].args["status"] == "active"


async def test_a_private_answer_without_an_address_is_whispered() -> None:
    async with talking() as talk:
        to = ReplyTo("slack", "", person=talk.scene.ana.id)
        await talk.show(Notice("turn", 1, replace(talk.ref, thread=""), to, "Noted."))
        assert talk.replies[0].ephemeral_to is talk.scene.ana


async def test_replies_in_one_channel_keep_to_its_pace() -> None:
    async with talking() as talk:
        for number in range(4):
            await talk.show(Final(f"turn{number}", 1, talk.ref, talk.to, f"Number {number}."))
        assert talk.said == [f"Number {number}." for number in range(4)]
        assert talk.scene.server.limits.refused == 0


@pytest.mark.parametrize("lost", [0, 1, 2])
async def test_after_a_restart_each_part_of_a_long_reply_is_there_once(lost: int) -> None:
    text = " ".join(f"Step {number}: he walks on, and all is well." for number in range(600))
    scene = Scene()
    memory = notes()
    async with scene.server:
        asked = await scene.world.say(scene.ana, scene.channel, "What is that?")
        async with talking(scene, memory=memory, asked=asked) as talk:
            for _ in range(lost):
                scene.server.faults.next(POST, Fault(delay=0.0))
            # It ends when it has sent part `lost`, and before it has noted that.
            scene.server.faults.next(POST, LOST)
            with pytest.raises(DeliveryFailed):
                await talk.adapter.deliver(Final("turn", 1, talk.ref, talk.to, text))
        async with talking(scene, memory=memory, asked=asked) as talk:
            await talk.show(Final("turn", 1, talk.ref, talk.to, text))
            assert " ".join(talk.said).split() == text.split()
            assert len(talk.said) == 3
