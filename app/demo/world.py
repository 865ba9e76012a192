"""What is true in a demo: the coins' prices, Binance's trades, the windows, and how each window settles."""

from dataclasses import dataclass

from app.demo.config import DemoConfig
from app.demo.price import SECOND, Path
from app.demo.trades import Tape
from app.demo.windows import ASSETS, DOWN, INTERVALS, LEAD_S, LISTED_AHEAD, UP, Window, make_window

HISTORY_S = 150
"""Seconds of oracle reports that exist before the script starts."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A window's deciding prices, in dollars, and the outcome: Up wins a tie."""

    strike: float
    final: float

    @property
    def winner(self) -> int:
        """0 where Up won, 1 where Down did."""
        return UP if self.final >= self.strike else DOWN


class World:
    """A pure function of the settings: asking never changes an answer, nor does the order of asking.

    `start_s` is the unix second at which the script starts; the first window starts `LEAD_S` later.
    """

    def __init__(self, config: DemoConfig, start_s: int) -> None:
        self.config = config
        self.start_s = start_s
        history_s = HISTORY_S + config.lookback_s
        self.paths = {asset: Path(config.seed, asset, history_s) for asset in ASSETS}
        self.tapes = {
            asset: Tape(config.seed, asset, path, config.trades_per_s, history_s + 2 * config.window_s)
            for asset, path in self.paths.items()
        }
        self._by_slug: dict[str, Window] = {}
        self._by_token: dict[str, Window] = {}
        self._by_condition: dict[str, Window] = {}
        self._series: dict[tuple[str, str], list[Window]] = {
            (asset, interval): [] for asset in ASSETS for interval in INTERVALS
        }
        self._listed = 0

    def wall_ms(self, ns: int) -> int:
        """The unix time in milliseconds of a moment of the script."""
        return self.start_s * 1000 + ns // 1_000_000

    def index_at(self, ns: int) -> int:
        """The index of the window that is open; -1 before the first."""
        return (ns - LEAD_S * SECOND) // (self.config.window_s * SECOND)

    def window(self, asset: str, interval: str, index: int) -> Window:
        """One window, by its place in the row."""
        config = self.config
        return make_window(config.seed, asset, interval, index, config.window_s, self.start_s, protocol=config.protocol)

    def list_until(self, ns: int) -> None:
        """List every window that is listed by then; the three look-ups below know only listed ones."""
        until = self.index_at(ns) + LISTED_AHEAD
        while self._listed <= until:
            for asset, interval in self._series:
                self._list(self.window(asset, interval, self._listed))
            self._listed += 1

    def by_slug(self, slug: str) -> Window | None:
        """The listed window of that name."""
        return self._by_slug.get(slug)

    def by_token(self, token: str) -> Window | None:
        """The listed window that one of its tokens belongs to."""
        return self._by_token.get(token)

    def by_condition(self, condition_id: str) -> Window | None:
        """The listed window with that condition id."""
        return self._by_condition.get(condition_id)

    def series(self, asset: str, interval: str) -> list[Window]:
        """All listed windows of an asset and interval, oldest first."""
        return list(self._series[asset, interval])

    def strike(self, window: Window) -> float:
        """The price to beat: the oracle's average at the start, or the open of Binance's candle."""
        if window.on_binance:
            return self.tapes[window.asset].opening(window.start_s)
        return self.paths[window.asset].stamped(window.start_s, window.lookback_s)

    def settlement(self, window: Window) -> Settlement:
        """How a window ends. Of use only from its end on; before, it would tell the future."""
        if window.on_binance:
            final = self.tapes[window.asset].last_before(window.end_s)
        else:
            final = self.paths[window.asset].stamped(window.end_s, window.lookback_s)
        return Settlement(self.strike(window), final)

    def _list(self, window: Window) -> None:
        self._series[window.asset, window.interval].append(window)
        self._by_slug[window.slug] = window
        self._by_condition[window.condition_id] = window
        for token in window.tokens:
            self._by_token[token] = window
