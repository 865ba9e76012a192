"""What combinations come to, what is set now among them."""

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from app.backtest.trial import Combinations, combine
from app.settings import Settings, load
from app.strategies import Selection
from app.values import SettingError
from engine.limits import Limits
from engine.units import MONEY

OURS = ("distance_fade", "momentum", "settlement_sniper")


def settings(texts: Mapping[str, str]) -> Settings:
    return load(texts, {}, None)


def combined(*given: str, drawn: int | None = None) -> Combinations:
    return combine(given, drawn, 1, settings)


def points(combinations: Combinations) -> list[tuple[str, ...]]:
    return [one.point for one in combinations.tried]


def test_settings_become_limits_and_constants_a_selection() -> None:
    (first, second, now) = combined("COOLDOWN_MS=0,100", "momentum.min_edge=0.04").tried
    assert first.trial.limits == Limits(cooldown_ns=0)
    assert second.trial.limits == Limits(cooldown_ns=100_000_000)
    assert first.trial.selection == Selection(OURS, (("momentum.min_edge", 0.04),))
    assert now.trial == (Limits(), Selection(OURS))


def test_what_is_set_now_is_one_of_them_and_says_so_of_each_axis() -> None:
    made = combined("MIN_NET_EDGE=0.02,0.03", "momentum.min_velocity=0.00001")
    assert points(made)[made.now] == ("0.01", "0.00000735")


def test_what_is_set_now_is_not_tried_twice() -> None:
    made = combined("MIN_NET_EDGE=0.02,0.010", "distance_fade.min_edge=0.08,0.1")
    assert points(made) == [("0.02", "0.08"), ("0.02", "0.1"), ("0.010", "0.08"), ("0.010", "0.1")]
    assert made.now == 2


def test_what_is_set_now_is_what_the_settings_say() -> None:
    def of_the_person(texts: Mapping[str, str]) -> Settings:
        return load(texts, {"COOLDOWN_MS": "700", "STRATEGIES": "momentum"}, None)

    made = combine(["COOLDOWN_MS=0", "momentum.min_edge=0.04"], None, 1, of_the_person)
    assert points(made) == [("0", "0.04"), ("700", "0.05")]
    assert made.tried[0].trial.selection.spec == ("momentum",)


def test_the_bankroll_follows_the_position_where_nobody_set_it() -> None:
    small = combined("MAX_POSITION_USD=20").tried[0].trial.limits
    assert (small.max_position, small.bankroll) == (20 * MONEY, 20.0)


def test_a_constant_of_a_strategy_that_does_not_run_makes_no_further_combination() -> None:
    made = combined("STRATEGIES=momentum,momentum+distance_fade", "distance_fade.min_edge=0.1,0.2")
    assert points(made)[:3] == [
        ("momentum", "0.1"),
        ("momentum+distance_fade", "0.1"),
        ("momentum+distance_fade", "0.2"),
    ]
    assert (len(made.tried), made.alike) == (4, 1)
    assert made.tried[0].trial.selection == Selection(("momentum",))


def test_what_is_set_now_has_nothing_on_the_axis_of_a_strategy_that_does_not_run_now() -> None:
    def only_momentum(texts: Mapping[str, str]) -> Settings:
        return load(texts, {"STRATEGIES": "momentum"} | dict(texts), None)

    made = combine(["STRATEGIES=distance_fade", "distance_fade.min_edge=0.1"], None, 1, only_momentum)
    assert points(made) == [("distance_fade", "0.1"), ("momentum", "")]


RULE = """
from dataclasses import dataclass
from typing import ClassVar

@dataclass(frozen=True)
class Mine:
    name: ClassVar[str] = "mine"
    patience: int = 3

    def __post_init__(self):
        if self.patience > 9:
            raise ValueError

    def evaluate(self, state):
        return ("patience", 0.0, self.patience)

STRATEGY = Mine()
"""


class TestAStrategyOfAFile:
    @pytest.fixture(autouse=True)
    def file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "mine.py").write_text(RULE, encoding="utf-8")
        monkeypatch.chdir(tmp_path)

    def test_it_can_be_chosen_and_its_constants_varied(self, tmp_path: Path) -> None:
        made = combined("STRATEGIES=mine.py+momentum", "mine.patience=2,4")
        assert points(made)[:2] == [("mine.py+momentum", "2"), ("mine.py+momentum", "4")]
        assert made.tried[0].trial.selection.spec == (str(tmp_path / "mine.py"), "momentum")

    def test_another_process_in_another_folder_loads_it(self) -> None:
        selection = combined("STRATEGIES=./mine.py").tried[0].trial.selection
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            assert pool.submit(names_elsewhere, selection).result() == ["mine"]

    def test_a_whole_number_stays_one(self) -> None:
        drawn = combined("STRATEGIES=mine.py", "mine.patience=1..3", drawn=3)
        assert sorted(points(drawn)[:3]) == [("mine.py", "1"), ("mine.py", "2"), ("mine.py", "3")]
        with pytest.raises(SettingError, match=r"^mine\.patience cannot be 1\.5; it is a whole number\.$"):
            combined("STRATEGIES=mine.py", "mine.patience=1.5")

    def test_what_it_refuses_itself_is_refused_before_anything_runs(self) -> None:
        with pytest.raises(SettingError, match=r"^mine refuses patience=10 \(ValueError\)\.$"):
            combined("STRATEGIES=mine.py", "mine.patience=10")


def names_elsewhere(selection: Selection) -> list[str]:
    import os

    os.chdir("/")
    return [rule.name for rule in selection.load()]


@pytest.mark.parametrize("text", ["STRATEGIES=luck", "STRATEGIES=momentum+luck", "STRATEGIES=momentum,luck"])
def test_a_strategy_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(
        SettingError, match=r"^STRATEGIES: luck is none of distance_fade, momentum, settlement_sniper; "
    ):
        combined(text)


def test_a_strategy_twice_in_one_value_is_refused() -> None:
    with pytest.raises(SettingError, match="two strategies are called momentum"):
        combined("STRATEGIES=momentum+momentum")
