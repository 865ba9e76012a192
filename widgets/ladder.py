"""Both books side by side: what each side costs, how much is there, and what was bought."""

from typing import ClassVar, Final

from engine.book import Ladder
from engine.events import DOWN, OUTCOME_NAMES, UP, Print
from engine.fees import FeeCurve
from engine.units import NO_ASK, NO_BID, SIZE, cents
from engine.view import MarketView, View
from widgets.cells import NONE, Row, age, clip_row, leading, shares, whole, width_of
from widgets.holding import SIDES
from widgets.levels import OWN, LevelColumns, size_text, with_totals
from widgets.panel import Drawing, Panel

_GAP: Final = 1
"""Columns that stay empty between the two sides."""

_DOT: Final = " · "

_RULE: Final = 6
"""Columns of the line on either side of the spread, at most."""

_AGE: Final = 6
"""Columns kept for an age, so that nothing comes and goes while it grows."""


class BookPanel(Panel):
    """UP and DOWN ladders: the best prices, and as many levels around them as there is room for."""

    TITLE: ClassVar[str] = "book"

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """Best asks first; then what we hold, levels, the last trades, and how far the book can be believed."""
        market = view.market
        if market is None:
            return Drawing([clip_row((("waits for a market", "label"),), width)])
        half = width // 2
        up, down = (_Side(market, outcome, view.mono, half).rows(height - 1) for outcome in (UP, DOWN))
        rows = [_beside(left, end, half, width) for left, end in zip(up, down, strict=True)]
        rows.append(clip_row(_foot(market, view.mono, width), width))
        return Drawing(rows[:height], note=_asks(market))


