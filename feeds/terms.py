"""The terms of trade in a Gamma market: price grid, smallest order, taker fee."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine import units
from engine.market import FeeSchedule
from feeds.gamma_fields import Fields, UnfitError, fields, number

_TICKS: Final = tuple(Decimal(tick) for tick in ("0.1", "0.01", "0.005", "0.0025", "0.001", "0.0001"))


@dataclass(frozen=True, slots=True)
class Terms:
    """`tick` in price units, `min_size` in size units."""

    tick: int
    min_size: int
    fee: FeeSchedule


def read_terms(market: Fields) -> Terms:
    """The terms of one market; a grid, size or fee that we could not honour is refused."""
    tick = number(market, "orderPriceMinTickSize")
    if tick not in _TICKS:
        known = ", ".join(str(each) for each in _TICKS)
        raise UnfitError("orderPriceMinTickSize", tick, f"the price grids we know are {known}")
    min_size = number(market, "orderMinSize")
    if min_size <= 0:
        raise UnfitError("orderMinSize", min_size, "the smallest order should be more than nothing")
    return Terms(units.price_units(tick), units.size_units(min_size), _fee(market))


def _fee(market: Fields) -> FeeSchedule:
    # takerBaseFee and makerBaseFee beside the schedule are caps that nobody is charged.
    enabled = market.get("feesEnabled")
    if enabled is False:
        return FeeSchedule(Decimal(0), 1)
    if enabled is not True:
        raise UnfitError(
            "feesEnabled", enabled, "it should be true or false; an edge before an unknown fee is not an edge"
        )
    schedule = fields(market, "feeSchedule")
    if not schedule:
        raise UnfitError("feeSchedule", None, "fees are on but unstated; an edge before an unknown fee is not an edge")
    rate, exponent = number(schedule, "rate"), number(schedule, "exponent")
    if not 0 <= rate < 1:
        raise UnfitError("feeSchedule.rate", rate, "a fee rate lies between 0 and 1")
    if exponent != exponent.to_integral_value() or not 0 <= exponent <= 10:
        raise UnfitError("feeSchedule.exponent", exponent, "the fee's exponent should be a small whole number")
    return FeeSchedule(rate, int(exponent))
