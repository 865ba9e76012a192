"""What a sensible maker believes: the chance that Up wins, given the price as it was a moment ago.

The final price is a mean of whole-second reports, some of which may be printed already. What is left follows the
law of `price`: it returns to its anchor at a known rate under shocks of known variance. So the mean is about normal,
and the chance is its distribution function at the strike.

A shock at the time u moves the mean by its weight w(u), the sum of what is left of it, exp(-rate * (t - u)), at the
reports t still to come, over their number; the variance of the mean is the sum of w squared times the shocks'
variance. With q = exp(-rate) and m reports after u, that sum is geometric: (1 - q**m) / (1 - q).
"""

import math
from typing import NamedTuple

from app.demo.price import RETURN_PER_S, SECOND, Path
from app.demo.trades import premium
from app.demo.windows import Window
from app.demo.world import World

_Q = math.exp(-RETURN_PER_S)


class Outlook(NamedTuple):
    """A mean of reports as seen before all are printed.

    `mean` is its expectation in dollars, `shock_s` its variance over that of a second's shocks, `horizon_s` the
    seconds to the last report.
    """

    mean: float
    shock_s: float
    horizon_s: float


def fair_up(world: World, window: Window, seen_ns: int) -> float:
    """The chance of Up for one who knows every price up to `seen_ns` and no later one; 0 to 1."""
    path = world.paths[window.asset]
    count = 1 if window.on_binance else window.lookback_s
    final = _outlook(path, window.end_s, count, seen_ns)
    if seen_ns >= window.start_ns:
        strike, shock_s = _oracle_strike(world, window), final.shock_s
    else:
        opening = _outlook(path, window.start_s, count, seen_ns)
        strike, shock_s = opening.mean, _outlook(path, window.end_s, count, window.start_ns).shock_s
    ahead = final.mean / strike - 1.0
    if shock_s <= 0.0:
        return 1.0 if ahead >= 0.0 else 0.0
    rates = path.variance_rates(seen_ns, final.horizon_s)
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
    still = math.exp(-RETURN_PER_S * gap_s) * _geometric(_Q, left)
    coming = left * anchor + (path.price(seen_ns) - anchor) * still
    ahead = (_geometric(_Q, left) ** 2) * -math.expm1(-2.0 * RETURN_PER_S * gap_s) / (2.0 * RETURN_PER_S)
    within = (left - 1 - 2.0 * (_geometric(_Q, left) - 1.0) + _geometric(_Q * _Q, left) - 1.0) / (1.0 - _Q) ** 2
    within *= (1.0 - _Q * _Q) / (2.0 * RETURN_PER_S)
    shock_s = (ahead + within) / (count * count) if left else 0.0
    return Outlook((math.fsum(printed) + coming) / count, shock_s, gap_s + left - 1)


def _geometric(q: float, count: int) -> float:
    """1 + q + ... + q ** (count - 1)."""
    return (1.0 - q**count) / (1.0 - q)


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))
