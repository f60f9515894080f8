"""A loopback Discord that enforces what Discord enforces; the real discord.py runs against it.

`async with DiscordServer() as server:` then `server.world` holds guilds, members and messages, and acts for
the members; `server.gateway`, `server.limits` and `server.faults` make trouble; `redirected(server)` sends
discord.py there.
"""

from tests.wire.discord.clock import MovableClock
from tests.wire.discord.errors import NotOffered
from tests.wire.discord.faults import Fault
from tests.wire.discord.model import Channel, Guild, Interaction, Message, Modal, Overwrite, Role, User
from tests.wire.discord.permissions import ALL, DEFAULT, Permission
from tests.wire.discord.server import DiscordServer, redirected
from tests.wire.discord.world import World

__all__ = [
    "ALL",
    "DEFAULT",
    "Channel",
    "DiscordServer",
    "Fault",
    "Guild",
    "Interaction",
    "Message",
    "Modal",
    "MovableClock",
    "NotOffered",
    "Overwrite",
    "Permission",
    "Role",
    "User",
    "World",
    "redirected",
]
