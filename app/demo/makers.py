"""The makers: where they want their quotes, and the steps by which the book gets there."""

import math
from random import Random
from typing import Final, NamedTuple

from app.demo.book import ASK, BID, DOLLAR, Book

COARSE: Final = 10
FINE: Final = 1
"""The tick of a cent and that of a tenth of a cent."""

_FINE_BEYOND: Final = 0.96
_COARSE_WITHIN: Final = 0.94
_HALF_SPREAD: Final = {COARSE: 6.0, FINE: 1.5}
_LEVELS: Final = 8
_MOST_LEVELS: Final = 24
_STEPS_AT_ONCE: Final = 4
_PULLED_BY: Final = 3


class Change(NamedTuple):
    """A level's new whole size, as Up sees it."""

    side: int
    price: int
    size: int


class Quote(NamedTuple):
    """Where the makers want the touch: the highest bid and the lowest ask, on the grid."""

    bid: int
    ask: int


def tick_for(fair: float, tick: int) -> int:
    """The venue's tick: fine beyond 96 cents, coarse again once the price is back within 94."""
    edge = max(fair, 1.0 - fair)
    if edge > _FINE_BEYOND:
        return FINE
    return COARSE if edge < _COARSE_WITHIN else tick


def quote(fair: float, tick: int, pulled: int | None) -> Quote:
    """The touch around `fair`, a probability; a pulled side stands back by a few ticks."""
    middle, half = fair * DOLLAR, _HALF_SPREAD[tick]
    bid = math.floor((middle - half) / tick) * tick
    ask = math.ceil((middle + half) / tick) * tick
    bid -= _PULLED_BY * tick if pulled == BID else 0
    ask += _PULLED_BY * tick if pulled == ASK else 0
    return Quote(min(bid, DOLLAR - 2 * tick), max(ask, 2 * tick))


def fill_book(random: Random, book: Book, wanted: Quote, tick: int) -> None:
    """Start afresh: a full ladder on both sides and large resting orders far out."""
    book.clear()
    for depth in range(_LEVELS):
        for side, price in ((BID, wanted.bid - depth * tick), (ASK, wanted.ask + depth * tick)):
            if 0 < price < DOLLAR:
                book.set(side, price, size_at(random, depth))
    for price in (10, 20, 30):
        if price < wanted.bid:
            book.set(BID, price, size_at(random, _LEVELS) * 10)
        if DOLLAR - price > wanted.ask:
            book.set(ASK, DOLLAR - price, size_at(random, _LEVELS) * 10)


def steps_towards(random: Random, book: Book, wanted: Quote, tick: int) -> list[Change]:
    """The next few changes: first the quotes that are too keen go, best first, then the missing ones come."""
    gone = [Change(ASK, price, 0) for price in sorted(book.sides[ASK]) if price < wanted.ask]
    gone += [Change(BID, price, 0) for price in sorted(book.sides[BID], reverse=True) if price > wanted.bid]
    if gone:
        return gone[:_STEPS_AT_ONCE]
    new = []
    for depth in range(_LEVELS // 2):
        for side, price in ((BID, wanted.bid - depth * tick), (ASK, wanted.ask + depth * tick)):
            if 0 < price < DOLLAR and price not in book.sides[side]:
                new.append(Change(side, price, size_at(random, depth)))
    return new[:_STEPS_AT_ONCE]


def fidget(random: Random, book: Book, tick: int) -> Change:
    """Someone changes the size of a level near the touch, or leaves one far from it."""
    side = random.randrange(2)
    levels = book.sides[side]
    if len(levels) > _MOST_LEVELS:
        far = sorted(levels, reverse=side == BID)[_LEVELS + random.randrange(_LEVELS)]
        return Change(side, far, 0)
    depth = min(int(random.expovariate(0.4)), _LEVELS + 4)
    if side == BID:
        price = max(book.best_bid() - depth * tick, tick)
    else:
        price = min(book.best_ask() + depth * tick, DOLLAR - tick)
    return Change(side, price, size_at(random, depth))


def size_at(random: Random, depth: int) -> int:
    """A level's size in hundredths of a share: smaller at the touch, whole shares half of the time."""
    size = random.lognormvariate(4.3 + 0.15 * min(depth, _LEVELS), 0.8)
    return max(round(size) * 100 if random.random() < 0.5 else round(size * 100), 500)
