from hypothesis import given
from hypothesis import strategies as st

from engine.allowance import DAY_NS, Allowances
from tests.engine.builders import money


def test_market_gets_what_is_left_of_the_account_or_of_its_own_limit_whichever_is_less() -> None:
    allowances = Allowances(exposure=money(100), daily_loss=money(25))
    assert allowances.allowance(exposed=money(30), room=money(50)) == money(50)
    assert allowances.allowance(exposed=money(60), room=money(50)) == money(40)
    assert allowances.allowance(exposed=money(130), room=money(50)) == 0
    assert allowances.allowance(exposed=0, room=-money(1)) == 0


def test_day_is_lost_when_its_settled_nets_reach_the_limit_and_the_next_day_begins_at_nothing() -> None:
    allowances = Allowances(exposure=money(100), daily_loss=money(25))
    allowances.settled("a", -money(20), 10 * DAY_NS)
    allowances.settled("b", money(5), 10 * DAY_NS + 1)
    allowances.settled("c", -money(9.99), 10 * DAY_NS + 2)
    assert not allowances.lost(10 * DAY_NS + 3)
    allowances.settled("d", -money(0.01), 11 * DAY_NS - 1)
    assert allowances.lost(11 * DAY_NS - 1)
    assert allowances.net(11 * DAY_NS) == 0
    assert not allowances.lost(11 * DAY_NS)


def test_market_that_is_settled_anew_replaces_its_result_in_the_day_it_had_it() -> None:
    allowances = Allowances(exposure=money(100), daily_loss=money(25))
    allowances.settled("a", -money(20), 10 * DAY_NS)
    allowances.settled("a", -money(30), 11 * DAY_NS)
    assert allowances.net(10 * DAY_NS) == -money(30)
    assert allowances.net(11 * DAY_NS) == 0


@given(st.integers(0, 10**14), st.integers(0, 10**14), st.integers(-(10**14), 10**14))
def test_allowance_is_never_negative_nor_more_than_either_limit_leaves(limit: int, exposed: int, room: int) -> None:
    allowance = Allowances(limit, money(25)).allowance(exposed, room)
    assert 0 <= allowance <= max(room, 0)
    assert allowance == 0 or exposed + allowance <= limit
