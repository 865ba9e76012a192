"""The headless log: one line per thing that matters, for a person to follow and a machine to parse.

`2026-11-22T09:30:00.123Z  order  market=btc-updown-5m-1795339800 strategy=momentum side=UP price=0.52 ...`: time in
UTC, what happened, then `key=value` pairs; a value with blanks stands in double quotes.
"""

import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, TextIO

from app.crash import without_secrets
from app.live_words import log_words
from app.news import (
    FeedChanged,
    LeftOpen,
    News,
    OrderEnded,
    OrderFilled,
    OrderSent,
    StrikeKnown,
    Tell,
    Trouble,
    WindowCompleted,
    WindowOpened,
    WindowSettled,
    WindowSkipped,
    WindowUnsettled,
    WindowWarm,
)
from app.order_words import Pairs, end_pairs, fill_pairs, order_pairs
from engine.events import OUTCOME_NAMES
from engine.market import Market
from engine.units import dollars, price_dollars
from feeds.text import clean

_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/+$%¢@,")


class Log:
    """Writes lines to a stream, stderr by default. A stream that is gone or full never stops trading."""

    __slots__ = ("_stream", "lost")

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self.lost = 0

    def __call__(self, news: News) -> None:
        """Tell one piece of news."""
        self.write(*_words(news))

    def write(self, event: str, pairs: Pairs) -> None:
        """One line, stamped with the present time."""
        stamp = datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        try:
            self._stream.write(f"{stamp}  {event:<8}  {' '.join(f'{k}={_value(v)}' for k, v in pairs)}\n")
            self._stream.flush()
        except (OSError, ValueError):
            self.lost += 1


class Overheard(logging.Handler):
    """What a library would log on its own becomes trouble: the log stays lines of one form, the screen whole."""

    def __init__(self, tell: Tell) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Tell the message; its traceback, and what the variables held, is nobody's business."""
        self._tell(Trouble(record.name, without_secrets(record.getMessage())))


@contextlib.contextmanager
def overhearing(tell: Tell) -> Iterator[None]:
    """As long as this lasts, no library writes to stderr by itself."""
    handler = Overheard(tell)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def _value(value: object) -> str:
    text = clean(str(value))
    if text and _PLAIN.issuperset(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(news: News) -> tuple[str, Pairs]:
    match news:
        case WindowOpened():
            return "window", _opened(news)
        case WindowWarm():
            return "warm", _warm(news)
        case WindowSettled():
            return "settled", _settled(news)
        case WindowUnsettled():
            return "open", _unsettled(news)
        case WindowCompleted():
            return "completed", _completed(news)
        case LeftOpen(windows, stake, then):
            at_stake = f"{dollars(stake):.2f}"
            return "left", iter([("windows", windows), ("stake_usd", at_stake), ("why", f"no outcome yet; {then}")])
        case WindowSkipped(slug, why):
            return "skipped", iter([("market", slug), ("why", why)])
        case FeedChanged(feed, up, reason):
            return "feed", iter([("feed", feed), ("state", "up" if up else "down"), ("why", reason)])
        case Trouble(about, sentence):
            return "trouble", iter([("about", about), ("what", sentence)])
        case StrikeKnown() | OrderSent() | OrderFilled() | OrderEnded():
            return _trading_words(news)
        case _:
            return log_words(news)


def _trading_words(news: StrikeKnown | OrderSent | OrderFilled | OrderEnded) -> tuple[str, Pairs]:
    match news:
        case StrikeKnown():
            return "strike", _strike(news)
        case OrderSent():
            return "order", _order(news)
        case OrderFilled():
            return "fill", fill_pairs(news.market, news.fill)
        case OrderEnded():
            after_ms = (news.ack.mono - news.order.mono) / 1e6
            return "ack", end_pairs(news.market, news.ack, after_ms=after_ms)


def _window(market: Market) -> Pairs:
    yield "market", market.slug
    yield "start", datetime.fromtimestamp(market.start_ms / 1000, UTC).strftime("%H:%M:%SZ")
    yield "end", datetime.fromtimestamp(market.end_ms / 1000, UTC).strftime("%H:%M:%SZ")


def _opened(news: WindowOpened) -> Pairs:
    yield from _window(news.market)
    yield "fee_rate", news.market.fee.rate
    yield "tick", price_dollars(news.market.tick)
    yield "resolution", news.market.resolution
    if news.restored_orders:
        yield "restored_orders", news.restored_orders
        yield "restored_fills", news.restored_fills


def _warm(news: WindowWarm) -> Pairs:
    yield "market", news.market.slug
    yield "state", "ready" if not news.missing else "not ready: " + "; ".join(news.missing)


def _unsettled(news: WindowUnsettled) -> Pairs:
    yield "market", news.market.slug
    yield "orders", news.orders
    yield "fills", news.fills
    yield "why", f"stopped before the outcome; {news.then}"


def _strike(news: StrikeKnown) -> Pairs:
    yield "market", news.market.slug
    yield "strike", f"{news.strike.value:.8g}"
    yield "source", news.strike.source.value
    yield "exact", "yes" if news.strike.exact else "no"


def _order(news: OrderSent) -> Pairs:
    order, signal = news.order, news.signal
    yield from order_pairs(news.market, order)
    yield "fair", f"{signal.fair:.3f}"
    yield "edge", f"{signal.edge:+.3f}"
    yield "net_edge", f"{signal.net_edge:+.3f}"
    yield "quote_age_ms", f"{signal.quote_age_ms:.0f}"
    yield "left_s", f"{order.time_left_s:.1f}"


def _settled(news: WindowSettled) -> Pairs:
    yield "market", news.market.slug
    yield from _result(news)


def _completed(news: WindowCompleted) -> Pairs:
    yield "market", news.slug
    yield from _result(news)


def _result(news: WindowSettled | WindowCompleted) -> Pairs:
    yield "outcome", OUTCOME_NAMES[news.resolution.outcome]
    yield "source", news.resolution.source
    yield "orders", news.orders
    yield "fills", news.fills
    yield "gross", f"{dollars(news.result.gross):+.2f}"
    yield "fees", f"{dollars(news.result.fees):.2f}"
    yield "net", f"{dollars(news.result.net):+.2f}"
