"""What a sensible maker believes: the chance that Up wins, given the price as it was a moment ago.

The final price is a mean of whole-second reports, some of which may be printed already. What is left follows the
law of `price`: it returns to its anchor at a known rate under shocks of known variance. So the mean is about normal,
and the chance is its distribution function at the strike.

A shock at the time u moves the mean by its weight w(u), the sum of what is left of it, exp(-rate * (t - u)), at the
reports t still to come, over their number; the variance of the mean is the sum of w squared times the shocks'
variance. With q = exp(-rate) and m reports after u, that sum is geometric: (1 - q**m) / (1 - q).
"""

import math
from typing import Final, NamedTuple

from app.demo.price import ENDS_BEFORE_S, RETURN_PER_S, SECOND, Path
from app.demo.trades import premium
from app.demo.windows import Window
from app.demo.world import World

_Q: Final = math.exp(-RETURN_PER_S)


class Outlook(NamedTuple):
    """A mean of reports as seen before all are printed: its expectation in dollars, how many of its reports are
    still to come, and the seconds until the first of these."""

    mean: float
    left: int
    gap_s: float


def fair_up(world: World, window: Window, seen_ns: int) -> float:
    """The chance of Up for one who knows every price up to `seen_ns` and no later one; 0 to 1."""
    path = world.paths[window.asset]
    count, before_s = (1, 0) if window.on_binance else (window.lookback_s, ENDS_BEFORE_S)
    final = _outlook(path, window.end_s - before_s, count, seen_ns)
    if seen_ns >= window.start_ns:
        strike, gap_s = _oracle_strike(world, window), final.gap_s
    else:
        strike = _outlook(path, window.start_s - before_s, count, seen_ns).mean
        gap_s = window.end_s - window.start_s - count + 1.0
    ahead = final.mean / strike - 1.0
    shock_s = _shock_s(count, final.left, gap_s)
    if shock_s <= 0.0:
        return 1.0 if ahead >= 0.0 else 0.0
    rates = path.variance_rates(seen_ns, final.gap_s + final.left - 1)
    return math.fsum(chance * _normal(ahead / math.sqrt(rate * shock_s)) for chance, rate in rates)


def _oracle_strike(world: World, window: Window) -> float:
    """The strike in the oracle's dollars, where Binance's premium is taken off what Binance decides."""
    strike = world.strike(window)
    return strike / (1.0 + premium(window.end_ns)) if window.on_binance else strike


def _outlook(path: Path, end_s: int, count: int, seen_ns: int) -> Outlook:
    """The mean of the `count` reports up to the second `end_s`."""
    seen_ns = min(seen_ns, end_s * SECOND)
    first, seen_s = end_s - count + 1, seen_ns // SECOND
    printed = path.spots(first, seen_s) if seen_s >= first else ()
    left = count - len(printed)
    gap_s = (max(first, seen_s + 1) * SECOND - seen_ns) / SECOND
    anchor = path.anchor(seen_ns)
    remaining = math.exp(-RETURN_PER_S * gap_s) * _geometric(_Q, left)
    coming = left * anchor + (path.price(seen_ns) - anchor) * remaining
    return Outlook((math.fsum(printed) + coming) / count, left, gap_s)


def _shock_s(count: int, left: int, gap_s: float) -> float:
    """The variance of a mean of `count` reports over that of a second's shocks, with `left` of them to come.

    First the shocks of the `gap_s` before the first of them, which every report to come feels; then those of each
    second between two reports, which only the later ones do.
    """
    if left == 0:
        return 0.0
    weight = _geometric(_Q, left)
    before = weight * weight * -math.expm1(-2.0 * RETURN_PER_S * gap_s)
    between = left - 1 - 2.0 * (weight - 1.0) + _geometric(_Q * _Q, left) - 1.0
    between *= (1.0 - _Q * _Q) / (1.0 - _Q) ** 2
    return (before + between) / (2.0 * RETURN_PER_S * count * count)


def _geometric(q: float, count: int) -> float:
    """1 + q + ... + q ** (count - 1)."""
    return (1.0 - q**count) / (1.0 - q)


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))
