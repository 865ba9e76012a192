"""What the order book channel says of one window: its frames, made from the book as everyone sees it."""

from collections.abc import Iterable

import orjson

from app.demo import clob_frames as wire
from app.demo.frame import Frame
from app.demo.shown import Shown
from app.demo.windows import DOWN, UP, Window
from app.demo.world import World


class Teller:
    """The voice of one book."""

    __slots__ = ("_shown", "_window", "_world")

    def __init__(self, world: World, window: Window, shown: Shown) -> None:
        self._world = world
        self._window = window
        self._shown = shown

    def snapshot(self, ns: int, outcome: int) -> wire.Document:
        """The whole book of one outcome now, as `/book` answers it."""
        return wire.book_document(self._window, self._shown, outcome, self._world.wall_ms(ns))

    def level(self, ns: int, side: int, price: int) -> wire.Document:
        """One level as it is now, seen from both outcomes."""
        after = [self.snapshot(ns, outcome) for outcome in (UP, DOWN)]
        return wire.price_change(self._window, side, price, self._world.wall_ms(ns), after, self._shown)

    def levels(self, ns: int, documents: list[wire.Document]) -> Frame:
        """Changed levels in one frame."""
        payload = orjson.dumps(documents[0] if len(documents) == 1 else documents)
        return Frame(ns, f"clob/{self._window.condition_id}", "price_change", payload)

    def touch(self, ns: int) -> list[Frame]:
        """The best prices of both outcomes."""
        ms = self._world.wall_ms(ns)
        return self._frames(ns, (wire.best_bid_ask(self._window, outcome, ms, self._shown) for outcome in (UP, DOWN)))

    def books(self, ns: int) -> list[Frame]:
        """Both whole books."""
        return self._frames(ns, (wire.book_frame(self.snapshot(ns, outcome)) for outcome in (UP, DOWN)))

    def tick_change(self, ns: int, old: int) -> list[Frame]:
        """The grid has become another."""
        ms, new = self._world.wall_ms(ns), self._shown.tick
        return self._frames(ns, (wire.tick_size_change(self._window, outcome, ms, old, new) for outcome in (UP, DOWN)))

    def print(self, ns: int, outcome: int, price: int, size: int, side: int, transaction: str) -> Frame:
        """A trade on one outcome's tape; `price` as that outcome sees it, `size` in millionths, `side` the taker's."""
        ms = self._world.wall_ms(ns)
        return self._frame(ns, wire.last_trade_price(self._window, outcome, ms, price, size, side, transaction))

    def resolved(self, ns: int) -> Frame:
        """Who won."""
        winner = self._world.settlement(self._window).winner
        return self._frame(ns, wire.market_resolved(self._window, self._world.wall_ms(ns), winner))

    def _frames(self, ns: int, documents: Iterable[wire.Document]) -> list[Frame]:
        return [self._frame(ns, document) for document in documents]

    def _frame(self, ns: int, document: wire.Document) -> Frame:
        about = document.get("asset_id", self._window.condition_id)
        return Frame(ns, f"clob/{about}", document["event_type"], orjson.dumps(document))