class _Side:
    """One outcome's half of the panel, `width` columns wide."""

    __slots__ = ("age_s", "ladder", "market", "mono", "outcome", "stale", "width")

    def __init__(self, market: MarketView, outcome: int, mono: int, width: int) -> None:
        self.market = market
        self.outcome = outcome
        self.mono = mono
        self.width = width
        self.ladder: Ladder = market.now.ladders[outcome]
        self.age_s = (mono - self.ladder.mono) / 1e9
        self.stale = self.ladder.valid and self.age_s * 1000 > market.limits.quote_max_age_ms

    def rows(self, height: int) -> list[Row]:
        """Exactly `height` rows, but the headline always."""
        rows = [self._headline()]
        if height >= 3:
            rows.append(self._held())
        if height >= 4:
            rows += self._levels(height - 3)
        if height >= 2:
            rows.append(self._last(self.market.now.prints[self.outcome]))
        return [tuple((text, "stale") for text, _ in row) for row in rows] if self.stale else rows

    def _headline(self) -> Row:
        ladder = self.ladder
        name = (f"{OUTCOME_NAMES[self.outcome]:<5}", SIDES[self.outcome])
        if not ladder.valid:
            return (name, (ladder.why_invalid, "warn"))
        if ladder.best_ask == NO_ASK:
            return (name, ("no asks", "warn"))
        row: Row = (name, (cents(ladder.best_ask), "bright"))
        if self.stale:
            return (*row, (f"  {age(self.age_s)} old", "stale"))
        return (*row, (" × ", "label"), (size_text(ladder.asks.get(ladder.best_ask, 0)), "text"))

    def _held(self) -> Row:
        held = self.market.now.holding.shares[self.outcome]
        if not held:
            return ()
        return ((f"{OWN} {shares(held)} sh", "mark"), (" @ ", "label"), (f"{self._average() / 100:.1f}¢", "text"))

    def _average(self) -> float:
        """What we paid a share, in price units."""
        holding = self.market.now.holding
        return holding.cost[self.outcome] / holding.shares[self.outcome]

    def _levels(self, height: int) -> list[Row]:
        """Asks over the spread over bids in `height` rows, column titles first where a row is left over."""
        depth, over = divmod(height - 1, 2)
        ladder = self.ladder
        asks = sorted(ladder.asks)[:depth]
        bids = sorted(ladder.bids, reverse=True)[:depth]
        above = with_totals(asks, ladder.asks)
        below = with_totals(bids, ladder.bids)
        draw = LevelColumns(ladder, self.width, SIDES[self.outcome], asks + bids, self._own_price())
        blank: list[Row] = [()]
        rows = [draw.titles() if depth else ()] * over
        rows += blank * (depth - len(asks))
        rows += [draw.level(*level, "ask", first=level[0] == ladder.best_ask) for level in reversed(above)]
        rows.append(self._spread())
        rows += [draw.level(*level, "bid", first=level[0] == ladder.best_bid) for level in below]
        return rows + blank * (depth - len(bids))

    def _own_price(self) -> int:
        """The level nearest to what we paid, 0 for none."""
        if not self.market.now.holding.shares[self.outcome]:
            return 0
        return round(self._average() / self.ladder.tick) * self.ladder.tick

    def _spread(self) -> Row:
        ladder = self.ladder
        if not ladder.valid:
            return ()
        if ladder.crossed:
            return ((f"crossed for {age((self.mono - ladder.crossed_since) / 1e9)}", "bad"),)
        if ladder.best_ask == NO_ASK:
            return (("no asks", "warn"),)
        if ladder.best_bid == NO_BID:
            return (("no bids", "warn"),)
        rule = "─" * min(max((self.width - 8) // 2, 0), _RULE)
        return ((f"{rule} {cents(ladder.best_ask - ladder.best_bid)} {rule}", "label"),)

    def _last(self, trade: Print | None) -> Row:
        """The venue's last trade: an arrow up where a taker bought, down where one sold."""
        if trade is None:
            return ((f"last {NONE}", "label"),)
        arrow = ("▲", "up") if trade.taker_buys else ("▼", "down")
        passed = age((self.mono - trade.mono) / 1e9)
        price = cents(trade.price)
        room = self.width - _GAP - len(f"last {price}▲ ") - _AGE
        return (
            ("last ", "label"),
            (price, "text"),
            (_size_within(trade.size, room), "text"),
            arrow,
            (f" {passed}", "label"),
        )


def _size_within(size: int, room: int) -> str:
    """A trade's size behind its price in at most `room` columns: the longest form that fits, or nothing."""
    forms = [f" × {shares(size)} ", f" × {whole(size)} ", f" ×{whole(size)} "]
    if size >= 1000 * SIZE:
        forms.append(f" ×{size / SIZE / 1000:.0f}k ")
    return next((text for text in forms if len(text) <= room), " ")


def _beside(left: Row, end: Row, half: int, width: int) -> Row:
    """`left` in exactly `half` columns, `end` in what remains of `width`."""
    left = clip_row(left, half - _GAP)
    return (*left, (" " * (half - width_of(left)), "text"), *clip_row(end, width - half))


def _asks(market: MarketView) -> str:
    """What both sides cost together; a dollar is what they pay together."""
    up, down = market.now.ladders
    if NO_ASK in (up.best_ask, down.best_ask):
        return ""
    return f"asks {cents(up.best_ask + down.best_ask)}"


def _foot(market: MarketView, mono: int, width: int) -> Row:
    """Age of the older book, price grid, smallest order, and what the taker fee comes to where it is highest.

    What there is no room for is left out whole, from the end.
    """
    up, down = market.now.ladders
    rules = market.market
    if up.valid and down.valid:
        seconds = (mono - min(up.mono, down.mono)) / 1e9
        stale = seconds * 1000 > market.limits.quote_max_age_ms
        freshness: Row = ((f"{'stale' if stale else 'fresh'} {age(seconds)}", "warn" if stale else "text"),)
    else:
        freshness = (("no book", "warn"),)
    dearest = FeeCurve(rules.fee).per_share(0.5) * 100
    words = [
        f"tick {cents(up.tick)}",
        f"min {rules.min_size / SIZE:g}",
        f"fee {dearest:.3g}¢ at 50¢" if dearest else "no fee",
    ]
    if dearest and len(_DOT.join(("fresh ", *words))) + _AGE > width:
        words[-1] = f"fee ≤ {dearest:.3g}¢"
    return leading([freshness, *(((f"{_DOT}{word}", "label"),) for word in words)], width)
