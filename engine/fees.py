"""The taker fee: `shares * rate * (p * (1 - p)) ** exponent` dollars, from the market's own schedule."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from engine.market import FeeSchedule
from engine.units import CENT, MONEY, money_units, price_dollars, shares

ROUNDING: Final = CENT
"""Held back for what rounding adds to the fees of an order: half of 0.00001 dollar a match, so of 2,000 matches."""

_PLACES: Final = Decimal("0.00001")


def taker_fee(schedule: FeeSchedule, price: int, size: int) -> int:
    """The fee of one match in money units, rounded half up to five places of a dollar.

    Half up is our reading of the venue's documentation; its rounding mode is unconfirmed.
    """
    p = price_dollars(price)
    fee = shares(size) * schedule.rate * (p * (1 - p)) ** schedule.exponent
    return money_units(fee.quantize(_PLACES, ROUND_HALF_UP))


class FeeCurve:
    """The schedule as floats, for deciding (never for booking)."""

    __slots__ = ("_rate_units", "exponent", "rate")

    def __init__(self, schedule: FeeSchedule) -> None:
        self.rate = float(schedule.rate)
        self.exponent = schedule.exponent
        self._rate_units = money_units(schedule.rate)

    def per_share(self, price: float) -> float:
        """Dollars a share at `price` dollars a share."""
        variance = price * (1.0 - price)
        return self.rate * (variance if self.exponent == 1 else variance**self.exponent)

    def bound(self, budget: int) -> int:
        """The most that spending `budget` money units can cost in fees at any price, in money units.

        A buy spends dollars: at a better price it gets more shares, and its fee, `budget * rate *
        p**(e-1) * (1-p)**e`, grows. It never exceeds `budget * rate`, but for the rounding of each match.
        """
        return budget * self._rate_units // MONEY + ROUNDING

    def affordable(self, room: int) -> int:
        """The largest budget that fits into `room` together with its bound, in money units; never negative."""
        return max(room - ROUNDING, 0) * MONEY // (MONEY + self._rate_units)
