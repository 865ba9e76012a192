"""One window after the other, overlapping: the next is discovered and warm before this one ends.

Each window is a task of its own, from discovery to settlement. A window that cannot be traded says why, and
the windows after it go on.
"""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from app.ahead import Ahead
from app.counts import gamma_faults, shared_counts
from app.news import Tell, Trouble, WindowSkipped, WindowWarm
from app.oracle import OracleFeed
from app.outcome import asking_times
from app.plan import Plan
from app.prices import PriceFeed
from app.session import Session
from app.settings import Settings
from app.strikes import StrikeSeeker
from app.telemetry.folders import window_folder
from app.telemetry.writer import Writer
from app.witness import BookWitness
from engine.engine import Mode
from engine.market import Market
from feeds.connect_budget import HostBudgets
from feeds.gamma import Gamma, Unreachable
from feeds.gamma_fields import Refusal
from feeds.strike import settles_on_candle
from feeds.verdict import Verdict
from feeds.windows import Calendar, Window

WARM_MS: Final = 10_000
"""So long before its start a window must be ready."""

LEAD_MS: Final = 60_000
"""So long before its start a window is looked for; half a window where that is shorter."""

RETRY_S: Final = (1.0, 2.0, 5.0, 10.0)
"""Pauses between tries to discover a window; the last one repeats. Each is jittered by a quarter."""

SETTLE_IN_MS: Final = 2_000
"""A session that was opened late is given so long before it is asked what it lacks."""

PRICES_WAIT_MS: Final = 60_000
"""The winner may be known before the prices that it follows from; those are waited for so long."""

LOOK_S: Final = 1.0
"""How often a long wait looks at the time again: wall time may step, and a window's end may come to be known."""


@dataclass(frozen=True, slots=True)
class Course:
    """How far to go: `markets` windows settled, 0 for no end."""

    markets: int = 0


