"""Which news go to a phone: the window's start and end, orders and fills. Signals never: there are thousands."""

from app.live_news import LiveAlarm, LiveEnded, LiveFilled, LiveNotice, LiveSent, LiveSettled
from app.live_words import message
from app.news import News, OrderFilled, OrderSent, StrikeKnown, WindowSettled, WindowUnsettled, WindowWarm
from app.telemetry import alerts
from app.telemetry.telegram import Telegram


class Messages:
    """Turns news into messages. The start is told once a window: with its strike, or that there is none."""

    __slots__ = ("_started", "_telegram")

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._started: set[str] = set()

    def __call__(self, news: News) -> None:
        """Queue the message of one piece of news, if it has one."""
        for text in self._texts(news):
            self._telegram.send(text)

    def _texts(self, news: News) -> list[str]:
        match news:
            case StrikeKnown(market, strike) if market.slug not in self._started:
                self._started.add(market.slug)
                return [alerts.window_started(market, strike)]
            case WindowWarm(market, _, started) if started and market.slug not in self._started:
                self._started.add(market.slug)
                return [alerts.window_started(market, None)]
            case OrderSent(market, order, _):
                return [alerts.order_sent(market, "paper", order)]
            case OrderFilled(market, fill):
                return [alerts.order_filled(market, "paper", fill)]
            case WindowSettled(market, resolution, orders, fills, result, _):
                self._started.discard(market.slug)
                ended = alerts.window_ended(
                    market, "paper", resolution.outcome, orders=orders, fills=fills, net=result.net
                )
                return [ended]
            case WindowUnsettled(market, orders, fills):
                self._started.discard(market.slug)
                return [alerts.window_ended(market, "paper", None, orders=orders, fills=fills, net=0)]
            case LiveSent() | LiveFilled() | LiveEnded() | LiveSettled() | LiveNotice() | LiveAlarm():
                text = message(news)
                return [text] if text is not None else []
            case _:
                return []
