"""Binance's price as the settlement sees it: less the basis, and joined with what the average has printed.

Everything is worked out when a report comes, once a second, and comes down to one line: the expected final price is
`price * weight + offset`. A quote only evaluates it.
"""

from math import inf

from engine.basis import Basis, BasisWord
from engine.events import OracleTick
from engine.lockin import Average, LockIn
from engine.market import Market, Settlement
from engine.seconds import Seconds


class Alignment:
    """Turns Binance's price into the final price to expect. Where Binance itself settles it is the price as it is."""

    __slots__ = ("_average", "basis", "known", "lock_in", "offset", "on_binance", "reported", "seconds", "weight")

    def __init__(self, market: Market) -> None:
        self.on_binance = market.settlement is Settlement.BINANCE_KLINE
        averaged = market.settlement is Settlement.CHAINLINK_TWAP
        self._average = Average(market.end_ms, market.lookback_s) if averaged else None
        self.reported: int | None = None
        """The second that the newest spot report is of (monotonic ns); None before the first."""
        self.seconds = Seconds()
        self.basis = Basis()
        self.lock_in: LockIn | None = None
        """None until the first second of the deciding average is printed."""
        self.known = self.on_binance
        """Whether `weight` and `offset` may be used."""
        self.weight = 1.0
        self.offset = 0.0

    def on_report(self, report: OracleTick) -> None:
        """Take a spot report. Averages are what strike and final are made of; here they say nothing."""
        if report.window_s or self.on_binance:
            return
        second = report.time_ms // 1000
        # A report is as old as the second that it is of, however late it comes; none is from the future.
        mono = report.mono - max(report.wall - report.time_ms * 1_000_000, 0)
        if self.reported is None or mono > self.reported:
            self.reported = mono
        price = self.seconds.at(second)
        if price is not None:
            self.basis.add(second, price - report.value, mono)
        if self._average is not None and self._average.add(second, report.value):
            self.lock_in = self._average.lock_in()
        self._measure(report.mono)

    def on_tick(self, mono: int) -> bool:
        """Let the basis grow old; True where that changed whether the expected final is known."""
        before = self.known
        if before and not self.on_binance:
            self._measure(mono)
        return self.known is not before

    def _measure(self, mono: int) -> None:
        lock_in = self.lock_in
        self.weight = lock_in.rest / lock_in.seconds if lock_in is not None else 1.0
        self.offset = -self.basis.value * self.weight
        if lock_in is not None:
            self.offset += lock_in.total / lock_in.seconds
        # What is printed whole needs no basis.
        self.known = self.basis.word(mono) is BasisWord.KNOWN or self.weight == 0.0

    def age_ms(self, mono: int) -> float:
        """Age of the second that the newest spot report is of; infinite before the first."""
        return (mono - self.reported) / 1e6 if self.reported is not None else inf

    def error(self, price: float) -> float | None:
        """A standard deviation of the lock-in's expected final in dollars, None before the lock-in."""
        if self.lock_in is None:
            return None
        return self.lock_in.error(price, self.basis.spread, self.seconds.pace())
