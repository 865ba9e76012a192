"""The venue's user channel: what to send, and its frames to reports of our own orders and trades.

The channel tells each change once and never again: what happens while it is down has to be asked for over REST. A
frame is a message, an array of messages, or text that is not JSON.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import orjson

from engine.execution import OrderReport, TradeReport
from feeds.account import read_order, read_trade
from feeds.clob import TEXTS
from feeds.frames import UNREADABLE, Refused, refusal

PATH: Final = "/ws/user"
PING_TEXT: Final = "PING"
PING_EVERY_S: Final = 10.0

Report = OrderReport | TradeReport


def subscription(key: str, secret: str, passphrase: str, condition_ids: Sequence[str] = ()) -> str:
    """The first message. It holds the credentials: it must not be logged. Without markets it asks for all of them."""
    auth = {"apiKey": key, "secret": secret, "passphrase": passphrase}
    markets = {"markets": list(condition_ids)} if condition_ids else {}
    return orjson.dumps({"type": "user", "auth": auth} | markets).decode()


class UserParser:
    """Reads the frames of the account whose funds are at the address `maker`.

    `counters` counts, by name, the messages that made no report (see `feeds.frames`).
    """

    __slots__ = ("_maker", "counters")

    def __init__(self, maker: str) -> None:
        self.counters: Counter[str] = Counter()
        self._maker = maker

    def reports(self, frame: object) -> list[Report]:
        """What `frame` says, in its order."""
        if not isinstance(frame, list):
            return [*self._reports_of(frame)]
        if not frame:
            self.counters["empty_array"] += 1
        reports: list[Report] = []
        for message in frame:
            # Text is a frame of its own; inside an array it is nothing the venue sends.
            reports += self._reports_of(None if isinstance(message, str) else message)
        return reports

    def _reports_of(self, message: object) -> Sequence[Report]:
        try:
            return self._read(message)
        except UNREADABLE as error:
            self.counters[refusal(error)] += 1
            return ()

    def _read(self, message: object) -> Sequence[Report]:
        if isinstance(message, str):
            raise Refused(TEXTS.get(message.strip(), "unknown_text"))
        if not isinstance(message, dict):
            raise Refused("not_an_object")
        # Some messages name their event, some only what happened to the order.
        match message.get("event_type"), message.get("type"):
            case ("order", _) | (None, "PLACEMENT" | "UPDATE" | "CANCELLATION"):
                return [read_order(message)]
            case ("trade", _) | (None, "TRADE"):
                return read_trade(message, self._maker)
        raise Refused("unknown_event")
