"""Whether the data behind a signal may carry an order: clock, price, oracle, quote and book."""

from engine.basis import MIN_PAIRS
from engine.limits import Limits
from engine.market import Settlement
from engine.signal import Gate
from engine.state import MarketState


def distrust(state: MarketState, outcome: int, mono: int, limits: Limits) -> Gate | None:
    """The first reason not to trade `outcome` on this data, or None. Ages in ms."""
    clock = state.clock
    if clock.steps or clock.behind_ms:
        gate = clock.distrust(mono)
        if gate is not None:
            return gate
    trade = state.last_trade
    price_age = (mono - trade.mono) / 1e6 if trade is not None else float("inf")
    if price_age > limits.price_max_age_ms:
        return ("price_age", price_age, limits.price_max_age_ms)
    if trade is not None:
        # Just arrived is not just traded: a feed that caught up on a backlog, or a clock of ours that runs fast.
        late = trade.wall / 1e6 - trade.time_ms
        if late > limits.price_max_age_ms:
            return ("price_late", late, limits.price_max_age_ms)
    if state.oracle_strike and state.market.settlement is Settlement.CHAINLINK_TWAP:
        gate = _unaligned(state, mono, limits)
        if gate is not None:
            return gate
    ladder = state.ladders[outcome]
    if ladder.why_invalid:
        return ("book", 0.0, 1.0)
    quote_age = (mono - ladder.mono) / 1e6
    if quote_age > limits.quote_max_age_ms:
        return ("quote_age", quote_age, limits.quote_max_age_ms)
    if ladder.best_bid >= ladder.best_ask:
        return ("crossed", ladder.best_bid / 1e4, ladder.best_ask / 1e4)
    if ladder.best_ask % ladder.tick:
        return ("off_grid", ladder.best_ask / 1e4, ladder.tick / 1e4)
    return None


def _unaligned(state: MarketState, mono: int, limits: Limits) -> Gate | None:
    """To a strike in the oracle's dollars Binance's price is nothing without a fresh oracle and the basis to it."""
    alignment = state.alignment
    age = alignment.age_ms(mono)
    if age > limits.oracle_max_age_ms:
        return ("oracle_age", age, limits.oracle_max_age_ms)
    if not alignment.known:
        return ("basis", alignment.basis.pairs, MIN_PAIRS)
    return None
