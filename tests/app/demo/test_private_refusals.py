"""Every reason for which the venue refuses an order, in its own words; a refused order costs nothing."""

import json
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from eth_account import Account
from py_clob_client_v2.client import ClobClient
from py_clob_client_v2.clob_types import MarketOrderArgs, OrderArgs, PartialCreateOrderOptions, PostOrdersV2Args
from py_clob_client_v2.config import get_contract_config
from py_clob_client_v2.order_utils import ExchangeOrderBuilderV2, Side
from py_clob_client_v2.order_utils.model.order_data_v2 import OrderDataV2, order_to_json_v2

from app.demo.wallets import wallet_of
from tests.app.demo.trading import QUIET, Desk, balance, limit, named, refused, running, take

NO_BALANCE = "not enough balance / allowance"


@pytest.fixture(scope="module", params=["v1", "v2"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    with running(*QUIET, "--hold-ms=20", f"--protocol={request.param}", "--signature-type=0") as started:
        yield started


@pytest.fixture(scope="module")
def old() -> Iterator[Desk]:
    with running(*QUIET, "--hold-ms=20", "--signature-type=0") as started:
        yield started


def order(client: ClobClient, desk: Desk, token: str, *, version: int | None = None, **more: Any) -> Any:
    """A signed order to buy, harmless unless `more` says otherwise."""
    wanted = {"price": 0.2, "size": 10.0, "side": "BUY"} | more
    if version is not None:
        return client.create_order(OrderArgs(token_id=token, **wanted), PartialCreateOrderOptions(version=version))
    return client.create_order(OrderArgs(**named(token, desk.facts["api"]["protocol"]), **wanted))


def sent_raw(client: ClobClient, body: Any) -> Any:
    """A body of our own, signed as the client signs it."""
    serialized = json.dumps(body, separators=(",", ":"))
    headers = client._l2_headers("POST", "/order", body=body, serialized_body=serialized)
    return client._post(f"{client.host}/order", headers=headers, data=serialized)


def test_signed_for_another_exchange(desk: Desk) -> None:
    client, token = desk.client(), desk.tokens()[0]
    wrong = order(client, desk, token, version=3 if desk.facts["api"]["protocol"] == "v1" else 2)
    assert refused(lambda: client.post_order(wrong, "GTC")) == "order_version_mismatch"


def test_signed_for_the_exchange_of_negative_risk_markets(desk: Desk) -> None:
    client, token = desk.client(), desk.tokens()[0]
    options = PartialCreateOrderOptions(neg_risk=True, version=2)
    wrong = client.create_order(OrderArgs(token_id=token, price=0.2, size=10, side="BUY"), options)
    assert refused(lambda: client.post_order(wrong, "GTC")) == "order_version_mismatch"


def test_the_order_format_of_before_april(desk: Desk) -> None:
    client, token = desk.client(), desk.tokens()[0]
    old = order(client, desk, token, version=1)
    assert refused(lambda: client.post_order(old, "GTC")) == "order_version_mismatch"


@pytest.mark.parametrize("signature_type", [0, 1, 2, 3])
def test_signed_by_another(desk: Desk, signature_type: int) -> None:
    mine, theirs = Account.create(), Account.create()
    funder = wallet_of(mine.address.lower(), signature_type)
    client = desk.client(mine.key.hex(), signature_type, funder)
    forger = ClobClient(desk.host, 137, key=theirs.key.hex(), signature_type=signature_type, funder=funder)
    right, wrong = (order(each, desk, desk.tokens()[0]) for each in (client, forger))
    body = order_to_json_v2(right, client.creds.api_key, "GTC")
    for signature in (wrong.signature, right.signature[:-2] + "ff", right.signature[:-2], "0x"):
        body["order"]["signature"] = signature
        assert refused(lambda: sent_raw(client, body)) == "invalid signature"


@pytest.mark.parametrize("field", ["makerAmount", "takerAmount", "timestamp", "salt"])
def test_changed_after_it_was_signed(desk: Desk, field: str) -> None:
    client = desk.client()
    body = order_to_json_v2(order(client, desk, desk.tokens()[0]), client.creds.api_key, "GTC")
    body["order"][field] = type(body["order"][field])(int(body["order"][field]) + 10_000_000)
    assert refused(lambda: sent_raw(client, body)) == "invalid signature"


def test_the_money_of_another_wallet(desk: Desk) -> None:
    mine = Account.create()
    client = desk.client(mine.key.hex(), 1, wallet_of(Account.create().address.lower(), 1))
    assert refused(lambda: client.post_order(order(client, desk, desk.tokens()[0]), "GTC")) == "invalid signature"


def test_a_signer_who_is_not_the_keys_owner(desk: Desk) -> None:
    client, other = desk.client(), desk.stranger()
    foreign = order(other, desk, desk.tokens()[0])
    assert (
        refused(lambda: client.post_order(foreign, "GTC"))
        == "the order signer address has to be the address of the API KEY"
    )


def test_an_owner_who_is_not_the_key(desk: Desk) -> None:
    client = desk.client()
    body = order_to_json_v2(order(client, desk, desk.tokens()[0]), "00000000-0000-0000-0000-000000000000", "GTC")
    assert refused(lambda: sent_raw(client, body)) == "the order owner has to be the owner of the API KEY"


@pytest.mark.parametrize("price", [0.505, 0.001, 0.999])
def test_off_the_grid(desk: Desk, price: float) -> None:
    client = desk.client()
    fine = ClobClient(desk.host, 137, key=desk.facts["wallet_key"], creds=client.creds)
    fine._ClobClient__tick_sizes[desk.tokens()[0]] = "0.001"  # a tick that the client remembers from another hour
    wrong = order(fine, desk, desk.tokens()[0], price=price)
    text = refused(lambda: fine.post_order(wrong, "GTC"))
    assert text.startswith("order 0x")
    assert text.endswith(f"is invalid. Price ({price}) breaks minimum tick size rule: 0.01")


def test_too_small(desk: Desk) -> None:
    client = desk.client()
    small = order(client, desk, desk.tokens()[0], size=4)
    assert refused(lambda: client.post_order(small, "GTC")).endswith("is invalid. Size (4) lower than the minimum: 5")


def test_a_marketable_buy_of_less_than_a_dollar(old: Desk) -> None:
    client, seller, token = old.client(), old.stranger(), old.tokens()[0]
    old.calm()
    old.faults(balances=[{"wallet": seller.get_address(), "asset": token, "amount": "90000"}])
    take(seller, token, "SELL", 80_000, 0.1)
    limit(seller, token, "SELL", 0.15, 100)
    assert refused(lambda: limit(client, token, "BUY", 0.15, 5)) == (
        "invalid amount for a marketable BUY order ($0.75), min size: $1"
    )
    assert limit(client, token, "BUY", 0.14, 5)["status"] == "live", "at rest it may be small"


@pytest.mark.parametrize(
    ("side", "dollars", "shares", "word"),
    [
        ("BUY", 5_000_000, 9_433_960, "buy"),
        ("BUY", 5_001_000, 9_435_849, "buy"),
        ("SELL", 2_653_000, 5_005_660, "sell"),
    ],
)
def test_market_orders_with_more_places_than_the_venue_takes(
    old: Desk, side: str, dollars: int, shares: int, word: str
) -> None:
    client, token = old.client(), old.tokens()[0]
    builder = ExchangeOrderBuilderV2(get_contract_config(137).exchange_v2, 137, client.signer)
    gives, gets = (dollars, shares) if side == "BUY" else (shares, dollars)
    sides = {"BUY": Side.BUY, "SELL": Side.SELL}
    fine = builder.build_signed_order(
        OrderDataV2(client.get_address(), token, str(gives), str(gets), sides[side], client.get_address())
    )
    assert refused(lambda: client.post_order(fine, "FAK")) == (
        f"invalid amounts, the market {word} orders maker amount supports a max accuracy of 2 decimals, "
        "taker amount a max of 4 decimals"
    )


@pytest.mark.parametrize("side", ["BUY", "SELL"])
def test_more_than_there_is(desk: Desk, side: str) -> None:
    client = desk.client()
    large = order(client, desk, desk.tokens()[0], side=side, price=0.5, size=2001 if side == "BUY" else 5)
    assert refused(lambda: client.post_order(large, "GTC")) == NO_BALANCE


def test_enough_for_the_order_and_not_for_its_fee(desk: Desk) -> None:
    client, token = desk.client(), desk.tokens()[0]
    desk.faults(balances=[{"wallet": client.get_address(), "amount": "90.10"}])
    resting, taking = (order(client, desk, token, price=price, size=100) for price in (0.3, 0.9))
    assert refused(lambda: client.post_order(taking, "GTC")) == NO_BALANCE
    answer = client.post_order(resting, "GTC")
    assert (answer["status"], client.cancel_all()["canceled"]) == ("live", [answer["orderID"]])
    desk.faults(balances=[{"wallet": client.get_address(), "amount": "1000"}])


def test_open_orders_have_set_their_money_aside(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens()[0]
    first, second = (order(client, desk, token, price=0.3, size=2000) for _ in range(2))
    assert client.post_order(first, "GTC")["status"] == "live"
    assert refused(lambda: client.post_order(second, "GTC")) == NO_BALANCE
    client.cancel_all()
    assert client.post_order(second, "GTC")["status"] == "live"
    client.cancel_all()


def test_the_wrong_signature_type_finds_no_money(desk: Desk) -> None:
    key, owner = desk.facts["wallet_key"], desk.facts["api"]["address"].lower()
    client = desk.client(key, 2, wallet_of(owner, 2))
    assert balance(client) == 0
    assert refused(lambda: client.post_order(order(client, desk, desk.tokens()[0]), "GTC")) == NO_BALANCE


def test_post_only_that_would_match(desk: Desk) -> None:
    client, token = desk.client(), desk.tokens()[0]
    crossing = order(client, desk, token, price=0.9)
    assert refused(lambda: client.post_order(crossing, "GTC", post_only=True)) == (
        "invalid post-only order: order crosses book"
    )
    body = order_to_json_v2(order(client, desk, token), client.creds.api_key, "FAK", post_only=True)
    assert refused(lambda: sent_raw(client, body)) == (
        "invalid post-only order: only GTC and GTD order types are allowed"
    )


@pytest.mark.parametrize(("kind", "in_s"), [("GTD", 60), ("GTD", 170), ("GTD", None), ("GTC", 600)])
def test_an_expiration_that_cannot_be(desk: Desk, kind: str, in_s: int | None) -> None:
    client = desk.client()
    expiration = 0 if in_s is None else int(time.time()) + in_s
    wrong = order(client, desk, desk.tokens()[0], expiration=expiration)
    assert refused(lambda: client.post_order(wrong, kind)) == "invalid expiration"


def test_a_nonce(desk: Desk) -> None:
    client = desk.client()
    body = order_to_json_v2(order(client, desk, desk.tokens()[0]), client.creds.api_key, "GTC")
    body["order"]["nonce"] = "5"
    assert refused(lambda: sent_raw(client, body)) == "invalid nonce"


def test_the_same_order_twice(desk: Desk) -> None:
    client = desk.client()
    once = order(client, desk, desk.tokens()[0])
    order_id = client.post_order(once, "GTC")["orderID"]
    assert refused(lambda: client.post_order(once, "GTC")) == f"order {order_id} is invalid. Duplicated."
    client.cancel_all()
    assert refused(lambda: client.post_order(once, "GTC")) == f"order {order_id} is invalid. Duplicated."


def test_a_token_without_a_book(desk: Desk) -> None:
    client = desk.client()
    client._ClobClient__tick_sizes["123"], client._ClobClient__neg_risk["123"] = "0.01", False
    assert refused(lambda: client.post_order(order(client, desk, "123"), "GTC")) == "the orderbook 123 does not exist"


def test_no_order_at_all(desk: Desk) -> None:
    client = desk.client()
    good = order_to_json_v2(order(client, desk, desk.tokens()[0]), client.creds.api_key, "GTC")
    bad: list[Any] = [[], {}, {"order": None}, good | {"orderType": "IOC"}, good | {"postOnly": "no"}]
    for field, value in (("side", "buy"), ("signatureType", 4), ("salt", "1"), ("maker", "0x1"), ("tokenId", 5)):
        bad.append(good | {"order": good["order"] | {field: value}})
    for body in bad:
        assert refused(partial(sent_raw, client, body)) == "Invalid order payload"


def test_too_many_at_once_and_one_bad_one_among_good_ones(desk: Desk) -> None:
    client, token = desk.client(), desk.tokens()[0]
    good = [order(client, desk, token) for _ in range(2)]
    bad = order(client, desk, token, size=4)
    answers = client.post_orders([PostOrdersV2Args(each, "GTC") for each in (good[0], bad, good[1])])
    assert [answer["status"] for answer in answers] == ["live", "", "live"]
    assert (answers[1]["success"], answers[1]["orderID"]) == (True, "")
    assert answers[1]["errorMsg"].endswith("Size (4) lower than the minimum: 5")
    assert (
        refused(lambda: client.post_orders([PostOrdersV2Args(good[0], "GTC")] * 20))
        == "Too many orders in payload: 20, max allowed: 15"
    )
    client.cancel_all()


def test_nothing_to_match_with(old: Desk) -> None:
    client, token = old.client(), old.tokens()[0]
    order_id = client.create_market_order(MarketOrderArgs(token_id=token, amount=10, side="BUY", price=0.02))
    assert refused(lambda: client.post_order(order_id, "FAK")) == (
        "no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found."
    )
    assert refused(lambda: take(client, token, "BUY", 10, 0.02, "FOK")) == (
        "order couldn't be fully filled. FOK orders are fully filled or killed."
    )
    assert refused(lambda: take(client, token, "BUY", 900, float(old.touch(token)[1]["price"]), "FOK")) == (
        "order couldn't be fully filled. FOK orders are fully filled or killed."
    )


def test_nothing_refused_has_cost_anything(desk: Desk) -> None:
    client, token = desk.stranger(), desk.tokens()[0]
    for wrong in (order(client, desk, token, size=4), order(client, desk, token, size=9000)):
        refused(partial(client.post_order, wrong, "GTC"))
    assert desk.held(client.get_address()) == 1_000_000_000
    assert client.get_open_orders() == []
