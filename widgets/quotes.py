"""Two lines for a small screen: where the price stands against the strike, and what both sides cost."""

from typing import ClassVar, Final

from engine.book import Ladder
from engine.events import OUTCOME_NAMES
from engine.units import NO_ASK, NO_BID, PRICE
from engine.view import MarketView, View
from widgets.cells import NONE, Row, age, basis_points, cents, clip_row, coin, coin_change, shares
from widgets.panel import Drawing, Panel
from widgets.settlement_lines import lock_in_row, settles_row

INDENT: Final = (" ", "text")


class Quotes(Panel):
    """Price, strike and distance; best bid and ask of both outcomes with the ask's size."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """Price first, then the quotes."""
        if view.market is None:
            return Drawing([clip_row(((" no market yet", "label"),), width)])
        price = lock_in_row(view.market, width - 1) or settles_row(view.market, view.mono, width - 1)
        rows = [(INDENT, *price) if price else self._price(view.market, view.mono), self._books(view.market, view.mono)]
        return Drawing([clip_row(row, width) for row in rows[:height]])

    def _price(self, market: MarketView, mono: int) -> Row:
        if not market.price:
            return ((" Binance ", "label"), ("no price yet", "warn"))
        stale = (market.price_age_ms(mono) or 0.0) > market.limits.price_max_age_ms
        row: Row = ((" Binance ", "label"), (coin(market.price), "stale" if stale else "bright"))
        if not market.strike:
            return (*row, ("  strike ", "label"), ("not known yet", "warn"))
        distance = market.price - market.strike
        up = distance >= 0
        return (
            *row,
            ("  strike ", "label"),
            (coin(market.strike), "text"),
            (" exact " if market.strike_exact else " inexact ", "good" if market.strike_exact else "warn"),
            (
                f" {'▲' if up else '▼'} {coin_change(distance, market.price)} {basis_points(distance / market.strike)}",
                "stale" if stale else "up" if up else "down",
            ),
        )

    def _books(self, market: MarketView, mono: int) -> Row:
        row: list[tuple[str, str]] = []
        for outcome, ladder in enumerate(market.ladders):
            row += self._side(OUTCOME_NAMES[outcome], ladder, "up" if outcome == 0 else "down")
        oldest = min(ladder.mono for ladder in market.ladders)
        seconds = (mono - oldest) / 1e9 if oldest else None
        stale = seconds is None or seconds * 1000 > market.limits.quote_max_age_ms
        row += [("asks ", "label"), (self._sum_of_asks(market), "text"), ("   book ", "label")]
        row.append((age(seconds), "stale" if stale else "text"))
        return tuple(row)

    def _sum_of_asks(self, market: MarketView) -> str:
        """What one share of each side costs; a dash where one cannot be bought."""
        sold = all(ladder.valid and ladder.best_ask != NO_ASK for ladder in market.ladders)
        return cents(sum(ladder.best_ask for ladder in market.ladders)) if sold else NONE

    def _side(self, name: str, ladder: Ladder, style: str) -> list[tuple[str, str]]:
        if not ladder.valid:
            return [(f" {name} ", style), (NONE, "label"), ("   ", "text")]
        bid = f"{ladder.best_bid * 100 / PRICE:g}" if ladder.best_bid != NO_BID else NONE
        if ladder.best_ask == NO_ASK:
            return [(f" {name} ", style), (f"{bid}/{NONE}   ", "text")]
        size = shares(ladder.asks.get(ladder.best_ask, 0))
        return [(f" {name} ", style), (f"{bid}/{cents(ladder.best_ask)}", "bright"), (f" × {size}   ", "text")]
