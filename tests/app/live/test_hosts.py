"""Signed requests go to the venue under TLS or to this machine, and nowhere else."""

import pytest

from app.live.hosts import signed_host_ok
from app.settings import SETTINGS


@pytest.mark.parametrize("name", ["CLOB_REST_URL", "CLOB_WS_URL", "POLYBOLT_WS_URL"])
def test_the_venues_own_addresses_may_be_signed_for(name: str) -> None:
    (default,) = [setting.default for setting in SETTINGS if setting.name == name]
    assert signed_host_ok(default)


@pytest.mark.parametrize(
    "url",
    [
        "https://clob.polymarket.com:443",
        "https://CLOB.polymarket.com/base",
        "http://127.0.0.1:8080/clob",
        "ws://localhost:1/ws",
        "http://[::1]:9",
        "https://localhost",
    ],
)
def test_so_may_these(url: str) -> None:
    assert signed_host_ok(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://clob.polymarket.com",
        "ws://ws-subscriptions-clob.polymarket.com",
        "https://clob.polymarket.com:8443",
        "https://clob.polymarket.com.example",
        "https://clob-polymarket.com",
        "https://polymarket.com",
        "https://evil.polymarket.com",
        "https://clob.polymarket.com@venue.example",
        "https://venue.example@clob.polymarket.com",
        "https://:secret@clob.polymarket.com",
        "https://127.0.0.1.example",
        "http://127.0.0.2",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "ftp://localhost",
        "//clob.polymarket.com",
        "clob.polymarket.com",
        "https://clob.polymarket.com:x",
        "https://[::1",
        "https://clob.polymarket.com.",
        "https://clob.pоlymarket.com",
        "",
    ],
)
def test_no_other_may(url: str) -> None:
    assert not signed_host_ok(url)
