"""What the rules are called, what they say and how sure they are; their wording is a file per language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

import re2

from guards.base import N_
from guards.injection import rules_en, rules_es, rules_marks, rules_tongues

SET_SIZE, FEW = 40, 8
"""Patterns matched in one pass. All in one would be faster on plain text, and ten times slower on a hostile one. One that waits for
its other end, however far off, doubles what its pass may have to remember: only so few of those are matched in one pass."""
SHORT = 2_000
"""Characters up to which a text, like nearly all messages, is too short for that to matter: fewer passes are quicker."""
SET_MEMORY, FEW_MEMORY = 8 << 20, 3 << 20
"""Bytes that each pass may use for its states; when they are full it begins anew, and never gives up."""
_GAP = re.compile(r"(?:(?<!\\)\.|\[\^(?:\\[^s]|[^\]\\ ])*\])[*+]")
"""What a pattern waits in: anything over several words."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that an injection says, in however many wordings."""

    name: str
    code: str
    """One of override, role_play, prompt_extraction, task_hijack, encoded_payload, indirect, pseudo_console."""
    score: float
    explanation: str
    in_task: float = 0.0
    """The score where the text is the data of a template; 0: follows from `score`."""

    @property
    def task_score(self) -> float:
        """The score where the text is the data of a template: an order to the bot has no place there."""
        if self.in_task:
            return self.in_task
        return 1 - (1 - self.score) * 0.5 if self.score >= 0.5 else self.score


_OVERRIDE = N_("The text tells the bot to set its earlier instructions aside.")
_WEAK_OVERRIDE = N_(
    "The text speaks of setting something earlier aside; that may mean the bot's instructions."
)
_PERSONA = N_("The text gives the bot a role that has none of its rules.")
_WEAK_PERSONA = N_("The text gives the bot another role or mode.")
_EXTRACT = N_("The text asks for the bot's own instructions.")
_WEAK_EXTRACT = N_("The text speaks of the bot's own instructions.")
_EVERYTHING = N_("The text asks the bot to repeat all that it has read, its own instructions among it.")
_CONFIDENCE = N_("The text asks for a secret that the bot may have been given.")
_HIJACK = N_("The text tells the bot to do something else than the task that it is part of.")
_WEAK_HIJACK = N_("The text prescribes the bot's answer word by word.")
_CONSOLE = N_("The text imitates a console or a variable to get at the bot's instructions.")
_ENCODED = N_("The text asks the bot to decode something and to do what it says.")
_INDIRECT = N_("The text speaks to any language model that reads it.")
_NEW_ORDERS = N_("The text announces new instructions.")
_ROLE_MARK = N_("The text imitates the marks that separate the roles in a prompt.")

