import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.market import Asset, FeeSchedule, Interval, Market, Settlement
from feeds.gamma_fields import Refusal
from feeds.listing import read_event
from feeds.windows import Calendar, Window
from tests.feeds.gamma_events import CONDITION, DOWN_TOKEN, UP_TOKEN, Json, a_market, a_pair, an_event

NOW = 1_795_336_000_000
WINDOW = Calendar(Asset.BTC, Interval.M5).current(NOW)
HOUR = Calendar(Asset.SOL, Interval.H1).current(NOW)


def taken(event: object, wanted: Window = WINDOW, *, any_length: bool = False) -> Market:
    market = read_event(event, wanted, NOW, any_length)
    assert isinstance(market, Market), market
    return market


def refused(event: object, wanted: Window = WINDOW, now_ms: int = NOW) -> Refusal:
    refusal = read_event(event, wanted, now_ms)
    assert isinstance(refusal, Refusal), refusal
    return refusal


def with_market(**changes: Any) -> Json:
    return an_event(WINDOW, a_market(WINDOW, **changes))


def test_an_event_of_the_wanted_window_becomes_its_market() -> None:
    assert taken(an_event(WINDOW)) == Market(
        slug="btc-updown-5m-1795335900",
        asset=Asset.BTC,
        interval=Interval.M5,
        start_ms=1_795_335_900_000,
        end_ms=1_795_336_200_000,
        condition_id=CONDITION,
        up_token=UP_TOKEN,
        down_token=DOWN_TOKEN,
        tick=100,
        min_size=5_000_000,
        fee=FeeSchedule(Decimal("0.07"), 1),
        settlement=Settlement.CHAINLINK_TWAP,
        lookback_s=60,
        resolution="https://data.chain.link/streams/btc-usd-twap-60s-streams",
        version="v1",
    )


@pytest.mark.parametrize("asset", Asset)
@pytest.mark.parametrize("interval", Interval)
def test_every_asset_and_interval_is_read(asset: Asset, interval: Interval) -> None:
    window = Calendar(asset, interval).current(NOW)
    market = taken(an_event(window), window)
    hourly = interval is Interval.H1
    assert (market.asset, market.interval, market.start_ms, market.end_ms) == (
        *(asset, interval),
        *(window.start_ms, window.end_ms),
    )
    assert market.settlement is (Settlement.BINANCE_KLINE if hourly else Settlement.CHAINLINK_TWAP)
    assert market.lookback_s == (0 if hourly else 60)


class TestNamesDecideWhichTokenIsWhich:
    def test_the_order_of_the_list_does_not(self) -> None:
        market = taken(with_market(outcomes='["Down", "Up"]', clobTokenIds=f'["{DOWN_TOKEN}", "{UP_TOKEN}"]'))
        assert market.tokens == (UP_TOKEN, DOWN_TOKEN)

    def test_two_markets_are_told_by_their_titles(self) -> None:
        assert taken(an_event(WINDOW, *a_pair(WINDOW))).tokens == (UP_TOKEN, DOWN_TOKEN)

    def test_no_of_two_markets_may_come_first(self) -> None:
        down, up = a_pair(WINDOW)
        up |= {"outcomes": '["No", "Yes"]', "clobTokenIds": f'["1", "{UP_TOKEN}"]'}
        assert taken(an_event(WINDOW, down, up)).up_token == UP_TOKEN

    @pytest.mark.parametrize(
        "outcomes", ['["Yes", "No"]', '["Up", "Down", "Flat"]', '["Up", "Up"]', '["Up"]', "[]", '["Higher", "Lower"]']
    )
    def test_other_outcomes_are_refused(self, outcomes: str) -> None:
        assert refused(with_market(outcomes=outcomes)).field == "outcomes"

    def test_two_markets_with_other_titles_are_refused(self) -> None:
        down, up = a_pair(WINDOW)
        assert refused(an_event(WINDOW, up, {**down, "groupItemTitle": "up"})).field == "groupItemTitle"

    def test_two_markets_must_trade_on_the_same_terms(self) -> None:
        down, up = a_pair(WINDOW)
        assert refused(an_event(WINDOW, down, {**up, "orderPriceMinTickSize": 0.001})).field == "markets"

    def test_both_of_two_markets_must_take_orders(self) -> None:
        down, up = a_pair(WINDOW)
        assert refused(an_event(WINDOW, {**down, "acceptingOrders": False}, up)).field == "acceptingOrders"

    @pytest.mark.parametrize(
        "tokens",
        ['["7", "7"]', '["7"]', '["7", "8", "9"]', '["7", "-8"]', '["7", "0x8"]', "[7, 8]", "not json", "{}", None],
    )
    def test_anything_but_two_distinct_tokens_is_refused(self, tokens: str | None) -> None:
        assert refused(with_market(clobTokenIds=tokens)).field == "clobTokenIds"


