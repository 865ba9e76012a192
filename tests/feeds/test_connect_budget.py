from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.connect_budget import FAST_LIMIT, LIMIT, PERIOD_NS, SLOW_EVERY_NS, ConnectBudget

SECOND = 10**9


def spent(attempts: int, now: int = 0) -> ConnectBudget:
    budget = ConnectBudget()
    for _ in range(attempts):
        budget.spend(now)
    return budget


def test_a_fresh_budget_lets_everyone_through() -> None:
    budget = ConnectBudget()
    assert budget.wait_ns(0) == 0
    assert not budget.slow(0)


def test_when_the_fast_attempts_are_spent_one_a_minute_is_left() -> None:
    budget = spent(FAST_LIMIT)
    assert budget.slow(1)
    assert budget.wait_ns(20 * SECOND) == 40 * SECOND
    assert budget.wait_ns(60 * SECOND) == 0
    budget.spend(60 * SECOND)
    assert budget.wait_ns(60 * SECOND) == SLOW_EVERY_NS


def test_attempts_are_forgotten_after_five_minutes() -> None:
    budget = spent(FAST_LIMIT)
    assert budget.slow(PERIOD_NS - 1)
    assert not budget.slow(PERIOD_NS)
    assert budget.wait_ns(PERIOD_NS) == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 120 * SECOND), min_size=70, max_size=200))
def test_no_five_minutes_see_more_connects_than_the_limit(pauses: list[int]) -> None:
    budget, now, attempts = ConnectBudget(), 0, []
    for pause in pauses:
        # Most clients that fail come back at once.
        now += pause if pause % 5 == 0 else 0
        now += budget.wait_ns(now)
        budget.spend(now)
        attempts.append(now)
    spans = zip(attempts, attempts[LIMIT:], strict=False)
    assert all(later - earlier >= PERIOD_NS for earlier, later in spans)
