"""Messages: made, edited, deleted, and told to the app."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from tests.wire.slack import payloads, reading
from tests.wire.slack.errors import Json, NotOffered
from tests.wire.slack.model import CHANNEL, IM, PRIVATE, Channel, File, Message, User, Version
from tests.wire.slack.state import State

_SUBSCRIPTIONS = {CHANNEL: "message.channels", PRIVATE: "message.groups", IM: "message.im"}
_LONGEST = 12_000
"""Characters that the client lets a member send at once."""


class Talk(State):
    """What members and the bot do with messages."""

    _mention_first = True

    async def say(
        self,
        user: User,
        channel: Channel,
        text: str,
        thread_ts: str | Message | None = None,
        *,
        broadcast: bool = False,
        files: tuple[tuple[str, str, bytes], ...] = (),
    ) -> Message:
        """A member (or another bot) writes. Mentions stand in `text` as `user.mention`, `group.mention`.

        `broadcast`: a reply that is "also sent to the channel"; `files`: name, media type, content.

        Raises:
            NotOffered: they may not write there.
        """
        parent = self._parent(channel, thread_ts)
        if channel.archived or user.id not in channel.members:
            raise NotOffered(f"{user.name} may not write in {channel.name or 'this conversation'}")
        if not (text.strip() or files) or len(text) > _LONGEST:
            raise NotOffered(f"a message has 1 to {_LONGEST} characters")
        stored = payloads.typed(text)
        message = Message(
            channel,
            self.new_ts(),
            user,
            [self._typed_version(stored)],
            parent,
            None if user.is_bot else str(uuid4()),
        )
        message.files = tuple(self._uploaded(*one) for one in files)
        if files:
            message.subtype = "file_share"
        elif broadcast and parent is not None:
            message.subtype = "thread_broadcast"
        return self.post(message)

    async def say_by_webhook(self, channel: Channel, text: str, *, name: str = "Spidey") -> Message:
        """Somebody's incoming webhook writes: no user, and the subtype of old."""
        author = self.add_user(name, bot=True, team=channel.team)
        version = Version(self.clock(), text)
        return self.post(
            Message(channel, self.new_ts(), author, [version], subtype="bot_message", username=name)
        )

    async def edit(self, user: User, message: Message, text: str) -> None:
        """A member edits their own message."""
        if message.user is not user or message.deleted or message.by_app:
            raise NotOffered("only the own messages can be edited")
        window = user.team.edit_window
        if window is not None and self.clock() - float(message.ts) > window:
            raise NotOffered("too late to edit")
        stored = payloads.typed(text)
        if stored == message.text:
            return
        message.edited_at = self.new_ts()
        self.change(message, self._typed_version(stored))
        # Every edit of a message with a mention in it is a new mention.
        self._mention(message, payloads.message(message))

    async def delete(self, user: User, message: Message) -> None:
        """A member deletes their own message, or an admin another's.

        Raises:
            NotOffered: they may not, or it is gone already.
        """
        mine = message.user is user or message.ephemeral_to is user
        if message.deleted or not (mine or user.admin):
            raise NotOffered("may not delete this message")
        self.remove(message)

    async def react(self, user: User, message: Message, name: str) -> None:
        """A member adds a reaction."""
        if message.deleted or message.ephemeral_to is not None or not self.sees(user, message.channel):
            raise NotOffered("the message is not there")
        users = message.reactions.setdefault(name, [])
        if user in users:
            raise NotOffered("they have already")
        users.append(user)
        item = {"type": "message", "channel": message.channel.id, "ts": message.ts}
        event = {"type": "reaction_added", "user": user.id, "reaction": name, "item": item}
        self.emit(user.team, "reaction_added", event | {"item_user": message.user.id})

    async def unfurl(self, message: Message, title: str) -> None:
        """Slack has looked at a link and shows what is behind it: a change that nobody's edit made.

        Raises:
            NotOffered: there is no link, or unfurling is off for this message.
        """
        address = next((target for _, target in reading.links(message.text, message.blocks)), "")
        if not address or message.deleted or not message.unfurl_links:
            raise NotOffered("only links of what stands there are unfurled")
        attachment = {"from_url": address, "title": title, "fallback": title, "id": 1, "title_link": address}
        self.change(message, replace(message.current, at=self.clock(), attachments=(attachment,)))

    async def join(self, user: User, channel: Channel) -> None:
        """A member joins; a line of Slack's says so."""
        channel.members[user.id] = user
        text = f"{user.mention} has joined the channel"
        self.post(
            Message(channel, self.new_ts(), user, [Version(self.clock(), text)], subtype="channel_join")
        )

    def _uploaded(self, name: str, mimetype: str, content: bytes) -> File:
        number = self.new_id("F")
        file = File(number, name, mimetype, content, f"{self.origin}/files-pri/{number}/{name}")
        self.files[number] = file
        return file

    def _parent(self, channel: Channel, thread: str | Message | None) -> str | None:
        if thread is None:
            return None
        ts = thread.thread_ts or thread.ts if isinstance(thread, Message) else thread
        parent = channel.messages.get(ts)
        if parent is None or (parent.thread_ts not in (None, parent.ts)):
            raise NotOffered("there is no such thread")
        return ts

    def _typed_version(self, stored: str) -> Version:
        block = payloads.rich_text(stored, self.new_id("b"))
        return Version(self.clock(), stored, (block,))

    # What the Web API uses too

    def post(self, message: Message, *, link_names: bool = False) -> Message:
        """Puts `message` into its channel and tells everyone."""
        channel = message.channel
        self.note_pings(message, link_names=link_names)
        if message.ephemeral_to is not None:
            message.unseen = message.thread_ts is not None and not self.has_replies(message)
            channel.ephemeral.append(message)
            self.changed()
            return message
        channel.messages[message.ts] = message
        if message.thread_ts is not None:
            parent = channel.messages.get(message.thread_ts)
            if parent is not None:
                parent.thread_ts = parent.ts
        event = payloads.message(message) | {"event_ts": message.ts}
        if self._mentioned(message):
            # Which of the two comes first is not promised: here it changes from one message to the next.
            self._mention_first = not self._mention_first
            if self._mention_first:
                self._mention(message, event)
                self._tell(channel, event)
                return message
        self._tell(channel, event)
        self._mention(message, event)
        return message

    def change(self, message: Message, version: Version) -> None:
        """Gives `message` a new version."""
        before = payloads.message(message)
        message.versions.append(version)
        self.note_pings(message)
        if message.ephemeral_to is None:
            after = payloads.message(message)
            self._tell_about(message, "message_changed", message=after, previous_message=before)
        self.changed()

    def remove(self, message: Message) -> None:
        """A parent with replies stays as "This message was deleted."; everything else goes."""
        before = payloads.message(message)
        message.deleted_at = self.clock()
        message.streaming = False
        if message.ephemeral_to is not None:
            self.changed()
            return
        if self.has_replies(message):
            tomb: Json = {
                "type": "message",
                "subtype": "tombstone",
                "text": "This message was deleted.",
                "user": "USLACKBOT",
                "hidden": True,
                "ts": message.ts,
                "thread_ts": message.ts,
            }
            self._tell_about(message, "message_changed", message=tomb, previous_message=before)
        else:
            self._tell_about(message, "message_deleted", previous_message=before, deleted_ts=message.ts)

    def has_replies(self, message: Message) -> bool:
        """Whether somebody's reply stands in the thread that `message` begins or is in."""
        thread = message.thread_ts or message.ts
        return any(
            one.thread_ts == thread and one.ts != thread and not one.deleted
            for one in message.channel.messages.values()
        )

    def _tell_about(self, about: Message, subtype: str, /, **fields: Json | str) -> None:
        ts = self.new_ts()
        event = {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, "event_ts": ts, **fields}
        self._tell(about.channel, event)

    def _tell(self, channel: Channel, event: Json) -> None:
        if channel.team.me.id in channel.members:
            told = event | {"channel": channel.id, "channel_type": channel.type}
            self.emit(channel.team, _SUBSCRIPTIONS[channel.kind], told)
        self.changed()

    def _mention(self, message: Message, event: Json) -> None:
        """The second event about the same message, with another event id. Never in direct conversations."""
        if self._mentioned(message):
            told = {name: value for name, value in event.items() if name != "channel_type"}
            told |= {"type": "app_mention", "channel": message.channel.id}
            self.emit(message.channel.team, "app_mention", told)

    @staticmethod
    def _mentioned(message: Message) -> bool:
        channel, me = message.channel, message.channel.team.me
        if channel.kind == IM or me.id not in channel.members or message.user is me:
            return False
        return me.id in reading.pings(message.text, message.blocks)

    def note_pings(self, message: Message, *, link_names: bool = False) -> None:
        message.pings |= reading.pings(
            message.text, message.blocks, mrkdwn=message.mrkdwn, link_names=link_names
        )
