"""`/knowledge`: what moderators see and change of what their community knows."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Mapping, Sequence

from adapters.attached import MOST_GIVEN, adds_files
from adapters.base import Attachment, CommandUse, Locale, Message, OptionValue
from adapters.commands import parse_command
from adapters.text import truncate
from bot.commands import table
from bot.conversation import turn_id
from bot.guardlog import Case, case_of, redact
from bot.i18n import N_, translate
from bot.knowledge.adding import Added, Adding, File
from bot.knowledge.documents import MOST_PASSAGES, Catalogue, DocumentHead, KnowledgeFull
from bot.knowledge.passages import Passage
from bot.knowledge.reading import REASONS, CannotRead, name_of
from bot.policy import Policy
from bot.store.base import Commit, Knowledge
from bot.voice import Voice

MOST_IN_CHAT = 1_500
"""Passages of all that is added at once in a chat, whose turn has an end; the guards look at each."""
_SHOWN = 20
"""Passages, or documents, that an answer names."""
_BEGINNING = 80
"""Characters of a passage that are shown."""

_ADDED = N_("“{name}” is known from now on (version {version}, passages: {passages}).")
_LEFT_OUT = N_(
    "Passages that are left out, because the guards found something in them that reads like orders to a model: {number}"
)
_CONFIRM = N_("If they are harmless, add the document once more, with use-flagged.")
_USED = N_("Passages that are used although the guards found something in them: {number}")
_NOTHING_USED = N_("Nothing of “{name}” is used: the guards found something in all of it.")
_FULL = N_(
    "There is no room for “{name}”: this community would know {passages} passages, and it may know {most}. "
    "Nothing was changed. Remove a document first, or give a shorter one."
)
_TOO_MUCH_FOR_A_CHAT = N_(
    "“{name}” is too long for a chat: here a document may have {most} passages. Give it in parts, or have it added on "
    "the machine with sereno knowledge add."
)
_NOTHING_GIVEN = N_(
    "Give a text, or a file: Markdown, plain text, HTML, PDF, or JSON lines. I fetch nothing from an address."
)
_NONE = N_("No document was added here yet. I know PEP 20 and my own guides.")
_ROOM = N_("Passages: {passages} of {most}")
_HEAD = N_("{name} · version {version} · passages: {passages} · {day} · {by}")
_LEFT_OUT_BEFORE = N_("left out because of the guards: {number}")
_MORE = N_("… and {number} more")
_REMOVED = N_("“{name}” is no longer known.")
_UNKNOWN = N_("There is no document “{name}” here. /knowledge list shows what there is.")


class KnowledgeDesk:
    """Answers the commands about a community's documents."""

    def __init__(self, knowledge: Knowledge, adding: Adding) -> None:
        self._knowledge = knowledge
        self._adding = adding

    async def answer(
        self,
        voice: Voice,
        message: Message,
        command: CommandUse,
        policy: Policy,
        locale: Locale,
        now: float,
    ) -> Commit:
        """The answer to `command`, one of `/knowledge`'s, which a moderator has used. `now`: Unix seconds."""
        community, options = message.ref.community_key, command.options
        if command.name == "knowledge add":
            return await self._add(voice, message, options, policy, locale, now)
        if command.name == "knowledge list":
            return Commit((voice.notice(listed(await self._knowledge.catalogue(community), locale)),))
        name = str(options.get("name", ""))
        head = (await self._knowledge.catalogue(community)).head(name_of(name))
        if head is None:
            text = unknown(name, locale)
        elif command.name == "knowledge show":
            text = shown(head, await self._knowledge.passages(community, head.name), locale)
        else:
            await self._knowledge.unlearn(community, head.name)
            text = removed(head, locale)
        return Commit((voice.notice(text),))

    async def accept(
        self,
        message: Message,
        name: str,
        text: str,
        turn: str,
        policy: Policy,
        locale: Locale,
        now: float,
    ) -> str:
        """Adds `text`, which `turn` is about, because a moderator (`message`) accepts it; what to tell of that."""
        by = redact(message.author.name, 80)
        file = File(name, text.encode(), "text/plain", by, turn)
        try:
            added = await self._adding.add(message.ref.community_key, file, policy, at=now, use_flagged=False)
        except (CannotRead, KnowledgeFull) as error:
            return refused(name, error, locale)
        return accepted(added, locale)

    async def drop(self, community: str, name: str, locale: Locale) -> str:
        """Takes a document away; what to tell of that, "" where there was none."""
        head = (await self._knowledge.catalogue(community)).head(name_of(name))
        if head is None:
            return ""
        await self._knowledge.unlearn(community, head.name)
        return removed(head, locale)

    async def _add(
        self,
        voice: Voice,
        message: Message,
        options: Mapping[str, OptionValue],
        policy: Policy,
        locale: Locale,
        now: float,
    ) -> Commit:
        files = given(message, options)
        told = [
            refused(name_of(each.name), CannotRead(_why_missing(each)), locale)
            for each in message.attachments
            if not _is_here(each)
        ]
        if not files and not told:
            return Commit((voice.notice(translate(_NOTHING_GIVEN, locale)),))
        await voice.started()
        cases = []
        left = MOST_IN_CHAT
        for file in files:
            try:
                added = await self._adding.add(
                    message.ref.community_key,
                    file,
                    policy,
                    at=now,
                    use_flagged=options.get("use-flagged") is True,
                    most=left,
                )
            except (CannotRead, KnowledgeFull) as error:
                told.append(refused(file.name, error, locale))
                continue
            left -= added.passages
            told.append(accepted(added, locale))
            case = case_in(
                added,
                turn=voice.turn,
                at=now,
                conversation=message.ref.key,
                author_id=message.author.id,
                author_name=message.author.name,
            )
            if case is not None:
                cases.append(case)
        return Commit((voice.notice("\n\n".join(told)),), cases=tuple(cases))


