from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import Fill
from engine.execution import Leg, TradeReport, TradeStatus
from engine.fees import taker_fee
from engine.matches import CLAIM, DUST, Booking, Heard, Matches
from tests.engine.builders import FEE, money, price, size
from tests.engine.live import trade_report

MATCHED, MINED, RETRYING = TradeStatus.MATCHED, TradeStatus.MINED, TradeStatus.RETRYING
CONFIRMED, FAILED = TradeStatus.CONFIRMED, TradeStatus.FAILED


def fresh(*, dollars: float = 0.50, budget: float = 100.0) -> Matches:
    return Matches(FEE, price(dollars), money(budget))


def sums(bookings: list[Booking]) -> tuple[int, int, int]:
    """Size, cost and fees."""
    return (
        sum(one.size for one in bookings),
        sum(one.price * one.size for one in bookings),
        sum(one.fee for one in bookings),
    )


# --- trades


def test_trade_is_booked_once_with_its_fee() -> None:
    matches = fresh()
    assert matches.hear(trade_report(shares=10)) is Heard.NEW
    assert matches.due() == [Booking("a", price(0.50), size(10), money(0.175), MATCHED)]
    assert matches.hear(trade_report(shares=10)) is Heard.REPEATED
    assert matches.due() == []


@pytest.mark.parametrize(
    ("story", "heard"),
    [
        ((MATCHED, MINED, CONFIRMED), "nAA"),
        ((MATCHED, MATCHED), "nr"),
        ((MINED, MATCHED), "nr"),
        ((MATCHED, RETRYING, MINED, FAILED), "nArA"),
        ((CONFIRMED, MINED, MATCHED, CONFIRMED), "nrrr"),
        ((CONFIRMED, FAILED), "nC"),
        ((FAILED, CONFIRMED), "nC"),
        ((FAILED, FAILED), "nr"),
    ],
)
def test_settlement_goes_forward_and_its_first_end_holds(story: tuple[TradeStatus, ...], heard: str) -> None:
    letters = {Heard.NEW: "n", Heard.ADVANCED: "A", Heard.REPEATED: "r", Heard.CONTRADICTED: "C"}
    matches = fresh()
    assert "".join(letters[matches.hear(trade_report(status=status))] for status in story) == heard
    first_end = next((status for status in story if status.final), None)
    assert matches.final is (first_end is not None)
    assert matches.confirmed is (first_end is CONFIRMED)
    assert sums(matches.due())[0] == (0 if first_end is FAILED else size(10))


def test_failed_trade_is_taken_back_as_it_was_booked_and_once() -> None:
    matches = fresh()
    matches.hear(trade_report(shares=10))
    (booked,) = matches.due()
    matches.hear(trade_report(shares=10, status=FAILED))
    (void,) = matches.due()
    assert (void.size, void.fee, void.price) == (-booked.size, -booked.fee, booked.price)
    assert matches.due() == []
    assert matches.failed == booked.amount


def test_trade_that_had_failed_when_it_was_first_heard_of_shows_in_the_books_and_is_not_held() -> None:
    matches = fresh()
    matches.hear(trade_report(shares=10, status=FAILED))
    assert [booking.size for booking in matches.due()] == [size(10), -size(10)]
    assert matches.failed > 0


def test_other_amounts_of_a_known_trade_are_counted_and_not_believed() -> None:
    matches = fresh()
    matches.hear(trade_report(shares=10))
    assert matches.hear(trade_report(shares=11, status=CONFIRMED)) is Heard.ADVANCED
    assert matches.changed == 1
    assert sums(matches.due())[0] == size(10)


# --- claims


def test_claim_alone_books_nothing_until_waiting_is_over() -> None:
    matches = fresh()
    assert matches.claim(size(10), money(5.0), ())
    assert matches.due() == []
    assert not matches.accounted
    assert matches.wait_no_longer()
    assert matches.due() == [Booking(CLAIM, price(0.50), size(10), money(0.175), MATCHED)]
    assert matches.booked_whole
    assert not matches.wait_no_longer()
    assert matches.due() == []


