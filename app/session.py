"""One window of one market in one mode: its engine, its book feed, its files."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from app.beside import Beside, known_already
from app.bookwatch import WATCH_S, BookWatch
from app.counts import refused, window_counts
from app.decided import write_evaluation
from app.ending import LISTEN_NS, Ending, let_arrive
from app.news import (
    FeedChanged,
    OrderEnded,
    OrderFilled,
    OrderSent,
    Tell,
    Trouble,
    WindowOpened,
    WindowSkipped,
    WindowUnsettled,
)
from app.outcome import counts
from app.plan import Plan, book_spec, run_record
from app.price_to_beat import PriceToBeat
from app.restore import Earlier, read_earlier, restore
from app.scorecard import read_lens_fills
from app.standing import lacking
from app.tape import is_quote, write_quote
from app.telemetry.rows.latency import Step
from app.telemetry.window_files import WindowFiles
from app.telemetry.writer import Writer
from engine.engine import Evaluation, Mode
from engine.events import (
    OUTCOME_NAMES,
    Ack,
    Command,
    Event,
    Fill,
    Link,
    OracleTick,
    Resolution,
    Strike,
    Trade,
    VenueClock,
)
from engine.histogram import Histogram
from engine.market import Market
from engine.orders import Order
from engine.score import LensFill
from engine.timeline import Timeline
from engine.view import LatencyView
from feeds import connection, recording
from feeds.clob import ClobParser
from feeds.connect_budget import ConnectBudget
from feeds.frames import decode
from feeds.oracle import MarketReports
from feeds.verdict import Verdict

PULSE_S: Final = 0.02
"""Most that is slept between looks at what is due: a frame that finds it undone does it first, and is late by it."""


class Session:
    """Takes frames from the feeds, hands their events to the engine, and writes down what came of it.

    Open it with `Session.open`, run it with `run` until it is settled, end it with `close` in any case.
    """

    def __init__(
        self,
        market: Market,
        plan: Plan,
        files: WindowFiles,
        tell: Tell,
        budget: ConnectBudget,
        mono: int,
        wall: int,
    ) -> None:
        self.market = market
        self.files = files
        self.timeline = Timeline(market, plan.limits, plan.strategies, self, mono, wall)
        self.engine = self.timeline.engine
        self.parser = ClobParser(market.up_token, market.down_token)
        self.watch = BookWatch(plan.limits.quote_max_age_ms)
        self.latency = LatencyView()
        self.ending = Ending(market, tell)
        self.resolved, self.settled = self.ending.resolved, self.ending.settled
        self.unread = ""
        """What an earlier run left that cannot be read back, in words; the window's result leaves it out."""
        self._plan = plan
        self._tell = tell
        self._last_mono = mono
        self.reports = MarketReports(market)
        joined_ms = wall // 1_000_000
        self.strike = PriceToBeat(market, self.engine.state, files, self._both, tell, joined_ms)
        self._closed = False
        self._beside: Beside | None = None
        self._disk_changes = 0
        self._deaf_ns = self.engine.state.end_ns + LISTEN_NS
        self.link = connection.Link(book_spec(market, plan), self._on_book_frame, self._on_book_link, budget=budget)

    @classmethod
    async def open(
        cls, market: Market, plan: Plan, writer: Writer, folder: Path, tell: Tell, budget: ConnectBudget
    ) -> "Session":
        """Open the files, take up what an earlier run of this window left, and say that the window is open."""
        earlier = await asyncio.to_thread(read_earlier, folder)
        lens_fills = await asyncio.to_thread(read_lens_fills, folder)
        files = await WindowFiles.open(writer, folder, market, run_id=plan.run_id, record=plan.record)
        mono, wall = time.monotonic_ns(), time.time_ns()
        session = cls(market, plan, files, tell, budget, mono, wall)
        files.record(wall, mono, "run", run_record(plan) | {"earlier": earlier.record()})
        files.record(wall, mono, "market", recording.market_record(market))
        tell(WindowOpened(market, len(earlier.orders), len(earlier.fills)))
        session.timeline.lenses.score.fills += lens_fills
        strike = restore(session.engine, earlier, mono, wall)
        if strike is not None:
            session.strike.take(strike)
        if earlier.unreadable:
            session.distrust_files(earlier)
        return session

    @property
    def resolution(self) -> Resolution | None:
        """The venue's first word on the outcome, None before it."""
        return self.ending.resolution

    async def run(self) -> None:
        """Receive, tick and watch until the market is settled."""
        async with asyncio.TaskGroup() as tasks:
            work = [
                tasks.create_task(self.link.run(), name=f"books {self.market.slug}"),
                tasks.create_task(self._pulse(), name=f"pulse {self.market.slug}"),
                tasks.create_task(self._watch(), name=f"watch {self.market.slug}"),
            ]
            await self.settled.wait()
            await self.link.stop()
            for task in work:
                task.cancel()

    def counts(self) -> Counter[str]:
        """What went wrong with its books, with reports and in its engine, by name; see `Desk.counts`."""
        return window_counts(self.parser.counters, self.reports.counters, self.engine.state.counters)

    async def close(self, shared: Mapping[str, int] = MappingProxyType({})) -> None:
        """Write the end, or that there is none yet, and close the files. Safe to call twice.

        `shared` is what went wrong meanwhile with the feeds that it shares.
        """
        if self._closed:
            return
        self._closed = True
        await self.link.stop()
        self._take_link("clob", self.link.health.epoch, up=False)
        if self.engine.risk.in_flight:
            await let_arrive(self.timeline, self._forward)
            self._take_link("clob", self.link.health.epoch, up=False)  # a replay goes as far as the last record
        if self._beside is not None:
            self._beside.part()
        self.files.info(counts(self.engine.position))
        self.files.add_refused(refused("clob", self.parser.counters) + Counter(shared))
        if not self.settled.is_set():
            self.files.info({"decision_hash": self.engine.decisions.hexdigest()})
            if self.stake is not None:
                orders, fills = self.engine.risk.orders, self.engine.position.total.fills
                self._tell(WindowUnsettled(self.market, orders, fills, self._plan.then))
        await self.files.close(pack=self.resolution is not None)

    def distrust_files(self, earlier: Earlier) -> None:
        """Money that an earlier run spent may not be known: no order here until a person disarms."""
        self.unread = f"an earlier run's files cannot be read back whole ({earlier.fault})"
        self.files.info({"unread_rows": earlier.unreadable})
        self._tell(Trouble(self.market.slug, f"{self.unread}; no order in this window until disarm, look at them"))
        self.command("kill")

    def accompany(self, live: Beside | None) -> None:
        """Have a live session beside this one from now on, or none any more; it is told first."""
        self._beside = live
        if live is None:
            return
        mono, wall = self._forward(time.monotonic_ns()), time.time_ns()
        for event in known_already(self.engine.state, self.resolution, mono, wall):
            live.take(event)
        if self.engine.state.clob_up:
            self.link.rotate()  # it needs whole books, which the venue sends at a connection's beginning

    def _both(self, event: Strike | VenueClock | Link) -> None:
        if self._beside is not None:
            self._beside.take(event)
        self.timeline.deliver(event)

    def command(self, name: str) -> None:
        """A person's word, to the engine and into the recording."""
        if self.settled.is_set():
            return
        mono, wall = self._forward(time.monotonic_ns()), time.time_ns()
        self.files.record(wall, mono, "command", {"name": name})
        self.timeline.deliver(Command(mono, wall, name))

    def leave(self) -> None:
        """The person went on to another market: send nothing more; end at once if the window has not begun."""
        self.command("switch")
        if time.time_ns() < self.engine.state.start_ns and not self.settled.is_set():
            self.settled.set()
            self._tell(WindowSkipped(self.market.slug, "left by a switch before it began"))

    @property
    def stake(self) -> int | None:
        """What the window may still lose, in money units; None where it has not begun, or is settled."""
        if self.settled.is_set() or time.time_ns() < self.engine.state.start_ns:
            return None
        return self.engine.position.spent + self.engine.risk.reserved

    def missing(self) -> tuple[str, ...]:
        """What keeps the session from trading right now, in words; nothing when it is warm."""
        state = self.engine.state
        lacks = list(lacking(state))
        if self.unread and self.engine.mode is Mode.HALTED:
            lacks.insert(0, self.unread)
        if self.strike.missing:
            lacks.append(self.strike.missing)
        return tuple(lacks)

    def on_venue_clock(self, ahead_ms: int) -> None:
        """Our clock was compared with the venue's, which all sessions share."""
        if not self.settled.is_set():
            mono, wall = self._forward(time.monotonic_ns()), time.time_ns()
            self.files.record(wall, mono, "clock", {"ahead_ms": ahead_ms})
            self._both(VenueClock(mono, wall, ahead_ms))

    def on_prices(self, raw: str | bytes, is_json: bool, trades: list[Trade], mono: int, wall: int) -> None:
        """A Binance frame, shared with the other sessions of the asset."""
        if self.settled.is_set() or wall >= self._deaf_ns:
            return
        for trade in trades:
            self.strike.see_trade(trade)
        handed = time.monotonic_ns()
        try:
            for trade in trades:
                self.timeline.deliver(trade)
        finally:
            self.files.frame(wall, mono, "binance", raw, is_json=is_json)
        for trade in trades:
            self.ending.see(trade)
            if self._plan.tape:
                self.files.trade(trade)
        self._time("binance_recv", self.latency.receive, wall, (handed - mono) / 1e3)

    def on_price_link(self, up: bool, epoch: int, since_ms: int) -> None:
        """The Binance connection came or went; it has been watched without a break since `since_ms`."""
        self.strike.watch(up, since_ms)
        self._take_link("binance", epoch, up)

    def on_reports(self, raw: str | bytes, is_json: bool, ticks: list[OracleTick], mono: int, wall: int) -> None:
        """A frame of the oracle's, shared with the other sessions of the asset."""
        if self.settled.is_set() or wall >= self._deaf_ns:
            return
        reports = self.reports.new(ticks)
        for report in reports:
            self.strike.see_report(report)
        try:
            for report in reports:
                self.timeline.deliver(report)
        finally:
            self.files.frame(wall, mono, "oracle", raw, is_json=is_json)

    def settle(self, outcome: int, source: str) -> None:
        """The venue named the winner, by whatever road; the first word counts, a contradiction is shown."""
        mono, wall = self._forward(time.monotonic_ns()), time.time_ns()
        word = Resolution(mono, wall, outcome, source)
        if self.resolution is None:
            self._deliver([word], wall, mono)
        else:
            self.ending.hear(word)
        if self._beside is not None and self.resolution is word:
            self._beside.take(word)

    def finish(self, verdict: Verdict | None) -> None:
        """Book the result and let `run` end. Nothing reaches the engine or the recording after this.

        `verdict` is Gamma's last word, for the two prices in it.
        """
        if self.resolution is None or self.settled.is_set():
            return
        self._record_settlement(self.resolution, verdict.final if verdict is not None else None)
        self.ending.book(self.engine, self.timeline.lenses.score, self.files, self.strike.ours(), verdict)
        if self.unread:
            self._tell(Trouble(self.market.slug, f"{self.unread}; the window's net leaves it out"))
        self.files.info({"verdict": self._plan.verdict()})
        self.settled.set()

    def _record_settlement(self, resolution: Resolution, final: float | None) -> None:
        """The recording's last line. What was due by then is in the decision hash, here and in a replay."""
        mono, wall = self._forward(time.monotonic_ns()), time.time_ns()
        self.timeline.advance(mono)
        facts = {"final": final, "outcome": OUTCOME_NAMES[resolution.outcome], "source": resolution.source}
        self.files.record(wall, mono, "settlement", facts)

    def on_answer(self, order: Order, fills: Sequence[Fill], ack: Ack) -> None:
        """A paper order met the book."""
        took_ms = (ack.mono - order.mono) / 1e6
        for fill in fills:
            self.files.fill(fill, status=ack.status, settle_state="confirmed", submit_to_ack_ms=took_ms)
            self._tell(OrderFilled(self.market, fill))
        if not fills:
            self.files.unfilled(ack, submit_to_ack_ms=took_ms)
        self._time("order_exec", self.latency.order, ack.wall, (time.monotonic_ns() - order.mono) / 1e3)
        self._tell(OrderEnded(self.market, order, ack))

    def on_lens(self, fill: LensFill) -> None:
        """What a lens made of an order."""
        self.files.lens(fill)

    def _on_book_frame(self, raw: str | bytes, mono: int, wall: int, epoch: int) -> bool:
        if self.settled.is_set() or epoch < self.engine.state.clob_epoch:  # of a connection that another has replaced
            return False
        mono = self._forward(mono)
        frame = decode(raw)
        events = self.parser.events(frame, mono, wall, epoch)
        if self._beside is not None:
            self._beside.on_book(raw, not isinstance(frame, str), events, mono, wall)
        try:
            if events:
                self._deliver(events, wall, mono)
        finally:
            # Written down after it was handled: recording is not part of the way to an order.
            self.files.frame(wall, mono, "clob", raw, is_json=not isinstance(frame, str))
        return bool(events)

    def _on_book_link(self, up: bool, epoch: int, reason: str) -> None:
        if not self._closed and not self.settled.is_set():
            self._take_link("clob", epoch, up)
            if time.time_ns() < self.engine.state.end_ns:  # a book falls silent after the end, and is let go
                self._tell(FeedChanged("clob", up, reason, self.market))

    def _take_link(self, feed: str, epoch: int, up: bool) -> None:
        if self.settled.is_set():
            return
        mono, wall = self._forward(time.monotonic_ns()), time.time_ns()
        self.files.record(wall, mono, "link", {"feed": feed, "epoch": epoch, "up": up})
        # Of the price feed's connection a live session hears by itself.
        (self._both if feed == "clob" else self.timeline.deliver)(Link(mono, wall, feed, epoch, up))

    def _deliver(self, events: Sequence[Event], wall: int, mono: int) -> None:
        """Hand a frame's events to the engine, and time it."""
        clock, deliver, tape = time.monotonic_ns, self.timeline.deliver, self._plan.tape
        evaluated = self.engine.evaluations
        received = clock()
        eval_us = 0.0
        for event in events:
            quoted = tape and is_quote(event, self.engine.state)
            handed = clock()
            evaluation = deliver(event)
            done = clock()
            if evaluation is not None:
                self._tell_evaluation(evaluation, (done - handed) / 1e3, (done - mono) / 1e3)
            elif type(event) is Resolution:
                self.ending.hear(event)
            if quoted:
                write_quote(self.files, self.engine.state, wall)
            eval_us = (done - handed) / 1e3
        self._time("pm_recv", self.latency.receive, wall, (received - mono) / 1e3)
        if self.engine.evaluations != evaluated:
            self._time("eval", self.latency.evaluate, wall, eval_us)

    def _time(self, step: Step, histogram: Histogram, wall: int, us: float) -> None:
        histogram.add(us)
        self.files.latency(wall, step, us)

    def _tell_evaluation(self, evaluation: Evaluation, eval_us: float, e2e_us: float) -> None:
        if evaluation.order is not None:
            self._time("e2e", self.latency.to_order, evaluation.wall, e2e_us)
        signal = write_evaluation(self.files, self.engine.state, evaluation, eval_us)
        if signal is not None and signal.order is not None:
            self._tell(OrderSent(self.market, signal.order, signal))

    def _forward(self, mono: int) -> int:
        """Time never runs backward inside the engine: two sockets are stamped apart by a hair."""
        if mono > self._last_mono:
            self._last_mono = mono
        return self._last_mono

    async def _pulse(self) -> None:
        while not self.settled.is_set():
            self.timeline.advance(self._forward(time.monotonic_ns()))
            if self.files.writable is not self.engine.state.disk_up:
                self._disk_changes += 1
                self._take_link("disk", self._disk_changes, self.files.writable)
            await asyncio.sleep(min(self.timeline.rest_s(time.monotonic_ns()), PULSE_S))

    async def _watch(self) -> None:
        await self.watch.keep(self.market, self.engine.state, self.parser.counters, self.link, self._tell)
        while time.time_ns() < self._deaf_ns:  # noqa: ASYNC110 - wall time may step
            await asyncio.sleep(WATCH_S)
        await self.link.stop()
