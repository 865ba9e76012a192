"""How much of each limit is used: position, orders, cooldown, and the day so far."""

from typing import ClassVar, Final

from engine.limits import Limits
from engine.units import MONEY
from engine.view import MarketView, View
from widgets.cells import NONE, Cell, Row, clip_row, fit, gain_style, leading, right, usd
from widgets.panel import Drawing, Panel
from widgets.settling import at_stake

_NEAR: Final = 0.8
"""The share of a limit from which on it is near."""
_MOST_BAR: Final = 40
_LABEL: Final = 10


class RiskPanel(Panel):
    """The window's limits, used and left, and what is at stake over all windows."""

    TITLE: ClassVar[str] = "risk"

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """Two rows are enough for what matters; more room gives each limit a row of its own."""
        market = view.market
        if market is None:
            stake = [_stake(view), _net(view)] if view.earlier else [_net(view)]
            rows: list[Row] = [(("no window yet: no limit is in use", "label"),), leading(stake, width, "   ")]
        elif height >= 6:
            rows = _long(market, view, width)
        else:
            rows = [_position(market, width, _orders(market)), leading(_rest(market, view), width, "  ")]
        return Drawing([clip_row(row, width) for row in rows[:height]])


def _long(market: MarketView, view: View, width: int) -> list[Row]:
    return [
        _position(market, width, ()),
        _labelled(
            "reserved",
            (
                (right(usd(market.now.reserved), len(usd(market.limits.max_position))), "text"),
                (" by orders on their way", "label"),
            ),
        ),
        _labelled(
            "at stake",
            (
                (right(usd(at_stake(view)), len(usd(market.limits.max_position))), "bright"),
                (" over all windows", "label"),
            ),
        ),
        _labelled("orders", _orders(market)[1:]),
        _labelled("cooldown", (_cooldown(market, view.mono),)),
        _labelled("in flight", ((str(market.now.in_flight), "bright" if market.now.in_flight else "text"),)),
        _labelled("day net", _net(view)[1:]),
        (),
        *_settings(market.limits),
    ]


def _position(market: MarketView, width: int, end: Row) -> Row:
    """`position   $8.00 of $100.00 ▇▇▁▁▁▁`, with `end` behind it where there is room for both."""
    used, limit = market.now.holding.spent + market.now.reserved, market.limits.max_position
    style = _use_style(used, limit)
    # The amount keeps the width of its limit, so that the bar stands still while the position grows.
    amount = usd(used).rjust(len(usd(limit)))
    whole = usd(limit).removesuffix(".00")
    words: Row = ((fit("position", _LABEL), "label"), (amount, style), (" of ", "label"), (whole, "text"))
    if used >= limit:
        words = (*words, (" full", "bad"))
    room = width - sum(len(text) for text, _ in words) - sum(len(text) for text, _ in end)
    if room < 6:
        return leading([words, ((" ", "text"), *end)], width)
    bar = bar_of(used / limit if limit else 1.0, min(room - 3, _MOST_BAR))
    return (*words, (" ", "text"), (bar, style), (" " * (room - len(bar) - 1), "text"), *end)


def bar_of(share: float, columns: int) -> str:
    """`share` of `columns` filled: `▇▇▁▁▁`; what is above nothing shows, and only what is full looks full."""
    share = min(max(share, 0.0), 1.0)
    filled = int(share * columns)
    if share > 0.0:
        filled = max(filled, 1)
    return "▇" * filled + "▁" * (columns - filled)


def _orders(market: MarketView) -> Row:
    used, limit = market.now.orders, market.limits.max_orders
    words: Row = (
        ("orders ", "label"),
        (str(used).rjust(len(str(limit))), _use_style(used, limit)),
        (f" of {limit}", "label"),
    )
    return (*words, (" used up", "bad")) if used >= limit else words


def _use_style(used: int, limit: int) -> str:
    return "bad" if used >= limit else "warn" if used >= limit * _NEAR else "bright"


def _cooldown(market: MarketView, mono: int) -> Cell:
    left = market.now.cooldown_s(mono)
    return (f"{left:.1f} s", "warn") if left > 0 else ("over", "text")


def _rest(market: MarketView, view: View) -> list[Row]:
    """Cooldown and the day; between them what earlier windows have at stake too, else the orders on their way."""
    words, style = _cooldown(market, view.mono)
    in_flight = market.now.in_flight
    flight: Row = (("in flight ", "label"), (str(in_flight), "bright" if in_flight else "text"))
    return [_labelled("cooldown", ((words.ljust(5), style),)), _stake(view) if view.earlier else flight, _net(view)]


def _stake(view: View) -> Row:
    """What was paid for shares in all windows and is not decided yet."""
    return (("at stake ", "label"), (usd(at_stake(view)), "bright"))


def _net(view: View) -> Row:
    return (("day net ", "label"), (usd(view.day.net, signed=True), gain_style(view.day.net)))


def _labelled(label: str, value: Row) -> Row:
    return ((fit(label, _LABEL), "label"), *value)


def _settings(limits: Limits) -> list[Row]:
    """What was set, for the reader who asks why."""
    words = (
        ("bankroll", usd(round(limits.bankroll * MONEY))),
        ("net edge", f"at least {limits.min_net_edge * 100:g}¢ a share after the fee"),
        ("cooldown", f"{limits.cooldown_ns / 1e9:g} s after each order"),
        ("quote age", f"at most {limits.quote_max_age_ms / 1000:g} s"),
        ("price age", f"at most {limits.price_max_age_ms / 1000:g} s"),
        ("last order", f"{limits.cutoff_ns / 1e9:g} s before the end" if limits.cutoff_ns else NONE),
    )
    return [((fit(label, 12), "label"), (text, "text")) for label, text in words]
