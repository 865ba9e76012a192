"""What have I got in a few lines, for a small screen: position, outcomes, earlier windows, the day under each lens."""

from typing import ClassVar, Final

from engine.view import DayView, MarketView, View
from widgets.cells import Row, clip_row, fit, flow, gain, stacked, usd, width_of
from widgets.holding import either_way, held_parts, is_held, profit_part, side_cell
from widgets.panel import Drawing, Panel
from widgets.results import counts_parts, lens_row, verdict_row
from widgets.settling import summed_row, window_rows

_LABEL: Final = 11
_GAP: Final = "  "

POSITION, OUTCOMES, EARLIER, DAY, COUNTS, VERDICT = range(6)
"""Places, from the top."""


class HeldLines(Panel):
    """Position and profit without a frame, as many of its lines as there is room for."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """What is held and what waits for an outcome first, then the day's net under each lens."""
        room = max(width - _LABEL - 1, 1)
        earlier = [_indented(row) for row in window_rows(view, width - 2)]
        summed = [_indented(summed_row(view.earlier, width - 2))] if len(earlier) > 1 else earlier
        rows = stacked(
            [
                (POSITION, [_labelled("position", _position(view, room))]),
                (OUTCOMES, [_labelled("outcome", row) for row in _outcomes(view.market, room)]),
                (EARLIER, summed),
                (DAY, [_labelled(view.day.name, _day(view.day, room))]),
                (VERDICT, [_labelled("verdict", verdict_row(view)[1:])]),
                (EARLIER, earlier),
                (COUNTS, [_labelled("", flow(counts_parts(view.day), room, _GAP)[0])]),
            ],
            height,
        )
        return Drawing([clip_row(row, width) for row in rows])


def _labelled(label: str, row: Row) -> Row:
    return ((f" {fit(label, _LABEL - 1)}", "label"), *row)


def _indented(row: Row) -> Row:
    return ((" ", "text"), *row)


def _position(view: View, room: int) -> Row:
    market = view.market
    if market is None:
        return (("no window yet", "label"),)
    now = market.now
    if not is_held(now.holding):
        on_its_way: Row = ((f"  {usd(now.reserved)} on its way", "bright"),) if now.reserved else ()
        won: Row = (("  ", "text"), side_cell(now.winner), (" won", "label")) if now.winner is not None else ()
        return (("nothing held", "label"), *on_its_way, *won)
    paid: Row = ((usd(now.holding.spent), "bright"), (" paid", "label"))
    profit = profit_part(market, view.mono)
    for unit in " sh", "":
        rows = flow([*held_parts(now.holding, unit), paid, profit], room, _GAP)
        if len(rows) == 1:
            return rows[0]
    return flow([*held_parts(now.holding, ""), profit], room, _GAP)[0]


def _outcomes(market: MarketView | None, room: int) -> list[Row]:
    if market is None or market.now.winner is not None or not is_held(market.now.holding):
        return []
    return flow(either_way(market.now.holding), room)[:1]


def _day(day: DayView, room: int) -> Row:
    """The net, and what it would be under the other fills."""
    net: Row = (("net ", "label"), gain(day.net), (_GAP, "text"))
    return (*net, *lens_row(day, room - width_of(net))) if day.lenses else net
