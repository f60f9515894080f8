"""How a member suggests a source on Discord: a button under a reply with marks, and a form."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.base import Annotation, Button, CommandUse, ConversationRef, Final
from tests.wire.discord import Modal
from tests.wire.discord_parts import Heard, Scene, listening, reply_to

MARK = Annotation(0, 4, "unverifiable", "I found nothing.")
BUTTON = Button("Suggest a source", "suggest", "a1b2")


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    async with scene.server:
        yield scene


async def asked(scene: Scene, heard: Heard) -> Modal:
    """The form that comes of a press, while the adapter that shows it is running."""
    async with listening(scene, heard) as adapter:
        ref = ConversationRef("discord", str(scene.guild.id), str(scene.channel.id))
        to = reply_to(await scene.ask("when?"))
        await adapter.deliver(Final("a1b2", 1, ref, to, "1989.", (MARK,), (BUTTON,)))
        (reply,) = scene.world.replies(scene.channel)
        use = await scene.world.press(scene.ana, reply, "sereno:suggest:a1b2")
        form: Modal = await scene.world.until(lambda: use.modal)
        return form


async def test_what_a_member_writes_into_the_form_is_a_command_with_an_answer_for_them_alone(
    scene: Scene,
) -> None:
    heard = Heard()
    form = await asked(scene, heard)
    assert form.title == "Suggest a source"
    heard.messages.clear()
    # The process that showed it may be gone by then.
    async with listening(scene, heard):
        use = await scene.world.submit(form, verdict="wrong", text="In 1991, says history.md.")
        (message,) = await scene.world.until(lambda: heard.messages)
    (reply,) = [one for one in scene.world.replies(scene.channel) if one.custom_ids]
    assert message.command == CommandUse(
        "suggest",
        {
            "turn": "a1b2",
            "verdict": "wrong",
            "text": "In 1991, says history.md.",
            "message": str(reply.id),
        },
    )
    assert message.author.id == str(scene.ana.id)
    assert use.response is not None
    assert use.response.ephemeral_to is scene.ana
