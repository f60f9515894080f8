"""Which hosts the links of a reply may lead to: those that a community names, and those that somebody here has named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.base import Annotation
from bot.policy import Policy
from guards.base import Subject
from guards.links import hosts_in, unlinked


def hosts_of(policy: Policy, subject: Subject) -> frozenset[str]:
    """The hosts for the reply that `subject` is about. What only the model has named is not among them."""
    named = [
        subject.question,
        policy.persona,
        *(text for document in subject.evidence for text in (document.title, document.text)),
        *(line.text for line in subject.conversation if line.role == "member"),
    ]
    return frozenset(policy.links.split()) | hosts_in(named)


def shown(
    text: str, marks: Sequence[Annotation], hosts: frozenset[str]
) -> tuple[str, tuple[Annotation, ...]]:
    """`text` without links to other hosts, and its marks where they belong then."""
    plain = unlinked(text, hosts)
    moved = (replace(mark, start=plain.place(mark.start), end=plain.place(mark.end)) for mark in marks)
    return plain.text, tuple(moved)
