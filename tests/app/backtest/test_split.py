"""The cut between the windows that are searched and those that are kept back: an instant that lies inside of none."""

import re
import shutil
from pathlib import Path
from random import Random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backtest.split import Span, split, survey
from engine.market import Asset
from tests.app.backtest.seed_files import START_MS, folder
from tests.app.backtest.small import write_small
from tests.app.backtest.sweep_windows import START_S, write_window, write_windows


def span(start: int, length: int = 5, slug: str = "btc") -> Span:
    return Span(start, start + length, f"{slug}-{start}", Path(f"{slug}-{start}"))


ROW = [span(start) for start in range(0, 50, 5)]


def test_the_last_windows_are_kept_back() -> None:
    parts = split(ROW, 30)
    assert [one.start_ms for one in parts.search] == [0, 5, 10, 15, 20, 25, 30]
    assert [one.start_ms for one in parts.holdout] == [35, 40, 45]
    assert (parts.across, parts.cut_ms) == ((), 35)


def test_they_are_cut_by_time_whatever_the_order_in_which_they_come() -> None:
    assert split(ROW[::-1], 30) == split(ROW, 30)


def test_windows_that_begin_together_stay_together() -> None:
    """Four coins a window: seven tenths of 40 would cut through the eighth window's four."""
    coins = [span(start, slug=slug) for start in range(0, 50, 5) for slug in ("btc", "eth", "sol", "xrp")]
    parts = split(coins, 27)
    assert (len(parts.search), len(parts.holdout), parts.cut_ms) == (28, 12, 35)


def test_a_window_that_is_open_at_the_cut_is_in_neither_part() -> None:
    long = [span(0, 20, "long"), span(20, 20, "long"), span(40, 20, "long")]
    parts = split([*ROW, *long], 30)
    assert parts.cut_ms == 35
    assert parts.across == (long[1],)
    assert long[0] in parts.search
    assert long[2] in parts.holdout


@given(st.lists(st.tuples(st.integers(0, 500), st.sampled_from([5, 15, 60])), min_size=1), st.integers(1, 90))
def test_every_window_is_in_one_part_and_no_instant_is_in_two(windows: list[tuple[int, int]], percent: int) -> None:
    spans = [span(start, length, slug=str(number)) for number, (start, length) in enumerate(windows)]
    parts = split(spans, percent)
    assert sorted([*parts.search, *parts.holdout, *parts.across]) == sorted(spans)
    assert all(one.end_ms <= parts.cut_ms for one in parts.search)
    assert all(one.start_ms >= parts.cut_ms for one in parts.holdout)
    assert len(parts.holdout) >= len(spans) * percent // 100


def test_nothing_is_cut_into_nothing() -> None:
    assert split([], 30) == ((), (), (), 0)


class TestSurvey:
    def test_windows_are_told_by_their_market_and_stand_in_the_order_of_time(self, tmp_path: Path) -> None:
        paths = write_windows(tmp_path, 3, 1)
        spans, skipped = survey(reversed(paths))
        assert skipped == []
        assert [one.path for one in spans] == paths
        assert [one.start_ms for one in spans] == [(START_S + after) * 1000 for after in (0, 20, 40)]
        assert [one.end_ms - one.start_ms for one in spans] == [20_000] * 3

    def test_what_is_of_a_demo_and_what_has_best_prices_only_is_known(self, tmp_path: Path) -> None:
        """The windows of the tests last twenty seconds, as none of the venue's does."""
        (made_up,) = write_windows(tmp_path, 1, 1)
        (tmp_path / "demo" / "5m").mkdir(parents=True)
        found = survey([made_up, write_small(tmp_path, 1), write_small(tmp_path / "demo", 2), folder(tmp_path)])[0]
        assert [(one.made_up, one.top_only) for one in found] == [
            (True, False),
            (False, False),
            (True, False),
            (False, True),
        ]

    def test_coins_of_one_instant_are_different_windows(self, tmp_path: Path) -> None:
        random = Random(1)
        paths = [write_window(tmp_path / f"{asset}.jsonl", START_S, random, asset=asset) for asset in Asset]
        assert len(survey(paths)[0]) == 4

    def test_a_window_that_was_recorded_twice_stands_there_twice_as_it_was_found(self, tmp_path: Path) -> None:
        first, later = write_windows(tmp_path, 2, 1)
        second = tmp_path / "a copy.jsonl"
        shutil.copy(first, second)
        assert [one.path for one in survey([later, first, second])[0]] == [first, second, later]

    def test_what_cannot_be_used_is_told_and_left_out(self, tmp_path: Path) -> None:
        (good,) = write_windows(tmp_path, 1, 1)
        bad = tmp_path / "bad.jsonl"
        bad.write_text("luck\n")
        spans, skipped = survey([bad, good])
        assert [one.path for one in spans] == [good]
        assert [one.path for one in skipped] == [bad]
        assert skipped[0].why.startswith("bad.jsonl, line 1: not a record")

    def test_a_file_that_cannot_be_read_is_told_and_left_out(self, tmp_path: Path) -> None:
        (tmp_path / "loop.jsonl").symlink_to(tmp_path / "loop.jsonl")
        ((path, why),) = survey([tmp_path / "loop.jsonl"])[1]
        assert path.name in why

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"tick_size": "Infinity"}, "a fault ended it: OverflowError in line |tick_size is 'Infinity'"),
            ({"start_ms": 1_795_000_200_000_000}, "start_ms is 1795000200000000"),
            ({"end_ms": 1_795_000_500_000_000}, "end_ms is 1795000500000000"),
        ],
    )
    def test_a_market_that_cannot_be_is_told_and_left_out(
        self, tmp_path: Path, change: dict[str, object], told: str
    ) -> None:
        good, bad = write_windows(tmp_path, 2, 1)
        lines = [orjson.loads(line) for line in bad.read_bytes().splitlines()]
        (market,) = [line["d"] for line in lines if line["s"] == "market"]
        market |= change
        bad.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
        spans, skipped = survey([bad, good])
        assert [one.path for one in spans] == [good]
        assert [one.path for one in skipped] == [bad]
        assert re.search(told, skipped[0].why)

    def test_the_original_bots_folders_are_windows_too(self, tmp_path: Path) -> None:
        (only,), skipped = survey([folder(tmp_path)])
        assert (only.start_ms, only.end_ms, skipped) == (START_MS, START_MS + 300_000, [])

    @pytest.mark.parametrize("content", ["", "{}\n"])
    def test_an_empty_file_is_no_window(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "nothing.jsonl").write_text(content)
        assert [len(found) for found in survey([tmp_path / "nothing.jsonl"])] == [0, 1]
