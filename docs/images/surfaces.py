"""Makes the pictures of Sereno on Discord from what it really sends: `python docs/images/surfaces.py [NAME…]`.

Runs Sereno with the real discord.py against the tests' loopback Discord, and draws what that holds as Discord's
client would. Needs Chromium, pngquant, and the fonts Noto Sans and DejaVu Sans Mono to look right
(Debian, Ubuntu: apt install chromium pngquant fonts-noto-core fonts-noto-color-emoji fonts-dejavu). Nothing else
uses it.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import chromium

HERE = Path(__file__).parent
MOST_BYTES = 150_000
COLOURS = 48


def page(panes: Iterable[str]) -> str:
    """Columns beside each other as one document."""
    style = (HERE / "surfaces.css").read_text()
    return (
        f'<!doctype html><meta charset="utf-8"><style>{style}</style>'
        f'<body><div class="panes">{"".join(panes)}</div></body>'
    )


def smaller(png: bytes) -> bytes:
    """The same picture with fewer colours."""
    return subprocess.run(
        ["pngquant", "--strip", str(COLOURS), "-"], input=png, capture_output=True, check=True
    ).stdout


async def main(wanted: list[str]) -> None:
    """Plays everything and draws what is wanted: all, or pictures by their names."""
    program = chromium.found()
    if not program or not shutil.which("pngquant"):
        raise SystemExit("These pictures need chromium and pngquant on PATH.")
    sys.path.insert(0, str(HERE.parents[1]))
    from surfaces_play import english, spanish

    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        shown = await english(Path(one)) | await spanish(Path(other))
    async with chromium.browser(program) as picture:
        for name, panes in shown.items():
            if wanted and name not in wanted:
                continue
            data = smaller(await picture(page(panes)))
            (HERE / f"discord-{name}.png").write_bytes(data)
            print(f"discord-{name}.png", len(data), "" if len(data) <= MOST_BYTES else "is too big")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
