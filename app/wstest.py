"""`pmtui ws-test`: connect to every feed, say what arrives and how late, and whether that is enough."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx
import orjson

from app.demo.child import start_venue
from app.host import at_venue
from app.news import FeedChanged, News, Trouble
from app.options import Options
from app.oracle import OracleFeed
from app.settings import Settings
from engine.events import BestBidAsk, BookChange, BookSnapshot, Event, OracleTick, Print, Trade
from engine.market import Market
from feeds.binance import BinanceParser
from feeds.clob import ClobParser
from feeds.connect_budget import HostBudgets
from feeds.connection import STOPPED, Link, LinkSpec
from feeds.frames import decode
from feeds.gamma import Gamma
from feeds.oracle import MarketReports
from feeds.strike import settles_on_candle
from feeds.venue_clock import clock_offset
from feeds.windows import Calendar

LISTEN_S: Final = 10.0
STALE_S: Final = 5.0


@dataclass(slots=True)
class Heard:
    """What one feed sent: events by kind, and how late each was in ms against the sender's own time."""

    kinds: Counter[str] = field(default_factory=Counter)
    late_ms: list[float] = field(default_factory=list)
    reason: str = "not connected"

    def take(self, events: Sequence[Event], wall: int) -> bool:
        """Count a frame's events; says whether there were any."""
        for event in events:
            self.kinds[type(event).__name__] += 1
            sent = _sent_ms(event)
            if sent:
                self.late_ms.append(wall / 1e6 - sent)
        return bool(events)


async def run_ws_test(settings: Settings, options: Options) -> int:
    """Listen for the time of `--duration`, 10 s by default; 0 if every feed delivered, else 1."""
    async with contextlib.AsyncExitStack() as stack:
        if options.demo is not None:
            venue = await start_venue(options.demo.config())
            stack.push_async_callback(venue.stop)
            settings = at_venue(settings, venue)
        listen_s = options.duration_s or LISTEN_S
        market = await _market(settings)
        feeds = {"binance": await _hear_binance(settings, listen_s)} if not isinstance(market, Market) else {}
        if isinstance(market, Market):
            all_heard = await asyncio.gather(
                _hear_binance(settings, listen_s),
                _hear_clob(settings, market, listen_s),
                _hear_oracle(settings, market, listen_s),
            )
            feeds = dict(zip(("binance", "clob", "oracle"), all_heard, strict=True))
            if settles_on_candle(market):
                del feeds["oracle"]  # Binance is its own oracle
            print(f"gamma    ok      {market.slug}")
        else:
            print(f"gamma    failed  {market}")
        print(await _clock_line(settings))
        for name, heard in feeds.items():
            print(_line(name, heard, listen_s))
        return 0 if isinstance(market, Market) and all(heard.kinds for heard in feeds.values()) else 1


async def _market(settings: Settings) -> Market | str:
    """The window of now, or the next one where this one is not listed (any more)."""
    calendar = Calendar(settings.asset, settings.interval, settings.window_s, settings.window_start_s or 0)
    async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
        gamma = Gamma(client, settings.gamma_url, any_length=settings.window_s is not None)
        now = time.time_ns() // 1_000_000
        found = await gamma.find(calendar.candidates(now), now)
        if not isinstance(found, Market):
            following = calendar.candidates(calendar.current(now).end_ms)
            found = await gamma.find(following, now)
        return found if isinstance(found, Market) else str(found)


async def _clock_line(settings: Settings) -> str:
    """How far our clock is off; a clock that is off makes no feed fail."""
    async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
        offset = await clock_offset(client, settings.clob_rest_url)
    if isinstance(offset, str):
        return f"clock    unknown {offset}"
    word = "off" if offset.worth_telling else "ok"
    return f"clock    {word:<7} {offset.ahead_s:+.1f} s against the venue's whole seconds"


