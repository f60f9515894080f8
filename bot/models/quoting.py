"""The offline default: a model that never generates; it answers by quoting the community's documents."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator

from bot.i18n import LANGUAGES, N_, translate
from bot.knowledge.passages import PATH_SEPARATOR
from bot.knowledge.words import informative, language_of, stem, stems, words
from bot.models.base import QUOTING, Chunk, ModelError, Prompt, Usage
from bot.tokens import count_tokens
from guards.base import Document

SENTENCES = {
    "greeting": N_(
        "Hello! I am Sereno. I have no language model connected, so I answer by quoting the documents "
        "that I know; ask me about this community's bot or the Zen of Python."
    ),
    "thanks": N_("You are welcome. I am here whenever you want to ask my documents something."),
    "abilities": N_(
        "I have no language model connected, so I only quote the documents that I know: my guide for "
        "members, the Zen of Python (PEP 20), and what this community gave me. /help lists the "
        "commands."
    ),
    "nothing": N_(
        "I have no language model connected and nothing in my documents about this. I know my guide "
        "for members (what I do, what I keep, why a message may be blocked), the Zen of Python (PEP "
        "20), and what this community gave me."
    ),
    "complete": N_("Continuing a text needs a language model, and none is connected."),
    "translate": N_("Translating needs a language model, and none is connected."),
    "summarize": N_("Summing up needs a language model, and none is connected."),
    "ask": N_("Ask the person who runs me: the documentation tells how, under “connect a model”."),
}
"""What it says itself, by name."""

_MOST_PASSAGES = 3
_ENOUGH = 0.5
"""The share of a question's informative words that a passage must have to be an answer."""
_MANY_LINES = 8
"""From this many lines on, a passage is a list, of which only the lines that fit are quoted."""

_GREETINGS = frozenset(
    ["hello", "hi", "hey", "morning", "afternoon", "evening", "hola", "buenas", "buenos", "saludos"]
)
_THANKS = frozenset(["thanks", "thank", "thx", "gracias"])
_HELP = frozenset(["help", "ayuda"])
# Besides small words, what a greeting or a word of thanks may have in it and stay one.
_POLITE = frozenset(
    map(
        stem,
        [
            *_GREETINGS,
            *_THANKS,
            *_HELP,
            "sereno",
            "bot",
            "everyone",
            "dear",
            "day",
            "night",
            "dias",
            "noches",
            "tardes",
        ],
    )
)

_ORDINALS = (
    ("first", "primer", "primera", "primero"),
    ("second", "segunda", "segundo"),
    ("third", "tercer", "tercera", "tercero"),
    ("fourth", "cuarta", "cuarto"),
    ("fifth", "quinta", "quinto"),
    ("sixth", "sexta", "sexto"),
    ("seventh", "septima", "septimo"),
    ("eighth", "octava", "octavo"),
    ("ninth", "novena", "noveno"),
    ("tenth", "decima", "decimo"),
)
_PLACES = {name: place for place, names in enumerate(_ORDINALS, 1) for name in names}
_LAST = frozenset(["last", "final", "ultima", "ultimo"])
_UNITS = frozenset(["sentence", "line", "aphorism", "frase", "oracion", "linea", "verso", "aforismo"])
_NUMBER = re.compile(
    r"(\d{1,3})(?:st|nd|rd|th|\.?[ªº])|(?:sentence|line|frase|l[ií]nea|oraci[oó]n) (\d{1,3})", re.IGNORECASE
)
_POSITION_STEMS = frozenset(map(stem, [*_PLACES, *_LAST, *_UNITS]))

_SENTENCE_END = re.compile(r"(?<=[.!?…])(?=\s)|(?<=\n)")


