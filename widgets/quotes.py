"""Two lines for a small screen: where the price stands against the strike, and what both sides cost."""

from typing import ClassVar, Final

from engine.book import Ladder
from engine.events import OUTCOME_NAMES
from engine.units import NO_ASK, NO_BID, PRICE
from engine.view import MarketView, View
from widgets.cells import NONE, Row, age, cents, coin, shares
from widgets.panel import Drawing, Panel

STALE_S: Final = 5.0


class Quotes(Panel):
    """Price, strike and distance; best bid and ask of both outcomes with the ask's size."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """Price first, then the quotes."""
        if view.market is None:
            return Drawing([((" no market yet", "label"),)])
        return Drawing([self._price(view.market), self._books(view.market, view.mono)])

    def _price(self, market: MarketView) -> Row:
        if not market.price:
            return ((" Binance ", "label"), ("no price yet", "warn"))
        row: Row = ((" Binance ", "label"), (coin(market.price), "bright"))
        if not market.strike:
            return (*row, ("  strike ", "label"), ("not known yet", "warn"))
        distance = market.price - market.strike
        up = distance >= 0
        basis_points = distance / market.strike * 10_000
        return (
            *row,
            ("  strike ", "label"),
            (coin(market.strike), "text"),
            (" exact " if market.strike_exact else " inexact ", "good" if market.strike_exact else "warn"),
            (f" {'▲' if up else '▼'} {distance:+,.2f} {basis_points:+.1f} bp", "up" if up else "down"),
        )

    def _books(self, market: MarketView, mono: int) -> Row:
        row: list[tuple[str, str]] = []
        asks = 0
        for outcome, ladder in enumerate(market.ladders):
            row += self._side(OUTCOME_NAMES[outcome], ladder, "up" if outcome == 0 else "down")
            asks += ladder.best_ask
        oldest = min(ladder.mono for ladder in market.ladders)
        seconds = (mono - oldest) / 1e9 if oldest else None
        stale = seconds is None or seconds > STALE_S
        row += [("asks ", "label"), (f"{asks * 100 / PRICE:g}¢", "text"), ("   book ", "label")]
        row.append((age(seconds), "stale" if stale else "text"))
        return tuple(row)

    def _side(self, name: str, ladder: Ladder, style: str) -> list[tuple[str, str]]:
        if not ladder.valid:
            return [(f" {name} ", style), (NONE, "label"), ("   ", "text")]
        bid = f"{ladder.best_bid * 100 / PRICE:g}" if ladder.best_bid != NO_BID else NONE
        if ladder.best_ask == NO_ASK:
            return [(f" {name} ", style), (f"{bid}/{NONE}   ", "text")]
        size = shares(ladder.asks.get(ladder.best_ask, 0))
        return [(f" {name} ", style), (f"{bid}/{cents(ladder.best_ask)}", "bright"), (f" × {size}   ", "text")]
