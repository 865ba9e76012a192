"""`python -m tests.app.live.kill200 [KILLS] [FIRST_SEED]`: kills by the hundred; its end says what came of them."""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.app.demo.trading import running
from tests.app.live.killing import Killed, kill_once, resolved
from tests.app.live.rig import VENUE


async def main(kills: int, first: int) -> int:
    """The number of kills after which something was wrong."""
    began = time.monotonic()
    done: list[Killed] = []
    left: list[Path] = []
    with tempfile.TemporaryDirectory() as root, running("--balance-usd=100000", *VENUE[1:], "--window=1800") as desk:
        for seed in range(first, first + kills):
            folder = Path(root) / str(seed)
            folder.mkdir()
            try:
                killed = await kill_once(desk, folder, seed)
            except AssertionError as error:
                killed = Killed(seed, "?", 0, 0, 0, (f"the driver itself failed: {error}",))
            done.append(killed)
            left += [folder] if killed.unknown else []
            if killed.wrong:
                print(killed, flush=True)
        print(f"{len(left)} runs left an order of which more could come; a minute later:", flush=True)
        late = await asyncio.gather(*(resolved(desk, folder, folder / "wallet.key") for folder in left))
        for folder, wrong in zip(left, late, strict=True):
            print(folder.name, *(wrong or ["proven over, its money free"]), flush=True)
    bad = sum(bool(killed.wrong) for killed in done) + sum(bool(wrong) for wrong in late)
    print(f"{kills} kills in {time.monotonic() - began:.0f} s, seeds {first} to {first + kills - 1}")
    print(f"orders intended {sum(one.orders for one in done)}, of unknown fate {sum(one.unknown for one in done)}")
    print("killed after:", dict(sorted(Counter(one.after for one in done).items())))
    print(f"violations: {bad}")
    return bad


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    sys.exit(bool(asyncio.run(main(*(numbers + [200, 1000][len(numbers) :])))))
