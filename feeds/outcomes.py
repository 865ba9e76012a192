"""The two outcomes of an event: which market and which place in its lists stands for Up, and which for Down.

The venue has listed Up/Down in two shapes: one market with the outcomes `Up` and `Down`, as it does today, or a
market each named by its `groupItemTitle`, whose `Yes` is the outcome. Names decide, never the order in a list.
"""

import re
from dataclasses import dataclass
from typing import Final

from feeds.gamma_fields import Fields, UnfitError, text, texts, texts_in_text

_TOKEN: Final = re.compile(r"[0-9]{1,78}")
_SIDES: Final = ("up", "down")


@dataclass(frozen=True, slots=True)
class Leg:
    """One outcome: its market, its place in the market's lists, and how many outcomes that market has."""

    market: Fields
    index: int
    outcomes: int

    @property
    def version(self) -> str:
        """The ledger's protocol. Events from before there were two say nothing, and are v1."""
        return text(self.market, "version") or "v1"

    def token(self) -> str:
        """The id under which this outcome trades."""
        # Many v1 markets carry position ids too, with no book behind them: the version alone decides.
        if self.version == "v1":
            name, ids = "clobTokenIds", texts_in_text(self.market, "clobTokenIds")
        elif self.version == "v2":
            name, ids = "positionIds", texts("positionIds", self.market.get("positionIds"))
        else:
            raise UnfitError("version", self.version, "only v1 and v2 are known; an order for it could not be signed")
        if len(ids) != self.outcomes or not all(_TOKEN.fullmatch(token) for token in ids):
            raise UnfitError(name, ids, "it should hold one token number for each outcome; there is nothing to trade")
        return ids[self.index]

    def price(self) -> str:
        """The outcome's price as Gamma last wrote it; "1" or "0" once it is settled."""
        prices = texts_in_text(self.market, "outcomePrices")
        if len(prices) != self.outcomes:
            raise UnfitError("outcomePrices", prices, "it should hold one price for each outcome; it cannot be read")
        return prices[self.index]


def legs(event: Fields) -> tuple[Leg, Leg]:
    """The event's Up and Down."""
    markets = event.get("markets")
    if not isinstance(markets, list) or not all(isinstance(market, dict) for market in markets):
        raise UnfitError("markets", markets, "it should be a list of markets; there is nothing to trade")
    match markets:
        case [market]:
            return _leg(market, "up"), _leg(market, "down")
        case [_, _]:
            by_title = {text(market, "groupItemTitle").lower(): market for market in markets}
            if set(by_title) != set(_SIDES):
                titles = [text(market, "groupItemTitle") for market in markets]
                raise UnfitError("groupItemTitle", " and ".join(titles), "the two markets should be Up and Down")
            return _leg(by_title["up"], "yes"), _leg(by_title["down"], "yes")
        case _:
            raise UnfitError("markets", markets, "an Up/Down event has one market or two; which to trade is unclear")


def _leg(market: Fields, name: str) -> Leg:
    names = [outcome.lower() for outcome in texts_in_text(market, "outcomes")]
    expected = _SIDES if name in _SIDES else ("yes", "no")
    if sorted(names) != sorted(expected):
        wanted = " and ".join(side.capitalize() for side in expected)
        raise UnfitError("outcomes", ", ".join(names), f"they should be {wanted}; which token is which is unclear")
    return Leg(market, names.index(name), len(names))
