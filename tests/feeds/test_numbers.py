"""Decimal text is read strictly and exactly, or refused by name."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.units import NO_ASK, NO_BID, PRICE, SIZE
from feeds.frames import Refused
from feeds.numbers import (
    Memo,
    best_ask,
    best_bid,
    coin_price,
    coin_size,
    decimal_units,
    level_price,
    level_size,
    moment_ms,
    tick_size,
    unix_ms,
    unix_ms_text,
)

NOT_NUMBERS = (
    "",
    ".",
    "1.",
    "0.5.5",
    "+0.5",
    "-0.5",
    "-0",
    " 0.5",
    "0.5 ",
    "0.5\n",
    "5e-1",
    "1E5",
    "1e999",
    "nan",
    "NaN",
    "Infinity",
    "-inf",
    "1_000",
    "0,5",
    "0x1",
    "٣",
    "0.٣",
    "²",
    "\uff10.5",  # a full-width zero
    "\ud800",
    "\x00",
    "0.5\x00",
    "true",
    "9" * 33,
    "9" * 100_000,
    "0." + "0" * 100_000 + "1",
)
NOT_TEXT: tuple[object, ...] = (None, True, False, 0, 1, 0.5, float("nan"), float("inf"), [], {}, ["0.5"], b"0.5")
READERS = (level_price, level_size, tick_size, coin_price, coin_size)


def refusal(read: Callable[[object], object], value: object) -> str:
    with pytest.raises(Refused) as caught:
        read(value)
    return caught.value.name


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_is_no_plain_decimal_is_refused_by_every_reader(text: str) -> None:
    assert {refusal(read, text) for read in READERS} == {"bad_number"}


@pytest.mark.parametrize("value", NOT_TEXT, ids=repr)
def test_what_is_not_text_is_refused_by_every_reader(value: object) -> None:
    assert {refusal(read, value) for read in (*READERS, best_bid, best_ask, unix_ms_text)} == {"bad_type"}


@pytest.mark.parametrize(
    ("text", "units"),
    [
        (".48", 4800),
        ("0.48", 4800),
        ("0.4800", 4800),
        ("0.480000000", 4800),
        ("00.48", 4800),
        ("0.0001", 1),
        ("0.9999", 9999),
        (".5", 5000),
    ],
)
def test_a_price_is_read_however_it_is_written(text: str, units: int) -> None:
    assert level_price(text) == units


@pytest.mark.parametrize("text", ["0", "0.0", ".0000", "1", "1.0", "1.0001", "37", "99999999999999999999"])
def test_a_level_costs_more_than_nothing_and_less_than_a_dollar(text: str) -> None:
    assert refusal(level_price, text) == "price_out_of_range"


@pytest.mark.parametrize("text", ["0.48001", "0.00001", "0.99999", "1.00000000000001"])
def test_a_price_between_two_units_is_refused_not_rounded(text: str) -> None:
    assert refusal(level_price, text) == "off_grid"


@settings(derandomize=True, deadline=None)
@given(st.integers(1, PRICE - 1), st.integers(0, 8))
def test_every_price_on_the_grid_survives_being_written_and_read(units: int, zeros: int) -> None:
    text = f"0.{units:04}"
    assert level_price(text + "0" * zeros) == units
    assert level_price(text.lstrip("0").rstrip("0")) == units


@settings(derandomize=True, deadline=None)
@given(st.integers(0, 10**15 - 1))
def test_every_size_survives_being_written_and_read(units: int) -> None:
    assert level_size(str(Decimal(units) / SIZE) if units >= 10 else f"0.{units:06}") == units


def test_sizes_have_six_decimals_and_a_ceiling() -> None:
    assert level_size("12.345678") == 12_345_678
    assert level_size("19000400.66") == 19_000_400_660_000
    assert level_size("0") == 0
    assert level_size("999999999.999999") == 10**15 - 1
    assert refusal(level_size, "1000000000") == "size_out_of_range"
    assert refusal(level_size, "0.0000001") == "off_grid"


@pytest.mark.parametrize("text", ["0", "", "0.00"])
def test_an_empty_bid_side_has_no_bid(text: str) -> None:
    assert best_bid(text) == NO_BID


@pytest.mark.parametrize("text", ["1", "0", "", "1.00", "0.0"])
def test_an_empty_ask_side_has_no_ask(text: str) -> None:
    assert best_ask(text) == NO_ASK


def test_stated_bests_are_prices_otherwise() -> None:
    assert (best_bid("0.999"), best_ask("0.001")) == (9990, 10)
    assert refusal(best_bid, "1") == "price_out_of_range"
    assert refusal(best_ask, "1.01") == "price_out_of_range"
    assert refusal(best_bid, "0.12345") == "off_grid"
    assert refusal(best_ask, "none") == "bad_number"
    assert refusal(best_ask, " ") == "bad_number"


def test_ticks_are_those_that_divide_a_dollar() -> None:
    texts = ("0.1", "0.01", "0.005", "0.0025", "0.001", "0.0001")
    assert [tick_size(text) for text in texts] == [1000, 100, 50, 25, 10, 1]
    assert [refusal(tick_size, text) for text in ("0", "0.5", "1", "0.003")] == ["bad_tick"] * 4
    assert refusal(tick_size, "0.00001") == "off_grid"


@settings(derandomize=True, deadline=None)
@given(st.integers(1, 10**16))
def test_a_coin_price_is_the_float_nearest_to_its_text(units: int) -> None:
    text = f"{units // 10**8}.{units % 10**8:08}"
    assert coin_price(text) == float(text)


def test_coins_come_in_hundred_millionths_and_never_for_nothing() -> None:
    assert coin_size("0.02000000") == 2_000_000
    assert coin_price("61234.56000000") == 61234.56
    assert refusal(coin_size, "0.00000000") == "size_out_of_range"
    assert refusal(coin_price, "0.00000000") == "price_out_of_range"
    assert refusal(coin_size, "10000000000") == "size_out_of_range"
    assert refusal(coin_price, "10000000000") == "price_out_of_range"
    assert refusal(coin_price, "0.000000001") == "off_grid"


@pytest.mark.parametrize("value", [1_720_000_000, 1_720_000_000_342_000, 0, -1, 10**30])
def test_a_time_in_another_unit_is_refused(value: int) -> None:
    assert refusal(unix_ms, value) == "bad_time"
    assert refusal(unix_ms_text, str(value)) == "bad_time"


@pytest.mark.parametrize("text", ["", " 1720000000342", "1720000000342.0", "1.7e12", "١٧٢٠٠٠٠٠٠٠٣٤٢", "9" * 5000])
def test_a_time_is_written_in_digits_alone(text: str) -> None:
    assert refusal(unix_ms_text, text) == "bad_time"


def test_milliseconds_are_read() -> None:
    assert unix_ms(1_720_000_000_342) == unix_ms_text("1720000000342") == 1_720_000_000_342


@pytest.mark.parametrize("value", [True, 1.7e12, "1720000000342", None, [], {}], ids=repr)
def test_a_time_that_should_be_an_integer_is_one(value: object) -> None:
    assert refusal(unix_ms, value) == "bad_type"


@settings(derandomize=True, deadline=None)
@given(st.one_of(st.text(), st.from_regex("[0-9]{0,9}[.]?[0-9]{0,4}", fullmatch=True)))
def test_any_text_is_read_exactly_or_refused(text: str) -> None:
    if re.fullmatch("[0-9]*[.]?[0-9]+", text):
        assert decimal_units(text, 4) == Decimal(text) * PRICE
    else:
        assert refusal(lambda value: decimal_units(value, 4), text) == "bad_number"


def test_a_memo_reads_a_text_once_and_forgets_before_it_grows_large() -> None:
    read: list[object] = []

    def note(text: object) -> int:
        read.append(text)
        return level_size(text)

    memo = Memo(note)
    assert [memo["5"], memo["5"]] == [5_000_000, 5_000_000]
    assert read == ["5"]
    for size in range(20_000):
        assert memo[str(size)] == size * SIZE
    assert len(memo) <= 4096


def test_a_memo_does_not_remember_what_was_refused() -> None:
    memo = Memo(level_price)
    for _ in range(2):
        with pytest.raises(Refused):
            memo["nan"]
    assert not memo


@pytest.mark.parametrize(
    "value",
    [1_704_067_200, "1704067200", 1_704_067_200_000, "1704067200000", "2024-01-01T00:00:00Z", "2024-01-01T02:00+02:00"],
    ids=repr,
)
def test_an_account_row_writes_one_time_in_many_ways(value: object) -> None:
    assert moment_ms(value) == 1_704_067_200_000


def test_a_fraction_of_an_iso_second_is_cut_to_milliseconds() -> None:
    assert moment_ms("2024-01-01T00:00:00.123999Z") == 1_704_067_200_123


@pytest.mark.parametrize("value", [True, 1.7e12, None, [], {}], ids=repr)
def test_an_account_rows_time_is_a_whole_number_or_text(value: object) -> None:
    assert refusal(moment_ms, value) == "bad_type"


@pytest.mark.parametrize(
    "value",
    [
        *(0, -1, 170_406_720, 1_704_067_200_000_000, "", "0", "9" * 5000, "1704067200.5", "soon", "١٧٠٤"),
        *("2024-01-01T00:00:00", "2024-01-01", "1900-01-01T00:00Z"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_any_other_time_of_an_account_row_is_refused(value: object) -> None:
    assert refusal(moment_ms, value) == "bad_time"
