"""Training texts for the injection guard that no public set holds: attacks, and their harmless twins.

Written for this project by hand (`families/*.txt`) and put together by templates; the words that fill them
(`slots/*.txt`) are the same for both labels. `python -m guards.training.written OUT.jsonl` writes them all.
Apache-2.0, like the project.

To hold out a family, hold out with it those that take lines from it: all of `doc_*` and `long_document*` (one
list of orders), all of `task_*`, all of `coded_*`; `buried_override*` with `override_*` and `hijack_say*`,
`buried_leak*` with `leak_*` and `riddle*`, `long_story*` with `long_jailbreak*`, `given*` with `echo_*` and
`console*`. A twin has its attack's name.
"""

from __future__ import annotations

from guards.training.written.rows import Row, rows

__all__ = ["Row", "rows"]
