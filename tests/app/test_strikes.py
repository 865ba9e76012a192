"""Where the oracle's report of the start is missed, the exact strike is asked for."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.news import News, Trouble
from app.plan import Plan
from app.session import Session
from app.settings import load
from app.strikes import StrikeSeeker
from app.telemetry.info import read_info
from app.telemetry.writer import Writer
from engine.events import UP, OracleTick, Strike, StrikeSource
from engine.limits import Limits
from engine.market import Asset, Interval, Market, Settlement
from feeds.connect_budget import ConnectBudget
from feeds.gamma import Gamma
from feeds.verdict import Verdict
from feeds.windows import Calendar
from tests.engine.builders import market
from tests.feeds.gamma_events import a_market, an_event

NOWHERE = "ws://127.0.0.1:9"
PATIENCE_S = 20.0
FINAL = 84_741.59470245396


@dataclass
class Venue:
    """The website, Gamma and Binance's candles on one address; every answer but the given ones is 404."""

    url: str = ""
    opening: list[float | None] = field(default_factory=list)
    """What the website says, one answer after the other, the last again and again; empty: 429."""
    events: dict[str, object] = field(default_factory=dict)
    candle: str = ""
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.path == "/api/crypto/crypto-price":
            if not self.opening:
                return web.json_response({}, status=429)
            opening = self.opening.pop(0) if len(self.opening) > 1 else self.opening[0]
            return web.json_response({"openPrice": opening})
        if request.path == "/api/v3/klines":
            return web.json_response([[int(request.query["startTime"]), self.candle]] if self.candle else [])
        event = self.events.get(request.path.removeprefix("/events/slug/"))
        return web.json_response(event) if event is not None else web.json_response({}, status=404)


Scene = tuple[Session, StrikeSeeker, list[News]]


@asynccontextmanager
async def scene(venue: Venue, of: Market, folder: Path, now_ms: int = 0) -> AsyncIterator[Scene]:
    """A session of `of` without feeds, and who asks for its strike, to whom it is `now_ms`, or the real time."""
    app = web.Application()
    app.router.add_get("/{path:.*}", venue.answer)
    async with TestServer(app) as server, httpx.AsyncClient(trust_env=False) as client:
        url = str(server.make_url("")).rstrip("/")
        given = {"SITE_URL": url, "GAMMA_URL": url, "BINANCE_REST_URL": url, "INTERVAL": of.interval.value}
        settings = load({}, given, None)
        news: list[News] = []
        writer = Writer()
        plan = Plan(Limits(), (), NOWHERE, "test", "0", record=False, tape=False)
        session = await Session.open(of, plan, writer, folder, news.append, ConnectBudget())
        seeker = StrikeSeeker(
            settings, client, Gamma(client, url), news.append, lambda: now_ms or time.time_ns() // 1_000_000
        )
        try:
            yield session, seeker, news
        finally:
            await session.close()
            await writer.close()


def window(began_s: float, *, settlement: Settlement = Settlement.CHAINLINK_TWAP) -> Market:
    """A five-minute window that began so long ago; its start need not be on the calendar."""
    start_ms = time.time_ns() // 1_000_000 - round(began_s * 1000)
    return replace(market(settlement=settlement), start_ms=start_ms, end_ms=start_ms + 300_000)


def hear(session: Session, *, second: int = 9, value: float = FINAL, window_s: int = 0) -> None:
    """A report of the oracle's of a second of the window; of the spot price unless said otherwise."""
    mono, wall = time.monotonic_ns(), time.time_ns()
    time_ms = session.market.start_ms + second * 1000
    session.on_reports("{}", True, [OracleTick(mono, wall, time_ms, value, window_s)], mono, wall)


def trade_at_the_start(session: Session, value: float) -> None:
    """Binance's first trade stands in for the strike."""
    mono, wall = time.monotonic_ns(), time.time_ns()
    session.strike.take(Strike(mono, wall, value, StrikeSource.BINANCE_FIRST, exact=False))


async def seek(seeker: StrikeSeeker, session: Session) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await seeker.seek(session)


