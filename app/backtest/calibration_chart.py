"""The calibration as a chart: fair value against how often that side won, by signals and by bets."""

from collections.abc import Sequence

from app.backtest.calibration import Bin
from app.backtest.figures import percent
from app.backtest.markup import Markup, el
from app.backtest.plot import Plot
from app.said import counted

_FIFTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def calibration_chart(bins: Sequence[Bin], said: str) -> Markup:
    """Squares for signals, discs for bets with their 95 % interval; the larger, the more there were of them."""
    plot = Plot((0.0, 1.0), _FIFTHS, right=20)
    plot.grid(lambda value: f"{value * 100:.0f} %")
    for value in _FIFTHS:
        plot.below(value, f"{value * 100:.0f}¢")
    plot.name_below("fair value that the model put on the side")
    plot.path([(0.0, 0.0), (1.0, 1.0)], "mark")
    plot.words(plot.x(0.3), plot.y(0.22), "as promised", kind="axis")
    _legend(plot)
    _signals(plot, bins)
    _bets(plot, bins)
    return plot.drawing(said)


def _legend(plot: Plot) -> None:
    """In the corner where nothing ever stands: what was held to be worth little and always won."""
    x, y = plot.x(0.03), plot.y(0.94)
    plot.add(el("circle", cx=x, cy=y, r=6.0, class_="point realistic"))
    plot.words(x + 12, y + 4, "bets")
    plot.add(el("rect", x=x + 58, y=y - 6, width=12.0, height=12.0, class_="signals"))
    plot.words(x + 78, y + 4, "signals")


def _signals(plot: Plot, bins: Sequence[Bin]) -> None:
    most = max((found.signals for found in bins), default=0)
    for found in bins:
        if found.signals:
            fair, won = found.signals_fair / found.signals, found.signals_won / found.signals
            size = _size(found.signals, most, 8, 20)
            told = f"{counted(round(found.signals), 'signal')} at {fair * 100:.1f}¢: {percent(won)} won"
            x, y = plot.x(fair) - size / 2, plot.y(won) - size / 2
            plot.add(el("rect", el("title", told), x=x, y=y, width=size, height=size, class_="signals"))


def _bets(plot: Plot, bins: Sequence[Bin]) -> None:
    most = max((found.bets for found in bins), default=0)
    for found in bins:
        if found.bets:
            fair, won = found.bets_fair / found.bets, found.bets_won / found.bets
            low, high = found.bets_interval
            x = plot.x(fair)
            plot.add(el("line", x1=x, x2=x, y1=plot.y(low), y2=plot.y(high), class_="whisker"))
            told = f"{counted(found.bets, 'bet')} at {fair * 100:.1f}¢: {found.bets_won:,} won, {percent(won)}"
            size = _size(found.bets, most, 4, 9)
            plot.add(el("circle", el("title", told), cx=x, cy=plot.y(won), r=size, class_="point realistic"))


def _size(count: float, most: float, small: float, large: float) -> float:
    """Grows with the area, so that twice as many look twice as large."""
    return small + (large - small) * float((count / most) ** 0.5)
