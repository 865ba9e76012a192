"""Live news in words: for the log, for the console's lines, for a phone."""

from collections.abc import Iterator

from app.live_news import LiveAlarm, LiveEnded, LiveFilled, LiveNews, LiveNotice, LiveSent, LiveSettled
from app.telemetry import alerts
from engine.events import OUTCOME_NAMES
from engine.orders import OrderStatus
from engine.units import PRICE, SIZE, dollars, price_dollars, shares

Pairs = Iterator[tuple[str, object]]


def log_words(news: LiveNews) -> tuple[str, Pairs]:
    """The event's name and its pairs. Every one of them begins with `live`, but for an alarm."""
    match news:
        case LiveAlarm(kind, sentence):
            return "ALARM", iter([("about", kind), ("what", sentence)])
        case LiveNotice(kind, sentence):
            return "live", iter([("about", kind), ("what", sentence)])
        case LiveSent():
            return "live-order", _sent(news)
        case LiveFilled():
            return "live-fill", _filled(news)
        case LiveEnded():
            return "live-ack", _ended(news)
        case LiveSettled():
            return "live-settled", _settled(news)


def _sent(news: LiveSent) -> Pairs:
    order = news.order
    yield "market", news.market.slug
    yield "order", order.order_id
    yield "strategy", order.strategy
    yield "side", OUTCOME_NAMES[order.outcome]
    yield "price", price_dollars(order.price)
    yield "shares", shares(order.size)
    yield "usd", f"{dollars(order.budget):.2f}"
    yield "net_edge", f"{news.signal.net_edge:+.3f}"
    yield "left_s", f"{order.time_left_s:.1f}"


def _filled(news: LiveFilled) -> Pairs:
    fill = news.fill
    yield "market", news.market.slug
    yield "order", fill.order_id
    yield "side", OUTCOME_NAMES[fill.outcome]
    yield "price", price_dollars(fill.price)
    yield "shares", shares(fill.size)
    yield "fee", f"{dollars(fill.fee):.5f}"
    yield "trade", fill.trade_id
    if news.settled:
        yield "settled", news.settled


def _ended(news: LiveEnded) -> Pairs:
    yield "market", news.market.slug
    yield "order", news.ack.order_id
    yield "status", news.ack.status.value
    if news.ack.reason:
        yield "why", news.ack.reason


def _settled(news: LiveSettled) -> Pairs:
    yield "market", news.market.slug
    yield "outcome", OUTCOME_NAMES[news.outcome]
    yield "orders", news.orders
    yield "fills", news.fills
    yield "net", f"{dollars(news.net):+.2f}"


def line(news: LiveNews) -> tuple[str, str, bool | None]:
    """Kind, text and whether it is good, for the console's log."""
    match news:
        case LiveAlarm(_, sentence):
            return "ALARM", sentence, False
        case LiveNotice(_, sentence):
            return "live", sentence, None
        case LiveSent(_, order, _):
            side, size = OUTCOME_NAMES[order.outcome], order.size / SIZE
            text = (
                f"LIVE {order.strategy} {side} {size:.1f} @ {order.price * 100 / PRICE:g}¢ ${dollars(order.budget):.2f}"
            )
            return "order", text, None
        case LiveFilled(_, fill, _):
            side, size = OUTCOME_NAMES[fill.outcome], abs(fill.size) / SIZE
            what = "taken back" if fill.size < 0 else "bought"
            return "fill", f"LIVE {what} {side} {size:.1f} @ {fill.price * 100 / PRICE:g}¢", fill.size > 0
        case LiveEnded(_, ack):
            filled = ack.status in (OrderStatus.FILLED, OrderStatus.PARTIAL)
            reason = f": {ack.reason}" if ack.reason and not filled else ""
            return "ack", f"LIVE {ack.status.value}{reason}", filled
        case LiveSettled(_, outcome, orders, fills, net):
            text = f"LIVE {OUTCOME_NAMES[outcome]} won  net {dollars(net):+.2f}  {orders} orders, {fills} fills"
            return "settled", text.replace("-", "−"), net >= 0


def message(news: LiveNews) -> str | None:
    """The text for a phone: arming, disarming, kill, alarms, orders, fills and results; None for the rest."""
    match news:
        case LiveAlarm(_, sentence):
            return f"LIVE ALARM\n{sentence}"
        case LiveNotice(kind, sentence):
            return f"LIVE\n{sentence}" if kind in ("armed", "disarmed", "killed", "resolved") else None
        case LiveSent(market, order, _):
            return alerts.order_sent(market, "live", order)
        case LiveFilled(market, fill, _):
            return alerts.order_filled(market, "live", fill) if fill.size > 0 else None
        case LiveEnded():
            return None
        case LiveSettled(market, outcome, orders, fills, net):
            return alerts.window_ended(market, "live", outcome, orders=orders, fills=fills, net=net)
