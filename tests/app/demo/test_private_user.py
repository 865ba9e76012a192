"""The user channel: every step of an order and of its trades, as real frames have them, and nothing twice unasked."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from py_clob_client_v2.clob_types import OrderPayload
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.app.demo.trading import QUIET, Desk, Json, balance, heard, limit, listening, refused, running, take

SHARED = Path(__file__).parents[3] / "../shared"
REAL = SHARED / "data/clob-user-frames-2026-07"
NAUTILUS = SHARED / "data/nautilus-polymarket-testdata"

with_real_frames = pytest.mark.skipif(not REAL.is_dir(), reason="the real frames of ../shared are not here")


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running(*QUIET, "--hold-ms=20", "--mined-ms=300", "--confirmed-ms=700") as started:
        yield started


@pytest.fixture(autouse=True)
def without_trouble(desk: Desk) -> Iterator[None]:
    yield
    desk.faults()


def shape(value: Any) -> Any:
    """Keys and types of values; whole and broken numbers are both numbers."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "number" if isinstance(value, int | float) else type(value).__name__


def bought(desk: Desk, client: Any, number: int, shares: float = 5) -> Json:
    """A purchase at the touch of a window of its own."""
    token = desk.tokens(number)[0]
    desk.calm()
    return limit(client, token, "BUY", float(desk.touch(token)[1]["price"]), shares)


def status(word: str) -> Any:
    return lambda event: event.get("status") == word and event["event_type"] == "trade"


@with_real_frames
def test_order_events_have_the_keys_and_types_of_real_ones(desk: Desk) -> None:
    client = desk.stranger()
    with listening(desk, client) as socket:
        order = limit(client, desk.tokens()[0], "BUY", 0.2, 5)
        placed = json.loads(socket.recv(5))
        client.cancel_order(OrderPayload(order["orderID"]))
        cancelled = json.loads(socket.recv(5))
    for ours, name in ((placed, "placement"), (cancelled, "cancellation")):
        theirs = json.loads((REAL / f"ws_user_order_{name}.json").read_text())
        assert shape(ours) == shape(theirs)
        fixed = ("side", "original_size", "size_matched", "price", "type", "status", "order_type", "expiration")
        assert [ours[0][key] for key in fixed] == [theirs[0][key] for key in fixed]


@with_real_frames
def test_trade_events_have_the_keys_and_types_of_real_ones(desk: Desk) -> None:
    client = desk.stranger()
    with listening(desk, client) as socket:
        bought(desk, client, 1)
        events = heard(socket, status("MINED"))
    theirs = json.loads((NAUTILUS / "py/ws_messages/user_trade3.json").read_text())
    leg = theirs["maker_orders"][0] | {"outcome_index": 0}
    assert shape(events[-1]) == shape(theirs | {"maker_orders": [leg]})


@with_real_frames
def test_orders_and_trades_that_are_asked_for_have_them_too(desk: Desk) -> None:
    client = desk.stranger()
    bought(desk, client, 1)
    limit(client, desk.tokens()[0], "BUY", 0.2, 5)
    (trade,), (order,) = client.get_trades(), client.get_open_orders()
    expected = json.loads((NAUTILUS / "crate/http_trade_report.json").read_text())
    leg = expected["maker_orders"][0] | {"outcome_index": 0}
    assert shape(trade) == shape(expected | {"maker_orders": [leg]})
    assert shape(order) == shape(
        json.loads((NAUTILUS / "crate/http_open_order.json").read_text()) | {"associate_trades": [], "expiration": "0"}
    )


def test_a_purchase_is_matched_then_mined_then_confirmed(desk: Desk) -> None:
    client = desk.stranger()
    with listening(desk, client) as socket:
        answer = bought(desk, client, 2)
        events = heard(socket, status("CONFIRMED"))
    trades = [event for event in events if event["event_type"] == "trade"]
    assert [event["status"] for event in trades] == ["MATCHED", "MINED", "CONFIRMED"]
    assert {event["id"] for event in trades} == set(answer["tradeIDs"])
    assert {(event["taker_order_id"], event["owner"], event["trader_side"]) for event in trades} == {
        (answer["orderID"], client.creds.api_key, "TAKER")
    }
    assert [bool(event["transaction_hash"]) for event in trades] == [False, True, True]
    (update,) = [event for event in events if event["event_type"] == "order"]
    assert (update["type"], update["status"], update["size_matched"]) == ("UPDATE", "MATCHED", "5")
    assert update["associate_trades"] == answer["tradeIDs"]


