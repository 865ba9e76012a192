"""Two lines for a small screen: where the price stands against the strike, and what both sides cost."""

from typing import ClassVar, Final

from engine.book import Ladder
from engine.events import OUTCOME_NAMES
from engine.figures import Figures
from engine.units import NO_ASK, NO_BID, PRICE, cents
from engine.view import MarketView, View
from widgets.cells import NONE, Row, age, basis_points, clip_row, coin, leading, shares
from widgets.holding import SIDES
from widgets.panel import Drawing, Panel
from widgets.settlement_lines import distance_parts, is_settled_stale, lock_in_parts, settled_age_s

INDENT: Final = (" ", "text")


class Quotes(Panel):
    """Price, strike and distance; best bid and ask of both outcomes with the ask's size."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """Price first, then the quotes."""
        if view.market is None:
            return Drawing([clip_row(((" no market yet", "label"),), width)])
        rows = [_price(view.market, view.mono, width - 1), _books(view.market, view.mono)]
        return Drawing([clip_row((INDENT, *row), width) for row in rows[:height]])


def _price(market: MarketView, mono: int, width: int) -> Row:
    now = market.now
    if not now.price:
        return (("Binance ", "label"), ("no price yet", "warn"))
    final, basis, seconds = now.expected_final, now.basis, settled_age_s(now, mono)
    if final is None or basis is None or seconds is None or not now.aligned:
        return _of_binance(market, mono, width)
    stale = is_settled_stale(market, mono)
    price: Row = (("settles ", "label"), (coin(final), "stale" if stale else "bright"))
    distance = _joined(distance_parts(final - now.strike, now, stale))
    parts: list[Row] = [price, _strike(now), distance]
    locked = lock_in_parts(now)
    if locked:
        parts = [(*price, *distance)]  # the strike makes room for the price that flips the outcome
    if stale:
        parts.append(((f"{age(seconds)} old", "stale"),))
    points: Row = (("basis ", "label"), (basis_points(basis / now.strike), "label"))
    return leading([*parts, *(locked or [points]), ((age(seconds), "label"),)], width, "  ")


def _of_binance(market: MarketView, mono: int, width: int) -> Row:
    """Where the price cannot be told in the dollars that decide."""
    now = market.now
    seconds = (now.price_age_ms(mono) or 0.0) / 1000
    stale = seconds * 1000 > market.limits.price_max_age_ms
    parts: list[Row] = [(("Binance ", "label"), (coin(now.price), "stale" if stale else "bright"))]
    if now.strike:
        parts += [_strike(now), _joined(distance_parts(now.price - now.strike, now, stale))]
    else:
        parts.append((("strike ", "label"), ("not known yet", "warn")))
    if stale:
        parts.append(((f"{age(seconds)} old", "stale"),))
    return leading(parts, width, "  ")


def _strike(now: Figures) -> Row:
    exact = ("exact", "good") if now.strike_exact else ("inexact", "warn")
    return (("strike ", "label"), (coin(now.strike), "text"), (" ", "text"), exact)


def _joined(parts: list[Row]) -> Row:
    return tuple(cell for part in parts for cell in part)


def _books(market: MarketView, mono: int) -> Row:
    ladders = market.now.ladders
    row: list[tuple[str, str]] = []
    for outcome, ladder in enumerate(ladders):
        row += _side(outcome, ladder)
    oldest = min(ladder.mono for ladder in ladders)
    seconds = (mono - oldest) / 1e9 if oldest else None
    stale = seconds is None or seconds * 1000 > market.limits.quote_max_age_ms
    row += [("asks ", "label"), (_sum_of_asks(market.now), "text"), ("   book ", "label")]
    row.append((age(seconds), "stale" if stale else "text"))
    return tuple(row)


def _sum_of_asks(now: Figures) -> str:
    """What one share of each side costs; a dash where one cannot be bought."""
    sold = all(ladder.valid and ladder.best_ask != NO_ASK for ladder in now.ladders)
    return cents(sum(ladder.best_ask for ladder in now.ladders)) if sold else NONE


def _side(outcome: int, ladder: Ladder) -> list[tuple[str, str]]:
    name = (f"{OUTCOME_NAMES[outcome]} ", SIDES[outcome])
    if not ladder.valid:
        return [name, (NONE, "label"), ("   ", "text")]
    bid = f"{ladder.best_bid * 100 / PRICE:g}" if ladder.best_bid != NO_BID else NONE
    if ladder.best_ask == NO_ASK:
        return [name, (f"{bid}/{NONE}   ", "text")]
    size = shares(ladder.asks.get(ladder.best_ask, 0))
    return [name, (f"{bid}/{cents(ladder.best_ask)}", "bright"), (f" × {size}   ", "text")]
