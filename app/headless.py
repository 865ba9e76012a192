"""`pmtui --no-ui`: the same sessions without a screen, told in log lines."""

import asyncio
import signal
import time
from typing import Final

from app.arm_headless import arm_when_ready
from app.crash import crash_line
from app.deadline import SESSIONS_BY_S
from app.demo.child import VenueError
from app.desk import Desk
from app.garbage import settle_garbage
from app.host import hosted
from app.ledger import Ledger
from app.lock import AlreadyRunning
from app.log import Log, overhearing
from app.news import Trouble
from app.options import Options
from app.order_words import Pairs
from app.settings import Settings
from engine.units import dollars

DONE: Final = 0
FAILED: Final = 1
HELD: Final = 3
"""Exit codes: done, a failure that is told, another instance holds the lock."""

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run_headless(settings: Settings, options: Options) -> int:
    """Trade until the course is run, the time is over or a signal asks to stop; returns the exit code."""
    log = Log()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop.set)
    try:
        with overhearing(log):
            return await _run(settings, options, stop, log)
    except AlreadyRunning as error:
        log(Trouble("start", str(error)))
        return HELD
    except VenueError as error:
        log(Trouble("start", str(error)))
        return FAILED
    except OSError as error:
        log(Trouble("start", f"{error.strerror or error}: {error.filename or 'the program cannot run'}"))
        return FAILED


async def _run(settings: Settings, options: Options, stop: asyncio.Event, log: Log) -> int:
    async with hosted(settings, options, log) as desk:
        log.write("start", _terms(desk.settings))
        code = await _until(desk, stop, options.duration_s, log, arm=options.arm)
        log.write("day", _day(desk.ledger))
    if counts := desk.counts():
        log.write("counts", iter((name.replace(".", "_"), count) for name, count in counts.items()))
    return FAILED if desk.failed else code


def _terms(settings: Settings) -> Pairs:
    """What is traded, and the limits in force."""
    yield "asset", settings.asset.value
    yield "interval", settings.interval.value
    yield "max_position_usd", f"{settings.max_position_usd:g}"
    yield "max_orders", settings.max_orders_per_market
    yield "cooldown_ms", settings.cooldown_ms
    yield "bankroll_usd", f"{settings.bankroll_usd:g}"
    yield "min_net_edge", f"{settings.min_net_edge:g}"


def _day(ledger: Ledger) -> Pairs:
    """The UTC day so far, earlier runs included, and what all settled markets say of the edge."""
    ledger.turn(time.time_ns() // 1_000_000)
    day = ledger.day
    yield "windows", day.markets
    yield "trades", day.trades
    yield "won", day.won
    yield "fees", f"{dollars(day.fees):.2f}"
    yield "net", f"{dollars(day.net):+.2f}"
    yield "verdict", ledger.score.verdict().text


async def _until(desk: Desk, stop: asyncio.Event, duration_s: float, log: Log, *, arm: bool) -> int:
    """Run the desk until it is through, or until asked to stop."""
    settle_garbage()
    work = asyncio.create_task(desk.run(), name="desk")
    arming = asyncio.create_task(arm_when_ready(desk, log), name="arming") if arm else None
    if arming is not None:
        arming.add_done_callback(lambda task: told_fault(task, log))
    ends = {asyncio.create_task(stop.wait(), name="stop"), asyncio.create_task(desk.broken.wait(), name="broken")}
    await asyncio.wait({work, *ends}, timeout=duration_s or None, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    if arming is not None:
        arming.cancel()
    if desk.live is not None:
        desk.live.disarm("the program ends")
    await end_work(desk, work)
    return told_fault(work, log)


async def end_work(desk: Desk, work: asyncio.Task[None]) -> None:
    """Stop trading. What does not end in its time is left to the desk's `close`."""
    desk.deadline.begin()
    work.cancel()
    await asyncio.wait({work}, timeout=desk.deadline.left_s(SESSIONS_BY_S))


def told_fault(work: asyncio.Task[None], log: Log) -> int:
    """How the work ended: a fault is told with where it was, never with what the variables held."""
    if not work.done() or work.cancelled() or (fault := work.exception()) is None:
        return DONE
    log(Trouble("fault", crash_line(fault, "stopped by a fault in the program")))
    return FAILED