class TestTheVersionOfTheLedger:
    def test_v2_trades_under_its_position_ids_and_a_padded_condition(self) -> None:
        condition = "0x" + "cd" * 31
        market = taken(with_market(version="v2", conditionId=condition, positionIds=["11", "22"], clobTokenIds=None))
        assert (market.tokens, market.condition_id, market.version) == (("11", "22"), condition + "00", "v2")

    def test_v1_with_position_ids_still_trades_under_its_tokens(self) -> None:
        assert taken(with_market(positionIds=["11", "22"])).tokens == (UP_TOKEN, DOWN_TOKEN)

    def test_v2_without_position_ids_does_not_fall_back_to_tokens(self) -> None:
        assert refused(with_market(version="v2", conditionId="0x" + "cd" * 31)).field == "positionIds"

    def test_an_event_from_before_there_were_versions_is_v1(self) -> None:
        assert taken(with_market(version=None)).version == "v1"

    @pytest.mark.parametrize("version", ["v3", "V1", "2"])
    def test_an_unknown_version_is_refused(self, version: str) -> None:
        refusal = refused(with_market(version=version, positionIds=["11", "22"]))
        assert (refusal.field, refusal.value) == ("version", version)

    @pytest.mark.parametrize("condition", ["0x" + "ab" * 31, "ab" * 32, "0x" + "zz" * 32, "", None])
    def test_a_condition_of_another_length_is_refused(self, condition: str | None) -> None:
        assert refused(with_market(conditionId=condition)).field == "conditionId"


class TestOnlyTheWantedWindow:
    @pytest.mark.parametrize("slug", ["btc-updown-5m-1795336200", "../../etc/passwd", "", "a" * 82, "Btc-updown", None])
    def test_another_slug_is_refused(self, slug: str | None) -> None:
        assert refused(an_event(WINDOW, slug=slug)).field == "slug"

    def test_a_slug_that_cannot_be_a_folder_is_refused_even_when_wanted(self) -> None:
        wanted = replace(WINDOW, slug="../x")
        assert "small letters" in refused(an_event(wanted), wanted).reason

    def test_last_years_market_under_the_same_slug_is_refused(self) -> None:
        year = 365 * 86_400_000
        last = replace(HOUR, start_ms=HOUR.start_ms - year, end_ms=HOUR.end_ms - year)
        assert refused(an_event(last), HOUR).field == "eventStartTime"

    def test_the_other_of_two_hours_with_one_name_is_refused(self) -> None:
        hours = Calendar(Asset.BTC, Interval.H1)
        first = hours.current(1_793_509_200_000)
        second = hours.following(first)
        assert first.slug == second.slug
        assert refused(an_event(first), second, first.start_ms).field == "eventStartTime"

    @pytest.mark.parametrize(
        "start", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-11-22T08:25:00", "2026-13-01", "x"]
    )
    def test_a_start_that_is_no_time_is_refused(self, start: str) -> None:
        assert refused(with_market(eventStartTime=start)).value == start

    def test_the_hour_of_listing_is_not_the_start(self) -> None:
        assert refused(with_market(eventStartTime=None, startTime="2026-11-22T08:25:00Z")).field == "eventStartTime"

    @pytest.mark.parametrize("end", ["2026-11-22T08:40:00Z", "2026-11-22T08:25:00Z", "2026-11-22 08:30", "soon", None])
    def test_another_end_is_refused(self, end: str | None) -> None:
        assert refused(an_event(WINDOW, a_market(WINDOW, endDate=end), endDate=end)).field == "endDate"

    def test_the_event_and_its_market_must_end_together(self) -> None:
        assert refused(an_event(WINDOW, endDate="2026-11-22T09:00:00Z")).reason == "the event contradicts itself"

    def test_the_end_may_stand_on_the_event_alone(self) -> None:
        assert taken(with_market(endDate=None)).end_ms == WINDOW.end_ms

    @pytest.mark.parametrize(("name", "said"), [("asset", "eth"), ("duration", "15m")])
    def test_a_configuration_for_something_else_is_refused(self, name: str, said: str) -> None:
        config = {**a_market(WINDOW)["cryptoMarketConfig"], name: said}
        assert refused(with_market(cryptoMarketConfig=config)).field == f"cryptoMarketConfig.{name}"

    def test_another_series_is_refused_and_none_is_fine(self) -> None:
        assert refused(an_event(WINDOW, seriesSlug="eth-up-or-down-5m")).field == "seriesSlug"
        taken(an_event(WINDOW, seriesSlug=None, series=None))

    def test_the_hourly_series_of_solana_is_spelled_out(self) -> None:
        name = "solana-up-or-down-hourly"
        taken(an_event(HOUR, seriesSlug=name, series=[{"slug": name}]), HOUR)


