"""Markets, frames and states for tests, in dollars, shares and seconds since the window's start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from engine.engine import Engine, Evaluation, Mode
from engine.events import (
    DOWN,
    UP,
    Ack,
    Allowance,
    BestBidAsk,
    BookChange,
    BookSnapshot,
    Command,
    Fill,
    LevelChange,
    Link,
    OracleTick,
    Standing,
    Strike,
    StrikeSource,
    Tick,
    TickSize,
    TopCheck,
    Trade,
)
from engine.execution import VenueMode
from engine.limits import Limits
from engine.market import Asset, FeeSchedule, Interval, Market, Settlement
from engine.orders import Order, OrderStatus
from engine.score import LensFill
from engine.signal import Gate, Signal, Strategy, to_billionth
from engine.state import MarketState
from engine.timeline import Timeline
from engine.units import MONEY, NO_ASK, NO_BID, PRICE, SIZE

START_MS = 1_790_000_100_000
LENGTH_S = 300
MONO = 7_000_000_000_000
"""The monotonic clock at the window's start; it has nothing to do with the wall clock."""

STRIKE = 68_000.0
FEE = FeeSchedule(Decimal("0.07"), 1)


def market(
    *,
    tick: float = 0.01,
    min_shares: float = 5.0,
    fee: FeeSchedule = FEE,
    length_s: int = LENGTH_S,
    top_only: bool = False,
    settlement: Settlement = Settlement.CHAINLINK_SPOT,
) -> Market:
    """A 5-minute BTC window. One price settles it unless the test is about an average, which needs an oracle."""
    return Market(
        slug=f"btc-updown-5m-{START_MS // 1000}",
        asset=Asset.BTC,
        interval=Interval.M5,
        start_ms=START_MS,
        end_ms=START_MS + length_s * 1000,
        condition_id="0xc0",
        up_token="1",
        down_token="2",
        tick=price(tick),
        min_size=size(min_shares),
        fee=fee,
        settlement=settlement,
        lookback_s=60 if settlement is Settlement.CHAINLINK_TWAP else 0,
        resolution="https://data.example/streams/btc-usd",
        version="v1",
        top_only=top_only,
    )


def price(dollars: float) -> int:
    """Price units."""
    return round(dollars * PRICE)


def size(shares: float) -> int:
    """Size units."""
    return round(shares * SIZE)


def money(dollars: float) -> int:
    """Money units."""
    return round(dollars * MONEY)


def mono(t: float) -> int:
    """The monotonic clock `t` seconds into the window."""
    return MONO + round(t * 1e9)


def wall(t: float) -> int:
    """The wall clock `t` seconds into the window."""
    return START_MS * 1_000_000 + round(t * 1e9)


