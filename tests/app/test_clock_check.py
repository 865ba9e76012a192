"""Our clock against the venue's whole seconds, again and again, over real HTTP on loopback."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.backtest.replay import replay
from app.clock_check import ClockCheck
from app.news import News, Trouble
from app.plan import Plan
from app.session import Session
from app.telemetry.writer import Writer
from engine.events import UP
from engine.limits import Limits
from feeds.connect_budget import ConnectBudget
from feeds.venue_clock import clock_offset
from tests.app.test_session import a_market_now

PATIENCE_S = 20.0


@dataclass
class Venue:
    """A clock that is `ahead_s` of ours, told in whole seconds."""

    ahead_s: float = 0.0
    down: bool = False
    asked: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(status=503) if self.down else web.Response(text=str(int(time.time() + self.ahead_s)))


@dataclass
class Watched:
    """A check of that clock, a thousand times as often as it should be, and what came of it."""

    venue: Venue
    check: ClockCheck
    news: list[News] = field(default_factory=list)
    delivered: list[int] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        return [each.sentence for each in self.news if isinstance(each, Trouble)]

    async def compared(self, times: int) -> None:
        until = self.venue.asked + times
        async with asyncio.timeout(PATIENCE_S):
            while self.venue.asked <= until:  # noqa: ASYNC110 - a server rings no bell
                await asyncio.sleep(0.005)


@asynccontextmanager
async def watched(venue: Venue) -> AsyncIterator[Watched]:
    app = web.Application()
    app.router.add_get("/time", venue.answer)
    async with TestServer(app) as server, httpx.AsyncClient(trust_env=False) as client:
        ask = partial(clock_offset, client, str(server.make_url("")).rstrip("/"))
        news: list[News] = []
        delivered: list[int] = []
        check = ClockCheck(ask, news.append, delivered.append, pace=0.0002)
        work = asyncio.create_task(check.run())
        try:
            yield Watched(venue, check, news, delivered)
        finally:
            work.cancel()
            await asyncio.wait({work})


async def test_a_clock_that_agrees_within_what_can_be_seen_is_nobodys_business() -> None:
    async with watched(Venue()) as of:
        await of.compared(20)
        assert (of.delivered, of.told) == ([], [])


@pytest.mark.parametrize(("ahead_s", "side"), [(-4.0, "ahead of"), (4.0, "behind")])
async def test_far_off_it_is_told_once_and_delivered_with_its_sign(ahead_s: float, side: str) -> None:
    async with watched(Venue(ahead_s)) as of:
        await of.compared(20)
        assert len(of.told) == 1
        assert f"s {side} the venue's; no order until it is set" in of.told[0]
        worst = of.delivered[-1]
        assert (worst > 0) == (ahead_s < 0)
        assert 2_900 < abs(worst) <= 4_000  # a second less than it is, at most: never more


async def test_two_seconds_off_is_not_surely_more_than_two_and_stops_nothing() -> None:
    async with watched(Venue(2.0)) as of:
        await of.compared(30)
        assert all(abs(ahead_ms) <= 2_000 for ahead_ms in of.delivered)
        assert all(sentence.endswith("set it") for sentence in of.told)


async def test_a_clock_that_is_set_meanwhile_is_believed_again() -> None:
    venue = Venue(5.0)
    async with watched(venue) as of:
        await of.compared(5)
        venue.ahead_s = 0.0
        await of.compared(10)
        assert of.delivered[-1] == 0
        assert of.told[-1] == "this machine's clock agrees with the venue's again"
        assert len(of.told) == 2


async def test_without_an_answer_the_last_comparison_holds_and_it_is_asked_again() -> None:
    venue = Venue(5.0)
    async with watched(venue) as of:
        await of.compared(5)
        venue.down = True
        await of.compared(2)  # an answer may have been on its way
        delivered = list(of.delivered)
        await of.compared(5)
        assert of.delivered == delivered
        assert of.check.unanswered >= 4


async def test_a_session_hands_it_to_its_engine_and_writes_it_down_for_a_replay(tmp_path: Path) -> None:
    writer = Writer()
    plan = Plan(Limits(), (), "ws://127.0.0.1:9", "test", "0", record=True, tape=False)
    session = await Session.open(a_market_now(), plan, writer, tmp_path, lambda news: None, ConnectBudget())
    session.on_venue_clock(-2_412)
    now = time.monotonic_ns()
    assert session.engine.state.clock.distrust(now) == ("clock_offset", 2.412, 2.0)
    session.settle(UP, "gamma")
    session.finish(None)
    await session.close()
    await writer.close()
    (again,) = replay(tmp_path)
    assert again.events["VenueClock"] == 1
    assert again.engine.state.clock.venue_ms == -2_412
