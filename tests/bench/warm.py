"""The engine's hot path in a warm loop: nothing else runs, the caches are full."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Final, TypeVar

from engine.engine import Engine
from engine.events import UP, Ack, BookChange, BookSnapshot, Link, Strike, StrikeSource, Tick, Trade
from engine.limits import Limits
from engine.market import Asset, FeeSchedule, Interval, Market, Settlement
from engine.orders import Order, OrderStatus
from engine.score import LensFill
from engine.strategies import standard
from engine.units import MONEY, PRICE, SIZE
from tests.bench.table import Row, spread

EVENTS: Final = 50_000
RESTED: Final = 1_000
START_MS: Final = 1_795_000_200_000
MONO: Final = 10**12
FREE: Final = Limits(price_max_age_ms=1e9, quote_max_age_ms=1e9, max_position=10**9 * MONEY)
T = TypeVar("T")
WALL: Final = (START_MS + 100_000) * 1_000_000


def rows() -> list[Row]:
    """All warm figures."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        return [_trades(), _quotes(), _quiet_quotes(), _risk(), _dispatch(), _acks(), *_rested()]
    finally:
        gc.enable()
        gc.unfreeze()


def market() -> Market:
    """A 5-minute market that is under way at WALL."""
    return Market(
        slug="btc-updown-5m-1795000200",
        asset=Asset.BTC,
        interval=Interval.M5,
        start_ms=START_MS,
        end_ms=START_MS + 300_000,
        condition_id="0x00",
        up_token="1",
        down_token="2",
        tick=100,
        min_size=5 * SIZE,
        fee=FeeSchedule(Decimal("0.07"), 1),
        settlement=Settlement.CHAINLINK_TWAP,
        lookback_s=60,
        resolution="https://data.chain.link/streams/btc-usd-twap-60s-streams",
        version="v1",
    )


def engine(limits: Limits | None = None) -> tuple[Engine, list[Order]]:
    """An engine with a full book, a strike and a minute of trades, and the orders that it dispatched."""
    sent: list[Order] = []

    def dispatch(order: Order) -> bool:
        sent.append(order)
        return True

    made = Engine(market(), limits or Limits(), standard(), dispatch)
    made.handle(Link(MONO, WALL, "clob", 1, up=True))
    made.handle(Strike(MONO, WALL, 80_000.0, StrikeSource.BINANCE_FIRST, exact=False))
    bids = {price * 100: 300 * SIZE for price in range(1, 52)}
    asks = {price * 100: 300 * SIZE for price in range(52, 100)}
    flipped_bids = {PRICE - price: size for price, size in asks.items()}
    flipped_asks = {PRICE - price: size for price, size in bids.items()}
    made.handle(BookSnapshot(MONO, WALL, 1, 0, bids, asks, 100, 0))
    made.handle(BookSnapshot(MONO, WALL, 1, 1, flipped_bids, flipped_asks, 100, 0))
    return made, sent


def trades(count: int) -> list[Trade]:
    """Trades at 40 a second around a price that stands 9 bp above the strike."""
    random = Random(1)
    return [
        Trade(
            mono=MONO + number * 25_000_000,
            wall=WALL,
            trade_id=number + 1,
            time_ms=START_MS + number * 25,
            price=80_072.0 + random.gauss(0, 2),
            qty=random.randrange(1000, 10_000_000),
            buyer_is_maker=random.random() < 0.5,
        )
        for number in range(count)
    ]


def changes(count: int) -> list[BookChange]:
    """Deltas of two mirrored levels each, a millisecond apart, that leave the touch where it is."""
    made = []
    for number in range(count):
        price, size = 4000 + number % 10 * 100, (50 + number) * SIZE
        levels = ((0, True, price, size), (1, False, PRICE - price, size))
        tops = ((0, 5100, 5200), (1, 4800, 4900))
        made.append(BookChange(MONO + number * 1_000_000, WALL, 1, levels, tops, 0))
    return made