def test_trades_replace_what_was_booked_on_the_claim_piece_by_piece() -> None:
    matches = fresh()
    matches.claim(size(10), money(5.0), ())
    matches.wait_no_longer()
    books = matches.due()
    matches.hear(trade_report(trade="a", shares=6))
    books += matches.due()
    assert sums(books)[:2] == (size(10), money(5.0))
    assert sum(booking.size for booking in books if booking.trade_id == CLAIM) == size(4)
    matches.hear(trade_report(trade="b", shares=4))
    books += matches.due()
    claims = [booking for booking in books if booking.trade_id == CLAIM]
    assert sums(claims) == (0, 0, 0)
    assert sums(books) == (size(10), money(5.0), money(0.175))
    assert matches.accounted


def test_cost_that_is_no_whole_price_is_booked_at_two_prices_and_comes_out_exactly() -> None:
    matches = fresh(dollars=0.53)
    matches.claim(size(10), money(5.2950003), ())
    matches.wait_no_longer()
    books = matches.due()
    assert sums(books)[:2] == (size(10), money(5.2950003))
    assert {booking.price for booking in books} == {5295, 5296}


@pytest.mark.parametrize("paid", [0.0, 6.0, 0.0000001])
def test_claim_without_a_cost_that_can_be_is_booked_at_the_limit(paid: float) -> None:
    matches = fresh()
    matches.claim(size(10), money(paid), ())
    matches.wait_no_longer()
    assert sums(matches.due())[:2] == (size(10), money(5.0))


def test_claim_that_says_nothing_of_amounts_is_not_accounted_for_by_silence() -> None:
    """A matched order without sums or trades: nothing is booked, and nothing may be freed."""
    matches = fresh()
    matches.claim(0, 0, ())
    matches.wait_no_longer()
    assert matches.due() == []
    assert (matches.claimed, matches.accounted, matches.booked_whole) == (True, False, False)
    matches.hear(trade_report(shares=6))
    assert not matches.accounted
    matches.take_as_complete()
    assert matches.accounted


def test_claim_with_a_cost_is_better_than_one_without_whichever_came_first() -> None:
    for first, second in permutations([(size(10), 0), (size(10), money(4.9))]):
        matches = fresh()
        matches.claim(*first, ())
        matches.claim(*second, ())
        matches.wait_no_longer()
        assert sums(matches.due())[1] == money(4.9)


def test_known_ids_of_all_its_trades_account_for_a_claim_whatever_its_sums_say() -> None:
    """The trades are what the chain knows; a sum beside them may be rounded or mean something else."""
    matches = fresh()
    matches.claim(size(10), money(5.0), ("a", "b"))
    seen = []
    for trade, shares in (("a", 6.0), ("b", 3.0)):
        matches.hear(trade_report(trade=trade, shares=shares))
        seen.append(matches.accounted)
    assert seen == [False, True]
    matches.wait_no_longer()
    assert sums(matches.due())[0] == size(9)
    assert matches.difference == (size(1), money(0.5))


def test_less_than_a_hundredth_of_a_share_is_no_match() -> None:
    for missing, accounted in ((DUST - 1, True), (DUST, False)):
        matches = fresh()
        matches.claim(size(10) + missing, money(5.0), ())
        matches.hear(trade_report(shares=10))
        assert matches.accounted is accounted


def test_trades_that_use_the_budget_up_are_all_there_are() -> None:
    matches = fresh(budget=5.0)
    matches.claim(size(11), money(5.5), ("a", "z"))
    matches.hear(trade_report(shares=10))
    assert matches.full
    assert matches.accounted


def test_rest_of_a_claim_is_taken_back_when_the_venue_shows_no_more_trades() -> None:
    matches = fresh()
    matches.claim(size(10), money(5.0), ())
    matches.wait_no_longer()
    books = matches.due()
    matches.hear(trade_report(shares=6))
    matches.take_as_complete()
    books += matches.due()
    assert sums(books)[0] == size(6)


def test_claim_stands_when_the_venue_shows_no_trade_at_all() -> None:
    matches = fresh()
    matches.claim(size(10), money(5.0), ())
    matches.wait_no_longer()
    matches.take_as_complete()
    assert sums(matches.due())[0] == size(10)
    assert not matches.accounted


