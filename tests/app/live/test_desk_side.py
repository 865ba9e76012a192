"""The live side of the desk: kill at once, what was killed stays so, and windows that are not to be traded live."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

import app.live.lookup
from app.lifecycle import Course, Lifecycle
from app.live.calls import Unanswered
from app.live.checks import Checks
from app.live.gates import orders_gate
from app.live.public import Geoblock
from app.live_desk import LiveDesk
from app.live_news import LiveAlarm
from app.live_plan import LivePlan
from app.plan import Plan
from app.session import Session
from engine.engine import Mode
from engine.entries import Record, RecordKind, Write
from engine.events import Resolution
from engine.market import Market
from feeds.connect_budget import ConnectBudget, HostBudgets
from feeds.gamma_fields import Refusal
from feeds.venue_clock import ClockOffset
from tests.app.demo.trading import QUIET, Desk, running
from tests.app.live.rig import Rig, find_market, rigged


@pytest.fixture(scope="module")
def venue() -> Iterator[Desk]:
    with running(*QUIET) as desk:
        yield desk


@asynccontextmanager
async def beside(rig: Rig, folder: Path, number: int) -> AsyncIterator[tuple[LiveDesk, Session, Lifecycle]]:
    """A desk over the rig's account, and the paper session of a window of its own."""
    settings, tell = rig.settings, rig.news.append
    market = await find_market(settings, number)
    plan = Plan(settings.limits(), (), settings.clob_ws_url, "paper", "0", record=False, tape=False)

    async def nobody_knows(_: Market) -> int | None:
        return None

    live = LiveDesk(settings, LivePlan(plan, rig.writer, folder / "logs", True, rig.state_dir, nobody_knows), tell)
    live.opened = rig.opened
    async with httpx.AsyncClient() as client:
        lifecycle = Lifecycle(
            *(settings, plan, Course(), rig.writer, folder / "logs", client, tell),
            demo=True,
            budgets=HostBudgets(),
            held=set(),
        )
        session = await Session.open(market, plan, rig.writer, folder / "paper", tell, ConnectBudget())
        lifecycle.sessions.append(session)
        live._lifecycle = lifecycle
        try:
            yield live, session, lifecycle
        finally:
            await session.close()
            for task in live._tasks:
                task.cancel()


def mode(rig: Rig) -> Mode:
    return rig.live.engine.mode


