"""What a test holds: the whole of Slack as one object, and what members do in it besides writing."""

from __future__ import annotations

from typing import Any

from tests.wire.slack import payloads, reading
from tests.wire.slack.answers import Answers
from tests.wire.slack.dispatch import INTERACTIVE, SLASH_COMMANDS
from tests.wire.slack.errors import Json, NotOffered, SlackError
from tests.wire.slack.model import IM, Channel, Interaction, Message, Modal, User


class World(Answers):
    """Workspaces, people and messages (`add_user`, `add_channel`, `dm`, …), what members do (`say`, `slash`,
    `press`, …) and what they see (`visible_to`, `replies`); `until` waits."""

    # What members do

    async def slash(self, user: User, channel: Channel, command: str, text: str = "") -> Interaction:
        """A member uses a slash command. Returns once the app has acknowledged it, or has failed to.

        Raises:
            NotOffered: there is no such command, or they are not there.
        """
        if self.commands is not None and command not in self.commands:
            raise NotOffered(f"there is no {command}")
        if "commands" not in user.team.scopes or not user.team.installed or not self.sees(user, channel):
            raise NotOffered(f"{command} cannot be used here")
        payload = {
            "token": "verification-token",
            "team_id": user.team.id,
            "team_domain": payloads.domain(user.team),
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.kind == IM else channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": payloads.escaped(text),
            "api_app_id": payloads.APP_ID,
            "is_enterprise_install": "false",
        }
        interaction = self.begin(user, channel, payload)
        await self.bring(SLASH_COMMANDS, interaction, accepts=True)
        if interaction.acked and interaction.response:
            try:
                self.respond(interaction, interaction.response)
            except SlackError as error:
                interaction.error = error.code
        return interaction

    async def press(
        self, user: User, message: Message, action_id: str, value: str | None = None
    ) -> Interaction:
        """A member presses a button, or chooses `value` in a menu.

        Raises:
            NotOffered: it is not there for them.
        """
        if message.deleted or message not in self.visible_to(user, message.channel):
            raise NotOffered("the message is not there")
        block, element = _element(message, action_id, value)
        payload = self._about(user, message.channel, "block_actions") | {
            "actions": [_action(block, element, value, self.new_ts())],
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel.id,
                "is_ephemeral": message.ephemeral_to is not None,
            },
            "state": {"values": {}},
        }
        if message.thread_ts is not None:
            payload["container"]["thread_ts"] = message.thread_ts
        if message.ephemeral_to is None:
            payload["message"] = payloads.message(message)
        interaction = self.begin(user, message.channel, payload, message)
        await self.bring(INTERACTIVE, interaction)
        return interaction

    async def shortcut(self, user: User, message: Message | None, callback_id: str) -> Interaction:
        """A member chooses a shortcut of a message's menu; without `message`, a global one."""
        if message is None:
            payload = self._about(user, None, "shortcut") | {
                "callback_id": callback_id,
                "action_ts": self.new_ts(),
            }
        else:
            if (
                message.deleted
                or message.ephemeral_to
                or message not in self.visible_to(user, message.channel)
            ):
                raise NotOffered("the message is not there")
            payload = self._about(user, message.channel, "message_action") | {
                "callback_id": callback_id,
                "action_ts": self.new_ts(),
                "message_ts": message.ts,
                "message": payloads.message(message),
            }
        channel = None if message is None else message.channel
        interaction = self.begin(user, channel, payload, message)
        await self.bring(INTERACTIVE, interaction)
        return interaction

    async def submit(self, modal: Modal, values: dict[str, Any]) -> Interaction:
        """A member sends a form off. `values`: by action id: a text, or the value of an option."""
        if not modal.open:
            raise NotOffered("the form is closed")
        view = self.view_json(modal) | {"state": {"values": _state(modal.view, values)}}
        payload = self._about(modal.user, None, "view_submission") | {"view": view, "response_urls": []}
        interaction = self.begin(modal.user, None, payload)
        modal.errors = {}
        await self.bring(INTERACTIVE, interaction, accepts=True)
        said = interaction.response or {}
        if interaction.acked and said.get("response_action") == "errors":
            modal.errors = said["errors"]
        elif interaction.acked and said.get("response_action") == "update":
            modal.view = said["view"]
        elif interaction.acked:
            modal.open = False
        self.changed()
        return interaction

    async def close(self, modal: Modal) -> None:
        """A member closes a form without sending it off; the app is told where it asked for that."""
        if not modal.open:
            raise NotOffered("the form is closed")
        modal.open = False
        if modal.view.get("notify_on_close"):
            about = self._about(modal.user, None, "view_closed")
            closed = about | {"view": self.view_json(modal), "is_cleared": False}
            await self.bring(INTERACTIVE, self.begin(modal.user, None, closed))

    def open_home(self, user: User, tab: str = "messages", context: Channel | None = None) -> None:
        """A member opens the app: its Home, or ("messages") the conversation, as the Agent view does.

        `context`: the channel that they are looking at beside it.
        """
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": self.dm(user).id,
            "tab": tab,
        }
        if tab == "messages":
            event["context"] = _context(context)
        elif user.home is not None:
            event["view"] = user.home
        self.emit(user.team, "app_home_opened", event)

    def look_at(self, user: User, channel: Channel | None) -> None:
        """A member with the Agent view open goes to another channel (None: to somewhere without one)."""
        event = {"type": "app_context_changed", "context": _context(channel), "user": user.id}
        self.emit(user.team, "app_context_changed", event | {"channel": self.dm(user).id})

    def stop(self, user: User, channel: Channel, thread_ts: str) -> None:
        """A member presses the stop button of a session that is processing.

        Raises:
            NotOffered: there is none.
        """
        session = self.sessions.get((channel.id, thread_ts))
        if session is None or session.status != "processing":
            raise NotOffered("there is nothing to stop")
        stopped = []
        for message in channel.messages.values():
            if message.streaming and message.thread_ts == thread_ts:
                message.streaming, message.stopped_by = False, user
                stopped.append(message.ts)
        session.status = "active"
        event = {"type": "agent_session_stopped", "channel": channel.id, "thread_ts": thread_ts}
        self.emit(
            user.team, "agent_session_stopped", event | {"user": user.id, "streaming_message_ts": stopped}
        )

    # Inside

    def _about(self, user: User, channel: Channel | None, kind: str) -> Json:
        found: Json = {
            "type": kind,
            "token": "verification-token",
            "api_app_id": payloads.APP_ID,
            "team": {"id": user.team.id, "domain": payloads.domain(user.team)},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {
                "id": user.id,
                "username": user.name,
                "name": user.name,
                "team_id": user.team.id,
            },
        }
        if channel is not None:
            name = "directmessage" if channel.kind == IM else channel.name
            found["channel"] = {"id": channel.id, "name": name}
        return found


