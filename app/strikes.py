"""The exact strike of a window by asking for it, where it does not come by itself.

An averaged market's strike is the oracle's report of the start, which arrives 1.5 s after it. Where that is missed, the
website knows it some seconds later, and a minute later the previous window's final, which is the same number. The
hourly market's is the open of Binance's candle.

A strike in the oracle's dollars is of use beside the oracle's price alone: Binance stands some basis points above it,
and its distance from such a strike would be off by as much. So it is held while the oracle is silent, and written down
for the audit; on paper Binance's own first trade stands in for it meanwhile.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import httpx

from app.news import Tell, Trouble
from app.session import Session
from app.settings import Settings
from engine.events import Strike, StrikeSource
from engine.market import Market
from feeds import crypto_price
from feeds.gamma import Gamma
from feeds.strike import candle_open, settles_on_candle
from feeds.verdict import Verdict
from feeds.windows import Calendar

CANDLE_RETRY_S: Final = 0.5
SITE_AFTER_MS: Final = 3_000
PREVIOUS_AFTER_MS: Final = 55_000
"""The median of the venue's settlements."""

PREVIOUS_AFTER_DEMO_MS: Final = 4_000
PREVIOUS_EVERY_S: Final = 5.0
LOOK_S: Final = 1.0
SILENT_NS: Final = 10 * 10**9
"""An oracle that has reported nothing for so long is silent."""


class StrikeSeeker:
    """Asks for the strikes of one asset's and interval's windows."""

    def __init__(
        self, settings: Settings, client: httpx.AsyncClient, gamma: Gamma, tell: Tell, now_ms: Callable[[], int]
    ) -> None:
        self._settings = settings
        self._client = client
        self._gamma = gamma
        self._tell = tell
        self._now_ms = now_ms
        self._foreign = settings.window_s is not None
        self._calendar = Calendar(settings.asset, settings.interval, settings.window_s, settings.window_start_s or 0)

    async def seek(self, session: Session) -> None:
        """Until the exact strike is in use, or the window is over."""
        if settles_on_candle(session.market):
            await self._ask_binance(session)
            return
        async with asyncio.TaskGroup() as tasks:
            if crypto_price.is_asked_for(session.market):
                tasks.create_task(self._ask_site(session), name="crypto-price")
            tasks.create_task(self._ask_previous(session), name="previous final")
            tasks.create_task(self._wait_for_oracle(session), name="held strike")

    async def _ask_binance(self, session: Session) -> None:
        """The open of the hour's candle is there within a second of the start."""
        market, told = session.market, ""
        await self._sleep_until(market.start_ms)
        while self._wanted(session):
            base = self._settings.binance_rest_url
            answer = await candle_open(self._client, base, market.asset, market.start_ms)
            if isinstance(answer, float):
                self._take(session, answer, StrikeSource.BINANCE_KLINE)
            else:
                told = self._told(market, answer, told)
                await asyncio.sleep(CANDLE_RETRY_S * random.uniform(1, 3))

    async def _ask_site(self, session: Session) -> None:
        market, told = session.market, ""
        await self._sleep_until(market.start_ms + SITE_AFTER_MS)
        while self._unknown(session):
            answer = await crypto_price.opening_price(self._client, self._settings.site_url, market)
            if isinstance(answer, float):
                self._take(session, answer, StrikeSource.CRYPTO_PRICE_API)
            else:
                told = self._told(market, answer, told) if answer is not None else told
                await asyncio.sleep(crypto_price.POLL_S * random.uniform(1, 1.5))

    async def _ask_previous(self, session: Session) -> None:
        market = session.market
        before = self._calendar.current(market.start_ms - 1)
        if before.end_ms != market.start_ms:
            return  # the clock changes here, and how the venue cuts that day is not known
        await self._sleep_until(market.start_ms + (PREVIOUS_AFTER_DEMO_MS if self._foreign else PREVIOUS_AFTER_MS))
        while self._unknown(session):
            answer = await self._gamma.outcome(before.slug, before.start_ms)
            if isinstance(answer, Verdict) and answer.final is not None:
                self._take(session, answer.final, StrikeSource.PREVIOUS_FINAL)
            else:
                await asyncio.sleep(PREVIOUS_EVERY_S * random.uniform(1, 1.5))

    async def _wait_for_oracle(self, session: Session) -> None:
        """Use the strike that is held as soon as there is a price to measure against it."""
        while self._wanted(session):
            held = session.strike.held
            if held is not None and not _is_silent(session):
                session.strike.take(_now(held))
            else:
                await asyncio.sleep(LOOK_S)

    def _unknown(self, session: Session) -> bool:
        return self._wanted(session) and session.strike.held is None

    def _wanted(self, session: Session) -> bool:
        return not session.engine.state.strike_exact and self._now_ms() < session.market.end_ms

    def _take(self, session: Session, value: float, source: StrikeSource) -> None:
        strike = Strike(time.monotonic_ns(), time.time_ns(), value, source, exact=True)
        if source is not StrikeSource.BINANCE_KLINE and _is_silent(session):
            session.strike.hold(strike)
        else:
            session.strike.take(strike)

    def _told(self, market: Market, why: str, told: str) -> str:
        """Tell a reason once."""
        if why != told:
            self._tell(Trouble(market.slug, why))
        return why

    async def _sleep_until(self, at_ms: int) -> None:
        while (left := at_ms - self._now_ms()) > 0:  # noqa: ASYNC110 - wall time may step
            await asyncio.sleep(min(left / 1000, LOOK_S))


def _now(strike: Strike) -> Strike:
    return replace(strike, mono=time.monotonic_ns(), wall=time.time_ns())


def _is_silent(session: Session) -> bool:
    return time.monotonic_ns() - session.reports.heard_ns >= SILENT_NS
