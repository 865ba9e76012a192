"""Small windows whose every figure is known (see `small`), added up."""

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.backtest.buckets import Curve, by_price, by_time_left, curve, deepest
from app.backtest.calibration import calibration
from app.backtest.job import Skipped, Terms, run_one
from app.backtest.replay import replay
from app.backtest.results import Results, of_a_demo
from app.backtest.table import table
from app.backtest.window import WindowRun
from engine.lenses import INSTANT, PESSIMISTIC
from engine.limits import Limits
from engine.market import Asset, Interval
from engine.scorecard import ALL
from engine.strategies import standard
from engine.units import MONEY, dollars
from tests.app.backtest.converters import Line, trade_frame, updown_market, write_lines
from tests.app.backtest.small import (
    COST,
    FAIR,
    FEE,
    LOST,
    SECOND,
    START_S,
    WON,
    WON_AT_ONCE,
    small_lines,
    small_market,
    write_small,
    write_three,
)

NAMES = tuple(strategy.name for strategy in standard())
TERMS = Terms(Limits(), standard(), NAMES)


def ran(path: Path) -> WindowRun:
    made = run_one(TERMS, path)
    assert isinstance(made, WindowRun), made
    return made


def added(*made: WindowRun | Skipped) -> Results:
    return Results(dict(enumerate(made)), NAMES)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> list[WindowRun]:
    return [ran(path) for path in write_three(tmp_path_factory.mktemp("three"))]


@pytest.fixture(scope="module")
def unsettled(tmp_path_factory: pytest.TempPathFactory) -> WindowRun:
    return ran(write_small(tmp_path_factory.mktemp("open"), 3, None))


class TestSums:
    def test_the_figures_of_a_strategy_are_those_worked_out_by_hand(self, three: list[WindowRun]) -> None:
        line = added(*three).line("distance_fade")
        assert (line.markets, line.orders, line.record.trades, line.record.won) == (2, 2, 2, 1)
        assert dollars(line.record.cost) == 2 * Decimal(COST)
        assert dollars(line.record.fees) == 2 * Decimal(FEE)
        assert dollars(line.record.net) == Decimal(WON) + Decimal(LOST)
        assert line.returned == pytest.approx(-4.81254 / 15.99824, abs=1e-6)
        assert line.record.break_even == pytest.approx(0.71512, abs=1e-5)
        assert (line.tally.signals, line.tally.selected, line.selected) == (4, 4, 1.0)
        assert line.edge == pytest.approx(FAIR - 0.70, abs=1e-6)
        assert line.net_edge == pytest.approx(FAIR - 0.71512, abs=1e-6)

    def test_all_is_the_sum_of_the_strategies(self, three: list[WindowRun]) -> None:
        results = added(*three)
        lines = [results.line(name) for name in NAMES]
        total = results.line(ALL)
        assert total.record.net == sum(line.record.net for line in lines)
        assert total.orders == sum(line.orders for line in lines)
        assert total.tally.signals == sum(line.tally.signals for line in lines)
        assert results.ordering == [ALL, "distance_fade"]

    def test_the_naive_fill_pays_no_fee(self, three: list[WindowRun]) -> None:
        record = added(*three).card.record(ALL, INSTANT)
        assert dollars(record.net) == Decimal(WON_AT_ONCE) - Decimal(COST)

    def test_a_strategy_without_a_signal_has_no_rates(self, three: list[WindowRun]) -> None:
        line = added(*three).line("momentum")
        assert (line.returned, line.edge, line.net_edge, line.selected, line.record.win_rate) == (None,) * 5

    def test_the_order_in_which_they_were_run_says_nothing(self, three: list[WindowRun], unsettled: WindowRun) -> None:
        made = dict(enumerate([*three, unsettled]))
        turned = dict(reversed(made.items()))
        assert [*table(Results(made, NAMES))] == [*table(Results(turned, NAMES))]


