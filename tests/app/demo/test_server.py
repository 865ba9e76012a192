"""The venue over real sockets, as a client finds it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import websockets
from aiohttp import ClientSession, WSMsgType, web

from app.demo.child import Venue, start_venue
from app.demo.clients import Audience, Client
from app.demo.config import DemoConfig

WINDOW_S = 5


@pytest_asyncio.fixture
async def venue() -> AsyncIterator[Venue]:
    started = await start_venue(DemoConfig(seed=5, window_s=WINDOW_S))
    yield started
    await started.stop()


@pytest_asyncio.fixture
async def web_client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


async def market_of(venue: Venue, client: httpx.AsyncClient, interval: str = "5m", number: int = 0) -> dict[str, Any]:
    slug = f"btc-updown-{interval}-{venue.window_start_s + number * venue.window_s}"
    answer = await client.get(f"{venue.addresses['gamma_url']}/markets/slug/{slug}")
    found: dict[str, Any] = answer.json()
    return found


def tokens_of(market: dict[str, Any]) -> list[str]:
    found: list[str] = json.loads(market["clobTokenIds"])
    return found


async def receive(socket: websockets.ClientConnection, **wanted: object) -> dict[str, Any]:
    """The next frame, or part of one, with these values."""
    while True:
        document = json.loads(await socket.recv())
        for each in document if isinstance(document, list) else [document]:
            if all(each.get(key) == value for key, value in wanted.items()):
                found: dict[str, Any] = each
                return found


async def test_from_discovery_to_the_outcome(venue: Venue, web_client: httpx.AsyncClient) -> None:
    market = await market_of(venue, web_client)
    up, down = tokens_of(market)
    async with websockets.connect(venue.addresses["clob_ws_url"] + "/ws/market", max_queue=None) as clob:
        await clob.send(json.dumps({"assets_ids": [up, down], "type": "market", "custom_feature_enabled": True}))
        first = json.loads(await clob.recv())
        assert [book["asset_id"] for book in first] == [up, down]
        assert all(book["tick_size"] == "0.01" for book in first)
        resolved = await receive(clob, event_type="market_resolved", market=market["conditionId"])
    ended = (await market_of(venue, web_client)) | {"eventMetadata": None}
    winner = [up, down].index(resolved["winning_asset_id"])
    assert (ended["closed"], ended["umaResolutionStatus"]) == (True, "resolved")
    assert json.loads(ended["outcomePrices"])[winner] == "1"
    answer = await web_client.get(f"{venue.addresses['gamma_url']}/events?slug={market['slug']}")
    prices = answer.json()[0]["eventMetadata"]
    assert (prices["finalPrice"] >= prices["priceToBeat"]) == (winner == 0)
    book = await web_client.get(f"{venue.addresses['clob_rest_url']}/book", params={"token_id": up})
    assert book.status_code == 404


async def test_the_strike_is_the_oracles_own_report_of_the_start_on_every_road(
    venue: Venue, web_client: httpx.AsyncClient
) -> None:
    wanted = {"timestamp": venue.window_start_s * 1000}
    subscription = {"topic": "crypto_prices_twap_sixty", "type": "update", "filters": '{"symbol":"btc/usd"}'}
    auth = {"op": "auth", "rid": "1", "auth": {"apiKey": "a", "secret": "b", "passphrase": "c"}}
    poly_filter = {"symbol": "btcusd", "window_seconds": 60}
    poly_subscription = {"channel": "price.crypto.twap", "filter": poly_filter}
    async with (
        websockets.connect(venue.addresses["rtds_ws_url"]) as rtds,
        websockets.connect(venue.addresses["polybolt_ws_url"] + "/ws") as polybolt,
    ):
        await rtds.send(json.dumps({"action": "subscribe", "subscriptions": [subscription]}))
        assert json.loads(await rtds.recv())["type"] == "subscribe"
        await polybolt.send(json.dumps(auth))
        await polybolt.send(json.dumps({"op": "subscribe", "rid": "2", "subscriptions": [poly_subscription]}))
        words = [json.loads(await polybolt.recv()) for _ in range(3)]
        assert [word.get("op") for word in words] == ["authed", "subscribed", None]
        assert words[2]["snapshot"] is True
        while (old := await receive(rtds, type="update"))["payload"]["timestamp"] != wanted["timestamp"]:
            pass
        while (new := json.loads(await polybolt.recv()))["payload"]["timestamp"] != wanted["timestamp"]:
            assert new["seq"] > 1
    assert old["payload"]["value"] == new["payload"]["value"]
    market = await market_of(venue, web_client)
    query = {
        "symbol": "BTC",
        "eventStartTime": market["eventStartTime"],
        "endDate": market["endDate"],
        "variant": "fiveminute",
        "twapEnabled": "true",
        "twapLookbackSeconds": "60",
    }
    url = f"{venue.addresses['site_url']}/api/crypto/crypto-price"
    while (price := (await web_client.get(url, params=query)).json())["openPrice"] is None:
        assert price["completed"] is False
    assert price["openPrice"] == old["payload"]["value"]


async def test_the_new_price_socket_names_what_it_refuses(venue: Venue) -> None:
    async with websockets.connect(venue.addresses["polybolt_ws_url"] + "/ws") as polybolt:

        async def refusal(**request: object) -> str:
            await polybolt.send(json.dumps(request))
            code: str = json.loads(await polybolt.recv())["code"]
            return code

        assert await refusal(op="subscribe", rid="1", subscriptions=[]) == "auth_required"
        assert await refusal(op="auth", rid="2", auth={"apiKey": "a"}) == "auth_invalid"
        assert await refusal(op="dance") == "bad_op"
        await polybolt.send(json.dumps({"op": "auth", "auth": {"apiKey": "a", "secret": "b", "passphrase": "c"}}))
        await polybolt.recv()
        assert await refusal(op="subscribe", subscriptions=[{"channel": "price.bread"}]) == "bad_channel"
        for chosen in ({}, {"symbol": ["btcusd"]}, {"symbol": "btcusd", "window_seconds": 59}):
            wanted = {"channel": "price.crypto.twap", "filter": chosen}
            assert await refusal(op="subscribe", subscriptions=[wanted]) == "bad_filter"


async def test_trades_on_both_kinds_of_stream_are_the_same_and_open_the_candle(
    venue: Venue, web_client: httpx.AsyncClient
) -> None:
    base = venue.addresses["binance_ws_url"]
    async with (
        websockets.connect(base + "/ws/btcusdt@trade", max_queue=None) as raw,
        websockets.connect(base + "/stream?streams=btcusdt@trade/ethusdt@trade", max_queue=None) as combined,
    ):
        wrapped = await receive(combined, stream="btcusdt@trade")
        trade = json.loads(await raw.recv())
        while trade["t"] < wrapped["data"]["t"]:
            trade = json.loads(await raw.recv())
        while wrapped["data"]["t"] < trade["t"]:
            wrapped = await receive(combined, stream="btcusdt@trade")
        assert wrapped["data"] == trade
        while trade["T"] < venue.window_start_s * 1000:
            trade = json.loads(await raw.recv())
    query = {"symbol": "BTCUSDT", "interval": "1h", "startTime": str(venue.window_start_s * 1000), "limit": "1"}
    rows = (await web_client.get(f"{venue.addresses['binance_rest_url']}/api/v3/klines", params=query)).json()
    assert (rows[0][0], rows[0][1]) == (venue.window_start_s * 1000, trade["p"])


async def test_the_market_channel_answers_text_and_forgets_what_is_unsubscribed(
    venue: Venue, web_client: httpx.AsyncClient
) -> None:
    tokens = tokens_of(await market_of(venue, web_client))
    async with websockets.connect(venue.addresses["clob_ws_url"] + "/ws/market", max_queue=None) as clob:
        await clob.send("PING")
        assert await clob.recv() == "PONG"
        for nonsense in ("hello", "[]", '{"operation":"dance","assets_ids":[]}', '{"assets_ids":1}'):
            await clob.send(nonsense)
            assert await clob.recv() == "INVALID OPERATION"
        await clob.send(json.dumps({"operation": "subscribe", "assets_ids": tokens}))
        assert len(json.loads(await clob.recv())) == 2
        assert "price_changes" in await receive(clob, event_type="price_change")
        await clob.send(json.dumps({"operation": "unsubscribe", "assets_ids": tokens}))
        await clob.send("PING")
        while await clob.recv() != "PONG":
            pass
        await clob.send("PING")
        assert await clob.recv() == "PONG"


async def test_one_bad_topic_or_a_filter_with_a_space_silences(venue: Venue) -> None:
    good = {"topic": "crypto_prices", "type": "update", "filters": '{"symbol":"btcusdt"}'}
    spaced = {"topic": "crypto_prices_chainlink", "type": "update", "filters": '{"symbol": "btc/usd"}'}
    async with websockets.connect(venue.addresses["rtds_ws_url"]) as rtds:
        await rtds.send(json.dumps({"action": "subscribe", "subscriptions": [good, {"topic": "nope", "type": "*"}]}))
        assert json.loads(await rtds.recv())["statusCode"] == 401
        await rtds.send(json.dumps({"action": "subscribe", "subscriptions": [spaced]}))
        history = json.loads(await rtds.recv())
        assert (history["topic"], history["payload"]["symbol"]) == ("crypto_prices", "btc/usd")
        await rtds.send(json.dumps({"action": "subscribe", "subscriptions": [good]}))
        await rtds.recv()
        updates = [json.loads(await rtds.recv()) for _ in range(2)]
        assert {update["topic"] for update in updates} == {"crypto_prices"}


async def test_listings_show_windows_ahead_and_last_years_that_were_never_closed(
    venue: Venue, web_client: httpx.AsyncClient
) -> None:
    base = venue.addresses["gamma_url"] + "/events"
    query = {"series_id": "10191", "closed": "false", "order": "endDate", "ascending": "true", "limit": "5"}
    plain = (await web_client.get(base, params=query)).json()
    ends = [event["endDate"] for event in plain]
    assert ends == sorted(ends)
    assert [event["endDate"].startswith("2025-12") for event in plain] == [True, True, False, False, False]
    assert not plain[0]["markets"][0]["acceptingOrders"]
    assert all(event["series"][0]["id"] == "10191" for event in plain)
    page = (await web_client.get(base + "/keyset", params=query)).json()
    following = (await web_client.get(base + "/keyset", params=query | {"after_cursor": page["next_cursor"]})).json()
    slugs = [event["slug"] for event in page["events"] + following["events"]]
    assert len(slugs) == len(set(slugs)) > 5
    assert (await web_client.get(base + "/keyset", params={"offset": "5"})).status_code == 422
    assert (await web_client.get(base + "/slug/btc-updown-5m-1")).status_code == 404
    assert (await web_client.get(base, params={"slug": "btc-updown-5m-1"})).json() == []


@pytest.mark.parametrize(("interval", "lookback"), [("4h", 1), ("1h", None)])
async def test_public_reads_agree_with_gamma(
    venue: Venue, web_client: httpx.AsyncClient, interval: str, lookback: int | None
) -> None:
    market, base = await market_of(venue, web_client, interval, number=2), venue.addresses["clob_rest_url"]
    config = market["cryptoMarketConfig"]
    assert (config["twapLookbackSeconds"] if config else None) == lookback
    info = (await web_client.get(f"{base}/clob-markets/{market['conditionId']}")).json()
    assert [each["t"] for each in info["t"]] == tokens_of(market)
    assert info["fd"]["r"] == market["feeSchedule"]["rate"]
    up = {"token_id": tokens_of(market)[0]}
    assert (await web_client.get(f"{base}/tick-size", params=up)).json() == {"minimum_tick_size": info["mts"]}
    book = (await web_client.get(f"{base}/book", params=up)).json()
    assert float(book["bids"][-1]["price"]) < float(book["asks"][-1]["price"])
    assert (await web_client.get(f"{base}/version")).json() == {"version": 2}
    assert int((await web_client.get(f"{base}/time")).text) >= venue.window_start_s - 4
    geoblock = await web_client.get(venue.addresses["site_url"] + "/api/geoblock")
    assert geoblock.json()["blocked"] is False


async def test_a_client_that_does_not_read_is_closed_and_the_others_miss_nothing() -> None:
    audience, both_joined = Audience(), asyncio.Event()

    async def handle(request: web.Request) -> web.StreamResponse:
        client = Client(request, queue_frames=64)
        await client.open()
        audience.join(client)
        audience.subscribe(client, ["news"])
        if len(audience.clients) == 2:
            both_joined.set()
        async for _ in client.socket:
            pass
        audience.leave(client)
        await client.done()
        return client.socket

    app = web.Application()
    app.router.add_get("/", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with ClientSession() as session, session.ws_connect(url) as reader, session.ws_connect(url) as idle:
        await both_joined.wait()
        while len(audience.clients) == 2:
            audience.publish(b"x" * 100_000, "news")
            message = await reader.receive()
            assert (message.type, len(message.data)) == (WSMsgType.TEXT, 100_000)
        while (message := await idle.receive()).type is WSMsgType.TEXT:
            pass
        assert message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR)
    await runner.cleanup()
