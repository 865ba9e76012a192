"""Every run on real windows: nothing of the source is lost, and its profit is worked out again from the files alone."""

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeGuard

import pytest

from app.telemetry.columns import FILLS
from app.telemetry.rows.fill import FillRow, UnfilledRow, fill_line
from engine.events import DOWN, OUTCOME_NAMES, UP
from engine.fees import FeeCurve
from engine.lenses import REALISTIC
from engine.settlement import settle
from engine.signal import Strategy
from engine.units import MONEY, PRICE, SIZE, dollars, price_dollars, shares
from tests.recompute_net import earned
from tests.truth.labels import needs_data
from tests.truth.running import Run
from tests.truth.schedule import OPEN_S, Schedule
from tests.truth.windows import SCHEDULE_ON, STRATEGIES_ON, DataSet

pytestmark = needs_data


@cache
def runs_of(data: DataSet) -> list[Run]:
    """The data set's windows, each run once for all tests."""
    with TemporaryDirectory() as folder:
        return list(data.runs(Path(folder)))


@pytest.fixture(params=[*STRATEGIES_ON, *SCHEDULE_ON], ids=lambda data: data.name)
def runs(request: pytest.FixtureRequest) -> list[Run]:
    return runs_of(request.param)


@pytest.fixture(params=SCHEDULE_ON, ids=lambda data: data.name)
def clocked(request: pytest.FixtureRequest) -> list[tuple[Run, Schedule]]:
    """The runs with orders by the clock, and their schedules."""
    return [(run, plan) for run in runs_of(request.param) for plan in [run.engine.strategies[-1]] if is_schedule(plan)]


def is_schedule(strategy: Strategy) -> TypeGuard[Schedule]:
    return isinstance(strategy, Schedule)


def rows(run: Run, folder: Path) -> list[dict[str, str]]:
    """The run's `fills.csv` as the program writes it, read back."""
    path = folder / "fills.csv"
    statuses = {ack.order_id: ack.status.value for ack in run.acks}
    lines = [fill_line(FillRow(fill, statuses[fill.order_id], "paper", "", 200.0, "run", 1)) for fill in run.fills]
    filled = {fill.order_id for fill in run.fills}
    empty = [fill_line(UnfilledRow(ack, "paper", 200.0, "run", 1)) for ack in run.acks if ack.order_id not in filled]
    path.write_bytes(",".join(FILLS).encode() + b"\n" + b"".join([*lines, *empty]))
    with path.open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["filled_size"]]


def test_net_and_fees_are_those_of_the_files(runs: list[Run], tmp_path: Path) -> None:
    for run in runs:
        rate = run.engine.market.fee.rate
        for winner in (UP, DOWN):
            net, fees, wrong = earned(rows(run, tmp_path), OUTCOME_NAMES[winner], rate)
            result = settle(run.engine.position.total, winner)
            assert wrong == []
            assert (dollars(result.net), dollars(result.fees)) == (net, fees)
            assert dollars(run.score.net(REALISTIC, winner)) == net


def test_each_strategys_net_is_that_of_its_rows(runs: list[Run], tmp_path: Path) -> None:
    for run in runs:
        by_strategy: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in rows(run, tmp_path):
            by_strategy[row["strategy"]].append(row)
        for name, tally in run.engine.position.by_strategy.items():
            net, _, _ = earned(by_strategy[name], OUTCOME_NAMES[run.winner], run.engine.market.fee.rate)
            assert dollars(settle(tally, run.winner).net) == net


def test_the_rung_of_the_default_latency_is_the_realistic_fill(runs: list[Run]) -> None:
    for run in runs:
        nets = [
            [(fill.order_id, fill.size, fill.cost, fill.fee) for fill in run.score.fills if fill.lens == lens]
            for lens in (REALISTIC, "ladder_50")
        ]
        assert sorted(nets[0]) == sorted(nets[1])


def test_no_order_spends_more_than_its_budget_or_pays_more_than_its_limit(runs: list[Run]) -> None:
    for run in runs:
        orders = {order.order_id: order for order in run.orders}
        spent: dict[str, int] = defaultdict(int)
        for fill in run.fills:
            assert price_dollars(fill.price) <= price_dollars(orders[fill.order_id].price)
            spent[fill.order_id] += fill.price * fill.size
        assert all(amount <= orders[order_id].budget for order_id, amount in spent.items())


def test_the_waterfall_of_each_strategy_adds_up_to_its_net(runs: list[Run]) -> None:
    for run in runs:
        steps = run.score.waterfalls(run.winner)
        position = run.engine.position.by_strategy
        assert set(steps) == {name for name, tally in position.items() if tally.fills}
        for name, flow in steps.items():
            assert flow.net == settle(position[name], run.winner).net
            assert shares(flow.size) == shares(sum(position[name].shares))


def test_no_frame_is_refused_and_no_book_contradicted(runs: list[Run]) -> None:
    for run in runs:
        assert not run.refusals["clob"]
        assert not run.refusals["binance"]
        assert not run.engine.state.counters


def test_on_the_august_window_the_raw_distance_buys_the_loser_and_the_aligned_one_the_winner() -> None:
    """Binance stood 9 basis points above the oracle: from there the whole window looked Up, and it ended Down."""
    aligned, raw = (runs_of(data)[0] for data in STRATEGIES_ON[:2])
    assert aligned.winner == raw.winner == DOWN
    assert {order.outcome for order in aligned.orders} == {DOWN}
    assert {order.outcome for order in raw.orders} == {UP}


def test_the_last_book_is_on_the_winners_side(clocked: list[tuple[Run, Schedule]]) -> None:
    assert clocked
    for run, _ in clocked:
        for outcome, ladder in enumerate(run.engine.state.ladders):
            if ladder.valid:
                assert (ladder.best_bid + ladder.best_ask > PRICE) == (outcome == run.winner)


def test_a_price_that_says_nothing_makes_no_strategy_want_anything(clocked: list[tuple[Run, Schedule]]) -> None:
    for run, _ in clocked:
        assert run.engine.evaluations > 1000
        assert set(run.engine.position.by_strategy) == {Schedule.name}


def test_the_schedule_sends_at_most_one_order_a_slot_and_of_its_outcome(clocked: list[tuple[Run, Schedule]]) -> None:
    for run, plan in clocked:
        assert run.orders
        slots = [
            next(slot for slot in plan.slots if slot.left_s >= order.time_left_s > slot.left_s - OPEN_S)
            for order in run.orders
        ]
        assert len(set(slots)) == len(slots)
        assert [order.outcome for order in run.orders] == [slot.outcome for slot in slots]


def test_every_order_of_the_schedule_spends_five_dollars_with_its_fee(clocked: list[tuple[Run, Schedule]]) -> None:
    for run, _ in clocked:
        fees = FeeCurve(run.engine.market.fee)
        for order in run.orders:
            cost = order.budget / MONEY + order.size / SIZE * fees.per_share(order.price / PRICE)
            assert cost == pytest.approx(5.0, abs=0.011)
