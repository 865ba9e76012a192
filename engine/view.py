"""What a screen may see. Read in place on the engine's own loop: nothing is copied, nothing can be changed.

The engine knows nothing of this file; the app fills a `View` before each frame and the panels draw it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from engine.basis import MIN_PAIRS, BasisWord
from engine.book import Ladder
from engine.engine import Engine
from engine.events import Print, StrikeSource
from engine.histogram import Histogram
from engine.limits import Limits
from engine.lockin import LockIn
from engine.market import Market
from engine.position import Tally
from engine.scorecard import Scorecard
from engine.signal import Gate, Signal
from engine.strategies.explain import GateReading, Inquiry, inquiry_of


class MarketView:
    """One market's engine, for reading. Prices of the coin in dollars, of shares in price units."""

    __slots__ = ("_engine", "_inquiries")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._inquiries: dict[str, Inquiry[Any] | None] = {}

    @property
    def market(self) -> Market:
        """The window and its rules."""
        return self._engine.market

    @property
    def limits(self) -> Limits:
        """The limits it trades under."""
        return self._engine.limits

    @property
    def price(self) -> float:
        """The last Binance price, 0 before the first."""
        return self._engine.state.price

    def price_age_ms(self, mono: int) -> float | None:
        """Age of that price, None before the first."""
        trade = self._engine.state.last_trade
        return (mono - trade.mono) / 1e6 if trade is not None else None

    @property
    def strike(self) -> float:
        """The price to beat, 0 while unknown."""
        return self._engine.state.strike

    @property
    def strike_source(self) -> StrikeSource | None:
        """Where it comes from."""
        return self._engine.state.strike_source

    @property
    def strike_exact(self) -> bool:
        """Whether the market settles on that very number."""
        return self._engine.state.strike_exact

    @property
    def distance(self) -> float:
        """The distance that the strategies see, as a fraction of the strike, of the last quote."""
        return self._engine.state.distance

    @property
    def raw_distance(self) -> float:
        """Binance's price against the strike as a fraction of the strike; 0 without a strike."""
        return self._engine.state.raw_distance

    @property
    def aligned(self) -> bool:
        """Whether `distance` is in the dollars that decide; where not, it is the raw one."""
        return self._engine.state.aligned

    @property
    def basis(self) -> float | None:
        """Binance less oracle in dollars a coin, 0 where Binance settles; None while it was never known."""
        alignment = self._engine.state.alignment
        if alignment.on_binance:
            return 0.0
        return alignment.basis.value if alignment.basis.pairs >= MIN_PAIRS else None

    def basis_word(self, mono: int) -> BasisWord:
        """Whether the basis can be used: an old one is shown, but the distance does without it."""
        return self._engine.state.alignment.basis_word(mono)

    def oracle_age_ms(self, mono: int) -> float | None:
        """Age of the second that the oracle's newest spot report is of, None before the first."""
        age = self._engine.state.alignment.age_ms(mono)
        return age if age < inf else None

    @property
    def expected_final(self) -> float | None:
        """The final price to expect, in the settlement's dollars; None while price or basis is unknown."""
        return self._engine.state.expected_final

    @property
    def lock_in(self) -> LockIn | None:
        """What of the deciding average is printed; None before its first second, and where one price settles."""
        return self._engine.state.alignment.lock_in

    @property
    def flip(self) -> float | None:
        """What the rest of the average must come to for the outcome to be on the edge, in the oracle's dollars.

        None before the lock-in, after it, and without a strike in these dollars.
        """
        state = self._engine.state
        lock_in = state.alignment.lock_in
        return lock_in.flip(state.strike) if lock_in is not None and state.oracle_strike else None

    @property
    def final_error(self) -> float | None:
        """A standard deviation of `expected_final` in dollars; None before the lock-in."""
        return self._engine.state.alignment.error(self.price)

    @property
    def ladders(self) -> tuple[Ladder, Ladder]:
        """The books, Up first."""
        return self._engine.state.ladders

    @property
    def prints(self) -> Sequence[Print | None]:
        """The venue's last trade of each outcome."""
        return self._engine.state.last_print

    @property
    def counters(self) -> Mapping[str, int]:
        """What the engine counted: gaps, repeats, contradictions."""
        return self._engine.state.counters

    @property
    def answers(self) -> Sequence[tuple[str, Signal | Gate]]:
        """What each strategy said at the last quote: its name with a signal or its first closed gate."""
        names = (strategy.name for strategy in self._engine.strategies)
        return list(zip(names, self._engine.answers, strict=False))

    def gates(self) -> Sequence[tuple[str, Sequence[GateReading]]]:
        """Every gate of every strategy with its value against its limit; empty before the first evaluation.

        None are told of a strategy that does not list its gates.
        """
        if not self._engine.answers:
            return []
        state = self._engine.state
        return [(name, asked.readings(state) if asked else ()) for name, asked in self._asked().items()]

    def leaning(self, strategy: str) -> Signal | None:
        """What a strategy would say with all its gates open; None before the first evaluation, and where it cannot."""
        asked = self._asked().get(strategy) if self._engine.answers else None
        return asked.lean(self._engine.state) if asked is not None else None

    def _asked(self) -> Mapping[str, Inquiry[Any] | None]:
        """The strategies by name, ready to be asked; made at the first question."""
        if not self._inquiries:
            self._inquiries = {rule.name: inquiry_of(rule) for rule in self._engine.strategies}
        return self._inquiries

    @property
    def position(self) -> Tally:
        """Shares, cost and fees of all fills."""
        return self._engine.position.total

    @property
    def by_strategy(self) -> Mapping[str, Tally]:
        """The same, by strategy."""
        return self._engine.position.by_strategy

    @property
    def spent(self) -> int:
        """Cost and fees in money units."""
        return self._engine.position.spent

    @property
    def reserved(self) -> int:
        """What orders on their way may still spend, in money units."""
        return self._engine.risk.reserved

    @property
    def orders(self) -> int:
        """Orders that count against the limit."""
        return self._engine.risk.orders

    @property
    def in_flight(self) -> int:
        """Orders that have not ended."""
        return self._engine.risk.in_flight

    def cooldown_s(self, mono: int) -> float:
        """Seconds until the next order may leave, 0 for now."""
        return max(self._engine.risk.cooldown_until - mono, 0) / 1e9

    @property
    def winner(self) -> int | None:
        """The outcome that the venue named."""
        return self._engine.winner

    def left_s(self, wall: int) -> float:
        """Seconds until the end; negative after it."""
        return (self._engine.state.end_ns - wall) / 1e9

    def start_in_s(self, wall: int) -> float:
        """Seconds until the start; negative after it."""
        return (self._engine.state.start_ns - wall) / 1e9

    def gone_frac(self, wall: int) -> float:
        """How much of the window is over, 0 to 1."""
        state = self._engine.state
        return min(max((wall - state.start_ns) / state.length_ns, 0.0), 1.0)


