"""Trouble on demand: bad answers with and without a match behind them, phases, limits, heartbeats; and the ledger,
which says what really happened."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from py_clob_client_v2.client import ClobClient
from py_clob_client_v2.clob_types import OrderArgs, PostOrdersV2Args
from py_clob_client_v2.exceptions import PolyApiException
from py_clob_client_v2.http_helpers import helpers

from tests.app.demo.trading import QUIET, Desk, Json, heard, limit, listening, refused, running, take


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running(*QUIET, "--hold-ms=20", "--heartbeat-s=0.6") as started:
        yield started


@pytest.fixture(autouse=True)
def without_trouble(desk: Desk) -> Iterator[None]:
    yield
    desk.faults()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client waits half a second for an answer instead of five."""
    monkeypatch.setattr(helpers._http_client, "timeout", httpx.Timeout(0.5))


def buy(desk: Desk, client: ClobClient, number: int = 1) -> Any:
    """Five shares at the touch; whatever the answer is."""
    token = desk.tokens(number)[0]
    desk.calm()
    return limit(client, token, "BUY", float(desk.touch(token)[1]["price"]), 5)


def unanswered(call: Callable[[], Any]) -> None:
    with pytest.raises(PolyApiException) as error:
        call()
    assert error.value.status_code is None


def mine(desk: Desk, client: ClobClient) -> list[Json]:
    """What the ledger knows of a client's orders, once none is on hold: nobody told the client when that ends."""
    until = time.monotonic() + 10
    while True:
        orders = [order for order in desk.ledger()["orders"] if order["owner"] == client.get_address().lower()]
        if time.monotonic() > until or all(order["status"] != "LIVE" for order in orders):
            return orders
        time.sleep(0.02)


@pytest.mark.parametrize("match", [True, False])
@pytest.mark.parametrize("kind", ["hang", "reset"])
def test_no_answer_with_and_without_a_match_behind_it(desk: Desk, impatient: None, kind: str, match: bool) -> None:
    client = desk.stranger()
    desk.faults(answers=[{"kind": kind, "match": match}])
    unanswered(lambda: buy(desk, client))
    assert [order["status"] for order in mine(desk, client)] == (["MATCHED"] if match else [])
    assert (bool(client.get_trades()), desk.held(client.get_address()) < 1_000_000_000) == (match, match)
    post = desk.ledger()["posts"][-1]
    assert (post["trouble"], post["answered"]) == (kind, 200 if match else None)
    assert post["order_id"].startswith("0x"), "the hash is known, whatever came of it"
    assert buy(desk, client)["status"] == "matched", "it was for one POST only"


def test_hang_before_is_a_hang_without_a_match(desk: Desk, impatient: None) -> None:
    client = desk.stranger()
    desk.faults(answers=["hang_before"])
    unanswered(lambda: buy(desk, client))
    assert mine(desk, client) == []


@pytest.mark.parametrize("match", [True, False])
def test_an_error_of_the_server_with_and_without_a_match_behind_it(desk: Desk, match: bool) -> None:
    client = desk.stranger()
    desk.faults(answers=[{"kind": "error500", "match": match}])
    assert refused(lambda: buy(desk, client), 500) == "could not insert order"
    assert len(mine(desk, client)) == match


@pytest.mark.parametrize("status", [400, 404, 429, 502, 504])
def test_any_status(desk: Desk, status: int) -> None:
    client = desk.stranger()
    desk.faults(answers=[{"kind": "status", "status": status, "body": '{"error":"because"}', "times": 2}])
    assert [refused(lambda: buy(desk, client), status) for _ in range(2)] == ["because"] * 2
    assert mine(desk, client) == []


def test_a_page_of_the_front_door(desk: Desk) -> None:
    desk.faults(answers=["html403"])
    page = refused(lambda: buy(desk, desk.stranger()), 403)
    assert page.startswith("<!DOCTYPE html>")
    assert len(page) > 40_000


@pytest.mark.parametrize(("kind", "text"), [("malformed", '{"success":true,"orderID":"0x'), ("empty", "")])
def test_an_answer_that_says_nothing(desk: Desk, kind: str, text: str) -> None:
    client = desk.stranger()
    desk.faults(answers=[kind])
    assert buy(desk, client) == text
    assert [order["status"] for order in mine(desk, client)] == ["MATCHED"]


