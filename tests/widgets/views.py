"""Views over a real engine for the panels' tests: one window at one moment, built from the events that led to it.

The figures belong together: 92 s before the end the coin stands 5.6 bp above the strike, the book asks 68¢ for UP,
distance fade gives it 78¢, bought 11.5 shares two seconds ago and waits out its cooldown.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine.engine import Engine
from engine.events import DOWN, UP, Event, Fill, Print
from engine.histogram import Histogram
from engine.limits import Limits
from engine.market import Market
from engine.orders import Order, OrderStatus
from engine.position import Holding
from engine.strategies import standard
from engine.view import DayView, EarlierWindow, FeedView, LatencyView, Line, MarketView, View
from tests.engine.builders import (
    START_MS,
    ack,
    bid,
    change,
    fill,
    link,
    market,
    money,
    mono,
    price,
    size,
    snapshot,
    strike,
    tick,
    wall,
)
from tests.engine.builders import trade as binance_trade
from widgets.cells import Row
from widgets.panel import Drawing

STRIKE = 83_711.12
PRICE = 83_758.02
NOW = 208.0
"""Seconds into the window: 1:32 before its end."""

Side = Mapping[float, float]
"""Shares by price in dollars."""

UP_BIDS: Side = MappingProxyType({0.67: 980, 0.66: 1450, 0.65: 3300, 0.64: 2700, 0.60: 400})
UP_ASKS: Side = MappingProxyType({0.68: 1210, 0.69: 860, 0.70: 2100, 0.71: 5000, 0.75: 90})


class Scene:
    """An engine in the middle of a window, and a clock; `at` steps on, `view` looks."""

    def __init__(self, of: Market | None = None, limits: Limits | None = None) -> None:
        self.sent: list[Order] = []
        self.engine = Engine(of or market(), limits or Limits(), standard(), self._take)
        self.now = 0.0

    def _take(self, order: Order) -> bool:
        self.sent.append(order)
        return True

    def at(self, t: float, *events: Event) -> "Scene":
        """Hand the engine `events`; the view is then as of `t` seconds into the window."""
        for event in events:
            self.engine.handle(event)
        self.now = t
        return self

    def view(self, **fields: Any) -> View:
        """All that panels see; `fields` of the View as given."""
        return View("btc", "5m", **(usual(self.now) | {"market": MarketView(self.engine)} | fields))


def usual(t: float) -> dict[str, Any]:
    """What surrounds a market that is traded, `t` seconds into its window."""
    return {
        "mono": mono(t),
        "wall": wall(t),
        "state": "TRADING",
        "span": "14:15–14:20 UTC · 10:15–10:20 ET",
        "next_window": "next is ready",
        "feeds": (
            FeedView("Binance", "live", "", 0.03, 142.0, 0, 0),
            FeedView("CLOB", "live", "", 0.1, 61.0, 0, 0),
            FeedView("oracle", "live", "", 0.9, 1.0, 0, 0),
        ),
        "lines": log(),
        "history": history(t),
        "latency": latency(),
        "day": DayView(41, 12, 7, money(-1.86), money(2.10), {"distance_fade": money(-1.86)}, lens_nets()),
        "loop_lag_ms": 0.4,
    }


def lens_nets() -> dict[str, int]:
    """The day's net under each lens."""
    return {"instant": money(4.10), "realistic": money(-1.86), "pessimistic": money(-5.20)}


def log() -> list[Line]:
    """The last lines of the log, newest last."""
    return [
        Line(wall(164.02), "signal", "distance UP .768/.68 blocked: cooldown"),
        Line(wall(191.771), "signal", "distance UP .772/.69 blocked: quote 5.2 s"),
        Line(wall(206.0), "order", "distance UP 11.5 @ 68¢ $7.82  quote 84 ms"),
        Line(wall(206.2), "fill", "11.5 @ 68.0¢ fee $0.18  at 200 ms  full", good=True),
    ]


