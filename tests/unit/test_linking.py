"""Links in replies lead only where somebody here has said one may go."""

from __future__ import annotations

import json

from adapters.base import Delta, Final
from guards.base import Document
from tests.helpers import PLAZA, message
from tests.scripted import ScriptedModel
from tests.unit.engine_parts import Bench

REPLY = "Read [the guide](https://evil.example.net/guide) first. It is all there, in ten parts."


async def test_a_host_that_only_the_model_has_named_is_no_link_while_the_reply_grows_nor_at_its_end() -> None:
    bench = Bench(ScriptedModel(REPLY))
    events, _ = await bench.turn(message("What should I read?"))
    said = [event for event in events if isinstance(event, Delta | Final)]
    assert said
    assert not any("](https://evil" in event.text for event in said)
    ending = said[-1]
    assert isinstance(ending, Final)
    assert ending.text.startswith("Read the guide (`https://evil.example.net/guide`) first.")
    assert (await bench.history())[0].reply == REPLY


async def test_what_a_member_a_document_or_the_policy_names_is_a_link() -> None:
    for question, evidence, links in (
        ("Is https://evil.example.net a good place?", (), ""),
        ("What should I read?", (Document("guide", "All is at https://evil.example.net/guide."),), ""),
        ("What should I read?", (), "example.org evil.example.net"),
        ("What should I read?", (), "*"),
    ):
        bench = Bench(ScriptedModel(REPLY), evidence=evidence)
        await bench.store.save(PLAZA, json.dumps({"links": links}), channel=True)
        ending = await bench.say(question)
        assert isinstance(ending, Final)
        assert ending.text == REPLY


async def test_marks_stay_at_their_words() -> None:
    claim = "Madrid is the capital of Spain."
    bench = Bench(ScriptedModel(f"See [this](https://evil.example.net/x). {claim}"))
    ending = await bench.say("What is the capital of Spain?")
    assert isinstance(ending, Final)
    assert claim in [ending.text[mark.start : mark.end] for mark in ending.annotations]
