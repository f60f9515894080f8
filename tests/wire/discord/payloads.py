"""Records → the JSON that Discord sends."""

from __future__ import annotations

from tests.wire.discord.clock import iso
from tests.wire.discord.errors import Json
from tests.wire.discord.model import (
    DM,
    THREAD_CREATED,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Member,
    Message,
    Role,
    User,
)


def user(value: User) -> Json:
    return {
        "id": str(value.id),
        "username": value.name,
        "discriminator": "0000" if value.bot else "0",
        "global_name": None if value.bot else (value.display_name or None),
        "avatar": None,
        "bot": value.bot,
        "system": False,
        "public_flags": 0,
    }


def role(value: Role) -> Json:
    return {
        "id": str(value.id),
        "name": value.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": value.position,
        "permissions": str(int(value.permissions)),
        "managed": value.managed,
        "mentionable": value.mentionable,
        "flags": 0,
    }


def member(value: Member, *, with_user: bool = True) -> Json:
    until = iso(value.timed_out_until) if value.timed_out_until else None
    found: Json = {
        "nick": value.nick,
        "avatar": None,
        "banner": None,
        "roles": [str(one) for one in value.roles],
        "joined_at": iso(value.joined_at),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": until,
    }
    if with_user:
        found["user"] = user(value.user)
    return found


def channel(value: Channel, me: User) -> Json:
    found: Json = {"id": str(value.id), "type": value.type, "flags": 0}
    shown = [one.id for one in value.messages.values() if one.ephemeral_to is None]
    found["last_message_id"] = str(shown[-1]) if shown else None
    if value.type == DM:
        found["recipients"] = [user(one) for one in value.recipients.values() if one is not me]
        return found
    assert value.guild is not None
    found |= {"guild_id": str(value.guild.id), "name": value.name, "rate_limit_per_user": value.slowmode}
    if value.is_thread:
        return found | _thread(value, me)
    return found | {
        "topic": value.topic,
        "position": value.position,
        "nsfw": False,
        "parent_id": None,
        "permission_overwrites": [
            {
                "id": str(one.id),
                "type": 0 if one.id in value.guild.roles else 1,
                "allow": str(int(one.allow)),
                "deny": str(int(one.deny)),
            }
            for one in value.overwrites
        ],
    }


def _thread(value: Channel, me: User) -> Json:
    assert value.parent is not None
    count = sum(1 for one in value.messages.values() if not one.deleted and one.id != value.id)
    found: Json = {
        "parent_id": str(value.parent.id),
        "owner_id": str(value.owner_id),
        "message_count": count,
        "total_message_sent": count,
        "member_count": min(50, len(value.thread_members)),
        "thread_metadata": {
            "archived": value.archived,
            "auto_archive_duration": value.auto_archive,
            "archive_timestamp": iso(value.created_at),
            "locked": value.locked,
            "create_timestamp": iso(value.created_at),
        },
    }
    if me.id in value.thread_members:
        found["member"] = thread_member(value, me.id)
    return found


def thread_member(thread: Channel, user_id: int) -> Json:
    since = iso(thread.thread_members[user_id])
    return {"id": str(thread.id), "user_id": str(user_id), "join_timestamp": since, "flags": 1}


def guild(value: Guild, me: User) -> Json:
    """The guild without what only the gateway adds."""
    return {
        "id": str(value.id),
        "name": value.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "owner_id": str(value.owner_id),
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": value.locale,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "vanity_url_code": None,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [role(one) for one in value.roles.values()],
    }


def guild_create(value: Guild, me: User, visible_threads: list[Channel]) -> Json:
    """GUILD_CREATE. Of the members only the bot itself: others need privileged intents."""
    living = [one for one in value.channels.values() if not one.deleted]
    return guild(value, me) | {
        "joined_at": iso(value.members[me.id].joined_at),
        "large": len(value.members) > 250,
        "unavailable": False,
        "member_count": len(value.members),
        "voice_states": [],
        "members": [member(value.members[me.id])],
        "channels": [channel(one, me) for one in living if not one.is_thread],
        "threads": [channel(one, me) for one in visible_threads],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def attachment(value: Attachment) -> Json:
    found: Json = {
        "id": str(value.id),
        "filename": value.name,
        "size": len(value.data),
        "url": value.url,
        "proxy_url": value.url,
        "content_type": value.media_type,
    }
    if value.description is not None:
        found["description"] = value.description
    return found


def message(value: Message, me: User, *, all_content: bool, reference: bool = True) -> Json:
    """`all_content`: the app has the message-content intent, or this message is a command's target.

    Without it content is given for direct messages, the app's own, and those that mention it or reply to it
    with a ping. https://docs.discord.com/developers/events/gateway#message-content-intent
    """
    readable = all_content or value.channel.guild is None or value.author is me or me in value.mentions
    found: Json = {
        "id": str(value.id),
        "channel_id": str(value.channel.id),
        "type": value.type,
        "author": user(value.author),
        "content": value.content if readable else "",
        "timestamp": iso(value.created_at),
        "edited_timestamp": None if value.edited_at is None else iso(value.edited_at),
        "tts": False,
        "mention_everyone": value.mention_everyone,
        "mentions": [user(one) for one in value.mentions],
        "mention_roles": [str(one) for one in value.mention_roles],
        "attachments": [attachment(one) for one in value.attachments] if readable else [],
        "embeds": [_embed(one) for one in value.embeds] if readable else [],
        "components": list(value.components) if readable else [],
        "pinned": False,
        "flags": value.flags,
    }
    if value.nonce is not None:
        found["nonce"] = value.nonce
    if value.webhook_id is not None:
        found["webhook_id"] = str(value.webhook_id)
    if value.reference is not None:
        found["message_reference"] = value.reference
        if reference and value.type != THREAD_CREATED:
            old = value.referenced
            gone = old is None or old.deleted
            found["referenced_message"] = (
                None if gone or old is None else message(old, me, all_content=all_content, reference=False)
            )
    if value.interaction is not None:
        found |= _answering(value.interaction, me)
    if value.thread is not None and not value.thread.deleted:
        found["thread"] = channel(value.thread, me)
    if value.channel.is_thread:
        found["position"] = list(value.channel.messages).index(value.id)
    return found


def _embed(value: Json) -> Json:
    return {"type": "rich", **value}


def _answering(value: Interaction, me: User) -> Json:
    about: Json = {
        "id": str(value.id),
        "type": value.type,
        "user": user(value.user),
        "authorizing_integration_owners": value.owners,
    }
    found: Json = {"interaction_metadata": about, "application_id": str(me.id)}
    if value.type == 2:
        about["name"] = value.data["name"]
        found["interaction"] = {
            "id": str(value.id),
            "type": value.type,
            "name": value.data["name"],
            "user": user(value.user),
        }
    if value.source is not None:
        about["interacted_message_id"] = str(value.source.id)
    return found
