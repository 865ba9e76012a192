"""The price of a coin in the demo: quiet for a while, then violent, then quiet again, and never far from its anchor.

It steps every tenth of a second. The size of the steps follows a two-state Markov chain; each step leads back a little
towards an anchor, itself a slow random walk, so that windows stay undecided for long. Both laws have closed forms,
from which the makers quote: who sees the price can know no more about its future than they do.
"""

import math
from array import array
from collections.abc import Sequence
from random import Random
from typing import Final

ENDS_BEFORE_S: Final = 3
"""The average stamped T is over the seconds up to and with T less this, as measured on real windows."""

SECOND: Final = 1_000_000_000
"""Nanoseconds in a second; every time in the demo is whole nanoseconds from the script's start."""

FIRST_PRICE: Final = {"btc": 84_700.0, "eth": 2_700.0, "sol": 118.0, "xrp": 1.5}
"""Dollars, give or take a percent by seed."""

QUIET: Final = 1.0e-4
VIOLENT: Final = 5.0e-4
"""Standard deviation of a second's move as a fraction of the price, in either state."""

RETURN_PER_S: Final = 1 / 15
"""The part of the way back to the anchor that the price goes in a second, on average."""

_ANCHOR_MOVE: Final = 0.15e-4
_STAY_S: Final = 12.0
"""Mean length of a stretch of either state."""

_STEPS: Final = 10
_STEP_NS: Final = SECOND // _STEPS
_MIXING_S: Final = _STAY_S / 2
_BUSY: Final = 1.5
_CALM: Final = 0.5


class Path:
    """One coin's oracle price from `history_s` before the script's start onwards, made as far as it is asked for."""

    __slots__ = ("_activity", "_anchors", "_history", "_random", "_steps", "_violent")

    def __init__(self, seed: int, asset: str, history_s: int) -> None:
        self._history = history_s
        self._random = Random(f"{seed}/{asset}/price")
        self._steps = array("d", [FIRST_PRICE[asset] * (1.0 + self._random.uniform(-0.01, 0.01))])
        self._anchors = array("d", self._steps)
        self._violent = bytearray([self._random.random() < 0.5])
        self._activity = array("d", [0.0])

    def price(self, ns: int) -> float:
        """Dollars at an instant, a straight line between the steps."""
        step, rest = divmod(ns + self._history * SECOND, _STEP_NS)
        self._reach(step + 1)
        before = self._steps[step]
        return before + (self._steps[step + 1] - before) * rest / _STEP_NS

    def anchor(self, ns: int) -> float:
        """Where the price is drawn to at an instant, in dollars."""
        second = ns // SECOND + self._history
        self._reach(second * _STEPS)
        return self._anchors[second]

    def spot(self, second: int) -> float:
        """What the oracle reports for a whole second."""
        step = (second + self._history) * _STEPS
        self._reach(step)
        return self._steps[step]

    def spots(self, first: int, last: int) -> Sequence[float]:
        """The reports of the seconds `first` to `last`, both included."""
        end = (last + self._history) * _STEPS
        self._reach(end)
        return self._steps[(first + self._history) * _STEPS : end + 1 : _STEPS]

    def average(self, second: int, count: int) -> float:
        """The mean of the last `count` whole-second reports up to and with `second`."""
        return math.fsum(self.spots(second - count + 1, second)) / count

    def stamped(self, second: int, count: int) -> float:
        """The average that the oracle stamps with `second`: as at the venue it ends ENDS_BEFORE_S before."""
        return self.average(second - ENDS_BEFORE_S, count)

    def activity(self, second: int) -> float:
        """How busy the coin has been since its history began, up to `second`; grows by 1 a second on average."""
        self._reach((second + self._history) * _STEPS)
        return self._activity[second + self._history]

    def variance_rates(self, ns: int, horizon_s: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """The squared relative move a second over the `horizon_s` after `ns`: two (chance, value) pairs.

        The part of the horizon that is violent has a mean and a variance that follow from the state at `ns`; two
        points with the same mean and variance stand for its distribution. Without the second one the chance of a
        far outcome would be called too high in quiet times and too low in violent ones.
        """
        step = (ns + self._history * SECOND) // _STEP_NS
        self._reach(step)
        ratio = max(horizon_s, 1e-9) / _MIXING_S
        fading = -math.expm1(-ratio) / ratio
        violent = 0.5 + (0.5 if self._violent[step] else -0.5) * fading
        apart = math.sqrt(max(2.0 / ratio * (1.0 - fading), 0.0))
        low, high = violent * (1.0 - apart), violent + (1.0 - violent) * apart
        return (1.0 - violent, _variance(low)), (violent, _variance(high))

    def _reach(self, step: int) -> None:
        while len(self._steps) <= step:
            self._add_second()

    def _add_second(self) -> None:
        random, price, violent = self._random, self._steps[-1], self._violent[-1]
        anchor = self._anchors[-1]
        leave, back = 1.0 / (_STAY_S * _STEPS), RETURN_PER_S / _STEPS
        busy = 0
        for _ in range(_STEPS):
            if random.random() < leave:
                violent = 1 - violent
            price *= 1.0 + random.gauss(0.0, VIOLENT if violent else QUIET) / math.sqrt(_STEPS)
            price += (anchor - price) * back
            self._steps.append(price)
            self._violent.append(violent)
            busy += violent
        self._anchors.append(anchor * (1.0 + random.gauss(0.0, _ANCHOR_MOVE)))
        self._activity.append(self._activity[-1] + _CALM + (_BUSY - _CALM) * busy / _STEPS)


def _variance(violent: float) -> float:
    return violent * VIOLENT**2 + (1.0 - violent) * QUIET**2