class TestAnUnknownCutOfFourHours:
    """On the days when the clock changes the listing says how long a window is."""

    NOON = 1_793_520_000_000  # 2026-11-01 08:00Z
    WANTED = Calendar(Asset.BTC, Interval.H4).candidates(NOON)[0]

    @pytest.mark.parametrize("hours", [5, 6])
    def test_any_length_that_holds_the_instant_is_taken(self, hours: int) -> None:
        end = self.WANTED.start_ms + hours * 3_600_000
        market = read_event(an_event(replace(self.WANTED, end_ms=end)), self.WANTED, self.NOON - 1)
        assert isinstance(market, Market)
        assert market.end_ms == end

    def test_one_that_ends_before_it_is_not(self) -> None:
        event = an_event(replace(self.WANTED, end_ms=self.NOON))
        assert refused(event, self.WANTED, self.NOON - 1).field == "endDate"


class TestOnlyWhatTakesOrders:
    @pytest.mark.parametrize(
        ("field", "said"),
        [
            *(("closed", True), ("closed", None), ("closed", "false")),
            *(("enableOrderBook", False), ("enableOrderBook", None)),
            *(("acceptingOrders", False), ("acceptingOrders", None), ("acceptingOrders", 1)),
            ("negRisk", True),
        ],
    )
    def test_the_market_must_say_that_it_does(self, field: str, said: object) -> None:
        assert refused(with_market(**{field: said})).field == field

    def test_a_closed_event_is_refused_whatever_its_market_says(self) -> None:
        assert refused(an_event(WINDOW, closed=True)).field == "closed"

    def test_a_window_that_is_over_is_refused_though_it_says_open(self) -> None:
        assert refused(an_event(WINDOW), now_ms=WINDOW.end_ms).field == "endDate"
        taken(an_event(WINDOW))


class TestTerms:
    @pytest.mark.parametrize(
        ("tick", "units"), [(0.1, 1000), (0.01, 100), (0.005, 50), (0.0025, 25), (0.001, 10), (0.0001, 1)]
    )
    def test_every_known_grid(self, tick: float, units: int) -> None:
        assert taken(with_market(orderPriceMinTickSize=tick)).tick == units

    @pytest.mark.parametrize("tick", [0, 0.02, 0.00001, -0.01, 1, "0.01", True, None])
    def test_another_grid_is_refused(self, tick: object) -> None:
        assert refused(with_market(orderPriceMinTickSize=tick)).field == "orderPriceMinTickSize"

    @pytest.mark.parametrize("size", [0, -5, "5", None, [5]])
    def test_a_smallest_order_of_nothing_is_refused(self, size: object) -> None:
        assert refused(with_market(orderMinSize=size)).field == "orderMinSize"

    def test_without_fees_the_rate_is_nil(self) -> None:
        assert taken(with_market(feesEnabled=False, feeSchedule=None)).fee.rate == 0

    def test_the_schedule_of_the_market_counts_not_the_caps_beside_it(self) -> None:
        schedule = {"rate": 0.072, "exponent": 2}
        assert taken(with_market(feeSchedule=schedule)).fee == FeeSchedule(Decimal("0.072"), 2)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"feeSchedule": None}, "feeSchedule"),
            ({"feesEnabled": None}, "feesEnabled"),
            ({"feeSchedule": {"rate": 7, "exponent": 1}}, "feeSchedule.rate"),
            ({"feeSchedule": {"rate": -0.01, "exponent": 1}}, "feeSchedule.rate"),
            ({"feeSchedule": {"rate": 0.07, "exponent": 1.5}}, "feeSchedule.exponent"),
            ({"feeSchedule": {"exponent": 1}}, "rate"),
            ({"feeSchedule": [0.07]}, "feeSchedule"),
        ],
    )
    def test_an_unknown_fee_is_refused(self, changes: Json, field: str) -> None:
        assert refused(with_market(**changes)).field == field


class TestAHostileEvent:
    @pytest.mark.parametrize("event", [None, [], "x", 3, {}, {"slug": WINDOW.slug, "markets": [None]}])
    def test_another_shape_is_refused(self, event: object) -> None:
        assert refused(event).reason

    def test_its_text_is_cleaned_and_cut_in_the_refusal(self) -> None:
        refusal = refused(an_event(WINDOW, resolutionSource="\x1b[2J\u202e" + "x" * 10_000))
        assert refusal.value.startswith("\ufffd[2J\ufffdxxx")
        assert len(refusal.value) == 200
        assert str(refusal).endswith("this settlement rule is not known, so nothing is traded on it")

    @given(
        st.sampled_from(sorted({*a_market(WINDOW), *an_event(WINDOW)})),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        ),
    )
    def test_no_value_of_any_field_raises(self, field: str, value: object) -> None:
        for event in ({**an_event(WINDOW), field: value}, an_event(WINDOW, {**a_market(WINDOW), field: value})):
            assert isinstance(read_event(event, WINDOW, NOW), Market | Refusal)


