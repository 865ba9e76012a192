"""What the venue's own client reads of its account: pages, filters, and the order of things."""

import time
from collections.abc import Iterator

import pytest
from py_clob_client_v2.clob_types import OrderArgs, PostOrdersV2Args, TradeParams

from tests.app.demo.trading import QUIET, Desk, limit, running


@pytest.fixture(scope="module")
def house() -> Iterator[Desk]:
    with running(*QUIET, "--hold-ms=20") as started:
        yield started


def test_many_open_orders_and_trades_come_in_pages(house: Desk) -> None:
    client, token = house.client(), house.tokens(2)[0]
    client.cancel_all()
    for _ in range(7):
        signed = [client.create_order(OrderArgs(token_id=token, price=0.02, size=5, side="BUY")) for _ in range(15)]
        client.post_orders([PostOrdersV2Args(order=order, orderType="GTC") for order in signed])
    assert len(client.get_open_orders(only_first_page=True)) == 100
    assert len({order["id"] for order in client.get_open_orders()}) == 105
    client.cancel_all()


def test_trades_are_read_newest_first_and_by_their_time(house: Desk) -> None:
    client, token = house.stranger(), house.tokens(2)[1]
    house.calm()
    ask = float(house.touch(token)[1]["price"])
    first = limit(client, token, "BUY", ask, 6)
    time.sleep(1.1)
    second = limit(client, token, "BUY", ask, 5)
    trades = client.get_trades()
    assert [trade["taker_order_id"] for trade in trades] == [second["orderID"], first["orderID"]]
    later = int(trades[0]["match_time"])
    assert client.get_trades(TradeParams(after=later)) == trades[:1]
    assert client.get_trades(TradeParams(before=later - 1)) == trades[1:]
    assert client.get_trades(TradeParams(asset_id=house.tokens(2)[0], market=trades[0]["market"])) == [
        trade for trade in trades if trade["maker_orders"][0]["asset_id"] == house.tokens(2)[0]
    ]
    assert client.get_trades(TradeParams(maker_address="0x" + "0" * 40)) == []
