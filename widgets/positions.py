"""What have I got: the shares, what they cost, what they pay, and what the day came to."""

from typing import ClassVar, Final

from engine.events import OUTCOME_NAMES
from engine.lenses import INSTANT, PESSIMISTIC, REALISTIC
from engine.position import Tally
from engine.view import DayView, MarketView, View
from widgets.cells import NONE, Row, age, cents, clip_row, columns_row, fit, gain_style, leading, right, shares, usd
from widgets.holding import (
    average,
    bid_of,
    held_parts,
    is_held,
    is_stale,
    open_profit,
    pays_if_right,
    profit_part,
    quote_age_s,
    settled_profit,
    side_open,
)
from widgets.panel import Drawing, Panel
from widgets.waterfall import verdict_cell

_COLUMNS: Final = (4, -7, -6, -8, -10, -6, -9)
"""Side, shares, average, cost, payout, bid, open: 50 columns, the body of the panel on a screen of 120."""
_HEADS: Final = ("", "shares", "avg", "cost", "pays", "bid", "open")
_WIDTH: Final = sum(abs(size) for size in _COLUMNS)
_LENS_ROWS: Final = 2
_LENS_WORDS: Final = ((INSTANT, "instant"), (REALISTIC, "realistic"), (PESSIMISTIC, "pessim."))
_NAME: Final = 20
_STRATEGY_HEADS: Final = ("strategy", "signals", "orders", "fills", "cost", "fees", "day net")
_STRATEGY_COLUMNS: Final = (_NAME, -8, -7, -6, -10, -9, -10)
_STRATEGY_WIDTH: Final = sum(abs(size) for size in _STRATEGY_COLUMNS)


class PositionPanel(Panel):
    """Position and profit of the window on the screen, and the day in this mode."""

    TITLE: ClassVar[str] = "position and profit"

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """The window's position first, then the day and what its net hangs on, then the strategies."""
        rows = _window(view, width, height)
        rows += _day(view.day, width)
        rows += _lenses(view, width) if height >= len(rows) + _LENS_ROWS else []
        if height >= len(rows) + 3 and width >= _STRATEGY_WIDTH:
            rows += [(), *_by_strategy(view)]
        else:
            rows += _day_split(view.day, width)
        risky = view.mode != "PAPER"
        rows = [clip_row(row, width) for row in rows[:height]]
        return Drawing(rows, view.mode if risky else "paper", "mode" if risky else "frame")


def _window(view: View, width: int, height: int) -> list[Row]:
    market = view.market
    if market is None:
        return [(("no window yet: waiting for the venue's next market", "label"),)]
    if not is_held(market):
        return [_nothing(market, width)]
    sides = [outcome for outcome, size in enumerate(market.position.shares) if size]
    if width < _WIDTH or height < len(sides) + 3 + _LENS_ROWS:
        return _short(market, view.mono, width)
    return [
        columns_row([(head, size, "label") for head, size in zip(_HEADS, _widths(width), strict=True)]),
        *(_side(market, outcome, view.mono, width) for outcome in sides),
        _total(market, view.mono, width),
    ]