class TestWithoutAnOutcome:
    def test_it_is_in_no_figure_and_is_named(self, three: list[WindowRun], unsettled: WindowRun) -> None:
        with_it, without = added(*three, unsettled), added(*three)
        assert len(unsettled.bets) == 1
        assert with_it.line(ALL).record.net == without.line(ALL).record.net
        assert with_it.line(ALL).orders == without.line(ALL).orders
        assert with_it.line(ALL).tally == without.line(ALL).tally
        assert (len(with_it.windows), len(with_it.settled), with_it.open) == (4, 3, [unsettled])
        told = [*table(with_it)]
        assert "1 window without an outcome, in none of the figures above (1 order there)" in told
        assert f"  {unsettled.market.slug}" in told

    def test_the_window_file_beside_the_recording_may_name_the_winner(self, tmp_path: Path) -> None:
        home = write_small(tmp_path, 0, None)
        (home / "market_info.txt").write_text("outcome=UP\n")
        assert dollars(added(ran(home)).line(ALL).record.net) == Decimal(WON)

    def test_it_does_so_beside_a_plain_file_too(self, tmp_path: Path) -> None:
        path = write_lines(small_lines(0, None), tmp_path / "window.jsonl")
        (tmp_path / "market_info.txt").write_text(f"slug={small_market().slug}\noutcome=UP\n")
        assert dollars(added(ran(path)).line(ALL).record.net) == Decimal(WON)

    def test_but_not_of_another_window_beside_it(self, tmp_path: Path) -> None:
        (tmp_path / "market_info.txt").write_text(f"slug={small_market(1).slug}\noutcome=UP\n")
        assert ran(write_lines(small_lines(0, None), tmp_path / "window.jsonl")).outcome is None


class TestGaps:
    def test_lines_that_the_disk_refused_are_counted_by_window(self, three: list[WindowRun], tmp_path: Path) -> None:
        lines = small_lines(4)
        for place, missing in ((5, 12), (8, 30)):
            lines.insert(place, Line(lines[place].wall, "drop", {"lines": missing}))
        run = ran(write_lines(lines, tmp_path / "gaps.jsonl"))
        assert run.dropped == 42
        assert [one.dropped for one in three] == [0, 0, 0]
        told = [*table(added(*three, run))]
        assert "1 window with 42 lines dropped by a full disk: what follows a gap cannot be trusted" in told
        assert f"  {small_market(4).slug}: 42 lines" in told
        assert not any("dropped" in line for line in table(added(*three)))

    @pytest.mark.parametrize("missing", [0, -1, True, "12", None])
    def test_a_count_that_is_none_is_refused(self, missing: object, tmp_path: Path) -> None:
        lines = small_lines()
        lines.insert(5, Line(lines[5].wall, "drop", {"lines": missing}))
        made = run_one(TERMS, write_lines(lines, tmp_path / "gaps.jsonl"))
        assert isinstance(made, Skipped)
        assert made.reason.startswith("the drop record at t=")


class TestWhatTheRecordedRunHad:
    """A run of today is told neither a person's words of then nor how the disk was then."""

    @pytest.mark.parametrize(
        ("source", "data"),
        [
            ("command", {"name": "kill"}),
            ("command", {"name": "switch"}),
            ("link", {"feed": "disk", "epoch": 1, "up": False}),
        ],
    )
    def test_a_halt_of_then_stops_no_order_of_today(
        self, source: str, data: dict[str, object], three: list[WindowRun], tmp_path: Path
    ) -> None:
        lines = small_lines()
        lines.insert(2, Line(lines[2].wall, source, data))
        path = write_lines(lines, tmp_path / "halted.jsonl")
        run = ran(path)
        assert run.bets == three[0].bets != ()
        assert run.hashes == three[0].hashes
        (again,) = replay(path)
        assert again.orders == (), "a replay is the run as it was"

    def test_a_feed_that_was_lost_is_lost_today_too(self, tmp_path: Path) -> None:
        lines = [
            line._replace(data=line.data | {"up": False}) if line.source == "link" else line for line in small_lines()
        ]
        assert ran(write_lines(lines, tmp_path / "lost.jsonl")).bets == ()


class TestTwice:
    def test_a_window_that_is_found_twice_counts_once_and_is_named(self, tmp_path: Path) -> None:
        home = write_small(tmp_path / "a")
        copy = tmp_path / "b" / "again"
        shutil.copytree(home, copy)
        results = added(ran(home), ran(copy))
        assert results.line(ALL).orders == 1
        assert [(one.path, one.of) for one in results.copies] == [(copy, home)]
        told = [*table(results)]
        assert "1 recording of a window that was there already: it is counted once" in told
        assert f"  {copy} is the window of {home}" in told

    @pytest.mark.parametrize("first", ["fuller", "poorer"])
    def test_the_fuller_recording_counts_whichever_was_found_first(self, first: str, tmp_path: Path) -> None:
        fuller, poorer = write_small(tmp_path / "a"), write_small(tmp_path / "b", 0, None)
        found = [fuller, poorer] if first == "fuller" else [poorer, fuller]
        results = added(*(ran(path) for path in found))
        assert [window.path for window in results.windows] == [fuller]

    def test_two_windows_with_one_name_are_two(self, three: list[WindowRun]) -> None:
        """As the hour is that comes twice when the clock goes back."""
        later = replace(three[0], market=replace(three[0].market, start_ms=START_S * 1000 + 3_600_000))
        assert len(added(three[0], later).windows) == 2


