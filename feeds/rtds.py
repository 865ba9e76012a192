"""The venue's older price socket (RTDS), which needs no credentials: subscriptions, and frames to reports.

Deprecated, and announced to end; expect it to fail. Its traps: the filter must be compact JSON text, one unknown topic
silences a whole request (so each topic has a request of its own), and the history of the oracle's spot topic says that
it is of `crypto_prices`, Binance's mirror; the symbol tells which it is.
"""

from collections import Counter
from typing import Any, Final

import orjson

from engine.events import OracleTick
from engine.market import Asset
from feeds.frames import UNREADABLE, Refused, refusal
from feeds.reports import E18_PLACES, SPOT, read_report, read_reports

PING_EVERY_S: Final = 5.0
"""The text `PING`, which is never answered."""

_MIRROR: Final = "crypto_prices"
_WINDOWS: Final = {"crypto_prices_chainlink": SPOT, "crypto_prices_twap_thirty": 30, "crypto_prices_twap_sixty": 60}
_TOPICS: Final = {window_s: topic for topic, window_s in _WINDOWS.items()}
_TEXTS: Final = {"": "empty_text", "PONG": "pong"}


def subscription(asset: Asset, window_s: int) -> str:
    """The request for reports that average over `window_s`: 60, 30, or 0 for the spot price."""
    filters = orjson.dumps({"symbol": f"{asset}/usd"}).decode()
    wanted = {"topic": _TOPICS[window_s], "type": "update", "filters": filters}
    return orjson.dumps({"action": "subscribe", "subscriptions": [wanted]}).decode()


class RtdsParser:
    """Reads the frames of one coin. `counters` counts, by name, those that made no report (see `feeds.frames`)."""

    __slots__ = ("_symbol", "counters")

    def __init__(self, asset: Asset) -> None:
        self.counters: Counter[str] = Counter()
        self._symbol = f"{asset}/usd"

    def events(self, frame: object, mono: int, wall: int) -> list[OracleTick]:
        """The reports in `frame`, a history's oldest first; none, and one count, where it holds none."""
        try:
            return self._reports(frame, mono, wall)
        except UNREADABLE as error:
            self.counters[refusal(error)] += 1
            return []

    def _reports(self, message: Any, mono: int, wall: int) -> list[OracleTick]:
        if isinstance(message, str):
            raise Refused(_TEXTS.get(message.strip(), "unknown_text"))
        if not isinstance(message, dict):
            raise Refused("not_an_object")
        if "topic" not in message:
            raise Refused(_refusal(message))
        history = message["type"] == "subscribe"
        if not history and message["type"] != "update":
            raise Refused("unknown_event")
        payload = message["payload"]
        window_s = self._window(message["topic"], payload["symbol"], history)
        if payload.get("window_s", window_s) != window_s:
            raise Refused("bad_window")
        if history:
            return read_reports(payload["data"], mono, wall, window_s, E18_PLACES)
        return [read_report(payload, mono, wall, window_s, E18_PLACES)]

    def _window(self, topic: Any, symbol: object, history: bool) -> int:
        """What the reports of `topic` average over."""
        if not isinstance(symbol, str):
            raise Refused("bad_type")
        window_s = _WINDOWS.get(topic)
        if topic == _MIRROR:
            if not (history and "/" in symbol):
                raise Refused("binance_mirror")
            window_s = SPOT
        if window_s is None:
            raise Refused("unknown_event")
        if symbol != self._symbol:
            raise Refused("foreign_symbol")
        return window_s


def _refusal(message: dict[str, Any]) -> str:
    """What the venue did not like about a request of ours."""
    if "statusCode" in message:
        return "invalid_operation"
    return "invalid_message" if "message" in message else "unknown_event"
