from engine.market import Interval
from tests.engine.builders import market


def test_tokens_stand_by_outcome_up_first() -> None:
    assert market().tokens == ("1", "2")


def test_intervals_know_their_nominal_length() -> None:
    assert {interval.value: interval.seconds for interval in Interval} == {
        "5m": 300, "15m": 900, "1h": 3600, "4h": 14_400,
    }  # fmt: skip
