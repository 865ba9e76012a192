"""One window of one market in one mode: its engine, its book feed, its files."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.audit import audit, same_price
from app.bookwatch import BookWatch
from app.news import (
    FeedChanged,
    OrderEnded,
    OrderFilled,
    OrderSent,
    StrikeKnown,
    Tell,
    Trouble,
    WindowOpened,
    WindowSettled,
    WindowUnsettled,
)
from app.outcome import counts, end_facts
from app.plan import Plan, book_spec, run_record
from app.restore import read_earlier, restore
from app.scorecard import read_lens_fills
from app.standing import lacking
from app.telemetry.rows.latency import Step
from app.telemetry.window_files import WindowFiles
from app.telemetry.writer import Writer
from engine.engine import Evaluation
from engine.events import OUTCOME_NAMES, Ack, Command, Event, Fill, Link, OracleTick, Resolution, Strike, Trade
from engine.histogram import Histogram
from engine.market import Market
from engine.orders import Order
from engine.score import LensFill
from engine.settlement import settle
from engine.timeline import Timeline
from engine.units import NO_ASK, NO_BID
from engine.view import LatencyView
from feeds import connection, recording
from feeds.clob import ClobParser
from feeds.connect_budget import ConnectBudget
from feeds.frames import REFUSALS, decode
from feeds.oracle import MarketReports
from feeds.strike import DecidingReports, FirstTrade
from feeds.verdict import Verdict

PULSE_S: Final = 0.02
"""How often ticks and paper fills are looked after when no frame comes."""

WATCH_S: Final = 1.0

RESOLVE_NS: Final = 10**9
"""Closing waits so long at most for orders on their way."""

LISTEN_NS: Final = 1200 * 10**9
"""So long after its end a window without an outcome keeps its feeds; then Gamma alone is asked. Were it for ever, the
windows that a stalled settlement leaves behind would use up the host's connects, and the loop."""


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
        self.watch = BookWatch()
        self.latency = LatencyView()
        self.resolved = asyncio.Event()
        self.settled = asyncio.Event()
        self.resolution: Resolution | None = None
        self.strike_known_ms = 0
        """Wall time when the present strike became known, 0 while there is none."""
        self.final_binance = 0.0
        """The last Binance price before the window's end."""
        self._plan = plan
        self._tell = tell
        self._last_mono = mono
        self.reports = MarketReports(market)
        self.deciding = DecidingReports(market)
        self._first = FirstTrade(market.start_ms, wall // 1_000_000)
        self._closed = False
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
        if earlier.unreadable:
            tell(Trouble(market.slug, f"{earlier.unreadable} rows of fills.csv could not be read back; look at them"))
        session.timeline.lenses.score.fills += lens_fills
        strike = restore(session.engine, earlier, mono, wall)
        if strike is not None:
            session.take_strike(strike)
        return session

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

    async def close(self) -> None:
        """Write the end, or that there is none yet, and close the files. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        await self.link.stop()
        self._take_link("clob", self.link.health.epoch, up=False)
        if self.engine.risk.in_flight:
            await self._resolve_orders()
            self._take_link("clob", self.link.health.epoch, up=False)  # a replay goes as far as the last record
        self.files.info(counts(self.engine.position))
        if not self.settled.is_set():
            self.files.info({"decision_hash": self.engine.decisions.hexdigest()})
            self._tell(WindowUnsettled(self.market, self.engine.risk.orders, self.engine.position.total.fills))
        await self.files.close(pack=self.resolution is not None)

    async def _resolve_orders(self) -> None:
        """Let what is on its way arrive: each order gets its ack, but no fill, since the books are gone."""
        give_up = time.monotonic_ns() + RESOLVE_NS
        while self.engine.risk.in_flight and (mono := self._forward(time.monotonic_ns())) < give_up:
            self.timeline.advance(mono)
            await asyncio.sleep(PULSE_S)

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
        if time.time_ns() < self.engine.state.start_ns:
            self.settled.set()

    def missing(self) -> tuple[str, ...]:
        """What keeps the session from trading right now, in words; nothing when it is warm."""
        state = self.engine.state
        lacks = list(lacking(state))
        if self._first.missed and not state.strike:
            lacks.append("no strike: joined too late for the first trade, and no exact source has it yet")
        return tuple(lacks)

    def on_prices(self, raw: str | bytes, is_json: bool, trades: list[Trade], mono: int, wall: int) -> None:
        """A Binance frame, shared with the other sessions of the asset."""
        if self.settled.is_set() or wall >= self._deaf_ns:
            return
        for trade in trades:
            if trade.time_ms < self.market.end_ms:
                self.final_binance = trade.price
            strike = self._first.offer(trade)
            if strike is not None and self.engine.state.strike_source is None:
                self.take_strike(strike)
            if self._plan.tape:
                self.files.trade(trade)
        handed = time.monotonic_ns()
        try:
            for trade in trades:
                self.timeline.deliver(trade)
        finally:
            self.files.frame(wall, mono, "binance", raw, is_json=is_json)
        self._time("binance_recv", self.latency.receive, wall, (handed - mono) / 1e3)

    def on_price_link(self, up: bool, epoch: int, since_ms: int) -> None:
        """The Binance connection came or went; it has been watched without a break since `since_ms`."""
        self._first.link(up, since_ms)
        self._take_link("binance", epoch, up)

    def on_reports(self, raw: str | bytes, is_json: bool, ticks: list[OracleTick], mono: int, wall: int) -> None:
        """A frame of the oracle's, shared with the other sessions of the asset."""
        if self.settled.is_set() or wall >= self._deaf_ns:
            return
        reports = self.reports.new(ticks)
        for report in reports:
            strike = self.deciding.offer(report)
            if strike is not None:
                self.take_strike(strike)
        try:
            for report in reports:
                self.timeline.deliver(report)
        finally:
            self.files.frame(wall, mono, "oracle", raw, is_json=is_json)

    def take_strike(self, strike: Strike) -> None:
        """The strike is known, or known better."""
        self.files.record(
            strike.wall,
            strike.mono,
            "strike",
            {"value": strike.value, "source": strike.source.value, "exact": strike.exact},
        )
        state = self.engine.state
        known = state.strike_source, state.strike
        if state.strike_exact and strike.exact and not same_price(state.strike, strike.value):
            told = f"{strike.source.value} says the strike is {strike.value!r}, {known[0]} said {known[1]!r}"
            self._tell(Trouble(self.market.slug, told))
        self.timeline.deliver(strike)
        if (state.strike_source, state.strike) != known:
            self.strike_known_ms = self.files.strike(strike)
            self._tell(StrikeKnown(self.market, strike))

    def settle(self, outcome: int, source: str, final: float | None) -> None:
        """The venue named the winner, by whatever road; the first word counts, a contradiction is shown."""
        if self.resolution is not None:
            if outcome != self.resolution.outcome:
                told = (
                    f"{source} says {OUTCOME_NAMES[outcome]}, {self.resolution.source} said otherwise; check the venue"
                )
                self._tell(Trouble(self.market.slug, told))
            return
        mono, wall = self._forward(time.monotonic_ns()), time.time_ns()
        self._deliver([Resolution(mono, wall, outcome, source)], wall, mono)

    def finish(self, verdict: Verdict | None) -> None:
        """Book the result and let `run` end. Nothing reaches the engine or the recording after this.

        `verdict` is Gamma's last word, for the two prices in it.
        """
        if self.resolution is None or self.settled.is_set():
            return
        final = verdict.final if verdict is not None else None
        resolution, score = self.resolution, self.timeline.lenses.score
        self._record_settlement(resolution, final)
        audited, contradicted = audit(self.engine.state, self.deciding.final, verdict)
        facts = end_facts(self.engine, score, resolution, self.final_binance, final)
        self.files.info(facts | audited | {"dropped_rows": self.files.dropped})
        for sentence in contradicted:
            self._tell(Trouble(self.market.slug, sentence))
        total, winner = self.engine.position.total, resolution.outcome
        nets = {name: settle(tally, winner).net for name, tally in self.engine.position.by_strategy.items()}
        orders, result = self.engine.risk.orders, settle(total, winner)
        self._tell(WindowSettled(self.market, resolution, orders, total.fills, result, nets, score))
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
        latency_ms = fill.latency_ns / 1e6
        self.files.lens(fill.order_id, fill.lens, latency_ms=latency_ms, cost=fill.cost, size=fill.size, fee=fill.fee)

    def _on_book_frame(self, raw: str | bytes, mono: int, wall: int, epoch: int) -> bool:
        if self.settled.is_set():
            return False
        mono = self._forward(mono)
        frame = decode(raw)
        events = self.parser.events(frame, mono, wall, epoch)
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
        self.timeline.deliver(Link(mono, wall, feed, epoch, up))

    def _deliver(self, events: Sequence[Event], wall: int, mono: int) -> None:
        """Hand a frame's events to the engine, and time it."""
        clock, deliver = time.monotonic_ns, self.timeline.deliver
        evaluated = self.engine.evaluations
        received = clock()
        eval_us = 0.0
        for event in events:
            handed = clock()
            evaluation = deliver(event)
            done = clock()
            if evaluation is not None:
                self._tell_evaluation(evaluation, (done - handed) / 1e3, (done - mono) / 1e3)
            elif type(event) is Resolution and self.resolution is None:
                self.resolution = event
                self.resolved.set()
            eval_us = (done - handed) / 1e3
        self._time("pm_recv", self.latency.receive, wall, (received - mono) / 1e3)
        if self.engine.evaluations != evaluated:
            self._time("eval", self.latency.evaluate, wall, eval_us)
        if self._plan.tape:
            self._write_quote(wall)

    def _time(self, step: Step, histogram: Histogram, wall: int, us: float) -> None:
        histogram.add(us)
        self.files.latency(wall, step, us)

    def _tell_evaluation(self, evaluation: Evaluation, eval_us: float, e2e_us: float) -> None:
        if evaluation.order is not None:
            self._time("e2e", self.latency.to_order, evaluation.wall, e2e_us)
        state = self.engine.state
        for signal in evaluation.signals:
            self.files.signal(
                evaluation.wall,
                signal,
                spot=state.price,
                dist=state.price - state.strike,
                time_left_s=state.left_s,
                eval_us=eval_us,
                strike_source=str(state.strike_source),
            )
            if signal.order is not None:
                self.files.order(signal.order)
                self._tell(OrderSent(self.market, signal.order, signal))

    def _write_quote(self, wall: int) -> None:
        up, down = self.engine.state.ladders
        if up.best_ask != NO_ASK or up.best_bid != NO_BID:
            self.files.quote(
                wall, up_bid=up.best_bid, up_ask=up.best_ask, down_bid=down.best_bid, down_ask=down.best_ask
            )

    def _forward(self, mono: int) -> int:
        """Time never runs backward inside the engine: two sockets are stamped apart by a hair."""
        if mono > self._last_mono:
            self._last_mono = mono
        return self._last_mono

    async def _pulse(self) -> None:
        while not self.settled.is_set():
            self.timeline.advance(self._forward(time.monotonic_ns()))
            await asyncio.sleep(PULSE_S)

    async def _watch(self) -> None:
        while time.time_ns() < self.engine.state.end_ns:
            await asyncio.sleep(WATCH_S)
            refused = sum(self.parser.counters[name] for name in REFUSALS)
            why = self.watch.look(self.engine.state, refused, time.monotonic_ns())
            if why:
                self._tell(Trouble(self.market.slug, f"{why}; asking for fresh books"))
                self.link.reconnect(why)
        while time.time_ns() < self._deaf_ns:  # noqa: ASYNC110 - wall time may step
            await asyncio.sleep(WATCH_S)
        await self.link.stop()
