"""Where does it stand: the price against the strike, in two rows of figures and a chart."""

from typing import ClassVar, Final

from engine.events import OUTCOME_NAMES, StrikeSource
from engine.figures import Figures
from engine.market import Settlement
from engine.view import MarketView, View
from widgets.cells import NONE, Cell, Row, age, clip_row, clock, coin, leading, right
from widgets.chart_artist import ChartArtist, ChartFrame
from widgets.panel import Drawing, Panel
from widgets.settlement_lines import distance_parts, lock_in_row, settles_row
from widgets.trace import Trace

_LEAST_CHART: Final = 3
_LATE_S: Final = 5.0
"""A chart that takes longer is told to be late; the first one waits for plotext's import."""
_DOTS: Final = 2
"""Braille dots in a column."""


class PricePanel(Panel):
    """The price now, the strike and where it comes from, and the way of the price through the window."""

    TITLE: ClassVar[str] = "price against strike"

    def __init__(self, panel_id: str, artist: ChartArtist) -> None:
        super().__init__(panel_id)
        self.headlines = True
        """Whether the figures stand above the chart; not where another panel has them already."""
        self._artist = artist
        self._trace = Trace(0, 0, 1)
        self._trace_of = ("", 0, 0)

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """The two headlines, then the chart where there are rows enough for one."""
        market = view.market
        if market is None:
            return Drawing([clip_row((("no window yet: waiting for the venue's next market", "label"),), width)])
        rows: list[Row] = []
        if self.headlines:
            price = settles_row(market, view.mono, width) or _price(market, view.mono, width)
            rows = [price, lock_in_row(market, width) or _strike(market, width)]
        if height >= len(rows) + _LEAST_CHART:
            rows += self._chart(market, view, width, height - len(rows))
        return Drawing(rows[:height], _leader(market.now))

    def _chart(self, market: MarketView, view: View, width: int, height: int) -> list[Row]:
        """The last finished chart of this very frame, or a word on why there is none."""
        frame = ChartFrame(market.now.strike, market.market.start_ms, market.market.end_ms, width, height)
        if not view.history and not market.now.strike:
            return [clip_row((("waiting for the first price", "label"),), width)]
        artist, now = self._artist, view.painted or view.mono
        if artist.free(now):
            self._ask(market.market.slug, frame, view)
        if artist.trouble:
            return [clip_row(((artist.trouble, "warn"),), width)]
        waiting = artist.waiting_s(now)
        late: Row = (((f"the chart is {age(waiting)} late"), "warn"),) if waiting >= _LATE_S else ()
        if artist.frame != frame:
            return [clip_row(late or (("drawing the chart", "label"),), width)]
        if not artist.rows:
            return [clip_row(((self._why_none(market, view), "label"),), width)]
        return [clip_row(late, width), *artist.rows[1:]] if late else list(artist.rows)

    def _why_none(self, market: MarketView, view: View) -> str:
        """Why the chart has no rows: nothing to draw yet, or no room for what there is."""
        if self._trace.newest_ms >= 0 or market.now.strike:
            return "no room for a chart"
        until = market.start_in_s(view.wall)
        if until > 0:
            return f"the chart begins with the window, in {clock(until)}"
        return "waiting for the strike and the first price of the window"

    def _ask(self, slug: str, frame: ChartFrame, view: View) -> None:
        """Ask for a chart if its frame or its prices changed since the last one."""
        trace_of = (slug, frame.width, view.rewinds)
        fresh = trace_of != self._trace_of
        if fresh:
            self._trace_of = trace_of
            self._trace = Trace(frame.start_ms, frame.end_ms, frame.width * _DOTS)
        self._trace.follow(view.history)
        artist = self._artist
        if artist.frame != frame or artist.newest_ms != self._trace.newest_ms or fresh:
            artist.ask(frame, self._trace.points(), view.painted or view.mono)


def _price(market: MarketView, mono: int, width: int) -> Row:
    """`Binance 83,794.60 ▲ +83.48 +10.0 bp  no oracle yet  0.03 s`; grey where it is too old to be believed."""
    now = market.now
    age_ms = now.price_age_ms(mono)
    if age_ms is None:
        words = leading([(("Binance ", "label"), (NONE, "text")), (("  waiting for the first trade", "label"),)], width)
        return clip_row(words, width)
    stale = age_ms > market.limits.price_max_age_ms
    parts: list[Row] = [(("Binance ", "label"), (coin(now.price), "stale" if stale else "bright"))]
    if now.strike:
        parts += distance_parts(now.price - now.strike, now, stale)
    else:
        parts.append((("  no strike to measure against", "warn"),))
    if stale:
        parts.append(((f"  {age(age_ms / 1000)} old", "stale"),))
    parts.append((("  ", "text"), _settled_by(market)))
    if not stale:
        parts.append(((right(age(age_ms / 1000), 8), "label"),))
    return clip_row(leading(parts, width), width)


def _settled_by(market: MarketView) -> Cell:
    """Whether this price decides, and why the price that does is not told."""
    now = market.now
    if market.market.settlement is Settlement.BINANCE_KLINE:
        return "it settles", "label"
    if now.basis is None:
        return "no oracle yet", "warn"
    return "oracle silent" if now.strike_exact else "not what settles", "warn"


def _strike(market: MarketView, width: int) -> Row:
    """The price to beat with its source, and whether the market settles on that very number."""
    source = market.now.strike_source
    if source is None:
        words = leading(
            [(("strike  ", "label"), (NONE, "text")), (("  unknown: no order before it is", "warn"),)], width
        )
        return clip_row(words, width)
    number: Row = (("strike  ", "label"), (coin(market.now.strike), "mark"))
    exactness: Row
    if market.now.strike_exact:
        exactness = ((" · ", "frame"), ("exact", "good"))
        meaning: Row = ((": it settles on this", "label"),)
    else:
        exactness = ((" · ", "frame"), ("inexact", "warn"))
        meaning = ((": on paper only", "warn"),)
    parts = [number, exactness, ((f"  {_source(source, market)}", "text"),), meaning]
    row = leading(parts, width)
    # On the screen the source stands before the word; in a narrow panel the word is what must not be lost.
    if len(row) > len(number) + len(exactness):
        row = (*number, *parts[2], *exactness, *row[len(number) + len(exactness) + 1 :])
    return clip_row(row, width)


def _source(source: StrikeSource, market: MarketView) -> str:
    return {
        StrikeSource.CHAINLINK_TWAP: "Chainlink TWAP"
        + (f" {market.market.lookback_s} s" if market.market.lookback_s else ""),
        StrikeSource.CHAINLINK_SPOT: "Chainlink spot",
        StrikeSource.CRYPTO_PRICE_API: "the venue's price page",
        StrikeSource.PREVIOUS_FINAL: "the last window's final",
        StrikeSource.BINANCE_KLINE: "Binance candle's open",
        StrikeSource.BINANCE_FIRST: "first Binance trade",
    }[source]


def _leader(now: Figures) -> str:
    """Who won, or who leads by the price shown."""
    if now.winner is not None:
        return f"{OUTCOME_NAMES[now.winner]} won"
    final = now.expected_final if now.aligned else None
    price = now.price if final is None else final
    if not price or not now.strike or price == now.strike:
        return ""
    return f"{OUTCOME_NAMES[0 if price > now.strike else 1]} leads"