def _context(channel: Channel | None) -> Json:
    if channel is None:
        return {}
    entity = {"type": "slack#/types/channel_id", "value": channel.id, "team_id": channel.team.id}
    return {"entities": [entity]}


def _element(message: Message, action_id: str, value: str | None) -> tuple[Json, Json]:
    for block in message.blocks:
        for one in reading.walk(block):
            if one.get("action_id") != action_id:
                continue
            if one["type"] == "button" and value is not None and one.get("value") != value:
                continue
            return block, one
    raise NotOffered(f"there is no {action_id} (value {value}) to press")


def _action(block: Json, element: Json, value: str | None, ts: str) -> Json:
    found: Json = {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "type": element["type"],
        "action_ts": ts,
    }
    if element["type"] in ("button", "icon_button"):
        found["text"] = element["text"]
        found |= {"value": element["value"]} if "value" in element else {}
    elif element["type"] == "feedback_buttons":
        values = [element[name]["value"] for name in ("positive_button", "negative_button")]
        if value not in values:
            raise NotOffered(f"there is no {value} to press")
        found["value"] = value
    else:
        option = next((one for one in element["options"] if one["value"] == value), None)
        if option is None:
            raise NotOffered(f"there is no {value} to choose")
        found["selected_option"] = option
    return found


def _state(view: Json, values: dict[str, Any]) -> Json:
    found: Json = {}
    for block in view.get("blocks", ()):
        element = block.get("element") or {}
        if "action_id" not in element:
            continue
        said = values.get(element["action_id"])
        if said is None and not block.get("optional"):
            raise NotOffered(f"{element['action_id']} must be filled in")
        entry: Json = {"type": element["type"]}
        if element["type"] == "plain_text_input":
            _check_length(element, said)
            entry["value"] = said
        else:
            options = element.get("options", ())
            entry["selected_option"] = next((one for one in options if one["value"] == said), None)
        found.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return found


def _check_length(element: Json, said: str | None) -> None:
    if said is not None and not element.get("min_length", 0) <= len(said) <= element.get("max_length", 3_000):
        raise NotOffered(f"{element['action_id']} is too short or too long")
