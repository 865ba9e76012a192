"""The price in the dollars that decide, and in the last minute how much of the outcome is printed already."""

from typing import Final

from engine.view import MarketView
from widgets.cells import Row, age, basis_points, clip_row, coin, coin_change, leading, right

WIDE: Final = 74
"""From here on Binance's own price stands beside its distance from the settlement's."""


def settles_row(market: MarketView, mono: int, width: int) -> Row | None:
    """`settles 83,758.02 ▲ +46.90 +5.6 bp  Binance 83,794.60 +4.4 bp  0.9 s`; None while the basis is unknown.

    The age is that of the older of the two streams that it is made of.
    """
    final, basis, strike = market.expected_final, market.basis, market.strike
    price_age, oracle_age = market.price_age_ms(mono), market.oracle_age_ms(mono)
    if final is None or basis is None or not market.aligned or price_age is None or oracle_age is None:
        return None
    stale = price_age > market.limits.price_max_age_ms or oracle_age > market.limits.oracle_max_age_ms
    change = final - strike
    side = "stale" if stale else "up" if change >= 0 else "down"
    raw: Row = ((f" {coin(market.price)}", "text"),) if width >= WIDE else ()
    parts: list[Row] = [
        (("settles ", "label"), (coin(final), "stale" if stale else "bright")),
        ((f" {'▲' if change >= 0 else '▼'}{right(coin_change(change, strike), 8)}", side),),
        ((right(basis_points(change / strike), 9), side),),
        (("  Binance", "label"), *raw, (right(basis_points(basis / strike), 9), "label")),
        ((right(age(max(price_age, oracle_age) / 1000), 7), "stale" if stale else "label"),),
    ]
    return clip_row(leading(parts, width), width)


def lock_in_row(market: MarketView, width: int) -> Row | None:
    """`42 % printed at 83,739.90 · rest below 83,690.28 flips · ±3.10`; None before the last minute's first second."""
    lock_in, flip, final = market.lock_in, market.flip, market.expected_final
    if lock_in is None or not lock_in.printed or final is None:
        return None
    printed = lock_in.total / lock_in.printed
    head: Row = (("lock-in ", "label"), (f"{lock_in.share:.0%}".replace("%", " %"), "bright"))
    parts: list[Row] = [head, ((" printed at ", "label"), (coin(printed), "text"))]
    if flip is not None:
        word = "below" if final >= market.strike else "above"
        parts.append(((f" · rest {word} ", "label"), (coin(flip), "mark"), (" flips", "label")))
    error = market.final_error
    if error is not None:
        parts.append(((f" · ±{error:,.2f}", "label"),))
    return clip_row(leading(parts, width), width)
