"""The matching engine: private orders meet the book, rest in it, and leave it."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

from app.demo import refusals as words
from app.demo.accounts import CASH, Accounts
from app.demo.admission import Admission
from app.demo.blotter import Blotter
from app.demo.clob_frames import size_text
from app.demo.clock import Clock
from app.demo.credentials import ApiKey
from app.demo.dealing import Dealer
from app.demo.floor import Floor
from app.demo.flow import RestFill
from app.demo.frame import Frame
from app.demo.house import HouseRules
from app.demo.matching import Take, marketable, plan
from app.demo.orders import CANCELED, DELAYED, LIVE, MARKET_TYPES, Form, Order
from app.demo.refusals import Refusal
from app.demo.trouble import BadAnswer
from app.demo.user_frames import Document
from app.demo.windows import Window
from app.demo.world import World

_RESOLVED: Final = "CANCELED_MARKET_RESOLVED"
_POOR: Final = "CANCELED_NOT_ENOUGH_BALANCE"
_EXPIRED: Final = "CANCELED_EXPIRED_ORDER"


class Exchange:
    """Takes orders, holds the marketable ones, matches them, and ends those that rest.

    `resolved` is called for every window that an order has touched, once its winner is known.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        floor: Floor,
        accounts: Accounts,
        blotter: Blotter,
        resolved: Callable[[Window], None],
    ) -> None:
        self._world = world
        self._clock = clock
        self._floor = floor
        self._house: HouseRules = world.config.house
        self._blotter = blotter
        self._resolved = resolved
        self._admission = Admission(floor, accounts, self._house, blotter.reserved)
        self._dealer = Dealer(world.config.seed, blotter.orders)
        self._touched: set[str] = set()
        self._later: set[asyncio.Task[None]] = set()
        floor.met = self._met

    def order_id(self, form: Form) -> str:
        """The id that an order has here, taken or not."""
        return self._admission.order_id(form)

    async def place(self, form: Form, key: ApiKey, later: BadAnswer | None = None) -> Document:
        """Take an order and see it through its hold: the venue's answer. Refusal where it is not taken, or ends
        without a fill. With `later` the answer comes at once, and the matching when that says."""
        order = self._admission.admit(form, key, self._blotter.orders, self._clock.now_ns(), self._now_ms())
        market = self._floor.pin(order.window)
        self._watch(order.window)
        self._blotter.add(order)
        if later is not None:
            self._blotter.tell(order, "PLACEMENT", DELAYED)
            task = asyncio.create_task(self._deal_later(order, later.after_s))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
            return _answer(order, later.kind, [])
        if marketable(order, market.shown):
            await asyncio.sleep(self._house.hold_ms / 1000)
        return self._deal(order)

    def cancel(self, key: ApiKey, ids: Iterable[str], status: str = CANCELED) -> Document:
        """Cancel a key's orders by their ids, as far as they are open."""
        canceled: list[str] = []
        not_canceled: dict[str, str] = {}
        for order_id in ids:
            order = self._blotter.orders.get(order_id)
            if order is None or order.key.owner != key.owner or order.status not in (LIVE, DELAYED):
                not_canceled[order_id] = words.NOT_CANCELED
            elif order.status == DELAYED:
                not_canceled[order_id] = words.HELD
            else:
                self._withdraw(order, status)
                canceled.append(order_id)
        return {"canceled": canceled, "not_canceled": not_canceled}

    def open_of(self, key: ApiKey) -> list[Order]:
        """The open orders of a key's owner, oldest first."""
        return [order for order in self._blotter.open.values() if order.key.owner == key.owner]

    async def close(self) -> None:
        """The venue ends: forget what was to be matched later."""
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    async def _deal_later(self, order: Order, after_s: float) -> None:
        await asyncio.sleep(after_s)
        try:
            self._deal(order)
        except Refusal:
            return  # told on the user channel; nobody waits for an answer any more

    def _deal(self, order: Order) -> Document:
        """Match an order with the book as it is now, and let what is left of it rest or end."""
        if self._clock.now_ns() >= order.window.end_ns:
            raise self._ended(order, _RESOLVED, words.NOT_READY)
        market, order_type = self._floor.pin(order.window), order.form.order_type
        takes, whole = plan(order, market.shown)
        if order_type == "FOK" and not whole:
            raise self._ended(order, f"{CANCELED}_{words.FOK_UNFILLED}", words.FOK_UNFILLED)
        if order_type == "FAK" and not takes:
            raise self._ended(order, f"{CANCELED}_{words.FAK_UNMATCHED}", words.FAK_UNMATCHED)
        self._pay(order, takes)
        ns = self._clock.now_ns()
        matches, frames = self._dealer.take(order, takes, market, ns, self._now_ms())
        for match in matches:
            self._blotter.book(match)
        if matches:
            self._blotter.filled(order, whole=whole)
        if not whole and order_type in MARKET_TYPES:
            self._blotter.end(order, CANCELED)
        elif not whole:
            frames += self._dealer.place(order, order.size - sum(take.size for take in takes), market, ns)
            self._rest(order)
        self._publish(frames)
        return _answer(order, "matched" if matches else "live", takes, [match.trade_id for match in matches])

    def _pay(self, order: Order, takes: list[Take]) -> None:
        """Balance is checked again after the hold, now for what is really taken."""
        account, asset = order.account, CASH if order.buys else order.token
        needed = sum(take.cost + take.fee if order.buys else take.size for take in takes)
        if account.has(asset) - self._blotter.reserved(account, asset) < needed:
            raise self._ended(order, _POOR, words.NO_BALANCE)

    def _ended(self, order: Order, status: str, text: str) -> Refusal:
        self._blotter.end(order, status)
        return Refusal(text, extra={"orderID": order.order_id})

    def _rest(self, order: Order) -> None:
        if order.matched:
            order.status = LIVE
            self._blotter.open[order.order_id] = order
        else:
            self._blotter.place(order)
        if order.form.order_type == "GTD":
            dies_s = order.form.expiration - self._house.gtd_early_s - self._now_ms() / 1000
            asyncio.get_running_loop().call_later(max(dies_s, 0.0), self._expire, order)

    def _expire(self, order: Order) -> None:
        if order.status == LIVE:
            self._withdraw(order, _EXPIRED)

    def _withdraw(self, order: Order, status: str) -> None:
        frames = self._dealer.withdraw(order, self._floor.pin(order.window), self._clock.now_ns())
        self._blotter.end(order, status)
        self._publish(frames)

    def _met(self, window: Window, filled: list[RestFill]) -> None:
        for fill in filled:
            self._blotter.book(self._dealer.met(window, fill, self._now_ms()))

    def _watch(self, window: Window) -> None:
        """Be there when the window ends, and when its winner is known."""
        if window.condition_id in self._touched:
            return
        self._touched.add(window.condition_id)
        loop, now_ns = asyncio.get_running_loop(), self._clock.now_ns()
        loop.call_later((window.end_ns - now_ns) / 1e9, self._close_window, window)
        loop.call_later((window.resolved_ns - now_ns) / 1e9 + 0.1, self._resolve, window)

    def _close_window(self, window: Window) -> None:
        for order in [order for order in self._blotter.open.values() if order.window is window]:
            self._blotter.end(order, _RESOLVED)

    def _resolve(self, window: Window) -> None:
        self._floor.rest()
        self._resolved(window)

    def _publish(self, frames: Iterable[Frame]) -> None:
        for frame in frames:
            self._floor.publish(frame)

    def _now_ms(self) -> int:
        return self._world.wall_ms(self._clock.now_ns())


def _answer(order: Order, status: str, takes: list[Take], trades: list[str] | None = None) -> dict[str, Any]:
    """The answer to a POST: what was given and got for the part that is matched, in whole dollars and shares."""
    dollars, shares = sum(take.cost for take in takes), sum(take.size for take in takes)
    gave, got = (dollars, shares) if order.buys else (shares, dollars)
    return {
        "errorMsg": "",
        "orderID": order.order_id,
        "takingAmount": size_text(got) if takes else "",
        "makingAmount": size_text(gave) if takes else "",
        "status": status,
        "transactionsHashes": [],
        "tradeIDs": trades or [],
        "success": True,
    }
