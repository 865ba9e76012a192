"""What `--set` takes: values and ranges of what changes a decision, and one sentence for anything else."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backtest.axis import STRATEGIES, SWEPT, Axis, read_axes, readers_of
from app.settings import SETTINGS, load
from app.strategies import constants
from app.values import SettingError
from engine.strategies import standard


def axis(text: str) -> Axis:
    (only,) = read_axes([text], readers_of(standard()))
    return only


def refusal(*texts: str) -> str:
    with pytest.raises(SettingError) as refused:
        read_axes(texts, readers_of(standard()))
    return str(refused.value)


class TestWhatCanBeVaried:
    def test_every_setting_that_changes_a_limit_and_the_strategies(self) -> None:
        """Each setting in turn gets another value; those that the limits show are what a sweep can vary."""
        settings, changing = load({}, {}, None), {STRATEGIES}
        for setting in SETTINGS:
            value = getattr(settings, setting.field)
            if isinstance(value, int | float):
                other: dict[str, Any] = {setting.field: value + 1}
                changing |= {setting.name} if replace(settings, **other).limits() != settings.limits() else set()
        assert changing == set(SWEPT)

    def test_every_number_among_the_constants_of_the_strategies(self) -> None:
        dotted = {f"{rule.name}.{field}" for rule in standard() for field in constants(rule)}
        assert readers_of(standard()).keys() == {*SWEPT, *dotted}
        assert "momentum.min_edge" in dotted
        assert "settlement_sniper.fair_table" not in dotted


class TestValues:
    def test_they_stand_in_the_order_given_without_the_blanks(self) -> None:
        assert axis("MIN_NET_EDGE= 0.02, 0.01 ,-0.5") == Axis("MIN_NET_EDGE", ("0.02", "0.01", "-0.5"))

    def test_of_a_constant(self) -> None:
        assert axis("momentum.min_velocity=0.00000735,0.00001").values == ("0.00000735", "0.00001")

    def test_strategies_are_joined_by_a_plus_since_commas_stand_between_values(self) -> None:
        assert axis("STRATEGIES=momentum+distance_fade,momentum").values == ("momentum+distance_fade", "momentum")

    def test_one_value_is_enough(self) -> None:
        assert axis("COOLDOWN_MS=0").values == ("0",)


class TestRanges:
    def test_a_range_of_numbers(self) -> None:
        assert axis("MIN_NET_EDGE=-0.5..0.5") == Axis("MIN_NET_EDGE", ("-0.5", "0.5"), (-0.5, 0.5))

    def test_a_range_of_whole_numbers(self) -> None:
        assert axis("COOLDOWN_MS=0..3") == Axis("COOLDOWN_MS", ("0", "3"), (0, 3), whole=True)

    def test_every_whole_number_is_drawn_as_often_as_any_other(self) -> None:
        random, drawn = Random(1), Counter[str]()
        for _ in range(4000):
            drawn[axis_of_four.draw(random)] += 1
        assert drawn.keys() == {"0", "1", "2", "3"}
        assert all(900 < count < 1100 for count in drawn.values())

    def test_where_the_ends_are_a_decade_apart_each_decade_is_drawn_as_often(self) -> None:
        random, wide = Random(1), axis("momentum.min_velocity=0.000001..0.0001")
        low = sum(float(wide.draw(random)) < 0.00001 for _ in range(2000))
        assert 900 < low < 1100

    def test_where_they_are_closer_each_value_is(self) -> None:
        random, narrow = Random(1), axis("momentum.min_edge=0.02..0.1")
        low = sum(float(narrow.draw(random)) < 0.04 for _ in range(2000))
        assert 430 < low < 570

    @given(
        low=st.decimals(-1000, 1000, places=4),
        width=st.decimals("0.0001", 1000, places=4),
        seed=st.integers(0, 2**32),
    )
    def test_what_is_drawn_lies_within_and_reads_as_a_value(self, low: Decimal, width: Decimal, seed: int) -> None:
        of = axis(f"momentum.min_edge={low:f}..{low + width:f}")
        assert of.span is not None
        for _ in range(20):
            text = of.draw(Random(seed))
            assert of.span[0] <= float(text) <= of.span[1]
            assert axis(f"momentum.min_edge={text}").values == (text,)


axis_of_four = Axis("COOLDOWN_MS", ("0", "3"), (0, 3), whole=True)

FORM = "give it as NAME=V1,V2,... or, with --random, as NAME=LOW..HIGH"


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("MIN_NET_EDGE", f"--set MIN_NET_EDGE cannot be read; {FORM}."),
            ("MIN_NET_EDGE=", f"--set MIN_NET_EDGE= cannot be read; {FORM}."),
            ("=1,2", f"--set =1,2 cannot be read; {FORM}."),
            ("", f"--set '' cannot be read; {FORM}."),
            ("MIN_NET_EDGE=0.01,,0.02", f"--set MIN_NET_EDGE=0.01,,0.02 has an empty value; {FORM}."),
            ("MIN_NET_EDGE=0.1,0.10", "--set MIN_NET_EDGE=0.1,0.10 has 0.10 twice; leave one out."),
            ("STRATEGIES=momentum,momentum", "--set STRATEGIES=momentum,momentum has momentum twice; leave one out."),
            ("COOLDOWN_MS=3..3", "--set COOLDOWN_MS=3..3: a range goes from its lower end to its higher one."),
            ("COOLDOWN_MS=9..3", "--set COOLDOWN_MS=9..3: a range goes from its lower end to its higher one."),
        ],
    )
    def test_a_list_that_is_none(self, text: str, told: str) -> None:
        assert refusal(text) == told

    def test_a_value_out_of_its_range_is_told_as_the_setting_tells_it(self) -> None:
        told = (
            "MIN_NET_EDGE=5 is not a number from -1 to 1 (dollars a share); set it within that range, in plain digits."
        )
        assert refusal("MIN_NET_EDGE=0.01,5") == told
        assert refusal("MIN_NET_EDGE=0..5") == told

    @pytest.mark.parametrize("text", ["nan", "inf", "1e-5", "0x1", "much"])
    def test_a_constant_that_is_no_number(self, text: str) -> None:
        assert refusal(f"momentum.min_edge={text}").startswith(f"momentum.min_edge={text} is not a number")

    @pytest.mark.parametrize("name", sorted({setting.name for setting in SETTINGS} - set(SWEPT)))
    def test_a_setting_that_changes_nothing_in_a_recording(self, name: str) -> None:
        told = (
            f"--set {name}: it changes nothing in a recording that is run again; what can be varied is MIN_NET_EDGE, "
        )
        assert refusal(f"{name}=1,2").startswith(told)

    def test_a_name_that_is_none(self) -> None:
        assert refusal("LUCK=1").startswith("--set LUCK: it is no setting; what can be varied is MIN_NET_EDGE, ")
        assert refusal("min_net_edge=1").startswith("--set min_net_edge: it is no setting; ")
        assert refusal("\x1b[31mLUCK=1").isprintable()

    def test_a_constant_that_is_none(self) -> None:
        told = refusal("distance_fade.luck=1")
        assert told.startswith("--set distance_fade.luck: distance_fade has no such constant; it has min_distance, ")

    def test_a_constant_of_a_strategy_that_does_not_run(self) -> None:
        told = "--set luck.min_edge: no strategy luck with constants runs here; those that do are "
        assert refusal("luck.min_edge=1") == f"{told}distance_fade, momentum, settlement_sniper."

    def test_a_name_that_stands_twice(self) -> None:
        assert (
            refusal("COOLDOWN_MS=1", "COOLDOWN_MS=2") == "--set COOLDOWN_MS stands twice; put all its values into one."
        )
