"""One window with what happens in it, for the tests of this folder."""

from decimal import Decimal

from engine.events import DOWN, UP, Ack, Fill, Strike, StrikeSource
from engine.market import Asset, FeeSchedule, Interval, Market, Settlement
from engine.orders import Order, OrderStatus
from engine.signal import Signal

START_MS = 1_787_236_800_000
WALL = START_MS * 1_000_000 + 206_212_000_000

MARKET = Market(
    slug="btc-updown-5m-1787236800",
    asset=Asset.BTC,
    interval=Interval.M5,
    start_ms=START_MS,
    end_ms=START_MS + 300_000,
    condition_id="0xc0",
    up_token="1",
    down_token="2",
    tick=100,
    min_size=5_000_000,
    fee=FeeSchedule(Decimal("0.07"), 1),
    settlement=Settlement.CHAINLINK_TWAP,
    lookback_s=60,
    resolution="https://data.chain.link/streams/btc-usd",
    version="1",
)

STRIKE = Strike(1, WALL, 83_711.123456, StrikeSource.CHAINLINK_TWAP, exact=True)


def a_signal(**changes: object) -> Signal:
    """Distance fade wants Up at 68 cents."""
    signal = Signal(
        strategy="distance_fade",
        outcome=UP,
        fair=0.7810004,
        ask=0.68,
        edge=0.1010004,
        confidence=0.38,
        cap=0.08,
        net_edge=0.0857684,
        quote_age_ms=84.0,
        selected=True,
    )
    for name, value in changes.items():
        setattr(signal, name, value)
    return signal


def an_order(order_id: str = "p1") -> Order:
    """11.5 shares of Up at 68 cents."""
    return Order(
        mono=5,
        wall=WALL,
        order_id=order_id,
        strategy="distance_fade",
        outcome=UP,
        price=6_800,
        size=11_500_000,
        budget=78_200_000_000,
        edge=0.1010004,
        spot=83_758.0249,
        time_left_s=93.7884,
    )


def a_fill(order_id: str = "p1", *, size: int = 11_500_000) -> Fill:
    """The order above, filled at 67.5 cents."""
    return Fill(
        mono=6,
        wall=WALL + 200_000_000,
        order_id=order_id,
        strategy="distance_fade",
        outcome=UP,
        price=6_750,
        size=size,
        fee=1_751_680_001,
        trade_id=f"{order_id}.1",
    )


def an_unfilled_ack() -> Ack:
    """Nothing was left at the limit."""
    return Ack(6, WALL + 200_000_000, "p2", "momentum", DOWN, OrderStatus.NONE, "no orders found to match")
