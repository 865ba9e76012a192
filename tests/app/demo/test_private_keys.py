"""Keys: a wallet's signature gets them, and every request has to be signed with them, to the byte and to the minute."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import httpx
import pytest
from py_clob_client_v2.client import ClobClient
from py_clob_client_v2.headers.headers import create_level_1_headers

from tests.app.demo.trading import QUIET, Desk, Json, refused, running


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running(*QUIET, "--seed=8") as started:
        yield started


@pytest.fixture(autouse=True)
def without_trouble(desk: Desk) -> Iterator[None]:
    yield
    desk.faults()


def signed(client: ClobClient, method: str, path: str, body: str = "", age_s: int = 0) -> Json:
    """L2 headers, made here and not by the client."""
    timestamp = str(int(time.time()) - age_s)
    secret = base64.urlsafe_b64decode(client.creds.api_secret)
    digest = hmac.new(secret, f"{timestamp}{method}{path}{body}".encode(), hashlib.sha256).digest()
    return {
        "POLY_ADDRESS": client.get_address(),
        "POLY_SIGNATURE": base64.urlsafe_b64encode(digest).decode(),
        "POLY_TIMESTAMP": timestamp,
        "POLY_API_KEY": client.creds.api_key,
        "POLY_PASSPHRASE": client.creds.api_passphrase,
    }


def asked(desk: Desk, headers: Json, path: str = "/data/orders", query: str = "") -> httpx.Response:
    return desk.http.get(f"{desk.host}{path}{query}", headers=headers)


def test_a_key_is_created_once_and_derived_as_often_as_wanted(desk: Desk) -> None:
    client = desk.stranger()
    assert refused(client.create_api_key) == "Could not create api key"
    assert [client.derive_api_key() for _ in range(2)] == [client.creds] * 2


def test_a_wallet_without_a_key_cannot_derive_one(desk: Desk) -> None:
    client = ClobClient(desk.host, 137, key="0x" + "42" * 32)
    assert refused(client.derive_api_key) == "Could not derive api key!"


def test_another_nonce_is_another_key_of_the_same_wallet(desk: Desk) -> None:
    client = desk.stranger()
    second = client.create_api_key(nonce=7)
    assert second.api_key != client.creds.api_key
    assert client.get_api_keys() == {"apiKeys": [client.creds.api_key, second.api_key]}


def test_the_same_seed_gives_a_wallet_the_same_key_after_a_restart_and_another_seed_another() -> None:
    def creds(seed: int) -> object:
        with running(*QUIET, f"--seed={seed}") as desk:
            return desk.client("0x" + "17" * 32, 0).creds

    first = creds(3)
    assert creds(3) == first
    assert creds(4) != first


@pytest.mark.parametrize(
    "changes",
    [
        {"POLY_ADDRESS": "0x" + "11" * 20},
        {"POLY_NONCE": "1"},
        {"POLY_SIGNATURE": "0x" + "00" * 65},
        {"POLY_SIGNATURE": "0x"},
        {"POLY_SIGNATURE": "none"},
        {"POLY_TIMESTAMP": "1790000000"},
        {"POLY_TIMESTAMP": ""},
    ],
)
def test_only_who_signed_these_very_headers_gets_a_key(desk: Desk, changes: Json) -> None:
    signer = ClobClient(desk.host, 137, key="0x" + "43" * 32).signer
    headers = create_level_1_headers(signer, nonce=0) | changes
    answer = desk.http.post(f"{desk.host}/auth/api-key", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "Invalid L1 Request headers"})


def test_the_path_is_signed_below_the_base_address_and_without_the_query(desk: Desk) -> None:
    client = desk.stranger()
    assert asked(desk, signed(client, "GET", "/data/orders"), query="?next_cursor=MA==").status_code == 200
    for wrong in ("/clob/data/orders", "/data/orders?next_cursor=MA==", "/data/orders/", "/data/trades"):
        answer = asked(desk, signed(client, "GET", wrong), query="?next_cursor=MA==")
        assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized/Invalid api key"})


def test_the_body_is_signed_to_the_byte(desk: Desk) -> None:
    client = desk.stranger()
    body = '{"orderID":"0x00"}'
    for sent, status in ((body, 200), ('{"orderID": "0x00"}', 401), ('{"orderID":"0x01"}', 401)):
        headers = signed(client, "DELETE", "/order", body)
        assert desk.http.request("DELETE", f"{desk.host}/order", content=sent, headers=headers).status_code == status


@pytest.mark.parametrize(("age_s", "status"), [(0, 200), (50, 200), (-50, 200), (65, 401), (-65, 401)])
def test_a_timestamp_may_be_a_minute_off(desk: Desk, age_s: int, status: int) -> None:
    client = desk.stranger()
    assert asked(desk, signed(client, "GET", "/data/orders", age_s=age_s)).status_code == status


def test_a_client_whose_clock_drifts_is_refused_until_it_asks_for_the_venues(desk: Desk) -> None:
    client = desk.stranger()
    desk.faults(skew_s=90)
    assert refused(client.get_open_orders, 401) == "Unauthorized/Invalid api key"
    assert asked(desk, signed(client, "GET", "/data/orders", age_s=-90)).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"POLY_ADDRESS": b"0x" + b"11" * 20},
        {"POLY_API_KEY": b"00000000-0000-0000-0000-000000000000"},
        {"POLY_PASSPHRASE": b"x"},
        {"POLY_SIGNATURE": b"x"},
        {"POLY_SIGNATURE": b"\xff\xfe"},
    ],
)
def test_who_is_not_the_holder_is_refused(desk: Desk, changes: Json) -> None:
    client = desk.stranger()
    right = {name: value.encode() for name, value in signed(client, "GET", "/data/orders").items()}
    headers = right | changes
    answer = asked(desk, headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized/Invalid api key"})


def test_nothing_private_is_told_without_a_signature(desk: Desk) -> None:
    for method, path in (
        ("POST", "/order"),
        ("DELETE", "/cancel-all"),
        ("GET", "/balance-allowance"),
        ("GET", "/data/trades"),
    ):
        assert desk.http.request(method, f"{desk.host}{path}", content=b"{}").status_code == 401


def test_the_ready_line_has_the_key_and_the_child_keeps_it_to_itself(desk: Desk) -> None:
    assert int(desk.facts["wallet_key"], 16) > 0
    assert desk.facts["api"]["address"] == desk.client().get_address()
    told = json.dumps({**desk.ledger(), "faults": desk.faults(skew_s=0)})
    assert desk.facts["wallet_key"][2:] not in told
