"""How good would the best of many combinations look if none of them had an edge?

The markets are settled anew at random, many times. Each time each of them is settled once for all combinations, so
that those which hold the same shares share their luck, and every position breaks even on average (see `stake`). How
often the highest z of all reaches the one that was found is its chance to be luck, corrected for all that was tried.

This is the single-step maxT of P. Westfall and S. Young, Resampling-Based Multiple Testing (1993), and the question of
H. White, A Reality Check for Data Snooping, Econometrica 68 (2000). They shuffle or redraw the data; what a market
pays without an edge is known, so it is drawn here. Flipping signs would not do: dear shares win little and often, lose
much and seldom, and before the first loss no flip shows it.

Each market is settled by itself, and every z has a spread of one. That markets which are open at the same time hang
together has made the z smaller that is asked about.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import erfc, expm1, inf, log1p, sqrt
from random import Random
from struct import unpack
from typing import Final

from app.backtest.stake import Stake

DRAWS: Final = 1999
"""How often the markets are settled anew: with the one time that happened 2000, so a chance is told to 0.05 %."""

LIKELY: Final = 0.05
"""What luck does as often as this, or more often, is no finding."""

_BLOCK: Final = 200_000
"""Positions that are in memory at once, of as many combinations as it takes; about 60 MB."""

_LANE: Final = 32
_BITS: Final = 24
"""A draw is a lane of 32 bits in one large integer, and a number of 24 bits in it: all are added and compared at once.

So 2000 draws of one position take 25 µs, a fifth of what a loop takes, and no library for arrays is needed.
"""


def highest_by_luck(
    combinations: Iterable[Sequence[Stake]], markets: int, seed: int, draws: int = DRAWS
) -> list[float]:
    """The highest z of all combinations in each of so many worlds without an edge; the same for the same seed."""
    highest = [-inf] * draws
    for block in _blocks(combinations):
        for of_one in _redrawn(block, markets, Random(seed), draws):
            highest = list(map(max, highest, of_one))
    return highest


def chance(z: float, highest: Sequence[float]) -> float:
    """How often luck reaches `z`, the world that happened counted among the draws: `(1 + reached) / (1 + draws)`.

    A. Davison and D. Hinkley, Bootstrap Methods and their Application (1997), section 4.2.
    """
    return (1 + sum(one >= z for one in highest)) / (1 + len(highest))


def bar(highest: Sequence[float]) -> float:
    """The z that luck reaches in LIKELY of the worlds."""
    return sorted(highest)[int(len(highest) * (1.0 - LIKELY))]


def sidak(z: float, tried: int) -> float:
    """The plain correction: the chance that one of `tried` independent normal z reaches it, `1 - (1 - p) ** tried`.

    Z. Šidák, Journal of the American Statistical Association 62 (1967). Combinations are anything but independent, so
    it overrates luck.
    """
    alone = erfc(z / sqrt(2.0)) / 2.0
    return -expm1(tried * log1p(-alone)) if alone < 1.0 else 1.0


def _blocks(combinations: Iterable[Sequence[Stake]]) -> Iterator[list[Sequence[Stake]]]:
    block: list[Sequence[Stake]] = []
    room = _BLOCK
    for stakes in combinations:
        block.append(stakes)
        room -= len(stakes)
        if room <= 0:
            yield block
            block, room = [], _BLOCK
    yield block


class _Sums:
    """One combination's nets summed in every draw at once, in steps of `unit` dollars.

    Each sum is `base`, what it is where Up always wins, plus what the victories of Down add, less what they take away.
    """

    __slots__ = ("added", "base", "taken", "unit", "variance")

    def __init__(self, stakes: Sequence[Stake], markets: int) -> None:
        widest = max((abs(up - down) for up, down in (stake.breaking_even for stake in stakes)), default=0.0)
        self.unit = widest / ((1 << _LANE) // markets - 1) or 1.0
        """No sum can leave its lane: as many steps as there are markets, each of `widest`, just fit."""
        self.base = 0.0
        self.added = 0
        self.taken = 0
        self.variance = 0.0

    def take(self, stake: Stake, drawn: int, ones: int) -> None:
        """Settle a market; `drawn` has a number in each lane, and Up wins where it is under its chance."""
        up, down = stake.breaking_even
        if up == down:
            return
        threshold = round(down / (down - up) * (1 << _BITS))
        down_won = (drawn + ones * ((1 << _BITS) - threshold) >> _BITS) & ones
        if down > up:
            self.added += round((down - up) / self.unit) * down_won
        else:
            self.taken += round((up - down) / self.unit) * down_won
        self.base += up
        self.variance -= up * down

    def z(self, draws: int) -> list[float]:
        """The z of each draw."""
        if not self.variance:
            return [0.0] * draws
        spread = sqrt(self.variance)
        base, step = self.base / spread, self.unit / spread
        added, taken = (unpack(f"<{draws}I", total.to_bytes(4 * draws, "little")) for total in (self.added, self.taken))
        return [base + step * (more - less) for more, less in zip(added, taken, strict=True)]


def _redrawn(
    combinations: Sequence[Sequence[Stake]], markets: int, random: Random, draws: int
) -> Iterator[list[float]]:
    """Each combination's z in every draw. Each market draws the same numbers whoever is asked about."""
    held: list[list[tuple[_Sums, Stake]]] = [[] for _ in range(markets)]
    sums = [_Sums(stakes, markets) for stakes in combinations]
    for one, stakes in zip(sums, combinations, strict=True):
        for stake in stakes:
            held[stake.market].append((one, stake))
    ones = ((1 << _LANE * draws) - 1) // ((1 << _LANE) - 1)
    for positions in held:
        drawn = random.getrandbits(_LANE * draws) & ones * ((1 << _BITS) - 1)
        for one, stake in positions:
            one.take(stake, drawn, ones)
    return (one.z(draws) for one in sums)
