"""News as lines of the console's log, newest last; and a line for a signal when it begins or its obstacle changes."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from app import live_words
from app.live_news import LiveAlarm, LiveEnded, LiveFilled, LiveNotice, LiveSent, LiveSettled
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
from engine.events import OUTCOME_NAMES
from engine.orders import OrderStatus
from engine.signal import Gate, Signal
from engine.units import PRICE, SIZE, dollars
from engine.view import Line
from feeds.text import clean

KEPT: Final = 500

ORDINARY: Final = frozenset({"cooldown", "not_best", "orders", "position"})
"""Gates that stop a signal all the time; the panel of reasons shows them, and the log would be full of them."""

SHORT: Final = {"distance_fade": "distance", "momentum": "momentum", "settlement_sniper": "sniper"}
"""The strategies' names where there is little room."""


class Lines:
    """What the log panel shows. `tell` is called with news, `see` with what the strategies said last.

    `now` is the wall clock in ns: a recording's news are of its own time.
    """

    __slots__ = ("_now", "_seen", "lines")

    def __init__(self, now: Callable[[], int] = time.time_ns) -> None:
        self.lines: deque[Line] = deque(maxlen=KEPT)
        self._now = now
        self._seen: dict[str, tuple[int, str]] = {}

    def tell(self, news: News) -> None:
        """Add the line of one piece of news, if it has one."""
        line = _line(news)
        if line is not None:
            kind, text, good = line
            self.lines.append(Line(self._now(), kind, clean(text), good))

    def see(self, wall: int, answers: Sequence[tuple[str, Signal | Gate]]) -> None:
        """Add a line for each signal that is new, or is stopped by another gate than before."""
        for name, answer in answers:
            if not isinstance(answer, Signal):
                self._seen.pop(name, None)
                continue
            gate = answer.block[0] if answer.block else ""
            key = (answer.outcome, gate)
            if self._seen.get(name) != key and answer.order is None and gate not in ORDINARY:
                self.lines.append(Line(wall, "signal", _signal_text(answer)))
            self._seen[name] = key


def _signal_text(signal: Signal) -> str:
    name = SHORT.get(signal.strategy, signal.strategy)
    side = OUTCOME_NAMES[signal.outcome]
    blocked = f"  blocked: {signal.block[0].replace('_', ' ')}" if signal.block else ""
    return f"{name} {side} {signal.fair:.3f}/{signal.ask:.2f}{blocked}"


def _line(news: News) -> tuple[str, str, bool | None] | None:
    match news:
        case OrderSent(_, order, signal):
            name = SHORT.get(order.strategy, order.strategy)
            side = OUTCOME_NAMES[order.outcome]
            size, price, usd = order.size / SIZE, order.price * 100 / PRICE, dollars(order.budget)
            text = f"{name} {side} {size:.1f} @ {price:g}¢ ${usd:.2f}  quote {signal.quote_age_ms:.0f} ms"
            return "order", text, None
        case OrderFilled(_, fill):
            price, fee = fill.price * 100 / PRICE, dollars(fill.fee)
            side = OUTCOME_NAMES[fill.outcome]
            return "fill", f"{side} {fill.size / SIZE:.1f} @ {price:g}¢ fee ${fee:.2f}", True
        case OrderEnded(_, order, ack):
            return _ended(order.strategy, ack.status, ack.reason, (ack.mono - order.mono) / 1e6)
        case StrikeKnown(_, strike):
            exact = "exact" if strike.exact else "inexact"
            return "strike", f"{strike.value:,.2f} {strike.source.value.replace('_', ' ')}, {exact}", None
        case _:
            return _window_line(news)


def _ended(strategy: str, status: OrderStatus, reason: str, after_ms: float) -> tuple[str, str, bool | None]:
    name = SHORT.get(strategy, strategy)
    if status is OrderStatus.FILLED:
        return "ack", f"{name} filled after {after_ms:.0f} ms", True
    if status is OrderStatus.PARTIAL:
        return "ack", f"{name} partly filled after {after_ms:.0f} ms, the rest killed", True
    return "ack", f"{name} not filled after {after_ms:.0f} ms: {reason}", False


def _window_line(news: News) -> tuple[str, str, bool | None] | None:
    match news:
        case LiveSent() | LiveFilled() | LiveEnded() | LiveSettled() | LiveNotice() | LiveAlarm():
            return live_words.line(news)
        case WindowSettled(_, resolution, orders, fills, result, _):
            net = f"{dollars(result.net):+.2f}".replace("-", "−")
            text = f"{OUTCOME_NAMES[resolution.outcome]} won  net {net}  {orders} orders, {fills} fills"
            return "settled", text, result.net >= 0
        case WindowUnsettled(market, orders, _, then):
            return "open", f"{market.slug} left without an outcome, {orders} orders; {then}", None
        case WindowCompleted():
            net = f"{dollars(news.result.net):+.2f}".replace("-", "−")
            won = f"{OUTCOME_NAMES[news.resolution.outcome]} won  net {net}"
            return "settled", f"{won}  {news.fills} fills, left by an earlier run: {news.slug}", news.result.net >= 0
        case LeftOpen(windows, stake, then):
            return "open", f"{windows} windows without an outcome, ${dollars(stake):.2f} at stake; {then}", None
        case WindowSkipped(slug, why):
            return "skipped", f"{slug}: {why}", False
        case FeedChanged(feed, up, reason):
            return "feed", f"{feed} {'up' if up else 'down'}: {reason}", up
        case Trouble(about, sentence):
            return "trouble", f"{about}: {sentence}", False
        case _:
            return None
