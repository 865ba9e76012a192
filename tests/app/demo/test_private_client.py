"""The venue's own client, as it comes: it gets keys, trades, reads and cancels, whatever it signs with."""

import time
from collections.abc import Iterator
from decimal import Decimal

import pytest
from py_clob_client_v2.clob_types import (
    MarketOrderArgs,
    OpenOrderParams,
    OrderArgs,
    OrderMarketCancelParams,
    OrderPayload,
    PostOrdersV2Args,
    TradeParams,
)
from py_clob_client_v2.config import get_contract_config
from py_clob_client_v2.order_utils import ExchangeOrderBuilderV2

from tests.app.demo.trading import QUIET, Desk, balance, named, running


@pytest.fixture(scope="module", params=["v1", "v2"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[0, 1, 2, 3])
def desk(request: pytest.FixtureRequest, protocol: str) -> Iterator[Desk]:
    with running(*QUIET, f"--protocol={protocol}", f"--signature-type={request.param}", "--hold-ms=50") as started:
        yield started


def test_it_buys_rests_cancels_and_sells_with_every_kind_of_wallet_on_both_ledgers(desk: Desk, protocol: str) -> None:
    client, token = desk.client(), desk.tokens()[0]
    assert balance(client) == 1_000_000_000
    desk.calm()
    bought = client.create_and_post_market_order(
        MarketOrderArgs(amount=10, side="BUY", order_type="FAK", **named(token, protocol)), order_type="FAK"
    )
    assert (bought["success"], bought["status"], bought["errorMsg"]) == (True, "matched", "")
    assert len(set(bought["transactionsHashes"])) == 1
    shares = float(bought["takingAmount"])
    trades = [client.get_trades(TradeParams(id=trade_id))[0] for trade_id in bought["tradeIDs"]]
    spent = 1_000_000_000 - balance(client)
    due = Decimal(0)
    for trade in trades:
        assert (trade["taker_order_id"], trade["trader_side"], trade["side"]) == (bought["orderID"], "TAKER", "BUY")
        assert trade["transaction_hash"] == bought["transactionsHashes"][0]
        size, price = Decimal(trade["size"]), Decimal(trade["price"])
        due += size * price + size * Decimal("0.07") * price * (1 - price)
    assert spent == pytest.approx(float(due) * 1e6, abs=10 * len(trades))
    assert sum(Decimal(trade["size"]) for trade in trades) == Decimal(bought["takingAmount"])

    resting = client.create_and_post_order(
        OrderArgs(price=0.05, size=20, side="BUY", **named(token, protocol)), order_type="GTC"
    )
    assert (resting["status"], resting["takingAmount"], resting["tradeIDs"]) == ("live", "", [])
    (read,) = client.get_open_orders(OpenOrderParams(id=resting["orderID"]))
    assert (read["price"], read["original_size"], read["size_matched"]) == ("0.05", "20", "0")
    assert client.get_order(resting["orderID"]) == read
    assert client.cancel_order(OrderPayload(orderID=resting["orderID"])) == {
        "canceled": [resting["orderID"]],
        "not_canceled": {},
    }
    assert client.get_open_orders() == []
    assert client.get_order(resting["orderID"]) is None

    time.sleep(2.0)  # a match is final after 2.5 s
    assert balance(client, token) == round(shares * 1e6)
    desk.calm()
    sold = client.create_and_post_market_order(
        MarketOrderArgs(amount=int(shares * 100) / 100, side="SELL", order_type="FOK", **named(token, protocol)),
        order_type="FOK",
        defer_exec=True,
    )
    assert (sold["status"], sold["makingAmount"]) == ("matched", f"{int(shares * 100) / 100:g}")
    assert balance(client) == 1_000_000_000 - spent, "what is sold is paid for when it is settled"


@pytest.fixture(scope="module")
def house(protocol: str) -> Iterator[Desk]:
    with running(*QUIET, f"--protocol={protocol}", "--hold-ms=20") as started:
        yield started


def test_the_order_id_is_the_hash_that_the_client_computes_before_it_sends(house: Desk, protocol: str) -> None:
    client, token = house.client(), house.tokens()[1]
    signed = client.create_order(OrderArgs(price=0.2, size=7.77, side="BUY", **named(token, protocol)))
    contracts = get_contract_config(137)
    exchange, version = (contracts.exchange_v2, "2") if protocol == "v1" else (contracts.exchange_v3, "3")
    builder = ExchangeOrderBuilderV2(exchange, 137, client.signer, domain_version=version)
    expected = builder.build_order_hash(builder.build_order_typed_data(signed))
    assert client.post_order(signed, "GTC")["orderID"] == expected


def test_several_orders_go_at_once_and_are_cancelled_by_market_or_together(house: Desk, protocol: str) -> None:
    client, (up, down) = house.client(), house.tokens()
    other = house.tokens(asset="eth")[0]
    client.cancel_all()
    signed = [
        client.create_order(OrderArgs(price=0.1, size=10, side="BUY", **named(token, protocol)))
        for token in (up, up, down, other)
    ]
    answers = client.post_orders([PostOrdersV2Args(order=order, orderType="GTC") for order in signed])
    assert [answer["status"] for answer in answers] == ["live"] * 4
    ids = [answer["orderID"] for answer in answers]
    assert {order["id"] for order in client.get_open_orders(OpenOrderParams(asset_id=up))} == set(ids[:2])
    assert client.cancel_market_orders(OrderMarketCancelParams(house.book(down)["market"], down))["canceled"] == [
        ids[2]
    ]
    assert set(client.cancel_orders(ids)["not_canceled"]) == {ids[2]}
    assert client.cancel_all() == {"canceled": [], "not_canceled": {}}


def test_the_clients_other_questions_have_answers(house: Desk, protocol: str) -> None:
    client, token = house.client(), house.tokens()[0]
    assert client.get_ok() == "OK"
    assert client.get_version() == 2
    assert abs(int(client.get_server_time()) - time.time()) < 3
    assert client.get_closed_only_mode() == {"closed_only": False}
    assert client.get_api_keys() == {"apiKeys": [client.creds.api_key]}
    assert client.get_tick_size(token) == "0.01"
    assert client.get_neg_risk(token) is False
    assert client.get_fee_rate_bps(token) == 1000
    bid, ask = house.touch(token)
    assert client.get_price(token, "BUY") == {"price": bid["price"]}
    assert client.get_price(token, "SELL") == {"price": ask["price"]}
    assert float(client.get_midpoint(token)["mid"]) == pytest.approx((float(bid["price"]) + float(ask["price"])) / 2)
    book = client.get_order_book(token)
    assert client.get_order_book_hash(dict(book)) == book["hash"]
    info = client.get_clob_market_info(house.book(token)["market"])
    assert (info["v"], info["fd"], info["ao"]) == (protocol, {"r": 0.07, "e": 1, "to": True}, True)
