"""News as lines of the console's log, newest last; and a line for a signal when it begins or its obstacle changes."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from app import live_words
from app.live_news import LiveAlarm, LiveEnded, LiveFilled, LiveLeft, LiveNotice, LiveSent, LiveSettled
from app.news import (
    FeedChanged,
    LeftOpen,
    News,
    OrderEnded,
    OrderFilled,
    OrderSent,
    StrikeKnown,
    Trouble,
    WindowCompleted,
    WindowSettled,
    WindowSkipped,
    WindowUnsettled,
)
from app.said import counted, net_said, sent_and_filled
from engine.coin import coin_text
from engine.events import OUTCOME_NAMES
from engine.market import Market, market_name
from engine.orders import Order, OrderStatus
from engine.paper import BOOK_UNKNOWN, NO_MATCH
from engine.signal import Gate, Signal
from engine.strategies import short_name
from engine.units import SIZE, cents, dollars
from engine.view import Line
from feeds.connection import STOPPED
from feeds.text import clean

KEPT: Final = 500

ORDINARY: Final = frozenset({"cooldown", "not_best", "orders", "position"})
"""Gates that stop a signal all the time; the panel of reasons shows them, and the log would be full of them."""

Told = tuple[str, str, bool | None]
"""A line's kind, its text, and whether that is good."""


class Lines:
    """What the log panel shows. `tell` is called with news, `see` with what the strategies said last.

    `now` is the wall clock in ns: a recording's news are of its own time.
    """

    __slots__ = ("_down", "_now", "_seen", "lines")

    def __init__(self, now: Callable[[], int] = time.time_ns) -> None:
        self.lines: deque[Line] = deque(maxlen=KEPT)
        self._now = now
        self._seen: dict[str, tuple[int, str]] = {}
        self._down: set[tuple[str, str]] = set()

    def tell(self, news: News) -> None:
        """Add the line of one piece of news, if it has one."""
        if isinstance(news, FeedChanged) and not self._matters(news):
            return
        line = _line(news)
        if line is not None:
            kind, text, good = line
            self.lines.append(Line(self._now(), kind, clean(text), good, _market_of(news)))

    def see(self, wall: int, answers: Sequence[tuple[str, Signal | Gate]], market: Market) -> None:
        """Add a line for each signal that is new, or is stopped by another gate than before."""
        of = market_name(market.asset, market.interval)
        for name, answer in answers:
            if not isinstance(answer, Signal):
                self._seen.pop(name, None)
                continue
            gate = answer.block[0] if answer.block else ""
            key = (answer.outcome, gate)
            if self._seen.get(name) != key and answer.order is None and gate not in ORDINARY:
                self.lines.append(Line(wall, "signal", _signal_text(answer), market=of))
            self._seen[name] = key

    def _matters(self, change: FeedChanged) -> bool:
        """A feed that went, and one that came back: each window's first connection is no news."""
        feed = (change.feed, change.market.slug if change.market is not None else "")
        if change.up:
            known = feed in self._down
            self._down.discard(feed)
            return known
        if change.reason == STOPPED:
            return False
        self._down.add(feed)
        return True


def _market_of(news: News) -> str:
    market = getattr(news, "market", None)
    return market_name(market.asset, market.interval) if isinstance(market, Market) else ""


def _signal_text(signal: Signal) -> str:
    name = short_name(signal.strategy)
    side = OUTCOME_NAMES[signal.outcome]
    blocked = f"  blocked: {signal.block[0].replace('_', ' ')}" if signal.block else ""
    return f"{name} {side} {signal.fair:.3f}/{signal.ask:.2f}{blocked}"


def _line(news: News) -> Told | None:
    match news:
        case OrderSent(_, order, signal):
            name = short_name(order.strategy)
            side = OUTCOME_NAMES[order.outcome]
            size, usd = order.size / SIZE, dollars(order.budget)
            text = f"{name} {side} {size:.1f} @ {cents(order.price)} ${usd:.2f}  quote {signal.quote_age_ms:.0f} ms"
            return "order", text, None
        case OrderFilled(_, fill):
            side, fee = OUTCOME_NAMES[fill.outcome], dollars(fill.fee)
            return "fill", f"{side} {fill.size / SIZE:.1f} @ {cents(fill.price)} fee ${fee:.2f}", True
        case OrderEnded(_, order, ack):
            return _ended(order, ack.status, ack.reason, (ack.mono - order.mono) / 1e6)
        case StrikeKnown(_, strike):
            exact = "exact" if strike.exact else "inexact"
            return "strike", f"{coin_text(strike.value)} {strike.source.value.replace('_', ' ')}, {exact}", None
        case _:
            return _window_line(news)


def _ended(order: Order, status: OrderStatus, reason: str, after_ms: float) -> Told:
    """What became of an order, the reason before the time: what is cut in a narrow panel is the end."""
    name, after = short_name(order.strategy), f"{after_ms:.0f} ms"
    if status is OrderStatus.FILLED:
        return "ack", f"{name} filled after {after}", True
    if status is OrderStatus.PARTIAL:
        return "ack", f"{name} filled in part, rest killed · {after}", True
    return "ack", f"{name} no fill: {_why_none(order, reason)} · {after}", False


def _why_none(order: Order, reason: str) -> str:
    """The venue's long texts in few words; one that is not known as it is."""
    if reason.startswith(NO_MATCH):
        return f"nobody at {cents(order.price)}"
    if reason.startswith(BOOK_UNKNOWN):
        return reason.replace(BOOK_UNKNOWN, "no book", 1)
    return reason


def _window_line(news: News) -> Told | None:
    match news:
        case LiveSent() | LiveFilled() | LiveEnded() | LiveSettled() | LiveLeft() | LiveNotice() | LiveAlarm():
            return live_words.line(news)
        case WindowSettled():
            return _settled(news)
        case WindowUnsettled(market, orders, _, then):
            return "open", f"left without an outcome, {counted(orders, 'order')}; {then}  ({market.slug})", None
        case WindowCompleted():
            won = f"{OUTCOME_NAMES[news.resolution.outcome]} won  {net_said(news.result.net)}"
            text = f"{won}  {counted(news.fills, 'fill')}, left by an earlier run  ({news.slug})"
            return "settled", text, news.result.net >= 0
        case LeftOpen(windows, stake, then):
            left = counted(windows, "window")
            return "open", f"{left} without an outcome, ${dollars(stake):.2f} at stake; {then}", None
        case WindowSkipped(slug, why):
            return "skipped", f"{why}  ({slug})", False
        case FeedChanged(feed, up, reason):
            return "feed", f"{feed} {'up again' if up else 'down'}: {reason}", up
        case Trouble(about, sentence):
            return "trouble", f"{sentence}  ({about})", False
        case _:
            return None


def _settled(news: WindowSettled) -> Told:
    won = f"{OUTCOME_NAMES[news.resolution.outcome]} won"
    if not news.fills:
        return "settled", f"{won}  no fill  {counted(news.orders, 'order')}", None
    net = news.result.net
    return "settled", f"{won}  {net_said(net)}  {sent_and_filled(news.orders, news.fills)}", net >= 0
