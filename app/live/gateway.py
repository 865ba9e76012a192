"""The way out: an order is signed, written down, asked about a last time, and posted once."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol

from app.live.account import LiveAccount
from app.live.amounts import Unsendable, buy_amounts
from app.live.journal import JournalFailed
from app.live.signing import SignedOrder, UnknownProtocol, exchange_of, new_salt, sign_buy
from app.live.wallet import SigningError, Wallet
from engine.execution import Answer, AnswerKind
from engine.market import Market
from engine.orders import Order

Tick = Callable[[Market, Order], int]
"""The market's present price grid for an order, in price units."""

RESOLVE_S: Final = 3.0
"""How long a kill waits for answers that are still to come."""

LEAVE_S: Final = 0.8
"""How long leaving does: a person is told that it takes five seconds, all in all."""


class Poster(Protocol):
    """What sends a signed order."""

    async def post(self, order: SignedOrder, *, forbidden: Callable[[], str]) -> Answer:
        """Send it, once, unless `forbidden` has a reason when the first byte would leave."""
        ...


class Gateway:
    """Takes orders from the account's queue. Each goes its own way from there: no market waits for another's."""

    def __init__(
        self, account: LiveAccount, wallet: Wallet, poster: Poster, neg_risk: Callable[[str], bool], tick: Tick
    ) -> None:
        """`neg_risk` says of a condition id whether its market is one of the negative-risk kind."""
        self._account = account
        self._wallet = wallet
        self._poster = poster
        self._neg_risk = neg_risk
        self._tick = tick
        self._posting: set[asyncio.Task[None]] = set()

    @property
    def posting(self) -> int:
        """Orders whose answer is waited for."""
        return len(self._posting)

    async def run(self) -> None:
        """Send what comes, until cancelled."""
        while True:
            market, order = await self._account.outgoing.get()
            task = asyncio.create_task(self._send(market, order), name=f"order {order.order_id}")
            self._posting.add(task)
            task.add_done_callback(self._sent_off)

    async def resolve(self, within_s: float = RESOLVE_S) -> None:
        """Wait for the answers of what is in flight; what has none by then stays unknown."""
        if self._posting:
            await asyncio.wait(set(self._posting), timeout=within_s)

    async def close(self) -> None:
        """Give up what is still in flight: its fate is unknown, and the journal says so."""
        await self.resolve(LEAVE_S)
        for task in self._posting:
            task.cancel()
        if self._posting:
            await asyncio.wait(set(self._posting))

    async def _send(self, market: Market, order: Order) -> None:
        account = self._account
        try:
            signed = self._sign(market, order)
        except (Unsendable, SigningError, UnknownProtocol) as error:
            account.act(account.blotter.drop(market.condition_id, order.order_id, str(error), *account.now()))
            return
        name = signed.order_hash
        written = account.act(account.blotter.signed(market.condition_id, order.order_id, name, *account.now()))
        try:
            if written is not None:
                await written
        except JournalFailed as error:
            reason = f"its intent could not be written down: {error}"
            account.act(account.blotter.drop(market.condition_id, order.order_id, reason, *account.now()))
            return
        account.blotter.durable(name)
        sending = account.blotter.sent(name, *account.now())
        account.act(sending.entries)
        if sending.go:
            await self._post(market, order, signed)

    async def _post(self, market: Market, order: Order, signed: SignedOrder) -> None:
        account, name = self._account, signed.order_hash
        try:
            answer = await self._poster.post(signed, forbidden=lambda: account.forbids(market, order, name))
        except asyncio.CancelledError:
            gone = Answer(AnswerKind.UNKNOWN, "the program stopped before its answer came")
            account.act(account.blotter.answered(signed.order_hash, gone, *account.now()))
            raise
        except Exception as error:  # a fault of ours proves nothing about the order
            gone = Answer(AnswerKind.UNKNOWN, f"a fault while it was sent ({type(error).__name__})")
            account.act(account.blotter.answered(signed.order_hash, gone, *account.now()))
            raise
        account.act(account.blotter.answered(signed.order_hash, answer, *account.now()))

    def _sent_off(self, task: "asyncio.Task[None]") -> None:
        """A fault on the way out is not the order's alone: nothing leaves any more."""
        self._posting.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self._account.disarm(f"sending an order stopped by a fault ({type(fault).__name__})")

    def _sign(self, market: Market, order: Order) -> SignedOrder:
        amounts = buy_amounts(order.budget, order.price, self._tick(market, order), market.min_size)
        exchange = exchange_of(market.version, self._neg_risk(market.condition_id))
        time_ms = time.time_ns() // 1_000_000
        token = market.tokens[order.outcome]
        return sign_buy(self._wallet, exchange, token, amounts, time_ms=time_ms, salt=new_salt())