@pytest.mark.parametrize("kind", ["delayed", "live"])
def test_an_order_that_is_matched_after_its_answer(desk: Desk, kind: str) -> None:
    client, token = desk.stranger(), desk.tokens(2)[0]
    desk.calm()
    desk.faults(answers=[{"kind": kind, "after_s": 0.5}])
    with listening(desk, client) as socket:
        answer = take(client, token, "BUY", 5, float(desk.touch(token)[1]["price"]))
        assert (answer["status"], answer["takingAmount"], answer["tradeIDs"]) == (kind, "", [])
        assert client.get_order(answer["orderID"])["status"] == "DELAYED"
        events = heard(socket, lambda event: event["event_type"] == "trade")
    assert (events[0]["type"], events[0]["status"]) == ("PLACEMENT", "DELAYED")
    assert events[-1]["taker_order_id"] == answer["orderID"]


@pytest.mark.parametrize(
    ("phase", "status", "text", "cancels"),
    [
        ("restarting", 425, "the matching engine is restarting", False),
        ("post_only", 503, "post-only mode: only post-only orders and cancels are allowed", True),
        (
            "cancel_only",
            503,
            "Trading is currently cancel-only. New orders are not accepted, but cancels are allowed.",
            True,
        ),
        ("disabled", 503, "Trading is currently disabled. Check polymarket.com for updates", False),
    ],
)
def test_phases(desk: Desk, phase: str, status: int, text: str, cancels: bool) -> None:
    client, token = desk.stranger(), desk.tokens()[0]
    resting = limit(client, token, "BUY", 0.1, 5)["orderID"]
    desk.faults(phase=phase, retry_after_s=7)
    assert refused(lambda: limit(client, token, "BUY", 0.1, 5), status) == text
    if cancels:
        assert client.cancel_all()["canceled"] == [resting]
    else:
        assert refused(client.cancel_all, status) == text
    assert isinstance(client.get_open_orders(), list), "reading is always possible"


