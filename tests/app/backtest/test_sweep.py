"""Jobs of a sweep: what one reading of a recording comes to for a batch of trials, and how they are put together."""

from array import array
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.backtest import sweep
from app.backtest.split import Span, survey
from app.backtest.stake import Stake
from app.backtest.sweep import BATCH, Done, Holding, Job, Part, Unreachable, jobs, run_part, work
from app.backtest.trial import Trial, combine
from app.backtest.window import run_window
from app.settings import Settings, load
from app.strategies import Selection
from engine.events import DOWN, UP
from engine.limits import Limits
from engine.units import MONEY, SIZE
from tests.app.backtest.sweep_windows import write_windows

OURS = ("distance_fade", "momentum", "settlement_sniper")
PRESENT = Trial(Limits(), Selection(OURS))


def settings(texts: Mapping[str, str]) -> Settings:
    return load(texts, {}, None)


@pytest.fixture(scope="module")
def spans(tmp_path_factory: pytest.TempPathFactory) -> list[Span]:
    return survey(write_windows(tmp_path_factory.mktemp("windows"), 6, 1))[0]


@pytest.fixture(scope="module")
def trials() -> tuple[Trial, ...]:
    given = ["distance_fade.min_edge=0.02,0.3", "COOLDOWN_MS=0,5000", "STRATEGIES=distance_fade,momentum"]
    return tuple(one.trial for one in combine(given, None, 1, settings).tried)


def test_a_batch_comes_to_what_each_trial_comes_to_alone(spans: list[Span], trials: tuple[Trial, ...]) -> None:
    for span in spans:
        done = work(Job(0, 0, span.path, 0, trials))
        for trial, holding in zip(trials, done.holdings, strict=True):
            alone = run_window(span.path, trial.limits, trial.selection.load())
            assert holding.orders == len(alone.bets)
            assert holding.size == sum(bet.size for bet in alone.bets)
            assert (holding.up, holding.down) == tuple(sum(bet.net(side) for bet in alone.bets) for side in (UP, DOWN))
            assert done.winner == alone.outcome
    assert any(holding.trades > 1 for holding in done.holdings), "nothing was traded: choose another seed"
    assert len(set(done.holdings)) > 2, "the trials all did the same: choose another seed"


def test_what_was_held_is_what_the_winner_pays(spans: list[Span]) -> None:
    window = run_window(spans[0].path, PRESENT.limits, PRESENT.selection.load())
    done = work(Job(0, 0, spans[0].path, 0, (PRESENT,)))
    assert window.outcome is not None
    net = sum(bet.net(window.outcome) for bet in window.bets)
    assert net == (done.holdings[0].up, done.holdings[0].down)[window.outcome]


def test_one_reading_serves_a_batch_of_trials_and_no_more(spans: list[Span]) -> None:
    many = [PRESENT] * (2 * BATCH + 1)
    made = list(jobs(spans[:2], many))
    assert [job.place for job in made] == list(range(6))
    assert [(job.market, job.first, len(job.trials)) for job in made] == [
        *((0, 0, BATCH), (0, BATCH, BATCH), (0, 2 * BATCH, 1)),
        *((1, 0, BATCH), (1, BATCH, BATCH), (1, 2 * BATCH, 1)),
    ]
    assert all(job.path.is_absolute() for job in made)


