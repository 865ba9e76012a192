"""Matching: the hold, what a book gives, what rests in it, and what everyone sees of both."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from websockets.sync.client import connect

from tests.app.demo.trading import QUIET, Desk, Json, balance, heard, limit, listening, refused, running, take

HOLD_S = 0.6


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running(*QUIET, "--hold-ms=20", "--gtd-least-s=1", "--gtd-early-s=1", "--confirmed-ms=1000") as started:
        yield started


@pytest.fixture(scope="module")
def holding() -> Iterator[Desk]:
    with running(*QUIET, f"--hold-ms={HOLD_S * 1000:.0f}") as started:
        yield started


def mils(text: str) -> int:
    return int(Decimal(text) * 1000)


def all_of(level: Json, less: int = 0) -> float:
    """A level's size for the client, which cuts 29.62 to 29.61 where that is a float a little below."""
    return float(level["size"]) - less + 0.001


def size(level: Json) -> Decimal:
    return Decimal(level["size"])


def test_what_is_taken_is_gone_from_both_tokens_books(desk: Desk) -> None:
    client, (up, down) = desk.stranger(), desk.tokens(1)
    desk.calm()
    before = desk.touch(up)[1]
    answer = limit(client, up, "BUY", float(before["price"]), 7)
    after, mirrored = desk.touch(up)[1], desk.touch(down)[0]
    assert (answer["status"], answer["takingAmount"]) == ("matched", "7")
    assert (after["price"], size(after)) == (before["price"], size(before) - 7)
    assert (mils(mirrored["price"]), size(mirrored)) == (1000 - mils(after["price"]), size(after))


def test_the_channel_tells_of_the_trade_and_of_the_level(desk: Desk) -> None:
    client, (up, down) = desk.stranger(), desk.tokens(2)
    with connect(desk.facts["clob_ws_url"] + "/ws/market", max_queue=None) as socket:
        socket.send(json.dumps({"assets_ids": [up, down], "type": "market", "custom_feature_enabled": True}))
        books = json.loads(socket.recv(5))
        desk.calm()
        ask = desk.touch(up)[1]
        whole = limit(client, up, "BUY", float(ask["price"]), all_of(ask))
        events = heard(socket, lambda event: event["event_type"] == "best_bid_ask" and event["asset_id"] == down)
    assert len(books) == 2
    # The script's own takers may trade meanwhile.
    trades = [event for event in events if event["event_type"] == "last_trade_price"]
    told = [(trade["asset_id"], trade["price"], trade["size"], trade["side"]) for trade in trades]
    assert told.count((up, ask["price"], ask["size"], "BUY")) == 1
    change = [event for event in events if event["event_type"] == "price_change"][-1]
    entries = {entry["asset_id"]: entry for entry in change["price_changes"]}
    assert (entries[up]["price"], entries[up]["size"], entries[up]["side"]) == (ask["price"], "0", "SELL")
    assert (mils(entries[down]["price"]), entries[down]["side"]) == (1000 - mils(ask["price"]), "BUY")
    assert mils(entries[up]["best_ask"]) > mils(ask["price"])
    assert whole["takingAmount"] == ask["size"]


