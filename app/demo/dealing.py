"""Deals: what an order takes from a book becomes matches, and the channel hears of both."""

import hashlib
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from app.demo.book import ASK, BID, BUY, SELL
from app.demo.flow import RestFill
from app.demo.frame import Frame
from app.demo.market import Market
from app.demo.matches import Leg, Match, leg_of, leg_of_flow
from app.demo.matching import Take
from app.demo.orders import Order
from app.demo.shown import Rest
from app.demo.windows import UP, Window

_OTHER: Final = {ASK: BID, BID: ASK}


class Dealer:
    """Makes matches, each with an id of its own that follows from the seed and its number."""

    def __init__(self, seed: int, orders: Mapping[str, Order]) -> None:
        self._seed = seed
        self._orders = orders
        self._count = 0

    def take(
        self, order: Order, takes: list[Take], market: Market, ns: int, ms: int
    ) -> tuple[list[Match], list[Frame]]:
        """An order takes from a book. All its matches settle in one transaction."""
        shown, teller = market.shown, market.teller
        transaction = "0x" + self._digest(f"transaction/{order.order_id}").hex()
        before = shown.touch(UP)
        matches: list[Match] = []
        frames: list[Frame] = []
        for take in takes:
            price = order.on_up(take.price)
            makers = self._makers(order, market, price, take.size)
            taker = leg_of(order, take.price, take.size)
            matches.append(self._match(order.window, taker, makers, take.fee, transaction, ms))
            shown.last = price
            action = BUY if order.buys else SELL
            frames.append(teller.print(ns, order.outcome, take.price, take.size, action, transaction))
            frames.append(teller.levels(ns, [teller.level(ns, order.meets, price)]))
        return matches, frames + (teller.touch(ns) if shown.touch(UP) != before else [])

    def met(self, window: Window, fill: RestFill, ms: int) -> Match:
        """The demo's own flow took from an order at rest."""
        rest, order = fill.rest, self._orders[fill.rest.order_id]
        taker = leg_of_flow(_OTHER[rest.side], rest.price, fill.size, f"{self._seed}/taker/{self._count}")
        maker = leg_of(order, order.on_up(rest.price), fill.size)
        return self._match(window, taker, [maker], 0, fill.transaction, ms)

    def place(self, order: Order, size: int, market: Market, ns: int) -> list[Frame]:
        """An order comes to rest for `size`."""
        before = market.shown.touch(UP)
        order.rest = Rest(order.order_id, _OTHER[order.meets], order.on_up(order.price), size)
        market.shown.interest.add(order.rest)
        return self._level(order.rest, market, ns, before)

    def withdraw(self, order: Order, market: Market, ns: int) -> list[Frame]:
        """An order at rest leaves."""
        if order.rest is None:
            return []
        before = market.shown.touch(UP)
        market.shown.interest.remove(order.rest)
        return self._level(order.rest, market, ns, before)

    def _level(self, rest: Rest, market: Market, ns: int, before: tuple[int, int]) -> list[Frame]:
        frames = [market.teller.levels(ns, [market.teller.level(ns, rest.side, rest.price)])]
        return frames + (market.teller.touch(ns) if market.shown.touch(UP) != before else [])

    def _makers(self, order: Order, market: Market, price: int, size: int) -> list[Leg]:
        """Take `size` from one level: from the makers first, then from private orders in the order of their coming."""
        shown, side = market.shown, order.meets
        first = min(size, shown.makers(side, price))
        shown.take(side, price, first)
        legs = [leg_of_flow(side, price, first, f"{self._seed}/maker/{self._count}")] if first else []
        left = size - first
        for rest in shown.interest.at(side, price):
            part = min(rest.left, left)
            if part:
                rest.left -= part
                left -= part
                other = self._orders[rest.order_id]
                legs.append(leg_of(other, other.on_up(rest.price), part))
            if not rest.left:
                shown.interest.remove(rest)
        return legs

    def _match(self, window: Window, taker: Leg, makers: list[Leg], fee: int, transaction: str, ms: int) -> Match:
        self._count += 1
        trade_id = str(UUID(bytes=self._digest(f"trade/{self._count}")[:16]))
        return Match(trade_id, window, taker, makers, fee, transaction, ms, updated_ms=ms)

    def _digest(self, what: str) -> bytes:
        return hashlib.sha256(f"{self._seed}/{what}".encode()).digest()