@dataclass(slots=True)
class FeedView:
    """One feed. `word` is `live`, `stale`, `connecting` or `down`; `reason` says why it is down."""

    name: str
    word: str
    reason: str
    age_s: float | None
    rate: float
    reconnects: int
    faults: int


@dataclass(slots=True)
class Line:
    """One line of the log of signals, orders and fills. `kind` is `signal`, `order`, `fill`, `ack`, `note`."""

    wall: int
    kind: str
    text: str
    good: bool | None = None
    """True and False colour it as a gain and a loss, or a fill and a refusal; None does not."""
    market: str = ""
    """Coin and window length that it is of, as in `BTC 5m`; empty where it is of none."""


@dataclass(slots=True)
class DayView:
    """The UTC day so far in this mode. Money in money units."""

    markets: int = 0
    trades: int = 0
    won: int = 0
    net: int = 0
    fees: int = 0
    by_strategy: dict[str, int] = field(default_factory=dict)
    """Net by strategy."""
    lenses: dict[str, int] = field(default_factory=dict)
    """Net by lens: instant, realistic, pessimistic."""
    name: str = "today"
    """What it is called where it is no day: a replay knows one window."""


@dataclass(slots=True)
class LatencyView:
    """Histograms in microseconds: frame to engine, evaluation, frame to order, order to answer."""

    receive: Histogram = field(default_factory=Histogram)
    evaluate: Histogram = field(default_factory=Histogram)
    to_order: Histogram = field(default_factory=Histogram)
    order: Histogram = field(default_factory=Histogram)


@dataclass(slots=True)
class TapeView:
    """A recording that is being played: where it stands, and what is marked on it. Times in ns from its beginning."""

    name: str
    playing: bool = False
    speed: float = 1.0
    passed: int = 0
    length: int = 0
    event: int = 0
    events: int = 0
    marks: Sequence[tuple[int, str]] = ()
    """(time, `signal`, `order` or `fill`), oldest first."""
    loading: bool = False
    """There is more that has not been read yet."""
    trouble: str = ""
    number: int = 1
    of: int = 1
    """Which recording it is, of how many."""


@dataclass(slots=True)
class View:
    """Everything that the panels draw, as of one instant."""

    asset: str
    interval: str
    mono: int = 0
    wall: int = 0
    mode: str = "PAPER"
    reasons: tuple[str, ...] = ()
    """Why nothing is traded right now; empty while trading is possible."""
    state: str = "STARTING"
    """One or two words: STARTING, WAITING, WARMING, TRADING, CLOSING, SETTLING, STALE DATA, SWITCHING."""
    span: str = ""
    """The window's times for a person: `08:25–08:30 UTC · 03:25–03:30 ET`."""
    next_window: str = ""
    """How far the next window is: `next is ready`, or what it lacks."""
    market: MarketView | None = None
    feeds: tuple[FeedView, ...] = ()
    lines: Sequence[Line] = ()
    """Newest last."""
    strike_known_ms: int = 0
    """Wall time when the present strike became known; 0 while there is none."""
    history: Sequence[tuple[int, float]] = ()
    """(wall ms, Binance price) over the window, oldest first, at most two a second."""
    latency: LatencyView = field(default_factory=LatencyView)
    day: DayView = field(default_factory=DayView)
    score: Scorecard = field(default_factory=Scorecard)
    """All settled markets in this mode under the lenses, whatever their day."""
    oracle: Mapping[str, int] = field(default_factory=dict)
    """What went wrong with the oracle's frames and reports: refused by name, lost, contradicted."""
    gaps: int = 0
    dropped: int = 0
    loop_lag_ms: float = 0.0
    painted: int = 0
    """This machine's monotonic ns at this look, where `mono` is a recording's own; else 0."""
    rewinds: int = 0
    """Changes when `history` is not what it was before, and more."""
    tape: TapeView | None = None
    """Only in a replay."""
    demo: bool = False
