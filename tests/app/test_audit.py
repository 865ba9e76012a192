"""After the close: our strike and final against the venue's."""

import pytest

from app.audit import OurPrices, audit, same_price
from feeds.verdict import Verdict
from tests.engine.builders import STRIKE


def ours(strike: float = STRIKE, *, exact: bool = True, final: float | None = STRIKE + 5) -> OurPrices:
    return OurPrices(strike, exact, final)


def venue(strike: float | None = STRIKE, final: float | None = STRIKE + 5) -> Verdict:
    return Verdict(0, final, strike)


def test_the_same_prices_differ_by_nothing_and_nobody_is_told() -> None:
    assert audit(ours(), venue()) == ({"audit_strike": 0.0, "audit_final": 0.0}, [])


def test_a_difference_is_ours_less_the_venues_in_dollars_and_told_for_each_price() -> None:
    facts, told = audit(ours(STRIKE + 0.25, final=STRIKE + 4), venue())
    assert facts == {"audit_strike": 0.25, "audit_final": -1.0}
    assert [sentence.split(" was ")[0] for sentence in told] == ["our strike", "our final"]
    assert "68000.25" in told[0]
    assert "68000.0" in told[0]


def test_an_inexact_strike_may_differ_it_is_written_down_and_not_told() -> None:
    facts, told = audit(ours(STRIKE + 30, exact=False, final=None), venue())
    assert (facts, told) == ({"audit_strike": 30.0, "audit_final": "unknown"}, [])


@pytest.mark.parametrize("told", [None, venue(None, None)])
def test_without_the_venues_prices_both_are_unknown(told: Verdict | None) -> None:
    assert audit(ours(), told) == ({"audit_strike": "unknown", "audit_final": "unknown"}, [])


def test_without_a_strike_of_ours_it_is_unknown() -> None:
    assert audit(ours(0), venue())[0] == {"audit_strike": "unknown", "audit_final": 0.0}


def test_a_rounding_of_the_last_digit_is_no_difference() -> None:
    assert same_price(84_741.59470245396, 84_741.59470245397)
    assert same_price(1.2889627416793126, 1.288962741679313)
    assert not same_price(84_741.59470245396, 84_741.594703)
    assert not same_price(1.2889627416793126, 1.288962742)
