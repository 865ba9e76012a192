"""What a folder's name and its `market_info.txt` tell of the window; what they do not tell is not guessed."""

from pathlib import Path

import pytest

from app.backtest.seed_window import find_market, read_facts, told_outcome, told_strike
from engine.events import DOWN, StrikeSource
from engine.market import Asset, Interval, Market, Settlement
from feeds.recording import BadRecording
from feeds.windows import Calendar
from tests.app.backtest.seed_files import SLUG, START_MS, START_S, folder

HOUR_MS = 3_600_000
NS = 1_000_000
NOVEMBER_1_5AM_UTC = 1_793_509_200_000
"""1am in New York; an hour later the clock there goes back to 1am."""


def market_named(name: str, first_ms: int | None = None) -> Market:
    return find_market(Path("/logs") / name, {}, first_ms)


class TestTheName:
    def test_a_slug_tells_asset_interval_and_times(self) -> None:
        market = market_named(SLUG)
        assert (market.slug, market.asset, market.interval) == (SLUG, Asset.BTC, Interval.M5)
        assert (market.start_ms, market.end_ms) == (START_MS, START_MS + 300_000)
        assert market.top_only

    def test_four_hours_are_as_long_as_the_clock_in_new_york_makes_them(self) -> None:
        """On 2026-11-01 its clock goes back between 0 and 4 o'clock."""
        market = market_named("eth-updown-4h-1793505600")
        assert market.end_ms - market.start_ms == 5 * HOUR_MS

    @pytest.mark.parametrize("first_ms", [-3_599_999, -10_000, 0, 3_599_999])
    @pytest.mark.parametrize("year", ["-2026", ""])
    def test_an_hour_is_told_by_its_name_and_where_its_rows_begin(self, year: str, first_ms: int) -> None:
        start_ms = 1_795_352_400_000
        market = market_named(f"solana-up-or-down-november-22{year}-8am-et", start_ms + first_ms)
        assert (market.asset, market.interval, market.start_ms) == (Asset.SOL, Interval.H1, start_ms)
        assert market.end_ms == start_ms + HOUR_MS

    @pytest.mark.parametrize("first_ms", [1_795_352_400_000 + HOUR_MS, None])
    def test_an_hour_whose_rows_are_of_another_day_or_not_there_is_refused(self, first_ms: int | None) -> None:
        with pytest.raises(
            BadRecording, match=r"the rows do not begin in this hour.*give start_ms in market_info\.txt"
        ):
            market_named("solana-up-or-down-november-22-2026-8am-et", first_ms)

    def test_the_hour_that_comes_twice_is_told_by_the_start_behind_its_name_or_not_at_all(self) -> None:
        slug = "bitcoin-up-or-down-november-1-2026-1am-et"
        second = NOVEMBER_1_5AM_UTC + HOUR_MS
        assert Calendar(Asset.BTC, Interval.H1).current(second).slug == slug
        with pytest.raises(BadRecording, match="two hours bear this name; give start_ms"):
            market_named(slug, NOVEMBER_1_5AM_UTC)
        market = market_named(f"{slug}-{second // 1000}", NOVEMBER_1_5AM_UTC)
        assert (market.slug, market.start_ms) == (slug, second)
        assert find_market(Path(slug), {"start_ms": str(second)}, None).start_ms == second

    @pytest.mark.parametrize(
        "name",
        [
            "logs",
            "btc-updown-5m",
            "doge-updown-5m-1795350600",
            "btc-updown-1d-1795350600",
            "btc-updown-5m-1795350600-old",
            "dogecoin-up-or-down-november-22-2026-8am-et",
            "\x1b[31m",
        ],
    )
    def test_a_name_of_no_window_is_refused_in_a_sentence(self, name: str) -> None:
        with pytest.raises(
            BadRecording, match=r"names no window; name the folder as the venue does.*market_info\.txt$"
        ):
            market_named(name, START_MS)

    def test_a_start_at_which_no_window_starts_needs_its_end_told(self) -> None:
        name = f"btc-updown-5m-{START_S + 60}"
        with pytest.raises(BadRecording, match="no 5m window starts then; give start_ms and end_ms"):
            market_named(name)
        facts = {"end_ms": str(START_MS + 120_000)}
        market = find_market(Path(name), facts, None)
        assert (market.start_ms, market.end_ms) == (START_MS + 60_000, START_MS + 120_000)