class QuotingModel:
    """Answers a question with the passages of `prompt.evidence` that match it, quoted and cited.

    It makes up no word about the question: what it cannot quote it does not know, and it says so.
    """

    name = QUOTING
    context_window = 1_000_000
    generates = False

    def stream(self, prompt: Prompt, *, timeout: float) -> AsyncGenerator[Chunk, None]:
        """The reply, a sentence a chunk; it takes no time worth a `timeout`.

        Raises:
            ModelError: `prompt` asks for a summary to remember, which a refusal must not become.
        """
        return self._chunks(prompt)

    async def _chunks(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        if prompt.task == "summary":
            raise ModelError("rejected", "the quoting model cannot sum up a conversation")
        # Whole, however few tokens were asked for: half a quotation, or half a "no", is no answer.
        sentences = [sentence for sentence in _SENTENCE_END.split(reply_to(prompt)) if sentence]
        for sentence in sentences:
            yield Chunk(sentence, model=self.name)
        usage = Usage(prompt.tokens, sum(map(count_tokens, sentences)))
        yield Chunk(finish="stop", usage=usage, model=self.name)

    async def warm(self) -> None:
        """Always ready."""

    async def aclose(self) -> None:
        """Holds nothing."""


def reply_to(prompt: Prompt) -> str:
    """The whole reply: quotations, or one of the fixed sentences."""
    language = prompt.language[:2].lower()
    if language not in LANGUAGES:
        language = language_of(prompt.question)

    def say(name: str) -> str:
        return translate(SENTENCES[name], language)

    task = "complete" if prompt.mode == "completion" else prompt.task
    if task in ("complete", "translate", "summarize"):
        return f"{say(task)} {say('ask')}"
    small_talk = _small_talk(prompt.question)
    if small_talk:
        return say(small_talk)
    return _sentence_asked(prompt) or _passages_asked(prompt) or say("nothing")


def _small_talk(question: str) -> str:
    """Which fixed sentence a question without a subject gets; "" when it has one."""
    found = frozenset(words(question))
    subject = frozenset(informative(question))
    if subject <= _POLITE:
        if found & _THANKS:
            return "thanks"
        if found & _GREETINGS:
            return "greeting"
        if found & _HELP or not subject:
            return "abilities"
    return ""


def _sentence_asked(prompt: Prompt) -> str:
    """The one sentence that a question asks for by its place ("the third sentence of …"), or ""."""
    place = _place(prompt.question)
    subject = frozenset(informative(prompt.question)) - _POSITION_STEMS - {str(place)}
    if not place or not subject:
        return ""
    for document in prompt.evidence:
        # A section is not the document: the place would be wrong.
        if PATH_SEPARATOR not in document.title and subject <= frozenset(stems(document.title)):
            sentences = [part.strip() for part in _SENTENCE_END.split(document.text) if part.strip()]
            if place <= len(sentences):
                return _quoted(sentences[place - 1 if place > 0 else -1], document.title)
    return ""


def _place(question: str) -> int:
    """Which sentence is asked for, from 1; −1 for the last one; 0 for none."""
    found = words(question)
    if not _UNITS.intersection(found):
        return 0
    number = _NUMBER.search(question)
    if number:
        return int(number[1] or number[2])
    if _LAST.intersection(found):
        return -1
    return next((_PLACES[word] for word in found if word in _PLACES), 0)


def _passages_asked(prompt: Prompt) -> str:
    """The passages that have enough of the question's words, each with some that those before it lack."""
    wanted = frozenset(informative(prompt.question)) - _POSITION_STEMS
    quoted: list[str] = []
    covered: frozenset[str] = frozenset()
    for document in prompt.evidence:
        present = wanted.intersection(stems(document.title) + stems(document.text))
        if len(present) >= _ENOUGH * len(wanted) and not present <= covered:
            covered |= present
            quoted.append(_quoted(_part_asked(document, wanted), document.title))
    return "\n\n".join(quoted[:_MOST_PASSAGES])


def _part_asked(document: Document, wanted: frozenset[str]) -> str:
    """Of a list, the lines with most of `wanted`; any other text whole."""
    lines = document.text.split("\n")
    beyond_title = wanted - frozenset(stems(document.title))
    matches = [len(beyond_title.intersection(stems(line))) for line in lines]
    if len(lines) < _MANY_LINES or not any(matches):
        return document.text
    return "\n".join(line for line, found in zip(lines, matches, strict=True) if found == max(matches))


def _quoted(text: str, title: str) -> str:
    quotation = "\n".join(f"> {line}".rstrip() for line in text.strip().split("\n"))
    return f"{quotation}\n— {title}"
