"""Links in a reply: those that lead where nobody has said one may go are shown, and cannot be clicked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from guards.claims.blocks import code

_PATH = r"(?:[^\s<>()\[\]{}\"`|\\^]|\([^\s<>()`\\]{0,300}\)){1,2000}"
_TOPS = (
    "com|org|net|io|dev|app|gg|me|co|ly|info|biz|xyz|ru|cn|link|site|online|shop|top|click|live|tv|to|gl|us|uk|de|es|fr|eu|"
    "mx|ar|cl|br|it|nl|pl|jp|in|ai|gd|im|cc|ws|icu|page|zip|mov"
)
ADDRESS = re.compile(
    rf"(?<![\w@./-])(?:(?:https?|ftp)://{_PATH}|www\.{_PATH}|(?:[\w-]{{1,63}}\.){{1,6}}(?:{_TOPS})/{_PATH})(?<![.,;:!?'*_~…”»])",
    re.IGNORECASE,
)
"""An address as it stands in a text, with its scheme, or so that a platform would make a link of it."""
_TARGET = r"(?:<[^<>\n]{0,2000}>|[^\s()<>]{0,2000}(?:\([^\s()]{0,300}\)[^\s()<>]{0,2000})*)"
_LINK = re.compile(
    rf"(?<!\\)!?\[(?P<text>[^\[\]]{{0,1000}})\]\(\s{{0,3}}(?P<target>{_TARGET})(?:\s+(?:\"[^\"]{{0,300}}\"|'[^']{{0,300}}'|\([^()]{{0,300}}\)))?\s{{0,3}}\)"
    r"|<(?P<angle>[a-z][a-z0-9+.-]{1,20}:[^<>\s|]{1,2000})(?:\|(?P<label>[^<>\n]{0,500}))?>",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}:", re.IGNORECASE)
_OPEN = re.compile(
    r"!?\[[^\[\]]{0,1000}(?:\](?:\([^()]{0,2000}(?:\([^()]{0,300}\)?[^()]{0,2000})?)?)?\Z|<[^<>\n]{0,2500}\Z"
)
"""The beginning of what may become a link."""
_LONGEST = 5_500
"""Characters of the longest one."""
_TICKS = re.compile("`+")
EVERYWHERE = "*"
"""Stands for all hosts."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text with its links as they may be shown."""

    text: str
    _at: tuple[int, ...] = (0,)
    _moved: tuple[int, ...] = (0,)

    def place(self, offset: int) -> int:
        """Where what stands at `offset` in the original stands now, or what stands in its place."""
        index = bisect_right(self._at, offset) - 1
        until = self._moved[index + 1] if index + 1 < len(self._moved) else len(self.text)
        return min(self._moved[index] + offset - self._at[index], until)


def host_of(address: str) -> str:
    """The host that a link to `address` leads to, in small letters; "" where that is not plain."""
    whole = address if _SCHEME.match(address) else f"https://{address}"
    try:
        parts = urlsplit(whole)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    return "" if "\\" in address or parts.scheme.lower() not in ("http", "https") else host


def hosts_in(texts: Sequence[str]) -> frozenset[str]:
    """The hosts that links in `texts` lead to."""
    found = (host_of(address) for text in texts for address in ADDRESS.findall(text))
    return frozenset(host for host in found if host)


def unlinked(text: str, hosts: Collection[str]) -> Shown:
    """`text`, which is Markdown, with every link to another host than `hosts` as its words and its address as code.

    A host stands for those below it, too; "*" for all. What is code already stays.
    """
    if EVERYWHERE in hosts:
        return Shown(text)
    parts: list[str] = []
    ats, moved = [0], [0]
    last = length = 0
    for start, end, instead in _changes(text, hosts):
        parts += (text[last:start], instead)
        length += start - last
        ats += (start, end)
        moved += (length, length + len(instead))
        length += len(instead)
        last = end
    return Shown("".join(parts) + text[last:], tuple(ats), tuple(moved)) if parts else Shown(text)


