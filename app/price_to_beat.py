"""What is known of one window's strike: the best so far, the exact one as soon as there is one, and from whom."""

from collections.abc import Callable
from typing import Any, Final

from app.audit import OurPrices, same_price
from app.news import StrikeKnown, Tell, Trouble
from app.telemetry.window_files import WindowFiles
from engine.events import OracleTick, Strike, Trade
from engine.market import Market
from engine.state import MarketState
from feeds.strike import DecidingReports, FirstTrade

Deliver = Callable[[Strike], Any]
"""Hands an event to the engine."""

NO_ORACLE: Final = "no oracle: the exact strike is known, but no price in its dollars to measure against it"
MISSED: Final = "no strike: joined too late for the first trade, and no exact source has it yet"


class PriceToBeat:
    """Finds the strike in what arrives, takes it from those who ask for it, and tells each that is better."""

    def __init__(
        self, market: Market, state: MarketState, files: WindowFiles, deliver: Deliver, tell: Tell, joined_ms: int
    ) -> None:
        """`state` is the engine's own, read and never written; `joined_ms` (wall) is when we began to listen."""
        self.known_ms = 0
        """Wall time when the strike in use became known, 0 while there is none."""
        self.exact: Strike | None = None
        """The exact one, whether it is in use or held."""
        self._market = market
        self._state = state
        self._files = files
        self._deliver = deliver
        self._tell = tell
        self._first = FirstTrade(market.start_ms, joined_ms)
        self._deciding = DecidingReports(market)

    @property
    def held(self) -> Strike | None:
        """The exact strike as long as it is known and not in use."""
        return None if self._state.strike_exact else self.exact

    @property
    def missing(self) -> str:
        """Why there is no strike to trade on, in words; empty where there is one, or it may still come."""
        if self._state.strike:
            return ""
        return NO_ORACLE if self.held is not None else MISSED if self._first.missed else ""

    def watch(self, up: bool, since_ms: int) -> None:
        """Binance's connection came or went; it has been watched without a break since `since_ms`."""
        self._first.link(up, since_ms)

    def see_trade(self, trade: Trade) -> None:
        """A Binance trade, which may be the window's first."""
        strike = self._first.offer(trade)
        if strike is not None and self._state.strike_source is None:
            self.take(strike)

    def see_report(self, report: OracleTick) -> None:
        """A report of the oracle's, which may be that of the window's start, or of its end."""
        strike = self._deciding.offer(report)
        if strike is not None:
            self.take(strike)

    def take(self, strike: Strike) -> None:
        """The strike is known, or known better: to be used from now on."""
        facts = {"value": strike.value, "source": strike.source.value, "exact": strike.exact}
        self._files.record(strike.wall, strike.mono, "strike", facts)
        said, state = self.exact, self._state
        if said is not None and strike.exact and not same_price(said.value, strike.value):
            told = f"{strike.source.value} says the strike is {strike.value!r}, {said.source.value} said {said.value!r}"
            self._tell(Trouble(self._market.slug, told))
        known = state.strike_source, state.strike
        self._deliver(strike)
        if (state.strike_source, state.strike) != known:
            if strike.exact:
                self.exact = strike
            self.known_ms = self._files.strike(strike)
            self._tell(StrikeKnown(self._market, strike))

    def hold(self, strike: Strike) -> None:
        """The exact strike is known and cannot be measured against yet: it is written down, the engine does without."""
        self.exact = strike
        self._files.info({"exact_strike": repr(strike.value), "exact_strike_source": strike.source.value})

    def ours(self) -> OurPrices:
        """What the audit compares with the venue's word: the exact strike where it is known, and the oracle's final."""
        strike = self.exact.value if self.exact is not None else self._state.strike
        return OurPrices(strike, self.exact is not None, self._deciding.final)