async def test_a_kill_holds_in_the_instant_in_which_it_is_asked_for(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig, beside(rig, tmp_path, 2) as (live, _, _):
        assert rig.opened.account.armed
        live.kill()
        assert mode(rig) is Mode.HALTED
        assert not live.armed
        await rig.until(lambda: "killed: nothing is open at the venue" in rig.said())


async def test_what_was_killed_stays_so_until_a_person_disarms(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig, beside(rig, tmp_path, 2) as (live, _, _):
        account = rig.opened.account
        live.kill()
        account.disarm("some fault")
        live.leave()
        view = live.view()
        assert view is not None
        assert view.halted
        assert account.halted
        live.revive()
        view = live.view()
        assert view is not None
        assert not view.halted


async def test_a_disarmed_window_after_a_kill_can_be_armed_again(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig, beside(rig, tmp_path, 2) as (live, _, _):
        live.kill()
        live.revive()
        assert mode(rig) is Mode.DISARMED
        rig.opened.account.arm(rig.market.asset, rig.market.interval)
        assert mode(rig) is Mode.ARMED


async def test_a_window_that_is_left_before_its_start_lets_go_of_its_live_session(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig, beside(rig, tmp_path, 2) as (live, session, _):
        live.beside(session)
        await rig.until(lambda: session.market.slug in live.sessions)
        live.leave()
        session.leave()
        assert session.settled.is_set()
        await session.close()
        await rig.until(lambda: not live.sessions)
        await rig.until(lambda: not live._tasks)
        assert session.market.condition_id not in rig.opened.account.sessions
        rig.opened.account.arm(rig.market.asset, rig.market.interval)
        again = await Session.open(
            session.market, session._plan, rig.writer, tmp_path / "again", rig.news.append, ConnectBudget()
        )
        live.beside(again)  # it may be entered again, live too
        await rig.until(lambda: session.market.slug in live.sessions)
        await again.close()
        await rig.until(lambda: not live.sessions)


async def test_a_window_whose_order_book_contradicts_its_listing_is_not_traded_live(
    venue: Desk, tmp_path: Path
) -> None:
    async with rigged(venue, tmp_path) as rig, beside(rig, tmp_path, 3) as (live, session, _):
        rig.opened.checks._terms[session.market.condition_id] = Refusal("fd", "x", "it is another")
        live.beside(session)
        await rig.until(lambda: not live._tasks)
        assert live.sessions == {}
        assert f"{session.market.slug} is not traded live: " in rig.alarms()


async def test_a_window_that_is_over_gets_no_live_session(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig, beside(rig, tmp_path, 2) as (live, session, _):
        session.engine.state.end_ns = time.time_ns() - 1
        live.beside(session)
        assert not live._tasks
        session.engine.state.end_ns = session.market.end_ms * 1_000_000
        session.ending.resolution = Resolution(0, 0, 1, "gamma")
        live.beside(session)
        assert not live._tasks
        session.ending.resolution = None


async def test_a_fault_while_an_order_is_sent_disarms_and_says_so(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:

        def broken(*_: object) -> int:
            raise ZeroDivisionError

        rig.opened.gateway._tick = broken
        rig.intend()
        await rig.until(lambda: not rig.opened.account.armed)
        assert "sending an order stopped by a fault (ZeroDivisionError)" in rig.alarms()


async def test_a_journal_that_fails_while_nothing_is_armed_is_an_alarm_all_the_same(
    venue: Desk, tmp_path: Path
) -> None:
    async with rigged(venue, tmp_path, arm=False) as rig:
        account = rig.opened.account
        account.act([Write(Record(RecordKind.RUN, *account.now(), {"what": object()}))])
        await rig.until(lambda: "the journal cannot be written: " in rig.alarms())


async def test_the_list_of_trades_is_not_read_from_the_beginning_for_ever(
    venue: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rigged(venue, tmp_path) as rig:
        began = rig.opened.lookup.since_s
        monkeypatch.setattr(app.live.lookup, "LATE_S", -5)
        assert await rig.opened.lookup.once()
        later = rig.opened.lookup.since_s
        assert later > began + 30
        monkeypatch.setattr(app.live.lookup, "LATE_S", -500)
        life = await rig.send()
        if not life.at_rest:
            assert await rig.opened.lookup.once()
            assert rig.opened.lookup.since_s == max(later, life.order.wall // 10**9 - app.live.lookup.SLACK_S)


def test_a_comparison_that_failed_keeps_from_arming() -> None:
    assert orders_gate("", True, "").passed
    assert not orders_gate("", False, "").passed
    gate = orders_gate("", True, "the venue is away")
    assert not gate.passed
    assert gate.state == "the last comparison with the venue failed: the venue is away"


class TestWhatSpeaksAgainstTrading:
    @asynccontextmanager
    async def checks(self, rig: Rig) -> AsyncIterator[Checks]:
        found = rig.opened.checks
        await rig.until(found.asked.is_set)
        yield found

    async def test_a_plain_no_disarms_and_a_question_without_answer_does_not(self, venue: Desk, tmp_path: Path) -> None:
        async with rigged(venue, tmp_path) as rig, self.checks(rig) as checks:
            assert checks.refuses() is None
            checks.where = checks.order_format = checks.closed_only = Unanswered("away")
            checks.clock = "away"
            assert checks.refuses() is None
            for name, answer in {
                "where": Geoblock(True, "XX", ""),
                "order_format": 3,
                "closed_only": True,
                "clock": ClockOffset(-2.5),
            }.items():
                kept = getattr(checks, name)
                setattr(checks, name, answer)
                assert checks.refuses() is not None, name
                setattr(checks, name, kept)
            rig.opened._refused("geoblock: blocked in XX")
            assert not rig.opened.account.armed
            assert any("geoblock: blocked in XX" in one.sentence for one in rig.news if isinstance(one, LiveAlarm))
