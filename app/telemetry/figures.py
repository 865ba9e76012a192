"""Numbers as text: exact for integers of money, no exponent, no trailing zeros, one text for one number."""

import math
from typing import Final

UNKNOWN_STRIKE_DECIMALS: Final = 6
"""Decimals of a coin price while the strike is unknown: fine enough for a coin of a tenth of a dollar."""


def _fixed(value: int, digits: int) -> str:
    whole, part = divmod(abs(value), 10**digits)
    sign = "-" if value < 0 else ""
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{part:0{digits}d}".rstrip("0")


def price_text(price: int) -> str:
    """Price units as dollars a share."""
    return _fixed(price, 4)


def middle_text(bid: int, ask: int) -> str:
    """The middle of two prices in price units, as dollars a share, exact to the half unit."""
    return _fixed((bid + ask) * 5, 5)


def shares_text(size: int) -> str:
    """Size units as shares."""
    return _fixed(size, 6)


def money_text(money: int) -> str:
    """Money units as dollars."""
    return _fixed(money, 10)


def coins_text(qty: int) -> str:
    """An amount of 1e-8 coin as coins."""
    return _fixed(qty, 8)


def real_text(value: float, decimals: int) -> str:
    """A float rounded to `decimals`; `nan` and `inf` stand as what they are rather than as a number."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def optional_real_text(value: float | None, decimals: int) -> str:
    """As `real_text`; empty where there is no value."""
    return "" if value is None else real_text(value, decimals)


def coin_decimals(strike: float) -> int:
    """How many decimals show a coin's price to 0.1 basis point of its strike; at least 2.

    BTC at 84,000 needs none for that and gets 2; XRP at 2.50 gets 5. ValueError for what is no price.
    """
    if not (math.isfinite(strike) and strike > 0):
        raise ValueError(f"a strike of {strike} is no price")
    decimals = 2
    while strike * 10**decimals < 100_000:
        decimals += 1
    return decimals
