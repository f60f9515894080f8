"""Web API: tokens and installation.  https://docs.slack.dev/authentication/installing-with-oauth"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.wire.slack import payloads
from tests.wire.slack.call import Call
from tests.wire.slack.errors import Json, NotOffered, SlackError
from tests.wire.slack.model import Team, User
from tests.wire.slack.world import World

CODE_LASTS = 600.0
TOKEN_LASTS = 43_200
"""Seconds, where tokens rotate."""


@dataclass(slots=True)
class _Code:
    team: Team
    user: User
    scopes: frozenset[str]
    redirect_uri: str
    until: float
    used: bool = False


class OAuth:
    """The handlers of `oauth.*`, `auth.*` and `apps.*`."""

    def __init__(
        self, world: World, client_id: str, client_secret: str, app_token: str, link: Callable[[], str]
    ) -> None:
        self.world = world
        self.client_id = client_id
        self.client_secret = client_secret
        self.app_token = app_token
        self.rotation = False
        """Whether the tokens of new installations rotate."""
        self.known_scopes: frozenset[str] | None = None
        self._link = link
        self._codes: dict[str, _Code] = {}
        self._refresh: dict[str, tuple[Team, str]] = {}

    def authorize(self, url: str, user: User) -> str:
        """A member follows an "Add to Slack" link and agrees. Returns where their browser is sent.

        Raises:
            NotOffered: the link is not one of this app's, or asks for nothing.
        """
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != "/oauth/v2/authorize" or query.get("client_id") != self.client_id:
            raise NotOffered("invalid client_id, or not the v2 flow")
        scopes = frozenset(one for one in query.get("scope", "").split(",") if one)
        if not scopes:
            raise NotOffered("no scopes requested")
        code = secrets.token_hex(16)
        redirect = query.get("redirect_uri", "")
        self._codes[code] = _Code(user.team, user, scopes, redirect, self.world.clock() + CODE_LASTS)
        back = {"code": code, "state": query.get("state", "")}
        return f"{redirect}?{urlencode(back)}"

    async def access(self, call: Call) -> Json:
        self._client(call)
        grant = call.text("grant_type") or "authorization_code"
        if grant == "refresh_token":
            return self._refreshed(call)
        if grant != "authorization_code":
            raise SlackError("invalid_grant_type")
        code = self._codes.get(call.text("code"))
        if code is None or self.world.clock() > code.until:
            raise SlackError("invalid_code")
        if code.used:
            raise SlackError("code_already_used")
        if code.redirect_uri != call.text("redirect_uri"):
            raise SlackError("bad_redirect_uri")
        code.used = True
        team = code.team
        # Scopes only ever grow until the app is removed.
        team.scopes = code.scopes | (team.scopes if team.installed else frozenset())
        team.installed = True
        return self._granted(team) | {"authed_user": {"id": code.user.id}}

    def _refreshed(self, call: Call) -> Json:
        found = self._refresh.pop(call.text("refresh_token"), None)
        if found is None or not found[0].installed:
            raise SlackError("invalid_refresh_token")
        team, old = found
        answer = self._granted(team)
        for token, record in self.world.tokens.items():
            # Two tokens live at most: the new one and the one before it.
            if record.team is team and record.expires_at and token not in (old, answer["access_token"]):
                record.revoked = True
        return answer

    def _granted(self, team: Team) -> Json:
        token = self.world.new_token(team, lasts=TOKEN_LASTS if self.rotation else None)
        team.bot_token = token
        answer: Json = {
            "app_id": payloads.APP_ID,
            "scope": ",".join(sorted(team.scopes)),
            "token_type": "bot",
            "access_token": token,
            "bot_user_id": team.me.id,
            "team": {"id": team.id, "name": team.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }
        if self.rotation:
            refresh = f"xoxe-1-{secrets.token_hex(16)}"
            self._refresh[refresh] = (team, token)
            answer |= {"refresh_token": refresh, "expires_in": TOKEN_LASTS}
        return answer

    def _client(self, call: Call) -> None:
        client_id, secret = call.basic or (call.text("client_id"), call.text("client_secret"))
        if client_id != self.client_id:
            raise SlackError("invalid_client_id")
        if secret != self.client_secret:
            raise SlackError("bad_client_secret")

    async def test(self, call: Call) -> Json:
        return {
            "url": f"https://{payloads.domain(call.team)}.slack.com/",
            "team": call.team.name,
            "user": call.me.name,
            "team_id": call.team.id,
            "user_id": call.me.id,
            "bot_id": call.me.bot_id,
            "is_enterprise_install": False,
        }

    async def revoke(self, call: Call) -> Json:
        assert call.token is not None
        if call.flag("test", False):
            return {"revoked": False}
        call.token.revoked = True
        return {"revoked": True}

    async def uninstall(self, call: Call) -> Json:
        self._client(call)
        self.world.uninstall(call.team)
        return {}

    async def open_connection(self, call: Call) -> Json:
        return {"url": self._link()}

    async def validate_manifest(self, call: Call) -> Json:
        manifest = call.structure("manifest", "invalid_manifest")
        errors = _wrong(manifest)
        if errors:
            raise SlackError(
                "invalid_manifest",
                errors=[{"message": message, "pointer": pointer} for message, pointer in errors],
            )
        return {"errors": []}


_PARTS = {"_metadata", "display_information", "features", "oauth_config", "settings", "functions"}


def _wrong(manifest: object) -> list[tuple[str, str]]:
    """What is wrong in a manifest, and where. Slack knows more rules than these."""
    if not isinstance(manifest, dict):
        return [("must be an object", "/")]
    found = [("unknown property", f"/{name}") for name in sorted(set(manifest) - _PARTS)]
    about = manifest.get("display_information") or {}
    found += _length(about.get("name"), 35, "/display_information/name", required=True)
    found += _length(about.get("description"), 140, "/display_information/description")
    features = manifest.get("features") or {}
    if "assistant_view" in features:
        found.append(("new apps cannot have it", "/features/assistant_view"))
    for number, command in enumerate(features.get("slash_commands", ())):
        where = f"/features/slash_commands/{number}"
        found += _length(command.get("command"), 32, f"{where}/command", required=True)
        found += _length(command.get("description"), 2_000, f"{where}/description", required=True)
        if not str(command.get("command", "")).startswith("/"):
            found.append(("must begin with a slash", f"{where}/command"))
    if len(features.get("slash_commands", ())) > 50:
        found.append(("no more than 50", "/features/slash_commands"))
    for number, shortcut in enumerate(features.get("shortcuts", ())):
        where = f"/features/shortcuts/{number}"
        found += _length(shortcut.get("name"), 24, f"{where}/name", required=True)
        found += _length(shortcut.get("callback_id"), 255, f"{where}/callback_id", required=True)
        found += _length(shortcut.get("description"), 150, f"{where}/description", required=True)
        if shortcut.get("type") not in ("message", "global"):
            found.append(("must be message or global", f"{where}/type"))
    if len(features.get("shortcuts", ())) > 10:
        found.append(("no more than 10", "/features/shortcuts"))
    return found


def _length(value: object, most: int, where: str, *, required: bool = False) -> list[tuple[str, str]]:
    if value is None and not required:
        return []
    if not isinstance(value, str) or not value or len(value) > most:
        return [(f"must be a text of 1 to {most} characters", where)]
    return []