class Lifecycle:
    """Runs sessions for one asset and interval until told to stop.

    `sessions` are those that are open now, the oldest first; the screen and the log read them.
    """

    def __init__(
        self,
        settings: Settings,
        plan: Plan,
        course: Course,
        writer: Writer,
        log_dir: Path,
        client: httpx.AsyncClient,
        tell: Tell,
        *,
        demo: bool,
        budgets: HostBudgets,
        held: set[Path],
        mode: Mode = Mode.PAPER,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """`held` are the folders that a session has open; every Lifecycle over `log_dir` shares it."""
        self.settings = settings
        self.sessions: list[Session] = []
        self.settled = 0
        self.waiting = ""
        """Why the window that is due is not there; nothing while one is."""
        self.mode = mode
        self.venue_clock_ms = 0
        """How far our clock is surely ahead of the venue's, in ms; 0 while no difference was seen."""
        self.on_session: Callable[[Session], None] | None = None
        """Told of every session that is opened from now on."""
        self._plan = plan
        self._course = course
        self._writer = writer
        self._log_dir = log_dir
        self._client = client
        self._tell = tell
        self._demo = demo
        self._now_ms = now_ms
        self._foreign = settings.window_s is not None
        self._calendar = Calendar(settings.asset, settings.interval, settings.window_s, settings.window_start_s or 0)
        self._gamma = Gamma(client, settings.gamma_url, any_length=self._foreign)
        self._ahead = Ahead(self._gamma, self._calendar, now_ms)
        self._budget = budgets.clob
        self.prices = PriceFeed(
            settings.asset, settings.binance_ws_url, settings.price_max_age_ms, tell, budgets.binance
        )
        self.oracle = OracleFeed(settings, tell, budgets)
        self._strikes = StrikeSeeker(settings, client, self._gamma, tell, now_ms)
        self._held = held
        self._witness = BookWitness(client, settings.clob_rest_url, settings.book_check_s, tell)
        self._past: Counter[str] = Counter()
        """Of the sessions that are closed."""
        self._counted_before: dict[Session, Counter[str]] = {}
        """What had gone wrong with the shared feeds when a session began."""
        self._opened = 0
        self._due_ms = max(self._now_ms(), (settings.window_start_s or 0) * 1000)
        """When the window to begin next must be under way: now, or the end of the one begun last."""
        self._discoveries: set[asyncio.Task[None]] = set()
        self._left = False
        self._changed = asyncio.Event()

    @property
    def through(self) -> bool:
        """As many windows are settled as the course wants, or it was left and nothing is open any more."""
        if self._left:
            return not self.sessions
        return 0 < self._course.markets <= self.settled

    async def run(self) -> None:
        """Trade window after window. Returns when it is through; else until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            feed = tasks.create_task(self.prices.link.run(), name="binance")
            oracle = tasks.create_task(self.oracle.run(), name="oracle")
            ahead = tasks.create_task(self._ahead.run(), name="ahead")
            windows = tasks.create_task(self._start_windows(tasks), name="windows")
            while not self.through:
                self._changed.clear()
                await self._changed.wait()
                if self._left:
                    windows.cancel()
            windows.cancel()
            ahead.cancel()
            self._drop_discoveries()
            await asyncio.gather(self.prices.link.stop(), self.oracle.stop())
            feed.cancel()
            oracle.cancel()

    def counts(self) -> Counter[str]:
        """What went wrong since the start, by name, over all windows; see `Desk.counts`."""
        counted = self._past + shared_counts(self.prices, self.oracle) + gamma_faults(self._gamma)
        counted["books.differed"] += self._witness.differed
        for session in self.sessions:
            counted += session.counts()
        return +counted

    def leave(self) -> None:
        """Begin no window any more. Those under way send nothing more and are settled; those to come are closed."""
        self._left = True
        for session in self.sessions:
            session.leave()
        self._drop_discoveries()
        self._changed.set()

    def command(self, name: str, mode: Mode) -> None:
        """Kill or disarm every session, and those to come."""
        self.mode = mode
        for session in self.sessions:
            session.command(name)

    def on_venue_clock(self, ahead_ms: int) -> None:
        """Our clock was compared with the venue's: to every session, and to those to come."""
        self.venue_clock_ms = ahead_ms
        for session in self.sessions:
            session.on_venue_clock(ahead_ms)

    async def close(self) -> None:
        """Close what is still open: files whole, positions left for the next start to settle."""
        await asyncio.gather(self.prices.link.stop(), self.oracle.stop())
        await asyncio.gather(*(self._end(session) for session in list(self.sessions)))

    async def _start_windows(self, tasks: asyncio.TaskGroup) -> None:
        """Begin each window's task in time; wait for room where the course allows no more windows."""
        lead = _lead_ms(self._calendar.current(self._due_ms))
        while True:
            # An instant, not a start: where the venue's cut is unknown, only its listing says what began when.
            while (left := self._due_ms - lead - self._now_ms()) > 0:  # noqa: ASYNC110 - as `LOOK_S` says
                await asyncio.sleep(min(left / 1000, LOOK_S))
            candidates = self._calendar.candidates(self._due_ms)
            window = candidates[0]
            lead = _lead_ms(window)
            while self._course.markets and self._opened >= self._course.markets:
                self._changed.clear()
                await self._changed.wait()
            self._opened += 1
            self._due_ms = window.end_ms
            tasks.create_task(self._trade(candidates), name=window.slug)

    def _drop_discoveries(self) -> None:
        for task in self._discoveries:
            task.cancel()

    async def _trade(self, candidates: tuple[Window, ...]) -> None:
        """One window, from discovery to settlement."""
        session = await self._prepare(candidates)
        if session is None:
            return
        market = session.market
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(session.run(), name=f"session {market.slug}")
                helpers = [
                    tasks.create_task(self._learn_outcome(session), name=f"outcome {market.slug}"),
                    tasks.create_task(self._report_warm(session), name=f"warm {market.slug}"),
                    tasks.create_task(self._strikes.seek(session), name=f"strike {market.slug}"),
                ]
                if self.settings.book_check_s:
                    books = session.market, session.engine.state.ladders, session.link.reconnect
                    helpers.append(tasks.create_task(self._witness.watch(*books), name=f"witness {market.slug}"))
                await session.settled.wait()
                for helper in helpers:
                    helper.cancel()
        finally:
            # Also when cancelled: the files must be whole, however short the time.
            await asyncio.shield(self._end(session))
        self.settled += session.resolution is not None
        self._changed.set()

    async def _prepare(self, candidates: tuple[Window, ...]) -> Session | None:
        """Discover the window and open its session. Until that is done, `leave` may cancel the task."""
        task = asyncio.current_task()
        assert task is not None
        self._discoveries.add(task)
        session = None
        try:
            market = await self._discover(candidates)
            session = await self._open(market) if market is not None else None
        finally:
            self._discoveries.discard(task)
            if session is None:
                self._opened -= 1
                self._changed.set()
        return session

    async def _discover(self, candidates: tuple[Window, ...]) -> Market | None:
        """Ask until the venue lists the window or it is over; a refusal is told once, and asked again."""
        told = ""
        tries = 0
        window = candidates[0]
        while (now := self._now_ms()) < window.end_ms - WARM_MS // 2:
            found = await self._gamma.find(candidates, now)
            if isinstance(found, Unreachable):
                found = self._read_before(window, found)
            if isinstance(found, Market):
                self.waiting = ""
                if window.must_hold_ms is not None and self._due_ms == window.end_ms:
                    self._due_ms = found.end_ms  # the end was a guess; the next window begins where this one does end
                return found
            why = self.waiting = str(found)
            if why != told:
                self._tell(WindowSkipped(window.slug, f"waiting: {why}"))
                told = why
            pause = RETRY_S[min(tries, len(RETRY_S) - 1)]
            tries += 1
            await asyncio.sleep(pause * random.uniform(0.75, 1.25))
        self._tell(WindowSkipped(window.slug, f"over before it could be traded: {told or 'it was too late'}"))
        return None

    def _read_before(self, window: Window, unreachable: Unreachable) -> Market | Unreachable:
        """What Gamma said of the window when it last answered, where it gives no answer now."""
        before = self._ahead.market(window)
        if before is None:
            return unreachable
        market, read_ms = before
        ago_s = (self._now_ms() - read_ms) / 1000
        self._tell(Trouble(window.slug, f"{unreachable}; opened as it was listed {ago_s:.0f} s ago"))
        return market

    async def _open(self, market: Market) -> Session | None:
        try:
            folder = window_folder(self._log_dir, market, demo=self._demo)
            if not await self._is_free(folder, market):
                return None
            self._held.add(folder)
            session = await Session.open(market, self._plan, self._writer, folder, self._tell, self._budget)
        except (OSError, ValueError) as error:
            self._held.discard(folder)
            self._tell(WindowSkipped(market.slug, f"its files cannot be opened: {error}"))
            return None
        self.sessions.append(session)
        self._counted_before[session] = shared_counts(self.prices, self.oracle)
        self.prices.join(session)
        if not settles_on_candle(market):
            self.oracle.join(session, market)
        if self.venue_clock_ms:
            session.on_venue_clock(self.venue_clock_ms)
        if self.mode is Mode.HALTED:
            session.command("kill")
        if self._left:
            session.leave()
        elif self.on_session is not None:
            self.on_session(session)
        return session

    async def _is_free(self, folder: Path, market: Market) -> bool:
        """Whether no session has the window open any more: two would count every limit, and the result, twice.

        One that was left by a switch has it until it is settled, unless it was left before its start.
        """
        told = False
        while folder in self._held:
            if self._now_ms() >= market.end_ms - WARM_MS // 2:
                return False
            if not told:
                told = True
                self.waiting = "this window was left by a switch and is not entered again"
                self._tell(WindowSkipped(market.slug, f"waiting: {self.waiting}"))
            await asyncio.sleep(LOOK_S)
        self.waiting = ""
        return True

    async def _end(self, session: Session) -> None:
        self.prices.leave(session)
        self.oracle.leave(session)
        since = shared_counts(self.prices, self.oracle) - self._counted_before.pop(session, Counter())
        await session.close(since)
        self._held.discard(session.files.folder)
        if session in self.sessions:
            self.sessions.remove(session)
            self._past += session.counts()

    async def _report_warm(self, session: Session) -> None:
        await self._sleep_until(max(session.market.start_ms - WARM_MS, self._now_ms() + SETTLE_IN_MS))
        if self._now_ms() < session.market.start_ms:
            self._tell(WindowWarm(session.market, session.missing(), started=False))
        await self._sleep_until(session.market.start_ms + 2 * WARM_MS)
        if missing := session.missing():
            self._tell(WindowWarm(session.market, missing, started=True))

    async def _learn_outcome(self, session: Session) -> None:
        """Wait for the venue's word on the socket, and ask Gamma beside it."""
        market = session.market
        give_up_ms = 0
        for after_s in asking_times(market, self._foreign):
            at_ms = market.end_ms + int(after_s * 1000)
            if at_ms < self._now_ms():
                continue  # an answer that came slowly, or a clock that stepped: one question, not all that were missed
            if give_up_ms:
                await self._sleep_until(at_ms)
            while (left := at_ms - self._now_ms()) > 0 and not session.resolved.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(left / 1000, LOOK_S)):
                        await session.resolved.wait()
            answer = await self._gamma.outcome(market.slug, market.start_ms)
            verdict = answer if isinstance(answer, Verdict) else None
            if verdict is not None and verdict.outcome is not None:
                session.settle(verdict.outcome, "gamma")
            elif isinstance(answer, Refusal):
                self._tell(Trouble(market.slug, str(answer)))
            if session.resolution is None:
                continue
            give_up_ms = give_up_ms or self._now_ms() + PRICES_WAIT_MS
            if (verdict is not None and verdict.final is not None) or self._now_ms() >= give_up_ms:
                session.finish(verdict)
                return

    async def _sleep_until(self, at_ms: int) -> None:
        while (left := at_ms - self._now_ms()) > 0:  # noqa: ASYNC110 - wall time may step
            await asyncio.sleep(min(left / 1000, LOOK_S))


def _lead_ms(window: Window) -> int:
    return min(LEAD_MS, (window.end_ms - window.start_ms) // 2)


__all__ = ["Course", "Lifecycle"]
