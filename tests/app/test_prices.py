"""Since when the coin's trades have been watched without a break: only such a watch knows a window's first trade."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import orjson
from websockets.asyncio.server import ServerConnection

from app.prices import PriceFeed
from engine.events import Trade
from engine.market import Asset
from feeds.strike import FirstTrade
from tests.feeds.loopback import PATIENCE_S, running, venue


class Reader:
    """Remembers what the feed says of its connection."""

    def __init__(self) -> None:
        self.links: list[tuple[bool, int]] = []
        self.trades: list[Trade] = []

    def on_prices(self, raw: str | bytes, is_json: bool, trades: list[Trade], mono: int, wall: int) -> None:
        self.trades += trades

    def on_price_link(self, up: bool, epoch: int, since_ms: int) -> None:
        self.links.append((up, since_ms))

    async def until(self, links: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.links) < links:  # noqa: ASYNC110 - a feed rings no bell
                await asyncio.sleep(0.01)


class Binance:
    """Sends trades on every connection until `drop` or `announce` tells the newest one otherwise."""

    def __init__(self) -> None:
        self.drop = asyncio.Event()
        self.announce = asyncio.Event()
        self._ids = count(1)

    async def serve(self, socket: ServerConnection) -> None:
        while not self.drop.is_set():
            if self.announce.is_set():
                self.announce.clear()
                await socket.send('{"e":"serverShutdown","E":1}')
            now = time.time_ns() // 1_000_000
            trade = {
                "e": "trade",
                "s": "BTCUSDT",
                "t": next(self._ids),
                "p": "84000.1",
                "q": "0.1",
                "T": now,
                "m": True,
            }
            await socket.send(orjson.dumps(trade).decode())
            await asyncio.sleep(0.01)
        self.drop.clear()


@asynccontextmanager
async def watched(binance: Binance) -> AsyncIterator[tuple[PriceFeed, Reader]]:
    async with venue(binance.serve) as url:
        feed, reader = PriceFeed(Asset.BTC, url.removesuffix("/feed"), 3000, lambda news: None), Reader()
        feed.join(reader)
        async with running(feed.link):
            await reader.until(1)
            yield feed, reader


async def test_a_break_begins_the_watch_anew_for_those_there_and_those_who_join_later() -> None:
    binance, later = Binance(), Reader()
    async with watched(binance) as (feed, reader):
        await asyncio.sleep(0.05)
        dropped_ms = time.time_ns() // 1_000_000
        binance.drop.set()
        await reader.until(3)
        feed.join(later)
    (up, first_ms), (lost, _), (again, second_ms), *_ = reader.links
    assert (up, lost, again) == (True, False, True)
    assert first_ms < dropped_ms <= second_ms
    assert later.links[0] == (True, second_ms)


async def test_a_rotation_breaks_nothing() -> None:
    binance = Binance()
    async with watched(binance) as (feed, reader):
        binance.announce.set()
        await reader.until(2)
        assert feed.link.health.epoch == 2
    (_, first_ms), (up, second_ms), *_ = reader.links
    assert (up, second_ms) == (True, first_ms)


async def test_a_feed_that_broke_over_the_start_does_not_know_the_first_trade() -> None:
    binance = Binance()
    async with watched(binance) as (_, reader):
        start_ms = time.time_ns() // 1_000_000
        first = FirstTrade(start_ms, start_ms - 60_000)
        binance.drop.set()
        await reader.until(3)
        first.link(*reader.links[-1])
        assert first.offer(Trade(0, 0, 1, start_ms + 2_001, 84_000.0, 1, False)) is None
        assert first.missed
