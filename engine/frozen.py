"""A book that stands still while the price moves: its feed is alive, and what it says is not."""

from typing import Final

from engine.book import Ladder

STILL_NS: Final = 5_000_000_000
"""Best prices may stand still for so long whatever the price does."""

MOVED: Final = 0.0005
"""After that, a price that moved by more than this fraction makes them unbelievable."""


class FrozenWatch:
    """Remembers when the best prices of either book last changed, and where the coin's price was then."""

    __slots__ = ("_price", "_since", "_tops")

    def __init__(self) -> None:
        self._tops: tuple[int, int, int, int] = (0, 0, 0, 0)
        self._since = 0
        self._price = 0.0

    def see(self, ladders: tuple[Ladder, Ladder], price: float, mono: int) -> None:
        """Look at the best prices; on ticks, not on every frame."""
        up, down = ladders
        tops = (up.best_bid, up.best_ask, down.best_bid, down.best_ask)
        if tops != self._tops or not self._price:
            self._tops, self._since, self._price = tops, mono, price

    def moved(self, price: float, mono: int) -> float:
        """How far, as a fraction, the price has moved beside books that stand still too long; 0 where they do not."""
        if not self._price or mono - self._since <= STILL_NS:
            return 0.0
        return abs(price - self._price) / self._price
