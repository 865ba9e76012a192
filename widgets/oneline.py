"""The whole console in a line, for a terminal that is too small for panels."""

from typing import ClassVar

from engine.view import View
from widgets.cells import Row, age, clip_row, clock, gain_style, usd, width_of
from widgets.header import SOON_S, URGENT_S, badge
from widgets.health import feed_name, word_style
from widgets.holding import held_parts, profit_part
from widgets.panel import Drawing, Panel


class OneLine(Panel):
    """Below 60 columns or 16 rows: mode, what is urgent, time left, position and profit."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """One row where all fits into it; else the rest flows into the rows below."""
        parts = [badge(view.mode), *_urgent(view), *_window(view), *_money(view)]
        return Drawing([clip_row(row, width) for row in _flow(parts, width, height)])


def _flow(parts: list[Row], width: int, height: int) -> list[Row]:
    """The parts in rows, each part whole in one row."""
    rows: list[Row] = []
    taken = 0
    for part in parts:
        columns = width_of(part)
        if rows and taken + columns <= width:
            rows[-1] = (*rows[-1], *part)
            taken += columns
        elif len(rows) < height:
            rows.append(part)
            taken = columns
        else:
            break
    return rows


def _urgent(view: View) -> list[Row]:
    """Why nothing is traded, feeds that are not live, and the last seconds."""
    parts: list[Row] = [((f"{reason}  ", "warn"),) for reason in view.reasons]
    for feed in view.feeds:
        if feed.word != "live":
            name = ((f"{feed_name(feed.name)} ", "text"), (f"{feed.word} ", word_style(feed.word)))
            parts.append((*name, (f"{age(feed.age_s)}  ", "stale")))
    return parts


def _window(view: View) -> list[Row]:
    name: Row = ((f"{view.asset.upper()} {view.interval}  ", "label"),)
    if view.market is None:
        return [((f"{view.state}  ", "warn"),), name]
    left = view.market.left_s(view.wall)
    style = "bad" if left < URGENT_S else "warn" if left < SOON_S else "bright"
    return [((clock(left), style), (" left  ", "label")), name]


def _money(view: View) -> list[Row]:
    net = view.day.net
    day: Row = (("day ", "label"), (usd(net, signed=True), gain_style(net)))
    market = view.market
    held = held_parts(market) if market is not None else []
    if market is None or not held:
        return [(("nothing held  ", "label"),), day]
    return [*held, profit_part(market, view.mono), day]
