"""*Knowledge*: what the community knows, passage by passage; documents are added, and taken out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console.gate import who_of
from bot.console.kept import Kept
from bot.console.pages import locale_of, page
from bot.console.upload import Upload
from bot.console.words import sayer
from bot.conversation import turn_of
from bot.guardlog import redact
from bot.i18n import translate
from bot.knowledge.adding import Added, Adding, File
from bot.knowledge.desk import case_in, refused, removed, unknown, written
from bot.knowledge.documents import MOST_PASSAGES, KnowledgeFull
from bot.knowledge.reading import CannotRead, name_of
from bot.rules import chosen

SHOWN = 20
"""Passages of one page."""
FLAGGED = 50
"""Passages with something in them that are shown."""
EXCERPT = 300
"""Characters of such a passage."""


@dataclass(frozen=True, slots=True)
class FlaggedView:
    """A passage in which the guards found something."""

    title: str
    excerpt: str
    why: str


@dataclass(frozen=True, slots=True)
class AddedView:
    """What became of a document."""

    name: str
    version: int
    """0: nothing of it is used."""
    passages: int
    left_out: int
    flagged: Sequence[FlaggedView]
    more: int
    """Flagged passages that are not shown."""


def routes(
    kept: Kept, adding: Adding, clock: Callable[[], float], new_id: Callable[[], str]
) -> Sequence[BaseRoute]:
    """The pages and what they ask for."""

    async def index(request: Request) -> Response:
        return await listed(request)

    async def listed(
        request: Request, added: AddedView | None = None, notice: str = "", status: int = 200
    ) -> Response:
        catalogue = await kept.catalogue(who_of(request).community)
        return page(
            request,
            "knowledge.html",
            status,
            heads=catalogue.heads,
            passages=catalogue.passages,
            most=MOST_PASSAGES,
            added=added,
            notice=notice,
            once=new_id(),
        )

    async def add(request: Request) -> Response:
        who, form, locale = who_of(request), request.state.form, locale_of(request)
        # A form that is sent twice is one turn, which nobody can choose.
        turn = turn_of("console", f"{who.community} {who.person} {form.get('once', '')}")
        file = _given(
            request.state.file, form.get("text", ""), form.get("name", ""), redact(who.name, 80), turn
        )
        if file is None:
            return await listed(request, notice=sayer(locale)("nothing_given"), status=400)
        policy = chosen(await kept.layer(who.community))
        try:
            added = await adding.add(
                who.community, file, policy, at=clock(), use_flagged=form.get("use_flagged") == "on"
            )
        except (CannotRead, KnowledgeFull) as error:
            return await listed(request, notice=refused(file.name, error, locale), status=400)
        case = case_in(
            added,
            turn=turn,
            at=clock(),
            conversation=f"{who.community}//",
            author_id=who.person,
            author_name=who.name,
        )
        if case is not None and await kept.file(who.community, turn) is None:
            await kept.record(who.community, case)
        return await listed(request, added=_view(added, locale))

    async def document(request: Request) -> Response:
        community, query = who_of(request).community, request.query_params
        head = (await kept.catalogue(community)).head(query.get("name", ""))
        if head is None:
            raise HTTPException(404)
        passages = await kept.passages(community, head.name)
        last = max(1, -(-len(passages) // SHOWN))
        number = min(max(1, _number(query.get("page", ""))), last)
        start = (number - 1) * SHOWN
        return page(
            request,
            "document.html",
            head=head,
            passages=passages[start : start + SHOWN],
            start=start,
            number=number,
            last=last,
        )

    async def remove(request: Request) -> Response:
        name, locale = request.state.form.get("name", ""), locale_of(request)
        head = await kept.unlearn(who_of(request).community, name)
        return await listed(request, notice=removed(head, locale) if head else unknown(name, locale))

    return [
        Route("/knowledge", index),
        Route("/knowledge", add, methods=["POST"]),
        Route("/knowledge/document", document),
        Route("/knowledge/remove", remove, methods=["POST"]),
    ]


def _number(given: str) -> int:
    """A page's number; 0 when it is none."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 0


def _given(upload: Upload | None, text: str, name: str, by: str, turn: str) -> File | None:
    """What a form brings: its file, else its text; None when there is neither."""
    name = name_of(name)
    if upload is not None and (upload.data or upload.name):
        return File(name or name_of(upload.name) or "document", upload.data, upload.media_type, by, turn)
    return written(text, name, by, turn)


def _view(added: Added, locale: str) -> AddedView:
    head = added.head
    return AddedView(
        added.name,
        head.version if head else 0,
        head.passages if head else 0,
        head.left_out if head else len(added.flagged),
        [
            FlaggedView(passage.title, redact(passage.text, EXCERPT), translate(why, locale))
            for passage, why in added.flagged[:FLAGGED]
        ],
        max(0, len(added.flagged) - FLAGGED),
    )
