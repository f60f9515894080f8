"""Sources that a reply names and that nothing it rests on has: links, identifiers, packages, somebody's words.

Whether they exist is not asked: no network. What neither a document nor a member has named, nobody here has seen.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence

from guards.claims.blocks import code
from guards.claims.claim import Claim
from guards.claims.plain import Words, words
from guards.links import ADDRESS, host_of
from guards.premises.premise import fold

MOST_CHARS = 20_000
"""Characters of a reply that are looked at."""
MOST = 40
"""Sources of a reply."""
SCORE = 0.9
"""How surely what is found is meant as a source."""
SHORTEST = 4
"""Words of the shortest quotation that counts as somebody's."""

_LOCAL = re.compile(
    r"(?:localhost|(?:\d{1,3}\.){3}\d{1,3}|(?:[\w-]+\.)*example(?:\.(?:com|org|net|edu))?|"
    r"(?:[\w-]+\.)*(?:test|invalid|local|localdomain|internal|lan)|(?:www\.)?(?:your|my)[\w-]*\.\w+|\[?::1\]?)"
)
"""Hosts that nobody takes for a source."""
_DOI = re.compile(r"\b(?:doi:\s*|doi\.org/)?(10\.\d{4,9}/[^\s\"<>)\]}`]+)", re.IGNORECASE)
_ARXIV = re.compile(r"\barxiv[:\s]\s*(\d{4}\.\d{4,5}(?:v\d+)?)", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\b(?P<cve>CVE-\d{4}-\d{4,7})\b"
    r"|\b(?P<pep>PEP[ -]?(?P<pep_number>\d{1,5}))\b"
    r"|\b(?P<rfc>RFC[ -]?(?P<rfc_number>\d{1,5}))\b"
    r"|\bISBN(?:-1[03])?:?\s*(?P<isbn>[\d][\d -]{8,16}[\dX])\b"
    r"|\b(?:(?:github\s+)?(?:issues?|bugs?|tickets?|pull requests?|prs?|merge requests?|mrs?|incidencias?|errores?|peticion(?:es)?)"
    r"\s+(?:n[úu]mero\s+|number\s+|n\.?º\s*|no\.\s*)?|gh-|bpo-)(?P<issue>(?:[\w.-]+/[\w.-]+)?#?(?P<issue_number>\d{1,7}))\b(?!\s*(?:%|x\b|times|veces|of\b|de\b|hours|days))",
    re.IGNORECASE,
)
_INSTALL = re.compile(
    r"\b(?:pip3?|pipx|uv|conda|mamba|poetry|npm|pnpm|yarn|cargo|gem|go|brew|apt(?:-get)?|dnf|composer)\s+(?:pip\s+|tool\s+)?(?:install|add|i|require|get)\s+"
    r"(?P<names>[^\n`;&|#)\"]+)"
)
_PACKAGE = re.compile(r"(?:@[\w.-]+/)?[A-Za-z][\w.-]*")
_SAID_PACKAGE = re.compile(
    r"\b(?:the|a|an|el|la|un|una)\s+`(?P<one>[A-Za-z][\w.-]+)`\s+(?:python\s+|npm\s+|pypi\s+|third-party\s+)?(?:package|library|crate|gem)\b"
    r"|\b(?:package|library|crate|gem|paquete|librer[ií]a|biblioteca)\s+(?:called\s+|named\s+|llamad[oa]\s+|de python\s+)?`(?P<two>[A-Za-z][\w.-]+)`",
    re.IGNORECASE,
)
_WELL_KNOWN_LIST = """
numpy pandas scipy matplotlib requests httpx aiohttp flask django fastapi starlette uvicorn gunicorn pydantic sqlalchemy
pytest hypothesis mypy ruff black flake8 pylint isort tox nox poetry pipenv virtualenv setuptools wheel pip uv hatch hatchling
twine build scikit-learn sklearn torch torchvision tensorflow keras transformers tokenizers datasets jax openai anthropic
discord.py discord slack-bolt slack-sdk redis celery rq psycopg psycopg2 psycopg2-binary pymongo boto3 botocore pyyaml yaml
toml tomli tomli-w jinja2 markupsafe click typer rich tqdm beautifulsoup4 bs4 lxml selenium playwright scrapy pillow
opencv-python nltk spacy sympy networkx plotly seaborn dash streamlit bokeh jupyter jupyterlab notebook ipython ipykernel
cython numba polars pyarrow dask attrs marshmallow orjson ujson msgpack protobuf grpcio cryptography pyjwt bcrypt passlib
python-dotenv python-dateutil pytz tzdata arrow pendulum loguru structlog sentry-sdk prometheus-client websockets
websocket-client trio anyio gevent tornado twisted pygame kivy pyinstaller alembic mkdocs sphinx babel google-re2 regex
react react-dom next vue svelte angular express koa fastify axios lodash moment typescript eslint prettier webpack vite
rollup esbuild babel jest mocha chai vitest socket.io ws discord.js nodemon pm2 dotenv mongoose sequelize prisma tailwindcss
serde tokio clap rand regex reqwest rails sinatra rspec bundler git curl wget nginx docker node nodejs python python3
ffmpeg redis-server postgresql sqlite3 htop vim jq make gcc build-essential
"""
_WELL_KNOWN = frozenset(_WELL_KNOWN_LIST.split()) | sys.stdlib_module_names
"""Packages that everybody knows to be there."""
_KNOWN_PEPS = frozenset(map(str, (1, 8, 20, 257, 263, 301, 328, 333, 342, 343, 380, 405, 420, 440, 484, 492, 498, 503, 508,
    517, 518, 526, 544, 557, 560, 563, 570, 572, 585, 593, 596, 602, 604, 612, 621, 634, 646, 649, 654, 657, 660, 668, 673,
    681, 684, 695, 703, 723, 734, 735, 3000, 3099, 3104, 3107, 3132, 3156, 3333)))  # fmt: skip