class TestAVenueOnLoopback:
    WANTED = Calendar(Asset.BTC, Interval.H4, 60, 0).current(NOW)
    CONFIG: Json = {"asset": "btc", "duration": "4h", "twapEnabled": True, "twapLookbackSeconds": 12}  # noqa: RUF012

    def test_its_average_is_its_own(self) -> None:
        event = an_event(self.WANTED, a_market(self.WANTED, cryptoMarketConfig=self.CONFIG))
        market = taken(event, self.WANTED, any_length=True)
        assert (market.slug, market.lookback_s) == (f"btc-updown-4h-{NOW // 60_000 * 60}", 12)
        assert refused(event, self.WANTED).field == "twapLookbackSeconds"

    def test_its_window_ends_when_it_says(self) -> None:
        longer = replace(self.WANTED, end_ms=self.WANTED.end_ms + 30_000)
        assert taken(an_event(longer), self.WANTED, any_length=True).end_ms == longer.end_ms


# Real events, where the recordings are at hand.

SHARED = Path(__file__).parents[2] / ".." / "shared"
IDENTITY = SHARED / "data/clob-15m-raw-2026-09-21/15m_identity.json"
DAY = SHARED / "data/chainlink-btc5m-day-2026-06-08/BTC-5m-markets-2026-06-08.jsonl.gz"
HOURLY = SHARED / "samples/gamma/btc1h_twelve_pm_2026-09-28_resolved.condensed.json"
HYPE = SHARED / "samples/gamma/hype5m_upcoming_event_2026-06-23.json"


def needs(path: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not path.exists(), reason=f"the recording {path.name} is not here")


def reopened(market: Json) -> Json:
    return {**market, "closed": False, "acceptingOrders": True, "enableOrderBook": True}


def start_of(market: Json) -> int:
    moment = datetime.fromisoformat(market["eventStartTime"])
    return round(moment.astimezone(UTC).timestamp()) * 1000


@needs(IDENTITY)
def test_a_real_fifteen_minute_market_of_the_present_rule() -> None:
    raw = json.loads(IDENTITY.read_text())["market"]
    listed, tokens = raw["metadata"], raw["token_ids"]
    window = Calendar(Asset.BTC, Interval.M15).current(start_of(listed))
    event = {**listed["events"][0], "markets": [listed]}
    market = read_event(event, window, window.start_ms)
    assert isinstance(market, Market), market
    assert market.tokens == (tokens["UP"], tokens["DOWN"])
    assert (market.slug, market.tick, market.lookback_s) == ("btc-updown-15m-1789987500", 100, 60)


@needs(DAY)
def test_a_whole_real_day_of_closed_markets_is_refused_by_name_and_read_when_reopened() -> None:
    with gzip.open(DAY, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    calendar = Calendar(Asset.BTC, Interval.M5)
    for row in rows:
        raw = row["raw"]
        window = calendar.current(row["start_sec"] * 1000)
        closed = read_event({"slug": raw["slug"], "markets": [raw]}, window, window.start_ms)
        assert isinstance(closed, Refusal)
        assert (closed.field, closed.value) == ("closed", "true")
        market = read_event({"slug": raw["slug"], "markets": [reopened(raw)]}, window, window.start_ms)
        assert isinstance(market, Market), market
        assert list(market.tokens) == row["token_ids"]
        assert market.condition_id == row["condition_id"]
        assert market.settlement is Settlement.CHAINLINK_SPOT
    assert len(rows) == 292


@needs(HOURLY)
def test_a_real_hour_settles_on_the_candle_of_binance() -> None:
    event = json.loads(HOURLY.read_text())
    window = Calendar(Asset.BTC, Interval.H1).current(start_of(event["markets"][0]))
    assert window.slug == event["slug"]
    event = {**event, "closed": False, "markets": [reopened(event["markets"][0])]}
    market = read_event(event, window, window.start_ms)
    assert isinstance(market, Market), market
    assert (market.settlement, market.lookback_s, market.tick) == (Settlement.BINANCE_KLINE, 0, 10)


@needs(HYPE)
def test_a_real_open_market_of_another_coin_is_not_taken_for_ours() -> None:
    event = json.loads(HYPE.read_text())[0]
    window = Calendar(Asset.BTC, Interval.M5).current(start_of(event["markets"][0]))
    assert refused(event, window, window.start_ms).field == "slug"
    renamed = {**event, "slug": window.slug, "series": [], "seriesSlug": None}
    assert refused(renamed, window, window.start_ms).field == "resolutionSource"
