"""What the venue tells everybody is read strictly, and a market that it contradicts itself about is not traded."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from app.live.calls import Unanswered
from app.live.public import Geoblock, ListedTerms, contradiction, geoblock, listed_terms, order_format
from engine.market import FeeSchedule
from engine.units import SIZE
from feeds.gamma_fields import Refusal
from tests.app.live.scripted import Script, says
from tests.engine.builders import market
from tests.feeds.account_rows import CONDITION

MARKET = replace(market(), up_token="1" * 77, down_token="2" * 77, version="v1", fee=FeeSchedule(Decimal("0.07"), 1))


def listed(**fields: Any) -> dict[str, Any]:
    return {
        "r": {"mi": 50},
        "t": [{"t": MARKET.up_token, "o": "Up"}, {"t": MARKET.down_token, "o": "Down"}],
        "c": CONDITION,
        "mos": 5,
        "mts": 0.01,
        "mbf": 1000,
        "ao": True,
        "itode": True,
        "fd": {"r": 0.07, "e": 1, "to": True},
        "v": "v1",
    } | fields


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in listed().items() if key != name}


async def terms_of(venue: Script, http: httpx.AsyncClient, answer: object) -> ListedTerms | Refusal | Unanswered:
    venue.then(says(answer))
    return await listed_terms(http, venue.url, CONDITION)


async def test_a_markets_terms(venue: Script, http: httpx.AsyncClient) -> None:
    assert await terms_of(venue, http, listed()) == ListedTerms(
        tokens={"UP": MARKET.up_token, "DOWN": MARKET.down_token},
        tick=100,
        min_size=5 * SIZE,
        fee=FeeSchedule(Decimal("0.07"), 1),
        accepting=True,
        holds_takers=True,
        version="v1",
        neg_risk=False,
    )
    assert venue.asked[0].path == f"/clob-markets/{CONDITION}"


async def test_a_market_of_the_second_protocol_is_asked_for_as_the_clob_names_it(
    venue: Script, http: httpx.AsyncClient
) -> None:
    venue.then(says(listed(v="v2")))
    found = await listed_terms(http, venue.url, "0x" + "ab" * 31)
    assert isinstance(found, ListedTerms)
    assert found.version == "v2"
    assert venue.asked[0].path == "/clob-markets/0x" + "ab" * 31 + "00"


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ([], "clob-markets"),
        (listed(t=[]), "t"),
        (listed(t=None), "t"),
        (listed(t=[{"t": "1", "o": "Up"}]), "t"),
        (listed(t=[{"t": "1", "o": "Up"}, {"t": "1", "o": "Down"}]), "t"),
        (listed(t=[{"t": "1", "o": "Yes"}, {"t": "2", "o": "No"}]), "t"),
        (listed(t=[{"t": "1", "o": "Up"}, {"t": "", "o": "Down"}]), "t"),
        (listed(t=[{"t": "1", "o": "Up"}, {"t": "2", "o": "Down"}, {"t": "3", "o": "Tie"}]), "t"),
        (without("mos"), "mos"),
        (listed(mts="0.01"), "mts"),
        (listed(mts=0.00001), "mts"),
        (without("fd"), "r"),
        (listed(fd={"r": 0.07, "e": 1.5}), "fd.e"),
        (listed(ao="yes"), "ao"),
        (listed(nr=1), "nr"),
        (listed(v=2), "v"),
    ],
    ids=str,
)
async def test_terms_that_are_not_understood_are_refused_by_their_field(
    venue: Script, http: httpx.AsyncClient, answer: object, field: str
) -> None:
    refused = await terms_of(venue, http, answer)
    assert isinstance(refused, Refusal)
    assert refused.field in (field, "e")


async def test_terms_that_do_not_come_are_not_known(venue: Script, http: httpx.AsyncClient) -> None:
    venue.then(says({"error": "not found"}, 404))
    assert isinstance(await listed_terms(http, venue.url, CONDITION), Unanswered)


async def test_a_market_that_both_describe_alike_is_traded(venue: Script, http: httpx.AsyncClient) -> None:
    found = await terms_of(venue, http, listed())
    assert isinstance(found, ListedTerms)
    assert contradiction(MARKET, found) == ""
    assert contradiction(MARKET, replace(found, tick=10)) == ""


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"t": [{"t": MARKET.up_token, "o": "Down"}, {"t": MARKET.down_token, "o": "Up"}]}, "other tokens"),
        ({"v": "v2"}, "says protocol v2, the listing v1"),
        ({"fd": {"r": 0.072, "e": 1}}, "a fee rate of 0.072, the listing 0.07"),
        ({"mos": 10}, "smallest order is 10 shares, the listing's 5"),
        ({"ao": False}, "takes no orders"),
    ],
    ids=str,
)
async def test_a_contradiction_is_one_sentence(
    venue: Script, http: httpx.AsyncClient, other: dict[str, Any], words: str
) -> None:
    found = await terms_of(venue, http, listed(**other))
    assert isinstance(found, ListedTerms)
    assert words in contradiction(MARKET, found)


async def test_where_we_are(venue: Script, http: httpx.AsyncClient) -> None:
    venue.then(says({"blocked": True, "ip": "192.0.2.1", "country": "US\x1b", "region": "NY"}))
    assert await geoblock(http, venue.url) == Geoblock(True, "US\N{REPLACEMENT CHARACTER}", "NY")
    assert venue.asked[0].path == "/api/geoblock"


@pytest.mark.parametrize("answer", [None, [], {}, {"blocked": None}, {"blocked": "false"}, {"blocked": 0}])
async def test_where_we_are_is_not_guessed(venue: Script, http: httpx.AsyncClient, answer: object) -> None:
    venue.then(says(answer))
    assert isinstance(await geoblock(http, venue.url), Unanswered)
    venue.then(says({"blocked": False}, 503))
    assert isinstance(await geoblock(http, venue.url), Unanswered)


async def test_the_order_format(venue: Script, http: httpx.AsyncClient) -> None:
    venue.then(says({"version": 2}), says({"version": "2"}), says({}), says([]), says({"version": True}))
    assert await order_format(http, venue.url) == 2
    for _ in range(4):
        assert isinstance(await order_format(http, venue.url), Unanswered)
