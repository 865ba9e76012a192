"""What the glance puts into the view, over a real desk and sessions without feeds."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.desk import Desk
from app.glance import Glance
from app.host import hosted
from app.ledger import Ledger
from app.lines import Lines
from app.plan import Plan
from app.session import Session
from app.settings import load
from app.telemetry.writer import Writer
from engine.engine import Engine, Mode
from engine.events import DOWN, UP, Trade
from engine.limits import Limits
from engine.market import Asset, Market
from engine.view import LiveView
from feeds.connect_budget import ConnectBudget
from tests.app.consoles import NOWHERE, options
from tests.engine.builders import STRIKE, fill, market, money, size


@dataclass
class Room:
    """A desk that is never run, what looks at it, and sessions that are put on it."""

    desk: Desk
    glance: Glance
    folder: Path
    writer: Writer
    opened: list[Session] = field(default_factory=list)

    async def open(self, began_s: float, of: Market | None = None) -> Session:
        """A session of a five-minute window that began so long ago, or `of` a market; it is on the desk."""
        start_ms = time.time_ns() // 1_000_000 - round(began_s * 1000)
        of = of or replace(market(), start_ms=start_ms, end_ms=start_ms + 300_000, slug=f"btc-updown-5m-{start_ms}")
        plan = Plan(Limits(), (), "ws://127.0.0.1:9", "test", "0", record=False, tape=False)
        told, budget = (lambda news: None), ConnectBudget()
        session = await Session.open(of, plan, self.writer, self.folder / str(len(self.opened)), told, budget)
        self.opened.append(session)
        self.desk.current.sessions.append(session)
        return session


@asynccontextmanager
async def room(folder: Path) -> AsyncIterator[Room]:
    async with hosted(load({}, NOWHERE, None), options(folder), lambda news: None) as desk:
        writer = Writer()
        made = Room(desk, Glance(desk, Ledger(), Lines(), demo=False), folder, writer)
        yield made
        for session in made.opened:
            await session.close()
        await writer.close()


def buy(session: Session, *, outcome: int = UP) -> None:
    session.engine.position.add(fill(1.0, outcome=outcome, dollars=0.45, shares=60.8, fee=0.24))


class TestEarlierWindows:
    async def test_a_window_that_waits_for_its_outcome_stays_until_its_result_is_booked(self, tmp_path: Path) -> None:
        async with room(tmp_path) as at:
            over, running = await at.open(400), await at.open(100)
            buy(over, outcome=DOWN)
            at.glance.refill()
            view = at.glance.view
            assert view.market is not None
            assert view.market.market is running.market
            (earlier,) = view.earlier
            assert (earlier.asset, earlier.start_ms, earlier.ended) == ("btc", over.market.start_ms, True)
            assert (earlier.holding.shares[DOWN], earlier.holding.spent) == (size(60.8), money(27.6))
            over.engine.winner = DOWN
            at.glance.refill()
            assert view.earlier[0].winner == DOWN
            over.settled.set()
            at.glance.refill()
            assert view.earlier == ()

    async def test_one_that_was_left_by_a_switch_stays_too(self, tmp_path: Path) -> None:
        async with room(tmp_path) as at:
            left = await at.open(100)
            buy(left)
            at.glance.refill()
            assert at.glance.view.earlier == (), "the shown window is not an earlier one"
            at.desk.switch(Asset.ETH, left.market.interval)
            at.glance.refill()
            view = at.glance.view
            assert view.market is None
            assert [(one.asset, one.ended) for one in view.earlier] == [("btc", False)]

    async def test_windows_without_shares_cost_nothing(self, tmp_path: Path) -> None:
        async with room(tmp_path) as at:
            for began_s in 400, 100, -200:
                await at.open(began_s)
            at.glance.refill()
            assert at.glance.view.earlier == ()


class TestTheShownWindow:
    async def test_one_that_is_gone_leaves_nothing_of_itself(self, tmp_path: Path) -> None:
        async with room(tmp_path) as at:
            session = await at.open(100)
            mono, wall = time.monotonic_ns(), time.time_ns()
            session.timeline.deliver(Trade(mono, wall, 1, wall // 1_000_000, STRIKE, 1, False))
            at.glance.refill()
            view = at.glance.view
            assert view.history
            assert view.span
            at.desk.current.sessions.clear()
            at.glance.refill()
            assert (view.market, view.span, view.next_window, len(view.history)) == (None, "", "", 0)
            assert view.state == "WAITING"

    async def test_the_same_window_in_another_session_is_shown_anew(self, tmp_path: Path) -> None:
        """Left before its start and entered again: the first session is closed, and the second has another engine."""
        async with room(tmp_path) as at:
            first = await at.open(-60)
            at.glance.refill()
            at.desk.current.sessions.clear()
            at.glance.refill()
            second = await at.open(-60, first.market)
            mono, wall = time.monotonic_ns(), time.time_ns()
            second.timeline.deliver(Trade(mono, wall, 1, wall // 1_000_000, STRIKE, 1, False))
            at.glance.refill()
            view = at.glance.view.market
            assert view is not None
            assert view.now.price == STRIKE

    async def test_a_closed_session_can_still_be_looked_at(self, tmp_path: Path) -> None:
        async with room(tmp_path) as at:
            session = await at.open(400)
            buy(session)
            await session.close()
            at.glance.refill()
            view = at.glance.view
            assert view.state == "SETTLING"
            assert view.market is not None
            assert view.market.now.holding.shares == (size(60.8), 0)

    async def test_every_look_takes_in_the_engine_anew(self, tmp_path: Path) -> None:
        async with room(tmp_path) as at:
            session = await at.open(100)
            at.glance.refill()
            view = at.glance.view.market
            assert view is not None
            mono, wall = time.monotonic_ns(), time.time_ns()
            session.timeline.deliver(Trade(mono, wall, 1, wall // 1_000_000, STRIKE, 1, False))
            assert view.now.price == 0.0
            at.glance.refill()
            assert view.now.price == STRIKE


class ArmedDesk:
    """The live side of a desk that is armed, with one live engine."""

    halted = False
    armed = True

    def __init__(self, slug: str, engine: Engine) -> None:
        self._of = {slug: engine}

    def engine_of(self, slug: str) -> Engine | None:
        return self._of.get(slug)

    def view(self) -> LiveView:
        return LiveView(self.armed, False, "BTC 5M", 0, 0, 0, 0, 0, 0, (), "", 0)


async def test_armed_the_screen_shows_what_real_money_bought_and_calls_the_day_paper(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        session = await here.open(10.0)
        buy(session)
        here.glance.refill()
        view = here.glance.view
        assert view.market is not None
        assert (view.mode, view.day.name) == ("PAPER", "today")
        assert view.market.now.holding.shares[UP] == size(60.8)
        live = Engine(session.market, Limits(), (), lambda order: True, Mode.ARMED)
        live.position.add(fill(1.0, outcome=DOWN, dollars=0.50, shares=8.0, fee=0.1))
        desk = ArmedDesk(session.market.slug, live)
        here.desk.live = desk  # type: ignore[assignment]
        here.glance.refill()
        assert (view.mode, view.day.name) == ("ARMED", "paper")
        assert view.market.now.holding.shares == (0, size(8.0))
        desk.armed = False
        here.glance.refill()
        assert view.market.now.holding.shares[UP] == size(60.8)
        assert view.day.name == "today"
        here.desk.live = None


async def test_a_file_that_kills_is_named_where_it_keeps_the_desk_halted(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.open(10.0)
        here.desk.command("kill")
        here.desk.stop_file = "KILL"
        here.desk.command("disarm")
        here.glance.refill()
        assert here.glance.view.mode == "HALTED"
        assert here.glance.view.reasons[0] == "killed: remove the file KILL, then d"
        here.desk.stop_file = ""
        here.desk.command("disarm")
        here.glance.refill()
        assert here.glance.view.mode == "PAPER"