def _widths(width: int) -> list[int]:
    """The columns, with room that is left over spread among the numbers."""
    extra = min((width - _WIDTH) // (len(_COLUMNS) - 1), 4)
    return [size - extra if size < 0 else size for size in _COLUMNS]


def _nothing(market: MarketView, width: int) -> Row:
    parts: list[Row] = [(("nothing held  ", "label"),)]
    if market.reserved:
        parts.append(((usd(market.reserved), "bright"), (" on its way  ", "label")))
    if market.winner is not None:
        parts.append(((OUTCOME_NAMES[market.winner], ("up", "down")[market.winner]), (" won", "label")))
    return leading(parts, width)


def _short(market: MarketView, mono: int, width: int) -> list[Row]:
    """Two rows for a small panel: what is held with its profit, then cost and payout."""
    held: Row = tuple(cell for part in held_parts(market) for cell in part)
    cost: Row = (("cost ", "label"), (usd(market.spent), "bright"), (" w. fee  ", "label"))
    pays: list[Row] = [
        ((f"{OUTCOME_NAMES[outcome]} pays ", "label"), (usd(pays_if_right(market, outcome)), "bright"), ("  ", "text"))
        for outcome, size in enumerate(market.position.shares)
        if size
    ]
    return [leading([held, profit_part(market, mono)], width), leading([cost, *pays], width)]


def _side(market: MarketView, outcome: int, mono: int, width: int) -> Row:
    tally = market.position
    bid, profit = bid_of(market, outcome), side_open(market, outcome)
    stale = is_stale(market, mono)
    words = (
        (OUTCOME_NAMES[outcome], ("up", "down")[outcome]),
        (shares(tally.shares[outcome]), "bright"),
        (average(market, outcome), "text"),
        (usd(tally.cost[outcome]), "text"),
        (usd(pays_if_right(market, outcome)), "text"),
        (cents(bid) if bid is not None else NONE, "stale" if stale else "text"),
        (usd(profit, signed=True) if profit is not None else NONE, "stale" if stale else "text"),
    )
    return columns_row([(text, size, style) for (text, style), size in zip(words, _widths(width), strict=True)])


def _total(market: MarketView, mono: int, width: int) -> Row:
    """Cost with fees on the left; on the right the profit after fees under the column of the sides' own."""
    fees: Row = (("with fees ", "label"), (usd(market.spent), "bright"), (f" ({usd(market.position.fees)})", "label"))
    settled, profit = settled_profit(market), open_profit(market)
    word = "after fees"
    style = "good"
    if settled is not None:
        word = f"{OUTCOME_NAMES[market.winner or 0]} won, net"
        profit, style = settled, gain_style(settled)
    elif profit is None:
        word, style = "no bid", "warn"
    elif is_stale(market, mono):
        word, style = f"bid {age(quote_age_s(market, mono))} old", "stale"
    else:
        style = gain_style(profit)
    number = usd(profit, signed=True) if profit is not None else NONE
    taken = sum(len(text) for text, _ in fees)
    room = sum(abs(size) for size in _widths(width)) - taken
    tail: Row = ((right(f"{word} ", room - 9), "label"), (right(number, 9), style))
    return (*fees, *tail)


def _day(day: DayView, width: int) -> list[Row]:
    net: Row = (("net ", "label"), (right(usd(day.net, signed=True), 9), gain_style(day.net)))
    parts: list[Row] = [
        ((f"{day.name}  ", "label"),),
        *(((f"{count}", "bright"), (f" {word}  ", "label")) for count, word in _counts(day)),
    ]
    left = leading(parts, width - 13)
    room = width - sum(len(text) for text, _ in left) - 13
    return [(*left, (" " * max(room, 0), "text"), *net)] if room >= 0 else [net]


def _counts(day: DayView) -> list[tuple[int, str]]:
    return [
        (day.markets, "market" if day.markets == 1 else "markets"),
        (day.trades, "trade" if day.trades == 1 else "trades"),
        (day.won, "won"),
    ]


def _lenses(view: View, width: int) -> list[Row]:
    """What the day would have come to under other fills, and whether the edge is real over all markets so far."""
    day = view.day
    nets: list[Row] = []
    for lens, word in _LENS_WORDS:
        net = day.lenses.get(lens)
        figure = (usd(net, signed=True), gain_style(net)) if net is not None else (NONE, "label")
        nets.append(((f"{word} ", "label"), figure, ("  ", "text")))
    return [leading(nets, width), (("verdict  ", "label"), verdict_cell(view.score.verdict()))]


def _day_split(day: DayView, width: int) -> list[Row]:
    """The day's fees and each strategy's net, as many as fit into one row."""
    parts: list[Row] = [(("fees ", "label"), (usd(day.fees), "text"), ("  ", "text"))]
    for name, net in sorted(day.by_strategy.items()):
        parts.append(((f"{name} ", "label"), (usd(net, signed=True), gain_style(net)), ("  ", "text")))
    return [leading(parts, width)]


def _by_strategy(view: View) -> list[Row]:
    """A row a strategy: its counts in this window and its net today; the day's fees close the table."""
    tallies = view.market.by_strategy if view.market is not None else {}
    names = sorted({*tallies, *view.day.by_strategy})
    head = columns_row([(text, size, "label") for text, size in zip(_STRATEGY_HEADS, _STRATEGY_COLUMNS, strict=True)])
    rows = [head]
    for name in names:
        net = view.day.by_strategy.get(name, 0)
        tally = tallies.get(name) or Tally()
        numbers = (tally.signals, tally.orders, tally.fills, usd(sum(tally.cost)), usd(tally.fees))
        rows.append(
            (
                (fit(name, _NAME), "text"),
                *(
                    (right(str(number), -size), "text")
                    for number, size in zip(numbers, _STRATEGY_COLUMNS[1:], strict=False)
                ),
                (right(usd(net, signed=True), -_STRATEGY_COLUMNS[-1]), gain_style(net)),
            )
        )
    if not names:
        rows.append((("no strategy has signalled yet", "label"),))
    rows.append((("fees today ", "label"), (usd(view.day.fees), "text")))
    return rows
