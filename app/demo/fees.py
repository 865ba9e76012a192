"""The taker's fee, and other roundings of money; everything in millionths."""

from typing import Final

from app.demo.book import DOLLAR

RATE_PERCENT: Final = 7
_STEP: Final = 10
"""Fees are whole hundred-thousandths of a dollar."""


def taker_fee(size: int, price: int) -> int:
    """What a taker pays for `size` (millionths of a share) at `price` (tenths of a cent), in millionths of a dollar:
    shares * rate * p * (1 - p), half a step up. The venue's schedule for these markets; makers pay nothing."""
    exact_times = size * RATE_PERCENT * price * (DOLLAR - price)
    unit = 100 * DOLLAR * DOLLAR * _STEP
    return (2 * exact_times + unit) // (2 * unit) * _STEP


def cost(size: int, price: int) -> int:
    """What `size` costs at `price`, in millionths of a dollar, half a millionth up."""
    return (2 * size * price + DOLLAR) // (2 * DOLLAR)
