"""An account that is open: all that keeps it in step with the venue, and what a person can do with it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Final

from app.live.account import LiveAccount
from app.live.calls import Unanswered
from app.live.checks import Checks
from app.live.client import VenueClient
from app.live.gates import first_closed, market_gates, orders_gate, wallet_gate
from app.live.gateway import Gateway
from app.live.lookup import Lookup
from app.live.userlink import UserFeed
from app.live.wallet import Wallet, brief
from app.live.winnings import Payout, Winnings
from app.live_news import LiveAlarm, LiveNotice
from engine.engine import Engine
from engine.market import Market
from engine.view import ArmGate

Positions = Callable[[], Awaitable[tuple[Payout, ...] | Unanswered]]

KILL_ROUNDS: Final = 5
KILL_PAUSE_S: Final = 1.0
WINNINGS_S: Final = 180.0
KILL_ALARM_S: Final = 8.0
"""So long after a kill a person must know whether it was done, however slow the venue is to say."""

KILL_AGAIN_S: Final = 5.0
"""After the alarm it is tried again and again, until it is done."""

LAST_TRY_S: Final = 0.8
"""A program that ends before a kill was done tries once more for so long."""


class OpenAccount:
    """See above. `start` lets it run, `close` ends it."""

    def __init__(
        self,
        wallet: Wallet,
        account: LiveAccount,
        client: VenueClient,
        gateway: Gateway,
        lookup: Lookup,
        user: UserFeed,
        checks: Checks,
        positions: Positions,
    ) -> None:
        """`positions` asks the venue what can be redeemed."""
        self.wallet = wallet
        self.account = account
        self.client = client
        self.gateway = gateway
        self.lookup = lookup
        self.user = user
        self.checks = checks
        self.winnings = Winnings()
        self._positions = positions
        self.fault: BaseException | None = None
        """What ended one of its tasks; nothing may leave then."""
        self.killing = False
        """A kill was asked for, and the venue has not shown that nothing is left."""
        self._tasks: list[asyncio.Task[None]] = []
        self._stack = contextlib.AsyncExitStack()

    def start(self, stack: contextlib.AsyncExitStack) -> None:
        """Run what keeps it in step; `stack` is what it was opened with, and is closed with it."""
        self._stack = stack
        works: Sequence[tuple[str, Coroutine[Any, Any, None]]] = (
            ("account", self.account.run()),
            ("gateway", self.gateway.run()),
            ("look-ups", self.lookup.answer()),
            ("comparison", self.lookup.compare()),
            ("checks", self.checks.run(self._refused)),
            ("user channel", self.user.link.run()),
            ("winnings", self._watch_winnings()),
        )
        for name, work in works:
            task = asyncio.create_task(work, name=f"live {name}")
            task.add_done_callback(self._ended)
            self._tasks.append(task)

    def settled(self, condition_id: str, winner: int) -> None:
        """The venue named the winner of a market."""
        self.account.settled(condition_id, winner)
        self._note_winnings()

    def _note_winnings(self) -> None:
        """By the account's own books, which an earlier run's markets are in as well."""
        wall = self.account.now()[1]
        for name, commitment in self.account.blotter.account.markets.items():
            if commitment.winner is not None:
                self.winnings.won(name, commitment.payout, wall)

    async def _watch_winnings(self) -> None:
        """Ask seldom; nothing of the trading waits for it."""
        while True:
            self._note_winnings()
            self.winnings.listed(await self._positions(), self.account.now()[1])
            await asyncio.sleep(WINNINGS_S)

    def gates(self, engine: Engine | None, mono: int, wall: int) -> tuple[ArmGate, ...]:
        """Everything that must be so before arming; `engine` is the paper engine of the window that runs now."""
        market = engine.market if engine is not None else None
        kind = self.wallet.signature_type.name.lower()
        why = self.account.blotter.why_not_arm(wall)
        return (
            wallet_gate(brief(self.wallet.funder), f"signature type {kind}"),
            *self.checks.gates(market),
            orders_gate(why, self.lookup.compared, self.lookup.trouble),
            *market_gates(engine, mono),
        )

    def arm(self, market: Market, gates: Sequence[ArmGate]) -> str:
        """Arm for the market's asset and interval; why not, in words, where a gate is closed."""
        closed = first_closed(gates)
        if closed is not None:
            return f"{closed.name}: {closed.state}"
        if self.fault is not None:
            return f"the account stopped by a fault ({type(self.fault).__name__}); start the program again"
        try:
            self.account.arm(market.asset, market.interval)
        except ValueError as error:
            return str(error)
        return ""

    async def kill(self) -> bool:
        """Send nothing more, cancel all, let what is in flight arrive, and see that nothing is left; says which it is.

        An order that lands after the first cancellation is caught by the next round. False where the rounds are over
        and something may be left; whoever killed goes on with `try_again`.
        """
        self.account.kill()
        self.killing = True
        alarm = asyncio.get_running_loop().call_later(KILL_ALARM_S, self._not_killed, "it has not answered yet")
        try:
            await self.client.cancel_all()
            await self.gateway.resolve()
            why = ""
            for _ in range(KILL_ROUNDS):
                why = await self._left_over()
                if not why:
                    return self._killed()
                await asyncio.sleep(KILL_PAUSE_S)
            self._not_killed(why)
            return False
        finally:
            alarm.cancel()

    async def try_again(self) -> None:
        """Go on with a kill that was not done, until it is or was taken back."""
        while self.killing and self.account.halted:
            await asyncio.sleep(KILL_AGAIN_S)
            if not await self._left_over():
                self._killed()

    async def last_try(self) -> None:
        """The program ends before a kill was done: once more, and a word on what is not known."""
        why = "the program ended before it was known"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_TRY_S):
                why = await self._left_over()
        if why:
            self._not_killed(why)
        else:
            self._killed()

    async def _left_over(self) -> str:
        """Cancel all, and say what may be left at the venue after that; nothing where nothing is."""
        cancelled = await self.client.cancel_all()
        left = await self.client.open_orders()
        if isinstance(cancelled, Unanswered) or isinstance(left, Unanswered):
            return str(cancelled if isinstance(cancelled, Unanswered) else left)
        if left.rows or not left.complete:
            return f"orders still open: {len(left.rows)}"
        unsure = max(len(self.account.blotter.account.unsure), self.gateway.posting)
        return f"orders of unknown fate: {unsure}" if unsure else ""

    def _killed(self) -> bool:
        self.killing = False
        self.account.say(LiveNotice("killed", "killed: nothing is open at the venue"))
        return True

    def _not_killed(self, why: str) -> None:
        self.account.say(LiveAlarm("killed", f"killed here, but the venue may hold orders: {why}; look at its site"))

    async def close(self) -> None:
        """Disarm, wait a little for answers, write all down, and let go of the wallet."""
        self.account.disarm("the program ends", alarm=False)
        await self.gateway.close()
        await self.user.link.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        await self.account.settle_writes()
        await self._stack.aclose()

    def _refused(self, why: str) -> None:
        if self.account.armed:
            self.account.disarm(why)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (fault := task.exception()) is not None:
            self.fault = fault
            self.account.disarm(f"{task.get_name()} stopped by a fault ({type(fault).__name__})")
