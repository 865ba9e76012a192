"""The oracle's reports as one market needs them, from whichever socket they came.

A report may come twice (on two sockets, and again in the history after a reconnect); a market sees it once. Sockets
are told apart by what their frames look like, so that a recording need not say which one it is of.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from engine.events import OracleTick
from engine.market import Asset, Market
from feeds.polybolt import PolyboltParser
from feeds.rtds import RtdsParser

VENUE_AVERAGES: Final = (30, 60)
"""The averages that the venue's oracle reports, in seconds."""

_REMEMBERED: Final = 1024
"""Reports; a history holds 120 of each kind."""


class OracleParser:
    """Reads the frames of both price sockets, for one coin."""

    __slots__ = ("_polybolt", "_rtds")

    def __init__(self, asset: Asset) -> None:
        self._polybolt = PolyboltParser(asset)
        self._rtds = RtdsParser(asset)

    @property
    def counters(self) -> Counter[str]:
        """By name, the frames that made no report (see `feeds.frames`)."""
        return self._polybolt.counters + self._rtds.counters

    def events(self, frame: object, mono: int, wall: int) -> list[OracleTick]:
        """The reports in `frame`; none, and one count, where it holds none."""
        if isinstance(frame, dict) and ("channel" in frame or "op" in frame):
            return self._polybolt.events(frame, mono, wall)
        return self._rtds.events(frame, mono, wall)


class MarketReports:
    """Each report once, its average named by the market's own lookback. `counters` counts what is left out."""

    __slots__ = ("_lookback_s", "_seen", "_stated_s", "counters", "heard_ns")

    def __init__(self, market: Market) -> None:
        self.counters: Counter[str] = Counter()
        self.heard_ns = 0
        """When the last new report came (monotonic), 0 before the first."""
        self._lookback_s = market.lookback_s
        self._stated_s = stated_average(market)
        self._seen: dict[tuple[int, int], float] = {}

    def new(self, ticks: Iterable[OracleTick]) -> list[OracleTick]:
        """Those of `ticks` that were not seen before, in their order."""
        return [self._named(tick) for tick in ticks if self._is_new(tick)]

    def _is_new(self, tick: OracleTick) -> bool:
        key = tick.window_s, tick.time_ms
        known = self._seen.get(key)
        if known is None:
            if len(self._seen) >= _REMEMBERED:
                del self._seen[next(iter(self._seen))]
            self._seen[key] = tick.value
            self.heard_ns = tick.mono
            return True
        self.counters["report_repeated" if known == tick.value else "report_contradicted"] += 1
        return False

    def _named(self, tick: OracleTick) -> OracleTick:
        if tick.window_s != self._stated_s or self._stated_s == self._lookback_s:
            return tick
        return OracleTick(tick.mono, tick.wall, tick.time_ms, tick.value, self._lookback_s)


def stated_average(market: Market) -> int:
    """What the oracle's frames call the average that settles `market`, in seconds; 0 for the spot price.

    A venue on loopback averages over a part of its own short windows, and calls that 60 s as the venue does.
    """
    if not market.lookback_s:
        return 0
    own_length = market.end_ms - market.start_ms == market.interval.seconds * 1000
    return market.lookback_s if own_length and market.lookback_s in VENUE_AVERAGES else VENUE_AVERAGES[-1]
