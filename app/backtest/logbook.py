"""What a run does, as the console's log tells it: lines, and the moments worth going to."""

from collections.abc import Sequence
from typing import Final

from app.backtest.run import Run
from app.lines import Lines
from app.live_news import LiveEnded, LiveFilled, LiveSent, LiveSettled
from app.news import FeedChanged, OrderEnded, OrderFilled, OrderSent, StrikeKnown, WindowSettled
from app.price_way import PriceWay
from engine.events import Event, Link, Resolution, Strike
from engine.orders import Order
from engine.settlement import settle
from engine.signal import Signal
from engine.view import Line

SIGNAL: Final = "signal"
ORDER: Final = "order"
FILL: Final = "fill"

QUIET_NS: Final = 2_000_000_000


class Logbook:
    """Gives a run its events and says what came of each batch of them."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.wall = run.opening.wall
        """Wall clock of the last event."""
        self._lines = Lines(lambda: self.wall)
        self._way = PriceWay()
        self._told = 0
        self._marks: list[str] = []
        self._orders: dict[str, Order] = {}
        self._sent = self._filled = self._ended = 0
        self._evaluated = 0
        self._settled_already = False
        self._signalled: dict[str, tuple[int, int]] = {}

    def take(self, events: Sequence[Event]) -> None:
        """Deliver a batch. What was due before it has happened by then."""
        run = self.run
        state = run.engine.state
        known = state.strike_source, state.strike
        self.wall = events[-1].wall
        run.take(events)
        for event in events:
            self._told_by(event, known)
        self._answers()
        self._sent_orders()
        if run.engine.evaluations != self._evaluated:
            self._evaluated = run.engine.evaluations
            self._signals()

    def new_price(self, mono: int) -> tuple[int, float] | None:
        """A point of the price's way that is due at `mono`: (wall ms, price in the dollars that the strike is in)."""
        engine = self.run.engine
        return self._way.point(engine.state, mono, self.wall, engine.limits.price_max_age_ms)

    def new_lines(self) -> list[Line]:
        """The log's lines since the last call."""
        lines = self._lines.lines
        fresh = list(lines)
        lines.clear()
        return fresh

    def new_marks(self) -> list[str]:
        """The moments since the last call, each as its kind."""
        fresh, self._marks = self._marks, []
        return fresh

    def _told_by(self, event: Event, known: tuple[object, float]) -> None:
        state = self.run.engine.state
        if isinstance(event, Strike) and (state.strike_source, state.strike) != known:
            self._lines.tell(StrikeKnown(state.market, event))
        elif isinstance(event, Link):
            self._lines.tell(FeedChanged(event.feed, event.up, "connected" if event.up else "connection lost"))
        elif isinstance(event, Resolution):
            self._settled(event)

    def _answers(self) -> None:
        """Acks that came since the last batch, each after its fills."""
        run = self.run
        if run.live:
            self._live_answers()
            return
        for ack in run.acks[self._ended :]:
            for fill in run.fills[self._filled :]:
                if fill.order_id == ack.order_id:
                    self._filled += 1
                    self._marks.append(FILL)
                    self._lines.tell(OrderFilled(run.opening.market, fill))
            self._ended += 1
            self._lines.tell(OrderEnded(run.opening.market, self._orders[ack.order_id], ack))

    def _live_answers(self) -> None:
        """What the account told since the last batch: a fill may come after its order's ack, or be taken back."""
        run = self.run
        for fill in run.fills[self._filled :]:
            self._filled += 1
            self._marks.append(FILL)
            self._lines.tell(LiveFilled(run.opening.market, fill, ""))
        for ack in run.acks[self._ended :]:
            self._ended += 1
            self._lines.tell(LiveEnded(run.opening.market, ack))

    def _sent_orders(self) -> None:
        market = self.run.opening.market
        for order, signal in self.run.orders[self._sent :]:
            self._sent += 1
            self._orders[order.order_id] = order
            self._marks.append(ORDER)
            sent = LiveSent(market, order, signal) if self.run.live else OrderSent(market, order, signal)
            self._lines.tell(sent)

    def _signals(self) -> None:
        """A strategy that begins to signal, or turns to the other side, is a moment; one that goes on is not.

        It goes on also where it was silent for less than QUIET_NS, as on every other quote near a threshold.
        """
        engine = self.run.engine
        names = [strategy.name for strategy in engine.strategies]
        answers = list(zip(names, engine.answers, strict=True))
        self._lines.see(self.wall, answers, engine.market)
        for name, answer in answers:
            if isinstance(answer, Signal):
                outcome, wall = self._signalled.get(name, (-1, 0))
                if outcome != answer.outcome or self.wall - wall > QUIET_NS:
                    self._marks.append(SIGNAL)
                self._signalled[name] = answer.outcome, self.wall

    def _settled(self, resolution: Resolution) -> None:
        run = self.run
        position, winner = run.engine.position, resolution.outcome
        if self._settled_already or run.engine.winner != winner:
            return  # a second word on it, whatever it says
        self._settled_already = True
        nets = {name: settle(tally, winner).net for name, tally in position.by_strategy.items()}
        result = settle(position.total, winner)
        orders, fills = run.engine.risk.orders, position.total.fills
        if run.live:
            self._lines.tell(LiveSettled(run.opening.market, winner, orders, fills, result.net))
            return
        self._lines.tell(WindowSettled(run.opening.market, resolution, orders, fills, result, nets, run.score))
