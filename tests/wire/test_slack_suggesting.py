"""How a member suggests a source on Slack: a button under a reply with marks, and a form."""

from __future__ import annotations

from adapters.base import Annotation, Busy, Button, CommandUse, Final
from adapters.sentences import BUSY
from adapters.slack.convert import id_of
from tests.wire.slack import Modal
from tests.wire.slack_parts import Heard, Scene, listening, ref_in, reply_to

MARK = Annotation(0, 4, "unverifiable", "I found nothing.")
BUTTON = Button("Suggest a source", "suggest", "a1b2")
FILLED = {"verdict": "wrong", "text": "In 1991, says history.md."}


async def form_under_a_reply(scene: Scene, heard: Heard) -> Modal:
    """The form that comes of a press, while the adapter that shows it is running."""
    async with listening(scene, heard) as adapter:
        asked = await scene.world.say(scene.ana, scene.channel, "when?")
        ref, to = ref_in(asked), reply_to(asked)
        await adapter.deliver(Final("a1b2", 1, ref, to, "1989.", (MARK,), (BUTTON,)))
        (reply,) = scene.world.replies(scene.channel)
        await scene.world.press(scene.ana, reply, "sereno:suggest")
        form: Modal = await scene.world.until(lambda: scene.world.modals and scene.world.modals[-1])
        return form


async def test_what_a_member_writes_into_the_form_is_a_command_of_theirs() -> None:
    scene, heard = Scene(), Heard()
    async with scene.server:
        form = await form_under_a_reply(scene, heard)
        heard.messages.clear()
        # The process that showed it may be gone by then.
        async with listening(scene, heard):
            await scene.world.submit(form, FILLED)
        (reply,) = scene.world.replies(scene.channel)
        (message,) = heard.messages
        assert not form.open
        said = {"turn": "a1b2", **FILLED, "message": id_of(scene.channel.team.id, scene.channel.id, reply.ts)}
        assert message.command == CommandUse("suggest", said)
        assert message.author.id == message.reply_to.person == scene.ana.id
        assert message.ref.channel == scene.channel.id


async def test_a_form_that_cannot_be_taken_says_so_and_stays_open() -> None:
    scene, heard = Scene(), Heard()
    async with scene.server:
        form = await form_under_a_reply(scene, heard)

        async def busy(_: object) -> None:
            raise Busy

        async with listening(scene, busy):
            await scene.world.submit(form, FILLED)
        assert form.open
        assert form.errors == {"text": BUSY}
