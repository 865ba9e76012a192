"""The figures of one instant that several panels tell, so that no two of them ever disagree on one screen."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from engine.alignment import Alignment
from engine.basis import MIN_PAIRS
from engine.book import Ladder
from engine.engine import Engine
from engine.events import Print, StrikeSource
from engine.lockin import LockIn
from engine.position import Holding
from engine.signal import Gate, Signal

Answers = tuple[tuple[str, Signal | Gate], ...]
Leanings = Mapping[str, Signal]

NO_LEANINGS: Final[Leanings] = MappingProxyType({})


class Figures(NamedTuple):
    """What is known at one instant. Dollars a coin, price, size and money units, monotonic ns; nothing in it changes.

    The answers are those of the last quote, and the leanings belong to them: they stand still when the quotes do.
    """

    price: float
    """The last Binance price, 0 before the first."""
    traded: int | None
    """When that trade came; None before the first."""
    reported: int | None
    """The second that the oracle's newest spot report is of; None before the first."""
    strike: float
    """The price to beat, 0 while unknown."""
    strike_source: StrikeSource | None
    strike_exact: bool
    """Whether the market settles on that very number."""
    distance: float
    """The distance that the strategies see, as a fraction of the strike, of the last quote."""
    raw_distance: float
    """Binance's price against the strike as a fraction of the strike; 0 without a strike."""
    aligned: bool
    """Whether `distance` is in the dollars that decide; where not, it is the raw one."""
    basis: float | None
    """Binance less oracle in dollars a coin, 0 where Binance settles; None while it was never known."""
    expected_final: float | None
    """The final price to expect, in the settlement's dollars; None while price or basis is unknown."""
    lock_in: LockIn | None
    """What of the deciding average is printed; None before its first second, and where one price settles."""
    flip: float | None
    """What the rest of the average must come to for the outcome to be on the edge, in the oracle's dollars.

    None before the lock-in, after it, and without a strike in these dollars.
    """
    final_error: float | None
    """A standard deviation of `expected_final` in dollars; None before the lock-in."""
    ladders: tuple[Ladder, Ladder]
    """The books, Up first."""
    prints: tuple[Print | None, ...]
    """The venue's last trade of each outcome."""
    holding: Holding
    """Shares, cost and fees of all fills."""
    reserved: int
    """What orders on their way may still spend, in money units."""
    orders: int
    """Orders that count against the limit."""
    in_flight: int
    """Orders that have not ended."""
    cooldown_until: int
    winner: int | None
    """The outcome that the venue named."""
    evaluations: int
    """How many quotes were evaluated; the last one gave the answers."""
    answers: Answers
    """What each strategy said then: its name with a signal or its first closed gate."""
    leanings: Leanings
    """What a strategy that stopped at a gate on the price would say with all its gates open."""

    def price_age_ms(self, mono: int) -> float | None:
        """Age of the price, None before the first."""
        return (mono - self.traded) / 1e6 if self.traded is not None else None

    def oracle_age_ms(self, mono: int) -> float | None:
        """Age of the second that the oracle's newest spot report is of, None before the first."""
        return (mono - self.reported) / 1e6 if self.reported is not None else None

    def cooldown_s(self, mono: int) -> float:
        """Seconds until the next order may leave, 0 for now."""
        return max(self.cooldown_until - mono, 0) / 1e9


def figures_of(engine: Engine, answers: Answers, leanings: Leanings) -> Figures:
    """The engine's figures of this instant, with what the strategies said last."""
    state, risk = engine.state, engine.risk
    alignment, trade = state.alignment, state.last_trade
    lock_in = alignment.lock_in
    up, down = state.ladders
    return Figures(
        price=state.price,
        traded=trade.mono if trade is not None else None,
        reported=alignment.reported,
        strike=state.strike,
        strike_source=state.strike_source,
        strike_exact=state.strike_exact,
        distance=state.distance,
        raw_distance=state.raw_distance,
        aligned=state.aligned,
        basis=_basis(alignment),
        expected_final=state.expected_final,
        lock_in=lock_in,
        flip=lock_in.flip(state.strike) if lock_in is not None and state.oracle_strike else None,
        final_error=alignment.error(state.price),
        ladders=(up.still(), down.still()),
        prints=tuple(state.last_print),
        holding=engine.position.holding,
        reserved=risk.reserved,
        orders=risk.orders,
        in_flight=risk.in_flight,
        cooldown_until=risk.cooldown_until,
        winner=engine.winner,
        evaluations=engine.evaluations,
        answers=answers,
        leanings=leanings,
    )


def _basis(alignment: Alignment) -> float | None:
    if alignment.on_binance:
        return 0.0
    return alignment.basis.value if alignment.basis.pairs >= MIN_PAIRS else None
