"""An API key is derived, or made where there is none; a venue that fails gives none, and none is shown."""

import logging
from pathlib import Path

import httpx
import pytest

from app.live.apikey import obtain_credentials
from app.live.auth import Credentials
from app.live.calls import Unanswered
from app.live.wallet import SignatureType, Wallet
from app.values import SettingError
from tests.app.live import official
from tests.app.live.official import CREDENTIALS
from tests.app.live.scripted import Script, says
from tests.app.live.wallets import wallet

NOW_S = 1_795_332_901
KEYS = {"apiKey": CREDENTIALS.api_key, "secret": CREDENTIALS.api_secret, "passphrase": CREDENTIALS.api_passphrase}


@pytest.fixture
def opened(tmp_path: Path) -> Wallet:
    return wallet(tmp_path, SignatureType.SAFE)


async def test_the_one_that_the_wallet_has_is_derived(venue: Script, http: httpx.AsyncClient, opened: Wallet) -> None:
    venue.then(says(KEYS))
    found = await obtain_credentials(http, f"{venue.url}/", opened, now_s=NOW_S + 2.5, ahead_s=2.0)
    assert isinstance(found, Credentials)
    assert (found.key.reveal(), found.secret.reveal()) == (CREDENTIALS.api_key, CREDENTIALS.api_secret)
    assert found.passphrase.reveal() == CREDENTIALS.api_passphrase
    (asked,) = venue.asked
    assert (asked.method, asked.path) == ("GET", "/auth/derive-api-key")
    expected = official.l1_headers(opened, NOW_S, 0)
    assert {name: asked.headers[name] for name in expected} == expected


@pytest.mark.parametrize("status", [400, 404])
async def test_one_is_made_where_there_is_none(
    venue: Script, http: httpx.AsyncClient, opened: Wallet, status: int
) -> None:
    venue.then(says({"error": "Could not derive api key!"}, status), says(KEYS))
    assert isinstance(await obtain_credentials(http, venue.url, opened, now_s=NOW_S), Credentials)
    assert [(asked.method, asked.path) for asked in venue.asked] == [
        ("GET", "/auth/derive-api-key"),
        ("POST", "/auth/api-key"),
    ]


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_none_is_made_where_the_venue_did_not_say_so(
    venue: Script, http: httpx.AsyncClient, opened: Wallet, status: int
) -> None:
    venue.then(says({"error": "no"}, status))
    told = await obtain_credentials(http, venue.url, opened, now_s=NOW_S)
    assert isinstance(told, Unanswered)
    assert told.status == status
    assert len(venue.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        KEYS | {"secret": ""},
        KEYS | {"apiKey": 5},
        KEYS | {"passphrase": "a\nb"},
        KEYS | {"secret": "s" * 201},
    ],
    ids=range(7),
)
async def test_an_answer_of_another_shape_is_no_key(
    venue: Script, http: httpx.AsyncClient, opened: Wallet, answer: object
) -> None:
    venue.then(says(answer))
    told = await obtain_credentials(http, venue.url, opened, now_s=NOW_S)
    assert told == Unanswered("the venue answered about the API key in another form than we know")


async def test_nothing_is_signed_for_another_host(http: httpx.AsyncClient, opened: Wallet) -> None:
    with pytest.raises(SettingError, match="nothing is signed for another"):
        await obtain_credentials(http, "https://clob.example", opened, now_s=NOW_S)


async def test_no_redirect_takes_the_signature_elsewhere(
    venue: Script, http: httpx.AsyncClient, opened: Wallet
) -> None:
    venue.then(says({}, 307, Location=f"{venue.url}/elsewhere"))
    assert isinstance(await obtain_credentials(http, venue.url, opened, now_s=NOW_S), Unanswered)
    assert len(venue.asked) == 1


async def test_no_key_is_logged(
    venue: Script, http: httpx.AsyncClient, opened: Wallet, caplog: pytest.LogCaptureFixture
) -> None:
    venue.then(says(KEYS))
    with caplog.at_level(logging.DEBUG):
        found = await obtain_credentials(http, venue.url, opened, now_s=NOW_S)
    shown = caplog.text + repr(found)
    assert not [text for text in (*KEYS.values(), official.KEY[2:]) if text in shown]
