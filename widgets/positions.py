"""What have I got: the shares, what they cost, what each outcome would leave, and what the day came to."""

from typing import ClassVar, Final

from engine.events import OUTCOME_NAMES
from engine.position import Tally
from engine.strategies import short_name
from engine.units import cents
from engine.view import PAPER, MarketView, View
from widgets.cells import (
    NONE,
    Row,
    age,
    clip,
    clip_row,
    columns_row,
    flow,
    gain,
    leading,
    right,
    shares,
    stacked,
    usd,
    width_of,
)
from widgets.holding import (
    average,
    either_way,
    held_parts,
    is_held,
    is_stale,
    open_profit,
    pays_if_right,
    profit_part,
    quote_age_s,
    settled_profit,
    side_cell,
    side_profit,
    value_of,
)
from widgets.panel import Drawing, Panel
from widgets.results import day_row, lens_row, lens_rows, strategy_rows, verdict_row
from widgets.settling import summed_row, window_rows

_COLUMNS: Final = (4, -7, -6, -8, -10, -6, -9)
"""Side, shares, average, cost, payout, bid, open: 50 columns, the body of the panel on a screen of 120."""
_HEADS: Final = ("", "shares", "avg", "cost", "pays", "bid", "open")
_SETTLED_HEADS: Final = (*_HEADS[:-2], "worth", "gain")
_WIDTH: Final = sum(abs(size) for size in _COLUMNS)

_NAME: Final = 10
_STRATEGY_COLUMNS: Final = (_NAME, -8, -7, -6, -9, -8, -10)
_STRATEGY_HEADS: Final = ("strategy", "signals", "orders", "fills", "cost", "fees", "day net")
_WITH_SIGNALS: Final = sum(abs(size) for size in _STRATEGY_COLUMNS)
_WITHOUT: Final = 1
"""The column of the signals, which goes where there is no room for all."""

_WITH_TABLE: Final = 14
"""From so many rows on there is a table of the strategies, whatever is held."""

HELD, EARLIER, DAY, LENSES, VERDICT, STRATEGIES = range(6)
"""Places in the panel, from the top."""


class PositionPanel(Panel):
    """What is held now, earlier windows that wait for their outcome, and the day in this mode."""

    TITLE: ClassVar[str] = "position and profit"

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """All of it where there is room; else what is held and what waits for an outcome first, then the day."""
        rows = _whole(view, width, height)
        if len(rows) > height:
            rows = _by_weight(view, width, height)
        risky = view.mode != "PAPER"
        return Drawing(
            [clip_row(row, width) for row in rows], view.mode if risky else "paper", "mode" if risky else "frame"
        )


def _whole(view: View, width: int, height: int) -> list[Row]:
    """Everything, in its longest form."""
    market = view.market
    if market is not None and is_held(market.now.holding) and width >= _WIDTH:
        window = _table(market, view.mono, width)
    else:
        window = _short(view, width)
    strategies = _by_strategy(view, width) if height >= _WITH_TABLE else strategy_rows(view.day, width)
    earlier, lenses = window_rows(view, width), lens_rows(view.day, width)
    return [*window, *earlier, day_row(view.day, width), *lenses, verdict_row(view), *strategies]


def _by_weight(view: View, width: int, height: int) -> list[Row]:
    """As much as there are rows for."""
    short, earlier = _short(view, width), window_rows(view, width)
    strategies = strategy_rows(view.day, width)
    offers: list[tuple[int, list[Row]]] = [
        (HELD, short[:1]),
        (EARLIER, [summed_row(view.earlier, width)] if len(earlier) > 1 else earlier),
        (DAY, [day_row(view.day, width)]),
        (HELD, short),
        (LENSES, [lens_row(view.day, width)]),
        (LENSES, lens_rows(view.day, width)),
        (VERDICT, [verdict_row(view)]),
        (STRATEGIES, strategies[:1]),
        (STRATEGIES, strategies),
        (EARLIER, earlier),
    ]
    market = view.market
    if market is not None and is_held(market.now.holding) and width >= _WIDTH:
        offers.append((HELD, _table(market, view.mono, width)))
    return stacked(offers, height)


def _nothing(market: MarketView, width: int) -> Row:
    now = market.now
    parts: list[Row] = [(("nothing held", "label"),)]
    if now.reserved:
        parts.append(((usd(now.reserved), "bright"), (" on its way", "label")))
    if now.winner is not None:
        parts.append((side_cell(now.winner), (" won", "label")))
    return leading(parts, width, "  ")


