"""Makes the pictures of Sereno on Discord from what it really sends: `python docs/images/surfaces.py [NAME…]`.

Runs Sereno with the real discord.py against the tests' loopback Discord, and draws what that holds as Discord's
client would. Needs Chromium, pngquant, and the fonts Noto Sans and DejaVu Sans Mono to look right
(Debian, Ubuntu: apt install chromium pngquant fonts-noto-core fonts-noto-color-emoji fonts-dejavu). Nothing else
uses it.
"""

from __future__ import annotations

import asyncio
import sys

from drawing import HERE, draw

if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[1]))
    from surfaces_play import english, spanish

    asyncio.run(draw("discord", "surfaces.css", (english, spanish), sys.argv[1:]))
