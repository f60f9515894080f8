"""Messages: made, edited, deleted, and told to those who may read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.wire.discord import mentions, payloads
from tests.wire.discord.errors import Json, NotOffered
from tests.wire.discord.model import (
    DEFAULT_MESSAGE,
    HAS_THREAD,
    REPLY,
    SUPPRESS_EMBEDS,
    THREAD_CREATED,
    THREAD_STARTER,
    Attachment,
    Channel,
    Interaction,
    Message,
    Pings,
    User,
    Version,
    walk,
)
from tests.wire.discord.permissions import Permission
from tests.wire.discord.state import DIRECT_MESSAGES, GUILD_MESSAGES, State


class Talk(State):
    """What members and the bot do with messages."""

    async def say(
        self,
        who: User,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: tuple[tuple[str, str, bytes], ...] = (),
    ) -> Message:
        """A member (or another bot) writes. `ping`: of a reply; `files`: name, media type, content.

        Raises:
            NotOffered: they may not write there.
        """
        self._check_may_write(who, channel)
        if len(text) > (2000 if who.bot else 4000) or not (text.strip() or files):
            raise NotOffered("a message has 1 to 2,000 characters (4,000 for those who pay)")
        return self.post(
            channel,
            who,
            Version(self.clock(), text.strip(), (), (), self.uploaded(channel, files), 0),
            kind=REPLY if reply_to is not None else DEFAULT_MESSAGE,
            referenced=reply_to,
            allowed=None if ping else {"parse": ["users", "roles", "everyone"], "replied_user": False},
        )

    async def say_by_webhook(self, channel: Channel, text: str, *, name: str = "Spidey Bot") -> Message:
        """Somebody's webhook writes."""
        author = self.add_user(name, bot=True)
        version = Version(self.clock(), text, (), (), (), 0)
        return self.post(channel, author, version, webhook_id=author.id)

    async def edit(self, who: User, message: Message, text: str) -> None:
        """A member edits their own message."""
        if message.author is not who or message.deleted:
            raise NotOffered("only the own messages can be edited")
        self.change(message, replace(message.versions[-1], at=self.clock(), content=text.strip()))

    async def unfurl(self, message: Message, title: str) -> None:
        """Discord has looked at a link and shows what is behind it: an update that nobody's edit made.

        Raises:
            NotOffered: there is no link, or nothing to show it under.
        """
        link = next((word for word in message.content.split() if word.startswith("https://")), "")
        if not link or message.deleted or message.flags & SUPPRESS_EMBEDS:
            raise NotOffered("only links of what stands there are unfurled")
        embed = {"type": "link", "url": link, "title": title}
        now = replace(message.versions[-1], at=self.clock(), embeds=(*message.embeds, embed))
        self.change(message, now, silent=True)

    async def delete_many(self, who: User, channel: Channel, messages: list[Message]) -> None:
        """A moderators' bot deletes many at once.

        Raises:
            NotOffered: they may not, or these cannot be deleted together.
        """
        if channel.guild is None or not self.can(who, channel, Permission.MANAGE_MESSAGES):
            raise NotOffered("may not delete messages here")
        there = all(one.channel is channel and not one.deleted for one in messages)
        if not 2 <= len(messages) <= 100 or not there:
            raise NotOffered("2 to 100 messages of one channel")
        self.remove_many(channel, messages)

    async def delete(self, who: User, message: Message) -> None:
        """A member deletes their own message, or a moderator another's.

        Raises:
            NotOffered: they may not, or it is gone already.
        """
        moderates = message.channel.guild is not None and self.can(
            who, message.channel, Permission.MANAGE_MESSAGES
        )
        if message.deleted or not (message.author is who or moderates or message.ephemeral_to is who):
            raise NotOffered("may not delete this message")
        self.remove(message)

    async def open_thread(
        self, who: User, channel: Channel, name: str, *, message: Message | None = None, private: bool = False
    ) -> Channel:
        """A member opens a thread."""
        needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        if not self.can(who, channel, needed):
            raise NotOffered("may not open a thread here")
        return self.thread(channel, name, who, message=message, private=private)

    async def time_out(self, guild_member: User, channel: Channel, seconds: float) -> None:
        """A moderator's client times a member out of the channel's guild."""
        assert channel.guild is not None
        channel.guild.members[guild_member.id].timed_out_until = self.clock() + seconds
        self.changed()

    def _check_may_write(self, who: User, channel: Channel) -> None:
        needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        if channel.deleted or not self.can(who, channel, Permission.VIEW_CHANNEL, needed):
            raise NotOffered(f"{who.name} may not write in {channel.name or 'this conversation'}")
        if channel.locked and not self.can(who, channel, Permission.MANAGE_THREADS):
            raise NotOffered("the thread is locked")

    # What REST uses too

    def uploaded(self, channel: Channel, files: tuple[tuple[str, str, bytes], ...]) -> tuple[Attachment, ...]:
        found = []
        for name, media_type, data in files:
            number = self.new_id()
            path = f"/attachments/{channel.id}/{number}/{name}"
            self.files[path] = (media_type, data)
            found.append(Attachment(number, name, media_type, data, f"{self.cdn}{path}"))
        return tuple(found)

    def post(
        self,
        channel: Channel,
        author: User,
        version: Version,
        *,
        kind: int = DEFAULT_MESSAGE,
        referenced: Message | None = None,
        reference: Json | None = None,
        allowed: Json | None = None,
        nonce: str | int | None = None,
        ephemeral_to: User | None = None,
        interaction: Interaction | None = None,
        webhook_id: int | None = None,
        identity: int | None = None,
    ) -> Message:
        """Puts a message into `channel` and tells everyone."""
        if channel.archived and kind != THREAD_STARTER:
            self.change_thread(channel, archived=False)
        if channel.is_thread and webhook_id is None and author.id not in channel.thread_members:
            channel.thread_members[author.id] = self.clock()
        message = Message(
            identity or self.new_id(), channel, author, kind, self.clock(), [version], nonce=nonce
        )
        message.referenced, message.ephemeral_to = referenced, ephemeral_to
        message.interaction, message.webhook_id = interaction, webhook_id
        message.reference = reference or self.reference(referenced)
        self._mention(message, allowed, notifying=True)
        if ephemeral_to is not None:
            message.pings = Pings()
        channel.messages[message.id] = message
        self.messages[message.id] = message
        self._tell("MESSAGE_CREATE", message)
        return message

    def reference(self, to: Message | None) -> Json | None:
        if to is None:
            return None
        found = {"type": 0, "message_id": str(to.id), "channel_id": str(to.channel.id)}
        if to.channel.guild is not None:
            found["guild_id"] = str(to.channel.guild.id)
        return found

    def _mention(self, message: Message, allowed: Json | None, *, notifying: bool) -> None:
        replied_to = message.referenced.author if message.type == REPLY and message.referenced else None
        if not notifying and allowed is None and replied_to not in message.mentions:
            replied_to = None
        shown = message.content
        shown += "\n".join(_texts(message.components)) if not shown else ""
        may = self.permissions(message.author, message.channel)
        found = mentions.find(shown, message.channel, may, allowed, replied_to, self.users)
        message.mentions, message.mention_roles = list(found.users), list(found.roles)
        message.mention_everyone = found.everyone
        if notifying:
            message.pings = found.pings

    def change(
        self, message: Message, version: Version, *, allowed: Json | None = None, silent: bool = False
    ) -> None:
        """Gives `message` a new version. `silent`: nothing is shown as edited (a thread was opened on it)."""
        text_changed = version.content != message.content or version.components != message.components
        was_loading = message.loading
        message.versions.append(version)
        if not silent:
            if not was_loading:
                message.edited_at = self.clock()
            if text_changed:
                self._mention(message, allowed, notifying=False)
        self._tell("MESSAGE_UPDATE", message)

    def remove(self, message: Message) -> None:
        message.deleted_at = self.clock()
        data: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
        if message.channel.guild is not None:
            data["guild_id"] = str(message.channel.guild.id)
        self._tell("MESSAGE_DELETE", message, data)

    def remove_many(self, channel: Channel, messages: list[Message]) -> None:
        for one in messages:
            one.deleted_at = self.clock()
        assert channel.guild is not None
        data = {
            "ids": [str(one.id) for one in messages],
            "channel_id": str(channel.id),
            "guild_id": str(channel.guild.id),
        }
        if self.can(self.me, channel, Permission.VIEW_CHANNEL):
            self.emit("MESSAGE_DELETE_BULK", data, channel.guild, GUILD_MESSAGES)
        else:
            self.changed()

    def thread(
        self,
        parent: Channel,
        name: str,
        owner: User,
        *,
        message: Message | None = None,
        private: bool = False,
    ) -> Channel:
        """Opens a thread with the messages that Discord writes about it."""
        thread = self.add_thread(parent, name, owner, private=private, message=message)
        if message is not None:
            message.thread = thread
            now = replace(message.versions[-1], at=self.clock(), flags=message.flags | HAS_THREAD)
            self.change(message, now, silent=True)
            empty = Version(self.clock(), "", (), (), (), 0)
            self.post(thread, message.author, empty, kind=THREAD_STARTER, referenced=message)
        elif not private:
            assert parent.guild is not None
            about = {"channel_id": str(thread.id), "guild_id": str(parent.guild.id)}
            version = Version(self.clock(), name, (), (), (), 0)
            self.post(parent, owner, version, kind=THREAD_CREATED, reference=about, allowed={"parse": []})
        return thread

    def message_json(self, message: Message, *, all_content: bool) -> Json:
        return payloads.message(message, self.me, all_content=all_content)

    def _tell(self, event: str, message: Message, data: Json | None = None) -> None:
        """The bot gets it when it may see the channel; of ephemeral messages only its own changes by REST."""
        channel = message.channel
        if message.ephemeral_to is not None or not self.can(self.me, channel, Permission.VIEW_CHANNEL):
            self.changed()
            return
        intents = DIRECT_MESSAGES if channel.guild is None else GUILD_MESSAGES
        self.emit(event, data if data is not None else self._with_member(message), channel.guild, intents)

    def _with_member(self, message: Message) -> Callable[[bool], Json]:
        made: dict[bool, Json] = {}

        def build(all_content: bool) -> Json:
            if all_content not in made:
                made[all_content] = self._event(message, all_content=all_content)
            return made[all_content]

        return build

    def _event(self, message: Message, *, all_content: bool) -> Json:
        data = self.message_json(message, all_content=all_content)
        guild = message.channel.guild
        data["channel_type"] = message.channel.type
        if guild is None:
            return data
        data["guild_id"] = str(guild.id)
        author = guild.members.get(message.author.id)
        if author is not None and message.webhook_id is None:
            data["member"] = payloads.member(author, with_user=False)
        for mentioned in data["mentions"]:
            member = guild.members.get(int(mentioned["id"]))
            if member is not None:
                mentioned["member"] = payloads.member(member, with_user=False)
        return data


def _texts(components: tuple[Json, ...]) -> list[str]:
    return [str(one["content"]) for one in walk(components) if one.get("type") == 10]
