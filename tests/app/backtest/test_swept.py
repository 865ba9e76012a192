"""Whole sweeps: over fair books they find nothing, over slow ones they find the rule that knows better."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.backtest.split import split, survey
from app.backtest.sweep import Progress
from app.backtest.swept import Swept, Watch, sweep, unwatched
from app.backtest.trial import combine
from app.settings import Settings, load
from tests.app.backtest.sweep_windows import FAIR, LENGTH_S, SLOW, START_S, write_windows


@pytest.fixture(autouse=True)
def quick_collector() -> Iterator[None]:
    """Each job collects garbage; here it need not look through pytest's own."""
    gc.freeze()
    yield
    gc.unfreeze()


def swept(paths: list[Path], *given: str, now: Mapping[str, str], percent: int = 30, watch: Watch = unwatched) -> Swept:
    def settings(texts: Mapping[str, str]) -> Settings:
        return load(texts, now, None)

    spans, skipped = survey(paths)
    with ThreadPoolExecutor(1) as executor:
        return sweep(combine(given, None, 1, settings), split(spans, percent), skipped, 1, executor, 1, watch)


IDLE = {"STRATEGIES": "momentum"}
"""It needs fifty trades to say anything, and the windows have twenty."""


def test_over_fair_books_nothing_is_found(tmp_path: Path) -> None:
    """Twenty worlds in which all five combinations trade, and none has an edge: one finding is one too many already."""
    found = 0
    for seed in range(20):
        paths = write_windows(tmp_path / str(seed), 36, seed, FAIR)
        result = swept(paths, "distance_fade.min_edge=0.04,0.12", "COOLDOWN_MS=1000,9000", now={}, percent=12)
        assert result.ranking.best is not None, "too few windows were traded"
        assert result.finding.noise == result.finding.sentence.startswith("within noise: ")
        found += not result.finding.noise
    assert found <= 1


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Windows whose books follow the price a tenth of the way."""
    return write_windows(tmp_path_factory.mktemp("slow"), 80, 1, SLOW)


def test_over_slow_books_the_rule_that_looks_at_the_price_is_found(slow: list[Path]) -> None:
    result = swept(slow, "STRATEGIES=distance_fade,settlement_sniper", "COOLDOWN_MS=2000,5000", now=IDLE)
    assert not result.finding.noise
    assert result.finding.sentence.startswith("above noise: STRATEGIES=distance_fade COOLDOWN_MS=")
    assert result.later is not None
    assert result.later.best.net > 0.0


def test_the_edge_that_is_there_already_is_no_reason_to_change(slow: list[Path]) -> None:
    """The same edge under what is set now: its neighbours are as good, and that they are better is noise."""
    result = swept(slow, "distance_fade.min_edge=0.06,0.1", "MIN_NET_EDGE=0,0.01", now={})
    best = result.ranking.standings[0]
    assert best.by_luck is not None
    assert best.by_luck < 0.05
    assert result.finding.noise or result.finding.sentence.startswith("above noise: what is set now earned ")


def test_nobody_but_the_best_and_what_is_set_now_sees_the_holdout(slow: list[Path]) -> None:
    result = swept(slow, "STRATEGIES=distance_fade,settlement_sniper", "COOLDOWN_MS=2000,5000", now=IDLE)
    assert result.kept_back is not None
    assert len(result.searched.rows) == len(result.combinations.tried) == 5
    assert len(result.kept_back.rows) == 2
    cut = START_S + 56 * LENGTH_S
    assert result.split.cut_ms == cut * 1000
    assert len(result.searched.winners) == 56
    assert len(result.kept_back.winners) == 24


def test_where_the_best_is_what_is_set_now_the_holdout_is_run_once(slow: list[Path]) -> None:
    result = swept(slow, "distance_fade.min_distance=0.02", now={"STRATEGIES": "distance_fade"})
    assert result.later is not None
    assert result.later.best == result.later.now
    assert result.kept_back is not None
    assert len(result.kept_back.rows) == 1
    assert result.finding.sentence.startswith("above noise: what is set now earned ")


def test_the_same_seed_gives_the_same(slow: list[Path]) -> None:
    ones, others = (swept(slow[:50], "COOLDOWN_MS=2000,5000", now={}) for _ in range(2))
    assert (ones.ranking, ones.later, ones.finding) == (others.ranking, others.later, others.finding)


def test_too_few_markets_are_no_finding_and_no_look_at_the_holdout(slow: list[Path]) -> None:
    result = swept(slow[:40], "COOLDOWN_MS=2000", now={})
    assert result.finding.sentence.startswith("within noise: no combination traded in 30 markets or more of the 28 ")
    assert (result.kept_back, result.later) == (None, None)


def test_whoever_watches_knows_all_jobs_and_is_told_of_each_end(slow: list[Path]) -> None:
    told: list[int] = []

    def watch(paths: Sequence[Path]) -> Progress:
        assert list(paths) == [path.absolute() for path in slow[:50]]
        return lambda place, records: told.append(place)

    swept(slow[:50], "COOLDOWN_MS=2000", now={}, watch=watch)
    assert told == list(range(50))
