from feeds.backoff import LONGEST_S, Backoff


def test_the_bound_of_the_wait_doubles_from_a_quarter_second_to_half_a_minute() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.next_s() for _ in range(9)] == [0.25, 0.5, 1, 2, 4, 8, 16, LONGEST_S, LONGEST_S]


def test_the_wait_is_drawn_from_nothing_to_the_bound() -> None:
    draws = iter([0.0, 0.5, 0.25])
    backoff = Backoff(lambda: next(draws))
    assert [backoff.next_s() for _ in range(3)] == [0.0, 0.25, 0.25]


def test_after_a_reset_the_wait_is_short_again() -> None:
    backoff = Backoff(lambda: 1.0)
    for _ in range(6):
        backoff.next_s()
    backoff.reset()
    assert backoff.next_s() == 0.25
