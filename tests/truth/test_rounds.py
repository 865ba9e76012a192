"""The rounds at 1 Hz as recordings: every row is there, and nothing is that no row has."""

from pathlib import Path

import pytest

from engine.events import DOWN, UP
from engine.units import PRICE, UNKNOWN_SIZE
from tests.truth.labels import needs_data
from tests.truth.rounds import Round, read_round, round_paths, write_round
from tests.truth.running import Run

pytestmark = needs_data


def told_nothing_wrong(run: Run) -> bool:
    return not run.refusals["clob"] and not run.refusals["binance"] and not run.engine.state.counters


@pytest.fixture(params=round_paths(), ids=lambda path: path.stem)
def told(request: pytest.FixtureRequest) -> Round:
    return read_round(request.param)


class TestRounds:
    def test_a_round_has_a_row_for_each_of_its_300_seconds(self, told: Round) -> None:
        assert [second.left_s for second in told.seconds] == list(range(300, 0, -1))
        assert {second.side for second in told.seconds} <= {"UP", "DOWN", None}

    def test_the_favourite_costs_at_least_half_a_dollar(self, told: Round) -> None:
        asks = [second.ask_cents for second in told.seconds if second.side is not None and second.ask_cents is not None]
        assert asks
        assert min(asks) >= 50

    def test_every_row_with_a_strike_is_evaluated_up_to_the_cutoff(self, told: Round, tmp_path: Path) -> None:
        run = Run(write_round(told, tmp_path / "frames.jsonl"))
        assert told_nothing_wrong(run)
        assert run.engine.evaluations == 2 * sum(5 < second.left_s <= 298 for second in told.seconds)
        assert run.engine.state.strike == told.strike
        assert run.winner == (UP if told.up_won else DOWN)

    def test_the_book_is_the_favourites_ask_alone(self, told: Round, tmp_path: Path) -> None:
        run = Run(write_round(told, tmp_path / "frames.jsonl"))
        last = told.seconds[-1]
        asks = [ladder.asks for ladder in run.engine.state.ladders]
        expected: list[dict[int, int]] = [{}, {}]
        if last.side is not None and last.ask_cents is not None:
            expected[last.side == "DOWN"] = {last.ask_cents * PRICE // 100: UNKNOWN_SIZE}
        assert asks == expected
        assert all(not ladder.bids for ladder in run.engine.state.ladders)