class TestDemo:
    @pytest.mark.parametrize(
        ("path", "made_up"),
        [
            ("logs/demo/5m/w", True),
            ("logs/demo/5m/w/frames.jsonl.gz", True),
            ("logs/demo/live/5m/w", True),
            ("logs/5m/w", False),
            ("srv/demo/logs/5m/w", False),
            ("demo", False),
        ],
    )
    def test_it_is_known_by_its_folder(self, path: str, made_up: bool, three: list[WindowRun]) -> None:
        assert of_a_demo(replace(three[0], path=Path("/") / path)) is made_up

    @pytest.mark.parametrize(("start_s", "length_s"), [(START_S + 17, 300), (START_S, 60), (START_S, 600)])
    def test_and_by_a_window_that_the_venue_does_not_cut(
        self, start_s: int, length_s: int, three: list[WindowRun]
    ) -> None:
        market = replace(three[0].market, start_ms=start_s * 1000, end_ms=(start_s + length_s) * 1000)
        assert of_a_demo(replace(three[0], market=market))

    def test_a_four_hour_window_of_a_day_on_which_the_clock_changes_is_real(self, three: list[WindowRun]) -> None:
        start_s = 1_793_505_600  # 2026-11-01 04:00 UTC, midnight in New York
        market = updown_market(start_s, ("1", "2"), asset=Asset.BTC, interval=Interval.H4)
        for length_s in (4 * 3600, 5 * 3600):
            longer = replace(market, end_ms=(start_s + length_s) * 1000)
            assert not of_a_demo(replace(three[0], market=longer))

    def test_the_table_says_what_it_is_worth(self, three: list[WindowRun]) -> None:
        demo = replace(three[0], path=Path("/logs/demo/5m/w"))
        assert "1 window of a demo: what is earned there says nothing about the world" in [*table(added(demo))]


class TestTable:
    def test_it_has_a_row_a_strategy_with_what_is_known_of_it(self, three: list[WindowRun]) -> None:
        told = [*table(added(*three, Skipped(Path("x"), "why")))]
        assert told[0] == "btc 5m: 3 windows from 2026-11-18 11:10 to 2026-11-18 11:25 UTC"
        head, every, fade, momentum, _ = (line.split("  ") for line in told[2:7])
        row = [cell.strip() for cell in fade if cell.strip()]
        assert [cell.strip() for cell in head if cell.strip()] == [
            *("strategy", "markets", "signals", "orders", "filled", "won", "95 %", "even"),
            *("net $", "return", "edge", "net edge", "selected"),
        ]
        assert row == [
            *("distance_fade", "2", "4", "2", "2", "50.0 %", "9.5–90.5 %", "71.5 %"),
            *("-4.81", "-30.1 %", "+12.0¢", "+10.5¢", "100.0 %"),
        ]
        assert [cell.strip() for cell in every if cell.strip()][1:] == row[1:]
        assert [cell.strip() for cell in momentum if cell.strip()] == ["momentum", *"0000", *"–––", "+0.00", *"––––"]
        assert "3 windows ran, 3 of them settled" in told
        assert "1 recording skipped" in told
        assert "verdict: momentum           not enough data · 30 more markets at least" in told

    def test_the_waterfall_adds_up_to_the_net_in_every_column(self, three: list[WindowRun]) -> None:
        steps = added(*three).card.waterfalls
        assert set(steps) == {ALL, "distance_fade"}
        assert dollars(steps[ALL].net) == Decimal(WON) + Decimal(LOST)
        # fair value less the middle of 0.68 and 0.70, to the price unit: 0.8197 - 0.69, on 11.1857 shares each
        assert dollars(steps[ALL].model_edge) == 2 * Decimal("11.1857") * Decimal("0.1297")

    def test_windows_in_which_nothing_was_ordered_make_a_table_too(self, three: list[WindowRun]) -> None:
        told = [*table(added(three[2]))]
        assert not any(line.startswith("lenses") for line in told)
        assert "1 window ran, 1 of them settled" in told

    def test_no_line_is_wider_than_a_page_nor_steers_a_terminal(self, three: list[WindowRun]) -> None:
        hostile = replace(three[0], path=Path("\x1b[31mred"), market=replace(three[0].market, slug="\x1b]0;x\x07"))
        told = [*table(added(*three, replace(hostile, outcome=None), replace(hostile, outcome=None)))]
        assert all(line.isprintable() for line in told)


