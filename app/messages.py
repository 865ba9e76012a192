"""Which news go to a phone: the window's start and end, orders and fills. Signals never: there are thousands."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.live_news import LiveAlarm, LiveEnded, LiveFilled, LiveLeft, LiveNotice, LiveSent, LiveSettled
from app.live_words import message
from app.news import (
    News,
    OrderFilled,
    OrderSent,
    StrikeKnown,
    WindowCompleted,
    WindowOpened,
    WindowSettled,
    WindowSkipped,
    WindowUnsettled,
)
from app.telemetry import alerts
from engine.events import Strike
from engine.market import Market

PATIENCE_MS: Final = 10_000
"""The exact strike comes 1.5 s after a window's start. It is waited for so long, after a late join from then."""

Later = Callable[[float, Callable[[], None]], Any]
"""Call back after so many seconds."""


@dataclass(slots=True)
class _Start:
    """A window whose start has not been told yet, with the best strike so far."""

    market: Market
    timer: Any
    strike: Strike | None = None


class Messages:
    """Turns news into messages for `send`.

    The start is told once a window: with its exact strike, or after 10 s with what is known, or that nothing is. An
    order tells it before, with the strike that it was sent on.
    """

    __slots__ = ("_later", "_now_ms", "_send", "_starts")

    def __init__(
        self,
        send: Callable[[str], None],
        *,
        later: Later | None = None,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """`later` is the loop's own `call_later` by default."""
        self._send = send
        self._later = later if later is not None else asyncio.get_running_loop().call_later
        self._now_ms = now_ms
        self._starts: dict[str, _Start] = {}

    def __call__(self, news: News) -> None:
        """Queue the messages of one piece of news, if it has any."""
        match news:
            case WindowOpened(market):
                self._wait_for_strike(market)
            case StrikeKnown(market, strike):
                self._take_strike(market, strike)
            case OrderSent(market, order, _):
                self._start(market.slug)
                self._send(alerts.order_sent(market, "paper", order))
            case OrderFilled(market, fill):
                self._send(alerts.order_filled(market, "paper", fill))
            case WindowSettled(market, resolution, orders, fills, result, _):
                self._start(market.slug)
                ended = alerts.window_ended(
                    market, "paper", resolution.outcome, orders=orders, fills=fills, net=result.net
                )
                self._send(ended)
            case WindowUnsettled(market, orders, fills, _):
                self._start(market.slug)
                self._send(alerts.window_ended(market, "paper", None, orders=orders, fills=fills, net=0))
            case WindowCompleted(slug, _, resolution, orders, fills, result, _, _):
                text = alerts.window_completed(
                    slug, "paper", resolution.outcome, orders=orders, fills=fills, net=result.net
                )
                self._send(text)
            case WindowSkipped(slug, _):
                self._forget(slug)
            case LiveSent() | LiveFilled() | LiveEnded() | LiveSettled() | LiveLeft() | LiveNotice() | LiveAlarm():
                told = message(news)
                if told is not None:
                    self._send(told)
            case _:
                pass

    def _wait_for_strike(self, market: Market) -> None:
        until_ms = max(market.start_ms, self._now_ms()) + PATIENCE_MS
        timer = self._later((until_ms - self._now_ms()) / 1000, lambda: self._start(market.slug))
        self._starts[market.slug] = _Start(market, timer)

    def _take_strike(self, market: Market, strike: Strike) -> None:
        start = self._starts.get(market.slug)
        if start is not None:
            start.strike = strike
            if strike.exact:
                self._start(market.slug)

    def _start(self, slug: str) -> None:
        """Tell the start, if it has not been told."""
        start = self._forget(slug)
        if start is not None:
            self._send(alerts.window_started(start.market, start.strike))

    def _forget(self, slug: str) -> _Start | None:
        start = self._starts.pop(slug, None)
        if start is not None:
            start.timer.cancel()
        return start
