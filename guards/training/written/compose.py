"""Families that programs put together: tasks and documents with something inside, and encoded texts."""

from __future__ import annotations

import base64
import binascii
import codecs
import urllib.parse
from collections.abc import Callable

from guards.training.written.grammar import Family, dice, families, fill, listed

_ONCE = frozenset(("raw", "once"))
_LONG = 55
"""Texts of each family of long ones."""
_EACH = 6
"""Texts for each frame."""


def _reversed(text: str) -> str:
    return text[::-1]


def _binary(text: str) -> str:
    return " ".join(f"{byte:08b}" for byte in text.encode()[:40])


def _spaced(text: str) -> str:
    return " ".join(text)


def _dashed(text: str) -> str:
    return "-".join(text.replace(" ", "_"))


def _leet(text: str) -> str:
    return text.translate(str.maketrans("aeiostAEIOST", "431057431057"))


def _url(text: str) -> str:
    return urllib.parse.quote(text) if " " in text else "".join(f"%{byte:02x}" for byte in text.encode())


CODES: dict[str, tuple[str, Callable[[str], str]]] = {
    "base64": ("base64", lambda text: base64.b64encode(text.encode()).decode()),
    "base32": ("base32", lambda text: base64.b32encode(text.encode()).decode()),
    "hex": ("hex", lambda text: binascii.hexlify(text.encode()).decode()),
    "hexsp": ("hex", lambda text: binascii.hexlify(text.encode(), " ").decode()),
    "rot13": ("rot13", lambda text: codecs.encode(text, "rot13")),
    "reversed": ("reversed text", _reversed),
    "binary": ("binary", _binary),
    "spaced": ("spaced letters", _spaced),
    "dashed": ("letters with dashes", _dashed),
    "leet": ("leetspeak", _leet),
    "url": ("URL encoding", _url),
}


def _frames(
    name: str, lang: str, frames: list[str], inside: dict[str, list[str]], kinds: dict[str, str]
) -> list[Family]:
    """A family of attacks and its twin: the same frames around other contents."""
    made = []
    for side, kind in kinds.items():
        family = Family(name + ("" if side == "attack" else "_twin"), kind, lang, _ONCE)
        chance = dice(name, lang, side)
        for frame in frames:
            for insert in chance.sample(inside[side], min(_EACH, len(inside[side]))):
                family.templates.append(frame.replace("{insert}", insert))
        made.append(family)
    return made


def _framed(prefix: str, kind: str, twin: str) -> list[Family]:
    """Every `list` family called `frame_<prefix>_...`, with `<prefix>_attack` and `<prefix>_plain` in it."""
    made = []
    for family in families():
        if family.kind == "list" and family.name.startswith(f"frame_{prefix}_"):
            inside = {
                "attack": listed(f"{prefix}_attack", family.lang),
                "plain": listed(f"{prefix}_plain", family.lang),
            }
            name = family.name.removeprefix("frame_")
            made += _frames(name, family.lang, family.templates, inside, {"attack": kind, "plain": twin})
    return made


def _coded(seed: int) -> list[Family]:
    """Encoded orders that are to be followed, and encoded harmless texts that are to be read."""
    made = []
    for lang in ("en", "es"):
        for code, (name, encode) in CODES.items():
            for side, kind in (("attack", "injection"), ("plain", "benign_hard")):
                chance = dice(seed, lang, code, side)
                family = Family(f"coded_{code}" + ("_twin" if side == "plain" else ""), kind, lang, _ONCE)
                wraps = listed(f"coded_wrap_{side}", lang)
                texts = listed(f"coded_{side}", lang)
                for _ in range(16):
                    secret = encode(fill(chance.choice(texts), lang, chance))
                    family.templates.append(
                        chance.choice(wraps).replace("{coded}", secret).replace("{code}", name)
                    )
                made.append(family)
    return made


def _lines(lang: str, *, twin: bool, starts: tuple[str, ...]) -> list[str]:
    """Templates of the families whose names start so: the attacks', or their twins'."""
    return [
        line
        for family in families()
        if family.lang == lang
        and family.kind != "list"
        and family.name.startswith(starts)
        and family.name.endswith("_twin") == twin
        for line in family.templates
        if "\\n" not in line
    ]


def _long(
    name: str, kind: str, lang: str, inside: list[str], around: list[str], sizes: tuple[int, int]
) -> Family:
    """Texts of several parts, one of which is from `inside`: seldom the first, often in the middle."""
    family = Family(name, kind, lang, frozenset(("once", "raw")))
    chance = dice(name, lang)
    gap = "\\n\\n" if "paragraph" in name or "long" in name else " "
    for _ in range(_LONG):
        parts = chance.sample(around, chance.randint(*sizes))
        parts.insert(chance.randint(min(1, len(parts)), len(parts)), chance.choice(inside))
        if gap == " ":
            parts = [part if part[-1:] in ".!?…:)," else part + chance.choice(".,!") for part in parts]
            parts[-1] = parts[-1].rstrip(",")
        family.templates.append(gap.join(parts))
    return family


def _buried() -> list[Family]:
    """Orders inside long documents, long stories and longer chat messages, and their twins."""
    made = []
    for lang in ("en", "es"):
        paragraphs = listed("paragraph", lang)
        small = _lines(
            lang, twin=False, starts=("chat_ask", "study", "estudio", "viajes", "travel", "cocina", "cook")
        )
        for twin, kinds in (
            (False, ("indirect", "jailbreak", "injection", "leak")),
            (True, ("benign_hard",) * 4),
        ):
            end = "_twin" if twin else ""
            orders = listed("doc_plain" if twin else "doc_attack", lang)
            made += [
                _long(f"long_document{end}", kinds[0], lang, orders, paragraphs, (2, 6)),
                _long(
                    f"long_story{end}",
                    kinds[1],
                    lang,
                    _lines(lang, twin=twin, starts=("long_jailbreak",)),
                    paragraphs,
                    (1, 4),
                ),
                _long(
                    f"buried_override{end}",
                    kinds[2],
                    lang,
                    _lines(lang, twin=twin, starts=("override_", "hijack_say")),
                    small,
                    (1, 3),
                ),
                _long(
                    f"buried_leak{end}",
                    kinds[3],
                    lang,
                    _lines(lang, twin=twin, starts=("leak_", "riddle")),
                    small,
                    (1, 3),
                ),
            ]
    return made


def _given() -> list[Family]:
    """Texts that turn a task or read the prompt, once each, as somebody hands them to a task; and their twins."""
    made: dict[tuple[str, int], Family] = {}
    for family in families():
        if not family.name.startswith(("echo_", "console")):
            continue
        lang, label = family.lang, family.label
        name, kind = ("given", "injection") if label else ("given_twin", "benign_hard")
        given = made.setdefault((lang, label), Family(name, kind, lang, _ONCE))
        chance = dice("given", lang, family.name)
        frames = listed("given", lang)
        given.templates.extend(chance.choice(frames).replace("{insert}", line) for line in family.templates)
    return list(made.values())


def composed(seed: int) -> list[Family]:
    """All families of this module."""
    return [
        *_framed("task", "injection", "benign_hard"),
        *_framed("doc", "indirect", "benign_hard"),
        *_coded(seed),
        *_buried(),
        *_given(),
    ]
