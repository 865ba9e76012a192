"""The two whole numbers that a fill-and-kill buy promises: dollars to give at most, shares to get at least for them.

Both in millionths. The venue takes at most two decimals of dollars and four of shares, at every tick. It reads the
limit out of their quotient, so the shares are rounded down: the quotient is then the limit or a little more, never
less, and an order at the ask is not taken for one below it. What it exceeds the limit by is less than a fifth of the
finest tick (the smallest order has five shares), and asks stand on the grid: none above the limit can be bought.
"""

from dataclasses import dataclass
from typing import Final

from engine.sizing import LOT, MIN_BUDGET
from engine.units import CENT, MONEY, PRICE, dollars, price_dollars, shares

_MICRO_DOLLAR: Final = MONEY // 1_000_000
"""Money units in what the venue counts dollars in."""


class Unsendable(ValueError):
    """The venue would refuse this order: one sentence says why."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """`maker` in 1/1,000,000 dollar, whole cents; `taker` in 1/1,000,000 share, whole ten-thousandths of a share."""

    maker: int
    taker: int

    @property
    def money(self) -> int:
        """What is given at most, in money units, without the fee, which comes on top."""
        return self.maker * _MICRO_DOLLAR

    @property
    def size(self) -> int:
        """What is got at least for all of it, in size units. At a better price it is more."""
        return self.taker


def buy_amounts(budget: int, price: int, tick: int, min_size: int) -> Amounts:
    """The amounts of a fill-and-kill buy of up to `budget` money units, cut to cents, at no worse than `price`.

    `price` and `tick` in price units, `min_size` in size units. Raises Unsendable where the price is not on the
    market's grid, or less than a dollar or `min_size` would be bought.
    """
    if tick <= 0 or price % tick or not tick <= price <= PRICE - tick:
        raise Unsendable(
            f"the price {price_dollars(price)} is not on the market's grid of {price_dollars(tick)}; "
            "take the tick from the market and the price from its book"
        )
    money = budget // CENT * CENT
    size = money // price // LOT * LOT
    if money < MIN_BUDGET:
        raise Unsendable(f"{dollars(money):.2f} dollars are less than the {dollars(MIN_BUDGET)} that a buy must spend")
    if size < min_size:
        raise Unsendable(
            f"{dollars(money):.2f} dollars buy {shares(size)} shares at {price_dollars(price)}, "
            f"less than the market's smallest order of {shares(min_size)}"
        )
    return Amounts(money // _MICRO_DOLLAR, size)
