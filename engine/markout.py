"""Where the price went after a fill: the book's middle some seconds later, less what the share cost.

Markouts that fall with time mean that whoever sold knew more; they say it long before the settlement does.
"""

from collections.abc import Sequence
from typing import Final

from engine.book import Ladder
from engine.units import MONEY, NO_ASK, NO_BID, SIZE

HORIZONS_S: Final = (1, 5, 10, 30)
"""Seconds after the fill at which the middle is looked at."""


def twice_middle(ladder: Ladder) -> int | None:
    """Best bid plus best ask in price units, so that no half unit is lost; None where a side is missing."""
    bid, ask = ladder.best_bid, ladder.best_ask
    return bid + ask if ladder.valid and bid != NO_BID and ask != NO_ASK else None


def worth(middle: int, size: int) -> int:
    """Money units of `size` shares at the middle that `twice_middle` told; a half unit is cut off."""
    return middle * size // 2


class Markouts:
    """Sums over one strategy's fills, by horizon: `gained` in money units, over the `sizes` whose middle was known."""

    __slots__ = ("gained", "sizes")

    def __init__(self, gained: Sequence[int] = (), sizes: Sequence[int] = ()) -> None:
        self.gained = list(gained) or [0] * len(HORIZONS_S)
        self.sizes = list(sizes) or [0] * len(HORIZONS_S)

    def add(self, horizon: int, middle: int, size: int, cost: int) -> None:
        """`size` shares that cost `cost` before the fee, and twice the middle at HORIZONS_S[horizon]."""
        self.gained[horizon] += worth(middle, size) - cost
        self.sizes[horizon] += size

    def merge(self, other: "Markouts") -> None:
        """Add another's sums."""
        for horizon in range(len(HORIZONS_S)):
            self.gained[horizon] += other.gained[horizon]
            self.sizes[horizon] += other.sizes[horizon]

    def per_share(self, horizon: int) -> float | None:
        """Dollars a share on average; None where no middle was known."""
        size = self.sizes[horizon]
        return self.gained[horizon] / MONEY / (size / SIZE) if size else None
