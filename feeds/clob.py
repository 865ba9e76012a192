"""The venue's market channel to engine events, for one market's two tokens.

A frame is a message, an array of messages, or text that is not JSON. A message is taken whole or refused
whole. Strict is every field that becomes part of an event; the rest (market, hash, spread, fee_rate_bps,
old_tick_size, ...) is not looked at, so that the venue may add to it and change it. All of the venue's numbers
are text; a JSON number in such a place means that the format has changed, and is refused.
"""

from collections import Counter
from typing import Any, Final

from engine.events import (
    DOWN,
    OUTCOME_NAMES,
    UP,
    BestBidAsk,
    BookChange,
    BookSnapshot,
    Event,
    LevelChange,
    Print,
    Resolution,
    TickSize,
    TopCheck,
)
from feeds.frames import UNREADABLE, Refused, refusal
from feeds.numbers import Memo, best_ask, best_bid, level_price, level_size, tick_size, unix_ms_text

TEXTS: Final = {
    "": "empty_text",
    "INVALID MESSAGE": "invalid_message",
    "INVALID OPERATION": "invalid_operation",
    "NO NEW ASSETS": "no_new_assets",
    "PONG": "pong",
}
"""The venue's frames that are not JSON, on both of its channels, and their counters."""


class ClobParser:
    """Reads the frames of one market, given its tokens; other markets' messages are counted and left.

    `counters` counts, by name, the messages that made no event (see `feeds.frames`).
    """

    __slots__ = ("_asks", "_bids", "_outcomes", "_prices", "_sides", "_sizes", "counters")

    def __init__(self, up_token: str, down_token: str) -> None:
        self.counters: Counter[str] = Counter()
        self._outcomes = {up_token: UP, down_token: DOWN}
        self._sides = Memo(_is_buy)
        self._prices = Memo(level_price)
        self._sizes = Memo(level_size)
        self._bids = Memo(best_bid)
        self._asks = Memo(best_ask)

    def events(self, frame: object, mono: int, wall: int, epoch: int) -> list[Event]:
        """What `frame` says, in its order, stamped with when it arrived and with its connection's `epoch`."""
        if not isinstance(frame, list):
            return self._events_of(frame, mono, wall, epoch)
        if not frame:
            self.counters["empty_array"] += 1
        events: list[Event] = []
        for message in frame:
            # Text is a frame of its own; inside an array it is nothing the venue sends.
            events += self._events_of(None if isinstance(message, str) else message, mono, wall, epoch)
        return events

    def _events_of(self, message: object, mono: int, wall: int, epoch: int) -> list[Event]:
        try:
            if isinstance(message, dict) and message.get("event_type") == "price_change":
                return [self._change(message, mono, wall, epoch)]  # most of what ever comes: straight to it
            return [self._event(message, mono, wall, epoch)]
        except UNREADABLE as error:
            self.counters[refusal(error)] += 1
            return []

    def _event(self, message: object, mono: int, wall: int, epoch: int) -> Event:
        if isinstance(message, str):
            raise Refused(TEXTS.get(message.strip(), "unknown_text"))
        if not isinstance(message, dict):
            raise Refused("not_an_object")
        match message.get("event_type"):
            case "best_bid_ask":
                return self._best(message, mono, wall, epoch)
            case "book":
                return self._snapshot(message, mono, wall, epoch)
            case "last_trade_price":
                return self._print(message, mono, wall)
            case "tick_size_change":
                outcome = self._outcome(message["asset_id"])
                return TickSize(mono, wall, epoch, outcome, tick_size(message["new_tick_size"]))
            case "market_resolved":
                return Resolution(mono, wall, self._winner(message), "market_resolved")
            case "new_market":
                raise Refused("ignored_new_market")
            case None if "asset_id" in message and "bids" in message and "asks" in message:
                return self._snapshot(message, mono, wall, epoch)  # as REST answers it
        raise Refused("unknown_event")

    def _change(self, message: dict[str, Any], mono: int, wall: int, epoch: int) -> BookChange:
        """The changes of our tokens; one message carries both, and may carry others'.

        The tops are those that the venue states last for each outcome; the frames of 2025 state none.
        """
        changes: list[LevelChange] = []
        tops: dict[int, TopCheck] = {}
        outcomes, sides, prices, sizes = self._outcomes, self._sides, self._prices, self._sizes
        bids, asks = self._bids, self._asks
        for entry in _entries(message):
            outcome = outcomes.get(entry["asset_id"])
            if outcome is None:
                _foreign(entry["asset_id"])
                continue
            changes.append((outcome, sides[entry["side"]], prices[entry["price"]], sizes[entry["size"]]))
            if "best_bid" in entry or "best_ask" in entry:
                tops[outcome] = (outcome, bids[entry["best_bid"]], asks[entry["best_ask"]])
        if not changes:
            raise Refused("foreign_token")
        venue_ms = unix_ms_text(message["timestamp"])
        return BookChange(mono, wall, epoch, tuple(changes), tuple(tops.values()), venue_ms)

    def _snapshot(self, message: dict[str, Any], mono: int, wall: int, epoch: int) -> BookSnapshot:
        outcome = self._outcome(message["asset_id"])
        bids = self._levels(message["bids"])
        asks = self._levels(message["asks"])
        tick = tick_size(message["tick_size"]) if "tick_size" in message else 0
        return BookSnapshot(mono, wall, epoch, outcome, bids, asks, tick, unix_ms_text(message["timestamp"]))

    def _levels(self, levels: object) -> dict[int, int]:
        """One side of a snapshot, in whatever order it came. The venue never sends an empty or a double level."""
        if not isinstance(levels, list):
            raise Refused("bad_type")
        prices, sizes = self._prices, self._sizes
        side = {prices[level["price"]]: sizes[level["size"]] for level in levels}
        if len(side) != len(levels):
            raise Refused("duplicate_level")
        if 0 in side.values():
            raise Refused("zero_size")
        return side

    def _best(self, message: dict[str, Any], mono: int, wall: int, epoch: int) -> BestBidAsk:
        outcome = self._outcome(message["asset_id"])
        bid = self._bids[message["best_bid"]]
        ask = self._asks[message["best_ask"]]
        return BestBidAsk(mono, wall, epoch, outcome, bid, ask, unix_ms_text(message["timestamp"]))

    def _print(self, message: dict[str, Any], mono: int, wall: int) -> Print:
        outcome = self._outcome(message["asset_id"])
        price = self._prices[message["price"]]
        size = self._sizes[message["size"]]
        if size == 0:
            raise Refused("zero_size")
        taker_buys = self._sides[message["side"]]
        return Print(mono, wall, outcome, price, size, taker_buys, unix_ms_text(message["timestamp"]))

    def _winner(self, message: dict[str, Any]) -> int:
        """The outcome that won. A message that contradicts itself about it is refused, not interpreted."""
        winner = message["winning_asset_id"]
        tokens = message["assets_ids"]
        if not isinstance(tokens, list):
            raise Refused("bad_type")
        outcome = self._outcomes.get(winner)
        if outcome is None and self._outcomes.keys().isdisjoint(tokens):
            _foreign(winner)
            raise Refused("foreign_token")
        if outcome is None or winner not in tokens:
            raise Refused("bad_winner")
        name = str(message.get("winning_outcome")).upper()
        if name in OUTCOME_NAMES and name != OUTCOME_NAMES[outcome]:
            raise Refused("bad_winner")
        return outcome

    def _outcome(self, token: Any) -> int:
        outcome = self._outcomes.get(token)
        if outcome is None:
            _foreign(token)
            raise Refused("foreign_token")
        return outcome


def _entries(message: dict[str, Any]) -> list[Any]:
    """The changes of a `price_change`, at least one."""
    entries = message.get("price_changes")
    if entries is None:
        raise Refused("old_schema" if "changes" in message or "price" in message else "missing_field")
    if not isinstance(entries, list):
        raise Refused("bad_type")
    if not entries:
        raise Refused("bad_change")
    return entries


def _is_buy(side: object) -> bool:
    if not isinstance(side, str):
        raise Refused("bad_type")
    if side != "BUY" and side != "SELL":
        raise Refused("bad_side")
    return side == "BUY"


def _foreign(token: Any) -> None:
    """Another market's token is text too; anything else is a change of format."""
    if not isinstance(token, str):
        raise Refused("bad_type")
