import pytest

from engine.events import DOWN, UP
from engine.position import Tally
from engine.settlement import Result, decide, settle
from tests.engine.builders import fill, money


def test_result_is_winners_less_losers_less_fees() -> None:
    tally = Tally()
    tally.add(fill(1.0, outcome=UP, dollars=0.50, shares=9.66, fee=0.16905))
    tally.add(fill(2.0, outcome=DOWN, dollars=0.20, shares=10, fee=0.112))
    assert settle(tally, UP) == Result(gross=money(9.66 - 4.83 - 2.0), fees=money(0.28105))
    assert settle(tally, UP).net == money(2.54895)
    assert settle(tally, DOWN).net == money(10 - 4.83 - 2.0 - 0.28105)


def test_nothing_bought_earns_nothing() -> None:
    assert settle(Tally(), UP).net == 0


def test_profit_smaller_than_the_fee_is_a_loss() -> None:
    tally = Tally()
    tally.add(fill(1.0, outcome=UP, dollars=0.99, shares=10, fee=0.101))
    assert settle(tally, UP).gross > 0 > settle(tally, UP).net


@pytest.mark.parametrize(
    ("final", "winner"),
    [(71485.23965784833, UP), (71485.23965784832, UP), (71485.2396578483, DOWN), (71481.16729031486, DOWN)],
    ids=["above", "tie", "below by the last digit", "below"],
)
def test_up_wins_from_the_strike_upwards(final: float, winner: int) -> None:
    assert decide(71485.23965784832, final) == winner
