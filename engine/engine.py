"""The single owner of one market's state: every event goes through `handle`, one at a time.

It opens no socket and reads no clock, so the same events give the same decisions, byte for byte.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from engine.decisions import DecisionHash
from engine.events import (
    Ack,
    Allowance,
    BestBidAsk,
    BookChange,
    BookSnapshot,
    Command,
    Event,
    Fill,
    Link,
    OracleTick,
    Print,
    Resolution,
    Standing,
    Strike,
    Tick,
    TickSize,
    Trade,
    VenueClock,
)
from engine.fees import FeeCurve
from engine.limits import Limits
from engine.market import Market
from engine.orders import Order, nth_order_id
from engine.position import Position
from engine.risk import Risk
from engine.signal import Gate, Signal, Strategy, to_billionth
from engine.sizing import Sized, size_order
from engine.standing import withheld
from engine.state import MarketState
from engine.trust import distrust

NOT_BEST: Final = "not_best"
"""The gate that closes on a signal when another one promised more."""


class Mode(StrEnum):
    """Whether orders may leave. Those of a paper engine do in PAPER, those of a live one in ARMED and nowhere else."""

    PAPER = "PAPER"
    ARMED = "ARMED"
    DISARMED = "DISARMED"
    """What a live engine is until a person arms it, and whenever it stops being armed."""
    HALTED = "HALTED"
    """After a kill, until disarm."""
    SWITCHED = "SWITCHED"
    """The person went on to another market: nothing is sent here any more, whatever is said later."""


@dataclass(slots=True, eq=False)
class Evaluation:
    """What one quote led to: the signals, of which at most one is selected and at most one became an order."""

    mono: int
    wall: int
    signals: list[Signal]
    order: Order | None


class Engine:
    """Market state, strategies, risk and position of one window.

    `dispatch` takes an order without blocking and says whether there was room for it; an order that finds
    none is refused before it counts. `sends_in` is the mode in which orders leave: PAPER, or ARMED for an engine whose
    orders are live. A live one begins disarmed, and the account has a say in what it sends (Allowance, Standing).
    """

    def __init__(
        self,
        market: Market,
        limits: Limits,
        strategies: Sequence[Strategy],
        dispatch: Callable[[Order], bool],
        sends_in: Mode = Mode.PAPER,
    ) -> None:
        self.market = market
        self.limits = limits
        self.strategies = tuple(strategies)
        self.state = MarketState(market)
        self.position = Position()
        self.risk = Risk(limits)
        self.decisions = DecisionHash()
        self.mode = self._rest = Mode.PAPER if sends_in is Mode.PAPER else Mode.DISARMED
        self.standing: Standing | None = None if sends_in is Mode.PAPER else Standing(0, 0)
        """What the account says of this market's orders; None for a paper engine, of which it says nothing."""
        if self.standing is not None:
            self.risk.allowance = 0  # a live engine may commit nothing before the account has said how much
        self.winner: int | None = None
        self.evaluations = 0
        self.answers: list[Signal | Gate] = []
        """What each strategy said at the last quote, in their order; empty before the first."""
        self._sends_in = sends_in
        self._fees = FeeCurve(market.fee)
        self._dispatch = dispatch
        self._rules = tuple(strategy.evaluate for strategy in self.strategies)
        self._cutoff_ns = self.state.end_ns - limits.cutoff_ns
        self.handlers: Final[Mapping[type, Callable[..., Evaluation | None]]] = {
            Trade: self.state.on_trade,
            BookChange: self._on_change,
            BestBidAsk: self._on_best,
            BookSnapshot: self._on_snapshot,
            Print: self.state.on_print,
            TickSize: self.state.on_tick_size,
            Link: self._on_link,
            Strike: self._on_strike,
            OracleTick: self.state.on_report,
            Tick: self._on_tick,
            VenueClock: self.state.clock.on_venue,
            Fill: self._on_fill,
            Ack: self._on_ack,
            Resolution: self._on_resolution,
            Command: self._on_command,
            Allowance: self._on_allowance,
            Standing: self._on_standing,
        }
        """By an event's class what `handle` does with it."""

    def handle(self, event: Event) -> Evaluation | None:
        """Apply one event. A quote inside the window answers with the signals it led to, if there were any."""
        return self.handlers[event.__class__](event)

    def _on_change(self, change: BookChange) -> Evaluation | None:
        return self._evaluate(change.mono, change.wall) if self.state.on_change(change) else None

    def _on_best(self, best: BestBidAsk) -> Evaluation | None:
        return self._evaluate(best.mono, best.wall) if self.state.on_best(best) else None

    def _on_snapshot(self, book: BookSnapshot) -> Evaluation | None:
        return self._evaluate(book.mono, book.wall) if self.state.on_snapshot(book) else None

    def _evaluate(self, mono: int, wall: int) -> Evaluation | None:
        """Ask every strategy. The signal with the highest edge times confidence is the selected one."""
        state = self.state
        if not (state.start_ns <= wall < self._cutoff_ns and state.price > 0.0 and state.strike > 0.0):
            return None
        state.at(wall)
        self.evaluations += 1
        self.answers = answers = []
        signals: list[Signal] | None = None
        for rule in self._rules:
            answer = rule(state)
            answers.append(answer)
            if answer.__class__ is Signal:
                if signals is None:
                    signals = []
                signals.append(answer)
        return None if signals is None else self._decide(signals, mono, wall)

    def _decide(self, signals: list[Signal], mono: int, wall: int) -> Evaluation:
        """Complete the signals, try to order on the best one, and say of each other why it was not taken."""
        best = signals[0]
        promise = best.edge * best.confidence
        for signal in signals[1:]:
            if signal.edge * signal.confidence > promise:
                best, promise = signal, signal.edge * signal.confidence
        best.selected = True
        ladders, per_share, of = self.state.ladders, self._fees.per_share, self.position.of
        for signal in signals:
            signal.net_edge = to_billionth(signal.edge - per_share(signal.ask))
            signal.quote_age_ms = (mono - ladders[signal.outcome].mono) / 1e6
            of(signal.strategy).signals += 1
            if signal is not best:
                signal.block = (NOT_BEST, signal.edge * signal.confidence, promise)
        order = self._order(best, mono, wall)
        decided = self.decisions.add
        for signal in signals:
            decided((wall, signal))
        return Evaluation(mono, wall, signals, order)

    def _order(self, signal: Signal, mono: int, wall: int) -> Order | None:
        """Send the selected signal's order, or leave the gate that stopped it on the signal."""
        signal.block = self._stopped(signal, mono)
        if signal.block is not None:
            return None
        clock = self.state.clock
        clock.see(mono, wall)  # the quote itself may carry a clock that has just stepped
        signal.block = clock.distrust(mono)
        if signal.block is not None:
            return None
        room = self.risk.room(self.position)
        price = self.state.ladders[signal.outcome].best_ask
        sized = size_order(signal, price, self.limits.bankroll, room, self.market.min_size, self._fees)
        if not isinstance(sized, Sized):
            signal.block = sized
            return None
        order = self._make(signal, sized, mono, wall)
        if not self._dispatch(order):
            signal.block = ("queue", self.risk.in_flight, self.risk.in_flight)
            return None
        self.risk.commit(order.order_id, order.budget + self._fees.bound(order.budget), mono)
        self.position.of(signal.strategy).orders += 1
        self.position.total.orders += 1
        self.decisions.add((wall, order))
        signal.order = order
        return order

    def _stopped(self, signal: Signal, mono: int) -> Gate | None:
        if self.mode is not self._sends_in:
            return (self.mode.lower(), 0.0, 0.0)
        if self.standing is not None:
            gate = withheld(self.standing, self.state, self.risk, mono)
            if gate is not None:
                return gate
        gate = distrust(self.state, signal.outcome, mono, self.limits)
        if gate is None:
            gate = self.risk.check(mono, self.position)
        if gate is None and signal.net_edge < self.limits.min_net_edge:
            gate = ("net_edge", signal.net_edge, self.limits.min_net_edge)
        return gate

    def distrust(self, outcome: int, mono: int) -> Gate | None:
        """The first reason not to buy `outcome` on what is known at `mono`, or None: for the last look at an order."""
        return distrust(self.state, outcome, mono, self.limits)

    def _make(self, signal: Signal, sized: Sized, mono: int, wall: int) -> Order:
        return Order(
            mono=mono,
            wall=wall,
            order_id=nth_order_id(self.market.slug, self.risk.orders + 1),
            strategy=signal.strategy,
            outcome=signal.outcome,
            price=sized.price,
            size=sized.size,
            budget=sized.budget,
            edge=signal.edge,
            spot=self.state.price,
            time_left_s=self.state.left_s,
        )

    def _on_fill(self, fill: Fill) -> None:
        self.position.add(fill)
        self.risk.spend(fill.order_id, fill.price * fill.size + fill.fee)
        self.decisions.add((fill.wall, fill))

    def _on_ack(self, ack: Ack) -> None:
        self.risk.release(ack.order_id)
        self.decisions.add((ack.wall, ack))

    def _on_tick(self, tick: Tick) -> None:
        state = self.state
        state.clock.see(tick.mono, tick.wall)
        trade = state.last_trade
        if trade is not None:
            state.clock.behind_ms = max(trade.time_ms - trade.wall // 1_000_000, 0)
        state.on_tick(tick.mono)
        self.decisions.fold()

    def _on_link(self, link: Link) -> None:
        self.state.on_link(link)

    def _on_strike(self, strike: Strike) -> None:
        self.state.on_strike(strike)

    def _on_resolution(self, resolution: Resolution) -> None:
        if self.winner is None:
            self.winner = resolution.outcome

    def _on_command(self, command: Command) -> None:
        if self.mode is Mode.SWITCHED:
            return
        if command.name == "switch":
            self.mode = Mode.SWITCHED
        elif command.name == "kill":
            self.mode = Mode.HALTED
        elif command.name == "disarm":
            self.mode = self._rest
        elif command.name == "arm" and self.mode is Mode.DISARMED:
            self.mode = self._sends_in

    def _on_allowance(self, allowance: Allowance) -> None:
        self.risk.allowance = allowance.money

    def _on_standing(self, standing: Standing) -> None:
        self.standing = standing
        self.risk.slow_down(standing.cooldown_factor)
