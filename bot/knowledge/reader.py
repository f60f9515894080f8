"""`python -m bot.knowledge.reader NAME [MEDIA-TYPE]`: one file on standard input, its passages on standard output.

The process that `bot.knowledge.reading` starts for each file. What it prints is one JSON object: `{"passages":
[[title, text, language], …]}`, or `{"error": code}`.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path

MEMORY = 512 * 2**20
"""Bytes of address space that a file may take to be read."""
PROCESSOR = 30
"""Seconds of processor time: for when nobody ends it who should."""


def _bound() -> None:
    """Takes from this process what it needs to harm others."""
    with suppress(OSError):
        # Where memory runs out, this one goes, and not the bot.
        Path("/proc/self/oom_score_adj").write_text("1000")
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main(name: str, media_type: str = "") -> dict[str, object]:
    """What is printed for the file on standard input."""
    _bound()
    from bot.knowledge.formats import Unreadable, passages_in

    try:
        found = passages_in(sys.stdin.buffer.read(), name, media_type)
    except Unreadable as reason:
        return {"error": str(reason)}
    except MemoryError:
        return {"error": "heavy"}
    except Exception:  # noqa: BLE001 - a damaged or hostile file can go wrong anywhere in its reader
        return {"error": "damaged"}
    return {"passages": [[passage.title, passage.text, passage.language] for passage in found]}


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:3]), sys.stdout)
