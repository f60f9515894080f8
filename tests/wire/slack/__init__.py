"""A loopback Slack that enforces what Slack enforces; the real slack-bolt and slack-sdk run against it.

`async with SlackServer() as server:` then `server.world` holds workspaces, members and messages, and acts for the
members; `server.sockets`, `server.dispatcher`, `server.limits` and `server.faults` make trouble. The app is pointed at
`server.api_url` with `server.bot_token` and `server.app_token`.
"""

from tests.wire.slack.clock import MovableClock
from tests.wire.slack.dispatch import Delivery
from tests.wire.slack.errors import NotOffered
from tests.wire.slack.faults import LOST, Fault
from tests.wire.slack.model import Channel, Group, Interaction, Message, Modal, Session, Team, User
from tests.wire.slack.requests import Answer, signature
from tests.wire.slack.server import SlackServer
from tests.wire.slack.world import World

__all__ = [
    "LOST",
    "Answer",
    "Channel",
    "Delivery",
    "Fault",
    "Group",
    "Interaction",
    "Message",
    "Modal",
    "MovableClock",
    "NotOffered",
    "Session",
    "SlackServer",
    "Team",
    "User",
    "World",
    "signature",
]
