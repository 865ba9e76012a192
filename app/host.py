"""Everything around the sessions, in the order in which it must begin and end."""

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import httpx

from app.clock_check import ClockCheck
from app.completion import complete
from app.counts import gamma_faults
from app.crash import crash_line
from app.deadline import FILES_BY_S, SESSIONS_BY_S, TELEGRAM_BY_S, VENUE_BY_S, Deadline
from app.demo.child import Venue, start_venue
from app.desk import Build, Counts, Desk
from app.disk_room import watch_room
from app.faults import tell_faults
from app.kill_switch import watch_switches
from app.ledger import Ledger
from app.lifecycle import Course, Lifecycle
from app.live_desk import LiveDesk
from app.live_plan import LivePlan
from app.lock import FolderLock
from app.messages import Messages
from app.news import COMPLETED_LATER, News, Tell, Trouble
from app.options import Demo, Options
from app.plan import Plan
from app.remember import state_folder
from app.settings import SETTINGS, Settings
from app.strategies import load as load_strategies
from app.telemetry.disk import make_folder
from app.telemetry.telegram import Telegram
from app.telemetry.writer import Writer
from app.values import Secret
from app.winners import Winners
from engine.engine import Mode
from engine.signal import Strategy
from feeds.connect_budget import HostBudgets
from feeds.gamma import Gamma
from feeds.venue_clock import clock_offset
from feeds.windows import Calendar
from feeds.wire import public_tls

HTTP_TIMEOUT_S: Final = 5.0

VENUE_GRACE_S: Final = 1.0
"""A demo's venue has nothing to save: it is not asked for longer than this before it is killed."""