class TestBuckets:
    def test_a_bet_stands_in_the_part_of_the_window_and_of_the_dollar_in_which_it_was_made(
        self, three: list[WindowRun]
    ) -> None:
        results = added(*three)
        times, prices = by_time_left(results), by_price(results)
        assert [bucket.bets for bucket in times] == [0] * 9 + [2]  # 290 of 300 s left
        assert [bucket.bets for bucket in prices] == [0] * 7 + [2, 0, 0]  # at 0.70
        assert dollars(times[9].net) == dollars(prices[7].net) == Decimal(WON) + Decimal(LOST)
        assert (times[9].won, prices[7].won) == (1, 1)

    def test_the_sum_runs_over_the_settled_windows_in_their_order(self, three: list[WindowRun]) -> None:
        sums = curve(added(*reversed(three)).settled)
        assert [dollars(money) for money in sums.realistic] == [Decimal(WON), Decimal("-4.81254"), Decimal("-4.81254")]
        assert sums.pessimistic == sums.realistic
        assert [dollars(money) for money in sums.below] == [Decimal(0), Decimal(LOST), Decimal(LOST)]

    @pytest.mark.parametrize(
        ("nets", "fall"),
        [
            ([], (0, 0, 0)),
            ([1, 2], (0, 0, 0)),
            ([-3], (3, -1, 0)),
            ([5, -2, -2, 9, -1], (4, 0, 2)),
            ([-1, 5, -3, 1, -4], (6, 1, 4)),
            ([2, -1, 1, -3], (3, 2, 3)),
        ],
    )
    def test_the_deepest_fall_is_from_the_last_best_to_the_lowest_after_it(
        self, nets: list[int], fall: tuple[int, int, int]
    ) -> None:
        sums = [sum(nets[: place + 1]) for place in range(len(nets))]
        below = [value - max([0, *sums[: place + 1]]) for place, value in enumerate(sums)]
        assert tuple(deepest(Curve(sums, sums, sums, below))) == fall


class TestCalibration:
    def test_signals_and_bets_are_counted_apart_with_what_became_of_them(self, three: list[WindowRun]) -> None:
        bins = calibration(added(*three))
        (used,) = [found for found in bins if found.signals or found.bets]
        assert (used.low, used.high) == (0.80, 0.85)
        assert (used.signals, used.signals_won, used.bets, used.bets_won) == (4, 2, 2, 1)
        assert used.signals_fair == pytest.approx(4 * FAIR, abs=1e-5)
        assert used.bets_fair == pytest.approx(2 * FAIR, abs=1e-5)

    def test_of_one_strategy_it_counts_that_one_alone(self, three: list[WindowRun]) -> None:
        assert not any(found.signals for found in calibration(added(*three), "momentum"))


def test_the_pessimistic_fill_of_a_book_that_stands_is_the_realistic_one(three: list[WindowRun]) -> None:
    card = added(*three).card
    assert card.record(ALL, PESSIMISTIC).net == added(*three).line(ALL).record.net
    assert card.record(ALL, PESSIMISTIC).net % MONEY


def test_a_restart_inside_a_window_is_one_window_whose_limits_go_on(tmp_path: Path) -> None:
    first, rest = small_lines()[:8], small_lines()[8:]
    filled_by_now = first[5]._replace(wall=first[5].wall + 5 * SECOND)
    second = [line._replace(wall=line.wall + 20 * SECOND) for line in first]
    second[5] = second[5]._replace(data=trade_frame(1, second[5].wall // 1_000_000, "80100.00"))
    path = write_lines([*first, filled_by_now, *second, *rest], tmp_path / "frames.jsonl")
    run = ran(path)
    assert run.runs == 2
    assert [bet.size for bet in run.bets] == [11_185_700] * 2
    line = added(run).line(ALL)
    assert (line.markets, line.orders) == (1, 2)
    few = run_one(Terms(Limits(max_orders=1), standard(), NAMES), path)
    assert isinstance(few, WindowRun)
    assert len(few.bets) == 1
