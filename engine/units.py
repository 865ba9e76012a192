"""Exact integers for what money is made of.

A price is an integer of 1/10,000 dollar a share (every tick the venue knows, 0.1 to 0.0001, is a whole
number of these), a size one of 1/1,000,000 share, and their product, money, one of 1/10**10 dollar. So a
position is a sum of integers and no rounding hides in it; floats are for signals only.
"""

from decimal import Decimal
from typing import Final

PRICE: Final = 10_000
"""Price units in a dollar."""

SIZE: Final = 1_000_000
"""Size units in a share."""

MONEY: Final = PRICE * SIZE
"""Money units in a dollar."""

CENT: Final = MONEY // 100
"""Money units in a cent."""

NO_BID: Final = 0
"""The best bid of an empty side; the venue writes "0"."""

NO_ASK: Final = PRICE
"""The best ask of an empty side; the venue writes "1"."""

UNKNOWN_SIZE: Final = 10**15
"""The size of a level in a recording that kept the top of the book without sizes."""

_PRICE: Final = Decimal(PRICE)
_SIZE: Final = Decimal(SIZE)
_MONEY: Final = Decimal(MONEY)


def price_dollars(price: int) -> Decimal:
    """Dollars a share, exactly."""
    return Decimal(price) / _PRICE


def cents(price: int) -> str:
    """A price in cents, as it is written: 6800 units read `68¢`, 9750 read `97.5¢`."""
    return f"{price * 100 / PRICE:g}¢"


def shares(size: int) -> Decimal:
    """Shares, exactly."""
    return Decimal(size) / _SIZE


def dollars(money: int) -> Decimal:
    """Dollars, exactly."""
    return Decimal(money) / _MONEY


def price_units(value: Decimal) -> int:
    """Price units of `value` dollars a share; ValueError where it is finer than 1/10,000 dollar."""
    scaled = value * _PRICE
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} is finer than 1/{PRICE} dollar")
    return int(scaled)


def size_units(value: Decimal) -> int:
    """Size units of `value` shares, cut to a millionth of a share."""
    return int(value * _SIZE)


def money_units(value: Decimal) -> int:
    """Money units of `value` dollars, cut to 1/10**10 dollar."""
    return int(value * _MONEY)