def test_a_settlement_that_fails_gives_everything_back(desk: Desk) -> None:
    client = desk.stranger()
    desk.faults(fail_trades=1)
    with listening(desk, client) as socket:
        answer = bought(desk, client, 3)
        assert balance(client) < 1_000_000_000
        trades = [event for event in heard(socket, status("FAILED")) if event["event_type"] == "trade"]
    assert [event["status"] for event in trades] == ["MATCHED", "RETRYING", "FAILED"]
    assert balance(client) == 1_000_000_000
    assert balance(client, desk.tokens(3)[0]) == 0
    (read,) = client.get_trades()
    assert (read["id"], read["status"], read["transaction_hash"]) == (answer["tradeIDs"][0], "TRADE_STATUS_FAILED", "")


def test_killed_orders_say_why(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens()[0]
    with listening(desk, client) as socket:
        refused(lambda: take(client, token, "BUY", 10, 0.02, "FOK"))
        killed = heard(socket, lambda _: True)[-1]
    assert (killed["type"], killed["status"]) == (
        "CANCELLATION",
        "CANCELED_order couldn't be fully filled. FOK orders are fully filled or killed.",
    )


def test_only_ones_own_events_of_the_wanted_markets_are_told_and_nothing_is_repeated(desk: Desk) -> None:
    client, other = desk.stranger(), desk.stranger()
    first, second = desk.tokens(1)[0], desk.tokens(2)[0]
    market = desk.book(second)["market"]
    limit(client, second, "BUY", 0.1, 5)  # before anyone listens
    time.sleep(0.2)
    with listening(desk, client, market) as some, listening(desk, client) as everything:
        limit(other, second, "BUY", 0.1, 5)
        elsewhere = limit(client, first, "BUY", 0.1, 5)
        here = limit(client, second, "BUY", 0.11, 5)
        assert [event["id"] for event in heard(everything, lambda event: event["id"] == here["orderID"])] == [
            elsewhere["orderID"],
            here["orderID"],
        ]
        assert [event["id"] for event in heard(some, lambda _: True)] == [here["orderID"]]
        some.send(json.dumps({"operation": "subscribe", "markets": [desk.book(first)["market"]]}))
        some.send("PING")
        assert some.recv(5) == "PONG"
        again = limit(client, first, "BUY", 0.12, 5)
        assert heard(some, lambda _: True)[-1]["id"] == again["orderID"]
    client.cancel_all()


@pytest.mark.parametrize(
    "first",
    [
        "hello",
        '{"type":"user"}',
        '{"type":"user","auth":{"apiKey":"a","secret":"b","passphrase":"c"}}',
        '{"type":"market","assets_ids":[]}',
    ],
)
def test_who_does_not_say_who_it_is_is_cut_off(desk: Desk, first: str) -> None:
    with connect(desk.facts["clob_ws_url"] + "/ws/user") as socket:
        socket.send(first)
        with pytest.raises(ConnectionClosed):
            socket.recv(5)


def test_events_can_be_repeated_held_back_or_left_out(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens()[0]
    with listening(desk, client) as socket:
        desk.faults(event_copies=3)
        order = limit(client, token, "BUY", 0.1, 5)
        copies = [json.loads(socket.recv(5))[0] for _ in range(3)]
        assert copies == [copies[0]] * 3
        assert copies[0]["id"] == order["orderID"]
        desk.faults(event_copies=1, events_held_s=0.8)
        began = time.monotonic()
        limit(client, token, "BUY", 0.1, 5)
        heard(socket, lambda _: True)
        assert time.monotonic() - began >= 0.8
        desk.faults(events_held_s=0, events_silent=True)
        limit(client, token, "BUY", 0.1, 5)
        desk.faults(events_silent=False)
        last = limit(client, token, "BUY", 0.1, 5)
        assert heard(socket, lambda _: True)[-1]["id"] == last["orderID"]
    client.cancel_all()


def test_an_event_can_come_before_the_answer(desk: Desk) -> None:
    client = desk.stranger()
    desk.faults(events_first=True)
    with listening(desk, client) as socket:
        limit(client, desk.tokens()[0], "BUY", 0.1, 5)
        socket.recv(0)  # it is there already
        desk.faults(events_first=False)
        limit(client, desk.tokens()[0], "BUY", 0.1, 5)
        with pytest.raises(TimeoutError):
            socket.recv(0)
    client.cancel_all()


def test_the_channel_can_be_cut(desk: Desk) -> None:
    client = desk.stranger()
    with listening(desk, client) as socket:
        desk.faults(drop_user_sockets=True)
        with pytest.raises(ConnectionClosed):
            socket.recv(5)
    with listening(desk, client) as socket:
        order = limit(client, desk.tokens()[0], "BUY", 0.1, 5)
        assert heard(socket, lambda _: True)[-1]["id"] == order["orderID"]
