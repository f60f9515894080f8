"""What is on the screen for one turn."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field

from slack_sdk.errors import SlackApiError

from adapters.slack.post import Post

GONE = ""
"""In the place of a message's `ts`: somebody has deleted it, so it stays away."""


@dataclass(slots=True)
class Shown:
    """What is on the screen for one turn."""

    seq: int = -1
    messages: list[str] = field(default_factory=list)
    """The `ts` of each part's message."""
    texts: list[str | None] = field(default_factory=list)
    """What each says; None: not known."""
    stream: float | None = None
    """When the last message began to be streamed, in Unix seconds; None: it is not."""
    trying: bool = False
    """One more message was sent, and may have arrived."""
    stopped: bool = False
    """A member has stopped it: what is there stays, and nothing is added."""
    ended: bool = False
    noted: str = ""
    edited: float = 0.0

    def note(self) -> str:
        """As a text; see `noted`."""
        return json.dumps(
            {
                "messages": self.messages,
                "stream": self.stream is not None,
                "trying": self.trying,
                "stopped": self.stopped,
                "ended": self.ended,
            }
        )

    async def remove(self, post: Post) -> None:
        """Takes all messages away, the last one first; some may be gone already."""
        if self.trying and post.thread:
            found = await post.find(len(self.messages), self.messages)
            if found is not None:
                self.messages.append(found)
                self.texts.append(None)
                self.stream = 0.0
            self.trying = False
        while self.messages:
            ts = self.messages[-1]
            if ts != GONE:
                if self.stream is not None:
                    with suppress(SlackApiError):
                        await post.stop(ts, len(self.messages) - 1)
                    self.stream = None
                await post.delete(ts)
            del self.messages[-1], self.texts[-1]


def noted(note: str | None) -> Shown:
    """What a note says."""
    kept = json.loads(note) if note else {}
    messages = kept.get("messages", [])
    return Shown(
        messages=messages,
        texts=[None] * len(messages),
        # Of another process's stream it is not known how much is there: it is brought to its end.
        stream=0.0 if kept.get("stream") else None,
        trying=kept.get("trying", False),
        stopped=kept.get("stopped", False),
        ended=kept.get("ended", False),
        noted=note or "",
    )
