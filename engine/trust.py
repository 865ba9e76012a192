"""Whether the data behind a signal may carry an order: clock, disk, price, oracle, quote and book."""

from typing import Final

from engine.basis import MIN_PAIRS
from engine.book import Ladder
from engine.frozen import MOVED
from engine.limits import Limits
from engine.market import Settlement
from engine.signal import Gate
from engine.state import MarketState
from engine.units import PRICE

GHOST_SPREAD: Final = 9_800
"""A bid of a cent and an ask of 99: the market makers have gone, or not come yet."""

MIRROR_LIMIT: Final = 1_000
"""Up and Down may be apart by ten cents for an instant; more means that one of them is not what it says it is."""


def distrust(state: MarketState, outcome: int, mono: int, limits: Limits) -> Gate | None:
    """The first reason not to trade `outcome` on this data, or None. Ages in ms."""
    clock = state.clock
    if clock.steps or clock.behind_ms or clock.venue_ms:
        gate = clock.distrust(mono)
        if gate is not None:
            return gate
    if not state.disk_up:
        # An order that cannot be written down would be forgotten by a restart, and be one over the limit.
        return ("disk", 0.0, 1.0)
    gate = _stale_price(state, mono, limits)
    if gate is not None:
        return gate
    if state.oracle_strike and state.market.settlement is Settlement.CHAINLINK_TWAP:
        gate = _unaligned(state, mono, limits)
        if gate is not None:
            return gate
    ladder = state.ladders[outcome]
    if ladder.why_invalid:
        return ("book", 0.0, 1.0)
    gate = _stale_quote(state, ladder, mono, limits)
    if gate is not None:
        return gate
    if ladder.best_bid >= ladder.best_ask:
        return ("crossed", ladder.best_bid / 1e4, ladder.best_ask / 1e4)
    if ladder.best_ask % ladder.tick:
        return ("off_grid", ladder.best_ask / 1e4, ladder.tick / 1e4)
    return _unreal(state, outcome, mono)


def _stale_price(state: MarketState, mono: int, limits: Limits) -> Gate | None:
    """No price of Binance's, or one that is too old by our clock or by its own."""
    trade = state.last_trade
    price_age = (mono - trade.mono) / 1e6 if trade is not None else float("inf")
    if price_age > limits.price_max_age_ms:
        return ("price_age", price_age, limits.price_max_age_ms)
    if trade is not None:
        # Just arrived is not just traded: a feed that caught up on a backlog, or a clock of ours that runs fast.
        late = trade.wall / 1e6 - trade.time_ms
        if late > limits.price_max_age_ms:
            return ("price_late", late, limits.price_max_age_ms)
    return None


def _stale_quote(state: MarketState, ladder: Ladder, mono: int, limits: Limits) -> Gate | None:
    """A quote that is too old by our clock, or was by the venue's when it came."""
    quote_age = (mono - ladder.mono) / 1e6
    if quote_age > limits.quote_max_age_ms:
        return ("quote_age", quote_age, limits.quote_max_age_ms)
    change = state.last_change
    if change is not None and change.venue_ms:
        # Just arrived is not just changed: a program that was stopped hears all at once what waited for it.
        late = change.wall / 1e6 - change.venue_ms
        if late > limits.quote_max_age_ms:
            return ("book_late", late, limits.quote_max_age_ms)
    return None


def _unreal(state: MarketState, outcome: int, mono: int) -> Gate | None:
    """A book that is there and says nothing true: nobody in it, not the other side's mirror, or standing still."""
    ladder, other = state.ladders[outcome], state.ladders[1 - outcome]
    spread = ladder.best_ask - ladder.best_bid
    if spread >= GHOST_SPREAD:
        return ("ghost_book", spread / 1e4, GHOST_SPREAD / 1e4)
    if not (state.top_only or other.why_invalid):
        # Up and Down are one book seen from two sides: buying one at 68 is selling the other at 32.
        apart = abs(ladder.best_ask + other.best_bid - PRICE)
        if apart > MIRROR_LIMIT:
            return ("mirror", apart / 1e4, MIRROR_LIMIT / 1e4)
    moved = state.frozen.moved(state.price, mono)
    return ("frozen_book", moved, MOVED) if moved > MOVED else None


def _unaligned(state: MarketState, mono: int, limits: Limits) -> Gate | None:
    """To a strike in the oracle's dollars Binance's price is nothing without a fresh oracle and the basis to it."""
    alignment = state.alignment
    age = alignment.age_ms(mono)
    if age > limits.oracle_max_age_ms:
        return ("oracle_age", age, limits.oracle_max_age_ms)
    if not alignment.known:
        return ("basis", alignment.basis.pairs, MIN_PAIRS)
    return None