def _short(view: View, width: int) -> list[Row]:
    """Two rows: what is held with its profit; what was paid, and what each outcome would leave of it."""
    market = view.market
    if market is None:
        return [(("no window yet: waiting for the venue's next market", "label"),)]
    holding = market.now.holding
    if not is_held(holding):
        return [_nothing(market, width)]
    paid: Row = ((usd(holding.spent), "bright"), (" paid", "label"))
    profit = profit_part(market, view.mono)
    rows = flow([*held_parts(holding), profit], width, "  ")
    if len(rows) > 1:
        rows = flow([*held_parts(holding, ""), profit], width, "  ")
    if market.now.winner is not None:
        return [rows[0], paid]
    ways = flow(either_way(holding), width - width_of(paid) - 2)
    return [rows[0], (*paid, ("  ", "text"), *ways[0]) if len(ways) == 1 else leading(either_way(holding), width)]


def _table(market: MarketView, mono: int, width: int) -> list[Row]:
    now = market.now
    sides = [outcome for outcome, size in enumerate(now.holding.shares) if size]
    heads = _HEADS if now.winner is None else _SETTLED_HEADS
    rows = [
        columns_row([(head, size, "label") for head, size in zip(heads, _widths(width), strict=True)]),
        *(_side(market, outcome, mono, width) for outcome in sides),
        _total(market, mono, width),
    ]
    return rows if now.winner is not None else [*rows, leading(either_way(now.holding), width)]


def _widths(width: int) -> list[int]:
    """The columns, with room that is left over spread among the numbers."""
    extra = min((width - _WIDTH) // (len(_COLUMNS) - 1), 4)
    return [size - extra if size < 0 else size for size in _COLUMNS]


def _side(market: MarketView, outcome: int, mono: int, width: int) -> Row:
    now = market.now
    value, profit = value_of(now, outcome), side_profit(now, outcome)
    style = "stale" if now.winner is None and is_stale(market, mono) else "text"
    words = (
        side_cell(outcome),
        (shares(now.holding.shares[outcome]), "bright"),
        (average(now.holding, outcome), "text"),
        (usd(now.holding.cost[outcome]), "text"),
        (usd(pays_if_right(now.holding, outcome)), "text"),
        (cents(value) if value is not None else NONE, style),
        (usd(profit, signed=True) if profit is not None else NONE, style),
    )
    return columns_row([(text, size, style) for (text, style), size in zip(words, _widths(width), strict=True)])


def _total(market: MarketView, mono: int, width: int) -> Row:
    """Cost with fees on the left; on the right the profit after fees under the column of the sides' own."""
    holding = market.now.holding
    fees: Row = (("with fees ", "label"), (usd(holding.spent), "bright"), (f" ({usd(holding.fees)})", "label"))
    word, (number, style) = _profit(market, mono)
    room = sum(abs(size) for size in _widths(width)) - width_of(fees)
    return (*fees, (right(f"{word} ", room - 9), "label"), (right(number, 9), style))


def _profit(market: MarketView, mono: int) -> tuple[str, tuple[str, str]]:
    """What the profit is, and the profit in its style."""
    now = market.now
    settled, profit = settled_profit(now), open_profit(now)
    if settled is not None:
        return f"{OUTCOME_NAMES[now.winner or 0]} won, net", gain(settled)
    if profit is None:
        return "no bid", (NONE, "warn")
    if is_stale(market, mono):
        return f"bid {age(quote_age_s(now, mono))} old", (usd(profit, signed=True), "stale")
    return "after fees", gain(profit)


def _by_strategy(view: View, width: int) -> list[Row]:
    """A row a strategy: its counts in this window and its net today; the day's fees close the table."""
    places = [place for place in range(len(_STRATEGY_COLUMNS)) if width >= _WITH_SIGNALS or place != _WITHOUT]
    tallies = view.market.by_strategy if view.market is not None else {}
    names = sorted({*tallies, *view.day.by_strategy})
    heads = (*_STRATEGY_HEADS[:-1], f"{view.day.name} net" if view.day.name == PAPER else _STRATEGY_HEADS[-1])
    rows = [columns_row([(heads[place], _STRATEGY_COLUMNS[place], "label") for place in places])]
    if width_of(rows[0]) > width or not names:
        return strategy_rows(view.day, width)
    for name in names:
        tally = tallies.get(name) or Tally()
        cells = (
            (clip(short_name(name), _NAME - 1), "text"),
            (f"{tally.signals:,}", "text"),
            (f"{tally.orders}", "text"),
            (f"{tally.fills}", "text"),
            (usd(sum(tally.cost)), "text"),
            (usd(tally.fees), "text"),
            gain(view.day.by_strategy.get(name, 0)),
        )
        rows.append(columns_row([(cells[place][0], _STRATEGY_COLUMNS[place], cells[place][1]) for place in places]))
    return [(), *rows, ((f"fees {view.day.name} ", "label"), (usd(view.day.fees), "text"))]