class TestTheRules:
    @pytest.mark.parametrize(
        ("slug", "settlement", "lookback_s"),
        [
            (SLUG, Settlement.CHAINLINK_TWAP, 60),
            ("btc-updown-5m-1786665300", Settlement.CHAINLINK_TWAP, 30),
            ("btc-updown-5m-1786665600", Settlement.CHAINLINK_TWAP, 60),
            ("btc-updown-15m-1786060800", Settlement.CHAINLINK_TWAP, 60),
            ("btc-updown-15m-1786059900", Settlement.CHAINLINK_SPOT, 0),
            ("btc-updown-4h-1771218000", Settlement.CHAINLINK_SPOT, 0),
            ("bitcoin-up-or-down-february-16-12am-et-1771218000", Settlement.BINANCE_KLINE, 0),
        ],
    )
    def test_what_decides_is_what_decided_at_the_windows_time(
        self, slug: str, settlement: Settlement, lookback_s: int
    ) -> None:
        market = market_named(slug)
        assert (market.settlement, market.lookback_s) == (settlement, lookback_s)

    def test_fee_grid_and_smallest_order_are_the_venues_of_today(self) -> None:
        market = market_named("btc-updown-15m-1771218000")
        assert (str(market.fee.rate), market.fee.exponent, market.tick, market.min_size) == ("0.07", 1, 100, 5_000_000)


class TestMarketInfo:
    def test_its_slug_and_times_come_before_the_folders_name(self, tmp_path: Path) -> None:
        facts = {"slug": "xrp-updown-5m-1795350660", "start_ms": START_MS + 60_000, "end_ms": START_MS + 72_000}
        path = folder(tmp_path, facts=facts, name="my best window")
        market = find_market(path, read_facts(path), None)
        assert (market.asset, market.start_ms, market.end_ms) == (Asset.XRP, START_MS + 60_000, START_MS + 72_000)

    def test_a_folder_without_it_has_no_facts(self, tmp_path: Path) -> None:
        assert read_facts(folder(tmp_path)) == {}

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"start_ms": "1795350600"}, "start_ms: '1795350600' is no time in milliseconds"),
            ({"end_ms": "soon"}, "end_ms: 'soon' is no time in milliseconds"),
            ({"end_ms": str(START_MS)}, f"end_ms: {START_MS} is not after the window's start, {START_MS}"),
        ],
    )
    def test_a_time_that_cannot_be_is_refused(self, facts: dict[str, str], said: str) -> None:
        with pytest.raises(BadRecording) as refused:
            find_market(Path(SLUG), facts, None)
        assert str(refused.value) == f"market_info.txt, {said}"


class TestTheStrike:
    @pytest.mark.parametrize("source", StrikeSource)
    def test_it_is_exact_where_its_source_says_so(self, source: StrikeSource) -> None:
        facts = {"strike": "85182.03506802791", "strike_source": source.value, "strike_known_ms": str(START_MS + 1493)}
        strike = told_strike(facts, START_MS, 0)
        assert strike is not None
        assert (strike.value, strike.source) == (85182.03506802791, source)
        assert strike.exact is (source is not StrikeSource.BINANCE_FIRST)
        assert strike.wall == strike.mono == (START_MS + 1493) * NS

    def test_it_is_known_at_the_start_where_nobody_says_when_and_never_before_the_run(self) -> None:
        facts = {"strike": "2.5", "strike_source": "binance_kline"}
        for began, known in ((0, START_MS * NS), (START_MS * NS + 5, START_MS * NS + 5)):
            strike = told_strike(facts, START_MS, began)
            assert strike is not None
            assert strike.wall == known

    @pytest.mark.parametrize("facts", [{}, {"strike": "85000"}, {"strike_source": "binance_kline"}])
    def test_one_of_unknown_source_is_none(self, facts: dict[str, str]) -> None:
        assert told_strike(facts, START_MS, 0) is None

    @pytest.mark.parametrize(
        ("strike", "source", "said"),
        [
            ("0", "binance_kline", "strike: '0' is no price"),
            ("nan", "binance_kline", "strike: 'nan' is no price"),
            ("1", "a friend", f"strike_source: 'a friend' is none of {', '.join(StrikeSource)}"),
        ],
    )
    def test_one_that_cannot_be_is_refused(self, strike: str, source: str, said: str) -> None:
        with pytest.raises(BadRecording) as refused:
            told_strike({"strike": strike, "strike_source": source}, START_MS, 0)
        assert str(refused.value) == f"market_info.txt, {said}"


class TestTheOutcome:
    def test_it_is_told_with_its_source(self) -> None:
        resolution = told_outcome({"outcome": "DOWN", "outcome_source": "gamma"}, 7)
        assert resolution is not None
        assert (resolution.outcome, resolution.source, resolution.wall, resolution.mono) == (DOWN, "gamma", 7, 7)

    def test_it_is_unknown_where_nobody_says(self) -> None:
        assert told_outcome({}, 7) is None

    def test_another_word_is_refused(self) -> None:
        with pytest.raises(BadRecording, match=r"^market_info\.txt, outcome: 'Even' is neither UP nor DOWN$"):
            told_outcome({"outcome": "Even"}, 7)
