"""*Policy*: each guard's rule, what it means, and what another one would have made of the last cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.base import CommandUse, Locale, OptionValue
from bot.console.asked import Asked
from bot.console.gate import who_of
from bot.console.kept import Kept
from bot.console.pages import is_part, locale_of, page
from bot.console.setting import settings_of
from bot.console.views import percent, row_of
from bot.console.words import ACTIONS, GUARDS, SOURCES
from bot.i18n import translate
from bot.policy import NEVER, Action, GuardRule, Policy
from bot.rules import CHANGE, chosen, otherwise

DAYS = 30
COMPARED = 2_000
"""Cases that a rule is compared on, at most: the newest."""
LISTED = 8
_FAILURES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class RuleView:
    """One guard's rule as a form shows it."""

    guard: str
    meaning: str
    flag: int
    block: int
    action: str
    on_failure: str
    shadow: bool
    apart: Sequence[tuple[str, int]]
    """Whose words have a threshold of their own to act from."""


def routes(kept: Kept, asked: Asked, clock: Callable[[], float]) -> Sequence[BaseRoute]:
    """The page and what it asks for."""

    async def policy_of(request: Request) -> Policy:
        return chosen(await kept.layer(who_of(request).community))

    async def index(request: Request) -> Response:
        return await _page(request, await policy_of(request))

    async def compared(request: Request) -> Response:
        policy = await policy_of(request)
        guard, rule = _given(request.query_params, policy)
        cases = await kept.cases(who_of(request).community, since=clock() - DAYS * 24 * 3600, limit=COMPARED)
        changed = otherwise(cases, policy, guard, rule)
        locale = locale_of(request)
        ways = Counter((each.now, each.then) for each in changed)
        return page(
            request,
            "_compared.html",
            total=len(cases),
            changed=len(changed),
            ways=[(*(translate(ACTIONS[each.word], locale) for each in way), count) for way, count in ways.most_common()],
            rows=[row_of(each.case, None, locale) for each in changed[::-1][:LISTED]],
        )  # fmt: skip

    async def change(request: Request) -> Response:
        guard, rule = _given(request.state.form, await policy_of(request))
        changed: dict[str, OptionValue] = {
            "guard": guard,
            "flag": rule.flag,
            "block": rule.block,
            "action": rule.action.word,
            "on_failure": rule.on_failure,
            "shadow": rule.shadow,
        }
        said = await asked(request, CommandUse(CHANGE, changed))
        if not is_part(request):
            return RedirectResponse("/policy", 303)
        return page(request, "_toast.html", notice=said)

    return [
        Route("/policy", index),
        Route("/policy", change, methods=["POST"]),
        Route("/policy/compared", compared),
    ]


async def _page(request: Request, policy: Policy) -> Response:
    locale = locale_of(request)
    actions = [(word, translate(name, locale)) for word, name in ACTIONS.items() if word != "allow"]
    rules = [_view(guard, rule, locale) for guard, rule in policy.rules.items()]
    return page(request, "policy.html", rules=rules, actions=actions, settings=settings_of(policy, locale))


def _view(guard: str, rule: GuardRule, locale: Locale) -> RuleView:
    return RuleView(
        guard,
        translate(GUARDS.get(guard, ""), locale),
        percent(rule.flag),
        percent(rule.block),
        rule.action.word,
        rule.on_failure,
        rule.shadow,
        [
            (translate(SOURCES[source], locale), percent(own.block))
            for source, own in rule.sources.items()
            if own.block is not None
        ],
    )


def _given(form: Mapping[str, str], policy: Policy) -> tuple[str, GuardRule]:
    """The guard and the rule that a form names."""
    guard, action, on_failure = (form.get(name, "") for name in ("guard", "action", "on_failure"))
    if guard not in policy.rules or action not in ACTIONS or on_failure not in _FAILURES:
        raise HTTPException(400)
    return guard, replace(
        policy.rules[guard],
        flag=_score(form.get("flag", "")),
        block=_score(form.get("block", "")),
        action=Action[action.upper()],
        on_failure="closed" if on_failure == "closed" else "open",
        shadow=form.get("shadow") == "on",
    )


def _score(given: str) -> float:
    if not (given.isascii() and given.isdecimal() and len(given) <= 3 and int(given) <= round(100 * NEVER)):
        raise HTTPException(400)
    return int(given) / 100
