"""Socket Mode: connections, envelopes, acknowledgements, and every way in which a connection ends."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.wire.slack.dispatch import EVENTS_API, Delivery, Dispatcher
from tests.wire.slack.errors import Json
from tests.wire.slack.payloads import APP_ID

MOST_CONNECTIONS = 10
_HOST = "applink-loopback"


@dataclass(eq=False, slots=True)
class Connection:
    """One WebSocket of the app."""

    socket: web.WebSocketResponse
    http: web.Request
    queue: asyncio.Queue[Json | None] = field(default_factory=asyncio.Queue)
    quiet: bool = False
    """Dead without a word: nothing goes out, no ping is answered."""
    leaving: bool = False
    """Told to reconnect: nothing new is sent here."""
    pings: int = 0
    """Those that the app has sent."""
    pongs: int = 0
    """Its answers to Slack's."""
    received: int = 0
    """Envelopes that went out."""


class Sockets:
    """The app's connections. An event goes to one of them, at random."""

    def __init__(self, dispatcher: Dispatcher, changed: Callable[[], None]) -> None:
        self._dispatcher = dispatcher
        self._changed = changed
        self._random = Random(1)
        self.tickets: set[str] = set()
        self.connections: list[Connection] = []
        self.opened = 0
        """How many connections there have been."""
        self.acks: list[Json] = []
        """Every acknowledgement, those for nothing too."""
        self.ping_every = 10.0
        """Seconds between Slack's own pings."""
        self.down = False
        """No connection is accepted."""
        self.violations: list[str] = []
        self._envelopes: dict[str, tuple[Delivery, Connection]] = {}

    @property
    def live(self) -> int:
        """How many connections are open (as far as Slack knows) and take events."""
        return sum(not one.leaving for one in self.connections)

    @property
    def unacked(self) -> list[Delivery]:
        """What is under way, or will be tried again."""
        return self._dispatcher.unacked

    def ticket(self) -> str:
        """For one connection."""
        ticket = secrets.token_hex(8)
        self.tickets.add(ticket)
        return ticket

    # Trouble

    def cut(self, count: int | None = None) -> int:
        """Breaks connections off without a word (RST): `count` of them, or all. Returns how many."""
        chosen = self.connections[:count]
        for one in chosen:
            one.leaving = True
            reset(one.http)
        return len(chosen)

    async def disconnect(self, reason: str = "refresh_requested", count: int | None = None) -> int:
        """Says goodbye on `count` connections, or all: "warning" (nothing else happens yet), "refresh_requested" (it is
        closed right after) or "link_disabled". Returns how many were told."""
        chosen = [one for one in self.connections if not one.leaving][:count]
        for one in chosen:
            one.queue.put_nowait({"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}})
            if reason != "warning":
                one.leaving = True
                one.queue.put_nowait(None)
        return len(chosen)

    def go_quiet(self) -> int:
        """From now on the connections that are open say nothing and answer no ping. Returns how many."""
        for one in self.connections:
            one.quiet = True
        return len(self.connections)

    def redeliver(self, deliveries: list[Delivery] | None = None) -> int:
        """Sends events once more: `deliveries`, or else all that were ever acknowledged. Returns how many."""
        chosen = (
            [one for one in self._dispatcher.deliveries if one.kind == EVENTS_API and one.acked]
            if deliveries is None
            else deliveries
        )
        for one in chosen:
            self._dispatcher.again(one)
        return len(chosen)

    # The carrier

    def send(self, delivery: Delivery) -> bool:
        open_ones = [one for one in self.connections if not one.leaving]
        if not open_ones:
            return False
        chosen = self._random.choice(open_ones)
        envelope_id = str(uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": delivery.payload,
            "type": delivery.kind,
            "accepts_response_payload": delivery.accepts,
        }
        if delivery.kind == EVENTS_API:
            envelope |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.reason}
        self._envelopes[envelope_id] = (delivery, chosen)
        chosen.received += 1
        chosen.queue.put_nowait(envelope)
        return True

    def forget(self, delivery: Delivery) -> None:
        for envelope_id in [key for key, (one, _) in self._envelopes.items() if one is delivery]:
            del self._envelopes[envelope_id]

    # The wire

    async def serve(self, http: web.Request) -> web.StreamResponse:
        ticket = http.query.get("ticket", "")
        if self.down or ticket not in self.tickets:
            return web.Response(status=408 if ticket else 404)
        self.tickets.discard(ticket)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(http)
        if len(self.connections) >= MOST_CONNECTIONS:
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        connection = Connection(ws, http)
        self.connections.append(connection)
        self.opened += 1
        self._changed()
        connection.queue.put_nowait(self._hello())
        writer = asyncio.create_task(self._write(connection))
        try:
            await self._read(connection)
        finally:
            if connection in self.connections:
                self.connections.remove(connection)
                self._changed()
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
        return ws

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.live,
            "debug_info": {"host": _HOST, "build_number": 1, "approximate_connection_time": 18_060},
            "connection_info": {"app_id": APP_ID},
        }

    async def _write(self, connection: Connection) -> None:
        while True:
            said: Json | None = {}
            with suppress(TimeoutError):
                async with asyncio.timeout(self.ping_every):
                    said = await connection.queue.get()
            if connection.quiet:
                continue
            try:
                if said == {}:
                    await connection.socket.ping(f"Ping from {_HOST}".encode())
                elif said is None:
                    await connection.socket.close()
                    return
                else:
                    await connection.socket.send_str(json.dumps(said))
            except (ConnectionError, RuntimeError):
                return

    async def _read(self, connection: Connection) -> None:
        async for said in connection.socket:
            if connection.quiet:
                continue
            if said.type is WSMsgType.PING:
                connection.pings += 1
                with suppress(ConnectionError):
                    await connection.socket.pong(said.data)
            elif said.type is WSMsgType.PONG:
                connection.pongs += 1
            elif said.type is WSMsgType.TEXT:
                self._acknowledge(connection, said.data)

    def _acknowledge(self, connection: Connection, text: str) -> None:
        try:
            said: Any = json.loads(text)
            envelope_id = said["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self.violations.append("something that is no acknowledgement came in")
            return
        self.acks.append(said)
        delivery, where = self._envelopes.get(envelope_id, (None, None))
        if delivery is None or where is not connection:
            # Too late, or on another connection than it came on: whether Slack takes that is not documented.
            return
        del self._envelopes[envelope_id]
        payload = said.get("payload")
        if payload is not None and not delivery.accepts:
            self.violations.append(f"a payload in an acknowledgement of {delivery.kind}, which takes none")
            payload = None
        self._dispatcher.acknowledged(delivery, payload)


def reset(http: web.Request) -> None:
    """Sends RST instead of FIN."""
    if http.transport is not None:
        raw = http.transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        http.transport.abort()