def test_the_phase_after_a_restart_takes_post_only_orders_and_says_how_long_it_lasts(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens()[0]
    desk.faults(phase="post_only", retry_after_s=79)
    with pytest.raises(PolyApiException) as error:
        limit(client, token, "BUY", 0.1, 5)
    assert (error.value.error_msg["code"], error.value.error_msg["retry_after_seconds"]) == ("post_only_mode", 79)
    assert limit(client, token, "BUY", 0.1, 5, post_only=True)["status"] == "live"
    signed = client.create_order(OrderArgs(token_id=token, price=0.1, size=5, side="BUY"))
    (leg,) = client.post_orders([PostOrdersV2Args(signed, "GTC")])
    assert leg["errorMsg"] == "post-only mode: only post-only orders and cancels are allowed"


def test_closed_only_geoblock_and_a_market_that_is_not_ready(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens()[0]
    desk.faults(closed_only=True)
    assert client.get_closed_only_mode() == {"closed_only": True}
    assert refused(lambda: limit(client, token, "BUY", 0.1, 5)).endswith("in closed only mode")
    desk.faults(closed_only=False, geoblocked=True)
    assert desk.http.get(desk.facts["site_url"] + "/api/geoblock").json()["blocked"] is True
    assert refused(lambda: limit(client, token, "BUY", 0.1, 5), 403).startswith("Trading restricted in your region")
    desk.faults(geoblocked=False, not_ready=True)
    assert refused(lambda: limit(client, token, "BUY", 0.1, 5)) == "the market is not yet ready to process new orders"


def test_who_sends_too_much_is_told_when_to_come_back(desk: Desk) -> None:
    client, other, token = desk.stranger(), desk.stranger(), desk.tokens()[0]
    desk.faults(orders_per_s=0.5, order_burst=2)
    assert [limit(client, token, "BUY", 0.1, 5)["status"] for _ in range(2)] == ["live"] * 2
    assert refused(lambda: limit(client, token, "BUY", 0.1, 5), 429) == "Too Many Requests"
    assert limit(other, token, "BUY", 0.1, 5)["status"] == "live", "each signer has a bucket of its own"
    signed = [client.create_order(OrderArgs(token_id=token, price=0.1, size=5, side="BUY")) for _ in range(3)]
    assert refused(lambda: client.post_orders([PostOrdersV2Args(each, "GTC") for each in signed]), 429)


def test_heartbeats_that_stay_away_cancel_everything(desk: Desk) -> None:
    client, other, token = desk.stranger(), desk.stranger(), desk.tokens()[0]
    kept = limit(other, token, "BUY", 0.1, 5)["orderID"]
    limit(client, token, "BUY", 0.1, 5)
    heartbeat = client.post_heartbeat()["heartbeat_id"]
    for _ in range(3):
        time.sleep(0.3)
        heartbeat = client.post_heartbeat(heartbeat)["heartbeat_id"]
    assert len(client.get_open_orders()) == 1
    with listening(desk, client) as socket:
        assert heard(socket, lambda _: True)[-1]["status"] == "CANCELED"
    assert client.get_open_orders() == []
    assert [order["id"] for order in other.get_open_orders()] == [kept]
    assert client.post_heartbeat()["heartbeat_id"], "after that one begins anew"


def test_a_wrong_heartbeat_is_told_the_right_one_and_keeps_nothing_alive(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens()[0]
    right = client.post_heartbeat()["heartbeat_id"]
    limit(client, token, "BUY", 0.1, 5)
    until = time.monotonic() + 1.2
    while client.get_open_orders() and time.monotonic() < until:
        with pytest.raises(PolyApiException) as error:
            client.post_heartbeat("wrong")
        assert error.value.status_code == 400
        assert error.value.error_msg in (
            {"error_msg": "Invalid Heartbeat ID", "heartbeat_id": right},
            {"error_msg": "Invalid Heartbeat ID", "heartbeat_id": ""},
        )
        time.sleep(0.1)
    assert client.get_open_orders() == []


def test_the_ledger_adds_up(desk: Desk) -> None:
    client = desk.stranger()
    answer = buy(desk, client, 3)
    refused(lambda: limit(client, desk.tokens()[0], "BUY", 0.1, 4))
    ledger = desk.ledger()
    sent = [post for post in ledger["posts"] if post["order_id"] == answer["orderID"]]
    assert [(post["path"], post["order_type"], post["answered"]) for post in sent] == [("/order", "GTC", 200)]
    assert ledger["posts"][-1]["text"].endswith("Size (4) lower than the minimum: 5")
    assert [post["number"] for post in ledger["posts"]] == list(range(1, len(ledger["posts"]) + 1))
    (match,) = [match for match in ledger["matches"] if match["taker"]["order_id"] == answer["orderID"]]
    spent = match["taker"]["size"] * match["taker"]["price"] / 1000 + match["fee"]
    assert desk.held(client.get_address()) == 1_000_000_000 - spent
    assert sum(maker["size"] for maker in match["makers"]) == match["taker"]["size"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"colour": 1}, "colour is no trouble that can be set"),
        ({"phase": "asleep"}, "phase is 'asleep', which cannot be used"),
        ({"skew_s": "1"}, "skew_s is '1', which cannot be used"),
        ({"answers": "hang"}, "answers is a list"),
        ({"answers": ["sulk"]}, "answer kind is 'sulk'; use one of hang, hang_before"),
        ({"answers": [{"kind": "hang", "times": -1}]}, "times is -1; use a whole number"),
        ({"answers": [{"kind": "hang", "colour": 1}]}, "colour is 1, which cannot be used in an answer"),
        ({"balances": [{"wallet": "0x00", "amount": 1}]}, "wallet is '0x00', which has no account here"),
        ([], "the body is a JSON object"),
    ],
)
def test_trouble_that_cannot_be_made_is_named_and_nothing_is_changed(desk: Desk, body: Any, text: str) -> None:
    url = desk.facts["control_url"] + "/faults"
    before = desk.http.get(url).json()
    wanted = body if isinstance(body, list) else {"event_copies": 5} | body
    answer = desk.http.post(url, json=wanted)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(text)
    assert desk.http.get(url).json() == before


def test_trouble_can_be_looked_at_and_taken_away(desk: Desk) -> None:
    shown = desk.faults(answers=[{"kind": "hang", "times": 2}], fail_trades=3)
    assert ([each["kind"] for each in shown["answers"]], shown["fail_trades"]) == (["hang", "hang"], 3)
    assert desk.http.get(desk.facts["control_url"] + "/faults").json() == shown
    assert desk.faults()["answers"] == []