def test_dollars_buy_more_shares_at_a_better_price_and_the_fee_is_on_top(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens(3)[0]
    desk.calm()
    ask = desk.touch(token)[1]
    answer = take(client, token, "BUY", 10, float(ask["price"]) + 0.05)
    price, shares = Decimal(ask["price"]), Decimal(answer["takingAmount"])
    assert shares == (10 / price).quantize(Decimal("0.000001"), "ROUND_DOWN")
    fee = (shares * Decimal("0.07") * price * (1 - price)).quantize(Decimal("0.00001"), "ROUND_HALF_UP")
    spent = Decimal(answer["makingAmount"])
    assert balance(client) == 1_000_000_000 - (spent + fee) * 1_000_000
    (match,) = [m for m in desk.ledger()["matches"] if m["taker"]["order_id"] == answer["orderID"]]
    assert match["fee"] == fee * 1_000_000


def test_a_level_that_the_dollars_buy_to_the_last_share_fills_a_whole_order(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens(3)[1]
    desk.faults(balances=[{"wallet": (maker := desk.stranger()).get_address(), "asset": token, "amount": "90000"}])
    desk.calm()
    take(maker, token, "SELL", 80_000, 0.2)
    limit(maker, token, "SELL", 0.33, 100)
    answer = take(client, token, "BUY", 33, 0.33, "FOK")
    assert (answer["status"], answer["makingAmount"], answer["takingAmount"]) == ("matched", "33", "100")
    limit(maker, token, "SELL", 0.33, 100)
    answer = take(client, token, "BUY", 20, 0.33, "FOK")
    assert answer["takingAmount"] == "60.60606", "the dollars are the measure, to a millionth of a share"


def test_several_levels_are_several_trades_in_one_transaction(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens(4)[0]
    desk.calm()
    asks = desk.book(token)["asks"][::-1]
    wanted = size(asks[0]) + size(asks[1]) + 5
    answer = limit(client, token, "BUY", float(asks[2]["price"]), float(wanted) + 0.001)
    matches = [m for m in desk.ledger()["matches"] if m["trade_id"] in answer["tradeIDs"]]
    assert [(m["taker"]["price"], m["taker"]["size"]) for m in matches] == [
        (mils(asks[0]["price"]), size(asks[0]) * 1_000_000),
        (mils(asks[1]["price"]), size(asks[1]) * 1_000_000),
        (mils(asks[2]["price"]), 5_000_000),
    ]
    assert len({m["transaction_hash"] for m in matches}) == 1
    assert Decimal(answer["makingAmount"]) == sum(
        Decimal(m["taker"]["price"]) * m["taker"]["size"] / 10**9 for m in matches
    )


def test_a_kill_order_takes_what_is_there_and_a_resting_one_waits_for_the_rest(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens(5)[0]
    desk.calm()
    ask = desk.touch(token)[1]
    rest = limit(client, token, "BUY", float(ask["price"]), all_of(ask, less=-40))
    assert (rest["status"], rest["takingAmount"]) == ("matched", ask["size"])
    (open_order,) = client.get_open_orders()
    assert Decimal(open_order["original_size"]) - Decimal(open_order["size_matched"]) == 40
    assert desk.touch(token)[0] == {"price": ask["price"], "size": "40"}
    other = desk.stranger()
    desk.faults(balances=[{"wallet": other.get_address(), "asset": token, "amount": "100"}])
    sold = take(other, token, "SELL", 60, float(ask["price"]))
    assert (sold["makingAmount"], sold["status"]) == ("40", "matched")
    assert client.get_open_orders() == []
    assert other.get_open_orders() == []
    assert refused(lambda: take(other, token, "SELL", 60, float(ask["price"]))).startswith("no orders found to match")


def test_two_accounts_meet_and_each_sees_its_own_leg(desk: Desk) -> None:
    maker, taker, (up, down) = desk.stranger(), desk.stranger(), desk.tokens(6)
    desk.calm()
    best = mils(desk.touch(up)[0]["price"])
    price = (best + 10) / 1000
    if (best + 10) >= mils(desk.touch(up)[1]["price"]):
        ask = desk.touch(up)[1]
        limit(desk.stranger(), up, "BUY", float(ask["price"]), all_of(ask))
    resting = limit(maker, up, "BUY", price, 12)
    answer = limit(taker, down, "BUY", round(1 - price, 2), 12)
    (made,), (took,) = maker.get_trades(), taker.get_trades()
    assert (made["id"], made["trader_side"]) == (took["id"], "MAKER")
    assert (took["id"], took["trader_side"], took["asset_id"]) == (answer["tradeIDs"][0], "TAKER", down)
    (leg,) = took["maker_orders"]
    assert (leg["order_id"], leg["asset_id"], leg["side"]) == (resting["orderID"], up, "BUY")
    assert (Decimal(leg["price"]), leg["matched_amount"]) == (Decimal(str(price)), "12")
    assert desk.held(maker.get_address()) == 1_000_000_000 - round(12e6 * price), "a maker pays no fee"


def test_shares_can_be_sold_when_their_purchase_is_final_or_the_venue_looks_again(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens(1)[1]
    desk.calm()
    limit(client, token, "BUY", float(desk.touch(token)[1]["price"]), 10)
    assert refused(lambda: limit(client, token, "SELL", 0.9, 10)) == "not enough balance / allowance"
    assert balance(client, token) == 0
    time.sleep(1.3)
    assert balance(client, token) == 10_000_000
    assert limit(client, token, "SELL", 0.9, 10)["status"] == "live"
    client.cancel_all()


def test_an_order_with_an_expiration_dies_early(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens(1)[0]
    with listening(desk, client) as socket:
        order = limit(client, token, "BUY", 0.04, 10, "GTD", expiration=int(time.time()) + 3)
        events = heard(socket, lambda event: event["type"] == "CANCELLATION")
    assert (events[-1]["id"], events[-1]["status"]) == (order["orderID"], "CANCELED_EXPIRED_ORDER")
    assert client.get_open_orders() == []
    assert "0.04" not in [level["price"] for level in desk.book(token)["bids"]]


def test_a_marketable_order_is_held_and_cannot_be_cancelled_meanwhile(holding: Desk) -> None:
    client, token = holding.stranger(), holding.tokens(1)[0]
    holding.calm()
    ask = holding.touch(token)[1]
    with ThreadPoolExecutor() as pool:
        began = time.monotonic()
        placed = pool.submit(limit, client, token, "BUY", float(ask["price"]), 10)
        time.sleep(HOLD_S / 2)
        assert holding.touch(token)[1] == ask
        (held,) = holding.ledger()["orders"]
        assert client.get_order(held["order_id"])["status"] == "DELAYED"
        assert client.get_open_orders() == []
        assert list(client.cancel_orders([held["order_id"]])["not_canceled"]) == [held["order_id"]]
        assert placed.result()["status"] == "matched"
        assert time.monotonic() - began >= HOLD_S


def test_a_book_that_is_drained_during_the_hold_gives_less_or_nothing(holding: Desk) -> None:
    first, second, third = (holding.stranger() for _ in range(3))
    token = holding.tokens(2)[0]
    holding.calm(4)
    ask = holding.touch(token)[1]
    price = float(ask["price"])
    with ThreadPoolExecutor() as pool:
        most = pool.submit(limit, first, token, "BUY", price, all_of(ask, less=6))
        time.sleep(0.15)
        rest = pool.submit(take, second, token, "BUY", 20, price)
        time.sleep(0.15)
        late = pool.submit(lambda: refused(lambda: take(third, token, "BUY", 20, price)))
        assert most.result()["takingAmount"] == f"{size(ask) - 6}"
        assert (rest.result()["status"], rest.result()["takingAmount"]) == ("matched", "6")
        assert late.result().startswith("no orders found to match with FAK order.")
    assert holding.held(third.get_address()) == 1_000_000_000


def test_the_balance_is_looked_at_again_after_the_hold(holding: Desk) -> None:
    client, token = holding.stranger(), holding.tokens(3)[0]
    holding.calm()
    with listening(holding, client) as socket, ThreadPoolExecutor() as pool:
        price = float(holding.touch(token)[1]["price"])
        placed = pool.submit(lambda: refused(lambda: limit(client, token, "BUY", price, 10)))
        time.sleep(HOLD_S / 3)
        holding.faults(balances=[{"wallet": client.get_address(), "amount": "1"}])
        assert placed.result() == "not enough balance / allowance"
        assert heard(socket, lambda _: True)[-1]["status"] == "CANCELED_NOT_ENOUGH_BALANCE"


def test_orders_at_rest_are_met_by_the_demos_own_flow() -> None:
    with running("--window=600", "--rate=600", "--pull-rate=0", "--hold-ms=20") as busy:
        client, token = busy.client(), busy.tokens(0)[0]
        wallet = busy.facts["funder"]
        with listening(busy, client) as socket:
            deadline = time.monotonic() + 60
            events: list[Json] = []
            while not any(event["event_type"] == "trade" for event in events) and time.monotonic() < deadline:
                bid, ask = (float(level["price"]) for level in busy.touch(token))
                client.cancel_all()
                limit(client, token, "BUY", round(min(bid, ask - 0.01), 3) if bid < 0.9 else bid, 30)
                try:
                    events += heard(socket, lambda event: event["event_type"] == "trade", 3)
                except TimeoutError:
                    continue
            trade = next(event for event in events if event["event_type"] == "trade")
        assert trade["trader_side"] == "MAKER"
        (leg,) = trade["maker_orders"]
        assert (leg["maker_address"], leg["asset_id"], leg["side"]) == (wallet, token, "BUY")
        (match,) = [m for m in busy.ledger()["matches"] if m["trade_id"] == trade["id"]]
        assert (match["fee"], match["taker"]["private"]) == (0, False)
