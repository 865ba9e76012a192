"""The website's price call: what is asked, and what its answers come to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from engine.market import Interval, Settlement
from feeds.crypto_price import is_asked_for, opening_price
from tests.engine.builders import market

AVERAGED = market(settlement=Settlement.CHAINLINK_TWAP)


@dataclass
class Site:
    """Answers with what it is told to; remembers the last question."""

    url: str = ""
    text: str = "{}"
    status: int = 200
    query: dict[str, str] = field(default_factory=dict)
    agent: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.query, self.agent = dict(request.query), request.headers["User-Agent"]
        return web.Response(status=self.status, text=self.text)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_get("/api/crypto/crypto-price", site.answer)
    async with TestServer(app) as server:
        site.url = str(server.make_url("")).rstrip("/")
        yield site


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


async def test_the_average_is_asked_for_by_name_and_the_price_is_the_opening_one(
    site: Site, client: httpx.AsyncClient
) -> None:
    site.text = '{"openPrice":84740.12345678901,"closePrice":null,"completed":false}'
    assert await opening_price(client, site.url, AVERAGED) == 84740.12345678901
    assert site.query | {"eventStartTime": "", "endDate": ""} == {
        "symbol": "BTC",
        "eventStartTime": "",
        "endDate": "",
        "variant": "fiveminute",
        "twapEnabled": "true",
        "twapLookbackSeconds": "60",
    }
    assert site.query["eventStartTime"].endswith("Z")
    assert site.agent.startswith("Mozilla/5.0")


async def test_a_spot_market_does_not_ask_for_an_average(site: Site, client: httpx.AsyncClient) -> None:
    site.text = '{"openPrice":84740}'
    assert await opening_price(client, site.url, market(settlement=Settlement.CHAINLINK_SPOT)) == 84740.0
    assert "twapEnabled" not in site.query


async def test_a_price_that_is_not_known_yet_is_none_and_no_fault(site: Site, client: httpx.AsyncClient) -> None:
    site.text = '{"openPrice":null,"closePrice":null,"completed":false,"incomplete":true,"cached":false}'
    assert await opening_price(client, site.url, AVERAGED) is None


@pytest.mark.parametrize(
    ("status", "text", "told"),
    [
        (429, "{}", "answered 429"),
        (200, "<html>", "answered 200 and no JSON"),
        (403, "<html>", "answered 403 and no JSON"),
        (200, "[]", "of another shape"),
        (200, "{}", "of another shape"),
        (200, '{"openPrice":"84740"}', "that is none"),
        (200, '{"openPrice":true}', "that is none"),
        (200, '{"openPrice":0}', "that is none"),
        (200, '{"openPrice":-1.5}', "that is none"),
    ],
)
async def test_every_other_answer_is_one_sentence(
    site: Site, client: httpx.AsyncClient, status: int, text: str, told: str
) -> None:
    site.status, site.text = status, text
    said = await opening_price(client, site.url, AVERAGED)
    assert isinstance(said, str)
    assert told in said


async def test_no_answer_is_one_sentence_too(client: httpx.AsyncClient) -> None:
    said = await opening_price(client, "http://127.0.0.1:9", AVERAGED)
    assert said == "the site's crypto-price gave no answer (ConnectError)"


def test_only_intervals_whose_names_are_known_are_asked_for() -> None:
    asked = [interval for interval in Interval if is_asked_for(replace(AVERAGED, interval=interval))]
    assert asked == [Interval.M5, Interval.M15]
    assert not is_asked_for(market(settlement=Settlement.BINANCE_KLINE))
