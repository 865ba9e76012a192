"""A market's record is refused by the name of its field where a reader could do nothing sensible with it."""

from typing import Any

import pytest

from feeds.recording import BadRecording, market_record, read_market
from tests.app.backtest.small import small_market

MARKET = small_market()


def test_a_market_reads_back_as_it_was_written() -> None:
    assert read_market(market_record(MARKET)) == MARKET


@pytest.mark.parametrize("field", ["start_ms", "end_ms"])
@pytest.mark.parametrize("ratio", [1000, 1_000_000, 1 / 1000], ids=["us", "ns", "s"])
def test_a_time_in_another_unit_than_milliseconds_is_refused(field: str, ratio: float) -> None:
    value = round(getattr(MARKET, field) * ratio)
    with pytest.raises(BadRecording, match=f"^the market record's {field} is {value}, no time in whole milliseconds"):
        read_market(market_record(MARKET) | {field: value})


@pytest.mark.parametrize("end_ms", [MARKET.start_ms, MARKET.start_ms - 300_000])
def test_a_window_that_ends_before_it_begins_is_refused(end_ms: int) -> None:
    with pytest.raises(BadRecording, match=rf"end_ms is {end_ms}, not after its start_ms, {MARKET.start_ms}; "):
        read_market(market_record(MARKET) | {"end_ms": end_ms})


@pytest.mark.parametrize("field", ["tick_size", "min_size", "fee_rate"])
@pytest.mark.parametrize("value", ["Infinity", "-Infinity", "NaN", "sNaN", "much", "", None])
def test_a_figure_that_is_no_finite_number_is_refused(field: str, value: Any) -> None:
    with pytest.raises(BadRecording, match=f"^the market record's {field} is {value!r}$"):
        read_market(market_record(MARKET) | {field: value})
