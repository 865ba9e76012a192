"""The venue's own client, py-clob-client-v2, made to sign with a given salt and time, and to send nowhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

from py_clob_client_v2.client import ClobClient
from py_clob_client_v2.clob_types import ApiCreds, CreateOrderOptions, MarketOrderArgsV2, RequestArgs
from py_clob_client_v2.headers.headers import create_level_1_headers, create_level_2_headers
from py_clob_client_v2.order_builder import builder
from py_clob_client_v2.order_utils import ExchangeOrderBuilderV2
from py_clob_client_v2.order_utils.model.order_data_v2 import OrderDataV2
from py_clob_client_v2.order_utils.model.side import Side

from app.live.amounts import Amounts
from app.live.signing import CHAIN_ID
from app.live.wallet import Wallet

KEY: Final = "0x" + "5eedc0de" * 8
"""A private key for tests alone."""

SIGNER: Final = "0x5Dc567edB93b17136CD2e82E8e2C1C6426C00Fe5"
CREDENTIALS: Final = ApiCreds("7f3a5d2c-0000-4000-8000-51c0c0de51c0", "c2VjcmV0LXNlY3JldC1zZWNyZXQ_-w==", "pass-51c0")


@dataclass(frozen=True, slots=True)
class Sent:
    """What the official client would have posted."""

    headers: dict[str, str]
    body: bytes
    order_hash: str
    maker_amount: int
    taker_amount: int


@contextmanager
def fixed(salt: int, time_ms: int) -> Iterator[None]:
    """Its dice and its clock, held still."""
    builders = partial(ExchangeOrderBuilderV2, generate_salt=lambda: str(salt))
    clock = SimpleNamespace(time_ns=lambda: time_ms * 1_000_000)
    with patch.object(builder, "ExchangeOrderBuilderV2", builders), patch.object(builder, "time", clock):
        yield


def client(wallet: Wallet, now_s: int) -> Any:
    """The client of our wallet, with a clock that says `now_s`."""
    made = ClobClient(
        "http://127.0.0.1:9", CHAIN_ID, KEY, CREDENTIALS, signature_type=wallet.signature_type, funder=wallet.funder
    )
    made._get_timestamp = lambda: now_s
    return made


def market_buy(
    wallet: Wallet,
    version: str,
    neg_risk: bool,
    token: str,
    dollars: str,
    price: str,
    tick: str,
    salt: int,
    time_ms: int,
) -> Sent:
    """A fill-and-kill buy in its own amounts, from its order builder to the bytes of its request."""
    official = client(wallet, time_ms // 1000)
    ids = {"position_id": token} if version == "v2" else {"token_id": token}
    arguments = MarketOrderArgsV2(amount=float(dollars), side="BUY", price=float(price), order_type="FAK", **ids)
    with fixed(salt, time_ms):
        order = official.builder.build_market_order(arguments, CreateOrderOptions(tick_size=tick, neg_risk=neg_risk))
    return sent(official, order, version, neg_risk)


def buy_of(wallet: Wallet, version: str, neg_risk: bool, token: str, amounts: Amounts, salt: int, time_ms: int) -> Sent:
    """A buy in given amounts, signed by its exchange builder."""
    official = client(wallet, time_ms // 1000)
    data = OrderDataV2(
        maker=wallet.funder,
        tokenId=token,
        makerAmount=str(amounts.maker),
        takerAmount=str(amounts.taker),
        side=Side.BUY,
        signer=wallet.order_signer,
        signatureType=int(wallet.signature_type),
        timestamp=str(time_ms),
    )
    exchange = exchange_builder(official, version, neg_risk, salt)
    return sent(official, exchange.build_signed_order(data), version, neg_risk)


def exchange_builder(official: Any, version: str, neg_risk: bool, salt: int) -> Any:
    contracts = builder.get_contract_config(CHAIN_ID)
    contract = contracts.neg_risk_exchange_v2 if neg_risk else contracts.exchange_v2
    address, domain = (contracts.exchange_v3, "3") if version == "v2" else (contract, "2")
    return ExchangeOrderBuilderV2(address, CHAIN_ID, official.signer, lambda: str(salt), domain)


def sent(official: Any, order: Any, version: str, neg_risk: bool) -> Sent:
    """What it posts of a signed order, caught before it leaves."""
    caught: dict[str, Any] = {}
    official._post = lambda _url, *, headers, data: caught.update(headers=headers, data=data)
    official.post_order(order, "FAK", defer_exec=True)
    exchange = exchange_builder(official, version, neg_risk, int(order.salt))
    order_hash = exchange.build_order_hash(exchange.build_order_typed_data(order))
    return Sent(caught["headers"], caught["data"].encode(), order_hash, int(order.makerAmount), int(order.takerAmount))


def l1_headers(wallet: Wallet, now_s: int, nonce: int) -> dict[str, str]:
    return dict(create_level_1_headers(client(wallet, now_s).signer, nonce=nonce, timestamp=now_s))


def l2_headers(wallet: Wallet, method: str, path: str, body: str, now_s: int) -> dict[str, str]:
    request = RequestArgs(method, path, serialized_body=body or None)
    return dict(create_level_2_headers(client(wallet, now_s).signer, CREDENTIALS, request, timestamp=now_s))


def floors_right(number: str, decimals: int) -> bool:
    """Whether the official client's float floor keeps this number: it makes 0.56 of 0.57, and 16.89 of 16.90."""
    exact = Decimal(number).scaleb(decimals)
    return int(float(number) * 10**decimals) == exact
