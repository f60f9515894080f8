"""Discord's errors, with its codes and bodies.

https://docs.discord.com/developers/topics/opcodes-and-status-codes and
https://docs.discord.com/developers/reference#error-messages
"""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class NotOffered(AssertionError):
    """A member tried what Discord's client would not let them do."""


class ApiError(Exception):
    """An answer of the API that is no success."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code} {message} {errors or ''}")
        self.status = status
        self.body: Json = {"message": message, "code": code}
        if errors is not None:
            self.body["errors"] = errors


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def not_found() -> ApiError:
    return ApiError(404, 0, "404: Not Found")


def unknown(what: str) -> ApiError:
    """`what`: as in `UNKNOWN`."""
    return ApiError(404, UNKNOWN[what], f"Unknown {what}")


UNKNOWN = {
    "Application": 10002,
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Message": 10008,
    "User": 10013,
    "Emoji": 10014,
    "Webhook": 10015,
    "interaction": 10062,
    "application command": 10063,
}


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def dead_token() -> ApiError:
    return ApiError(401, 50027, "Invalid Webhook Token")


def wrong_channel_type() -> ApiError:
    return ApiError(400, 50024, "Cannot execute action on this channel type")


def empty_message() -> ApiError:
    return ApiError(400, 50006, "Cannot send an empty message")


def invalid_json() -> ApiError:
    return ApiError(400, 50109, "The request body contains invalid JSON.")


def too_large() -> ApiError:
    return ApiError(413, 40005, "Request entity too large")


class Form:
    """Collects what is wrong with a body; `done()` raises 50035 with all of it."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def add(self, path: str, code: str, message: str) -> None:
        """`path`: dotted, as in `embeds.0.title`; "" for the body itself."""
        place = self.errors
        for part in path.split(".") if path else ():
            place = place.setdefault(part, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def done(self) -> None:
        if self.errors:
            raise ApiError(400, 50035, "Invalid Form Body", self.errors)

    def text(self, path: str, value: object, low: int, high: int, *, required: bool = False) -> str:
        """Checks a string and its length; returns it, "" where it is none."""
        if value is None:
            if required:
                self.required(path)
            return ""
        if not isinstance(value, str):
            self.add(path, "STRING_TYPE_CONVERT", "Could not interpret as string.")
            return ""
        if low == 0 and len(value) > high:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")
        elif value == "" and low:
            self.required(path)
        elif not low <= len(value) <= high:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")
        return value

    def required(self, path: str) -> None:
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def items(self, path: str, value: object, low: int, high: int) -> list[Json]:
        """Checks a list of objects and its length."""
        if value is None:
            value = []
        if not isinstance(value, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not low <= len(value) <= high:
            self.length(path, low, high)
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                self.add(
                    f"{path}.{index}", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType"
                )
        return [item if isinstance(item, dict) else {} for item in value]

    def record(self, path: str, value: object) -> Json:
        """Checks an object that may be missing."""
        if value is None or isinstance(value, dict):
            return value or {}
        self.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return {}

    def list_of(self, path: str, value: object) -> list[Any]:
        """Checks a list of anything that may be missing."""
        if value is None or isinstance(value, list):
            return value or []
        self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return []

    def whole(self, path: str, value: object, default: int = 0) -> int:
        """Checks a whole number that may be missing."""
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.add(path, "NUMBER_TYPE_COERCE", f'Value "{str(value)[:50]}" is not int.')
        return default

    def length(self, path: str, low: int, high: int) -> None:
        if low:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")
        else:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")

    def choice(self, path: str, value: object, allowed: tuple[object, ...]) -> bool:
        """Checks that `value` is one of `allowed`."""
        if isinstance(value, str | int) and not isinstance(value, bool) and value in allowed:
            return True
        self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{', '.join(map(str, allowed))}}}.")
        return False


def form_error(path: str, code: str, message: str) -> ApiError:
    """50035 with one problem."""
    form = Form()
    form.add(path, code, message)
    return ApiError(400, 50035, "Invalid Form Body", form.errors)


def snowflake(path: str, value: object) -> int:
    """`value` as an id.

    Raises:
        ApiError: it is none.
    """
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or int(text) >= 2**63:
        raise form_error(path, "NUMBER_TYPE_COERCE", f'Value "{text[:50]}" is not snowflake.')
    return int(text)


def whole(path: str, value: object) -> int:
    """`value` as a whole number, 0 where it is missing.

    Raises:
        ApiError: it is none.
    """
    form = Form()
    number = form.whole(path, value)
    form.done()
    return number
