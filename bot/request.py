"""What a message asks for: the command's options read and checked, whatever adapter it came through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from adapters.base import Locale, Message, OptionSpec
from bot import answers
from bot.commands import MODEL_COMMANDS, TRANSLATION_LANGUAGES, language_named, table
from bot.conversation import Conversation
from bot.i18n import N_, language_of, translate
from guards.base import Document, Task

_OUT_OF_RANGE = N_("The option {name} is {given}; it must be between {minimum} and {maximum}.")
_NO_NUMBER = N_("The option {name} is “{given}”; it must be a number.")


class Unusable(Exception):
    """The message cannot be worked on; the text is one sentence for the member."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a language model is asked to do."""

    text: str
    """The member's own words, or the text that the task is about."""
    task: Task
    temperature: float | None = None
    max_tokens: int | None = None
    gathered: bool = False
    """The text is the conversation itself, not what the member wrote."""

    @property
    def told(self) -> str:
        """What the member wrote: what history and guard log keep."""
        return "" if self.gathered else self.text

    def with_text(self, text: str) -> Request:
        """The same request about another text."""
        return replace(self, text=text, task=replace(self.task, data=text))


def understand(message: Message, conversation: Conversation, locale: Locale) -> Request:
    """What `message` asks a model for.

    Raises:
        Unusable: an unknown command, an empty text, an option that is out of range.
    """
    name = message.command.name if message.command else "chat"
    options = message.command.options if message.command else {}
    if name not in MODEL_COMMANDS:
        raise Unusable(translate(answers.UNKNOWN_COMMAND, locale).format(name=name[:50]))
    text = str(options.get("text", message.text))
    gathered = name == "summarize" and not text.strip()
    if gathered:
        text = "\n".join(
            f"{turn.author_name}: {turn.text}\nSereno: {turn.reply}" for turn in conversation.turns
        )
        if not text:
            raise Unusable(translate(answers.NOTHING_TO_SUMMARIZE, locale))
    if not text.strip():
        raise Unusable(translate(answers.EMPTY, locale))
    temperature, max_tokens = (
        _number(name, option, options.get(option), locale) for option in ("temperature", "max_tokens")
    )
    return Request(
        text,
        Task(name, text, _language(str(options.get("to", "")), locale) if name == "translate" else ""),
        temperature,
        None if max_tokens is None else int(max_tokens),
        gathered,
    )


def names_in(message: Message) -> list[str]:
    """What people and files are called: somebody chose it, and it stands in the prompt."""
    names = [message.author.name, *(quoted.author for quoted in message.quoted)]
    return [name for name in (*names, *(file.name for file in message.attachments)) if name]


def others_words(message: Message) -> tuple[Document, ...]:
    """What the message quotes or attaches: a reply that obeys it is a hijacked one."""
    return (
        *(Document(quoted.author, quoted.text) for quoted in message.quoted),
        *(Document(file.name, file.text) for file in message.attachments if file.text),
    )


def _language(given: str, locale: Locale) -> str:
    tag = language_named(given) if given else language_of(locale)
    if tag is None:
        raise Unusable(translate(answers.UNKNOWN_LANGUAGE, locale).format(given=given[:50]))
    return TRANSLATION_LANGUAGES[tag][0]


def _number(command: str, name: str, given: object, locale: Locale) -> float | None:
    if given is None:
        return None
    spec = _spec(command, name)
    if spec is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Unusable(translate(_NO_NUMBER, locale).format(name=name, given=str(given)[:50]))
    low = -inf if spec.minimum is None else spec.minimum
    high = inf if spec.maximum is None else spec.maximum
    # So that not-a-number is out of range too.
    if not low <= given <= high:
        raise Unusable(
            translate(_OUT_OF_RANGE, locale).format(name=name, given=given, minimum=low, maximum=high)
        )
    return float(given)


def _spec(command: str, name: str) -> OptionSpec | None:
    return next(
        (
            option
            for spec in table()
            if spec.name == command
            for option in spec.options
            if option.name == name
        ),
        None,
    )
