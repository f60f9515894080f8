"""What every adapter says in its own words."""

from __future__ import annotations

from adapters.base import N_

BUSY = N_(
    "Too many messages are waiting for an answer here, so this one was not taken. Try again in a moment."
)
NOT_TAKEN = N_("Your message could not be taken. Please try again in a moment.")
NO_TEXT = N_("There is no text in that message.")
NUMBER = N_("Number of the message: {turn}")
MENUS = {
    "translate": N_("Translate"),
    "check": N_("Check claims"),
    "report": N_("Report to moderators"),
}
"""The menu of a message: action → name."""