RULES: tuple[Rule, ...] = (
    Rule("override", "override", 0.95, _OVERRIDE),
    Rule("override_likely", "override", 0.85, _OVERRIDE),
    Rule("override_perhaps", "override", 0.6, _WEAK_OVERRIDE),
    Rule("override_hint", "override", 0.4, _WEAK_OVERRIDE),
    Rule("new_orders", "override", 0.82, _NEW_ORDERS),
    Rule("new_orders_perhaps", "override", 0.55, _NEW_ORDERS),
    Rule("role_mark", "override", 0.85, _ROLE_MARK),
    Rule("role_mark_perhaps", "override", 0.55, _ROLE_MARK),
    Rule("role_mark_hint", "override", 0.4, _ROLE_MARK, in_task=0.7),
    Rule("persona", "role_play", 0.9, _PERSONA),
    Rule("persona_perhaps", "role_play", 0.55, _WEAK_PERSONA),
    Rule("persona_hint", "role_play", 0.4, _WEAK_PERSONA),
    Rule("extract", "prompt_extraction", 0.88, _EXTRACT),
    Rule("extract_perhaps", "prompt_extraction", 0.6, _WEAK_EXTRACT),
    Rule("extract_hint", "prompt_extraction", 0.4, _WEAK_EXTRACT),
    Rule("everything", "prompt_extraction", 0.84, _EVERYTHING),
    Rule("everything_perhaps", "prompt_extraction", 0.6, _EVERYTHING),
    Rule("secret", "prompt_extraction", 0.85, _CONFIDENCE),
    Rule("secret_perhaps", "prompt_extraction", 0.55, _CONFIDENCE),
    Rule("secret_hint", "prompt_extraction", 0.4, _CONFIDENCE),
    Rule("hijack", "task_hijack", 0.85, _HIJACK),
    Rule("hijack_perhaps", "task_hijack", 0.45, _HIJACK, in_task=0.75),
    Rule("hijack_hint", "task_hijack", 0.4, _WEAK_HIJACK, in_task=0.6),
    Rule("console", "pseudo_console", 0.88, _CONSOLE),
    Rule("console_perhaps", "pseudo_console", 0.6, _CONSOLE),
    Rule("decode_and_do", "encoded_payload", 0.85, _ENCODED),
    Rule("decode_perhaps", "encoded_payload", 0.55, _ENCODED),
    Rule("to_models", "indirect", 0.85, _INDIRECT),
    Rule("to_models_perhaps", "indirect", 0.6, _INDIRECT),
    Rule("to_models_hint", "indirect", 0.4, _INDIRECT),
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One wording of a rule."""

    rule: Rule
    text: str


def _patterns() -> Iterator[Pattern]:
    by_name = {rule.name: rule for rule in RULES}
    for wording in (rules_marks.PATTERNS, rules_en.PATTERNS, rules_es.PATTERNS, rules_tongues.PATTERNS):
        for name, patterns in wording.items():
            for text in patterns:
                yield Pattern(by_name[name], text)


@cache
def _set(indices: tuple[int, ...]) -> re2.Set:
    # At first use: compiling takes longer than all else that a command line does before it answers.
    options = re2.Options()
    options.max_mem = SET_MEMORY if len(indices) > FEW else FEW_MEMORY
    options.log_errors = False
    together = re2.Set.SearchSet(options)
    for index in indices:
        together.Add(f"(?m){PATTERNS[index].text}")
    together.Compile()
    return together


PATTERNS: tuple[Pattern, ...] = tuple(_patterns())
"""Every wording of every rule, for folded text."""


@cache
def _sets(short: bool) -> tuple[tuple[tuple[int, ...], re2.Set], ...]:
    """The patterns that are matched in one pass each, by index, for texts that are `short` or not."""
    every = range(len(PATTERNS))
    waiting = [index for index in every if _GAP.search(PATTERNS[index].text)]
    others = sorted(set(every).difference(waiting))
    groups = [*_parted(others, SET_SIZE), *_parted(waiting, SET_SIZE if short else FEW)]
    return tuple((group, _set(group)) for group in groups)


def _parted(indices: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    for first in range(0, len(indices), size):
        yield tuple(indices[first : first + size])


@cache
def _single(index: int) -> re2.Pattern[bytes]:
    return re2.compile(f"(?m){PATTERNS[index].text}".encode())


@lru_cache(maxsize=2)
def _bytes(text: str) -> bytes:
    # Once for all patterns: RE2's own way from str to its bytes and back takes as long as its search.
    return text.encode()


def fired(text: str) -> list[int]:
    """Which of `PATTERNS` match in `text` (folded), by index. Linear in the text."""
    data = _bytes(text)
    found: list[int] = []
    for indices, together in _sets(len(text) <= SHORT):
        # Most match nothing, and this runs on every message.
        if matched := together.Match(data):
            found += [indices[at] for at in matched]
    return sorted(found)


def spans(index: int, text: str, limit: int = 8) -> Iterator[tuple[int, int]]:
    """Where `PATTERNS[index]` matches in `text`, from the left, at most `limit` times."""
    data = _bytes(text)
    begun = at = 0
    for match in islice(_single(index).finditer(data), limit):
        first, last = match.span()
        begun += len(data[at:first].decode())
        ended = begun + len(match[0].decode())
        yield begun, ended
        begun, at = ended, last
