from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.market import Asset, Interval
from feeds.windows import NEW_YORK, Calendar, Window, comes_twice, span_text

EVERY = [Calendar(asset, interval) for asset in Asset for interval in Interval]
YEARS = st.integers(min_value=1_735_689_600_000, max_value=1_924_991_999_999)  # 2025 to 2030
CHANGES = st.sampled_from([1_741_503_600_000, 1_762_063_200_000, 1_793_512_800_000, 1_805_007_600_000])
NEAR_A_CHANGE = st.builds(lambda change, off: change + off, CHANGES, st.integers(-100_000_000, 100_000_000))
INSTANTS = st.one_of(YEARS, NEAR_A_CHANGE)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def times(window: Window) -> tuple[str, str]:
    start, end = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (window.start_ms, window.end_ms))
    return f"{start:%m-%d %H:%M}", f"{end:%m-%d %H:%M}"


def starts(windows: tuple[Window, ...]) -> list[str]:
    return [times(window)[0] for window in windows]


@given(st.sampled_from(EVERY), INSTANTS)
def test_every_instant_is_in_its_window(calendar: Calendar, now_ms: int) -> None:
    window = calendar.current(now_ms)
    assert window.start_ms <= now_ms < window.end_ms
    assert calendar.current(window.start_ms) == window == calendar.current(window.end_ms - 1)


@given(st.sampled_from(EVERY), INSTANTS)
def test_windows_follow_each_other_without_gap_or_overlap(calendar: Calendar, now_ms: int) -> None:
    window = calendar.current(now_ms)
    for _ in range(30):
        following = calendar.following(window)
        assert following.start_ms == window.end_ms
        window = following


@given(st.sampled_from([each for each in EVERY if each.interval is not Interval.H4]), INSTANTS)
def test_all_but_four_hour_windows_last_what_their_name_says(calendar: Calendar, now_ms: int) -> None:
    window = calendar.current(now_ms)
    assert window.end_ms - window.start_ms == calendar.interval.seconds * 1000


@given(INSTANTS)
def test_a_four_hour_window_begins_at_a_fourth_hour_in_new_york(now_ms: int) -> None:
    window = Calendar(Asset.BTC, Interval.H4).current(now_ms)
    local = datetime.fromtimestamp(window.start_ms / 1000, NEW_YORK)
    assert (local.hour % 4, local.minute, local.second) == (0, 0, 0)


@pytest.mark.parametrize(
    ("asset", "interval", "now", "slug"),
    [
        (Asset.BTC, Interval.M5, "2026-11-22 08:29:59", "btc-updown-5m-1795335900"),
        (Asset.SOL, Interval.M5, "2026-11-22 08:30", "sol-updown-5m-1795336200"),
        (Asset.ETH, Interval.M15, "2026-11-22 08:29:59", "eth-updown-15m-1795335300"),
        (Asset.XRP, Interval.H4, "2026-11-22 08:59:59", "xrp-updown-4h-1795323600"),
        (Asset.XRP, Interval.H4, "2026-11-22 09:00", "xrp-updown-4h-1795338000"),
        (Asset.BTC, Interval.H1, "2026-11-22 09:00", "bitcoin-up-or-down-november-22-2026-4am-et"),
        (Asset.ETH, Interval.H1, "2026-11-22 05:59:59", "ethereum-up-or-down-november-22-2026-12am-et"),
        (Asset.SOL, Interval.H1, "2026-11-22 17:30", "solana-up-or-down-november-22-2026-12pm-et"),
        (Asset.XRP, Interval.H1, "2026-11-23 04:59", "xrp-up-or-down-november-22-2026-11pm-et"),
        (Asset.BTC, Interval.H1, "2026-07-09 16:00", "bitcoin-up-or-down-july-9-2026-12pm-et"),
        (Asset.BTC, Interval.H1, "2027-01-01 04:30", "bitcoin-up-or-down-december-31-2026-11pm-et"),
    ],
)
def test_the_slug_of_a_window(asset: Asset, interval: Interval, now: str, slug: str) -> None:
    assert Calendar(asset, interval).current(at(now)).slug == slug


@pytest.mark.parametrize("start", [1763485200, 1766365200, 1769086800, 1772946000])
def test_four_hour_windows_of_winters_past(start: int) -> None:
    # The last of them is of a day when the clock changed: its end is not known.
    calendar = Calendar(Asset.BTC, Interval.H4)
    assert calendar.current(start * 1000 + 1).slug == f"btc-updown-4h-{start}"
    assert [window.start_ms for window in calendar.candidates(start * 1000)] == [start * 1000]


def test_four_hour_windows_sit_on_the_utc_grid_in_summer() -> None:
    window = Calendar(Asset.BTC, Interval.H4).current(at("2026-07-09 13:00"))
    assert times(window) == ("07-09 12:00", "07-09 16:00")


