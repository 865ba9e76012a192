"""Strike and winner of every labelled real window, worked out again and compared with what the venue made of it."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.events import DOWN, UP, Outcome
from engine.market import Asset, Interval, Settlement
from engine.settlement import decide
from feeds.listing import starts_at
from feeds.settlement_rule import resolution_source, settlement_rule
from feeds.verdict import Verdict, read_outcome
from tests.app.backtest.converters import read_top5_log, read_twap_window
from tests.app.backtest.report import TOP5_LOG, TWAP_WINDOW
from tests.truth.labels import (
    SAMPLES,
    DayMarket,
    Label,
    gamma_events,
    july_labels,
    june_markets,
    june_reports,
    needs_data,
)
from tests.truth.rounds import read_round, round_paths

pytestmark = needs_data

KLINE = SAMPLES / "binance" / "kline_1h_2026-09-28T16.json"

JUNE_9 = 1_780_963_200
"""The first second after the day of the reports."""

UNDECIDED = {
    1_780_878_900: "no report of the closing second",
    1_780_879_200: "no report of the opening second",
    1_780_930_200: "no report of the closing second",
    1_780_930_500: "no report of the opening second",
    1_780_946_400: "no report of the closing second",
    1_780_946_700: "no report of the opening second",
    1_780_958_400: "no report of the closing second",
    1_780_958_700: "no report of the opening second",
    1_780_962_900: "closes as the day of the reports ends",
    1_780_963_200: "closes after the day of the reports",
    1_780_963_500: "closes after the day of the reports",
    1_780_963_800: "closes after the day of the reports",
}
"""The June markets that reports cannot decide, by start, and why: four holes of a second on two windows each."""

BY_NEXT_STRIKE = {1_780_962_900, 1_780_963_200, 1_780_963_500}
"""Those of them whose final is known all the same: it is the strike of the next market."""


def up_if(won: bool) -> Outcome:
    return UP if won else DOWN


@pytest.fixture(scope="module")
def june() -> list[DayMarket]:
    return june_markets()


@pytest.fixture(scope="module")
def reports() -> dict[int, Decimal]:
    return june_reports()


@pytest.fixture(scope="module")
def july() -> dict[int, Label]:
    return july_labels()


def opening(market: DayMarket, reports: Mapping[int, Decimal]) -> Decimal | None:
    """The strike: the report of the opening second. The first market opened before the day of the reports began, and
    the collector's own strike stands in."""
    return market.strike if market.start_s < min(reports) else reports.get(market.start_s)


def why_undecided(market: DayMarket, reports: Mapping[int, Decimal]) -> str | None:
    if market.end_s in reports:
        return None if opening(market, reports) is not None else "no report of the opening second"
    if market.end_s < JUNE_9:
        return "no report of the closing second"
    return "closes as the day of the reports ends" if market.end_s == JUNE_9 else "closes after the day of the reports"


class TestTheJuneDay:
    """292 markets of 2026-06-08 and a report of Chainlink's price for 97.9 % of its seconds."""

    def test_every_market_names_a_price_without_an_average_as_its_rule(self, june: list[DayMarket]) -> None:
        rules = {rule_of(market.gamma, market.gamma) for market in june}
        assert rules == {(Settlement.CHAINLINK_SPOT, 0)}

    def test_every_winner_is_read_from_gammas_own_object(self, june: list[DayMarket]) -> None:
        read = [read_outcome({"markets": [market.gamma]}, market.start_s * 1000) for market in june]
        assert read == [Verdict(up_if(market.up_won), None, None) for market in june]

    def test_every_strike_is_the_report_of_the_opening_second(
        self, june: list[DayMarket], reports: dict[int, Decimal]
    ) -> None:
        seen = [(market.strike, reports[market.start_s]) for market in june if market.start_s in reports]
        assert len(seen) == 284
        assert all(strike == report for strike, report in seen)

    def test_280_of_292_are_decided_as_the_venue_decided_them(
        self, june: list[DayMarket], reports: dict[int, Decimal]
    ) -> None:
        decided = {
            market.slug: decide(float(strike), float(reports[market.end_s])) == up_if(market.up_won)
            for market in june
            if (strike := opening(market, reports)) is not None and market.end_s in reports
        }
        assert len(june) == 292
        assert len(decided) == 280
        assert all(decided.values()), [slug for slug, agrees in decided.items() if not agrees]

    def test_the_other_12_lack_a_report(self, june: list[DayMarket], reports: dict[int, Decimal]) -> None:
        reasons = {market.start_s: why_undecided(market, reports) for market in june}
        assert {start: reason for start, reason in reasons.items() if reason is not None} == UNDECIDED

    def test_3_of_the_12_are_decided_by_the_strike_of_the_next_market(self, june: list[DayMarket]) -> None:
        strikes = {market.start_s: market.strike for market in june}
        for market in june:
            final = strikes.get(market.end_s)
            if market.start_s in BY_NEXT_STRIKE:
                assert market.strike is not None
                assert final is not None
                assert decide(float(market.strike), float(final)) == up_if(market.up_won)
            elif market.start_s in UNDECIDED:
                assert market.strike is None or final is None


