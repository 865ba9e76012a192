"""The live side of one window: an engine, files and a place in the account of its own, beside the paper session.

It shares the feeds of its asset with the other sessions, and the books with the paper session of the same window. What
the account has to tell its engine comes as events, which are always delivered first.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.beside import Shared
from app.decided import write_evaluation
from app.live.arrears import arrears, with_listed
from app.live.order_record import carried_record, order_record
from app.live_news import LiveEnded, LiveFilled, LiveSent
from app.news import Tell
from app.outcome import counts, result_facts
from app.plan import Plan, run_record
from app.telemetry.window_files import WindowFiles
from app.telemetry.writer import Writer
from engine.carried import Carried
from engine.commitment import Commitment
from engine.engine import Evaluation
from engine.events import (
    OUTCOME_NAMES,
    Ack,
    Allowance,
    Command,
    Event,
    Fill,
    Link,
    OracleTick,
    Refused,
    Resolution,
    Standing,
    Strike,
    Trade,
    VenueClock,
)
from engine.live_timeline import LiveTimeline
from engine.market import Market
from engine.orders import Order, OrderStatus
from engine.settlement import settle
from feeds import recording
from feeds.oracle import MarketReports

Told = Fill | Ack | Allowance | Standing | Command
"""What the account says to an engine."""


class LiveSession:
    """One window's live engine with its files. Everything here is called on the loop and waits for nothing."""

    def __init__(
        self,
        market: Market,
        plan: Plan,
        files: WindowFiles,
        tell: Tell,
        intend: Callable[[Market, Order], bool],
        mono: int,
        wall: int,
    ) -> None:
        """`intend` takes an order towards the venue without waiting, and says whether there was room for it."""
        self.market = market
        self.files = files
        self.timeline = LiveTimeline(market, plan.limits, plan.strategies, self._dispatch, mono, wall)
        self.engine = self.timeline.engine
        self.resolution: Resolution | None = None
        self._tell = tell
        self._intend = intend
        self._last_mono = mono
        self._reports = MarketReports(market)
        self._inbox: deque[tuple[Told, str]] = deque()
        self._busy = False
        self._sent: dict[str, Order] = {}
        self._closed = False
        self._disk_changes = 0
        self.over = asyncio.Event()
        """The venue has named the winner, or nobody will tell it here any more."""

    @classmethod
    async def open(
        cls,
        market: Market,
        plan: Plan,
        writer: Writer,
        folder: Path,
        tell: Tell,
        intend: Callable[[Market, Order], bool],
        carried: Callable[[str], Carried],
    ) -> "LiveSession":
        """Open its files, and take over what its market has come to: `carried` says so of a condition id.

        OSError where the folder cannot be used.
        """
        files = await WindowFiles.open(writer, folder, market, run_id=plan.run_id, account="live", record=plan.record)
        mono, wall = time.monotonic_ns(), time.time_ns()
        session = cls(market, plan, files, tell, intend, mono, wall)
        earlier = with_listed(folder, carried(market.condition_id))
        earlier.restore(session.engine)
        files.record(wall, mono, "run", run_record(plan) | {"account": "live", "earlier": carried_record(earlier)})
        files.record(wall, mono, "market", recording.market_record(market))
        return session

    # --- what the feeds say

    def on_prices(self, raw: str | bytes, is_json: bool, trades: list[Trade], mono: int, wall: int) -> None:
        """A Binance frame, shared with the other sessions of the asset."""
        self._take(trades, wall, mono, "binance", raw, is_json)

    def on_price_link(self, up: bool, epoch: int, since_ms: int) -> None:
        """The Binance connection came or went."""
        mono, wall = self._forward(time.monotonic_ns()), time.time_ns()
        self.take(Link(mono, wall, "binance", epoch, up))

    def on_reports(self, raw: str | bytes, is_json: bool, ticks: list[OracleTick], mono: int, wall: int) -> None:
        """A frame of the oracle's."""
        if not self._closed:
            self._take(self._reports.new(ticks), wall, mono, "oracle", raw, is_json)

    def on_book(self, raw: str | bytes, is_json: bool, events: Sequence[Event], mono: int, wall: int) -> None:
        """A frame of the books, and the events in it."""
        self._take(events, wall, mono, "clob", raw, is_json)

    def take(self, event: Shared) -> None:
        """What the paper session learned for both."""
        if self._closed or (isinstance(event, Resolution) and self.resolution is not None):
            return
        self.files.record(event.wall, event.mono, *_record(event))
        self._deliver(event)
        if isinstance(event, Strike):
            self.files.strike(event)
        self._drain()

    def part(self) -> None:
        """The paper session beside it has ended, also where no winner is known: nothing more comes of this window."""
        self.over.set()

    def _take(
        self, events: Sequence[Event], wall: int, mono: int, source: str, raw: str | bytes, is_json: bool
    ) -> None:
        """A frame is handled whole, and then recorded: what the account says meanwhile comes after both."""
        if self._closed:
            return
        try:
            self._deliver(*events)
        finally:
            self.files.frame(wall, mono, source, raw, is_json=is_json)
            self._drain()

    def _deliver(self, *events: Event) -> None:
        """Hand the events of one record to the engine; nothing else reaches it before the last of them."""
        self._busy = True
        try:
            for event in events:
                begun = time.monotonic_ns()
                evaluation = self.timeline.deliver(event)
                if type(event) is Resolution and self.resolution is None:
                    self.resolution = event
                    self.over.set()
                if evaluation is not None:
                    self._write(evaluation, (time.monotonic_ns() - begun) / 1e3)
        finally:
            self._busy = False

    # --- what the account says

    def catch_up(self, commitment: Commitment) -> None:
        """Complete the files by what the journal has of this market and they have not; the engine has it already."""
        missing = arrears(self.files.folder, commitment)
        for order in missing.orders:
            self.files.order(order)
        for fill in missing.fills:
            status = "void" if fill.size < 0 else "filled"
            self.files.fill(fill, status=status, settle_state="", submit_to_ack_ms=None)
        for ack in missing.acks:
            self.files.unfilled(ack, submit_to_ack_ms=None)

    def tell(self, event: Told, settle_state: str = "") -> None:
        """The account says something to the engine: at once, or when the frame that is under way has been handled."""
        self._inbox.append((event, settle_state))
        if not self._busy:
            self._drain()

    def command(self, name: str) -> None:
        """A person's word, or the account's: arm, disarm, kill, switch."""
        self.tell(Command(self._forward(time.monotonic_ns()), time.time_ns(), name))

    def pulse(self, mono: int) -> None:
        """Let the ticks that are due happen."""
        if self._closed:
            return
        self.timeline.advance(self._forward(mono))
        if self.files.writable is not self.engine.state.disk_up:
            self._disk_changes += 1
            self.take(Link(self._last_mono, time.time_ns(), "disk", self._disk_changes, self.files.writable))

    async def close(self) -> None:
        """Write what is known and close the files; a fill that comes later is in the account's journal alone."""
        if self._closed:
            return
        self._drain()
        self._closed = True
        facts = counts(self.engine.position) | {"decision_hash": self.engine.decisions.hexdigest()}
        if self.resolution is not None:
            facts |= result_facts(self.engine.position, self.resolution.outcome, self.resolution.source, None)
        self.files.info(facts)
        await self.files.close(pack=self.resolution is not None)

    @property
    def winner(self) -> int | None:
        """Who won, None while nobody has said."""
        return self.resolution.outcome if self.resolution is not None else None

    @property
    def net(self) -> int | None:
        """The result in money units, None while the venue has not named the winner."""
        return settle(self.engine.position.total, self.resolution.outcome).net if self.resolution else None

    def _drain(self) -> None:
        while self._inbox:
            event, settle_state = self._inbox.popleft()
            if self._closed:
                continue
            if isinstance(event, Command):
                self.files.record(event.wall, event.mono, "command", {"name": event.name})
            else:
                self.files.record(event.wall, event.mono, "order", order_record(event))
            self._deliver(event)
            self._write_down(event, settle_state)

    def _dispatch(self, order: Order) -> bool:
        if not self._intend(self.market, order):
            # Before the frame that led to it, which is recorded when all of it is handled: a replay needs to know.
            refused = Refused(order.mono, order.wall, order.order_id)
            self.files.record(order.wall, order.mono, "order", order_record(refused))
            return False
        self._sent[order.order_id] = order
        return True

    def _write(self, evaluation: Evaluation, eval_us: float) -> None:
        signal = write_evaluation(self.files, self.engine.state, evaluation, eval_us)
        if signal is not None and signal.order is not None:
            self._tell(LiveSent(self.market, signal.order, signal))

    def _write_down(self, event: Told, settle_state: str) -> None:
        """What the CSV files and the log have of it."""
        if isinstance(event, Fill):
            status = "void" if event.size < 0 else "filled"
            self.files.fill(event, status=status, settle_state=settle_state, submit_to_ack_ms=self._took_ms(event))
            self._tell(LiveFilled(self.market, event, settle_state))
        elif isinstance(event, Ack):
            if event.status in (OrderStatus.NONE, OrderStatus.REJECTED):
                self.files.unfilled(event, submit_to_ack_ms=self._took_ms(event))
            self._tell(LiveEnded(self.market, event))

    def _took_ms(self, event: Fill | Ack) -> float | None:
        order = self._sent.get(event.order_id)
        return (event.mono - order.mono) / 1e6 if order is not None else None

    def _forward(self, mono: int) -> int:
        if mono > self._last_mono:
            self._last_mono = mono
        return self._last_mono


def _record(event: Shared) -> tuple[str, dict[str, Any]]:
    """The recording's source and data of what the paper session learned."""
    match event:
        case Strike():
            return "strike", {"value": event.value, "source": event.source.value, "exact": event.exact}
        case Link():
            return "link", {"feed": event.feed, "epoch": event.epoch, "up": event.up}
        case VenueClock():
            return "clock", {"ahead_ms": event.ahead_ms}
        case Resolution():
            facts = {"final": None, "outcome": OUTCOME_NAMES[event.outcome], "source": event.source}
            return "settlement", facts
