"""How a backtest's figures are written: each with its unit, and a dash where there is none."""

from decimal import Decimal
from typing import Final

from engine.scorecard import Record
from engine.units import PRICE, dollars

NONE: Final = "–"


def percent(share: float | None, *, signed: bool = False) -> str:
    """A fraction as a percentage with one decimal."""
    return NONE if share is None else f"{share * 100:{'+' if signed else ''}.1f} %"


def cents(share: float | None) -> str:
    """Dollars a share in signed cents with one decimal."""
    return NONE if share is None else f"{round(share * 100, 1) or 0.0:+.1f}¢"


def gained(money: int) -> str:
    """Money units in signed dollars and cents."""
    return f"{_to_the_cent(money):+,.2f}"


def spent(money: int) -> str:
    """Money units in dollars and cents."""
    return f"{_to_the_cent(money):,.2f}"


def interval(record: Record) -> str:
    """The win rate's 95 % interval in percent."""
    if not record.trades:
        return NONE
    low, high = record.win_interval
    return f"{low * 100:.1f}–{high * 100:.1f} %"


def per_share(money: int, size: int) -> float:
    """Dollars a share; `size` is not 0."""
    return money / size / PRICE


def _to_the_cent(money: int) -> Decimal:
    return round(dollars(money), 2) + 0  # the sum has no minus zero
