"""What the app does in answer to members: response URLs, forms, acknowledgements."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from tests.wire.slack import payloads
from tests.wire.slack.blocks import check_blocks, check_text
from tests.wire.slack.dispatch import Delivery, Dispatcher
from tests.wire.slack.errors import Json, SlackError
from tests.wire.slack.model import Channel, Interaction, Message, Modal, Session, Team, User, Version
from tests.wire.slack.talk import Talk

TRIGGER_LASTS = 3.0
RESPONSE_LASTS = 1_800.0
RESPONSE_USES = 5


class Answers(Talk):
    """Interactions from their beginning to their last answer."""

    dispatcher: Dispatcher
    commands: frozenset[str] | None = None
    """Those of the app's settings, with the slash; None: any."""
    sessions: dict[tuple[str, str], Session]
    """By channel and thread."""
    interactions: dict[str, Interaction]
    """By the token in their response_url."""

    def __init__(
        self, clock: Callable[[], float] | None, scopes: frozenset[str], subscribed: frozenset[str]
    ) -> None:
        super().__init__(clock, scopes, subscribed)
        self.sessions = {}
        self.interactions = {}

    def start(self, dispatcher: Dispatcher, origin: str) -> None:
        """From now on the app is told."""
        self.dispatcher, self.deliverer, self.origin = dispatcher, dispatcher, origin

    def begin(
        self, user: User, channel: Channel | None, payload: Json, message: Message | None = None
    ) -> Interaction:
        token, now = secrets.token_hex(12), self.clock()
        trigger = f"{self.new_ts()}.{secrets.token_hex(8)}"
        payload["trigger_id"] = trigger
        interaction = Interaction(user, channel, payload, trigger, now + TRIGGER_LASTS, now + RESPONSE_LASTS)
        interaction.message = message
        self.interactions[token] = interaction
        if channel is not None:
            interaction.response_url = f"{self.origin}/actions/{user.team.id}/{token}"
            payload["response_url"] = interaction.response_url
        return interaction

    async def bring(self, kind: str, interaction: Interaction, *, accepts: bool = False) -> None:
        delivery = Delivery(kind, interaction.payload, accepts)
        self.dispatcher.start(delivery)
        await delivery.done.wait()
        interaction.acked, interaction.response = delivery.acked, delivery.response
        if not delivery.acked:
            interaction.error = {"timeout": "operation_timeout", "http_error": "http_service_error"}.get(
                delivery.error, "dispatch_failed"
            )
        self.changed()

    def answered(self, message: Message) -> None:
        """A reply of the app's takes the "is thinking…" away."""
        session = self.sessions.get((message.channel.id, message.thread_ts or ""))
        if session is not None:
            session.said = ""

    def session_ended(self, message: Message, status: str) -> None:
        session = self.sessions.get((message.channel.id, message.thread_ts or message.ts))
        if session is not None:
            session.status, session.said = status, ""

    def respond(self, interaction: Interaction, body: Json) -> None:
        """What a response_url, or the acknowledgement of a command, asks for.

        Raises:
            SlackError: the message is not one.
        """
        message = interaction.message
        if body.get("delete_original"):
            if message is not None:
                self.remove(message)
            return
        text = str(body.get("text", ""))
        check_text(text)
        blocks = check_blocks(body.get("blocks"), lambda: self.new_id("b"))
        if not text and not blocks and not body.get("attachments"):
            raise SlackError("no_text")
        version = Version(self.clock(), text, blocks, tuple(body.get("attachments", ())))
        if body.get("replace_original"):
            if message is not None and not message.deleted:
                self.change(message, version)
            return
        channel, team = interaction.channel, interaction.user.team
        assert channel is not None
        ephemeral = body.get("response_type", "ephemeral") != "in_channel"
        posted = Message(
            channel,
            self.new_ts(),
            team.me,
            [version],
            body.get("thread_ts"),
            ephemeral_to=interaction.user if ephemeral else None,
            by_app=True,
        )
        interaction.messages.append(posted)
        self.post(posted)

    def response_used(self, token: str, body: Json) -> None:
        """A post to a response_url.

        Raises:
            SlackError: it is unknown, used up, or too old.
        """
        interaction = self.interactions.get(token)
        if interaction is None:
            raise SlackError("invalid_url", status=404)
        if self.clock() > interaction.response_until:
            raise SlackError("expired_url", status=404)
        if interaction.uses >= RESPONSE_USES:
            raise SlackError("used_url", status=404)
        interaction.uses += 1
        self.respond(interaction, body)

    def open_modal(self, team: Team, trigger_id: str, view: Json) -> Modal:
        """Shows a form to who has just done something.

        Raises:
            SlackError: the trigger is unknown, too old, or was used.
        """
        for interaction in self.interactions.values():
            if interaction.trigger_id == trigger_id and interaction.user.team is team:
                if self.clock() > interaction.trigger_until:
                    raise SlackError("expired_trigger_id")
                if interaction.trigger_used:
                    raise SlackError("exchanged_trigger_id")
                interaction.trigger_used = True
                modal = Modal(self.new_id("V"), interaction.user, view, secrets.token_hex(8))
                interaction.modal = modal
                self.modals.append(modal)
                self.changed()
                return modal
        raise SlackError("invalid_trigger_id")

    def view_json(self, modal: Modal) -> Json:
        return modal.view | {
            "id": modal.id,
            "team_id": modal.user.team.id,
            "app_id": payloads.APP_ID,
            "bot_id": modal.user.team.me.bot_id,
            "hash": modal.hash,
            "state": {"values": {}},
            "root_view_id": modal.id,
            "previous_view_id": None,
        }
