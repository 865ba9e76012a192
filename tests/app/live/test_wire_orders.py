"""Every line O01 to O22 of the fault catalogue at the wire: a real account, a real venue, its ledger as the judge."""

import asyncio
import resource
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.live.journal import Journal
from app.live.opening import NotOpened, open_account
from engine.execution import VenueMode
from engine.order_life import Stage
from engine.units import CENT, MONEY
from tests.app.demo.trading import Desk, limit, running
from tests.app.live.rig import VENUE, busy, find_market, rigged


@pytest.fixture(scope="module")
def venue() -> Iterator[Desk]:
    with running(*VENUE) as desk:
        yield desk


async def test_an_order_without_trouble_is_posted_once_and_filled(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        life = await rig.send()
        await rig.rest(life)
        assert life.stage is Stage.CONFIRMED
        assert rig.position == rig.matched() != [0, 0]
        assert rig.risk_held == 0
        assert len(rig.posts()) == 1
    rig.check()


async def test_o01_an_order_that_fills_behind_a_hanging_answer_is_found_and_never_sent_again(
    venue: Desk, tmp_path: Path
) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(answers=["hang"], events_silent=True)
        life = rig.intend()
        await rig.until(lambda: life.sent_at is not None)
        assert rig.risk_held == life.reserve
        assert not rig.opened.account.intend(rig.market, rig.order())  # the market is locked meanwhile
        await rig.until(lambda: life.matches.any)
        assert rig.position == rig.matched() != [0, 0]
        venue.faults()
        await rig.rest(life)
        assert len(rig.posts()) == 1
    rig.check()


async def test_o01_an_order_whose_fate_is_unknown_keeps_its_money_and_is_asked_for_by_its_hash(
    venue: Desk, tmp_path: Path
) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(answers=[{"kind": "reset", "match": False}])
        life = await rig.send()
        assert life.stage is Stage.UNKNOWN
        before = rig.desk.ledger()["requests"].get("GET /clob/data/order/{id}", 0)
        await rig.until(lambda: rig.desk.ledger()["requests"].get("GET /clob/data/order/{id}", 0) > before)
        assert life.stage is Stage.UNKNOWN  # one look proves nothing
        assert rig.risk_held == life.reserve
        assert "is not known yet" in rig.opened.account.blotter.why_not_arm(0)
        assert len(rig.posts()) == 1
    story = rig.check()
    assert [told.fate for told in story.orders.values()] == ["UNKNOWN"]
    assert story.held() == life.reserve


@pytest.mark.parametrize("answer", ["hang_before", "error500", "reset", {"kind": "status", "status": 502}])
async def test_o02_nothing_between_us_and_the_socket_sends_an_order_again(
    venue: Desk, tmp_path: Path, answer: object
) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(answers=[answer])
        life = rig.intend()
        await rig.until(lambda: rig.posts())
        await asyncio.sleep(0.5)
        assert [post["order_id"] for post in rig.posts()] == [life.hash]
    rig.check(settled=False)


async def test_o03_of_two_signals_at_once_one_is_sent(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        first, second = rig.order(), rig.order(outcome=1)
        life = rig.intend(first)
        assert not rig.opened.account.intend(rig.market, second)
        assert "was taken before" in rig.said()
        await rig.rest(life)
        assert not rig.opened.account.intend(rig.market, first)  # nor the same one a second time, when it is over
        assert len(rig.posts()) == 1
    rig.check()


async def test_o04_three_500s_pause_the_market_and_what_filled_behind_them_counts(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(answers=[{"kind": "error500", "times": 3}])
        for _ in range(3):
            life = await rig.send()
            await rig.rest(life)
            assert life.stage is Stage.CONFIRMED
        assert not rig.opened.account.intend(rig.market, rig.order())
        assert "paused" in rig.alarms()
        assert rig.position == rig.matched() != [0, 0]
        assert len(rig.posts()) == 3
    rig.check()


async def test_o05_a_page_of_the_gatekeeper_is_a_refusal_in_few_clean_words_and_disarms(
    venue: Desk, tmp_path: Path
) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(answers=["html403"])
        life = await rig.send()
        assert life.stage is Stage.REJECTED
        assert rig.risk_held == 0
        assert not rig.opened.account.armed
        assert len(life.reason) <= 200
        assert "\n" not in life.reason
    rig.check()


async def test_o05_after_a_429_nothing_is_sent_for_as_long_as_the_venue_says(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(orders_per_s=0.05, order_burst=1)
        await rig.rest(await rig.send())
        life = await rig.send()
        assert life.stage is Stage.REJECTED
        assert rig.risk_held == 0
        assert not rig.opened.account.intend(rig.market, rig.order())
        assert rig.opened.account.armed
        assert len(rig.posts()) == 2
    rig.check()


async def test_o06_refusals_free_the_money_once_and_three_in_a_row_slow_the_market_down(
    venue: Desk, tmp_path: Path
) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(balances=[{"wallet": rig.owner, "amount": "0.5"}])
        for _ in range(3):
            life = await rig.send()
            assert (life.stage, life.reason) == (Stage.REJECTED, "not enough balance / allowance")
            assert rig.risk_held == 0
        assert rig.live.engine.standing is not None
        assert rig.live.engine.standing.cooldown_factor == 2
        assert len(rig.posts()) == 3
    rig.check()


async def test_o06_what_the_venue_would_refuse_anyway_is_not_signed(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        for order in (rig.order(1.0, price=5000), rig.order(6.0, price=5005), rig.order(0.5, price=500)):
            order.order_id += f"-{order.price}"
            life = await rig.send(order)
            assert life.stage is Stage.DROPPED
            assert rig.risk_held == 0
        assert rig.posts() == []
    rig.check()


async def test_o06_an_order_that_meets_nobody_is_over_and_no_failure(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        life = await rig.send(rig.order(2.0, price=100))
        assert (life.stage, life.status.value) == (Stage.REJECTED, "none")
        assert rig.risk_held == 0
        assert rig.opened.account.armed
    rig.check()


async def test_o07_a_partial_fill_is_booked_as_it_is_and_the_rest_of_the_money_is_free(
    venue: Desk, tmp_path: Path
) -> None:
    async with rigged(venue, tmp_path, MAX_POSITION_USD="5000", MAX_EXPOSURE_USD="5000") as rig:
        ask = venue.touch(rig.market.tokens[0])[1]
        wanted = float(ask["price"]) * float(ask["size"]) + 50
        life = await rig.send(rig.order(wanted, price=round(float(ask["price"]) * 10_000)))
        await rig.rest(life)
        assert life.status.value == "partial"
        assert 0 < rig.position[0] < life.order.size
        assert rig.position == rig.matched()
        assert rig.risk_held == 0
    rig.check()


async def test_o07_the_rest_of_an_order_whose_answer_was_lost_is_given_up_when_the_venue_shows_no_more_of_it(
    venue: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.absence.SURE_NS", 1_000_000_000)
    monkeypatch.setattr("engine.absence.SPACING_NS", 200_000_000)
    monkeypatch.setattr("engine.patience.ASK_EVERY_NS", 300_000_000)
    async with rigged(venue, tmp_path, MAX_POSITION_USD="5000", MAX_EXPOSURE_USD="5000") as rig:
        venue.faults(answers=["reset"], events_silent=True)
        ask = venue.touch(rig.market.tokens[0])[1]
        wanted = float(ask["price"]) * float(ask["size"]) + 50
        life = await rig.send(rig.order(wanted, price=round(float(ask["price"]) * 10_000)))
        await rig.until(lambda: life.matches.any)
        assert rig.risk_held > 0
        await rig.rest(life)
        assert life.stage is Stage.CONFIRMED
        assert rig.risk_held == 0
        assert rig.opened.account.blotter.why_not_arm(0) == ""
        assert rig.position == rig.matched() != [0, 0]
    rig.check()


@pytest.mark.parametrize("word", ["delayed", "live"])
async def test_o08_delayed_and_live_are_waited_for_and_then_counted(venue: Desk, tmp_path: Path, word: str) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(answers=[{"kind": word, "after_s": 0.6}])
        life = await rig.send()
        assert not life.ended
        assert rig.risk_held == life.reserve
        assert rig.position == [0, 0]
        assert not rig.opened.account.intend(rig.market, rig.order())  # it is not taken for an order without a fill
        await rig.rest(life)
        assert rig.position == rig.matched() != [0, 0]
        assert len(rig.posts()) == 1
    rig.check()


async def test_o09_a_match_that_fails_is_taken_back_once_and_alarmed_and_not_bought_again(
    venue: Desk, tmp_path: Path
) -> None:
    async with rigged(venue, tmp_path, MAX_POSITION_USD="10") as rig:
        venue.faults(fail_trades=1, event_copies=3)
        life = await rig.send(rig.order(6.0))
        await rig.rest(life)
        assert life.stage is Stage.FAILED
        assert rig.position == [0, 0] == rig.matched()
        assert len(rig.records("VOID")) == 1
        assert "are taken back" in rig.alarms()
        assert rig.live.engine.risk.room(rig.live.engine.position) < 6 * MONEY  # it may be settled after all
    story = rig.check()
    assert [told.fate for told in story.orders.values()] == ["void"]


async def test_o10_what_is_told_three_times_is_booked_once(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(event_copies=3)
        life = await rig.send()
        await rig.rest(life)
        rig.opened.lookup.hurry()  # and once more from the list of trades
        await asyncio.sleep(0.2)
        assert rig.position == rig.matched() != [0, 0]
        assert rig.opened.account.blotter.account.counters["trade_repeated"] >= 2
        assert len(rig.live.engine.position.by_strategy) == 1
    rig.check()


async def test_o11_a_fill_that_comes_before_the_answer_finds_its_order(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(events_first=True)
        life = rig.intend()
        await rig.until(lambda: life.matches.any)
        assert "answer" not in [record.get("by") for record in rig.records()]
        await rig.rest(life)
        assert "answer" in [record.get("by") for record in rig.records()]
        assert rig.position == rig.matched() != [0, 0]
    rig.check()


async def test_o12_a_fill_while_the_user_channel_was_cut_is_found_by_asking(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(answers=[{"kind": "reset"}], events_silent=True, drop_user_sockets=True)
        life = await rig.send()
        assert life.stage is Stage.UNKNOWN
        await rig.until(lambda: life.matches.any)
        venue.faults()
        await rig.rest(life)
        assert rig.position == rig.matched() != [0, 0]
        assert len(rig.posts()) == 1
    rig.check()


async def test_o13_a_held_order_that_kill_cannot_cancel_is_counted_when_it_fills(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(answers=[{"kind": "delayed", "after_s": 1.0}])
        life = await rig.send()
        assert await rig.opened.kill()
        await rig.rest(life)
        assert rig.position == rig.matched() != [0, 0]
        assert not rig.opened.account.armed
    rig.check()


async def test_o14_a_fill_after_the_markets_end_lands_in_its_files_and_in_its_result(
    venue: Desk, tmp_path: Path
) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(answers=[{"kind": "delayed", "after_s": 0.8}])
        life = await rig.send()
        rig.opened.account.settled(rig.market.condition_id, 1)
        assert rig.position == [0, 0]
        await rig.rest(life)
        assert rig.position == rig.matched() != [0, 0]
        await rig.until(lambda: len(rig.records("CLOSE")) == 2)
        nets = [record["net"] for record in rig.records("CLOSE")]
        assert nets[0] == 0 > nets[1]
        assert nets[1] == -rig.live.engine.position.spent
    rig.check()


async def test_o14_a_settlement_that_fails_after_the_end_changes_the_result(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(fail_trades=1)
        life = await rig.send()
        await rig.until(lambda: rig.position != [0, 0])
        rig.opened.account.settled(rig.market.condition_id, 1)
        await rig.rest(life)
        await rig.until(lambda: rig.records("CLOSE")[-1]["net"] == 0)
        assert rig.records("CLOSE")[0]["net"] < 0
    rig.check()


async def test_o15_with_a_full_queue_an_order_is_refused_before_anything_is_held_back(
    venue: Desk, tmp_path: Path
) -> None:
    async with rigged(venue, tmp_path) as rig:
        account, order = rig.opened.account, rig.order()
        while not account.outgoing.full():
            account.outgoing.put_nowait((rig.market, order))
        assert not account.intend(rig.market, order)
        assert rig.risk_held == 0
        while not account.outgoing.empty():
            account.outgoing.get_nowait()
        await rig.rest(await rig.send(order))
        assert len(rig.posts()) == 1
    rig.check()


async def test_o16_only_fill_and_kill_is_sent_and_no_heartbeat_is_begun(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        await rig.rest(await rig.send())
        assert [post["order_type"] for post in rig.posts()] == ["FAK"]
        assert not [path for path in venue.ledger()["requests"] if "heartbeat" in path]
    rig.check()


async def test_o16_refused_credentials_disarm_and_nothing_more_is_sent(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(skew_s=200)
        life = await rig.send()
        assert life.stage is Stage.REJECTED
        assert not rig.opened.account.armed
        assert not rig.opened.account.intend(rig.market, rig.order())
        assert rig.posts() == []  # an unauthorized order is none at the venue
    rig.check()


async def test_o17_kill_waits_for_what_is_in_flight_and_says_when_nothing_is_left(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(answers=[{"kind": "delayed", "after_s": 0.5}])
        life = rig.intend()
        await rig.until(lambda: rig.posts())
        assert await rig.opened.kill()
        assert "nothing is open at the venue" in rig.said()
        assert venue.ledger()["requests"]["DELETE /clob/cancel-all"] >= 1
        assert not rig.opened.account.intend(rig.market, rig.order())
        await rig.rest(life)
        assert len(rig.posts()) == 1
    rig.check()


async def test_o17_kill_cancels_what_rests_at_the_venue_whoever_placed_it(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        rig.foreign = True
        other = venue.client("0x" + rig.key, 0)
        placed = limit(other, rig.market.up_token, "BUY", 0.02, 10)
        assert await rig.opened.kill()
        orders = {order["order_id"]: order["status"] for order in venue.ledger()["orders"]}
        assert orders[placed["orderID"]] == "CANCELED"
    rig.check()


async def test_o17_a_kill_that_the_venue_does_not_hear_is_an_alarm(
    venue: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.open_account.KILL_PAUSE_S", 0.05)
    async with rigged(venue, tmp_path) as rig:
        venue.faults(phase="disabled")
        assert not await rig.opened.kill()
        assert "the venue may hold orders" in rig.alarms()
        assert not rig.opened.account.armed


async def test_o17_a_kill_is_not_done_while_the_fate_of_an_order_is_unknown(
    venue: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.open_account.KILL_PAUSE_S", 0.05)
    async with rigged(venue, tmp_path) as rig:
        venue.faults(answers=[{"kind": "reset", "match": False}])
        life = await rig.send()
        assert life.stage is Stage.UNKNOWN
        assert not await rig.opened.kill()
        assert "the venue may hold orders: orders of unknown fate: 1" in rig.alarms()
        assert "nothing is open at the venue" not in rig.said()
        assert rig.opened.killing
    rig.check()


async def test_o17_a_kill_that_was_not_done_is_tried_until_it_is(
    venue: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.open_account.KILL_PAUSE_S", 0.05)
    monkeypatch.setattr("app.live.open_account.KILL_AGAIN_S", 0.1)
    async with rigged(venue, tmp_path) as rig:
        venue.faults(phase="disabled")
        assert not await rig.opened.kill()
        again = asyncio.create_task(rig.opened.try_again())
        await asyncio.sleep(0.3)
        assert not again.done()
        venue.faults(phase="normal")
        await again
        assert "nothing is open at the venue" in rig.said()
        assert not rig.opened.killing


async def test_o17_the_alarm_of_a_kill_does_not_wait_for_a_venue_that_hangs(
    venue: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.open_account.KILL_ALARM_S", 0.3)
    async with rigged(venue, tmp_path) as rig:
        process = venue.process
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        try:
            killing = asyncio.create_task(rig.opened.kill())
            await rig.until(lambda: "the venue may hold orders" in rig.alarms(), 3.0)
        finally:
            process.send_signal(signal.SIGCONT)
        assert await killing  # and it goes on trying, and says when it is done
        assert "nothing is open at the venue" in rig.said()


@pytest.mark.parametrize("broken", ["engine", "journal", "telling", "cancel"])
async def test_o18_disarm_and_kill_hold_whatever_else_is_broken(venue: Desk, tmp_path: Path, broken: str) -> None:
    async with rigged(venue, tmp_path) as rig:
        account = rig.opened.account

        def fails(*_: object, **__: object) -> None:
            raise RuntimeError("broken")

        with pytest.MonkeyPatch.context() as patch:
            if broken == "engine":
                patch.setattr(rig.live, "command", fails)
            elif broken == "journal":
                patch.setattr(account, "_write", fails)
            elif broken == "telling":
                patch.setattr(account, "_tell", fails)
            else:
                patch.setattr(rig.opened.client, "cancel_all", fails)
            try:
                account.disarm("a test")
            except RuntimeError:
                assert broken in ("journal", "telling")
            assert not account.armed
            assert account.blotter.intend(rig.market.condition_id, rig.order(), *account.now()).refused
            if broken == "engine":
                assert await rig.opened.kill()  # an engine that fails does not keep the venue from being told
        assert rig.posts() == []


async def test_o18_no_byte_leaves_after_a_disarm_while_the_order_waits_for_a_connection(
    venue: Desk, tmp_path: Path
) -> None:
    """All connections are busy when the order wants to leave; then it is disarmed; then one becomes free."""
    async with rigged(venue, tmp_path) as rig, busy(rig.opened.client) as free:
        life = rig.intend()
        await rig.until(lambda: life.sent_at is not None)
        rig.opened.account.disarm("a test", alarm=False)
        await free()
        await rig.until(lambda: life.answered)
        assert life.stage is Stage.DROPPED
        assert rig.posts() == []
        assert rig.risk_held == 0
    rig.check()


async def test_o18_an_order_that_waits_when_disarmed_is_dropped(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        life = rig.intend()
        rig.opened.account.disarm("a test", alarm=False)
        await rig.until(lambda: life.stage is Stage.DROPPED)
        assert rig.posts() == []
        assert rig.risk_held == 0
    rig.check()


async def test_o19_what_is_under_way_counts_against_the_limit_of_all_markets(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path, MAX_EXPOSURE_USD="12") as rig:
        account = rig.opened.account
        other = await find_market(rig.settings, 2)
        account.act(account.blotter.open(other, *account.now()))
        venue.faults(answers=[{"kind": "delayed", "after_s": 1.0}])
        life = rig.intend(rig.order(8.0))
        assert not account.intend(other, rig.order(6.0, market=other))
        assert "may still commit" in rig.said() or "allowance" in rig.said()
        await rig.rest(life)
    rig.check()


async def test_o20_the_fee_is_the_venues_to_the_last_digit_it_states(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        life = await rig.send(rig.order(37.31, outcome=1))
        await rig.rest(life)
        fees = sum(match["fee"] for match in venue.ledger()["matches"] if match["taker"]["order_id"] == life.hash)
        assert abs(rig.live.engine.position.total.fees - fees * 10_000) <= MONEY // 100_000
        assert rig.live.engine.position.spent <= life.order.budget + fees * 10_000 + CENT
    rig.check()


async def test_o21_an_order_on_a_stale_signal_is_dropped(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path, patient=False) as rig:
        order = rig.order()
        order.mono -= 300_000_000
        life = await rig.send(order)
        assert life.stage is Stage.DROPPED
        assert "old when it would have left" in life.reason
        assert rig.posts() == []
    rig.check()


async def test_o21_an_order_that_grew_stale_while_it_waited_for_a_connection_is_dropped(
    venue: Desk, tmp_path: Path
) -> None:
    async with rigged(venue, tmp_path, patient=False) as rig, busy(rig.opened.client) as free:
        life = rig.intend()
        await rig.until(lambda: life.sent_at is not None)
        await asyncio.sleep(0.3)
        await free()
        await rig.until(lambda: life.stage is Stage.DROPPED)
        assert rig.posts() == []
    rig.check()


async def test_o22_orders_of_somebody_else_are_shown_and_count_as_exposure(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        rig.foreign = True
        before = rig.opened.account.blotter.account.exposure
        other = venue.client("0x" + rig.key, 0)
        limit(other, rig.market.up_token, "BUY", 0.02, 100)
        await rig.until(lambda: rig.opened.account.blotter.account.exposure == before + 2 * MONEY)
        assert "none of ours" in rig.alarms()
        await rig.rest(await rig.send())
    rig.check()


async def test_o22_a_second_instance_of_the_wallet_is_refused_in_words(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        elsewhere = tmp_path / "elsewhere"
        with pytest.raises(NotOpened, match="one instance at a time"):
            await open_account(rig.settings, elsewhere, rig.state_dir, rig.news.append)
        assert not elsewhere.exists()


async def test_nothing_leaves_before_its_intent_is_on_disk(
    venue: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rigged(venue, tmp_path) as rig:
        on_disk, real = threading.Event(), Journal._sync

        def slow(journal: Journal) -> None:
            on_disk.wait(10)
            real(journal)

        await rig.opened.account.settle_writes()
        monkeypatch.setattr(Journal, "_sync", slow)
        life = rig.intend()
        await rig.until(lambda: rig.records("INTENT"))  # written, and not forced to disk yet
        await asyncio.sleep(0.3)
        assert life.stage is Stage.SIGNED, life.reason
        assert rig.posts() == []
        on_disk.set()
        await rig.rest(life)
        assert len(rig.posts()) == 1
    rig.check()


async def test_a_journal_that_cannot_be_written_disarms_and_nothing_leaves(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        (path,) = rig.root.glob("0x*/journal.jsonl")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        order = rig.order()
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, hard))
            life = rig.intend(order)
            await rig.until(lambda: life.stage is Stage.DROPPED)
            await rig.until(lambda: not rig.opened.account.armed)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, before)
        assert "the journal cannot be written" in rig.alarms()
        assert rig.posts() == []
        assert rig.risk_held == 0
    rig.check()
    kinds = [record["type"] for record in rig.records()]
    assert kinds[-4:] == ["MARKET", "INTENT", "DISARM", "CANCEL"]  # written when the disk had room again
    opened = await open_account(rig.settings, rig.root, rig.state_dir, rig.news.append)
    await opened.close()


async def test_the_strike_on_which_an_order_was_decided_is_in_the_journal(venue: Desk, tmp_path: Path) -> None:
    from engine.events import Strike, StrikeSource

    async with rigged(venue, tmp_path) as rig:
        rig.live.take(Strike(*rig.opened.account.now(), 85_281.337, StrikeSource.CHAINLINK_TWAP, True))
        await rig.rest(await rig.send())
        (market,) = rig.records("MARKET")
        assert (market["strike"], market["strike_source"], market["strike_exact"]) == (
            85_281.337,
            "chainlink_twap",
            True,
        )
    rig.check()


async def test_modes_of_the_venue_keep_orders_back_until_it_is_heard_to_be_normal(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        venue.faults(phase="post_only", retry_after_s=1)
        life = await rig.send()
        assert life.stage is Stage.REJECTED
        assert rig.opened.account.blotter.account.venue.mode is VenueMode.POST_ONLY
        assert not rig.opened.account.intend(rig.market, rig.order())
        venue.faults()
        await rig.until(lambda: rig.opened.account.blotter.account.venue.mode is VenueMode.NORMAL)
        await rig.rest(await rig.send())
        assert len(rig.posts()) == 2
    rig.check()
