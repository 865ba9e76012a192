from itertools import islice

from app.outcome import asking_times
from tests.engine.builders import market

DAY_S = 86_400.0


def test_an_averaged_market_is_asked_for_each_few_seconds_at_first() -> None:
    assert list(islice(asking_times(market(), foreign=False), 4)) == [45.0, 50.0, 55.0, 60.0]


def test_the_longer_it_takes_the_less_often_it_is_asked_for() -> None:
    times = []
    for after_s in asking_times(market(), foreign=False):
        if after_s > DAY_S:
            break
        times.append(after_s)
    assert len(times) < 200
    assert times[-1] - times[-2] <= times[-1] / 20
