"""A small program that opens the account and sends orders as fast as it may, until it is killed.

Its only reason to exist is to be killed at any moment: no feed and no screen, but the whole way of an order, its files
and its journal.
"""

import asyncio
import json
from pathlib import Path

from tests.app.demo.trading import Desk
from tests.app.live.rig import rigged

LIMITS = {"MAX_ORDERS_PER_MARKET": "1000", "MAX_POSITION_USD": "900", "COOLDOWN_MS": "0"}


def sell(folder: Path, facts: str, key_file: Path) -> None:
    """The program; `facts` is the venue's ready line."""
    asyncio.run(_sell(Desk(json.loads(facts)), folder, key_file))


async def _sell(desk: Desk, folder: Path, key_file: Path) -> None:
    async with rigged(desk, folder, key_file=key_file, limits=LIMITS) as rig:
        for number in range(1000):
            life = rig.intend(rig.order(3.5 + number % 5, outcome=number % 2))
            await rig.until(lambda life=life: life.acked or life.at_rest)  # type: ignore[misc]