# --- whatever the order


STORY: list[tuple[str, TradeReport | None]] = [
    ("claim", None),
    ("waited", None),
    ("a", trade_report(trade="a", shares=6)),
    ("a", trade_report(trade="a", shares=6, status=CONFIRMED)),
    ("b", trade_report(trade="b", shares=4)),
    ("b", trade_report(trade="b", shares=4, status=FAILED)),
]


def played(turns: tuple[tuple[str, TradeReport | None], ...], ids: tuple[str, ...]) -> tuple[Matches, list[Booking]]:
    matches, books = fresh(), list[Booking]()
    for name, report in turns:
        if report is not None:
            matches.hear(report)
        elif name == "claim":
            matches.claim(size(10), money(5.0), ids)
        else:
            matches.wait_no_longer()
        books += matches.due()
    return matches, books


@pytest.mark.parametrize("ids", [(), ("a", "b"), ("a",)])
def test_all_interleavings_of_claim_trades_and_a_failure_end_in_the_same_books(ids: tuple[str, ...]) -> None:
    for turns in permutations(STORY):
        matches, books = played(turns, ids)
        assert sums(books) == (size(6), money(3.0), taker_fee(FEE, price(0.5), size(6))), turns
        by_trade = Counter[str]()
        for booking in books:
            by_trade[booking.trade_id] += booking.size
        assert +by_trade == Counter({"a": size(6)}), turns
        assert matches.final
        assert matches.confirmed


reports = st.builds(
    TradeReport,
    trade_id=st.sampled_from("abc"),
    order_id=st.just("0xo1"),
    leg=st.sampled_from(list(Leg)),
    condition_id=st.just("0xc0"),
    token=st.just("1"),
    buys=st.just(True),
    price=st.integers(1, 5000),
    size=st.integers(1, 20_000_000),
    status=st.sampled_from(list(TradeStatus)),
    time_ms=st.just(0),
)
claims = st.tuples(st.integers(0, 40_000_000), st.integers(0, money(20)), st.sets(st.sampled_from("abc")))


@given(st.lists(st.one_of(reports, claims, st.just("wait"), st.just("complete"), st.just("due")), max_size=30))
def test_books_say_at_any_time_what_is_known_and_not_a_share_more(steps: list[object]) -> None:
    """Against the plainest account of it: first amounts, first end, and the claim's rest where it was waited for."""
    matches, books = fresh(), list[Booking]()
    known: dict[tuple[str, Leg], tuple[int, int]] = {}
    ends: dict[tuple[str, Leg], TradeStatus] = {}
    for step in steps:
        if isinstance(step, TradeReport):
            key = step.trade_id, step.leg
            known.setdefault(key, (step.price, step.size))
            if step.status.final:
                ends.setdefault(key, step.status)
            matches.hear(step)
        elif isinstance(step, tuple):
            matches.claim(step[0], step[1], tuple(step[2]))
        elif step == "wait":
            matches.wait_no_longer()
        elif step == "complete":
            matches.take_as_complete()
        books += matches.due()
        held = {key: amount for key, amount in known.items() if ends.get(key) is not FAILED}
        of_trades = [booking for booking in books if booking.trade_id != CLAIM]
        assert sums(of_trades)[0] == sum(size for _, size in held.values())
        assert sums(of_trades)[1] == sum(price * size for price, size in held.values())
        of_claims = sums([booking for booking in books if booking.trade_id == CLAIM])
        assert all(amount >= 0 for amount in of_claims)
        assert of_claims[0] == 0 or not matches.accounted
        assert sum(1 if booking.size > 0 else -1 for booking in books) >= len(held)
        assert matches.due() == []


def test_negative_booking_makes_a_negative_fill() -> None:
    """What `Position` relies on: a fill that is taken back has a negative size and fee."""
    void = Booking("a", price(0.5), -size(10), -money(0.175), FAILED)
    fill = Fill(0, 0, "o-1", "s", 0, void.price, void.size, void.fee, void.trade_id)
    assert fill.price * fill.size + fill.fee == void.amount == -money(5.175)