async def test_the_website_knows_the_strike_some_seconds_after_the_start(tmp_path: Path) -> None:
    venue = Venue(opening=[FINAL])
    async with scene(venue, window(10), tmp_path) as (session, seeker, _):
        hear(session)
        await seek(seeker, session)
        state = session.engine.state
        assert (state.strike, state.strike_source) == (FINAL, StrikeSource.CRYPTO_PRICE_API)
        assert state.strike_exact
        known_ms = session.strike.known_ms
    info = read_info(tmp_path / "market_info.txt")
    assert (info["strike"], info["strike_source"]) == (str(FINAL), "crypto_price_api")
    assert info["strike_known_ms"] == str(known_ms)


async def test_nothing_is_asked_once_the_oracle_has_spoken(tmp_path: Path) -> None:
    venue, of = Venue(opening=[1.0]), window(10)
    async with scene(venue, of, tmp_path) as (session, seeker, _):
        hear(session, second=0, window_s=60)
        await seek(seeker, session)
        assert venue.asked == []
        assert session.engine.state.strike_source is StrikeSource.CHAINLINK_TWAP


async def test_the_previous_windows_final_is_this_windows_strike(tmp_path: Path) -> None:
    calendar = Calendar(Asset.BTC, Interval.M5)
    now_ms = time.time_ns() // 1_000_000
    current = calendar.current(now_ms)
    before = calendar.current(current.start_ms - 1)
    prices = {"finalPrice": FINAL, "priceToBeat": 1.0}
    resolved = a_market(before, closed=True, umaResolutionStatus="resolved", outcomePrices='["1", "0"]')
    venue = Venue(events={before.slug: an_event(before, resolved, eventMetadata=prices)})
    of = replace(window(0), start_ms=current.start_ms, end_ms=current.end_ms + 600_000)
    late_ms = current.start_ms + 60_000  # past the median of the venue's settlements
    async with scene(venue, of, tmp_path, late_ms) as (session, seeker, news):
        hear(session)
        await seek(seeker, session)
        state = session.engine.state
        assert (state.strike, state.strike_source) == (FINAL, StrikeSource.PREVIOUS_FINAL)
        told = [each.sentence for each in news if isinstance(each, Trouble)]
        assert told == ["the site's crypto-price answered 429"]


async def held(session: Session) -> Strike:
    """The strike that is held, as soon as there is one."""
    async with asyncio.timeout(PATIENCE_S):
        while (strike := session.strike.held) is None:  # noqa: ASYNC110 - a session rings no bell
            await asyncio.sleep(0.01)
    return strike


async def test_while_the_oracle_is_silent_the_exact_strike_is_asked_for_and_held(tmp_path: Path) -> None:
    async with scene(Venue(opening=[None, FINAL]), window(10), tmp_path) as (session, seeker, _):
        trade_at_the_start(session, FINAL + 40)
        seeking = asyncio.create_task(seek(seeker, session))
        assert (await held(session)).source is StrikeSource.CRYPTO_PRICE_API
        state = session.engine.state
        assert (state.strike, state.strike_exact) == (FINAL + 40, False)  # Binance against Binance, as before
        hear(session)
        await seeking
        assert (state.strike, state.strike_source) == (FINAL, StrikeSource.CRYPTO_PRICE_API)
        assert session.strike.held is None


