"""Templates: read from plain files, filled at random.

`[a|b|]` is one of its parts (the last one may be empty), `{name}` a word from the language's slots,
`\\n` a line break. Brackets without a bar and unknown names in braces stay as they are.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_CHOICE = re.compile(r"\[([^\[\]|]*(?:\|[^\[\]|]*)+)\]")
_SLOT = re.compile(r"\{([a-z]+)\}")

# Words that grow together once a slot is filled.
_JOINED: dict[str, tuple[tuple[str, str], ...]] = {
    "es": ((r"\bde el\b", "del"), (r"\ba el\b", "al"), (r"\by (?=h?i[^e\W])", "e ")),
    "ca": ((r"\bde (els?)\b", r"d\1"), (r"\ba (els?)\b", r"a\1")),
    "gl": ((r"\bde (?=[oa]s?\b)", "d"), (r"\ba o(s?)\b", r"ao\1"), (r"\ba a(s?)\b", r"á\1")),
    "pt": ((r"\bde (?=[oa]s?\b)", "d"),),
    "fr": ((r"\bde le\b", "du"), (r"\bde les\b", "des"), (r"\bà le\b", "au"), (r"\bà les\b", "aux")),
    "it": ((r"\bsu (?=(?:la|le)\b)", "sul"), (r"\bsu il\b", "sul"), (r"\bsu (?=(?:i|gli)\b)", "su"), (r"\bsu l’", "sull’")),
}  # fmt: skip

ATTACKS = ("injection", "jailbreak", "leak", "indirect")


@dataclass(frozen=True)
class Family:
    """Texts of one idea, in one language."""

    name: str
    kind: str
    lang: str
    marks: frozenset[str] = frozenset()
    """`raw`: leave spelling alone. `bot`: said to the bot, whose name may come first."""
    templates: list[str] = field(default_factory=list)

    @property
    def label(self) -> int:
        """1 for an attack."""
        return int(self.kind in ATTACKS)


@cache
def slots(lang: str) -> dict[str, tuple[str, ...]]:
    """Words by slot: those that every language shares, and the language's own."""
    found: dict[str, tuple[str, ...]] = {}
    for name in ("all", lang):
        path = _HERE / "slots" / f"{name}.txt"
        if not path.exists():
            continue
        slot = ""
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("= "):
                slot = line[2:].strip()
                found[slot] = ()
            elif line.strip():
                found[slot] = (*found[slot], *(word.strip() for word in line.split("|")))
    return found


@cache
def families() -> tuple[Family, ...]:
    """Every family of the files, in the order of their names."""
    found: list[Family] = []
    for path in sorted((_HERE / "families").glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("@ "):
                name, kind, lang, *marks = line[2:].split()
                found.append(Family(name, kind, lang, frozenset(marks)))
            elif line.strip() and not line.startswith("## "):
                found[-1].templates.append(line)
    return tuple(found)


def listed(name: str, lang: str) -> list[str]:
    """The lines of a list that programs put into other texts (`@ name list lang`)."""
    return [
        line
        for family in families()
        if (family.name, family.kind, family.lang) == (name, "list", lang)
        for line in family.templates
    ]


def dice(*names: object) -> random.Random:
    """Dice of their own for whatever is named, so that a family added elsewhere changes nothing here."""
    return random.Random("/".join(map(str, names)))  # noqa: S311 - texts are drawn, not secrets


def choices(template: str, lang: str) -> int:
    """How many places of a template vary."""
    return len(_CHOICE.findall(template)) + sum(name in slots(lang) for name in _SLOT.findall(template))


def fill(template: str, lang: str, chance: random.Random) -> str:
    """One text of a template."""
    text = template
    while "[" in text:
        text, count = _CHOICE.subn(lambda match: chance.choice(match[1].split("|")), text)
        if not count:
            break
    words = slots(lang)
    for _ in range(3):  # slots may hold slots
        text = _SLOT.sub(
            lambda match: chance.choice(words[match[1]]) if match[1] in words else match[0], text
        )
    for apart, joined in _JOINED.get(lang, ()):
        text = re.sub(apart, joined, text)
    return text.replace("\\n", "\n").strip()
