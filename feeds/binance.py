"""Binance's trade stream to engine events.

A frame comes raw (`/ws/btcusdt@trade`) or combined (`/stream?streams=...`, wrapped as `{"stream", "data"}`).
Every field that we use is strict; others may come and go. Repeated and late trades pass: putting them in order
is the engine's part, which alone remembers what came before.
"""

from collections import Counter
from typing import Any, Final

from engine.events import Trade
from feeds.frames import UNREADABLE, Refused, refusal
from feeds.numbers import Memo, coin_price, coin_size, unix_ms

_UNUSED: Final = frozenset({"aggTrade", "bookTicker", "depthUpdate", "kline"})


class BinanceParser:
    """Reads the frames of one symbol, written as in the stream's name: `btcusdt`.

    `counters` counts, by name, the messages that made no event (see `feeds.frames`). `shutdown` is true once
    the server has said that it is about to close the connection.
    """

    __slots__ = ("_prices", "_sizes", "_symbol", "counters", "shutdown")

    def __init__(self, symbol: str) -> None:
        self.counters: Counter[str] = Counter()
        self.shutdown = False
        self._symbol = symbol.upper()
        self._prices = Memo(coin_price)
        self._sizes = Memo(coin_size)

    def events(self, frame: object, mono: int, wall: int) -> list[Trade]:
        """The trade that `frame` holds, stamped with when it arrived; none, and one count, where it holds none."""
        try:
            return [self._trade(_message(frame), mono, wall)]
        except UNREADABLE as error:
            self.counters[refusal(error)] += 1
            return []

    def _trade(self, message: dict[str, Any], mono: int, wall: int) -> Trade:
        if message.get("e") != "trade":
            raise Refused(self._aside(message))
        if message["s"] != self._symbol:
            raise Refused("foreign_symbol" if isinstance(message["s"], str) else "bad_type")
        trade_id = message["t"]
        buyer_is_maker = message["m"]
        if type(trade_id) is not int or type(buyer_is_maker) is not bool:
            raise Refused("bad_type")
        price = self._prices[message["p"]]
        qty = self._sizes[message["q"]]
        return Trade(mono, wall, trade_id, unix_ms(message["T"]), price, qty, buyer_is_maker)

    def _aside(self, message: dict[str, Any]) -> str:
        """The counter of a message that is no trade."""
        kind = message.get("e")
        if kind in _UNUSED:
            return str(kind)
        if kind == "serverShutdown":
            self.shutdown = True
            return "serverShutdown"
        if kind is None and "u" in message and "b" in message and "a" in message:
            return "bookTicker"  # the one stream whose messages do not say what they are
        return "unknown_event"


def _message(frame: object) -> dict[str, Any]:
    """What Binance says, without the wrapping of a combined stream."""
    if isinstance(frame, dict):
        message = frame["data"] if "stream" in frame else frame
        if isinstance(message, dict):
            return message
        raise Refused("bad_type")
    raise Refused("unknown_text" if isinstance(frame, str) else "not_an_object")
