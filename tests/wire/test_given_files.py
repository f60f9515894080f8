"""Files that are given to a command: on Discord, in a terminal, and on the command line."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.attached import MOST_GIVEN, given
from adapters.base import Attachment, CommandUse
from adapters.commands import ParseError
from adapters.local.files import take_files
from bot.cli import main
from bot.store import codec
from bot.store.memory import MemoryStore
from tests.helpers import message
from tests.pdf import pdf
from tests.wire import slack_parts
from tests.wire.cli_parts import ATTACK
from tests.wire.discord import Interaction
from tests.wire.discord_parts import Heard, Scene, listening, whole
from tests.wire.openai_server import Behaviour
from tests.wire.terminal_parts import COMMANDS, Bot, echo
from tests.wire.test_terminal import at_terminal
from tests.wire.test_terminal_pipe import through_pipes

RULES = b"# Library\n\nThe library opens at nine.\n"


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    async with scene.server:
        yield scene


def data_of(file: Attachment) -> bytes:
    return base64.b64decode(file.data)


# Discord


async def add(scene: Scene, file: str, data: bytes, **options: object) -> Interaction:
    upload = (file, "application/pdf" if file.endswith(".pdf") else "text/markdown", data)
    return await scene.world.slash(scene.mod, scene.channel, "knowledge add", file=upload, **options)


async def test_an_uploaded_file_comes_with_its_command(scene: Scene) -> None:
    heard = Heard()
    async with listening(scene, heard):
        use = await add(scene, "library.md", RULES, name="hours")
        await scene.world.until(lambda: heard.messages)
        assert use.response is not None
        assert use.response.ephemeral_to is scene.mod
    (message,) = heard.messages
    assert message.command == CommandUse("knowledge add", {"name": "hours"})
    (file,) = message.attachments
    assert (file.name, file.media_type, file.size, data_of(file)) == (
        "library.md",
        "text/markdown",
        len(RULES),
        RULES,
    )


async def test_a_file_that_is_too_big_or_cannot_be_had_comes_without_its_content(scene: Scene) -> None:
    heard = Heard()
    async with listening(scene, heard):
        await add(scene, "big.md", b"x" * (MOST_GIVEN + 1))
        await scene.world.until(lambda: heard.messages)
        await add(scene, "gone.md", RULES)
        scene.world.files.clear()
        await scene.world.until(lambda: len(heard.messages) == 2)
    files = [message.attachments[0] for message in heard.messages]
    assert [(file.name, file.size, file.data) for file in files] == [
        ("big.md", MOST_GIVEN + 1, ""),
        ("gone.md", len(RULES), ""),
    ]


async def test_a_moderator_uploads_a_pdf_and_the_model_is_given_what_it_says(
    scene: Scene, tmp_path: Path
) -> None:
    async with whole(scene, tmp_path) as everything:
        use = await add(scene, "hours.pdf", pdf([["The library opens at nine."]]))
        said = "“hours.pdf” is known from now on (version 1, passages: 1)."
        assert (await scene.ended(use)).replace("\\", "") == said
        assert use.response not in scene.world.visible_to(scene.ana, scene.channel)
        everything.provider.behave(Behaviour("At nine."))
        await scene.ask("When does the library open?")
        await scene.world.until(lambda: any("At nine.✓¹" in said for said in scene.said()), 20)
        assert "hours.pdf" in str(everything.provider.requests[-1])
        use = await scene.world.slash(scene.mod, scene.channel, "knowledge list")
        assert "hours.pdf · version 1" in await scene.ended(use)
        use = await scene.world.slash(scene.mod, scene.channel, "knowledge remove", name="hours.pdf")
        assert await scene.ended(use) == "“hours.pdf” is no longer known."


async def test_a_mention_may_bring_files_too(scene: Scene) -> None:
    heard = Heard()
    async with listening(scene, heard):
        said = f"{scene.mention} /knowledge add"
        files = (("a.pdf", "application/pdf", pdf([["x"]])),)
        await scene.world.say(scene.mod, scene.channel, said, files=files)
        await scene.world.until(lambda: heard.messages)
    assert data_of(heard.messages[0].attachments[0]) == files[0][2]


# Slack, whose commands bring no files


async def test_on_slack_a_message_with_files_begins_with_the_command(tmp_path: Path) -> None:
    here = slack_parts.Scene()
    page = b"<html><h1>Pool</h1><p>The pool opens at ten.</html>"
    files = (
        ("hours.pdf", "application/pdf", pdf([["The library opens at nine."]])),
        ("pool.html", "text/html", page),
        ("big.md", "text/markdown", b"word " * 20_000),
    )
    async with here.server, slack_parts.whole(here, tmp_path):
        said = f"{here.world.me.mention} /knowledge add"
        await here.world.say(here.mod, here.channel, said, files=files)

        def answers() -> list[str]:
            return [one.all_text for one in here.channel.ephemeral]

        (text,) = await here.world.until(answers, 20)
        for name, passages in (("hours.pdf", 1), ("pool.html", 1), ("big.md", 125)):
            assert f"“{name}” is known from now on (version 1, passages: {passages})." in text
        await here.world.say(here.ana, here.channel, said, files=files[:1])
        await here.world.until(lambda: "Only moderators can use this command." in answers(), 20)


# The terminal


async def test_who_types_at_the_terminal_can_name_a_file_of_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "my rules.md"
    path.write_bytes(RULES)
    bot = Bot(echo)
    async with at_terminal(bot) as (screen, _):
        screen.type(f'/keep file="{path}"\r')
        await screen.asks(2)
        screen.type(f"/keep file={tmp_path}/nothing.md\r")
        await screen.shows("There is no file")
    (message,) = bot.messages
    assert message.command == CommandUse("keep", {})
    (file,) = message.attachments
    assert (file.name, data_of(file)) == ("my rules.md", RULES)


async def test_who_writes_through_a_pipe_cannot(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_bytes(RULES)
    bot = Bot(echo)
    output = await through_pipes(f"/keep file={tmp_path}/secret.md\n".encode(), bot)
    assert output == "Only who types at this terminal can name a file. Give the document as a text.\n"
    assert bot.messages == []


async def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (str(fifo), str(tmp_path), "/dev/zero", "", "\0", "~nobody-of-that-name/x"):
        taken = await take_files(CommandUse("keep", {"file": path}), COMMANDS, typed=True)
        assert isinstance(taken, ParseError), path


async def test_a_file_that_is_too_big_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.md"
    path.touch()
    os.truncate(path, MOST_GIVEN + 1)
    _, (file,) = await taken_at(path)
    assert file == Attachment("big.md", "text/markdown", MOST_GIVEN + 1)


async def taken_at(path: Path) -> tuple[CommandUse, tuple[Attachment, ...]]:
    taken = await take_files(CommandUse("keep", {"file": str(path)}), COMMANDS, typed=True)
    assert not isinstance(taken, ParseError)
    return taken


async def test_the_largest_file_goes_through_a_store_as_it_was(tmp_path: Path) -> None:
    data = bytes(range(256)) * (MOST_GIVEN // 256)
    sent = message(attachments=(given("a.bin", "", len(data), data),))
    assert data_of(codec.message.load(codec.message.dump(sent)).attachments[0]) == data
    assert await MemoryStore().deliver(sent)


# The command line


def sereno(data: Path, *arguments: str) -> Result:
    """A run in this process: what others do of the command line starts it as a person does."""
    environment = {"SERENO_DATA_DIR": str(data), "LANG": "C.UTF-8", "LC_ALL": None, "LC_MESSAGES": None}
    return CliRunner().invoke(main.sereno, ["knowledge", *arguments], env=environment)


def test_a_host_adds_shows_and_removes_documents(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "library.md").write_bytes(RULES + f"\n## Notes\n\n{ATTACK}\n".encode())
    (tmp_path / "faq.jsonl").write_text('{"title": "Pool", "text_en": "Ten.", "text_es": "Las diez."}\n')
    names = [str(tmp_path / name) for name in ("library.md", "faq.jsonl")]
    ran = sereno(data, "add", *names, str(tmp_path / "none.md"))
    assert ran.exit_code == 1
    assert "“library.md” is known from now on (version 1, passages: 1)." in ran.stdout
    assert "• Library › Notes: “" in ran.stdout
    assert "“faq.jsonl” is known from now on (version 1, passages: 2)." in ran.stdout
    assert "none.md: No such file or directory" in ran.stderr
    ran = sereno(data, "add", "--use-flagged", names[0])
    assert (ran.exit_code, "version 2, passages: 2" in ran.stdout) == (0, True)
    logged = CliRunner().invoke(main.sereno, ["guardlog", "--json"], env={"SERENO_DATA_DIR": str(data)})
    cases = [json.loads(line) for line in logged.stdout.splitlines()]
    assert [(each["action"], each["would"], each["number"]) for each in cases] == [
        ("redact", "block", 1),
        ("flag", "block", 2),
    ]
    assert cases[0]["findings"][0]["source"] == "document"
    ran = sereno(data, "list")
    named = [line.partition(" · ")[0] for line in ran.stdout.splitlines()]
    assert named == ["faq.jsonl", "library.md", "Passages: 4 of 10000"]
    ran = sereno(data, "list", "--community", "discord/1")
    assert ran.stdout.startswith("No document was added here yet.")
    ran = sereno(data, "remove", "faq.jsonl")
    assert (ran.exit_code, ran.stdout) == (0, "“faq.jsonl” is no longer known.\n")
    ran = sereno(data, "show", "faq.jsonl")
    assert (ran.exit_code, "no document “faq.jsonl”" in ran.stderr) == (1, True)


def test_a_community_must_be_named_whole_and_one_name_is_for_one_file(tmp_path: Path) -> None:
    ran = sereno(tmp_path, "list", "--community", "plaza")
    assert (ran.exit_code, "platform/id" in ran.stderr) == (2, True)
    ran = sereno(tmp_path, "add", "a.md", "b.md", "--name", "c")
    assert (ran.exit_code, "--name goes with one file" in ran.stderr) == (2, True)
