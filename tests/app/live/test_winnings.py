"""What can be redeemed: the venue's list read whole or not at all, and the sum of what is not cash yet."""

from typing import Any

import httpx
import pytest

from app.live.calls import Unanswered, venue_http
from app.live.winnings import LAG_NS, Payout, Winnings, redeemable
from engine.units import MONEY, SIZE
from tests.app.live.scripted import says, scripted

CONDITION = "0x" + "ab" * 32
SHORT = "0x" + "cd" * 31


def row(**other: object) -> dict[str, object]:
    return {
        "condition_id": CONDITION,
        "title": "Bitcoin Up or Down",
        "slug": "btc-updown-5m-1795000200",
        "outcome": "Up",
        "current_size": 14.787878,
        "current_price": 1.0,
        "end_date": "2026-11-26",
    } | other


def page(*rows: Any, cursor: str | None = None) -> dict[str, object]:
    return {"data": list(rows), "pagination": {"has_more": cursor is not None, "next_cursor": cursor}}


async def read(*pages: object) -> tuple[tuple[Payout, ...] | Unanswered, list[dict[str, str]]]:
    async with scripted() as script, venue_http() as http:
        script.then(*(says(one) for one in pages))
        answer = await redeemable(http, script.url, "0xme")
        assert {asked.path for asked in script.asked} == {"/v2/positions"}
        return answer, [asked.query for asked in script.asked]


async def test_every_page_is_read_and_what_has_lost_pays_nothing() -> None:
    answer, asked = await read(
        page(row(), row(outcome="Down", current_price=0), cursor="next"), page(row(current_size="2.5"))
    )
    assert not isinstance(answer, Unanswered)
    assert [(one.outcome, one.size, one.pays) for one in answer] == [
        ("Up", 14_787_878, 147_878_780_000),
        ("Up", 2_500_000, 25 * MONEY // 10),
    ]
    assert asked == [{"user": "0xme", "status": "REDEEMABLE"}, {"user": "0xme", "cursor": "next"}]


async def test_an_empty_list_is_an_answer() -> None:
    assert (await read(page()))[0] == ()


@pytest.mark.parametrize(
    "bad",
    [
        [],
        {"data": []},
        {"data": [], "pagination": {"has_more": "no", "next_cursor": None}},
        page("row"),
        page(row(current_size=None)),
        page(row(current_size="NaN")),
        page(row(current_size=-1)),
        page(row(current_price=True)),
        page(row(condition_id=7)),
        page(row(title=None)),
        page(row(), cursor=""),
    ],
    ids=str,
)
async def test_another_form_is_no_answer(bad: object) -> None:
    answer, _ = await read(bad)
    assert isinstance(answer, Unanswered)
    assert "in another form than we know" in str(answer)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"condition_id": '0"),__import__("os").system("echo${IFS}owned")#'}, "bad_id"),
        ({"condition_id": CONDITION + '"'}, "bad_id"),
        ({"condition_id": CONDITION[:-1]}, "bad_id"),
        ({"condition_id": CONDITION[2:] + "00"}, "bad_id"),
        ({"condition_id": "0x" + "g" * 64}, "bad_id"),
        ({"current_size": "1E+999999999999999999"}, "size_out_of_range"),
        ({"current_size": 1e300}, "size_out_of_range"),
        ({"current_size": "Infinity"}, "bad_number"),
        ({"current_price": "1E+999999999999999999", "current_size": "1E+99"}, "size_out_of_range"),
        ({"current_price": "1.01"}, "price_out_of_range"),
    ],
)
async def test_a_row_that_is_to_do_harm_is_refused_by_name(other: dict[str, object], reason: str) -> None:
    answer, _ = await read(page(row(), row(**other)))
    assert isinstance(answer, Unanswered)
    assert str(answer).endswith(f"({reason})")


async def test_a_position_too_small_to_pay_anything_is_none() -> None:
    assert (await read(page(row(current_size="1E-999999999999999999"))))[0] == ()


@pytest.mark.parametrize("name", [CONDITION, SHORT, CONDITION.upper().replace("X", "x")])
async def test_conditions_of_both_ledgers_are_taken_as_they_are_listed(name: str) -> None:
    answer, _ = await read(page(row(condition_id=name)))
    assert not isinstance(answer, Unanswered)
    assert [one.condition_id for one in answer] == [name]


async def test_a_list_without_end_is_no_answer() -> None:
    answer, _ = await read(page(row(), cursor="a"), page(row(), cursor="b"), page(row(), cursor="a"))
    assert isinstance(answer, Unanswered)
    assert "in a circle" in str(answer)


async def test_a_venue_that_is_away_is_no_answer() -> None:
    async with httpx.AsyncClient() as http:
        assert isinstance(await redeemable(http, "http://127.0.0.1:9", "0xme"), Unanswered)


def payout(condition_id: str, dollars: int) -> Payout:
    return Payout(condition_id, "t", "Up", dollars * SIZE, dollars * MONEY, "2026-11-26")


def test_winnings_count_from_their_settlement_until_the_venue_lists_them_no_longer() -> None:
    winnings = Winnings()
    winnings.won(CONDITION, 12 * MONEY, 0)
    assert winnings.unredeemed == 12 * MONEY
    winnings.listed((), LAG_NS // 2)  # the list lags behind
    assert winnings.unredeemed == 12 * MONEY
    winnings.listed((payout(CONDITION, 12),), LAG_NS * 2)
    winnings.won(CONDITION, 12 * MONEY, LAG_NS * 2)  # said again, as with every question
    assert winnings.unredeemed == 12 * MONEY
    winnings.listed((), LAG_NS * 3)
    assert winnings.unredeemed == 0


def test_what_was_redeemed_is_not_won_a_second_time() -> None:
    winnings = Winnings()
    winnings.won(CONDITION, 12 * MONEY, 0)
    winnings.listed((payout(CONDITION, 12),), 1)
    winnings.listed((), LAG_NS * 3)
    winnings.won(CONDITION, 12 * MONEY, LAG_NS * 3)
    assert winnings.unredeemed == 0


def test_a_market_of_the_second_ledger_is_one_by_either_of_its_names() -> None:
    winnings = Winnings()
    winnings.won(SHORT, 5 * MONEY, 0)
    winnings.listed((payout(SHORT + "00", 5), payout(CONDITION, 3)), 1)
    assert winnings.unredeemed == 8 * MONEY


def test_without_an_answer_the_sum_stays_and_says_so() -> None:
    winnings = Winnings()
    winnings.won(CONDITION, 12 * MONEY, 0)
    winnings.listed(Unanswered("away"), LAG_NS * 9)
    assert winnings.unredeemed == 12 * MONEY
    assert winnings.words == "unredeemed $12.00; the venue's list could not be read; pmtui redeem says how"