def released(text: str, hosts: Collection[str]) -> str:
    """The same for the beginning of a text that grows, without an end that more of it may yet change."""
    if EVERYWHERE in hosts:
        return text
    end = _whole_words(text, len(text))
    while (match := _OPEN.search(text, max(0, end - _LONGEST), end)) is not None:
        end = _whole_words(text, match.start())
    ticks = _unpaired(text, end)
    return unlinked(text[: min(end, ticks)], hosts).text


def _whole_words(text: str, end: int) -> int:
    """The end of the last word that surely ends before `end`."""
    while end and not text[end - 1].isspace():
        end -= 1
    return end


def _unpaired(text: str, end: int) -> int:
    """Where code may have begun that a link stands in: what it is, its end will tell."""
    spans = code(text[:end])
    for match in _TICKS.finditer(text, 0, end):
        if _within(spans, match.start()):
            continue
        if ADDRESS.search(text, match.end(), end) or _LINK.search(text, match.end(), end):
            return match.start()
    return end


def _changes(text: str, hosts: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """What is not shown as it stands there, in order: from where to where, and what instead."""
    hidden = code(text)
    ticks = [
        (run.start(), len(run.group())) for run in _TICKS.finditer(text) if not _within(hidden, run.start())
    ]
    found = []
    for match in _LINK.finditer(text):
        target = (match["angle"] or match["target"] or "").strip("<> ")
        leads = _SCHEME.match(target) or ADDRESS.match(target) or target.startswith("//")
        if leads and not _within(hidden, match.start()) and not _allowed(target, hosts):
            words = (match["label"] if match["angle"] else match["text"]) or ""
            mark = _mark(ticks, match.end())
            said = _words(words, hosts, mark)
            found.append((match.start(), match.end(), _plain(said.strip(), words.strip(), target, mark)))
    taken = [(start, end) for start, end, _ in found]
    for match in ADDRESS.finditer(text):
        inside = _within(hidden, match.start()) or _within(taken, match.start())
        if not inside and not _allowed(match.group(), hosts):
            found.append((*match.span(), _as_code(match.group(), _mark(ticks, match.end()))))
    last = -1
    for start, end, instead in sorted(found):
        # A backtick right beside it would belong to its own.
        before = " " if start == last or (start and text[start - 1] == "`") else ""
        last = end
        yield start, end, f"{before}{instead}{' ' if text[end : end + 1] == '`' else ''}"


def _words(words: str, hosts: Collection[str], mark: str) -> str:
    """The words of a link, with the addresses in them as code."""

    def shown(match: re.Match[str]) -> str:
        address: str = match.group()
        return address if _allowed(address, hosts) else _as_code(address, mark)

    return ADDRESS.sub(shown, words)


def _mark(ticks: Sequence[tuple[int, int]], end: int) -> str:
    """Backticks that none before `end` can be the beginning of."""
    taken = {length for at, length in ticks if at < end}
    # Three may begin a block.
    free = (length for length in range(1, len(taken) + 3) if length != 3 and length not in taken)
    return "`" * next(free)


def _plain(said: str, words: str, target: str, mark: str) -> str:
    address = _as_code(target, mark)
    return address if not said or words == target else f"{said} ({address})"


def _as_code(address: str, mark: str) -> str:
    return f"{mark}{address.replace('`', '%60')}{mark}"


def _allowed(address: str, hosts: Collection[str]) -> bool:
    if address.lower().startswith("mailto:"):
        return True
    host = host_of(address).removeprefix("www.")
    return bool(host) and any(
        host == one.removeprefix("www.") or host.endswith("." + one.removeprefix("www.")) for one in hosts
    )


def _within(spans: Sequence[tuple[int, int]], at: int) -> bool:
    index = bisect_right(spans, (at, 1 << 62)) - 1
    return index >= 0 and at < spans[index][1]