class TestTheJulyWeek:
    """829 windows as Gamma's eventMetadata had them."""

    def test_each_final_is_the_next_strike_to_the_last_digit(self, july: dict[int, Label]) -> None:
        pairs = [(label, july[start + 300]) for start, label in july.items() if start + 300 in july]
        assert len(pairs) == 720
        assert [one.final for one, _ in pairs] == [following.price_to_beat for _, following in pairs]

    def test_every_winner_follows_from_its_two_prices(self, july: dict[int, Label]) -> None:
        assert len(july) == 829
        for label in july.values():
            assert decide(float(label.price_to_beat), float(label.final)) == up_if(label.up_won), label


@pytest.mark.parametrize("path", round_paths(), ids=lambda path: path.stem)
class TestTheRoundsOfJuly:
    """Eight rounds at 1 Hz; their collector kept prices to the cent."""

    def test_the_winner_follows_from_the_two_prices(self, path: Path) -> None:
        told = read_round(path)
        assert decide(told.strike, told.final) == up_if(told.up_won)

    def test_the_prices_are_the_weeks_rounded_to_the_cent(self, path: Path, july: dict[int, Label]) -> None:
        told = read_round(path)
        label = july[told.start_s]
        exact = float(label.price_to_beat), float(label.final)
        assert (told.strike, told.final) == tuple(round(price, 2) for price in exact)
        assert decide(*exact) == up_if(told.up_won) == up_if(label.up_won)


def test_the_april_log_ends_as_its_two_prices_say() -> None:
    (end,) = [entry for entry in read_top5_log(TOP5_LOG) if entry["type"] == "resolution"]
    assert decide(end["openPrice"], end["closePrice"]) == up_if(end["direction"] == "UP")


class TestTheAugustWindow:
    """A window of the 60 s average, with every report as it arrived."""

    def test_strike_and_final_are_the_averages_stamped_start_and_end(self) -> None:
        window = read_twap_window(TWAP_WINDOW)
        averages = {event[2]: event[3] for event in window.events if event[1] == "t"}
        assert averages[window.start_s] == window.price_to_beat == 71485.23965784832
        assert averages[window.start_s + 300] == window.final == 71481.16729031486
        assert decide(window.price_to_beat, window.final) == up_if(window.resolved_up) == DOWN

    def test_the_spot_reports_of_the_same_seconds_are_other_prices(self) -> None:
        """So a strike or a final from spot, the rule until a fortnight before, would be wrong here."""
        window = read_twap_window(TWAP_WINDOW)
        spot = {event[2]: event[3] for event in window.events if event[1] == "l"}
        assert abs(spot[window.start_s] - window.price_to_beat) > 1
        assert abs(spot[window.start_s + 300] - window.final) > 1


class TestGammasAnswers:
    """Resolved events as Gamma answered, and three of each later rule that were copied by hand in part."""

    @pytest.mark.parametrize(
        "slug", [f"btc-updown-5m-{start}" for start in (1783425300, 1783500000, 1783621800, 1783683300)]
    )
    def test_the_winner_of_a_whole_answer_follows_from_its_two_prices(self, slug: str) -> None:
        event = gamma_events()[slug]
        verdict = read_outcome(event, starts_at(event))
        assert isinstance(verdict, Verdict)
        assert verdict.price_to_beat is not None
        assert verdict.final is not None
        assert verdict.outcome == decide(verdict.price_to_beat, verdict.final)
        assert rule_of(event, event["markets"][0]) == (Settlement.CHAINLINK_SPOT, 0)

    def test_the_answers_prices_are_those_of_the_week(self, july: dict[int, Label]) -> None:
        prices = gamma_events()["btc-updown-5m-1783500000"]["eventMetadata"]
        label = july[1_783_500_000]
        assert (repr(prices["priceToBeat"]), repr(prices["finalPrice"])) == (label.price_to_beat, label.final)

    @pytest.mark.parametrize(
        ("slug", "interval", "rule"),
        [
            ("btc-updown-5m-1790123400", Interval.M5, (Settlement.CHAINLINK_TWAP, 60)),
            ("btc-updown-15m-1790616600", Interval.M15, (Settlement.CHAINLINK_TWAP, 60)),
            ("bitcoin-up-or-down-september-28-2026-12pm-et", Interval.H1, (Settlement.BINANCE_KLINE, 0)),
        ],
    )
    def test_each_later_market_names_its_own_rule(
        self, slug: str, interval: Interval, rule: tuple[Settlement, int]
    ) -> None:
        event = gamma_events()[slug]
        assert rule_of(event, event["markets"][0], interval) == rule

    def test_the_hours_two_prices_are_the_open_and_the_close_of_binances_candle(self) -> None:
        event = gamma_events()["bitcoin-up-or-down-september-28-2026-12pm-et"]
        ((opened_ms, opening_price, _, _, close, *_),) = json.loads(KLINE.read_text())
        assert opened_ms == starts_at(event)
        assert event["eventMetadata"] == {"priceToBeat": float(opening_price), "finalPrice": float(close)}
        assert event["markets"][0]["outcomePrices"] == '["1", "0"]'
        assert decide(float(opening_price), float(close)) == UP


def rule_of(event: dict[str, Any], market: dict[str, Any], interval: Interval = Interval.M5) -> tuple[Settlement, int]:
    return settlement_rule(resolution_source(event, market), market, Asset.BTC, interval, any_length=False)
