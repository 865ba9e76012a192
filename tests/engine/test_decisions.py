from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.decisions import DecisionHash
from engine.events import DOWN, UP, Ack, Fill
from engine.orders import Order, OrderStatus
from engine.signal import Signal
from tests.engine.builders import ack, fill, order, wall

SIGNAL = Signal("momentum", UP, 0.65, 0.50, 0.15, 0.5, 0.05, 0.1325, 3.0, True, ("cooldown", 1.0, 0.0))


def hashed(*decided: Signal | Order | Fill | Ack, at: float = 1.0) -> str:
    decisions = DecisionHash()
    for one in decided:
        decisions.add((wall(at), one))
    return decisions.hexdigest()


def test_same_decisions_have_the_same_hash() -> None:
    assert hashed(SIGNAL, order(1.0), fill(1.2), ack(1.2)) == hashed(SIGNAL, order(1.0), fill(1.2), ack(1.2))


def test_hash_does_not_depend_on_when_it_is_folded() -> None:
    folded = DecisionHash()
    for one in (SIGNAL, order(1.0), fill(1.2)):
        folded.add((wall(1.0), one))
        folded.fold()
        folded.fold()
    assert folded.hexdigest() == hashed(SIGNAL, order(1.0), fill(1.2))
    assert folded.hexdigest() == folded.hexdigest()


@pytest.mark.parametrize(
    "changed",
    [
        {"strategy": "distance_fade"},
        {"outcome": DOWN},
        {"fair": 0.6500000001},
        {"ask": 0.51},
        {"confidence": 0.51},
        {"selected": False},
        {"block": None},
        {"block": ("orders", 1.0, 0.0)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_another_signal_has_another_hash(changed: dict[str, Any]) -> None:
    assert hashed(replace(SIGNAL, **changed)) != hashed(SIGNAL)


@pytest.mark.parametrize(
    ("made", "changed"),
    [
        (order, {"order_id": "o-2"}),
        (order, {"outcome": DOWN}),
        (order, {"price": 5001}),
        (order, {"size": 1}),
        (order, {"budget": 1}),
        (fill, {"trade_id": "o-1.2"}),
        (fill, {"outcome": DOWN}),
        (fill, {"price": 4999}),
        (fill, {"size": 1}),
        (fill, {"fee": 1}),
        (ack, {"order_id": "o-2"}),
        (ack, {"status": OrderStatus.PARTIAL}),
    ],
)
def test_another_order_fill_or_end_has_another_hash(
    made: Callable[[float], Order | Fill | Ack], changed: dict[str, Any]
) -> None:
    assert hashed(replace(made(1.0), **changed)) != hashed(made(1.0))


def test_order_and_time_of_decisions_count() -> None:
    assert hashed(SIGNAL, order(1.0)) != hashed(order(1.0), SIGNAL)
    assert hashed(SIGNAL, at=1.0) != hashed(SIGNAL, at=1.1)


def test_timings_of_a_signal_do_not_count() -> None:
    assert hashed(replace(SIGNAL, quote_age_ms=99.0)) == hashed(SIGNAL)


def test_nothing_decided_is_a_hash_of_its_own() -> None:
    assert len(hashed()) == 32
    assert hashed() != hashed(SIGNAL)