@contextlib.asynccontextmanager
async def hosted(settings: Settings, options: Options, *tellers: Tell) -> AsyncIterator[Desk]:
    """A Desk ready to run, with its writer, clients, Telegram and, in a demo, its venue.

    Leaving closes all of them, the sessions' files first, within the desk's deadline; `failed` of the desk is final
    after it. Raises AlreadyRunning where another instance holds the log folder, SettingError where a strategy cannot be
    loaded, VenueError where the demo venue does not start, and OSError where the folder cannot be made.
    """
    strategies = load_strategies(settings.strategies) if options.trade else ()
    deadline = Deadline()
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(FolderLock(options.log_dir))
        venue = await stack.enter_async_context(_venue(options.demo, deadline)) if options.demo is not None else None
        if venue is not None:
            key_file = stack.enter_context(_play_key(venue, options.log_dir / "demo"))
            settings = at_venue(settings, venue, key_file)
        client = await stack.enter_async_context(
            httpx.AsyncClient(timeout=HTTP_TIMEOUT_S, trust_env=False, headers={"User-Agent": "pmtui"})
        )
        if settings.binance_ws_url.startswith("wss:") or settings.clob_ws_url.startswith("wss:"):
            public_tls()  # reading the system's certificates holds the loop; do it before anything is traded
        ledger, news = Ledger(), _News()
        root = options.log_dir / "demo" if _is_demo(settings) else options.log_dir
        await asyncio.to_thread(ledger.read, root, time.time_ns() // 1_000_000)
        news.tellers += (ledger.tell, *tellers)  # the ledger first: what is said of a window counts it already
        _tell_ignored(options, news.tell)
        writer = await stack.enter_async_context(_writer(news.tell, deadline))
        counts: list[Counts] = [lambda: {f"files.{kind}": count for kind, count in writer.mishaps.counts.items()}]
        if settings.telegram_bot_token:
            telegram = await stack.enter_async_context(_telegram(settings, news.tell, deadline))
            news.tellers.append(Messages(telegram.send))
            counts.append(lambda: {"telegram.failed": telegram.failed, "telegram.dropped": telegram.dropped})
        build = _builder(options, strategies, writer, client, ledger, news.tell)
        desk = Desk(settings, build, ledger, news.tell, deadline, then=_then(settings, options), beside=counts)
        clock = ClockCheck(partial(clock_offset, client, settings.clob_rest_url), news.tell, desk.on_venue_clock)
        gamma = Gamma(client, settings.gamma_url, any_length=_is_demo(settings))
        counts += [lambda: {"clock.unanswered": clock.unanswered}, lambda: gamma_faults(gamma)]
        beside: dict[str, Coroutine[Any, Any, None]] = {
            "completion": _look_after(settings, options, gamma, news.tell),
            "strategies": tell_faults(strategies, news.tell),
            "clock": clock.run(),
            "disk": watch_room(options.log_dir, news.tell),
        }
        if venue is not None:
            beside["venue"] = _mourn(venue, desk, news.tell)
        if options.trade:
            desk.live = _live_desk(settings, options, strategies, writer, gamma, ledger, news.tell)
            beside["switches"] = watch_switches(desk, options.log_dir, news.tell)
        for name, work in beside.items():
            await stack.enter_async_context(_beside(name, work, news.tell))
        try:
            yield desk
        finally:
            await _close(desk, news.tell)
    desk.failed |= writer.mishaps.counts["lost"] > 0


class _News:
    """Everything that is told goes to all tellers, in their order."""

    def __init__(self) -> None:
        self.tellers: list[Tell] = []

    def tell(self, news: News) -> None:
        for teller in self.tellers:
            teller(news)


async def _close(desk: Desk, tell: Tell) -> None:
    try:
        async with asyncio.timeout(desk.deadline.left_s(SESSIONS_BY_S)):
            await desk.close()
    except TimeoutError:
        tell(Trouble("close", f"the sessions did not close within {SESSIONS_BY_S:g} s; look at their files"))


async def _mourn(venue: Venue, desk: Desk, tell: Tell) -> None:
    """The venue of a demo should live as long as the desk."""
    code = await venue.wait()
    how = f"killed by signal {-code}" if code < 0 else f"with code {code}"
    tell(Trouble("venue", f"the simulated venue has ended ({how}); start the program again"))
    desk.fail()


def _is_demo(settings: Settings) -> bool:
    """Ours, or one that was started apart: its windows are not the world's."""
    return settings.window_s is not None


def _tell_ignored(options: Options, tell: Tell) -> None:
    if options.ignored:
        names = ", ".join(options.ignored)
        tell(Trouble("settings", f"the settings file has names that are no settings and are ignored: {names}"))


def _builder(
    options: Options,
    strategies: Sequence[Strategy],
    writer: Writer,
    client: httpx.AsyncClient,
    ledger: Ledger,
    tell: Tell,
) -> Build:
    """Makes the Lifecycle of an asset and interval; those of one run share their limits towards hosts and folders."""
    budgets = HostBudgets()
    held: set[Path] = set()

    def build(chosen: Settings, mode: Mode) -> Lifecycle:
        course, plan = Course(options.markets), _plan(chosen, options, strategies, ledger)
        return Lifecycle(
            *(chosen, plan, course, writer, options.log_dir, client, tell),
            demo=_is_demo(chosen),
            mode=mode,
            budgets=budgets,
            held=held,
        )

    return build


def _live_desk(
    settings: Settings,
    options: Options,
    strategies: Sequence[Strategy],
    writer: Writer,
    gamma: Gamma,
    ledger: Ledger,
    tell: Tell,
) -> LiveDesk:
    plan = LivePlan(
        plan=_plan(settings, options, strategies, ledger),
        writer=writer,
        log_dir=options.log_dir,
        demo=_is_demo(settings),
        state_dir=state_folder(os.environ) or options.log_dir,
        outcome=Winners(gamma).of,
    )
    return LiveDesk(settings, plan, tell)


def at_venue(settings: Settings, venue: Venue, key_file: Path | None = None) -> Settings:
    """The settings pointed at a demo venue: it names its addresses as we name the settings.

    It takes any credentials, and is not shown the person's own. Nor is the person's wallet: armed, a demo trades with
    the venue's play wallet, whose key is in `key_file`.
    """
    addresses: dict[str, Any] = {name: url for name, url in venue.addresses.items() if hasattr(settings, name)}
    play = Secret("play")
    settings = replace(settings, poly_api_key=play, poly_api_secret=play, poly_api_passphrase=play)
    wallet = venue.play_wallet
    settings = replace(
        settings,
        wallet_key_file=key_file,
        funder=wallet.funder if wallet is not None else "",
        signature_type=wallet.signature_type if wallet is not None else 0,
    )
    return replace(settings, window_s=venue.window_s, window_start_s=venue.window_start_s, **addresses)


@contextlib.contextmanager
def _play_key(venue: Venue, folder: Path) -> Iterator[Path | None]:
    """The play wallet's key in a file that only we can read, for as long as the demo runs; None without a wallet."""
    if venue.play_wallet is None:
        yield None
        return
    make_folder(folder)
    path = folder / ".play-key"
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - its mode
        file.write(f"{venue.play_wallet.key}\n")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def _venue(demo: Demo, deadline: Deadline) -> AsyncIterator[Venue]:
    venue = await start_venue(demo.config(), withheld=[setting.name for setting in SETTINGS])
    try:
        yield venue
    finally:
        await venue.stop(min(VENUE_GRACE_S, deadline.left_s(VENUE_BY_S)))


@contextlib.asynccontextmanager
async def _writer(tell: Tell, deadline: Deadline) -> AsyncIterator[Writer]:
    writer = Writer(lambda sentence: tell(Trouble("files", sentence)))
    try:
        async with _beside("writer", writer.run(), tell):
            yield writer
    finally:
        try:
            async with asyncio.timeout(deadline.left_s(FILES_BY_S)):
                await writer.close()
        except TimeoutError:
            writer.mishaps.note("lost", "the disk did not take what was left in time; look at the files", each=True)
        if summary := writer.mishaps.summary():
            tell(Trouble("files", f"in this run: {summary}"))


@contextlib.asynccontextmanager
async def _telegram(settings: Settings, tell: Tell, deadline: Deadline) -> AsyncIterator[Telegram]:
    token, chat = settings.telegram_bot_token, settings.telegram_chat_id
    telegram = Telegram(settings.telegram_url, token, chat, tell=lambda sentence: tell(Trouble("telegram", sentence)))
    try:
        async with _beside("telegram", telegram.run(), tell):
            yield telegram
    finally:
        await telegram.close(deadline.left_s(TELEGRAM_BY_S))
        if telegram.failed or telegram.dropped:
            told = f"in this run: {telegram.failed} messages that did not get through, {telegram.dropped} never tried"
            tell(Trouble("telegram", told))


@contextlib.asynccontextmanager
async def _beside(name: str, work: Coroutine[Any, Any, None], tell: Tell) -> AsyncIterator[None]:
    """Do something beside the trading, and say so if it fails; dropped when the trading ends."""

    def told(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (fault := task.exception()) is not None:
            tell(Trouble(name, crash_line(fault, f"the {name} stopped by a fault; start the program again")))

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(told)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _look_after(settings: Settings, options: Options, gamma: Gamma, tell: Tell) -> None:
    """Settle what earlier runs left, but for our own demos: their venues are gone."""
    began_ms = time.time_ns() // 1_000_000
    if settings.window_s is None:
        await complete(options.log_dir, gamma, began_ms, tell)
    elif options.demo is None:
        calendar = Calendar(settings.asset, settings.interval, settings.window_s, settings.window_start_s or 0)
        await complete(options.log_dir / "demo", gamma, began_ms, tell, calendar=calendar)


def _then(settings: Settings, options: Options) -> str:
    """What becomes of a window that is left without an outcome."""
    if options.demo is not None:
        return "it stays so, for a demo's venue forgets its windows when it ends"
    return COMPLETED_LATER if settings.window_s is None else f"{COMPLETED_LATER}, if its venue still runs then"


def _plan(settings: Settings, options: Options, strategies: Sequence[Strategy], ledger: Ledger) -> Plan:
    return Plan(
        limits=settings.limits(),
        strategies=strategies,
        clob_ws_url=settings.clob_ws_url,
        run_id=secrets.token_hex(4),
        version=version("pmtui"),
        record=options.record,
        tape=not options.trade,
        verdict=lambda: ledger.score.verdict().text,
        then=_then(settings, options),
    )