async def test_the_previous_final_is_held_where_the_website_knows_nothing(tmp_path: Path) -> None:
    calendar = Calendar(Asset.BTC, Interval.M5)
    current = calendar.current(time.time_ns() // 1_000_000)
    before = calendar.current(current.start_ms - 1)
    venue = Venue(events={before.slug: an_event(before, a_market(before), eventMetadata={"finalPrice": FINAL})})
    of = replace(window(0), start_ms=current.start_ms, end_ms=current.end_ms + 600_000)
    async with scene(venue, of, tmp_path, current.start_ms + 60_000) as (session, seeker, _):
        trade_at_the_start(session, FINAL + 40)
        seeking = asyncio.create_task(seek(seeker, session))
        assert (await held(session)).source is StrikeSource.PREVIOUS_FINAL
        assert session.engine.state.strike == FINAL + 40
        seeking.cancel()
        await asyncio.wait({seeking})


@pytest.mark.parametrize("theirs", [FINAL, FINAL + 1])
async def test_a_held_strike_is_what_the_audit_compares(tmp_path: Path, theirs: float) -> None:
    async with scene(Venue(opening=[FINAL]), window(10), tmp_path) as (session, seeker, news):
        trade_at_the_start(session, FINAL + 40)
        seeking = asyncio.create_task(seek(seeker, session))
        await held(session)
        session.settle(UP, "gamma")
        session.finish(Verdict(UP, None, theirs))
        seeking.cancel()
        await asyncio.wait({seeking})
        told = [each.sentence for each in news if isinstance(each, Trouble)]
    info = read_info(tmp_path / "market_info.txt")
    assert (info["strike_source"], info["strike"]) == ("binance_first", str(FINAL + 40))
    assert (info["exact_strike_source"], info["exact_strike"]) == ("crypto_price_api", str(FINAL))
    assert float(info["audit_strike"]) == FINAL - theirs
    assert [sentence.split(" was ")[0] for sentence in told] == (["our strike"] if theirs != FINAL else [])


async def test_a_late_join_without_an_oracle_has_no_strike_and_says_so(tmp_path: Path) -> None:
    async with scene(Venue(opening=[FINAL]), window(10), tmp_path) as (session, seeker, _):
        seeking = asyncio.create_task(seek(seeker, session))
        await held(session)
        assert session.engine.state.strike == 0.0
        assert any(reason.startswith("no oracle: the exact strike is known") for reason in session.missing())
        hear(session)
        await seeking
        assert session.engine.state.strike == FINAL
        assert not any("oracle" in reason for reason in session.missing())


async def test_a_held_strike_that_the_oracle_contradicts_is_a_trouble(tmp_path: Path) -> None:
    async with scene(Venue(opening=[FINAL]), window(10), tmp_path) as (session, seeker, news):
        seeking = asyncio.create_task(seek(seeker, session))
        await held(session)
        hear(session, second=0, value=FINAL + 0.5, window_s=60)
        await seeking
        (trouble,) = [each for each in news if isinstance(each, Trouble)]
        assert trouble.sentence.startswith("chainlink_twap says the strike is")
        assert session.engine.state.strike == FINAL + 0.5


async def test_the_hourly_market_asks_binance_alone(tmp_path: Path) -> None:
    venue = Venue(candle="84321.05000000")
    of = replace(window(10, settlement=Settlement.BINANCE_KLINE), interval=Interval.H1)
    async with scene(venue, of, tmp_path) as (session, seeker, _):
        await seek(seeker, session)
        state = session.engine.state
        assert (state.strike, state.strike_source) == (84_321.05, StrikeSource.BINANCE_KLINE)
        assert set(venue.asked) == {"/api/v3/klines"}


async def test_two_exact_sources_that_differ_are_a_trouble(tmp_path: Path) -> None:
    of = window(10)
    async with scene(Venue(opening=[FINAL]), of, tmp_path) as (session, seeker, news):
        hear(session)
        await seek(seeker, session)
        hear(session, second=0, value=FINAL + 0.5, window_s=60)
        (trouble,) = [each for each in news if isinstance(each, Trouble)]
        assert (
            "chainlink_twap says the strike is 84742.09470245396, crypto_price_api said 84741.5947" in trouble.sentence
        )
        assert session.engine.state.strike == FINAL + 0.5


async def test_the_website_is_not_asked_about_intervals_whose_names_it_never_told(tmp_path: Path) -> None:
    venue = Venue(opening=[FINAL])
    of = replace(window(10), interval=Interval.H4)
    async with scene(venue, of, tmp_path) as (session, seeker, _):
        seeking = asyncio.create_task(seek(seeker, session))
        await asyncio.sleep(0.2)
        assert venue.asked == []  # what was before this window is not known by its start either
        seeking.cancel()
        await asyncio.wait({seeking})
