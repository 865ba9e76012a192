"""Live news in words: for the log, for the console's lines, for a phone."""

from app.live_news import LiveAlarm, LiveEnded, LiveFilled, LiveLeft, LiveNews, LiveNotice, LiveSent, LiveSettled
from app.order_words import Pairs, end_pairs, fill_pairs, order_pairs
from app.said import counted, net_said, sent_and_filled
from app.telemetry import alerts
from engine.events import OUTCOME_NAMES
from engine.orders import OrderStatus
from engine.strategies import short_name
from engine.units import SIZE, cents, dollars


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
            return "live-ack", end_pairs(news.market, news.ack)
        case LiveSettled():
            return "live-settled", _settled(news)
        case LiveLeft():
            return "live-left", _left(news)


def _sent(news: LiveSent) -> Pairs:
    yield from order_pairs(news.market, news.order)
    yield "net_edge", f"{news.signal.net_edge:+.3f}"
    yield "left_s", f"{news.order.time_left_s:.1f}"


def _filled(news: LiveFilled) -> Pairs:
    yield from fill_pairs(news.market, news.fill)
    yield "trade", news.fill.trade_id
    if news.settled:
        yield "settled", news.settled


def _settled(news: LiveSettled) -> Pairs:
    yield "market", news.market.slug
    yield "outcome", OUTCOME_NAMES[news.outcome]
    yield "orders", news.orders
    yield "fills", news.fills
    yield "net", f"{dollars(news.net):+.2f}"


def _left(news: LiveLeft) -> Pairs:
    yield "windows", news.windows
    yield "stake_usd", f"{dollars(news.stake):.2f}"
    yield "day_net", f"{dollars(news.day_net):+.2f}"


def line(news: LiveNews) -> tuple[str, str, bool | None]:
    """Kind, text and whether it is good, for the console's log."""
    match news:
        case LiveAlarm(_, sentence):
            return "ALARM", sentence, False
        case LiveNotice(_, sentence):
            return "live", sentence, None
        case LiveSent(_, order, _):
            name, side, size = short_name(order.strategy), OUTCOME_NAMES[order.outcome], order.size / SIZE
            text = f"LIVE {name} {side} {size:.1f} @ {cents(order.price)} ${dollars(order.budget):.2f}"
            return "order", text, None
        case LiveFilled(_, fill, _):
            side, size = OUTCOME_NAMES[fill.outcome], abs(fill.size) / SIZE
            what = "taken back" if fill.size < 0 else "bought"
            return "fill", f"LIVE {what} {side} {size:.1f} @ {cents(fill.price)}", fill.size > 0
        case LiveEnded(_, ack):
            filled = ack.status in (OrderStatus.FILLED, OrderStatus.PARTIAL)
            reason = f": {ack.reason}" if ack.reason and not filled else ""
            return "ack", f"LIVE {ack.status.value}{reason}", filled
        case LiveSettled(_, outcome, orders, fills, net):
            text = f"LIVE {OUTCOME_NAMES[outcome]} won  {net_said(net)}  {sent_and_filled(orders, fills)}"
            return "settled", text, net >= 0
        case LiveLeft(windows, stake, _):
            return "live", f"${dollars(stake):.2f} stay at stake in {counted(windows, 'window')}", None


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
        case LiveEnded() | LiveLeft():
            return None
        case LiveSettled(market, outcome, orders, fills, net):
            return alerts.window_ended(market, "live", outcome, orders=orders, fills=fills, net=net)
