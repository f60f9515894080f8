"""REST v10: answers to interactions.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

from tests.wire.discord import bodies, checks
from tests.wire.discord.call import Call
from tests.wire.discord.errors import ApiError, Json, dead_token, form_error, unknown, whole
from tests.wire.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT
from tests.wire.discord.model import (
    DEFAULT_MESSAGE,
    EPHEMERAL,
    LOADING,
    MENU_REPLY,
    REPLY,
    SLASH_REPLY,
    Interaction,
    Message,
    Modal,
    Version,
)
from tests.wire.discord.permissions import Permission
from tests.wire.discord.rest import NO_CONTENT, Answer, Handler
from tests.wire.discord.world import World

FIRST_WITHIN = 3.0
"""Seconds for the first answer."""
TOKEN_FOR = 900.0
"""Seconds that a token lives."""
_MOST_FOLLOWUPS = 5
"""Where the app is installed for the user only."""
MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, FORM = 4, 5, 6, 7, 8, 9
_ANSWERS = {
    COMMAND: (MESSAGE, DEFER, FORM),
    COMPONENT: (MESSAGE, DEFER, DEFER_UPDATE, UPDATE, FORM),
    AUTOCOMPLETE: (CHOICES,),
    MODAL_SUBMIT: (MESSAGE, DEFER, DEFER_UPDATE, UPDATE),
}


class Webhooks:
    """The handlers under /interactions and /webhooks."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> dict[str, Handler]:
        hook = "/webhooks/{webhook_id}/{webhook_token}"
        return {
            "POST /interactions/{interaction_id}/{interaction_token}/callback": self.callback,
            f"POST {hook}": self.follow_up,
            f"GET {hook}/messages/{{message_id}}": self.get,
            f"PATCH {hook}/messages/{{message_id}}": self.edit,
            f"DELETE {hook}/messages/{{message_id}}": self.delete,
        }

    # The first answer

    async def callback(self, call: Call) -> Answer:
        world = self.world
        interaction = world.interactions.get(call.params["interaction_token"])
        if interaction is None or interaction.id != call.id("interaction_id"):
            raise unknown("interaction")
        if interaction.acked_at is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        if world.clock() - interaction.created_at > FIRST_WITHIN:
            raise unknown("interaction")
        kind = call.body.get("type")
        possible = _ANSWERS[interaction.type]
        if interaction.type == MODAL_SUBMIT and interaction.source is None:
            possible = (MESSAGE, DEFER)
        if kind not in possible:
            text = f"Value must be one of {{{', '.join(map(str, possible))}}}."
            raise form_error("type", "BASE_TYPE_CHOICES", text)
        data = call.body.get("data") or {}
        message = self._answer(call, interaction, kind, data)
        interaction.acked_at, interaction.ack_type = world.clock(), kind
        world.changed()
        if not call.flag("with_response"):
            return NO_CONTENT
        return 200, self._callback_json(interaction, kind, message)

    def _answer(self, call: Call, interaction: Interaction, kind: int, data: Json) -> Message | None:
        world = self.world
        if kind == MESSAGE:
            interaction.response = self._post(call, interaction, data)
        elif kind == DEFER:
            if whole("data.flags", data.get("flags")) & ~EPHEMERAL:
                raise form_error("data.flags", "FLAGS_NOT_ALLOWED", "Only EPHEMERAL may be set")
            flags = LOADING | int(data.get("flags") or 0)
            version = Version(world.clock(), "", (), (), (), flags)
            interaction.response = self._put(interaction, version, {"parse": []})
        elif kind == UPDATE:
            assert interaction.source is not None
            self._change(call, interaction, interaction.source, data)
            interaction.response = interaction.source
        elif kind == DEFER_UPDATE:
            interaction.response = interaction.source
        elif kind == FORM:
            checks.modal(data)
            interaction.modal = Modal(
                data["custom_id"], data["title"], tuple(data["components"]), interaction
            )
        else:
            interaction.choices = list(data.get("choices") or ())
            if len(interaction.choices) > 25:
                raise form_error("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        return interaction.response

    def _callback_json(self, interaction: Interaction, kind: int, message: Message | None) -> Json:
        about: Json = {"id": str(interaction.id), "type": interaction.type}
        found: Json = {"interaction": about}
        if message is not None:
            about["response_message_id"] = str(message.id)
            about["response_message_loading"] = message.loading
            about["response_message_ephemeral"] = message.ephemeral_to is not None
        if message is not None and kind in (MESSAGE, UPDATE):
            found["resource"] = {"type": kind, "message": self.world.message_json(message, all_content=True)}
        elif kind in (DEFER, DEFER_UPDATE, FORM):
            found["resource"] = {"type": kind}
        return found

    # Everything after it

    def _interaction(self, call: Call) -> Interaction:
        interaction = self.world.interactions.get(call.params["webhook_token"])
        if call.id("webhook_id") != self.world.me.id:
            raise unknown("Webhook")
        if interaction is None or self.world.clock() - interaction.created_at > TOKEN_FOR:
            raise dead_token()
        if interaction.acked_at is None:
            raise unknown("Webhook")
        return interaction

    def _message(self, call: Call, interaction: Interaction) -> Message:
        name = call.params["message_id"]
        message = interaction.response
        if name != "@original":
            wanted = call.id("message_id")
            mine = [*interaction.followups, *([interaction.response] if interaction.response else [])]
            message = next((one for one in mine if one.id == wanted), None)
        if message is None or message.deleted:
            raise unknown("Message")
        return message

    async def follow_up(self, call: Call) -> Answer:
        interaction = self._interaction(call)
        response = interaction.response
        if (
            interaction.ack_type == DEFER
            and response is not None
            and response.loading
            and not response.deleted
        ):
            # "For backwards compatibility": the first follow-up fills in the deferred answer.
            body = {key: value for key, value in call.body.items() if key != "flags"}
            kept = int(call.body.get("flags") or 0) & ~EPHEMERAL
            self._change(call, interaction, response, body | ({"flags": kept} if kept else {}))
            return 200, self.world.message_json(response, all_content=True)
        if interaction.user_installed_only and len(interaction.followups) >= _MOST_FOLLOWUPS:
            raise ApiError(400, 40094, "This interaction has hit the maximum number of follow up messages")
        message = self._post(call, interaction, call.body)
        interaction.followups.append(message)
        return 200, self.world.message_json(message, all_content=True)

    async def get(self, call: Call) -> Answer:
        return 200, self.world.message_json(self._message(call, self._interaction(call)), all_content=True)

    async def edit(self, call: Call) -> Answer:
        interaction = self._interaction(call)
        message = self._message(call, interaction)
        self._change(call, interaction, message, call.body)
        return 200, self.world.message_json(message, all_content=True)

    async def delete(self, call: Call) -> Answer:
        self.world.remove(self._message(call, self._interaction(call)))
        return NO_CONTENT

    def _change(self, call: Call, interaction: Interaction, message: Message, body: Json) -> None:
        version = bodies.edited_version(self.world, call, body, message)
        bodies.check_may_show(self._held(interaction), call, body)
        self.world.change(message, version, allowed=body.get("allowed_mentions"))

    def _post(self, call: Call, interaction: Interaction, body: Json) -> Message:
        version = bodies.new_version(
            self.world, call, body, interaction.channel, flags_allowed=checks.ANSWERING
        )
        bodies.check_may_show(self._held(interaction), call, body)
        return self._put(interaction, version, body.get("allowed_mentions"))

    def _held(self, interaction: Interaction) -> Permission:
        if interaction.channel.guild is None:
            return self.world.permissions(interaction.user, interaction.channel)
        return self.world.app_permissions(interaction.channel)

    def _put(self, interaction: Interaction, version: Version, allowed: Json | None) -> Message:
        world = self.world
        private = bool(version.flags & EPHEMERAL) or self._only_private(interaction)
        kinds = {COMMAND: SLASH_REPLY, COMPONENT: REPLY, MODAL_SUBMIT: REPLY}
        kind = kinds[interaction.type]
        if interaction.type == COMMAND and interaction.data["type"] != 1:
            kind = MENU_REPLY
        if kind == REPLY and interaction.source is None:
            kind = DEFAULT_MESSAGE
        if interaction.response is not None and interaction.acked_at is not None:
            kind = REPLY
        return world.post(
            interaction.channel,
            world.me,
            version,
            kind=kind,
            referenced=(interaction.response or interaction.source) if kind == REPLY else None,
            allowed=allowed
            if kind != REPLY
            else {"replied_user": False, **(allowed or {"parse": ["users", "roles", "everyone"]})},
            ephemeral_to=interaction.user if private else None,
            interaction=interaction,
            webhook_id=world.me.id,
        )

    def _only_private(self, interaction: Interaction) -> bool:
        """Without USE_EXTERNAL_APPS an app that the guild has not installed is read by its user only."""
        if not interaction.user_installed_only or interaction.channel.guild is None:
            return False
        return not self.world.can(interaction.user, interaction.channel, Permission.USE_EXTERNAL_APPS)
