from engine.breakers import DOUBTS, FAILURES, PAUSE_NS, REJECTS, WITHIN_NS, AccountBreaker, MarketBreaker

S = 1_000_000_000


def test_third_doubt_within_a_minute_pauses_and_the_count_begins_anew() -> None:
    breaker = MarketBreaker()
    assert [breaker.doubted(at * S) for at in (0, 30, 60)] == [False, False, True]
    assert breaker.paused_until == 60 * S + PAUSE_NS
    assert [breaker.doubted(at * S) for at in (61, 62, 63)] == [False, False, True]


def test_doubts_over_more_than_a_minute_do_not() -> None:
    breaker = MarketBreaker()
    assert not any(breaker.doubted(at * (WITHIN_NS // 2 + 1)) for at in range(10))
    assert breaker.paused_until == 0


def test_refusals_in_a_row_double_the_cooldown_and_one_that_is_none_ends_it() -> None:
    breaker = MarketBreaker()
    factors = []
    for refused in (True,) * (REJECTS + 2) + (False, True):
        breaker.answered(refused=refused)
        factors.append(breaker.cooldown_factor)
    assert factors == [1, 1, 2, 2, 2, 1, 1]


def test_failures_in_a_row_trip_once_and_count_anew() -> None:
    breaker = AccountBreaker()
    assert [breaker.answered(failed=True) for _ in range(2 * FAILURES)] == ([False] * (FAILURES - 1) + [True]) * 2


def test_success_between_failures_saves_the_account() -> None:
    breaker = AccountBreaker()
    for _ in range(5):
        assert not any(breaker.answered(failed=True) for _ in range(FAILURES - 1))
        assert not breaker.answered(failed=False)


def test_figures() -> None:
    assert (DOUBTS, REJECTS) == (3, 3)