async def _hear_binance(settings: Settings, listen_s: float) -> Heard:
    parser = BinanceParser(f"{settings.asset}usdt")
    heard = Heard()

    def on_frame(raw: str | bytes, mono: int, wall: int, epoch: int) -> bool:
        return heard.take(parser.events(decode(raw), mono, wall), wall)

    spec = LinkSpec(
        "binance",
        f"{settings.binance_ws_url}/ws/{settings.asset}usdt@trade",
        stale_after_s=STALE_S,
        replace_after_s=3 * STALE_S,
    )
    return await _hear(spec, on_frame, heard, listen_s)


async def _hear_clob(settings: Settings, market: Market, listen_s: float) -> Heard:
    parser = ClobParser(*market.tokens)
    heard = Heard()

    def on_frame(raw: str | bytes, mono: int, wall: int, epoch: int) -> bool:
        return heard.take(parser.events(decode(raw), mono, wall, epoch), wall)

    hello = {"assets_ids": list(market.tokens), "type": "market", "custom_feature_enabled": True}
    spec = LinkSpec(
        "clob",
        f"{settings.clob_ws_url}/ws/market",
        hello=(orjson.dumps(hello).decode(),),
        ping_text="PING",
        stale_after_s=STALE_S,
        replace_after_s=3 * STALE_S,
    )
    return await _hear(spec, on_frame, heard, listen_s)


class _Ear:
    """A reader of the oracle's feed that only counts; a report that comes twice counts once."""

    def __init__(self, market: Market) -> None:
        self.heard = Heard()
        self._reports = MarketReports(market)

    def on_reports(self, raw: str | bytes, is_json: bool, ticks: list[OracleTick], mono: int, wall: int) -> None:
        """Live reports only: a history is old by nature, and says nothing about how late the feed is."""
        reports = self._reports.new(ticks)
        if len(ticks) == 1:
            self.heard.take(reports, wall)

    def tell(self, news: News) -> None:
        """What went wrong last."""
        match news:
            case FeedChanged(feed, False, reason) if reason != STOPPED:
                self.heard.reason = f"{feed}: {reason}"
            case Trouble("oracle", sentence):
                self.heard.reason = sentence


async def _hear_oracle(settings: Settings, market: Market, listen_s: float) -> Heard:
    """Over the better of the two price sockets for which there are credentials, or the other where it is silent."""
    ear = _Ear(market)
    if settles_on_candle(market):
        return ear.heard
    feed = OracleFeed(settings, ear.tell, HostBudgets())
    task = asyncio.create_task(feed.run(), name="oracle")
    feed.join(ear, market)
    await asyncio.sleep(listen_s)
    if feed.speaking is not None and not ear.heard.kinds:
        ear.heard.reason = feed.speaking.link.health.reason or ear.heard.reason
    await feed.stop()
    task.cancel()
    await asyncio.wait({task})
    return ear.heard


async def _hear(
    spec: LinkSpec, on_frame: Callable[[str | bytes, int, int, int], bool], heard: Heard, listen_s: float
) -> Heard:
    link = Link(spec, on_frame, lambda up, epoch, reason: None)
    task = asyncio.create_task(link.run(), name=spec.name)
    await asyncio.sleep(listen_s)
    heard.reason = link.health.reason or heard.reason
    await link.stop()
    await asyncio.wait({task})
    return heard


def _sent_ms(event: Event) -> int:
    match event:
        case Trade() | OracleTick():
            return event.time_ms
        case BookSnapshot() | BookChange() | BestBidAsk() | Print():
            return event.venue_ms
        case _:
            return 0


def _line(name: str, heard: Heard, listen_s: float) -> str:
    if not heard.kinds:
        return f"{name:<8} failed  {heard.reason}"
    kinds = "  ".join(f"{kind} {count}" for kind, count in heard.kinds.most_common())
    late = sorted(heard.late_ms) or [0.0]
    rate = sum(heard.kinds.values()) / listen_s
    delay = f"late {late[len(late) // 2]:.1f} ms median, {late[-1]:.1f} ms at most"
    return f"{name:<8} ok      {rate:.1f} events/s  {delay}  {kinds}"
