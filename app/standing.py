"""Where a window stands, in a word, and what keeps it from being traded right now."""

from engine.engine import Engine, Mode
from engine.events import OUTCOME_NAMES
from engine.state import MarketState

Standing = tuple[str, tuple[str, ...]]
"""A word or two in capitals, and reasons for a person; no reasons where all is well."""


def standing(engine: Engine, missing: tuple[str, ...], mono: int, wall: int) -> Standing:
    """What the window is doing at this instant. `missing` is what it lacks altogether."""
    state = engine.state
    if wall >= state.end_ns:
        return "SETTLING", ("waiting for the venue's outcome",)
    if wall < state.start_ns:
        return "WARMING", missing
    if wall >= state.end_ns - engine.limits.cutoff_ns:
        return "CLOSING", ("too late for new orders",)
    if engine.mode is Mode.HALTED:
        return "HALTED", ("killed: d to go back to paper", *missing)
    if missing:
        return "NOT TRADING", missing
    old = stale(engine, mono)
    return ("STALE DATA", old) if old else ("TRADING", ())


def lacking(state: MarketState) -> tuple[str, ...]:
    """Books and prices that are not there, and a disk that does not take what is bought on them."""
    lacks = [
        f"{OUTCOME_NAMES[outcome]} book: {ladder.why_invalid}"
        for outcome, ladder in enumerate(state.ladders)
        if not ladder.valid
    ]
    if state.last_trade is None:
        lacks.append("no Binance price yet")
    if not state.disk_up:
        lacks.append("the disk takes no orders")
    return tuple(lacks)


def stale(engine: Engine, mono: int) -> tuple[str, ...]:
    """Streams that are too old to trade on, and a clock that is wrong."""
    state, limits = engine.state, engine.limits
    reasons = []
    if state.last_trade is not None and mono - state.last_trade.mono > limits.price_max_age_ms * 1e6:
        reasons.append("Binance is silent")
    if mono - max(ladder.mono for ladder in state.ladders) > limits.quote_max_age_ms * 1e6:
        reasons.append("the book is silent")
    if state.clock.distrust(mono) is not None:
        reasons.append("this machine's clock is wrong")
    return tuple(reasons)
