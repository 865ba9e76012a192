"""The live side of the desk: shut until a person asks for it, and with it everything that needs a key.

Nothing of `app.live` is imported before `open`. While armed, every window of the armed asset and interval has a live
session beside its paper session; disarming ends no session, it only keeps orders from leaving.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from app.crash import crash_line
from app.live_news import LiveAlarm, LiveLeft, LiveNotice, LiveSettled
from app.live_plan import LivePlan
from app.news import Tell
from app.settings import Settings
from engine.engine import Engine, Mode
from engine.market import market_name
from engine.view import ArmGate, LiveMarket, LiveView
from feeds.strike import settles_on_candle

if TYPE_CHECKING:
    from app.lifecycle import Lifecycle
    from app.live.open_account import OpenAccount
    from app.live.session import LiveSession
    from app.session import Session

REST_S: Final = 1.0
"""How often a settled live session is asked whether its orders have come to rest."""

FINISH_S: Final = 10.0
UNSETTLED_S: Final = 15.0
TERMS_S: Final = 0.1


class LiveDesk:
    """See above."""

    def __init__(self, settings: Settings, plan: LivePlan, tell: Tell) -> None:
        self.settings = settings
        self.opening: asyncio.Task[None] | None = None
        self.refused = ""
        """Why it could not be opened, in words."""
        self.opened: OpenAccount | None = None
        self.sessions: dict[str, LiveSession] = {}
        """By slug."""
        self._plan = plan
        self._tell = tell
        self._tasks: set[asyncio.Task[None]] = set()
        self.stops = 0
        """How often somebody or something has disarmed or killed, armed or not: whoever waits to arm gives it up."""
        self.unproven = False
        """The program ended before a kill was seen to be done."""
        self._killed = False
        self._windows: dict[str, asyncio.Task[None]] = {}
        """By slug, for the windows that have a live session or are about to."""
        self._lifecycle: Lifecycle | None = None

    @property
    def armed(self) -> bool:
        """Whether live orders may leave."""
        return self.opened is not None and self.opened.account.armed

    @property
    def halted(self) -> bool:
        """Whether the account, where it is open, was killed and not taken back."""
        return self.opened is None or self.opened.account.halted

    # --- opening

    def open(self) -> None:
        """Begin to open the account, where that has not been begun. `refused` says later why it could not be."""
        if self.opened is None and (self.opening is None or self.opening.done()):
            self.refused = ""
            self.opening = asyncio.create_task(self._open(), name="live opening")

    async def _open(self) -> None:
        from app.live.extra import ExtraMissing, check_extra

        try:
            check_extra()
            await asyncio.to_thread(import_module, "app.live.opening")  # slow, so not on the loop
        except ExtraMissing as error:
            self._not_opened(str(error))
            return
        from app.live.opening import NotOpened, open_account

        try:
            plan = self._plan
            opened = await open_account(self.settings, plan.root, plan.state_dir, self._tell)
        except NotOpened as error:
            self._not_opened(str(error))
            return
        except Exception as error:
            self.refused = f"a fault of the program ({type(error).__name__}); start it again"
            self._tell(LiveAlarm("account", crash_line(error, f"the live account is not open: {self.refused}")))
            return
        self.opened = opened
        self._spawn(self._settle_old(), "live settlements")
        if self._killed:  # while it was being opened
            self.kill()

    def _not_opened(self, why: str) -> None:
        self.refused = why
        self._tell(LiveNotice("account", f"the live account is not open: {why}"))

    def gates(self, engine: Engine | None) -> tuple[ArmGate, ...]:
        """Every condition of arming with its state; the account's own is the only one until it is open."""
        if self.opened is not None:
            self._ask_terms(engine)
            return (*self.opened.gates(engine, time.monotonic_ns(), time.time_ns()), self._plan.switch_gate())
        if self.opening is not None and not self.opening.done():
            return (ArmGate("account", False, "being opened"),)
        return (ArmGate("account", False, self.refused or "not open"),)

    def _ask_terms(self, engine: Engine | None) -> None:
        """The order book's own word on the market, once it is known which market it is."""
        if self.opened is not None and engine is not None and self.opened.checks.needs_terms(engine.market):
            self._spawn(self.opened.checks.ask_terms(engine.market), f"terms {engine.market.slug}")

    # --- a person's word

    def arm(self, lifecycle: "Lifecycle", session: "Session | None") -> str:
        """Arm for what the lifecycle trades; why not, in words, empty where it was done."""
        if self.opened is None:
            return self.gates(None)[0].state
        if session is None:
            return "no window is there yet"
        refused = self.opened.arm(session.market, self.gates(session.engine))
        if not refused:
            self._lifecycle = lifecycle
            lifecycle.on_session = self.beside
            for one in lifecycle.sessions:
                self.beside(one)
        return refused

    def revive(self) -> None:
        """A person disarmed: that also takes a kill back."""
        self.stops += 1
        self._killed = False
        if self.opened is not None:
            self.opened.account.disarm("a person disarmed", alarm=False)
            self.opened.account.revive()
            self.opened.killing = False

    def disarm(self, reason: str, *, alarm: bool = False) -> None:
        """From now on no live order leaves. An alarm where nobody wanted it."""
        self.stops += 1
        if self.opened is not None:
            self.opened.account.disarm(reason, alarm=alarm)

    def leave(self) -> None:
        """The person went on to another market: disarm, and send nothing more in those that are open."""
        if self.opened is not None:
            self.disarm("switched to another market")
            self.opened.account.leave()

    def kill(self) -> None:
        """From this instant nothing leaves; then see to it that nothing is left at the venue.

        An account that is still being opened is killed as soon as it is open.
        """
        self.stops += 1
        self._killed = True
        if self.opened is not None:
            self.opened.account.kill()
            self._spawn(self._kill(self.opened), "live kill")

    async def _kill(self, opened: "OpenAccount") -> None:
        if not await opened.kill():
            await opened.try_again()

    # --- sessions

    def beside(self, session: "Session") -> None:
        """A window begins, or arming found it under way: put a live session beside it while armed for it."""
        account = self.opened.account if self.opened is not None else None
        wanted = account is not None and account.armed_for == (session.market.asset, session.market.interval)
        slug, over = session.market.slug, session.engine.state.end_ns <= time.time_ns()
        if wanted and not over and slug not in self._windows and session.resolution is None:
            self._windows[slug] = self._spawn(self._run_beside(session), f"live {slug}")
            self._windows[slug].add_done_callback(lambda _: self._windows.pop(slug))

    async def _agreed(self, opened: "OpenAccount", session: "Session") -> bool:
        """Whether the order book is of one mind with the listing about the market; asked until it answers."""
        market, checks = session.market, opened.checks
        while (wrong := checks.objection(market)) is None:
            if session.settled.is_set() or session.resolution is not None:
                return False
            if checks.needs_terms(market):
                await checks.ask_terms(market)
            else:
                await asyncio.sleep(TERMS_S)  # somebody else asks
        if wrong:
            self._tell(LiveAlarm("market", f"{market.slug} is not traded live: {wrong}"))
        return not wrong

    async def _run_beside(self, session: "Session") -> None:
        """A live session from its opening to the rest of its orders."""
        opened, lifecycle = self.opened, self._lifecycle
        assert opened is not None
        assert lifecycle is not None
        market = session.market
        if not await self._agreed(opened, session) or session.resolution is not None:
            return
        try:
            live = await self._plan.open_session(market, opened.account.intend, opened.account.carried, self._tell)
        except (OSError, ValueError) as error:
            self._tell(LiveAlarm("files", f"{market.slug} is not traded live: its files cannot be opened: {error}"))
            return
        self.sessions[market.slug] = live
        opened.account.attach(live)
        if session.engine.mode is Mode.SWITCHED:  # left meanwhile
            live.command("switch")
        lifecycle.prices.join(live)
        if not settles_on_candle(market):
            lifecycle.oracle.join(live, market)
        session.accompany(live)
        if session.settled.is_set():  # ended meanwhile
            live.part()
        try:
            await live.over.wait()
            if live.winner is not None:
                opened.settled(market.condition_id, live.winner)
                while not opened.account.at_rest(market.condition_id):  # noqa: ASYNC110 - time alone may bring it
                    await asyncio.sleep(REST_S)
        finally:
            lifecycle.prices.leave(live)
            lifecycle.oracle.leave(live)
            session.accompany(None)
            opened.account.detach(live)
            try:
                await asyncio.shield(live.close())
            finally:
                self.sessions.pop(market.slug, None)
        tally = live.engine.position.total
        if live.winner is not None:
            orders = live.engine.risk.orders
            self._tell(LiveSettled(market, live.winner, orders, tally.fills, live.net or 0))
            if tally.shares[live.winner] > 0:
                self._tell(LiveNotice("winnings", opened.winnings.words))

    async def _settle_old(self) -> None:
        """Markets of earlier runs that have ended: ask who won them, so that their money stops being at stake."""
        while self.opened is not None:
            opened = self.opened
            account = opened.account
            for market in account.blotter.unsettled(time.time_ns()):
                if market.slug not in self.sessions:
                    winner = await self._plan.outcome(market)
                    if winner is not None:
                        opened.settled(market.condition_id, winner)
            await asyncio.sleep(UNSETTLED_S)

    # --- the screen

    def engine_of(self, slug: str) -> Engine | None:
        """The live engine of a window, None where it has none."""
        live = self.sessions.get(slug)
        return live.engine if live is not None else None

    def view(self) -> LiveView | None:
        """What a screen shows of it; None while it is shut."""
        if self.opened is None:
            return None
        account, wall = self.opened.account, time.time_ns()
        books = account.blotter.account
        return LiveView(
            armed=account.armed,
            halted=account.halted,
            what=market_name(*account.armed_for) if account.armed_for else "",
            at_stake=books.exposure,
            limit=books.allowances.exposure,
            day_net=books.allowances.net(wall),
            day_limit=books.allowances.daily_loss,
            unknown=sum(one.unknown for one in books.markets.values()),
            in_flight=self.opened.gateway.posting,
            markets=tuple(self._markets()),
            trouble=self.opened.lookup.trouble,
            unredeemed=self.opened.winnings.unredeemed,
        )

    def _markets(self) -> Iterator[LiveMarket]:
        for live in self.sessions.values():
            market = live.market
            up, down = live.engine.position.total.shares
            spent, orders = live.engine.position.spent, live.engine.risk.orders
            yield LiveMarket(market.asset, market.start_ms, live.engine.mode, up, down, spent, orders)

    # --- the end

    async def finish(self) -> None:
        """Windows that are over come to rest, so that their results are told: a matter of seconds, or it is left."""
        over = {self._windows[slug] for slug, live in self.sessions.items() if live.over.is_set()}
        if over:
            await asyncio.wait(over, timeout=FINISH_S)

    async def close(self) -> None:
        """Disarm, wait a little for answers, close the sessions and the account."""
        self.disarm("the program ends")
        if self.opened is not None:
            if self.opened.killing:
                await self.opened.last_try()
                self.unproven = self.opened.killing
            await self.opened.gateway.close()  # while the sessions still take down what becomes of their orders
            self._tell_left(self.opened)
        if self.opening is not None and not self.opening.done():
            self.opening.cancel()
            await asyncio.wait({self.opening})
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks))
        if self.opened is not None:
            await self.opened.close()
            self.opened = None

    def _tell_left(self, opened: "OpenAccount") -> None:
        books = opened.account.blotter.account
        windows = sum(commitment.exposure > 0 for commitment in books.running.values())
        day_net = books.allowances.net(time.time_ns())
        if windows or day_net:
            self._tell(LiveLeft(windows, books.exposure, day_net))

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Something beside the trading; a fault in it keeps live orders from leaving."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self.disarm(f"{task.get_name()} stopped by a fault ({type(fault).__name__})", alarm=True)
            self._tell(LiveAlarm("fault", f"{task.get_name()} stopped by a fault ({type(fault).__name__})"))
