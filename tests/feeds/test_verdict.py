import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import DOWN, UP
from engine.market import Asset, Interval
from feeds.gamma_fields import Refusal
from feeds.verdict import Verdict, read_outcome
from feeds.windows import Calendar
from tests.feeds.gamma_events import Json, a_market, a_pair, an_event

WINDOW = Calendar(Asset.BTC, Interval.M5).current(1_795_336_000_000)
PRICES = {"finalPrice": 86519.16969618265, "priceToBeat": 86434.33744369619}


def ended(prices: str = '["1", "0"]', metadata: Json | None = None, **changes: Any) -> Json:
    market = a_market(WINDOW, **{"closed": True, "umaResolutionStatus": "resolved", "outcomePrices": prices, **changes})
    return an_event(WINDOW, market, closed=True, eventMetadata=metadata)


def verdict(event: object) -> Verdict:
    read = read_outcome(event, WINDOW.start_ms)
    assert isinstance(read, Verdict), read
    return read


def test_the_outcome_worth_one_has_won() -> None:
    assert verdict(ended('["1", "0"]', PRICES)) == Verdict(UP, 86519.16969618265, 86434.33744369619)
    assert verdict(ended('["0", "1"]', PRICES)).outcome == DOWN


def test_names_decide_not_the_order_of_the_list() -> None:
    assert verdict(ended('["1", "0"]', outcomes='["Down", "Up"]')).outcome == DOWN


def test_of_two_markets_one_must_say_yes_and_the_other_no() -> None:
    down, up = a_pair(WINDOW, closed=True, umaResolutionStatus="resolved", outcomePrices='["1", "0"]')
    lost = {**down, "outcomePrices": '["0", "1"]'}
    assert verdict(an_event(WINDOW, lost, up)).outcome == UP
    assert verdict(an_event(WINDOW, down, up)).outcome is None


@pytest.mark.parametrize(
    "changes",
    [
        {"closed": False},
        {"umaResolutionStatus": "proposed"},
        {"umaResolutionStatus": None},
        {"resolutionStatus": "resolved", "umaResolutionStatus": None},
        {"outcomePrices": '["0.9995", "0.0005"]'},
        {"outcomePrices": '["0.5", "0.5"]'},
        {"outcomePrices": '["1", "1"]'},
        {"outcomePrices": '["0", "0"]'},
        {"outcomePrices": '["one", "nil"]'},
    ],
)
def test_everything_short_of_all_three_signs_is_pending(changes: Json) -> None:
    assert verdict(ended(**changes)).outcome is None


def test_v2_has_a_status_of_its_own() -> None:
    assert verdict(ended(version="v2", resolutionStatus="resolved", umaResolutionStatus=None)).outcome == UP
    assert verdict(ended(version="v2")).outcome is None


def test_prices_come_before_the_winner_or_after() -> None:
    assert verdict(an_event(WINDOW, eventMetadata={"priceToBeat": 83370})) == Verdict(None, None, 83370.0)
    assert verdict(ended()) == Verdict(UP, None, None)


def test_another_window_under_the_same_slug_says_nothing_about_ours() -> None:
    refusal = read_outcome(ended(), WINDOW.start_ms - 3_600_000)
    assert isinstance(refusal, Refusal)
    assert refusal.field == "eventStartTime"


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ([], "event"),
        (ended(version="v9"), "version"),
        (ended("[1, 0]"), "outcomePrices"),
        (ended('["1"]'), "outcomePrices"),
        (ended(metadata={"finalPrice": "86519"}), "finalPrice"),
    ],
)
def test_what_cannot_be_read_is_refused(event: object, field: str) -> None:
    refusal = read_outcome(event, WINDOW.start_ms)
    assert isinstance(refusal, Refusal)
    assert refusal.field == field


@given(
    st.sampled_from([*ended()["markets"][0], "eventMetadata", "markets"]),
    st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.none()),
)
def test_no_value_of_any_field_raises(field: str, value: object) -> None:
    market = {**ended()["markets"][0], field: value}
    for event in ({**ended(), field: value}, {**ended(), "markets": [market]}):
        assert isinstance(read_outcome(event, WINDOW.start_ms), Verdict | Refusal)


SHARED = Path(__file__).parents[2] / ".." / "shared"
DAY = SHARED / "data/chainlink-btc5m-day-2026-06-08/BTC-5m-markets-2026-06-08.jsonl.gz"
EVENTS = SHARED / "data/gamma-updown-events"


@pytest.mark.skipif(not DAY.exists(), reason="the day of 2026-06-08 is not here")
def test_every_winner_of_a_real_day_is_read() -> None:
    with gzip.open(DAY, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        read = read_outcome({"markets": [row["raw"]]}, row["start_sec"] * 1000)
        assert isinstance(read, Verdict), read
        assert read.outcome == row["outcome_prices"].index("1")


@pytest.mark.skipif(not EVENTS.exists(), reason="the resolved events are not here")
def test_in_every_real_event_the_winner_follows_from_its_two_prices() -> None:
    paths = sorted(EVENTS.glob("event_resolved_*.json"))
    assert len(paths) == 3
    for path in paths:
        event = json.loads(path.read_text())[0]
        start = datetime.fromisoformat(event["startTime"]).timestamp()
        read = read_outcome(event, round(start) * 1000)
        assert isinstance(read, Verdict), read
        assert read.final is not None
        assert read.price_to_beat is not None
        assert read.outcome == (UP if read.final >= read.price_to_beat else DOWN)
