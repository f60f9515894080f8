"""The mentions guard: pings and links in the model's words that call or mislead members."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from guards.base import N_, Finding, Stage, Subject
from guards.normalize import View, fold_to_latin

NAME = "mentions"

_MASS = re.compile(
    r"@\s?(?:everyone|here)\b|<!(?:channel|here|everyone)(?:\|[^>\n]*)?>|<!subteam\^[a-z0-9]+(?:\|[^>\n]*)?>|<@&[0-9]{1,20}>"
)
_ONE = re.compile(
    r"<@!?[0-9]{1,20}>|<#[0-9]{1,20}>|<@[uw][a-z0-9]{2,20}(?:\|[^>\n]*)?>|<#c[a-z0-9]{2,20}(?:\|[^>\n]*)?>"
)
_MARKDOWN_LINK = re.compile(
    r"\[([^\]\n]{1,500})\]\(\s?<?([^\s()<>]{1,2000}(?:\([^\s()<>]*\)[^\s()<>]*)?)>?[^)\n]{0,200}\)"
)
_SLACK_LINK = re.compile(r"<([a-z][a-z0-9+.-]{1,20}:[^|>\s]{1,2000})\|([^>\n]{1,500})>")
_BARE_SCRIPT = re.compile(
    r"<?\b(?:javascript|vbscript):[^\s>)]+|\bdata:(?:text/html|image/svg\+xml|application/)[^\s>)]*"
)
_HOST = re.compile(
    r"(?:(?:https?|ftp)://|\b)((?:[a-z0-9-]{1,63}\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]{1,59}))(?=[/:?#\s\"')\].,;!]|$)"
)
_DANGEROUS = frozenset({"javascript", "vbscript", "data", "file"})
_FILES = frozenset(
    re.findall(
        r"\w+",
        "py js ts md txt json yaml yml toml sh c h cpp rs go java rb php html css csv log cfg ini xml lua sql",
    )
)
"""Endings that name a file more often than a site: `main.py` as a link's text claims no host."""

_MASS_EXPLANATION = N_("The reply calls everyone in the channel, or a whole group.")
_ONE_EXPLANATION = N_("The reply mentions a member or a channel.")
_LINK_EXPLANATION = N_("The reply has a link whose text names another site than the one it leads to.")
_SCRIPT_EXPLANATION = N_("The reply has a link that runs a program instead of opening a page.")


class MentionsGuard:
    """Finds mass mentions, mentions and disguised links in the model's words, also in look-alike characters."""

    @property
    def name(self) -> str:
        """ "mentions"."""
        return NAME

    @property
    def stages(self) -> frozenset[Stage]:
        """OUTPUT."""
        return frozenset({Stage.OUTPUT})

    def check(self, subject: Subject) -> Sequence[Finding]:
        """The mentions and disguised links of `subject.text`, in order."""
        if not any(sign in subject.text for sign in "@＠﹫<＜[:："):
            return ()
        # A name of a site is read as Latin letters, in a Russian reply too.
        view = fold_to_latin(subject.text)
        found = [*_mentions(view), *_links(view)]
        found.sort(key=lambda finding: (finding.start, -finding.score))
        return found


def _mentions(view: View) -> Iterator[Finding]:
    for pattern, code, score, explanation in (
        (_MASS, "mass_mention", 0.9, _MASS_EXPLANATION),
        (_ONE, "mention", 0.4, _ONE_EXPLANATION),
    ):
        for match in pattern.finditer(view.text):
            start, end = view.span(*match.span())
            yield Finding(NAME, code, score, start, end, explanation)


def _links(view: View) -> Iterator[Finding]:
    for match in _MARKDOWN_LINK.finditer(view.text):
        yield from _link(view, match, shown=match[1], target=match[2])
    for match in _SLACK_LINK.finditer(view.text):
        yield from _link(view, match, shown=match[2], target=match[1])
    for match in _BARE_SCRIPT.finditer(view.text):
        start, end = view.span(*match.span())
        yield Finding(NAME, "disguised_link", 0.8, start, end, _SCRIPT_EXPLANATION)


def _link(view: View, match: re.Match[str], *, shown: str, target: str) -> Iterator[Finding]:
    start, end = view.span(*match.span())
    scheme = target.partition(":")[0]
    if scheme in _DANGEROUS:
        yield Finding(NAME, "disguised_link", 0.8, start, end, _SCRIPT_EXPLANATION)
        return
    host = _host(target)
    claimed = [
        found[1]
        for found in _HOST.finditer(shown)
        if found[1].rpartition(".")[2] not in _FILES or "://" in found[0]
    ]
    if host and any(not _same_site(name, host) for name in claimed):
        yield Finding(NAME, "disguised_link", 0.8, start, end, _LINK_EXPLANATION)


def _host(target: str) -> str:
    try:
        return (urlsplit(target).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _same_site(claimed: str, host: str) -> bool:
    claimed, host = claimed.removeprefix("www."), host.removeprefix("www.")
    return host == claimed or host.endswith(f".{claimed}")
