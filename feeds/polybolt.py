"""The venue's price socket (PolyBolt): credentials, subscriptions, and frames to reports.

The order is fixed: `auth`, and once that is answered `subscribe`; each subscription is answered, then told up to two
minutes of history, then kept up once a second. Averages there are over 60 seconds, no others.
"""

from collections import Counter
from typing import Any, Final

import orjson

from engine.events import OracleTick
from engine.market import Asset
from feeds.frames import UNREADABLE, Refused, refusal
from feeds.reports import PLAIN_PLACES, SPOT, read_report, read_reports
from feeds.text import clean

PATH: Final = "/ws"
AVERAGE_S: Final = 60

_VERSION: Final = 1
_ORACLE: Final = "chainlink"
_SPOT_CHANNEL: Final = "price.crypto"
_WINDOWS: Final = {_SPOT_CHANNEL: SPOT, "price.crypto.twap": AVERAGE_S}
_ANSWERS: Final = {"authed": "authed", "subscribed": "subscribed", "unsubscribed": "subscribed"}
_CODE_CHARS: Final = 40


def authentication(key: str, secret: str, passphrase: str) -> str:
    """The first message. It holds the credentials: it must not be logged."""
    shown = {"apiKey": key, "secret": secret, "passphrase": passphrase}
    return orjson.dumps({"op": "auth", "rid": "1", "auth": shown}).decode()


def subscriptions(asset: Asset) -> tuple[str, ...]:
    """What to send once the credentials are accepted: the average and the spot price, each by itself."""
    symbol = f"{asset}usd"
    average = {"channel": "price.crypto.twap", "filter": {"symbol": symbol, "window_seconds": AVERAGE_S}}
    spot = {"channel": _SPOT_CHANNEL, "filter": {"symbol": symbol}}
    return tuple(
        orjson.dumps({"op": "subscribe", "rid": str(number), "subscriptions": [wanted]}).decode()
        for number, wanted in enumerate((average, spot), start=2)
    )


class PolyboltParser:
    """Reads the frames of one coin. `counters` counts, by name, those that made no report (see `feeds.frames`).

    `authed` is true once the venue has accepted the credentials, `error` the code with which it last refused a
    request; their reader resets them. `lost` counts frames that the venue numbered or dropped and that never came.
    """

    __slots__ = ("_seq", "_symbol", "authed", "counters", "error", "lost")

    def __init__(self, asset: Asset) -> None:
        self.counters: Counter[str] = Counter()
        self.authed = False
        self.error = ""
        self.lost = 0
        self._symbol = f"{asset}usd"
        self._seq: dict[str, int] = {}

    def events(self, frame: object, mono: int, wall: int) -> list[OracleTick]:
        """The reports in `frame`, a history's oldest first; none, and one count, where it holds none."""
        try:
            return self._reports(frame, mono, wall)
        except UNREADABLE as error:
            self.counters[refusal(error)] += 1
            return []

    def _reports(self, message: Any, mono: int, wall: int) -> list[OracleTick]:
        if isinstance(message, str):
            raise Refused("unknown_text" if message.strip() else "empty_text")
        if not isinstance(message, dict):
            raise Refused("not_an_object")
        if "op" in message:
            raise Refused(self._answer(message))
        window_s = _WINDOWS.get(message["channel"])
        if window_s is None:
            raise Refused("unknown_event")
        if message["v"] != _VERSION:
            raise Refused("unknown_version")
        self._count(message)
        payload = message["payload"]
        if payload["symbol"] != self._symbol:
            raise Refused("foreign_symbol" if isinstance(payload["symbol"], str) else "bad_type")
        history = message.get("snapshot") is True
        _check_origin(payload, window_s, history)
        if history:
            return read_reports(payload["data"], mono, wall, window_s, PLAIN_PLACES)
        return [read_report(payload, mono, wall, window_s, PLAIN_PLACES)]

    def _answer(self, message: dict[str, Any]) -> str:
        """The counter of an answer to a request of ours."""
        operation = message["op"]
        if operation == "error":
            self.error = clean(str(message.get("code", "no code")), _CODE_CHARS)
            return "invalid_operation"
        name = _ANSWERS.get(operation, "unknown_event")
        self.authed = self.authed or name == "authed"
        return name

    def _count(self, message: dict[str, Any]) -> None:
        """Frames of a channel are numbered anew on each connection; a number left out is a frame lost."""
        channel, seq, dropped = message["channel"], message.get("seq"), message.get("dropped")
        if type(seq) is int:
            last = self._seq.get(channel, seq - 1)
            self.lost += max(seq - last - 1, 0)
            self._seq[channel] = seq
        if type(dropped) is int:
            self.lost += max(dropped, 0)


def _check_origin(payload: dict[str, Any], window_s: int, history: bool) -> None:
    """Whose price it is, and over what it averages; a history need not say either."""
    source = payload.get("source", _ORACLE) if history else payload["source"]
    if source != _ORACLE:
        raise Refused("foreign_source" if isinstance(source, str) else "bad_type")
    if window_s != SPOT:
        stated = payload.get("window_seconds", window_s) if history else payload["window_seconds"]
        if stated != window_s:
            raise Refused("bad_window")
