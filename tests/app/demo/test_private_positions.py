"""After the outcome: resting orders are gone, winners can be redeemed, and only then is there cash."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from py_clob_client_v2.clob_types import TradeParams

from tests.app.demo.trading import Desk, Json, balance, heard, limit, listening, refused, running, take

WINDOW_S = 8
FAST = (f"--window={WINDOW_S}", "--rate=20", "--hold-ms=20", "--mined-ms=100", "--confirmed-ms=300")


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running(*FAST) as started:
        yield started


def positions(desk: Desk, wallet: str, **query: str) -> list[Json]:
    answer = desk.http.get(desk.facts["data_api_url"] + "/v2/positions", params={"user": wallet, **query}).json()
    assert answer["pagination"] == {"has_more": False, "next_cursor": None}
    rows: list[Json] = answer["data"]
    return rows


def both_sides(desk: Desk, client: Any, number: int) -> list[str]:
    """Ten dollars on each outcome of a window that is about to begin or has just begun."""
    tokens = desk.tokens(number)
    for token in tokens:
        assert take(client, token, "BUY", 10, 0.9)["status"] == "matched"
    return tokens


def until_settled(desk: Desk, tokens: list[str]) -> list[int]:
    """What the play wallet holds of each, in millionths, once it holds some of each."""
    until = time.monotonic() + 10
    while not all(shares := [desk.held(desk.facts["funder"], token) for token in tokens]):
        assert time.monotonic() < until
        time.sleep(0.05)
    return shares


def until_resolved(desk: Desk, number: int) -> int:
    """Wait for a window's outcome: the index of the winner."""
    end_s = desk.facts["window_start_s"] + (number + 1) * WINDOW_S
    time.sleep(max(end_s + 2.4 - time.time(), 0))
    prices = desk.market(number)["outcomePrices"]
    return 0 if prices == '["1", "0"]' else 1


def test_winnings_are_cash_only_when_they_are_redeemed(desk: Desk) -> None:
    client = desk.client()
    number = int((time.time() - desk.facts["window_start_s"]) // WINDOW_S) + 1
    tokens = both_sides(desk, client, number)
    wallet = desk.facts["funder"]
    until_settled(desk, tokens)
    assert {row["status"] for row in positions(desk, wallet)} == {"OPEN"}
    market = desk.book(tokens[0])["market"]
    with listening(desk, client) as socket:
        resting = limit(client, tokens[0], "BUY", 0.02, 5)
        ended = heard(socket, lambda event: event.get("type") == "CANCELLATION", WINDOW_S * 2 + 5)[-1]
    assert (ended["id"], ended["status"]) == (resting["orderID"], "CANCELED_MARKET_RESOLVED")
    assert refused(lambda: limit(client, tokens[0], "BUY", 0.02, 5)) == (
        "the market is not yet ready to process new orders"
    )
    winner = until_resolved(desk, number)
    cash = balance(client)
    (won,) = positions(desk, wallet, status="REDEEMABLE")
    (lost,) = positions(desk, wallet, status="REDEEMABLE_LOST")
    assert (won["token_id"], won["outcome_index"], won["current_price"]) == (tokens[winner], winner, 1.0)
    assert (lost["token_id"], lost["current_price"], lost["redeemable"]) == (tokens[1 - winner], 0.0, True)
    assert won["entry_cost_usdc"] == pytest.approx(10, abs=1e-5)
    assert won["current_size"] * 1e6 == desk.held(wallet, tokens[winner])
    assert refused(lambda: limit(client, tokens[0], "BUY", 0.02, 5)) == f"the orderbook {tokens[0]} does not exist"

    answer = desk.http.post(desk.facts["control_url"] + "/redeem", json={"wallet": wallet, "market": market}).json()
    assert sorted(each["paid"] for each in answer["paid"]) == [0, round(won["current_size"] * 1e6)]
    assert balance(client) == cash + round(won["current_size"] * 1e6)
    assert positions(desk, wallet) == []
    assert desk.http.post(desk.facts["control_url"] + "/redeem").json() == {"paid": []}
    assert len(client.get_trades(TradeParams(market=market))) >= 2, "trades outlive their market"


def test_winnings_can_be_paid_out_by_themselves() -> None:
    with running(*FAST, "--redeem-after-s=0.2") as desk:
        client = desk.client()
        tokens = both_sides(desk, client, 0)
        shares = until_settled(desk, tokens)
        cash = balance(client)
        winner = until_resolved(desk, 0)
        time.sleep(1.0)
        assert balance(client) == cash + shares[winner]
        assert positions(desk, desk.facts["funder"]) == []


def test_nobody_has_no_positions(desk: Desk) -> None:
    assert positions(desk, "0x" + "00" * 20) == []
