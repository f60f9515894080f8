"""What was said below a message before the bot heard of that message."""

from __future__ import annotations

from adapters.slack.taking import Taking
from bot.i18n import translate
from tests.wire.slack import Fault
from tests.wire.slack import Message as Shown
from tests.wire.slack.dispatch import EVENTS_API, Delivery
from tests.wire.slack_parts import SECONDS, Heard, Scene, id_of, listening, notes

MINUTE = 60.0


class Late(Scene):
    """A workspace whose Slack sends again after a minute, not at once."""

    def __init__(self) -> None:
        super().__init__()
        self.server.dispatcher.retries = (MINUTE, MINUTE, MINUTE)

    async def ask_in_vain(self, text: str, thread: Shown | None = None) -> Shown:
        """A mention of which neither event arrives."""
        self.server.dispatcher.lose(2)
        return await self.world.say(self.ana, self.channel, f"{self.me.mention} {text}", thread)

    async def settled(self) -> None:
        """All that has been sent is acknowledged, or will be sent again."""
        await self.world.until(lambda: not self.server.dispatcher.in_flight, SECONDS)

    async def a_minute_later(self) -> None:
        """What was lost has come again."""
        self.clock.advance(MINUTE + 1.0)
        await self.world.until(lambda: not self.server.dispatcher.unacked, SECONDS)

    async def a_minute_later_in_vain(self, times: int) -> None:
        """What was lost has come again, and the thread was read `times` times without success."""
        self.clock.advance(MINUTE + 1.0)
        await self.world.until(lambda: looked(self) == times, SECONDS)
        self.clock.advance(self.server.dispatcher.deadline + 1.0)
        await self.settled()


def looked(scene: Scene) -> int:
    """How often the thread was read."""
    return len(scene.server.asked("conversations.replies"))


async def test_what_was_passed_over_below_a_mention_that_comes_again_is_heard_after_it_in_order() -> None:
    scene, heard = Late(), Heard()
    async with scene.server, listening(scene, heard):
        asked = await scene.ask_in_vain("One")
        for text in ("Two", "Three"):
            await scene.world.say(scene.mod, scene.channel, text, asked)
        await scene.settled()
        assert heard.texts == []
        await scene.a_minute_later()
        assert heard.texts == ["One", "Two", "Three"]
        assert len({message.ref for message in heard.messages}) == 1
        await scene.world.say(scene.ana, scene.channel, "Four", asked)
        await scene.settled()
        assert heard.texts == ["One", "Two", "Three", "Four"]


async def test_what_another_process_passed_over_is_heard_too() -> None:
    scene, memory = Late(), notes()
    async with scene.server:
        first, second = Heard(), Heard()
        async with listening(scene, first, memory):
            asked = await scene.ask_in_vain("One")
            await scene.world.say(scene.mod, scene.channel, "Two", asked)
            await scene.settled()
        async with listening(scene, second, memory):
            await scene.a_minute_later()
        assert (first.texts, second.texts) == ([], ["One", "Two"])


async def test_what_was_said_before_the_bot_was_spoken_to_stays_unheard() -> None:
    scene, heard = Late(), Heard()
    async with scene.server, listening(scene, heard):
        begun = await scene.world.say(scene.ana, scene.channel, "Nobody asked the bot.")
        await scene.world.say(scene.mod, scene.channel, "Nor here.", begun)
        await scene.ask_in_vain("One", begun)
        await scene.world.say(scene.mod, scene.channel, "Two", begun)
        await scene.settled()
        await scene.a_minute_later()
        assert heard.texts == ["One", "Two"]


async def test_a_mention_that_is_overtaken_on_its_way_is_looked_below_without_coming_again() -> None:
    scene, heard = Late(), Heard()
    async with scene.server, listening(scene, heard):
        asked = await scene.ask_in_vain("One")
        await scene.world.say(scene.mod, scene.channel, "Two", asked)
        await scene.settled()
        payload = scene.server.dispatcher.waiting[0].payload
        scene.server.dispatcher.start(Delivery(EVENTS_API, payload, accepts=False))
        await scene.settled()
        assert heard.texts == ["One", "Two"]
        await scene.a_minute_later()
        assert (heard.texts, looked(scene)) == (["One", "Two"], 1)


