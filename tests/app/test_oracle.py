"""The oracle's feed over real sockets: PolyBolt first, RTDS where it is silent, and back again."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from websockets.asyncio.server import ServerConnection

from app.demo.child import Venue, start_venue
from app.demo.config import DemoConfig
from app.host import at_venue
from app.news import FeedChanged, News, Trouble
from app.oracle import OracleFeed
from app.settings import Settings, load
from app.values import Secret
from engine.events import OracleTick
from engine.market import Market, Settlement
from feeds.connect_budget import HostBudgets
from feeds.crypto_price import opening_price
from feeds.gamma import Gamma
from feeds.oracle import MarketReports
from feeds.strike import DecidingReports
from feeds.windows import Calendar
from tests.engine.builders import market
from tests.feeds.loopback import venue
from tests.feeds.oracle_frames import TIME_MS, polybolt_history, polybolt_update, rtds_history, rtds_update

PATIENCE_S = 20.0
SILENT_S = 0.6
"""Instead of ten seconds."""

AVERAGED = market(settlement=Settlement.CHAINLINK_TWAP)
CREDENTIALS = {"POLY_API_KEY": "key", "POLY_API_SECRET": "secret", "POLY_API_PASSPHRASE": "phrase"}


class Reader:
    """Remembers what the feed hands over."""

    def __init__(self, of: Market) -> None:
        self.frames: list[str | bytes] = []
        self.reports: list[OracleTick] = []
        self.deciding = DecidingReports(of)
        self._new = MarketReports(of).new

    def on_reports(self, raw: str | bytes, is_json: bool, ticks: list[OracleTick], mono: int, wall: int) -> None:
        assert isinstance(is_json, bool)
        self.frames.append(raw)
        for tick in self._new(ticks):
            assert (tick.mono, tick.wall) == (mono, wall)
            self.reports.append(tick)
            self.deciding.offer(tick)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.02)


@asynccontextmanager
async def running(feed: OracleFeed) -> AsyncIterator[None]:
    work = asyncio.create_task(feed.run())
    try:
        yield
    finally:
        await feed.stop()
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


class TestAtTheDemoVenue:
    """The demo venue shares no wire code with the feeds: what one writes the other has to read."""

    @pytest.mark.parametrize("road", ["polybolt", "rtds"])
    async def test_a_late_joiner_gets_the_exact_strike_from_history(self, road: str) -> None:
        started = await start_venue(DemoConfig(seed=3, window_s=20))
        try:
            settings = at_venue(load({}, {}, None), started)
            if road == "rtds":
                settings = replace(settings, poly_api_key=Secret(""))
            async with httpx.AsyncClient(trust_env=False) as client:
                of = await first_market(settings, started, client)
                price = await opening_price_of(settings, of, client)  # the report of the start is history now
            news: list[News] = []
            feed = OracleFeed(settings, news.append, HostBudgets())
            first, second = Reader(of), Reader(of)
            async with running(feed):
                feed.join(first, of)
                await until(lambda: first.deciding.strike is not None)
                assert first.deciding.strike == price
                assert {tick.window_s for tick in first.reports} <= {0, of.lookback_s}
                await until(lambda: len({tick.window_s for tick in first.reports}) == 2)
                newest = max(tick.time_ms for tick in first.reports)
                await until(lambda: first.reports[-1].time_ms >= newest + 2000)
                feed.join(second, of)
                assert second.deciding.strike == price
                assert feed.speaking is not None
                assert feed.speaking.name == road
                assert not feed.counters
            assert [type(each) for each in news] == [FeedChanged, FeedChanged]
        finally:
            await started.stop()


async def first_market(settings: Settings, started: Venue, client: httpx.AsyncClient) -> Market:
    calendar = Calendar(settings.asset, settings.interval, started.window_s, started.window_start_s)
    now_ms = started.window_start_s * 1000
    found = await Gamma(client, settings.gamma_url, any_length=True).find(calendar.candidates(now_ms), now_ms)
    assert isinstance(found, Market)
    return found


async def opening_price_of(settings: Settings, of: Market, client: httpx.AsyncClient) -> float:
    while True:
        price = await opening_price(client, settings.site_url, of)
        if isinstance(price, float):
            return price
        await asyncio.sleep(0.2)


@dataclass
class Script:
    """What the two sockets do: each answers as it should, then reports every 50 ms while it may speak."""

    polybolt: bool = True
    rtds: bool = True
    second: int = 0
    connected: dict[str, int] = field(default_factory=lambda: {"polybolt": 0, "rtds": 0})
    heard: list[dict[str, Any]] = field(default_factory=list)
    refusal: str = ""

    async def serve_polybolt(self, socket: ServerConnection) -> None:
        self.connected["polybolt"] += 1
        self.heard.append(json.loads(await socket.recv()))
        if self.refusal:
            await socket.send(json.dumps({"op": "error", "code": self.refusal, "rid": "1"}))
            await socket.close(4001, "auth")
            return
        await socket.send(json.dumps({"op": "authed", "rid": "1"}))
        for _ in range(2):
            self.heard.append(json.loads(await socket.recv()))
            await socket.send(json.dumps({"op": "subscribed", "rid": "2"}))
        if self.polybolt:
            await socket.send(json.dumps(polybolt_history(60)))
        await self._report(socket, lambda: self.polybolt, polybolt_update)

    async def serve_rtds(self, socket: ServerConnection) -> None:
        self.connected["rtds"] += 1
        self.heard.append(json.loads(await socket.recv()))
        if self.rtds:
            await socket.send(json.dumps(rtds_history(60)))
        await self._report(socket, lambda: self.rtds, rtds_update)

    async def _report(
        self, socket: ServerConnection, may: Callable[[], bool], frame: Callable[..., dict[str, Any]]
    ) -> None:
        while True:
            self.second += 1
            if may():
                await socket.send(json.dumps(frame(60, timestamp=TIME_MS + 1000 * (10 + self.second))))
            await asyncio.sleep(0.05)


Scene = tuple[Script, OracleFeed, Reader, list[News]]


@asynccontextmanager
async def scene(script: Script, **given: str) -> AsyncIterator[Scene]:
    async with venue(script.serve_polybolt) as polybolt, venue(script.serve_rtds) as rtds:
        addresses = {"POLYBOLT_WS_URL": polybolt.removesuffix("/feed"), "RTDS_WS_URL": rtds}
        settings = load({}, addresses | {"ORACLE_MAX_AGE_MS": "150"} | given, None)
        news: list[News] = []
        feed = OracleFeed(settings, news.append, HostBudgets(), silent_s=SILENT_S)
        reader = Reader(AVERAGED)
        async with running(feed):
            feed.join(reader, AVERAGED)
            yield script, feed, reader, news


def names(feed: OracleFeed) -> list[str]:
    return [socket.name for socket in feed.sockets]


def told_of_oracle(news: list[News]) -> list[str]:
    return [each.reason for each in news if isinstance(each, FeedChanged) and each.feed == "oracle"]


async def test_without_credentials_the_older_socket_is_used_and_the_other_never_asked() -> None:
    async with scene(Script()) as (script, feed, reader, _):
        await until(lambda: len(reader.reports) > 5)
        assert names(feed) == ["rtds"]
        assert script.connected == {"polybolt": 0, "rtds": 1}


async def test_with_credentials_the_conversation_is_auth_then_subscriptions() -> None:
    async with scene(Script(), **CREDENTIALS) as (script, feed, reader, _):
        await until(lambda: len(reader.reports) > 5)
        assert names(feed) == ["polybolt"]
        assert [each["op"] for each in script.heard] == ["auth", "subscribe", "subscribe"]
        assert script.heard[0]["auth"] == {"apiKey": "key", "secret": "secret", "passphrase": "phrase"}


async def test_a_silent_better_socket_is_replaced_and_taken_back_when_it_speaks_again() -> None:
    async with scene(Script(), **CREDENTIALS) as (script, feed, reader, news):
        await until(lambda: len(reader.reports) > 5)
        script.polybolt = False
        await until(lambda: names(feed) == ["polybolt", "rtds"])
        seen = len(reader.reports)
        await until(lambda: len(reader.reports) > seen + 5)
        assert feed.speaking is not None
        assert feed.speaking.name == "rtds"
        script.polybolt = True
        await until(lambda: names(feed) == ["polybolt"])
        seen = len(reader.reports)
        await until(lambda: len(reader.reports) > seen + 5)
        assert told_of_oracle(news) == [
            "nothing new from PolyBolt for 0.6 s; trying RTDS",
            "reports come from PolyBolt again",
        ]
        assert not [each for each in news if isinstance(each, Trouble)]
        times = [tick.time_ms for tick in reader.reports]
        assert len(set(times)) == len(times)


async def test_no_socket_that_speaks_is_a_trouble_told_once_and_its_end_is_told_too() -> None:
    async with scene(Script(polybolt=False, rtds=False), **CREDENTIALS) as (script, feed, reader, news):
        await until(lambda: any(isinstance(each, Trouble) for each in news))
        await asyncio.sleep(2 * SILENT_S)  # time for a second one, which must not come
        (trouble,) = [each for each in news if isinstance(each, Trouble)]
        assert trouble.about == "oracle"
        assert "no report of the settlement's oracle" in trouble.sentence
        assert reader.reports == []
        script.rtds = True
        await until(lambda: "reports come from RTDS" in told_of_oracle(news))
        assert names(feed) == ["polybolt", "rtds"]


async def test_refused_credentials_are_told_once_without_showing_them_and_the_other_socket_takes_over() -> None:
    async with scene(Script(refusal="auth_invalid"), **CREDENTIALS) as (_, feed, reader, news):
        await until(lambda: len(reader.reports) > 5)
        (trouble,) = [each for each in news if isinstance(each, Trouble)]
        assert "auth_invalid" in trouble.sentence
        assert "POLY_API_KEY" in trouble.sentence
        assert "phrase" not in trouble.sentence
        assert names(feed) == ["polybolt", "rtds"]
        assert feed.counters["invalid_operation"] > 0


async def test_an_old_report_that_is_repeated_for_ever_is_no_sign_of_life() -> None:
    async def stuck(socket: ServerConnection) -> None:
        while True:
            await socket.send(json.dumps(rtds_update(60)))
            await asyncio.sleep(0.02)

    script = Script()
    script.serve_rtds = stuck  # type: ignore[method-assign]
    async with scene(script) as (_, feed, reader, news):
        await until(lambda: any(isinstance(each, Trouble) for each in news))
        assert len(reader.reports) == 1
        assert feed.sockets[0].link.health.faults > 0


async def test_nothing_is_connected_before_a_market_joins() -> None:
    feed = OracleFeed(load({}, {"RTDS_WS_URL": "ws://127.0.0.1:9"}, None), lambda news: None, HostBudgets())
    async with running(feed):
        await asyncio.sleep(0.05)
        assert feed.sockets == []
        assert feed.speaking is None


async def test_who_has_left_hears_no_more() -> None:
    async with scene(Script()) as (_, feed, reader, _news):
        stays = Reader(AVERAGED)
        feed.join(stays, AVERAGED)
        await until(lambda: len(reader.reports) > 3)
        feed.leave(reader)
        frames = len(reader.frames)
        seen = len(stays.frames)
        await until(lambda: len(stays.frames) > seen + 3)
        assert len(reader.frames) == frames
