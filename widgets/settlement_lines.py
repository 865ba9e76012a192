"""The price in the dollars that decide, and in the last minute how much of the outcome is printed already."""

from typing import Final

from engine.coin import coin_places
from engine.figures import Figures
from engine.view import MarketView
from widgets.cells import Cell, Row, age, basis_points, clip_row, coin, coin_change, flow, leading, right

_CHANGE: Final = 7
_POINTS: Final = 8
"""Columns of a change in dollars and of one in basis points: what stands behind them does not jump."""


def settles_row(market: MarketView, mono: int, width: int) -> Row | None:
    """`settles 83,758.02 ▲ +46.90 +5.6 bp  Binance 83,794.60 +4.4 bp basis  0.9 s`; None while the basis is unknown.

    The age is that of the older of the two streams that it is made of; an old one stands in front.
    """
    now = market.now
    final, basis = now.expected_final, now.basis
    seconds = settled_age_s(now, mono)
    if final is None or basis is None or not now.aligned or seconds is None:
        return None
    stale = is_settled_stale(market, mono)
    style = "stale" if stale else "bright"
    head: list[Row] = [(("settles ", "label"), (coin(final), style)), *distance_parts(final - now.strike, now, stale)]
    if stale:
        head.append(((f"  {age(seconds)} old", "stale"),))
    price: Row = (("Binance ", "label"), (coin(now.price), "text"))
    points = f" {basis_points(basis / now.strike)}"
    tails: tuple[Row, ...] = (
        (("  ", "text"), *price, (f"{points} basis", "label"), (right(age(seconds), 8), "label")),
        (("  ", "text"), *price, (f"{points} basis", "label")),
        (("  ", "text"), *price, (points, "label")),
        ((" ", "text"), *price, (points, "label")),
        (("  ", "text"), *price),
    )
    rows = (flow([*head, tail], width) for tail in tails)
    whole = next((row[0] for row in rows if len(row) == 1), ())
    return clip_row(whole or leading(head, width), width)


def distance_parts(change: float, now: Figures, stale: bool) -> list[Row]:
    """` ▲  +46.90` and `  +5.6 bp`: a distance from the strike in dollars and in basis points of it."""
    style, arrow = _direction(change)
    if stale:
        style = "stale"
    return [
        ((f" {arrow} {right(coin_change(change, now.strike), _CHANGE)}", style),),
        ((f" {right(basis_points(change / now.strike), _POINTS)}", style),),
    ]


def _direction(change: float) -> Cell:
    return ("up", "▲") if change > 0 else ("down", "▼") if change < 0 else ("text", "=")


def settled_age_s(now: Figures, mono: int) -> float | None:
    """Age of the older of Binance's price and the oracle's report in seconds; None while one of them is missing."""
    price_age, oracle_age = now.price_age_ms(mono), now.oracle_age_ms(mono)
    return None if price_age is None or oracle_age is None else max(price_age, oracle_age) / 1000


def is_settled_stale(market: MarketView, mono: int) -> bool:
    """One of them is older than an order would accept."""
    price_age, oracle_age = market.now.price_age_ms(mono), market.now.oracle_age_ms(mono)
    late = price_age is not None and price_age > market.limits.price_max_age_ms
    return late or (oracle_age is not None and oracle_age > market.limits.oracle_max_age_ms)


def lock_in_row(market: MarketView, width: int) -> Row | None:
    """`lock-in 42 % printed at 83,739.90 · rest below 83,690.28 flips · error ±$3.10`; None before it begins."""
    now = market.now
    lock_in, final = now.lock_in, now.expected_final
    if lock_in is None or not lock_in.printed or final is None:
        return None
    parts = [_share(lock_in.share), ((" printed at ", "label"), (coin(lock_in.total / lock_in.printed), "text"))]
    parts += [((" · ", "label"), *part) for part in _flip(now)]
    if now.final_error is not None:
        parts.append(((f" · error ±${now.final_error:,.{coin_places(final)}f}", "label"),))
    return clip_row(leading(parts, width), width)


def lock_in_parts(now: Figures) -> list[Row]:
    """`lock-in 42 %` and `rest below 83,690.28 flips`; nothing before it begins."""
    lock_in = now.lock_in
    return [_share(lock_in.share), *_flip(now)] if lock_in is not None and lock_in.printed else []


def _share(share: float) -> Row:
    return (("lock-in ", "label"), (f"{share * 100:.0f} %", "bright"))


def _flip(now: Figures) -> list[Row]:
    if now.flip is None or now.expected_final is None:
        return []
    word = "below" if now.expected_final >= now.strike else "above"
    return [((f"rest {word} ", "label"), (coin(now.flip), "mark"), (" flips", "label"))]
