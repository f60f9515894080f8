"""`sereno doctor store` on messages that were put aside."""

from __future__ import annotations

import json
from pathlib import Path

from tests.wire.cli_parts import sereno
from tests.wire.openai_server import Behaviour, OpenAIServer, bad_gateway

QUESTION = "Which colour has the tower?"


async def test_a_message_that_no_model_answered_is_played_back_when_one_is_there(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with OpenAIServer() as server:
        model = {"MODEL__NAME": "test-model", "MODEL__BASE_URL": server.base_url, "MODEL__API_KEY": "sk-test"}
        server.default = bad_gateway()
        ran = await sereno(data, "chat", given=QUESTION, **model)
        assert ran.output.startswith("The language model cannot be reached right now.")
        server.requests.clear()
        server.default = Behaviour("Blue, I think.")

        looked = await sereno(data, "doctor", "store")
        assert (looked.code, looked.errors) == (0, "")
        why = "put aside, the newest because of: no reply from the model: unavailable"
        assert f"{data}; 1 message was {why}" in looked.output
        played = await sereno(data, "doctor", "store", "--replay-dead-letters")
        assert (played.code, played.errors) == (0, "")
        assert f"{data}; 1 message was put back, to be answered (" in played.output
        again = await sereno(data, "doctor", "store", "--replay-dead-letters")
        assert f"{data}; 0 messages were put back, to be answered (" in again.output
        assert QUESTION not in looked.output + played.output + again.output

        ran = await sereno(data, "chat", given="And now?", **model)
        assert (ran.code, ran.errors, ran.lines) == (0, "", ["Blue, I think."])
        first, second = (json.dumps(request.body["messages"]) for request in server.requests)
        assert "And" not in first
        assert "tower" in first
        assert "Blue, I think." in second


async def test_playing_back_goes_with_the_store_alone(tmp_path: Path) -> None:
    ran = await sereno(tmp_path / "data", "doctor", "--replay-dead-letters")
    assert (ran.code, ran.output) == (2, "")
    assert "sereno doctor store" in ran.errors
