"""A small program that opens the account and sends orders as fast as it may, until it is killed.

`python -m tests.app.live.selling_child FOLDER FACTS KEY_FILE`, FACTS being the venue's ready line. Its only reason to
exist is to be killed at any moment: no feed and no screen, but the whole way of an order, its files and its journal.
"""

import asyncio
import json
import sys
from pathlib import Path

from tests.app.demo.trading import Desk
from tests.app.live.rig import rigged


async def trade(folder: Path, facts: str, key_file: Path) -> None:
    desk = Desk(json.loads(facts))
    async with rigged(desk, folder, key_file=key_file, MAX_ORDERS_PER_MARKET="1000", MAX_POSITION_USD="900") as rig:
        print("armed", flush=True)
        for number in range(1000):
            rig.intend(rig.order(3.5 + number % 5, outcome=number % 2))
            await rig.until(lambda: rig.life(rig.orders[-1]).acked or rig.life(rig.orders[-1]).at_rest)


if __name__ == "__main__":
    asyncio.run(trade(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