def history(t: float) -> list[tuple[int, float]]:
    """A price that came from below the strike and stands above it."""
    steps = int(t * 2)
    rise = PRICE - STRIKE + 20.0
    return [(wall(i / 2) // 1_000_000, STRIKE - 20.0 + rise * i / max(steps, 1)) for i in range(steps + 1)]


def latency() -> LatencyView:
    """Some hundred durations of each kind."""
    made = LatencyView()
    for histogram, middle in ((made.receive, 18.0), (made.evaluate, 6.0), (made.to_order, 49.0), (made.order, 204e3)):
        _fill(histogram, middle)
    return made


def _fill(histogram: Histogram, middle: float) -> None:
    for step in range(300):
        histogram.add(middle * (0.8 + step % 10 / 20))
    histogram.add(middle * 10)


def settling(**fields: Any) -> EarlierWindow:
    """The window before, over and without an outcome: 60.8 shares of DOWN for $27.60."""
    holding = Holding((0, size(60.8)), (0, money(26.5)), money(1.1))
    usual_fields: dict[str, Any] = {
        "asset": "btc",
        "interval": "5m",
        "start_ms": START_MS - 300_000,
        "ended": True,
        "holding": holding,
    }
    return EarlierWindow(**(usual_fields | fields))


def waiting(**fields: Any) -> View:
    """A console that has just been started: no market yet."""
    return View("btc", "5m", **({"mono": mono(0), "wall": wall(0)} | fields))


def books(t: float, bids: Side = UP_BIDS, asks: Side = UP_ASKS) -> tuple[Event, Event]:
    """Both books, one seen from two sides: shares by UP's price in dollars."""
    mirrored_bids = {round(1 - level, 4): shares for level, shares in asks.items()}
    mirrored_asks = {round(1 - level, 4): shares for level, shares in bids.items()}
    return snapshot(t, UP, bids, asks), snapshot(t, DOWN, mirrored_bids, mirrored_asks)


def quote(t: float) -> Event:
    """A change far from the best prices, in both books: an evaluation, and nothing else."""
    return change(t, bid(UP, 0.02, 10 + t), bid(DOWN, 0.02, 10 + t))


def rising(until: float, first_id: int = 1) -> list[Event]:
    """Sixty Binance trades over the last 15 s, all bought, up to PRICE: momentum's burst."""
    return [binance_trade(until - 15.0 + i * 0.25, PRICE - (60 - i) * 0.5, first_id + i, coins=0.05) for i in range(61)]


def printed(t: float, outcome: int, dollars: float, shares: float, *, buys: bool) -> Print:
    """The venue's last trade."""
    return Print(mono(t), wall(t), outcome, price(dollars), size(shares), buys, 0)


def opening() -> Scene:
    """Connected, both books, the strike and a price, as the window starts."""
    scene = Scene()
    return scene.at(0.0, link(0.0), strike(0.0, STRIKE), binance_trade(0.0, STRIKE, 1), tick(0.0), *books(0.0))


def bought() -> Scene:
    """The moment of the screens: 11.5 shares of UP since two seconds ago, and every strategy is blocked."""
    scene = opening()
    scene.at(
        206.0,
        *rising(205.9, first_id=2),
        tick(205.9),
        *books(206.0),
        printed(203.0, DOWN, 0.32, 12.0, buys=False),
        printed(206.0, UP, 0.68, 40.0, buys=True),
    )
    scene.at(206.2, *answer(scene.sent[-1], 206.2))
    return scene.at(
        NOW,
        *(binance_trade(t, PRICE, 63 + i) for i, t in enumerate((206.5, 207.0, 207.5, 207.97))),
        quote(207.9),
    )


def answer(order: Order, t: float) -> tuple[Fill, Event]:
    """An order filled whole at its limit, at a fee of 7 % of p(1-p)."""
    dollars, shares = order.price / 1e4, order.size / 1e6
    fee = round(shares * 0.07 * dollars * (1 - dollars), 5)
    filled = fill(
        t,
        order_id=order.order_id,
        strategy=order.strategy,
        outcome=order.outcome,
        dollars=dollars,
        shares=shares,
        fee=fee,
        trade_id=f"{order.order_id}.1",
    )
    return filled, ack(t, order_id=order.order_id, outcome=order.outcome, status=OrderStatus.FILLED)


def text(row: Row) -> str:
    """A row without its styles and the blanks behind it."""
    return "".join(part for part, _ in row).rstrip()


def texts(drawing: Drawing) -> list[str]:
    """All rows as text."""
    return [text(row) for row in drawing.rows]


def styles(row: Row) -> set[str]:
    """The styles of a row's visible cells."""
    return {style for part, style in row if part.strip()}
