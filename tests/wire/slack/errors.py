"""What goes wrong: for the app as error codes, for members as things that the client does not offer."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class NotOffered(AssertionError):
    """A member tried what Slack's client would not let them do."""


class SlackError(Exception):
    """An answer `{"ok": false, "error": …}`; `more` is put beside it.

    `status`: of HTTP; Slack answers 200 to nearly everything.
    """

    def __init__(self, code: str, *, status: int = 200, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.body: Json = {"ok": False, "error": code, **more}


def invalid_arguments(*messages: str) -> SlackError:
    return SlackError(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {one}" for one in messages]}
    )


def invalid_blocks(*messages: str) -> SlackError:
    return SlackError(
        "invalid_blocks",
        errors=list(messages),
        response_metadata={"messages": [f"[ERROR] {one}" for one in messages]},
    )


def missing_scope(needed: str, provided: frozenset[str]) -> SlackError:
    return SlackError("missing_scope", needed=needed, provided=",".join(sorted(provided)))
