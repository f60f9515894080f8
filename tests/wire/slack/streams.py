"""Web API: replies that are written word by word.

https://docs.slack.dev/reference/methods/chat.startStream
"""

from __future__ import annotations

from dataclasses import replace

from tests.wire.slack.blocks import MAX_MARKDOWN, check_blocks, check_metadata, check_size
from tests.wire.slack.call import Call
from tests.wire.slack.chat import Chat, chunks_of
from tests.wire.slack.errors import Json, SlackError
from tests.wire.slack.model import Message, Version

_SHOWN = ("task_update", "plan_update")


class Streams:
    """The handlers of `chat.*Stream`."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.world = chat.world

    @property
    def lifetime(self) -> float:
        """Seconds from a stream's start to its end."""
        return self.chat.stream_lifetime

    @lifetime.setter
    def lifetime(self, seconds: float) -> None:
        self.chat.stream_lifetime = seconds

    async def start(self, call: Call) -> Json:
        channel = self.chat.writable(call)
        call.required("thread_ts")
        thread = self.chat.thread(call, channel)
        recipient = self.chat.recipient(call, channel)
        self.chat.customized(call)
        if call.text("task_display_mode", "timeline") not in ("timeline", "plan", "dense"):
            raise SlackError("invalid_arguments")
        said, by_chunks = self._said(call)
        self.chat.paced(channel)
        version = Version(self.world.clock(), said, self.chat.markdown(said) if said else ())
        message = Message(channel, self.world.new_ts(), call.me, [version], thread, by_app=True)
        message.streaming, message.stream_started = True, self.world.clock()
        message.stream_chunks, message.recipient = by_chunks, recipient
        self.world.post(message)
        return {"channel": channel.id, "ts": message.ts}

    async def append(self, call: Call) -> Json:
        message = self._streaming(call)
        said, by_chunks = self._said(call)
        if by_chunks is None:
            raise SlackError("markdown_text_or_chunks_required")
        self._same_mode(message, by_chunks)
        self._add(message, said)
        return {"channel": message.channel.id, "ts": message.ts}

    async def stop(self, call: Call) -> Json:
        message = self._streaming(call)
        said, by_chunks = self._said(call)
        if by_chunks is not None:
            self._same_mode(message, by_chunks)
        blocks = check_blocks(
            call.structure("blocks", "invalid_blocks_format"), lambda: self.world.new_id("b")
        )
        metadata = check_metadata(call.structure("metadata", "invalid_metadata_format"))
        text = message.text + said
        if not text and not blocks:
            raise SlackError("no_text")
        written = self.chat.markdown(text) if text else ()
        check_size(written)
        message.streaming = False
        version = Version(self.world.clock(), text, (*written, *blocks), (), metadata)
        self.world.change(message, version)
        self.world.session_ended(message, call.text("session_status", "active"))
        return {"channel": message.channel.id, "ts": message.ts, "message": self.chat.json(message)}

    def _streaming(self, call: Call) -> Message:
        channel = self.chat.known(call)
        message = self.chat.found(call, channel)
        self.chat.mine(call, message, "message_not_owned_by_app")
        if message.stopped_by is not None:
            raise SlackError("stopped_by_user")
        if not self.chat.streams(message):
            raise SlackError("message_not_in_streaming_state")
        return message

    def _said(self, call: Call) -> tuple[str, bool | None]:
        """What is added, and whether by chunks (None: nothing is)."""
        chunks = chunks_of(call)
        if not chunks:
            text = call.text("markdown_text")
            if len(text) > MAX_MARKDOWN:
                raise SlackError("msg_too_long")
            return text, False if text else None
        said = []
        for one in chunks:
            if one["type"] == "markdown_text":
                if not one.get("text") or len(one["text"]) > MAX_MARKDOWN:
                    raise SlackError("invalid_chunks" if not one.get("text") else "msg_too_long")
                said.append(one["text"])
            elif one["type"] == "blocks":
                check_blocks(one.get("blocks"), lambda: self.world.new_id("b"))
            elif one["type"] not in _SHOWN:
                raise SlackError("invalid_chunks")
        return "".join(said), True

    def _same_mode(self, message: Message, by_chunks: bool) -> None:
        if message.stream_chunks is None:
            message.stream_chunks = by_chunks
        elif message.stream_chunks is not by_chunks:
            raise SlackError("streaming_mode_mismatch")

    def _add(self, message: Message, said: str) -> None:
        text = message.text + said
        blocks = self.chat.markdown(text)
        check_size(blocks)
        # The app is not told of every word: only of the start and of the end.
        version = replace(message.current, at=self.world.clock(), text=text, blocks=blocks)
        message.versions.append(version)
        self.world.note_pings(message)
        self.world.changed()