_KNOWN_RFCS = frozenset(map(str, (768, 791, 793, 822, 1035, 1459, 1918, 2045, 2119, 2616, 2821, 2822, 3339, 3629, 3986, 4122,
    5246, 5321, 5322, 6238, 6455, 6749, 7159, 7230, 7231, 7519, 7540, 8259, 8446, 9110, 9112, 9113, 9114)))  # fmt: skip
"""Numbers that many know by heart."""

_QUOTATION = re.compile(
    r"“(?P<a>[^”\n]{12,400})”|«(?P<b>[^»\n]{12,400})»|(?<!\w)\"(?P<c>[^\"\n]{12,400})\"(?!\w)"
)
_NAME = r"[A-ZÁÉÍÓÚÑ][\w'’.-]+(?:\s+(?:(?:of|the|van|von|de|del|la|den|der)\s+)?[A-ZÁÉÍÓÚÑ][\w'’.-]*){0,4}"
_SAYS = (
    r"(?:said|says|wrote|writes|stated|states|put it|noted|once said|famously said|has said|explained|argued|remarked|tweeted|"
    r"replied|claimed|dijo|dice|escribió|escribe|afirmó|afirma|señaló|explicó|declaró|sostuvo|comentó|respondió|aseguró|decía)"
)
_BEFORE = re.compile(
    rf"(?:{_NAME}\)?,?\s+(?:\w+\s+)?{_SAYS}(?:\s+\w+){{0,4}}|(?i:as|according to|in the words of|quoting|to quote|según|como|en palabras de|cito a)\s+{_NAME}(?:\s+{_SAYS})?(?:\s+it)?|{_NAME}(?=\s*:))\s*[:,]?\s*(?:that|que)?\s*[*_]*$"
)
_AFTER = re.compile(
    rf"[*_]*[,.]?\s*(?:(?:—|–|-{{1,2}}|~)\s*[*_]*{_NAME}|{_SAYS}\s+(?:[a-z]+\s+){{0,2}}{_NAME}|{_NAME}\s+{_SAYS})"
)


def made_up(reply: str, evidence: Sequence[str]) -> list[Claim]:
    """The sources in `reply` that occur nowhere in `evidence`, in order, none in another.

    `evidence`: the texts of documents with their titles, what was said before, and the question.
    """
    reply = reply[:MOST_CHARS]
    known = _Known(evidence)
    hidden = code(reply)
    found: list[Claim] = []
    for start, end in _sources(reply, hidden, known):
        if not any(start < other.end and other.start < end for other in found):
            text = reply[start:end]
            found.append(Claim(start, end, "unverifiable", SCORE, "source", says=_said(text), text=text))
    return sorted(found, key=lambda one: one.start)[:MOST]