def test_it_makes_no_difference_in_how_many_pieces_a_recording_is_read(
    spans: list[Span], trials: tuple[Trial, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = work(Job(0, 0, spans[0].path, 0, trials))
    monkeypatch.setattr(sweep, "STEPS", 7)
    assert work(Job(0, 0, spans[0].path, 0, trials)) == whole


@pytest.mark.parametrize("processes", [1, 3])
def test_the_order_in_which_jobs_end_makes_no_difference(
    spans: list[Span], trials: tuple[Trial, ...], processes: int
) -> None:
    told: list[tuple[int, int]] = []
    with ThreadPoolExecutor(processes) as executor:
        part = run_part(spans, trials, executor, processes, lambda place, records: told.append((place, records)))
    backwards = empty(spans, len(trials))
    for job in reversed(list(jobs(spans, trials))):
        backwards.take(work(job))
    assert [part.holdings(trial) for trial in range(len(trials))] == [
        backwards.holdings(trial) for trial in range(len(trials))
    ]
    assert part.winners == backwards.winners
    assert sorted(place for place, _ in told) == list(range(len(spans)))
    lines = spans[0].path.read_bytes().count(b"\n")
    assert {records for _, records in told} == {len(trials) * (lines - 1)}, "the first two lines are one step"


def empty(spans: list[Span], trials: int) -> Part:
    return Part(spans, rows=[array("q") for _ in range(trials)])


class TestAPart:
    HELD = Holding(orders=3, trades=2, size=10 * SIZE, up=4 * MONEY, down=-6 * MONEY)

    def test_a_position_is_a_stake_in_dollars_and_shares(self, spans: list[Span]) -> None:
        part = empty(spans, 2)
        part.take(Done(1, 1, 0, winner=DOWN, holdings=(self.HELD, self.HELD)))
        part.take(Done(0, 0, 0, winner=UP, holdings=(self.HELD, self.HELD)))
        expected = [Stake(0, 10.0, 4.0, -6.0, 4.0), Stake(1, 10.0, 4.0, -6.0, -6.0)]
        assert part.stakes(0) == part.stakes(1) == expected

    def test_an_order_that_got_nothing_is_no_observation_but_is_counted(self, spans: list[Span]) -> None:
        part = empty(spans, 1)
        part.take(Done(0, 0, 0, winner=UP, holdings=(Holding(2, 0, 0, 0, 0),)))
        assert (part.holdings(0), part.stakes(0)) == ([(0, Holding(2, 0, 0, 0, 0))], [])

    def test_a_market_without_an_outcome_is_no_observation(self, spans: list[Span]) -> None:
        part = empty(spans, 1)
        part.take(Done(0, 0, 0, holdings=(self.HELD,)))
        assert (part.holdings(0), part.unsettled, part.winners) == ([], {0}, {})

    @pytest.mark.parametrize("first_is_bad", [True, False])
    def test_a_market_that_one_batch_could_not_run_counts_for_none(self, spans: list[Span], first_is_bad: bool) -> None:
        part = empty(spans, 2)
        good, bad = Done(0, 0, 0, winner=UP, holdings=(self.HELD,)), Done(1, 0, 1, "it broke")
        for done in (bad, good) if first_is_bad else (good, bad):
            part.take(done)
        assert (part.stakes(0), part.winners, [skip.why for skip in part.skipped]) == ([], {}, ["it broke"])

    def test_a_batch_goes_to_its_own_trials(self, spans: list[Span]) -> None:
        part = empty(spans, 3)
        part.take(Done(2, 0, 2, winner=UP, holdings=(self.HELD,)))
        assert [len(part.stakes(trial)) for trial in range(3)] == [0, 0, 1]


class TestWhatCannotBeRun:
    def test_a_recording_that_breaks_off_is_skipped_whole_with_its_reason(self, tmp_path: Path) -> None:
        first, second = write_windows(tmp_path, 2, 1)
        lines = first.read_bytes().splitlines(keepends=True)
        first.write_bytes(b"".join([*lines[:-3], b"luck\n", *lines[-3:]]))
        part = ran(survey([first, second])[0])
        assert [skip.path for skip in part.skipped] == [first]
        assert part.skipped[0].why.startswith(f"{first.name}, line {len(lines) - 2}: not a record")
        assert part.winners.keys() == {1}

    def test_a_recording_without_an_outcome_is_counted(self, tmp_path: Path) -> None:
        (only,) = write_windows(tmp_path, 1, 1)
        only.write_bytes(b"".join(only.read_bytes().splitlines(keepends=True)[:-1]))
        assert ran(survey([only])[0]).unsettled == {0}

    def test_the_outcome_may_stand_beside_the_recording(self, tmp_path: Path) -> None:
        (only,) = write_windows(tmp_path, 1, 1)
        lines = only.read_bytes().splitlines(keepends=True)
        (tmp_path / "window").mkdir()
        (tmp_path / "window" / "frames.jsonl").write_bytes(b"".join(lines[:-1]))
        (tmp_path / "window" / "market_info.txt").write_text("outcome=DOWN\n")
        assert ran(survey([tmp_path / "window"])[0]).winners == {0: DOWN}

    def test_a_worker_that_does_not_have_the_recording_says_so(self, spans: list[Span]) -> None:
        elsewhere = [spans[0]._replace(path=Path("elsewhere.jsonl"))]
        with pytest.raises(Unreachable, match=r"^a worker cannot read /.*elsewhere\.jsonl; every worker needs the rec"):
            ran(elsewhere)

    def test_a_strategy_of_a_file_begins_each_trial_anew(self, spans: list[Span], tmp_path: Path) -> None:
        """One that has a memory, though it should have none, decides the same in every trial of a batch."""
        (tmp_path / "once.py").write_text(REMEMBERING)
        trial = Trial(Limits(), Selection((str(tmp_path / "once.py"),)))
        done = work(Job(0, 0, spans[0].path, 0, (trial,) * 3))
        assert done.holdings[0].orders == 1
        assert done.holdings == (done.holdings[0],) * 3

    def test_faults_of_a_strategy_of_a_file_are_counted(self, spans: list[Span], tmp_path: Path) -> None:
        (tmp_path / "bad.py").write_text(FAULTY)
        trial = Trial(Limits(), Selection((str(tmp_path / "bad.py"),)))
        part = ran(spans[:2], trial)
        ((name, what),) = part.faults
        assert (name, what) == ("bad", "ZeroDivisionError in line 5 of bad.py")
        assert part.faults[name, what] > 20


FAULTY = """
class Bad:
    name = "bad"
    def evaluate(self, state):
        return 1 / 0

STRATEGY = Bad
"""


REMEMBERING = """
from engine.events import UP
from engine.signal import Signal
from engine.units import PRICE

class Once:
    name = "once"
    seen = 0
    def evaluate(self, state):
        self.seen += 1
        ask = state.ladders[UP].best_ask / PRICE
        if self.seen != 6:
            return ("seen", self.seen, 6)
        return Signal(self.name, UP, 0.99, ask, 0.99 - ask, 0.5, 0.1)

STRATEGY = Once
"""


def ran(spans: list[Span], trial: Trial = PRESENT) -> Part:
    with ThreadPoolExecutor(1) as executor:
        return run_part(spans, [trial], executor, 1, lambda place, records: None)
