"""After the close: the strike and the final as we knew them against the venue's own words."""

import math
from typing import Final, NamedTuple

from feeds.verdict import Verdict

UNKNOWN: Final = "unknown"

_LAST_DIGIT: Final = 1e-12
"""Relative. A price has 16 or 17 digits where it is written down; what differs by more is another price."""


def same_price(one: float, other: float) -> bool:
    """Equal, but for a rounding of the last digit."""
    return math.isclose(one, other, rel_tol=_LAST_DIGIT)


class OurPrices(NamedTuple):
    """The two prices that decide, in dollars, as we know them: 0 and None for unknown."""

    strike: float
    exact: bool
    """The strike is the very number that the market settles on, whether it was traded on or not."""
    final: float | None
    """The oracle's report of the end."""


def audit(ours: OurPrices, told: Verdict | None) -> tuple[dict[str, str | float], list[str]]:
    """What goes into `market_info.txt`, and a sentence for each exact price of ours that the venue contradicts.

    `audit_strike` and `audit_final` are ours less the venue's in dollars, `unknown` where either is missing. `told` is
    Gamma's last word.
    """
    strikes = ours.strike or None, told.price_to_beat if told is not None else None
    finals = ours.final, told.final if told is not None else None
    facts = {"audit_strike": _difference(*strikes), "audit_final": _difference(*finals)}
    held = [("strike", *strikes), ("final", *finals)] if ours.exact else [("final", *finals)]
    sentences = [
        f"our {name} was {known!r}, the venue says {theirs!r}; its word counts, look at the oracle"
        for name, known, theirs in held
        if known is not None and theirs is not None and not same_price(known, theirs)
    ]
    return facts, sentences


def _difference(ours: float | None, theirs: float | None) -> str | float:
    return UNKNOWN if ours is None or theirs is None else ours - theirs
