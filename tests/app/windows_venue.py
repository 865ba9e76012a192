"""A Gamma on loopback for the tests of this folder, a lifecycle that asks it, and what it is told.

Nothing listens where the coin's trades and the books should be: the windows are opened, and never traded.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.lifecycle import Course, Lifecycle
from app.news import News
from app.plan import Plan
from app.settings import Settings, load
from app.telemetry.writer import Writer
from engine.engine import Mode
from engine.limits import Limits
from engine.market import Asset, Interval
from engine.strategies import standard
from feeds.connect_budget import HostBudgets
from tests.feeds.gamma_events import Json, body

NOWHERE = "ws://127.0.0.1:9"
PATIENCE_S = 20.0

Kind = TypeVar("Kind")


@dataclass
class Listings:
    """Events by slug; `down` answers 503 to everything."""

    events: dict[str, Json] = field(default_factory=dict)
    down: bool = False
    asked: int = 0
    wanted: list[str] = field(default_factory=list)
    """The slugs that were asked for."""

    async def answer(self, request: web.Request) -> web.Response:
        """As Gamma does: the event, an empty page for a series, or 404."""
        self.asked += 1
        if self.down:
            return web.Response(status=503)
        if request.path == "/events":
            return web.Response(body=body([]), content_type="application/json")
        slug = request.path.removeprefix("/events/slug/")
        self.wanted.append(slug)
        event = self.events.get(slug)
        if event is None:
            return web.Response(status=404)
        return web.Response(body=body(event), content_type="application/json")


@dataclass
class Room:
    """What lifecycles over one log folder share, and the news that they tell."""

    log_dir: Path
    listings: Listings
    address: str
    client: httpx.AsyncClient
    writer: Writer
    news: list[News] = field(default_factory=list)
    held: set[Path] = field(default_factory=set)
    now_ms: int = 0

    def settings(self, asset: Asset, interval: Interval) -> Settings:
        """Settings that point at this venue."""
        sockets = dict.fromkeys(("BINANCE_WS_URL", "CLOB_WS_URL", "RTDS_WS_URL", "POLYBOLT_WS_URL"), NOWHERE)
        given = sockets | {"GAMMA_URL": self.address, "SITE_URL": self.address}
        return load({"ASSET": asset, "INTERVAL": interval}, given, None)

    def lifecycle(self, settings: Settings, mode: Mode = Mode.PAPER) -> Lifecycle:
        """A lifecycle whose clock is `now_ms`."""
        plan = Plan(Limits(), standard(), NOWHERE, "test", "0", record=False, tape=False)
        return Lifecycle(
            *(settings, plan, Course(), self.writer, self.log_dir, self.client, self.news.append),
            demo=False,
            budgets=HostBudgets(),
            held=self.held,
            mode=mode,
            now_ms=lambda: self.now_ms,
        )

    def told(self, kind: type[Kind]) -> list[Kind]:
        """The news of one kind."""
        return [news for news in self.news if isinstance(news, kind)]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Let the loop run until `holds`."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():  # noqa: ASYNC110 - a lifecycle rings no bell
                await asyncio.sleep(0.02)


@asynccontextmanager
async def a_room(log_dir: Path) -> AsyncIterator[Room]:
    """The venue and its client, for one test."""
    listings = Listings()
    app = web.Application()
    app.router.add_get("/{path:.*}", listings.answer)
    writer = Writer()
    async with (
        TestServer(app, host="127.0.0.1") as server,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        work = asyncio.create_task(writer.run())
        try:
            yield Room(log_dir, listings, str(server.make_url("")), client, writer)
        finally:
            work.cancel()
            await asyncio.wait({work})
            await writer.close()
