"""A member says what is true of what a reply claims, and which source says so: the form that every adapter shows."""

from __future__ import annotations

from adapters.base import N_

SUGGEST = "suggest"
"""The action of the button under a reply, and the command that a filled form becomes, with `turn`, `verdict`, `text`
and, where the adapter knows it, the reply's `message`."""
VERDICT, TEXT = "verdict", "text"
"""The fields of the form, and the options of the command."""
TITLE = N_("Suggest a source")
YOUR_VERDICT = N_("Your verdict")
VERDICTS = {"right": N_("The marks are right"), "wrong": N_("The marks are wrong")}
TRUE_IS = N_("What is true, and which source says so")
HINT = N_("Mark 2: …, says …")
SEND, CANCEL = N_("Send"), N_("Cancel")
MOST = 1_000
"""Characters of a suggestion."""
