"""An order, a fill and an order's end as the pairs of a log line: the same words for paper and for real money."""

from collections.abc import Iterator

from engine.events import OUTCOME_NAMES, Ack, Fill
from engine.market import Market
from engine.orders import Order
from engine.units import dollars, price_dollars, shares

Pairs = Iterator[tuple[str, object]]


def order_pairs(market: Market, order: Order) -> Pairs:
    """What is bought, at which price at most, for how much."""
    yield "market", market.slug
    yield "order", order.order_id
    yield "strategy", order.strategy
    yield "side", OUTCOME_NAMES[order.outcome]
    yield "price", price_dollars(order.price)
    yield "shares", shares(order.size)
    yield "usd", f"{dollars(order.budget):.2f}"


def fill_pairs(market: Market, fill: Fill) -> Pairs:
    """What was bought, at which price, and the fee in dollars."""
    yield "market", market.slug
    yield "order", fill.order_id
    yield "side", OUTCOME_NAMES[fill.outcome]
    yield "price", price_dollars(fill.price)
    yield "shares", shares(fill.size)
    yield "fee", f"{dollars(fill.fee):.5f}"


def end_pairs(market: Market, ack: Ack, *, after_ms: float | None = None) -> Pairs:
    """How it ended, after how long where that was measured, and why."""
    yield "market", market.slug
    yield "order", ack.order_id
    yield "status", ack.status.value
    if after_ms is not None:
        yield "after_ms", f"{after_ms:.0f}"
    if ack.reason:
        yield "why", ack.reason
