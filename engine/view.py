"""What a screen may see. Read on the engine's own loop, between two frames of a feed; nothing can be changed.

The engine knows nothing of this file; the app fills a `View` before each frame and the panels draw it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from engine.engine import Engine
from engine.figures import NO_LEANINGS, Answers, Figures, Leanings, figures_of
from engine.histogram import Histogram
from engine.limits import Limits
from engine.market import Market
from engine.position import Holding, Tally
from engine.scorecard import Scorecard
from engine.signal import Signal
from engine.strategies.explain import GateReading, Inquiry, agreeing, inquiry_of

PRICED: Final = frozenset({"ask", "edge"})
"""The gates that ask what the side costs: a strategy that got this far has a side and a fair value."""

Gates = tuple[tuple[str, tuple[GateReading, ...]], ...]
"""By strategy its gates, in the order in which it asks."""


class MarketView:
    """One market's engine, for reading: `now` is what was true at the last `look`, the same for every panel."""

    __slots__ = ("_answered", "_answers", "_engine", "_gates", "_gates_of", "_inquiries", "_leanings", "_wanted", "now")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._inquiries: dict[str, Inquiry[Any] | None] = {}
        self._answered = 0
        self._answers: Answers = ()
        self._leanings: Leanings = NO_LEANINGS
        self._gates: Gates = ()
        self._gates_of = 0
        self._wanted = False
        self.now: Figures
        self.look()

    def look(self) -> None:
        """Take in this instant. What the strategies said is asked about once a quote: after it, it stands still."""
        engine = self._engine
        if engine.evaluations != self._answered:
            self._answered = engine.evaluations
            names = (strategy.name for strategy in engine.strategies)
            self._answers = tuple(zip(names, engine.answers, strict=False))
            self._leanings = self._lean()
            if self._wanted:
                self._read_gates()
        self._wanted = False
        self.now = figures_of(engine, self._answers, self._leanings)

    @property
    def market(self) -> Market:
        """The window and its rules."""
        return self._engine.market

    @property
    def limits(self) -> Limits:
        """The limits it trades under."""
        return self._engine.limits

    @property
    def counters(self) -> Mapping[str, int]:
        """What the engine counted: gaps, repeats, contradictions."""
        return self._engine.state.counters

    @property
    def by_strategy(self) -> Mapping[str, Tally]:
        """Counts, shares and cost by strategy."""
        return self._engine.position.by_strategy

    def gates(self) -> Gates:
        """Every gate of every strategy with its value against its limit; empty before the first evaluation.

        None are told of a strategy that does not list its gates. They belong to the answers beside them, and are kept
        up by `look` while somebody asks for them.
        """
        self._wanted = True
        if self._gates_of != self._answered:
            self._read_gates()
        return self._gates

    def _read_gates(self) -> None:
        state, asked = self._engine.state, self._asked()
        self._gates_of = self._answered
        self._gates = tuple(
            (name, agreeing(inquiry.readings(state), answer) if (inquiry := asked.get(name)) is not None else ())
            for name, answer in self._answers
        )

    def _lean(self) -> Leanings:
        leanings: dict[str, Signal] = {}
        for name, answer in self._answers:
            if not isinstance(answer, Signal) and answer[0] in PRICED:
                inquiry = self._asked().get(name)
                leaning = inquiry.lean_beside(answer, self._engine.state) if inquiry is not None else None
                if leaning is not None:
                    leanings[name] = leaning
        return leanings

    def _asked(self) -> Mapping[str, Inquiry[Any] | None]:
        """The strategies by name, ready to be asked; made at the first question."""
        if not self._inquiries:
            self._inquiries = {rule.name: inquiry_of(rule) for rule in self._engine.strategies}
        return self._inquiries

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


@dataclass(frozen=True, slots=True)
class EarlierWindow:
    """A window that is not on the screen any more and has shares that wait for its outcome."""

    asset: str
    interval: str
    start_ms: int
    ended: bool
    """False where it was left by a switch and still runs."""
    holding: Holding
    winner: int | None = None
    """The outcome, once it is named; the result is booked a little later."""


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


TODAY: Final = "today"
PAPER: Final = "paper"
WINDOW: Final = "window"


@dataclass(slots=True)
class DayView:
    """The UTC day so far in this mode. Money in money units."""

    markets: int = 0
    """Settled windows, those without an order too."""
    trades: int = 0
    won: int = 0
    net: int = 0
    fees: int = 0
    by_strategy: dict[str, int] = field(default_factory=dict)
    """Net by strategy."""
    lenses: dict[str, int] = field(default_factory=dict)
    """Net by lens: instant, realistic, pessimistic."""
    name: str = TODAY
    """What it is called: PAPER beside a live position, WINDOW where it is no day, as in a replay."""


@dataclass(slots=True)
class LatencyView:
    """Histograms in microseconds: frame to engine, evaluation, frame to order, order to answer."""

    receive: Histogram = field(default_factory=Histogram)
    evaluate: Histogram = field(default_factory=Histogram)
    to_order: Histogram = field(default_factory=Histogram)
    order: Histogram = field(default_factory=Histogram)


class ArmGate(NamedTuple):
    """One condition of arming. `state` says how it is, or what is wrong and what to do."""

    name: str
    passed: bool
    state: str


class LiveMarket(NamedTuple):
    """A live session. Shares in size units; `spent`, cost and fees, in money units."""

    asset: str
    start_ms: int
    mode: str
    up: int
    down: int
    spent: int
    orders: int


@dataclass(frozen=True, slots=True)
class LiveView:
    """The live account as of now. Money in money units."""

    armed: bool
    halted: bool
    what: str
    """What is armed, such as `BTC 5M`; empty while nothing is."""
    at_stake: int
    limit: int
    day_net: int
    day_limit: int
    unknown: int
    in_flight: int
    markets: tuple[LiveMarket, ...]
    trouble: str
    unredeemed: int = 0
    """What has been won and is not cash yet."""


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
    earlier: tuple[EarlierWindow, ...] = ()
    """Windows before the one on the screen whose shares wait for an outcome, oldest first."""
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
    live: LiveView | None = None
    """The live account, once it has been opened."""
    demo: bool = False