class TestTheClockGoesBack:
    """2026-11-01: at 06:00Z it is 1 o'clock in New York for the second time."""

    def test_two_hours_bear_one_name(self) -> None:
        hours = Calendar(Asset.BTC, Interval.H1)
        seen = [hours.current(at(f"2026-11-01 0{hour}:00")) for hour in range(4, 8)]
        assert [window.slug.removeprefix("bitcoin-up-or-down-november-1-2026-") for window in seen] == [
            "12am-et",
            "1am-et",
            "1am-et",
            "2am-et",
        ]
        assert [comes_twice(window.slug, window.start_ms) for window in seen] == [False, True, True, False]
        assert seen[1] != seen[2]

    def test_five_and_fifteen_minutes_do_not_notice(self) -> None:
        for interval in (Interval.M5, Interval.M15):
            calendar = Calendar(Asset.ETH, interval)
            for now in ("2026-11-01 05:59:59", "2026-11-01 06:00"):
                assert calendar.candidates(at(now)) == (calendar.current(at(now)),)
        assert calendar.current(at("2026-11-01 06:00")).slug == "eth-updown-15m-1793512800"

    def test_the_clock_on_the_wall_makes_a_window_of_five_hours(self) -> None:
        window = Calendar(Asset.BTC, Interval.H4).current(at("2026-11-01 08:30"))
        assert times(window) == ("11-01 04:00", "11-01 09:00")

    def test_every_plausible_cut_of_four_hours_is_a_candidate(self) -> None:
        calendar = Calendar(Asset.BTC, Interval.H4)
        assert starts(calendar.candidates(at("2026-11-01 04:30"))) == ["11-01 04:00"]
        assert starts(calendar.candidates(at("2026-11-01 05:30"))) == ["11-01 04:00", "11-01 05:00"]
        assert starts(calendar.candidates(at("2026-11-01 08:30"))) == ["11-01 04:00", "11-01 08:00", "11-01 05:00"]
        assert starts(calendar.candidates(at("2026-11-01 09:30"))) == ["11-01 09:00", "11-01 08:00"]

    def test_a_candidate_says_which_instant_it_must_hold_instead_of_its_end(self) -> None:
        now = at("2026-11-01 08:30")
        assert {window.must_hold_ms for window in Calendar(Asset.BTC, Interval.H4).candidates(now)} == {now}

    def test_the_days_around_it_have_one_candidate(self) -> None:
        calendar = Calendar(Asset.BTC, Interval.H4)
        for now in ("2026-11-01 03:59:59", "2026-11-02 05:00"):
            assert calendar.candidates(at(now)) == (calendar.current(at(now)),)


class TestTheClockGoesForward:
    """2027-03-14: at 07:00Z it is 3 o'clock in New York; there is no 2 o'clock."""

    def test_two_o_clock_does_not_exist(self) -> None:
        hours = Calendar(Asset.XRP, Interval.H1)
        seen = [hours.current(at(f"2027-03-14 0{hour}:00")).slug for hour in range(5, 9)]
        assert seen == [f"xrp-up-or-down-march-14-2027-{hour}am-et" for hour in (12, 1, 3, 4)]

    def test_five_and_fifteen_minutes_do_not_notice(self) -> None:
        assert Calendar(Asset.BTC, Interval.M5).current(at("2027-03-14 07:00")).slug == "btc-updown-5m-1805007600"
        assert Calendar(Asset.BTC, Interval.M15).current(at("2027-03-14 06:59")).slug == "btc-updown-15m-1805006700"

    def test_the_clock_on_the_wall_makes_a_window_of_three_hours(self) -> None:
        window = Calendar(Asset.BTC, Interval.H4).current(at("2027-03-14 07:30"))
        assert times(window) == ("03-14 05:00", "03-14 08:00")

    def test_every_plausible_cut_of_four_hours_is_a_candidate(self) -> None:
        calendar = Calendar(Asset.BTC, Interval.H4)
        assert starts(calendar.candidates(at("2027-03-14 07:30"))) == ["03-14 05:00"]
        assert starts(calendar.candidates(at("2027-03-14 08:30"))) == ["03-14 08:00", "03-14 05:00"]
        assert starts(calendar.candidates(at("2027-03-14 09:30"))) == ["03-14 08:00", "03-14 09:00"]


@given(INSTANTS)
def test_candidates_contain_the_instant_and_start_with_the_current_window(now_ms: int) -> None:
    calendar = Calendar(Asset.SOL, Interval.H4)
    candidates = calendar.candidates(now_ms)
    assert candidates[0].start_ms == calendar.current(now_ms).start_ms
    assert all(window.start_ms <= now_ms for window in candidates)
    assert len({window.start_ms for window in candidates}) == len(candidates) <= 3


@given(st.sampled_from(Interval), st.integers(1, 1000), st.integers(0, 10**10), INSTANTS)
def test_a_foreign_calendar_tiles_time_too(interval: Interval, length: int, origin: int, now_ms: int) -> None:
    calendar = Calendar(Asset.BTC, interval, length, origin)
    window = calendar.current(now_ms)
    assert window.start_ms <= now_ms < window.end_ms == window.start_ms + length * 1000
    assert (window.start_ms // 1000 - origin) % length == 0
    assert calendar.following(window).start_ms == window.end_ms
    assert calendar.candidates(now_ms) == (window,)


def test_a_foreign_window_is_named_by_its_start_for_every_interval() -> None:
    slugs = [Calendar(Asset.SOL, interval, 60, 7).current(1_795_335_900_000).slug for interval in Interval]
    assert slugs == [f"sol-updown-{interval}-1795335847" for interval in ("5m", "15m", "1h", "4h")]


def test_a_window_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length_s is 0"):
        Calendar(Asset.BTC, Interval.M5, 0)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2026-11-22 08:25", "2026-11-22 08:30", "08:25–08:30 UTC · 03:25–03:30 ET"),
        ("2026-07-09 20:00", "2026-07-10 00:00", "20:00–00:00 UTC · 16:00–20:00 ET"),
        ("2026-11-01 05:00", "2026-11-01 06:00", "05:00–06:00 UTC · 01:00 EDT–01:00 EST"),
        ("2027-03-14 05:00", "2027-03-14 08:00", "05:00–08:00 UTC · 00:00 EST–04:00 EDT"),
        ("2026-11-22 20:12:46", "2026-11-22 20:13:46", "20:12:46–20:13:46 UTC · 15:12:46 ET"),
    ],
)
def test_the_times_of_a_window_for_a_person(start: str, end: str, text: str) -> None:
    assert span_text(at(start), at(end)) == text