def trade(t: float, dollars: float, trade_id: int, *, coins: float = 0.01, seller: bool = False) -> Trade:
    """A Binance trade that arrives as it happens; `seller` means that the taker sold."""
    return Trade(mono(t), wall(t), trade_id, wall(t) // 1_000_000, dollars, round(coins * 1e8), seller)


def levels(side: Mapping[float, float]) -> dict[int, int]:
    """Dollars to shares, as price units to size units."""
    return {price(dollars): size(shares) for dollars, shares in side.items()}


def snapshot(
    t: float, outcome: int, bids: Mapping[float, float], asks: Mapping[float, float], *, epoch: int = 1, tick: float = 0
) -> BookSnapshot:
    """A whole book."""
    return BookSnapshot(mono(t), wall(t), epoch, outcome, levels(bids), levels(asks), price(tick), 0)


def bid(outcome: int, dollars: float, shares: float) -> LevelChange:
    """A bid level's new size."""
    return outcome, True, price(dollars), size(shares)


def ask(outcome: int, dollars: float, shares: float) -> LevelChange:
    """An ask level's new size."""
    return outcome, False, price(dollars), size(shares)


def top(outcome: int, best_bid: float, best_ask: float) -> TopCheck:
    """What the venue says the best prices are."""
    return outcome, price(best_bid), price(best_ask)


def change(t: float, *changes: LevelChange, tops: Sequence[TopCheck] = (), epoch: int = 1) -> BookChange:
    """A delta."""
    return BookChange(mono(t), wall(t), epoch, changes, tuple(tops), 0)


def best(t: float, outcome: int, best_bid: float, best_ask: float, *, epoch: int = 1) -> BestBidAsk:
    """The venue's best prices."""
    return BestBidAsk(mono(t), wall(t), epoch, outcome, price(best_bid), price(best_ask), 0)


def tick_size(t: float, outcome: int, tick: float, *, epoch: int = 1) -> TickSize:
    """A new price grid."""
    return TickSize(mono(t), wall(t), epoch, outcome, price(tick))


def link(t: float, up: bool = True, *, epoch: int = 1, feed: str = "clob") -> Link:
    """A connection that came or went."""
    return Link(mono(t), wall(t), feed, epoch, up)


def strike(
    t: float, value: float = STRIKE, source: StrikeSource = StrikeSource.CHAINLINK_TWAP, *, exact: bool = True
) -> Strike:
    """A price to beat."""
    return Strike(mono(t), wall(t), value, source, exact)


def report(t: float, second: int, dollars: float, *, window_s: int = 0) -> OracleTick:
    """The oracle's report of a whole second of the window, which arrives at `t`."""
    return OracleTick(mono(t), wall(t), START_MS + second * 1000, dollars, window_s)


def tick(t: float) -> Tick:
    """A tick."""
    return Tick(mono(t), wall(t))


def command(t: float, name: str) -> Command:
    """A person's word."""
    return Command(mono(t), wall(t), name)


def allowance(t: float, dollars: float) -> Allowance:
    """What the account lets the market commit from now on."""
    return Allowance(mono(t), wall(t), money(dollars))


def account_says(
    t: float,
    *,
    venue: VenueMode = VenueMode.NORMAL,
    unknown: int = 0,
    paused_until: float = -10.0,
    cooldown_factor: int = 1,
) -> Standing:
    """The account's word on the market's orders; `paused_until` in seconds of the window."""
    return Standing(mono(t), wall(t), venue, unknown, mono(paused_until), cooldown_factor)


def fill(
    t: float,
    *,
    order_id: str = "o-1",
    strategy: str = "distance_fade",
    outcome: int = UP,
    dollars: float = 0.50,
    shares: float = 10.0,
    fee: float = 0.175,
    trade_id: str = "o-1.1",
) -> Fill:
    """A match."""
    return Fill(mono(t), wall(t), order_id, strategy, outcome, price(dollars), size(shares), money(fee), trade_id)


def ack(t: float, *, order_id: str = "o-1", outcome: int = UP, status: OrderStatus = OrderStatus.FILLED) -> Ack:
    """The end of an order."""
    return Ack(mono(t), wall(t), order_id, "distance_fade", outcome, status, "")


def order(t: float, *, order_id: str = "o-1", outcome: int = UP, dollars: float = 0.50, budget: float = 5.0) -> Order:
    """A fill-and-kill buy that spends `budget` dollars at no worse than `dollars`."""
    units = money(budget)
    return Order(
        mono(t), wall(t), order_id, "distance_fade", outcome, price(dollars), units // price(dollars), units, 0.1,
        STRIKE, LENGTH_S - t,
    )  # fmt: skip


@dataclass(frozen=True)
class Wants:
    """A strategy that always wants to buy `outcome`, whatever the ask: to test what stands behind the strategies."""

    name: str = "wants"
    outcome: int = UP
    fair: float = 0.65
    confidence: float = 0.5
    cap: float = 0.05

    def evaluate(self, state: MarketState) -> Signal | Gate:
        """A signal at the ask."""
        ask = state.ladders[self.outcome].best_ask / PRICE
        edge = to_billionth(self.fair - ask)
        return Signal(self.name, self.outcome, self.fair, ask, edge, self.confidence, self.cap)


@dataclass(frozen=True)
class Declines:
    """A strategy whose gate is always closed."""

    name: str = "declines"

    def evaluate(self, state: MarketState) -> Signal | Gate:
        """The gate."""
        return ("closed", state.left_s, 0.0)


@dataclass
class Desk:
    """An engine with the orders that it sent; `room` is what the gateway's queue still takes."""

    limits: Limits = field(default_factory=Limits)
    strategies: Sequence[Strategy] = (Wants(),)
    market: Market = field(default_factory=market)
    room: int = 64
    sent: list[Order] = field(default_factory=list)
    trades: int = 1
    sends_in: Mode = Mode.PAPER

    def __post_init__(self) -> None:
        self.engine = Engine(self.market, self.limits, self.strategies, self._take, self.sends_in)
        self.state = self.engine.state

    def _take(self, order: Order) -> bool:
        if len(self.sent) >= self.room:
            return False
        self.sent.append(order)
        return True

    def warm(self, up_ask: float = 0.50, down_ask: float = 0.50) -> "Desk":
        """Everything that trading needs, half a second before the window starts."""
        for event in opening(up_ask=up_ask, down_ask=down_ask):
            self.engine.handle(event)
        return self

    def price(self, t: float) -> None:
        """A Binance trade at the strike."""
        self.trades += 1
        self.engine.handle(trade(t, STRIKE, self.trades))

    def quote(self, t: float, outcome: int = UP) -> Evaluation:
        """A quote that leads to signals: some bid far below the best gets another size."""
        evaluation = self.engine.handle(change(t, bid(outcome, 0.02, 1000 + t)))
        assert evaluation is not None
        return evaluation

    def first_block(self, t: float, outcome: int = UP) -> Gate:
        """What stopped the selected signal of a quote at `t`."""
        evaluation = self.quote(t, outcome)
        (selected,) = [signal for signal in evaluation.signals if signal.selected]
        assert selected.block is not None
        assert selected.order is None
        assert evaluation.order is None
        return selected.block


def opening(
    t: float = -0.5, up_ask: float = 0.50, down_ask: float = 0.50, shares: float = 100.0
) -> list[Link | Strike | Trade | Tick | BookSnapshot]:
    """The events after which a window can be traded. A cheap Up needs a dear Down: they are one book."""
    down_bid = max(round(0.95 - up_ask, 2), 0.40) if down_ask > 0.40 else 0.05
    return [
        link(t),
        strike(t),
        trade(t, STRIKE, 1),
        tick(t),
        snapshot(t, UP, {0.02: 50, 0.40 if up_ask > 0.40 else 0.05: 50}, {up_ask: shares, 0.90: shares}),
        snapshot(t, DOWN, {0.02: 50, down_bid: 50}, {down_ask: shares, 0.90: shares}),
    ]


@dataclass
class Heard:
    """Keeps what a timeline says of its orders."""

    answers: list[tuple[Order, list[Fill], Ack]] = field(default_factory=list)
    lenses: list[LensFill] = field(default_factory=list)

    def on_answer(self, order: Order, fills: Sequence[Fill], ack: Ack) -> None:
        """One order's end."""
        self.answers.append((order, list(fills), ack))

    def on_lens(self, fill: LensFill) -> None:
        """One lens's fill."""
        self.lenses.append(fill)

    @property
    def fills(self) -> list[Fill]:
        """All fills."""
        return [fill for _, fills, _ in self.answers for fill in fills]


def timeline(
    *,
    limits: Limits | None = None,
    strategies: Sequence[Strategy] = (Wants(),),
    of: Market | None = None,
    start: float = -1.0,
) -> tuple[Timeline, Heard]:
    """A timeline from `start` on, and who listens to it."""
    heard = Heard()
    made = Timeline(of or market(), limits or Limits(), strategies, heard, mono(start), wall(start))
    return made, heard


def standing(
    *,
    distance: float = 0.0,
    left_s: float = 150.0,
    up_ask: int = NO_ASK,
    down_ask: int = NO_ASK,
    strike: float = STRIKE,
    trades: Sequence[Trade] = (),
) -> MarketState:
    """A state as the strategies find it; asks in price units, NO_ASK for none."""
    state = MarketState(market())
    for one in trades:
        state.on_trade(one)
    state.strike = strike
    state.distance = distance
    state.left_s = left_s
    state.left_frac = left_s / LENGTH_S
    for ladder, best_ask in zip(state.ladders, (up_ask, down_ask), strict=True):
        ladder.replace({}, {best_ask: size(100)} if best_ask != NO_ASK else {}, 0, MONO)
    assert state.ladders[UP].best_bid == NO_BID
    return state


def burst(count: int, span_s: float, rise: float, *, buyers: int | None = None, base: float = STRIKE) -> list[Trade]:
    """`count` trades over `span_s` seconds that end `rise` dollars above `base`; the first `buyers` (all) buy."""
    step = span_s / max(count - 1, 1)
    bought = count if buyers is None else buyers
    return [trade(i * step, base + (rise if i == count - 1 else 0.0), i + 1, seller=i >= bought) for i in range(count)]