async def test_no_thread_is_read_for_a_mention_that_nothing_came_before() -> None:
    scene, heard = Late(), Heard()
    async with scene.server, listening(scene, heard):
        begun = await scene.world.say(scene.ana, scene.channel, "Nobody asked the bot.")
        await scene.world.say(scene.mod, scene.channel, "Nor here.", begun)
        await scene.world.say(scene.ana, scene.channel, f"{scene.me.mention} One", begun)
        await scene.world.say(scene.ana, scene.world.dm(scene.ana), "Two")
        await scene.settled()
        assert (sorted(heard.texts), looked(scene)) == (["One", "Two"], 0)


async def test_a_mention_is_heard_at_once_and_what_is_below_it_when_slack_tells() -> None:
    scene, heard = Late(), Heard()
    async with scene.server, listening(scene, heard):
        asked = await scene.ask_in_vain("One")
        await scene.world.say(scene.mod, scene.channel, "Two", asked)
        await scene.settled()
        # Once for each of the two events that tell of the mention.
        scene.server.faults.next("conversations.replies", Fault(status=429, retry_after=60), times=2)
        await scene.a_minute_later_in_vain(2)
        assert set(heard.texts) == {"One"}
        await scene.a_minute_later()
        assert list(dict.fromkeys(heard.texts)) == ["One", "Two"]
        assert scene.server.dispatcher.lost == []


async def test_where_slack_never_tells_what_is_below_it_the_mention_is_heard_and_acknowledged_in_the_end() -> (
    None
):
    scene, heard = Late(), Heard()
    async with scene.server, listening(scene, heard):
        asked = await scene.ask_in_vain("One")
        await scene.world.say(scene.mod, scene.channel, "Two", asked)
        await scene.settled()
        scene.server.faults.at_random(1.0, 429, method="conversations.replies")
        await scene.a_minute_later_in_vain(2)
        await scene.a_minute_later_in_vain(4)
        await scene.a_minute_later()
        assert set(heard.texts) == {"One"}
        assert scene.server.dispatcher.lost == []


async def test_what_was_edited_since_is_heard_in_its_new_words_and_what_was_deleted_is_not() -> None:
    scene, heard = Late(), Heard()
    async with scene.server, listening(scene, heard):
        asked = await scene.ask_in_vain("One")
        edited = await scene.world.say(scene.mod, scene.channel, "Too", asked)
        regretted = await scene.world.say(scene.mod, scene.channel, "Never mind", asked)
        await scene.world.edit(scene.mod, edited, "Two")
        await scene.world.delete(scene.mod, regretted)
        await scene.settled()
        await scene.a_minute_later()
        assert heard.texts == ["One", "Two"]
        assert [one.message_id for one in heard.retracted] == [id_of(regretted)]


async def test_a_thread_that_was_passed_over_here_goes_on_when_another_process_is_spoken_to_in_it() -> None:
    scene, heard, memory = Scene(), Heard(), notes()
    async with scene.server, listening(scene, heard, memory):
        begun = await scene.world.say(scene.ana, scene.channel, "Nobody asked the bot.")
        await scene.world.say(scene.mod, scene.channel, "Nor here.", begun)
        await scene.world.until(lambda: not scene.server.sockets.unacked, SECONDS)
        other = Taking(memory, translate, Heard(), lambda *_: None)
        await other.take_part(scene.world.team.id, scene.channel.id, begun.ts)
        await scene.world.say(scene.mod, scene.channel, "Two", begun)
        await scene.world.until(lambda: heard.texts, SECONDS)
        assert heard.texts == ["Two"]
