"""The whole console in a few rows, for a terminal that is too small for panels."""

from typing import ClassVar, Final

from engine.market import market_name
from engine.view import View
from widgets.cells import Row, age, clip_row, clock, flow, gain, usd
from widgets.header import SOON_S, URGENT_S, badge
from widgets.health import feed_name, word_style
from widgets.holding import held_parts, profit_part
from widgets.live import live_part
from widgets.panel import Drawing, Panel
from widgets.settling import at_stake

GAP: Final = "  "


class OneLine(Panel):
    """Below 60 columns or 16 rows: mode, time left, what is urgent, position and profit."""

    FRAMED: ClassVar[bool] = False

    def __init__(self, panel_id: str, needs: tuple[int, int]) -> None:
        """`needs` are the columns and rows of the smallest screen with panels."""
        super().__init__(panel_id)
        self._needs: Row = ((f"needs {needs[0]}×{needs[1]}", "label"),)
        self.notice = ""
        """What a larger screen would show over its panels for some seconds."""

    def forget(self, notice: str) -> None:
        """The time of this notice is over."""
        if self.notice == notice:
            self.notice = ""

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """One row where all fits into it, else more; what there is no room for is left out, the least weighty first."""
        kept: list[tuple[int, Row]] = []
        rows: list[Row] = []
        for part in _parts(view, self.notice, self._needs):
            wanted = sorted([*kept, part])
            flowed = flow([row for _, row in wanted], width, GAP)
            if not kept or len(flowed) <= height:
                kept, rows = wanted, flowed
        return Drawing([clip_row(row, width) for row in rows[:height]])


def _parts(view: View, notice: str, needs: Row) -> list[tuple[int, Row]]:
    """All there is to say, the weightiest first, each with its place."""
    first, *others = _urgent(view) or [()]
    name: Row = ((market_name(view.asset, view.interval), "label"),)
    parts = [(0, badge(view)), (1, _time(view))]
    parts += [(98, ((notice, "title"),))] if notice else []
    parts += [(3, first)] if first else []
    parts += [(14, live_part(view.live))] if view.live is not None else []
    parts += [(20 + place, part) for place, part in enumerate(_money(view))]
    parts.append((2, name))
    parts += [(4 + place, part) for place, part in enumerate(others[:9])]
    return parts if notice else [*parts, (99, needs)]


def _urgent(view: View) -> list[Row]:
    """Why nothing is traded, and feeds that are not live."""
    parts: list[Row] = [((reason, "warn"),) for reason in view.reasons]
    for feed in view.feeds:
        if feed.word != "live":
            name = ((f"{feed_name(feed.name)} ", "text"), (f"{feed.word} ", word_style(feed.word)))
            parts.append((*name, (age(feed.age_s), "stale")))
    return parts


def _time(view: View) -> Row:
    market = view.market
    if market is None:
        return ((view.state, "warn"),)
    if market.start_in_s(view.wall) > 0:
        return (("starts ", "label"), (clock(market.start_in_s(view.wall)), "bright"))
    left = market.left_s(view.wall)
    style = "bad" if left < URGENT_S else "warn" if left < SOON_S else "bright"
    return ((clock(left), style), (" left", "label"))


def _money(view: View) -> list[Row]:
    """What is held, here and in earlier windows, and what it and the day come to."""
    day: Row = (("day ", "label"), gain(view.day.net))
    market = view.market
    held = held_parts(market.now.holding) if market is not None else []
    stake: list[Row] = [(("at stake ", "label"), (usd(at_stake(view)), "bright"))] if view.earlier else []
    if market is None or not held:
        return [*(stake or [(("nothing held", "label"),)]), day]
    return [*held, profit_part(market, view.mono), *stake, day]
