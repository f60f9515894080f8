"""The description of the app that Slack makes it from: the least scopes, and the commands of the one table. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.base import N_, CommandSpec, Locale, OptionSpec, Translate
from adapters.sentences import MENUS

NAME = "Sereno"
PATH = "/slack/events"
"""Where events, commands, presses and choices come in over HTTP."""
INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
"""Where many workspaces install the app."""
SCOPES = {
    "app_mentions:read": "hears what mentions it",
    "assistant:write": "the Agent view",
    "channels:history": "hears threads in public channels, and finds its own replies there again",
    "channels:read": "looks whether it is in the moderators' channel, and names those to choose from",
    "chat:write": "answers",
    "commands": "commands and shortcuts",
    "files:read": "reads small text files beside a message",
    "groups:history": "the same in private channels",
    "groups:read": "the same for a private moderators' channel",
    "im:history": "hears direct messages",
    "users:read": "names, languages, and who is an admin",
}
"""Each with what it is for."""
FOR_GROUP = "usergroups:read"
"""Only where a user group moderates."""
REMOVED = ("app_uninstalled", "tokens_revoked")
"""Only where many workspaces install it."""
EVENTS = ("app_home_opened", "app_mention", "message.channels", "message.groups", "message.im")
SHORTCUT_ABOUT = {
    "check": "What the claims of a message rest on",
    "translate": "The message in your language",
    "report": "A card for the moderators",
}
PROMPTS = (
    (N_("What can you do?"), N_("What can you do, and how do I ask you?")),
    (N_("What is kept about me?"), N_("What do you keep about me, and for how long?")),
    (N_("Explain something"), N_("Explain in three sentences what a language model is.")),
)
"""What the Agent view offers to begin with: title, message. The manifest has them in English; who speaks something else
gets theirs when they open the view.
"""
_HINT = 1000


def scopes_of(moderators: str) -> list[str]:
    """The scopes that the bot's token needs. `moderators`: the id of a user group, or ""."""
    return sorted([*SCOPES, *([FOR_GROUP] if moderators else [])])


def manifest_of(
    commands: Sequence[CommandSpec], moderators: str = "", url: str = "", *, many: bool = False
) -> dict[str, Any]:
    """The manifest, as Slack reads it from JSON.

    Args:
        commands: the table.
        moderators: the id of a user group whose members moderate, or "".
        url: where Slack sends events over HTTP; "" for Socket Mode.
        many: many workspaces can install it; needs `url`.
    """
    url = url.rstrip("/")
    address = {"request_url": f"{url}{PATH}"} if url else {}
    back = {"redirect_urls": [f"{url}{REDIRECT_PATH}"]} if many else {}
    return {
        "display_information": {
            "name": NAME,
            "description": "A chatbot of this community, with guards on what goes in and what comes out",
        },
        "features": {
            "agent_view": {
                "agent_description": "Answers questions, translates, sums up, and says what its answers rest on.",
                "suggested_prompts": prompts(lambda sentence, _: sentence, ""),
            },
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [
                {
                    "name": name,
                    "type": "message",
                    "callback_id": callback(action),
                    "description": SHORTCUT_ABOUT[action],
                }
                for action, name in MENUS.items()
            ],
            "slash_commands": [each | _url(address) for each in slash_commands(commands)],
        },
        "oauth_config": back | {"scopes": {"bot": scopes_of(moderators)}},
        "settings": {
            "event_subscriptions": address | {"bot_events": [*EVENTS, *(REMOVED if many else ())]},
            "interactivity": address | {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": many,
        },
    }


def prompts(translate: Translate, locale: Locale) -> list[dict[str, str]]:
    """What the Agent view offers, in a language."""
    return [
        {"title": translate(title, locale), "message": translate(message, locale)}
        for title, message in PROMPTS
    ]


def _url(address: Mapping[str, str]) -> dict[str, str]:
    return {"url": address["request_url"]} if address else {}


def callback(action: str) -> str:
    """The id of a shortcut."""
    return f"sereno_{action}"


def slash_commands(commands: Sequence[CommandSpec]) -> list[dict[str, Any]]:
    """The table as Slack's commands; those of two words share the first one."""
    hints: dict[str, list[str]] = {}
    described: dict[str, str] = {}
    for spec in commands:
        first, _, second = spec.name.partition(" ")
        hint = " ".join([*([second] if second else []), *(_hint(option) for option in _typed(spec))])
        hints.setdefault(first, []).append(hint)
        described.setdefault(first, spec.descriptions["en"])
    return [
        {
            "command": f"/{name}",
            "description": described[name],
            **({"usage_hint": " | ".join(hint)[:_HINT]} if any(hint) else {}),
            # Members and channels come with their ids.
            "should_escape": True,
        }
        for name, hint in hints.items()
    ]


def _typed(spec: CommandSpec) -> list[OptionSpec]:
    """The options in the order of typing: the text that needs no name comes last."""
    return sorted(spec.options, key=lambda option: option.name == "text")


def _hint(option: OptionSpec) -> str:
    if option.name == "text":
        return "text" if option.required else "[text]"
    kind = "|".join(option.choices) or {"channel": "#channel", "boolean": "yes|no"}.get(option.type, "…")
    return f"{option.name}={kind}" if option.required else f"[{option.name}={kind}]"