def typed(message: Message) -> CommandUse | None:
    """The `/knowledge add` that a message with files begins with: not every platform's commands can bring files."""
    if not message.attachments or not adds_files(message.text):
        return None
    use = parse_command(message.text, table())
    return use if isinstance(use, CommandUse) and use.name == "knowledge add" else None


def _is_here(file: Attachment) -> bool:
    return bool(file.data) or file.text is not None


def _why_missing(file: Attachment) -> str:
    if file.size > MOST_GIVEN:
        return "big"
    return "gone" if file.size else "empty"


def given(message: Message, options: Mapping[str, OptionValue]) -> list[File]:
    """What a use of `/knowledge add` brings: the files beside it, else its text."""
    name, by, turn = name_of(str(options.get("name", ""))), redact(message.author.name, 80), turn_id(message)
    files = [each for each in message.attachments if _is_here(each)]
    found = []
    for file in files:
        try:
            data = base64.b64decode(file.data, validate=True) or (file.text or "").encode("utf-8", "replace")
        except (binascii.Error, ValueError):
            data = b""
        called = name if name and len(files) == 1 else name_of(file.name)
        found.append(File(called or "document", data, file.media_type, by, turn))
    text = written(str(options.get("text", "")), name, by, turn)
    if text is not None and not message.attachments:
        found.append(text)
    return found


def written(text: str, name: str, by: str, turn: str) -> File | None:
    """A text that somebody wrote, as a file; without a `name` its first line is one. None when there is no text."""
    text = text.strip()
    if not text:
        return None
    first = name_of(text.splitlines()[0].lstrip("# ").replace("/", " "))[:60]
    return File(name or first or "document", text.encode("utf-8", "replace"), "text/markdown", by, turn)


def case_in(
    added: Added, *, turn: str, at: float, conversation: str, author_id: str, author_name: str
) -> Case | None:
    """The case for what the guards found in a document; None when that is nothing. `at`: Unix seconds."""
    return case_of(
        added.decision,
        turn=turn,
        at=at,
        conversation=conversation,
        author_id=author_id,
        author_name=author_name,
        text="; ".join(passage.title for passage, _ in added.flagged) or added.name,
        link="",
        model="",
    )


def accepted(added: Added, locale: Locale) -> str:
    """What became of a document."""
    head = added.head
    lines = []
    if head is None:
        lines.append(translate(_NOTHING_USED, locale).format(name=added.name))
    else:
        said = translate(_ADDED, locale)
        lines.append(said.format(name=head.name, version=head.version, passages=head.passages))
    if added.flagged:
        left_out = head is None or head.left_out > 0
        said = translate(_LEFT_OUT if left_out else _USED, locale)
        lines.append(said.format(number=len(added.flagged)))
        lines += [
            f"• {truncate(passage.title, 2 * _BEGINNING)}: “{redact(passage.text, _BEGINNING)}” {translate(why, locale)}"
            for passage, why in added.flagged[:_SHOWN]
        ]
        lines += _and_more(len(added.flagged) - _SHOWN, locale)
        if left_out:
            lines.append(translate(_CONFIRM, locale))
    return "\n".join(line.rstrip() for line in lines)


def refused(name: str, error: CannotRead | KnowledgeFull, locale: Locale) -> str:
    """Why a document was not added, and what to do."""
    if isinstance(error, KnowledgeFull):
        return translate(_FULL, locale).format(name=name, passages=error.passages, most=error.most)
    reason = str(error)
    if reason == "chat":
        return translate(_TOO_MUCH_FOR_A_CHAT, locale).format(name=name, most=MOST_IN_CHAT)
    said = translate(REASONS.get(reason, REASONS["damaged"]), locale)
    return said.format(name=name, megabytes=MOST_GIVEN // 1_000_000, passages=MOST_PASSAGES)


def listed(catalogue: Catalogue, locale: Locale) -> str:
    """What a community knows, a line each."""
    if not catalogue.heads:
        return translate(_NONE, locale)
    lines = [_line(head, locale) for head in catalogue.heads]
    room = translate(_ROOM, locale).format(passages=catalogue.passages, most=MOST_PASSAGES)
    return "\n".join([*lines, room])


def shown(head: DocumentHead, passages: Sequence[Passage], locale: Locale, *, most: int = _SHOWN) -> str:
    """A document: what is known of it, and how its first `most` passages begin."""
    lines = [_line(head, locale)]
    if head.left_out:
        lines.append(translate(_LEFT_OUT_BEFORE, locale).format(number=head.left_out))
    lines += [
        f"• {truncate(passage.title, 2 * _BEGINNING)}: {truncate(' '.join(passage.text.split()), _BEGINNING)}"
        for passage in passages[:most]
    ]
    return "\n".join([*lines, *_and_more(len(passages) - most, locale)])


def removed(head: DocumentHead, locale: Locale) -> str:
    """That a document is gone."""
    return translate(_REMOVED, locale).format(name=head.name)


def unknown(name: str, locale: Locale) -> str:
    """That there is no such document."""
    return translate(_UNKNOWN, locale).format(name=truncate(name, _BEGINNING))


def _line(head: DocumentHead, locale: Locale) -> str:
    day = dt.datetime.fromtimestamp(head.added_at, dt.UTC).strftime("%Y-%m-%d")
    said = translate(_HEAD, locale)
    return said.format(
        name=head.name, version=head.version, passages=head.passages, day=day, by=head.added_by or "sereno"
    )


def _and_more(number: int, locale: Locale) -> list[str]:
    return [translate(_MORE, locale).format(number=number)] if number > 0 else []