def _said(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"


class _Known:
    """What a reply may name."""

    def __init__(self, evidence: Sequence[str]) -> None:
        self._texts: list[str] | None = None
        self._words: list[Words] | None = None
        self._evidence = evidence
        self._addresses: set[str] | None = None

    def has(self, text: str) -> bool:
        """Whether `text` occurs, and no longer word of which it is a part."""
        if self._texts is None:
            self._texts = [fold(each) for each in self._evidence]
        plain = fold(text)
        pattern = re.compile(rf"(?<![\w]){re.escape(plain)}(?![\w])")
        return any(plain in one and pattern.search(one) for one in self._texts)

    def links(self, address: str) -> bool:
        """Whether a link to `address` occurs, or one to a page below it."""
        if self._addresses is None:
            self._addresses = {_plain(found) for text in self._evidence for found in ADDRESS.findall(text)}
        wanted = _plain(address)
        return any(one == wanted or one.startswith(wanted + "/") for one in self._addresses)

    def quotes(self, said: str) -> bool:
        """Whether somebody said so, word for word."""
        if self._words is None:
            self._words = [words(text) for text in self._evidence]
        pieces = [words(piece).words for piece in re.split(r"\[?(?:\.{3}|…)\]?", said)]
        return any(all(one.find(piece) >= 0 for piece in pieces if piece) for one in self._words)


def _plain(address: str) -> str:
    """`address` without what makes no difference."""
    plain = re.sub(r"^[a-z]+://(?:www\.)?|^www\.", "", address.strip().lower())
    return plain.split("#", maxsplit=1)[0].rstrip("/.,;:!?)*_'\"")


def _sources(reply: str, hidden: list[tuple[int, int]], known: _Known) -> Iterator[tuple[int, int]]:
    yield from _links(reply, hidden, known)
    yield from _packages(reply, known)
    prose = _without(reply, [span for span in hidden if "\n" in reply[span[0] : span[1]]])
    for match in (*_DOI.finditer(prose), *_ARXIV.finditer(prose)):
        end = match.end() - (len(match.group()) - len(match.group().rstrip(".,;:")))
        if not known.has(match[1].rstrip(".,;:")):
            yield match.start(), end
    for match in _NUMBERED.finditer(prose):
        if not _is_known(match, known):
            yield match.span()
    yield from _quotations(prose, known)


def _links(reply: str, hidden: list[tuple[int, int]], known: _Known) -> Iterator[tuple[int, int]]:
    for match in ADDRESS.finditer(reply):
        address = match.group()
        inside = next((span for span in hidden if span[0] <= match.start() < span[1]), None)
        # In a program an address is a value; alone between backticks it is shown to be looked at.
        if inside and len(reply[inside[0] : inside[1]].strip("`\n ")) > len(address) + 2:
            continue
        host = host_of(address)
        if host and not _LOCAL.fullmatch(host) and not known.links(address):
            yield match.span()


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _is_known(match: re.Match[str], known: _Known) -> bool:
    if match["pep"]:
        number = match["pep_number"].lstrip("0")
        return number in _KNOWN_PEPS or any(
            known.has(f"pep{gap}{number}") for gap in (" ", "-", "", " 0", "-0", "-00")
        )
    if match["rfc"]:
        number = match["rfc_number"]
        return number in _KNOWN_RFCS or any(known.has(f"rfc{gap}{number}") for gap in (" ", "-", ""))
    if match["isbn"]:
        return known.has(match["isbn"])
    if match["issue"]:
        number = match["issue_number"]
        return any(
            known.has(f"{mark}{number}")
            for mark in ("#", "issue ", "issues/", "pull/", "gh-", "bpo-", "pr ", "")
        )
    return known.has(match.group())


def _packages(reply: str, known: _Known) -> Iterator[tuple[int, int]]:
    for match in _INSTALL.finditer(reply):
        skip = False
        for word in re.finditer(r"\S+", match["names"]):
            name = (
                word.group()
                .split("[")[0]
                .split("=")[0]
                .split("<")[0]
                .split(">")[0]
                .split("@", 1 if word.group()[0] != "@" else 2)[0]
                .rstrip(".,:;!?*_'")
            )
            if skip or word.group().startswith("-"):
                # What follows "-r" is a file.
                skip = word.group() in ("-r", "--requirement", "-e", "-c", "-i")
                continue
            if not _PACKAGE.fullmatch(name) or "/" in word.group().removeprefix("@").replace(name, "", 1):
                break
            if name.lower() in _WELL_KNOWN or known.has(name) or name.endswith((".txt", ".whl", ".toml")):
                continue
            start = match.start("names") + word.start()
            yield start, start + len(name)
    for match in _SAID_PACKAGE.finditer(reply):
        group = "one" if match["one"] else "two"
        if match[group].lower() not in _WELL_KNOWN and not known.has(match[group]):
            yield match.span(group)


def _quotations(prose: str, known: _Known) -> Iterator[tuple[int, int]]:
    for match in _QUOTATION.finditer(prose):
        said = match[match.lastgroup or 0]
        if len(said.split()) < SHORTEST:
            continue
        line = prose.rfind("\n", 0, match.start()) + 1
        before = prose[max(line, match.start() - 120) : match.start()]
        after = prose[match.end() : match.end() + 80].split("\n\n", maxsplit=1)[0]
        if (_BEFORE.search(before) or _AFTER.match(after)) and not known.quotes(said):
            yield match.start(match.lastgroup or 0), match.end(match.lastgroup or 0)
