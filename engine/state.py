"""What the engine knows of one market, and how each event changes it."""

from collections import Counter
from typing import Final

from engine.alignment import Alignment
from engine.basis import MIN_PAIRS
from engine.book import Ladder
from engine.clock import ClockWatch
from engine.events import (
    BestBidAsk,
    BookChange,
    BookSnapshot,
    Link,
    OracleTick,
    Print,
    Strike,
    StrikeSource,
    TickSize,
    Trade,
)
from engine.frozen import FrozenWatch
from engine.market import Market, Settlement
from engine.tradeflow import TradeFlow

_RANK: Final = tuple(StrikeSource)

BINANCE_STRIKES: Final = frozenset({StrikeSource.BINANCE_KLINE, StrikeSource.BINANCE_FIRST})
"""Strikes in Binance's dollars; the others are in the oracle's."""


class MarketState:
    """Prices, books and times of one window. The engine owns it; strategies and the screen read it.

    `distance` is the signed distance from the strike as a fraction of the strike: of the final price to expect where
    strike and basis are known in the oracle's dollars, else of Binance's price. `left_s` and `left_frac` say how much
    of the window is left. They are set by `at` before the strategies run.
    """

    __slots__ = (
        "_length",
        "_offset",
        "_see",
        "_weight",
        "alignment",
        "clob_epoch",
        "clob_up",
        "clock",
        "counters",
        "disk_up",
        "distance",
        "end_ns",
        "flow",
        "frozen",
        "ladders",
        "last_change",
        "last_print",
        "last_trade",
        "last_trade_id",
        "left_frac",
        "left_s",
        "length_ns",
        "market",
        "oracle_strike",
        "price",
        "start_ns",
        "strike",
        "strike_exact",
        "strike_source",
        "top_only",
    )

    def __init__(self, market: Market) -> None:
        self.market = market
        self.top_only = market.top_only
        self.start_ns = market.start_ms * 1_000_000
        self.end_ns = market.end_ms * 1_000_000
        self.length_ns = self.end_ns - self.start_ns
        self._length = float(self.length_ns)
        self.ladders = (Ladder(market.tick), Ladder(market.tick))
        self.flow = TradeFlow()
        self.clock = ClockWatch()
        self.frozen = FrozenWatch()
        self.alignment = Alignment(market)
        self._see = self.alignment.seconds.see
        self.counters: Counter[str] = Counter()
        self.clob_epoch = 0
        self.clob_up = False
        self.disk_up = True
        """Orders and fills can be written down."""
        self.last_trade_id = 0
        self.price = 0.0
        """The last Binance price in dollars, 0 before the first trade."""
        self.last_trade: Trade | None = None
        self.last_change: BookChange | BestBidAsk | None = None
        """The last delta or best prices of the present connection that came after the last whole book."""
        self.strike = 0.0
        """The price to beat in dollars, 0 while it is unknown."""
        self.strike_source: StrikeSource | None = None
        self.strike_exact = False
        self.oracle_strike = False
        """The strike is exact and in the oracle's dollars: only then does the basis belong into the distance."""
        self._weight = 1.0
        self._offset = 0.0
        self.distance = 0.0
        self.left_s = 0.0
        self.left_frac = 1.0
        self.last_print: list[Print | None] = [None, None]

    def at(self, wall: int) -> None:
        """Set what depends on the time and the last prices."""
        left = self.end_ns - wall
        self.left_s = left / 1e9
        self.left_frac = left / self._length  # by a float: the same quotient as by the integer, at a third of its cost
        self.distance = (self.price * self._weight + self._offset - self.strike) / self.strike

    @property
    def raw_distance(self) -> float:
        """Binance's price against the strike as a fraction of the strike, whatever decides; 0 without a strike."""
        return (self.price - self.strike) / self.strike if self.strike else 0.0

    @property
    def expected_final(self) -> float | None:
        """The final price to expect, in the settlement's dollars; None while the basis or the price is unknown."""
        alignment = self.alignment
        return self.price * alignment.weight + alignment.offset if alignment.known and self.price else None

    @property
    def aligned(self) -> bool:
        """Whether `distance` is measured in the dollars that decide."""
        if self.market.settlement is Settlement.BINANCE_KLINE:
            return self.strike_source is StrikeSource.BINANCE_KLINE
        return self.oracle_strike and self.alignment.known

    @property
    def price_to_draw(self) -> float:
        """Binance's price in the dollars of the strike: less the basis where that is the oracle's; 0 at first."""
        alignment = self.alignment
        if not (self.price and self.aligned) or alignment.on_binance or alignment.basis.pairs < MIN_PAIRS:
            return self.price
        return self.price - alignment.basis.value

    @property
    def ready(self) -> bool:
        """Both feeds have spoken and there is a strike to measure against."""
        return self.price > 0.0 and self.strike > 0.0

    def on_trade(self, trade: Trade) -> None:
        """Take a Binance trade. One seen before is counted and dropped; a hole in the ids taints the buffer."""
        last = self.last_trade_id
        if trade.trade_id <= last:
            self.counters["trade_repeated"] += 1
            return
        if trade.trade_id != last + 1 and last:
            self.counters["trade_gap"] += 1
            self.flow.mark_gap(trade.time_ms)
        self.last_trade_id = trade.trade_id
        self.price = trade.price
        self.last_trade = trade
        self.flow.add(trade)
        self._see(trade.time_ms, trade.price)

    def on_report(self, report: OracleTick) -> None:
        """Take a report of the oracle."""
        self.alignment.on_report(report)
        self._align()

    def on_tick(self, mono: int) -> None:
        """Let the basis grow old, and see whether the books stand still."""
        self.frozen.see(self.ladders, self.price, mono)
        if self.alignment.on_tick(mono):
            self._align()

    def _align(self) -> None:
        """Settle what `at` works with: the oracle's dollars need both its own strike and the basis to it."""
        alignment = self.alignment
        if self.oracle_strike and alignment.known:
            self._weight, self._offset = alignment.weight, alignment.offset
        else:
            self._weight, self._offset = 1.0, 0.0

    def on_snapshot(self, book: BookSnapshot) -> bool:
        """Take a whole book; False where it belongs to a connection that is gone."""
        if book.epoch != self.clob_epoch:
            self.counters["old_epoch"] += 1
            return False
        self.ladders[book.outcome].replace(book.bids, book.asks, book.tick, book.mono)
        self.last_change = None  # a book's own time is that of its last change, however long ago that was
        return True

    def on_change(self, change: BookChange) -> bool:
        """Apply a delta to the books that are valid; False where none was."""
        if change.epoch != self.clob_epoch:
            self.counters["old_epoch"] += 1
            return False
        self.last_change = change
        ladders, mono = self.ladders, change.mono
        applied = False
        for outcome, is_bid, price, size in change.changes:
            ladder = ladders[outcome]
            if ladder.why_invalid:
                self.counters["delta_without_book"] += 1
                continue
            applied = True
            # `set_bid` and `set_ask` for a size that is not 0, written out: this is most of what ever happens.
            if size and is_bid:
                ladder.bids[price] = size
                if price > ladder.best_bid:
                    ladder.best_bid = price
            elif size:
                ladder.asks[price] = size
                if price < ladder.best_ask:
                    ladder.best_ask = price
            else:
                ladder.remove(price, is_bid)
            ladder.mono = mono
            if ladder.crossed_since or ladder.best_bid >= ladder.best_ask:
                ladder.touch(mono)
        for outcome, bid, ask in change.tops:
            ladder = ladders[outcome]
            if bid == ladder.best_bid and ask == ladder.best_ask:
                ladder.doubts = 0  # as `confirm`, without the call
            elif not ladder.why_invalid and not ladder.confirm(bid, ask):
                self.counters["book_contradicted"] += 1
        return applied

    def on_best(self, best: BestBidAsk) -> bool:
        """Compare best prices with the book, or take them where a recording has nothing else."""
        if best.epoch != self.clob_epoch:
            self.counters["old_epoch"] += 1
            return False
        self.last_change = best
        ladder = self.ladders[best.outcome]
        if self.top_only:
            ladder.set_top(best.bid, best.ask, best.mono)
            return True
        if ladder.why_invalid:
            self.counters["delta_without_book"] += 1
            return False
        if best.bid == ladder.best_bid and best.ask == ladder.best_ask:
            ladder.touch(best.mono)
        else:
            # Best prices are sent a little later than the deltas they sum up: a difference is a count, no verdict.
            self.counters["best_differs"] += 1
        return True

    def on_tick_size(self, change: TickSize) -> None:
        """Take the new grid. Old levels may be off it, so the book waits for the next snapshot."""
        if change.epoch != self.clob_epoch:
            self.counters["old_epoch"] += 1
            return
        ladder = self.ladders[change.outcome]
        ladder.tick = change.tick
        ladder.invalidate("tick size changed")
        self.counters["tick_size_change"] += 1

    def on_print(self, trade: Print) -> None:
        """Remember the venue's last trade of an outcome."""
        self.last_print[trade.outcome] = trade

    def on_link(self, link: Link) -> None:
        """A connection came or went; the book of a lost one says nothing any more."""
        if link.feed == "disk":
            self.disk_up = link.up
        if link.feed != "clob" or link.epoch < self.clob_epoch:
            return
        # Frames of a lost connection, should one still come, belong to no epoch.
        self.clob_epoch = link.epoch if link.up else link.epoch + 1
        self.clob_up = link.up
        for ladder in self.ladders:
            ladder.invalidate("no snapshot yet" if link.up else "connection lost")

    def on_strike(self, strike: Strike) -> bool:
        """Take a strike unless the known one is better: exact beats inexact, then the better source does."""
        known = self.strike_source
        if known is not None and (not strike.exact, _RANK.index(strike.source)) > (
            not self.strike_exact,
            _RANK.index(known),
        ):
            return False
        self.strike = strike.value
        self.strike_source = strike.source
        self.strike_exact = strike.exact
        self.oracle_strike = strike.exact and strike.source not in BINANCE_STRIKES
        self._align()
        return True
