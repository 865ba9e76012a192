"""One book with two sides to look at: a bid for Up at 8 cents is an offer of Down at 92."""

from typing import Final

from app.demo.windows import UP

DOLLAR: Final = 1000
"""A price is whole tenths of a cent; the makers' sizes are whole hundredths of a share."""

BID: Final = 0
ASK: Final = 1
"""The sides of the book."""

BUY: Final = 0
SELL: Final = 1
"""What a taker does."""

Levels = list[tuple[int, int]]
"""(price, size), worst price first and best last, as the venue writes both sides."""


class Book:
    """Levels as Up sees them, price to size."""

    __slots__ = ("sides",)

    def __init__(self) -> None:
        self.sides: tuple[dict[int, int], dict[int, int]] = ({}, {})

    def set(self, side: int, price: int, size: int) -> None:
        """Put a level's whole size; 0 takes it away."""
        if size:
            self.sides[side][price] = size
        else:
            self.sides[side].pop(price, None)

    def best_bid(self) -> int:
        """Up's best bid; 0 where there is none."""
        return max(self.sides[BID], default=0)

    def best_ask(self) -> int:
        """Up's best ask; `DOLLAR` where there is none."""
        return min(self.sides[ASK], default=DOLLAR)

    def touch(self, outcome: int) -> tuple[int, int]:
        """Best bid and ask of an outcome."""
        bid, ask = self.best_bid(), self.best_ask()
        return (bid, ask) if outcome == UP else (DOLLAR - ask, DOLLAR - bid)

    def clear(self) -> None:
        """Take everything away."""
        for side in self.sides:
            side.clear()
