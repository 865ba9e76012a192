"""Kills the selling child at a moment drawn by a seed, lets a new run reconcile, and checks what is left.

The moment: within 30 ms of the journal's n-th record, so that every step of an order's life is met, or at any time.
"""

import asyncio
import json
import multiprocessing
import random
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.order_life import OrderLife
from engine.units import MONEY
from tests.app.demo.trading import Desk
from tests.app.live.checker import check_run
from tests.app.live.rig import Rig, new_key, rigged
from tests.app.live.selling_child import LIMITS, sell

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.app.live.selling_child"])
"""A new process for each kill, without importing everything anew."""

TROUBLE = ("hang", "reset", "error500", "delayed", "malformed")


@dataclass(frozen=True, slots=True)
class Killed:
    """One kill: after which record, how many orders the first run left, and what a check found."""

    seed: int
    after: str
    orders: int
    posted: int
    unknown: int
    """Orders that may still be matched as far as is known: the rest of one, or one that never came to the venue."""
    wrong: tuple[str, ...]


async def kill_once(desk: Desk, folder: Path, seed: int) -> Killed:
    """One child, one kill, one restart."""
    draw = random.Random(seed)
    key_file, _ = new_key(folder)
    process = FORKS.Process(target=sell, args=(folder, json.dumps(desk.facts), key_file))
    process.start()
    try:
        await _lines_there(folder, 2, 30)  # RUN and ARM
        if draw.random() < 0.25:
            desk.faults(answers=[draw.choice(TROUBLE)])
        await _wait_for(folder, draw)
    finally:
        process.kill()
        await asyncio.to_thread(process.join)
        process.close()
    desk.faults()
    after = _last_type(folder)
    return await _after(desk, folder, key_file, seed, after)


async def _wait_for(folder: Path, draw: random.Random) -> None:
    """Until the moment has come."""
    if draw.random() < 0.3:
        await asyncio.sleep(draw.uniform(0.0, 0.8))
        return
    await _lines_there(folder, 2 + draw.randrange(24), 4)
    await asyncio.sleep(draw.uniform(0.0, 0.03))


async def _lines_there(folder: Path, wanted: int, patience_s: float) -> None:
    until = time.monotonic() + patience_s
    while _lines(folder) < wanted and time.monotonic() < until:  # noqa: ASYNC110 - a file rings no bell
        await asyncio.sleep(0.0005)


async def _after(desk: Desk, folder: Path, key_file: Path, seed: int, after: str) -> Killed:
    """A new run: it reconciles, goes on where it may, and everything is checked."""
    wrong: list[str] = []
    async with rigged(desk, folder, key_file=key_file, arm=False, limits=LIMITS) as rig:
        earlier = len(_lives(rig))
        await _reconciled(rig)
        unknown = rig.opened.account.blotter.account.unsure
        posted = {post["order_id"] for post in rig.posts()}
        filled = {match["taker"]["order_id"] for match in desk.ledger()["matches"]}
        wrong += [
            f"{life.name} was matched and is of unknown fate"
            for life in unknown
            if life.hash in filled and not life.matches.any
        ]
        books = rig.opened.account.blotter.account
        if rig.position != rig.matched():
            wrong.append(f"the engine has {rig.position}, the ledger {rig.matched()}")
        exposure, held = books.exposure, rig.risk_held
        if unknown:
            if not rig.opened.account.blotter.why_not_arm(0):
                wrong.append("it may be armed while an order is of unknown fate")
        else:
            rig.opened.account.arm(rig.market.asset, rig.market.interval)
            await rig.rest(await rig.send())
            exposure, held = books.exposure, rig.risk_held
        terms = rig.terms
        owner, root = rig.owner, rig.root
    story, more = check_run(root, desk.ledger(), owner, terms)
    if (story.exposure(), story.held()) != (exposure, held):
        wrong.append(
            f"at stake are {exposure / MONEY}, held back {held / MONEY}; "
            f"by the journal {story.exposure() / MONEY} and {story.held() / MONEY}"
        )
    return Killed(seed, after, earlier, len(posted), len(unknown), tuple(wrong + more))


async def resolved(desk: Desk, folder: Path, key_file: Path) -> list[str]:
    """Much later: what never came to the venue is proven absent, its money is free, and it may be armed again."""
    async with rigged(desk, folder, key_file=key_file, arm=False, limits=LIMITS) as rig:
        try:
            await rig.until(lambda: not rig.opened.account.blotter.account.unsure, 90)
        except AssertionError as error:
            lives = rig.opened.account.blotter.account.unsure
            return [f"{error}; {[(life.stage, life.reason) for life in lives]} {rig.opened.lookup.trouble}"]
        if rig.risk_held or rig.opened.account.blotter.why_not_arm(0):
            return ["all is known, and yet money is held back or arming refused"]
        terms, owner, root = rig.terms, rig.owner, rig.root
    return check_run(root, desk.ledger(), owner, terms)[1]


async def _reconciled(rig: Rig) -> None:
    """Until all that was matched is known here, settlements too."""
    filled = {match["taker"]["order_id"] for match in rig.desk.ledger()["matches"]}
    with suppress(AssertionError):
        await rig.until(lambda: all(_known(life) for life in _lives(rig) if life.hash in filled), 15)


def _known(life: OrderLife) -> bool:
    return life.matches.any and life.matches.final


def _lives(rig: Rig) -> list[OrderLife]:
    return list(rig.opened.account.blotter.account.orders.values())


def _journal(folder: Path) -> bytes:
    for path in (folder / "logs" / "demo" / "live").glob("0x*/journal.jsonl"):
        return path.read_bytes()
    return b""


def _lines(folder: Path) -> int:
    return _journal(folder).count(b"\n")


def _last_type(folder: Path) -> str:
    whole, _, half = _journal(folder).rpartition(b"\n")
    last = json.loads(whole.rpartition(b"\n")[2])
    told = str(last["type"]) + (f" {last['status']}" if "status" in last else "")
    return f"{told} and half a line" if half else told
