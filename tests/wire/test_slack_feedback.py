"""The two buttons under a reply: whoever presses one reads a word of thanks, and the log counts it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import turn_of
from tests.wire.openai_server import Behaviour
from tests.wire.slack import Interaction, Message, User
from tests.wire.slack_parts import SECONDS, Scene, answers, id_of, whole

BUTTONS = {"good": "positive_button", "bad": "negative_button"}


def element_of(reply: Message) -> dict[str, Any]:
    """What stands below a reply."""
    (element,) = reply.blocks[-1]["elements"]
    assert (reply.blocks[-1]["type"], element["type"]) == ("context_actions", "feedback_buttons")
    return dict(element)


async def press(scene: Scene, who: User, reply: Message, rating: str) -> Interaction:
    """Somebody presses a button, and has an answer."""
    value = element_of(reply)[BUTTONS[rating]]["value"]
    pressed = await scene.world.press(who, reply, "sereno:feedback", value)
    await scene.world.until(lambda: answers(pressed), SECONDS)
    return pressed


async def test_a_press_is_thanked_for_in_private_and_counted_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="sereno.turn")
    scene = Scene()
    luz = scene.world.add_user("luz", display_name="Luz", locale="es-ES")
    room = scene.world.add_channel("room", [luz, scene.ana])
    async with scene.server, whole(scene, tmp_path) as sereno:
        sereno.provider.behave(Behaviour("The answer."))
        asked = await scene.ask("What is it?", room, luz)
        await scene.world.until(lambda: any(one.action_ids for one in scene.world.replies(room)), SECONDS)
        (reply,) = scene.world.replies(room)
        assert reply.all_text == "The answer."
        said = [element_of(reply)[name]["text"]["text"] for name in BUTTONS.values()]
        assert said == ["Buena respuesta", "Mala respuesta"]

        thanked = [
            await press(scene, luz, reply, "good"),
            await press(scene, scene.ana, reply, "bad"),
            # Another press, even of the same button, does no harm.
            await press(scene, luz, reply, "bad"),
            await press(scene, luz, reply, "bad"),
        ]
        thanks, gracias = ["Thanks, noted."], ["Gracias, queda anotado."]
        assert [answers(one) for one in thanked] == [gracias, thanks, gracias, gracias]
        for one, who in zip(thanked, (luz, scene.ana, luz, luz), strict=True):
            assert [each.ephemeral_to for each in one.messages] == [who]
        assert [one for one in scene.world.replies(room) if one.ephemeral_to is None] == [reply]

    turn = turn_of("slack", id_of(asked))
    lines = [line for record in caplog.records if "rating" in (line := getattr(record, "fields", {}))]
    assert [(line["rated"], line["rating"], line["author"]) for line in lines] == [
        (turn, "good", luz.id),
        (turn, "bad", scene.ana.id),
        (turn, "bad", luz.id),
        (turn, "bad", luz.id),
    ]
    assert "answer" not in str(lines)


async def test_what_is_no_reply_of_a_model_cannot_be_rated(tmp_path: Path) -> None:
    scene = Scene()
    async with scene.server, whole(scene, tmp_path) as sereno:
        sereno.provider.default = Behaviour(status=401)
        asked = await scene.ask("What is it?")
        await scene.world.until(lambda: scene.said(asked), SECONDS)
        helped = await scene.world.slash(scene.ana, scene.channel, "/help")
        await scene.world.until(lambda: answers(helped), SECONDS)
        said = [*scene.world.replies(scene.channel), *helped.messages]
        assert len(said) >= 2
        assert not any(one.action_ids for one in said)