def _timed(items: Sequence[T], act: Callable[[T], object], between: Callable[[int], None] | None = None) -> list[float]:
    """Microseconds of each call, the clock's own cost taken off."""
    clock = time.perf_counter_ns
    empty = min(-(clock() - clock()) for _ in range(1000))
    times = []
    for number, item in enumerate(items):
        begun = clock()
        act(item)
        times.append((clock() - begun - empty) / 1e3)
        if between is not None:
            between(number)
    return times


def _trades() -> Row:
    made, _ = engine()
    return Row("on_trade", spread(_timed(trades(EVENTS), made.state.on_trade)), "median <= 0.6 µs")


def _fold_now_and_then(made: Engine) -> Callable[[int], None]:
    """As ticks do in the running program, outside what is timed."""

    def fold(number: int) -> None:
        if number % 30 == 0:
            made.decisions.fold()

    return fold


def _quotes() -> Row:
    made, _ = engine(FREE)
    for trade in trades(2000):
        made.handle(trade)
    times = _timed(changes(EVENTS), made.handle, _fold_now_and_then(made))
    return Row("a quote, three strategies, with a signal", spread(times), "median <= 5 µs, 99 % <= 20 µs")


def _quiet_quotes() -> Row:
    made, _ = engine()
    for trade in trades(2000):
        trade.price -= 70.0
        made.handle(trade)
    return Row("a quote, three strategies, no signal", spread(_timed(changes(EVENTS), made.handle)))


def _risk() -> Row:
    made, _ = engine()
    times = _timed(range(EVENTS), lambda number: made.risk.check(MONO + number, made.position))
    return Row("risk check", spread(times), "<= 1 µs")


def _an_order(number: int) -> Order:
    return Order(
        mono=MONO,
        wall=WALL,
        order_id=f"order-{number}",
        strategy="momentum",
        outcome=UP,
        price=5200,
        size=10 * SIZE,
        budget=5 * MONEY,
        edge=0.1,
        spot=80_000.0,
        time_left_s=100.0,
    )


def _dispatch() -> Row:
    from engine.timeline import Timeline

    class Nobody:
        def on_answer(self, order: Order, fills: object, ack: Ack) -> None:
            """Nothing to do."""

        def on_lens(self, fill: LensFill) -> None:
            """Nothing to do."""

    timeline = Timeline(market(), Limits(), standard(), Nobody(), MONO, WALL)
    orders = [_an_order(number) for number in range(EVENTS)]

    def empty_the_queue(number: int) -> None:
        if number % 60 == 59:
            timeline.engine.handle(Tick(MONO, WALL))
            timeline._arrivals.clear()

    return Row("dispatch of an order", spread(_timed(orders, timeline._dispatch, empty_the_queue)), "<= 1 µs")


def _acks() -> Row:
    made, _ = engine()
    acks = []
    for number in range(EVENTS):
        made.risk.commit(f"order-{number}", MONEY, MONO)
        acks.append(Ack(MONO, WALL, f"order-{number}", "momentum", UP, OrderStatus.NONE, ""))
    return Row("applying an ack", spread(_timed(acks, made.handle, _fold_now_and_then(made))), "<= 1 µs")


def _rested() -> Iterator[Row]:
    """A quote that becomes an order, when the processor has just worked and when it has slept.

    How much longer the same call takes then is the machine's part in what the running program needs between frames.
    """
    for pause_s, when in ((0.0, "warm"), (1 / 3000, "after 0.33 ms of sleep"), (1 / 300, "after 3.3 ms of sleep")):
        made, sent = engine(replace(FREE, cooldown_ns=0, max_orders=RESTED))
        for trade in trades(2000):
            made.handle(trade)

        def rest(number: int, made: Engine = made, pause_s: float = pause_s) -> None:
            made.risk.release(f"{made.market.slug}-{made.risk.orders}")
            made.decisions.fold()
            if pause_s:
                time.sleep(pause_s)

        times = _timed(changes(RESTED), made.handle, rest)
        assert len(sent) == RESTED
        yield Row(f"a quote that becomes an order, {when}", spread(times))
