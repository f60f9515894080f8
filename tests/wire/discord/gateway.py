"""The gateway, version 10. https://docs.discord.com/developers/events/gateway"""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from tests.wire.discord import payloads
from tests.wire.discord.errors import Json
from tests.wire.discord.model import Guild
from tests.wire.discord.state import GUILD_MEMBERS, GUILDS, MESSAGE_CONTENT, PRIVILEGED
from tests.wire.discord.world import World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = (
    0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11,
)  # fmt: skip
_KNOWN_INTENTS = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25
_MAX_PAYLOAD = 4096
_KEPT = 5000


class _Close(Exception):
    """The connection is closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(eq=False)
class Session:
    """What outlives a connection: events are numbered and kept until the client cannot come back for them."""

    id: str
    intents: int
    shard: tuple[int, int]
    identify: Json
    sequence: int = 0
    kept: deque[tuple[int, str]] = field(default_factory=deque)
    connection: Connection | None = None
    lost_at: float | None = None
    """When its connection ended."""

    def add(self, event: str, data: Json) -> None:
        self.sequence += 1
        text = json.dumps({"op": DISPATCH, "t": event, "s": self.sequence, "d": data})
        self.kept.append((self.sequence, text))
        if len(self.kept) > _KEPT:
            self.kept.popleft()
        if self.connection is not None:
            self.connection.send(text)


class Connection:
    """One WebSocket."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, *, compressed: bool) -> None:
        self.socket = socket
        self._transport = request.transport
        self._deflate = zlib.compressobj() if compressed else None
        self._outgoing: asyncio.Queue[str | _Close] = asyncio.Queue()
        self.session: Session | None = None
        self.silent = False
        """Sends nothing any more."""
        self.received: deque[float] = deque()
        """When the last payloads came, for the limit of 120 a minute."""

    def send(self, payload: str | Json) -> None:
        if not self.silent:
            self._outgoing.put_nowait(payload if isinstance(payload, str) else json.dumps(payload))

    def close(self, code: int, reason: str) -> None:
        """Closes after everything that was sent before."""
        self._outgoing.put_nowait(_Close(code, reason))

    def abort(self) -> None:
        """Drops the TCP connection without a word."""
        if self._transport is not None:
            self._transport.abort()

    async def write(self) -> None:
        """Sends what was queued until the connection ends."""
        while True:
            payload = await self._outgoing.get()
            try:
                if isinstance(payload, _Close):
                    await self.socket.close(code=payload.code, message=payload.reason.encode())
                    return
                if self._deflate is None:
                    await self.socket.send_str(payload)
                else:
                    data = self._deflate.compress(payload.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(data)
            except (ConnectionError, RuntimeError):
                return


class Gateway:
    """Sessions and connections. `url` is told to clients."""

    def __init__(
        self, world: World, *, heartbeat_interval: float, identify_every: float, shards: int
    ) -> None:
        self.world = world
        self.heartbeat_interval = heartbeat_interval
        """Seconds."""
        self.identify_every = identify_every
        """Seconds in which `max_concurrency` sessions may identify (5 at Discord)."""
        self.max_concurrency = 1
        self.shards = shards
        """What `/gateway/bot` recommends."""
        self.resume_within = 120.0
        """Seconds for which a session without a connection can be resumed."""
        self.url = ""
        self.down = False
        """Refuses new connections (503)."""
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.identifies: list[Json] = []
        """Every identify payload that was accepted."""
        self.resumes = 0
        """Sessions that were taken up again."""
        self.forgotten = 0
        """Sessions that a client wanted back in vain."""
        self.refused: list[int] = []
        """Close codes that clients got for what they did."""
        self.heartbeats = 0
        self._identified_at: dict[int, float] = {}

    # For tests

    @property
    def live(self) -> list[Session]:
        """Sessions that have a connection."""
        return [one for one in self.sessions.values() if one.connection is not None]

    def cut(self) -> None:
        """Drops every connection abruptly; the sessions can be resumed."""
        for connection in list(self.connections):
            connection.abort()

    def make_zombies(self) -> None:
        """The connections there are stay open and hear, but nothing comes from them any more."""
        for connection in self.connections:
            connection.silent = True

    def reconnect(self) -> None:
        """Asks every client to reconnect (op 7)."""
        for connection in list(self.connections):
            connection.send({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tells every client that its session is invalid (op 9)."""
        for session in self.live:
            if not resumable:
                del self.sessions[session.id]
            if session.connection is not None:
                session.connection.send({"op": INVALID, "d": resumable})

    def forget_sessions(self) -> None:
        """Nobody can resume any more, without being told."""
        for session in list(self.sessions.values()):
            if session.connection is not None:
                session.connection.session = None
        self.sessions.clear()

    def close_all(self, code: int = 4000, reason: str = "") -> None:
        """Closes every connection with `code`."""
        for connection in list(self.connections):
            connection.close(code, reason)

    # For the world

    def dispatch(
        self, event: str, data: Json | Callable[[bool], Json], *, guild: Guild | None, intents: int = 0
    ) -> None:
        self._drop_old()
        for session in self.sessions.values():
            shard, shards = session.shard
            if shard != (0 if guild is None else (guild.id >> 22) % shards):
                continue
            if intents and not session.intents & intents:
                continue
            session.add(event, data(bool(session.intents & MESSAGE_CONTENT)) if callable(data) else data)

    def _drop_old(self) -> None:
        now = self.world.clock()
        for session in list(self.sessions.values()):
            if session.lost_at is not None and now - session.lost_at > self.resume_within:
                del self.sessions[session.id]

    # The protocol

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.down:
            return web.Response(status=503, text="upstream connect error")
        socket = web.WebSocketResponse(compress=False, autoping=True)
        await socket.prepare(request)
        connection = Connection(socket, request, compressed="compress" in request.query)
        self.connections.add(connection)
        self.world.changed()
        writer = asyncio.create_task(connection.write())
        try:
            _check_query(request)
            connection.send({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat_interval * 1000)}})
            await self._read(connection)
        except _Close as close:
            self.refused.append(close.code)
            connection.close(close.code, close.reason)
            await writer
        finally:
            self._lost(connection)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        return socket

    def _lost(self, connection: Connection) -> None:
        self.connections.discard(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            session.lost_at = self.world.clock()
            if connection.socket.close_code in (1000, 1001):
                # A client that says goodbye ends its session.
                self.sessions.pop(session.id, None)
        self.world.changed()

    async def _read(self, connection: Connection) -> None:
        last_heartbeat = asyncio.get_running_loop().time()
        while True:
            loop = asyncio.get_running_loop()
            patience = last_heartbeat + self.heartbeat_interval * 2 + 1 - loop.time()
            try:
                message = await connection.socket.receive(timeout=max(0.001, patience))
            except TimeoutError:
                raise _Close(4000, "No heartbeat") from None
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            op, data = self._payload(connection, message)
            if op == HEARTBEAT:
                last_heartbeat = loop.time()
                self.heartbeats += 1
                connection.send({"op": ACK})
            else:
                self._act(connection, op, data)

    def _payload(self, connection: Connection, message: WSMessage) -> tuple[int, Any]:
        size = len(message.data.encode()) if isinstance(message.data, str) else len(message.data)
        if size > _MAX_PAYLOAD:
            raise _Close(4002, "Error while decoding payload")
        try:
            payload = json.loads(message.data)
            op = payload["op"]
        except (ValueError, KeyError, TypeError):
            raise _Close(4002, "Error while decoding payload") from None
        now = self.world.clock()
        connection.received.append(now)
        while connection.received[0] < now - 60:
            connection.received.popleft()
        if len(connection.received) > 120:
            raise _Close(4008, "You are being rate limited.")
        return op, payload.get("d")

    def _act(self, connection: Connection, op: object, data: Any) -> None:
        if op in (IDENTIFY, RESUME):
            if connection.session is not None:
                raise _Close(4005, "Already authenticated.")
            if not isinstance(data, dict) or "token" not in data:
                raise _Close(4002, "Error while decoding payload")
            if data["token"] != self.world.token:
                raise _Close(4004, "Authentication failed.")
            if op == IDENTIFY:
                self._identify(connection, data)
            else:
                self._resume(connection, data)
        elif connection.session is None:
            raise _Close(4003, "Not authenticated.")
        elif op == MEMBERS:
            self._members(connection.session, data)
        elif op not in (PRESENCE, VOICE, 31):
            raise _Close(4001, "Unknown opcode.")

    def _identify(self, connection: Connection, data: Json) -> None:
        shard, shards = self._checked(data)
        now = self.world.clock()
        key = shard % self.max_concurrency
        if now - self._identified_at.get(key, 0.0) < self.identify_every:
            connection.send({"op": INVALID, "d": False})
            return
        self._identified_at[key] = now
        self.identifies.append(data)
        session = Session(
            secrets.token_hex(16), data["intents"], (shard, shards), data, connection=connection
        )
        connection.session = session
        self.sessions[session.id] = session
        world = self.world
        guilds = [
            one
            for one in world.guilds.values()
            if world.me.id in one.members and (one.id >> 22) % shards == shard and session.intents & GUILDS
        ]
        session.add(
            "READY",
            {
                "v": 10,
                "user": payloads.user(world.me)
                | {"verified": True, "mfa_enabled": True, "flags": 0, "email": None},
                "guilds": [{"id": str(one.id), "unavailable": True} for one in guilds],
                "session_id": session.id,
                "session_type": "normal",
                "resume_gateway_url": self.url,
                "shard": [shard, shards],
                "application": {"id": str(world.me.id), "flags": application_flags(world.privileged)},
                "private_channels": [],
                "relationships": [],
                "presences": [],
                "geo_ordered_rtc_regions": [],
                "user_settings": {},
                "_trace": [],
            },
        )
        for guild in guilds:
            session.add("GUILD_CREATE", world.guild_create(guild))
        world.changed()

    def _checked(self, data: Json) -> tuple[int, int]:
        if not isinstance(data.get("properties"), dict) or not isinstance(data.get("intents"), int):
            raise _Close(4002, "Error while decoding payload")
        try:
            shard, shards = (int(one) for one in data.get("shard", (0, 1)))
        except (TypeError, ValueError):
            raise _Close(4010, "Invalid shard.") from None
        if not 0 <= shard < shards:
            raise _Close(4010, "Invalid shard.")
        if data["intents"] & ~_KNOWN_INTENTS:
            raise _Close(4013, "Invalid intent(s).")
        allowed = sum(PRIVILEGED[name] for name in self.world.privileged)
        if data["intents"] & sum(PRIVILEGED.values()) & ~allowed:
            raise _Close(4014, "Disallowed intent(s).")
        return shard, shards

    def _resume(self, connection: Connection, data: Json) -> None:
        self._drop_old()
        session = self.sessions.get(str(data.get("session_id")))
        seen = data.get("seq")
        if session is None or not isinstance(seen, int):
            self.forgotten += 1
            connection.send({"op": INVALID, "d": False})
            return
        if seen > session.sequence:
            raise _Close(4007, "Invalid seq")
        if session.kept and session.kept[0][0] > seen + 1:
            connection.send({"op": INVALID, "d": False})
            return
        if session.connection is not None:
            session.connection.close(4000, "Resumed elsewhere")
            session.connection.session = None
        session.connection = connection
        session.lost_at = None
        connection.session = session
        for number, text in session.kept:
            if number > seen:
                connection.send(text)
        self.resumes += 1
        session.add("RESUMED", {"_trace": []})
        self.world.changed()

    def _members(self, session: Session, data: Any) -> None:
        if not isinstance(data, dict) or "guild_id" not in data:
            raise _Close(4002, "Error while decoding payload")
        guild = self.world.guilds.get(int(data["guild_id"]))
        if guild is None or self.world.me.id not in guild.members:
            return
        wanted = [int(one) for one in _as_list(data.get("user_ids"))]
        if not wanted and not data.get("query") and not session.intents & GUILD_MEMBERS:
            raise _Close(4014, "Disallowed intent(s).")
        query = str(data.get("query", "")).lower()
        found = [
            one
            for one in guild.members.values()
            if (one.user.id in wanted if wanted else (one.nick or one.user.name).lower().startswith(query))
        ]
        limit = data.get("limit") or len(found)
        chunk = {
            "guild_id": str(guild.id),
            "members": [payloads.member(one) for one in found[:limit]],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [str(one) for one in wanted if one not in guild.members],
        }
        if "nonce" in data:
            chunk["nonce"] = data["nonce"]
        session.add("GUILD_MEMBERS_CHUNK", chunk)


def _check_query(request: web.Request) -> None:
    if request.query.get("v") != "10" or request.query.get("encoding", "json") != "json":
        raise _Close(4012, "Invalid API version")
    if request.query.get("compress") not in (None, "zlib-stream"):
        raise _Close(4002, "This gateway speaks zlib-stream only")


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def application_flags(privileged: frozenset[str]) -> int:
    """The limited variants: an app in fewer than 100 guilds, switched on in the portal."""
    bits = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}
    return sum(bits[name] for name in privileged)
