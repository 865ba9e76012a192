"""The headers that let a request in are the official client's."""

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_clob_client_v2.signing.hmac import build_hmac_signature

from app.live.auth import BadCredentials, Credentials, l1_headers, l2_headers
from app.live.wallet import SignatureType
from app.values import Secret
from tests.app.live import official
from tests.app.live.official import CREDENTIALS, SIGNER
from tests.app.live.wallets import wallet

NOW_S = 1_795_332_901
OURS = Credentials(Secret(CREDENTIALS.api_key), Secret(CREDENTIALS.api_secret), Secret(CREDENTIALS.api_passphrase))


@pytest.mark.parametrize("kind", SignatureType)
@pytest.mark.parametrize("nonce", [0, 7])
def test_the_wallet_asks_for_a_key_as_the_official_client_does(tmp_path: Path, kind: SignatureType, nonce: int) -> None:
    signer = wallet(tmp_path, kind)
    assert l1_headers(signer, NOW_S + 0.9, nonce=nonce) == official.l1_headers(signer, NOW_S, nonce)
    assert l1_headers(signer, NOW_S)["POLY_ADDRESS"] == SIGNER


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/data/orders", ""),
        ("DELETE", "/cancel-all", ""),
        ("DELETE", "/order", '{"orderID":"0xab"}'),
        ("POST", "/order", '{"order":{"salt":1,"side":"BUY"},"owner":"é"}'),
    ],
)
def test_the_key_signs_a_request_as_the_official_client_does(tmp_path: Path, method: str, path: str, body: str) -> None:
    ours = l2_headers(SIGNER, OURS, method, path, body.encode(), now_s=NOW_S + 0.5)
    assert ours == official.l2_headers(wallet(tmp_path), method, path, body, NOW_S)


@settings(derandomize=True, deadline=None)
@given(st.binary(min_size=1, max_size=64), st.text(st.characters(codec="utf-8", exclude_characters="'"), max_size=40))
def test_any_secret_and_body_give_its_signature(secret: bytes, body: str) -> None:
    text = base64.urlsafe_b64encode(secret).decode()
    ours = Credentials(Secret("key"), Secret(text), Secret("pass"))
    expected = build_hmac_signature(text, str(NOW_S), "POST", "/order", body)
    assert l2_headers(SIGNER, ours, "POST", "/order", body.encode(), now_s=NOW_S)["POLY_SIGNATURE"] == expected


@pytest.mark.parametrize(("ahead_s", "told"), [(0.0, NOW_S), (0.6, NOW_S - 1), (2.4, NOW_S - 2), (-3.5, NOW_S + 4)])
def test_the_time_is_the_venues_own(tmp_path: Path, ahead_s: float, told: int) -> None:
    for headers in (
        l1_headers(wallet(tmp_path), NOW_S + 0.5, ahead_s=ahead_s),
        l2_headers(SIGNER, OURS, "GET", "/data/orders", now_s=NOW_S + 0.5, ahead_s=ahead_s),
    ):
        assert headers["POLY_TIMESTAMP"] == str(told)


@pytest.mark.parametrize("secret", ["no base64!", "abc", "c2VjcmV0==x", "cl\u00e9", "5eedc0de-not-quite"])
def test_a_secret_that_is_none_is_refused_and_not_shown(secret: str) -> None:
    wrong = Credentials(Secret("key"), Secret(secret), Secret("pass"))
    with pytest.raises(BadCredentials) as refused:
        l2_headers(SIGNER, wrong, "GET", "/data/orders", now_s=NOW_S)
    error = refused.value
    assert secret not in str(error)
    assert (error.__cause__, error.__context__) == (None, None)


def test_credentials_do_not_show_themselves() -> None:
    shown = f"{OURS} {OURS!r}"
    assert not any(text in shown for text in (CREDENTIALS.api_key, CREDENTIALS.api_secret, CREDENTIALS.api_passphrase))
