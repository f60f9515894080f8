"""Makes the pictures of Sereno on Slack from what it really sends: `python docs/images/slack_surfaces.py [NAME…]`.

Runs Sereno with the real Bolt app against the tests' loopback Slack, and draws what that holds as Slack's client would.
Needs what surfaces.py needs.
"""

from __future__ import annotations

import asyncio
import sys

from drawing import HERE, draw

if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[1]))
    from slack_play import english, spanish

    asyncio.run(draw("slack", "slack.css", (english, spanish), sys.argv[1:]))
