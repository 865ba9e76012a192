"""How much to spend on a signal: half Kelly on the cost with the fee, cut to what is left, never rounded up."""

from typing import Final, NamedTuple

from engine.fees import FeeCurve
from engine.signal import Gate, Signal, half_kelly
from engine.units import CENT, MONEY, PRICE, SIZE

LOT: Final = SIZE // 10_000
"""The venue counts the shares of a fill-and-kill order in steps of 1/10,000."""

MIN_BUDGET: Final = MONEY
"""A marketable buy spends at least one dollar."""


class Sized(NamedTuple):
    """What to send: whole cents to spend, and the shares that they buy at the limit price."""

    price: int
    size: int
    budget: int


def size_order(signal: Signal, price: int, bankroll: float, room: int, min_size: int, fees: FeeCurve) -> Sized | Gate:
    """Size a buy at `price` (price units) out of `bankroll` dollars with `room` money units left in the market.

    With `c = ask + fee per share` the Kelly fraction is `(fair - c) / (1 - c)`; half of it, at most the
    strategy's cap. `room` must also cover the fee at the best price that the order could get.
    """
    ask = price / PRICE
    cost = ask + fees.per_share(ask)
    if not signal.fair > cost:
        return ("kelly", signal.fair - cost, 0.0)
    dollars = half_kelly(signal.fair - cost, cost, signal.cap) * bankroll
    notional = int(dollars / cost * ask * MONEY)
    budget = min(notional, fees.affordable(room)) // CENT * CENT
    size = budget // price // LOT * LOT
    if size < min_size:
        return ("min_shares", size / SIZE, min_size / SIZE)
    if budget < MIN_BUDGET:
        return ("min_dollars", budget / MONEY, MIN_BUDGET / MONEY)
    return Sized(price, size, budget)
