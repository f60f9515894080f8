"""`sereno` as it is, but for its leases: after a kill nobody wants to wait 20 seconds for them here; and but for the
guards' deadline, which a process that has just been started may miss on a busy machine.

`python -m tests.chaos.discord_process run --role gateway` is `sereno run --role gateway`.
"""

from __future__ import annotations

from bot import wiring
from bot.cli.main import main
from bot.gateway import Gateway
from bot.store.redis.store import RedisStore
from bot.worker import Worker

LEASE = 2.0
"""Seconds. Long enough that a busy machine does not lose a living worker's claim."""

if __name__ == "__main__":
    for part in (Gateway, RedisStore, Worker):
        assert part.__init__.__kwdefaults__ is not None
        part.__init__.__kwdefaults__["lease"] = LEASE
    wiring.GUARD_SECONDS = 20.0
    main()
