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
from app.crash import crash_line
from app.demo.child import Venue, start_venue
from app.desk import Desk
from app.disarm import watch_disarm
from app.faults import tell_faults
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

CLOSE_S: Final = 4.0
"""Leaving takes 5 s at most, all told."""

HTTP_TIMEOUT_S: Final = 5.0


@contextlib.asynccontextmanager
async def hosted(settings: Settings, options: Options, *tellers: Tell) -> AsyncIterator[Desk]:
    """A Desk ready to run, with its writer, clients, Telegram and, in a demo, its venue.

    Leaving closes all of them, the sessions' files first. Raises AlreadyRunning where another instance holds the
    log folder, SettingError where a strategy cannot be loaded, VenueError where the demo venue does not start, and
    OSError where the folder cannot be made.
    """
    strategies = load_strategies(settings.strategies) if options.trade else ()
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(FolderLock(options.log_dir))
        if options.demo is not None:
            venue = await stack.enter_async_context(_venue(options.demo))
            key_file = stack.enter_context(_play_key(venue, options.log_dir / "demo"))
            settings = at_venue(settings, venue, key_file)
        client = await stack.enter_async_context(
            httpx.AsyncClient(timeout=HTTP_TIMEOUT_S, trust_env=False, headers={"User-Agent": "pmtui"})
        )
        if settings.binance_ws_url.startswith("wss:") or settings.clob_ws_url.startswith("wss:"):
            public_tls()  # reading the system's certificates holds the loop; do it before anything is traded
        demo = settings.window_s is not None  # ours, or one that was started apart: its windows are not the world's
        ledger = Ledger()
        root = options.log_dir / "demo" if demo else options.log_dir
        await asyncio.to_thread(ledger.read, root, time.time_ns() // 1_000_000)
        told = [ledger.tell, *tellers]  # the ledger first: what is said of a window counts it already

        def tell(news: News) -> None:
            for teller in told:
                teller(news)

        if options.ignored:
            names = ", ".join(options.ignored)
            tell(Trouble("settings", f"the settings file has names that are no settings and are ignored: {names}"))
        writer = await stack.enter_async_context(_writer(tell))
        if settings.telegram_bot_token:
            told.append(await stack.enter_async_context(_telegram(settings, tell)))
        await stack.enter_async_context(_beside("completion", _look_after(settings, options, client, tell), tell))
        await stack.enter_async_context(_beside("strategies", tell_faults(strategies, tell), tell))
        then, budgets = _then(settings, options), HostBudgets()
        held: set[Path] = set()

        def build(chosen: Settings, mode: Mode) -> Lifecycle:
            course, plan = Course(options.markets), _plan(chosen, options, strategies, ledger, then)
            return Lifecycle(
                *(chosen, plan, course, writer, options.log_dir, client, tell),
                demo=demo,
                mode=mode,
                budgets=budgets,
                held=held,
            )

        desk = Desk(settings, build, ledger, tell, then)
        clock = ClockCheck(partial(clock_offset, client, settings.clob_rest_url), tell, desk.on_venue_clock)
        await stack.enter_async_context(_beside("clock", clock.run(), tell))
        if options.trade:
            live_plan = LivePlan(
                plan=_plan(settings, options, strategies, ledger, then),
                writer=writer,
                log_dir=options.log_dir,
                demo=demo,
                state_dir=state_folder(os.environ) or options.log_dir,
                outcome=Winners(client, settings).of,
            )
            desk.live = LiveDesk(settings, live_plan, tell)
            await stack.enter_async_context(_beside("disarm", watch_disarm(desk, options.log_dir), tell))
        try:
            yield desk
        finally:
            try:
                async with asyncio.timeout(CLOSE_S):
                    await desk.close()
            except TimeoutError:
                tell(Trouble("close", f"the sessions did not close within {CLOSE_S:g} s; look at their files"))


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
async def _venue(demo: Demo) -> AsyncIterator[Venue]:
    venue = await start_venue(demo.config(), withheld=[setting.name for setting in SETTINGS])
    try:
        yield venue
    finally:
        await venue.stop()


@contextlib.asynccontextmanager
async def _writer(tell: Tell) -> AsyncIterator[Writer]:
    writer = Writer(lambda sentence: tell(Trouble("files", sentence)))
    try:
        async with _beside("writer", writer.run(), tell):
            yield writer
    finally:
        await writer.close()


@contextlib.asynccontextmanager
async def _telegram(settings: Settings, tell: Tell) -> AsyncIterator[Messages]:
    telegram = Telegram(settings.telegram_url, settings.telegram_bot_token, settings.telegram_chat_id)
    try:
        async with _beside("telegram", telegram.run(), tell):
            yield Messages(telegram.send)
    finally:
        await telegram.close()


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


async def _look_after(settings: Settings, options: Options, client: httpx.AsyncClient, tell: Tell) -> None:
    """Settle what earlier runs left, but for our own demos: their venues are gone."""
    began_ms = time.time_ns() // 1_000_000
    gamma = Gamma(client, settings.gamma_url, any_length=settings.window_s is not None)
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


def _plan(settings: Settings, options: Options, strategies: Sequence[Strategy], ledger: Ledger, then: str) -> Plan:
    return Plan(
        limits=settings.limits(),
        strategies=strategies,
        clob_ws_url=settings.clob_ws_url,
        run_id=secrets.token_hex(4),
        version=version("pmtui"),
        record=options.record,
        tape=not options.trade,
        verdict=lambda: ledger.score.verdict().text,
        then=then,
    )
