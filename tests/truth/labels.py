"""What others wrote down of settled windows: strikes, finals, outcomes and oracle reports, as their files have them.

Nothing is corrected or filled in here, and nothing of the project is used to read it.
"""

import csv
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

DATA: Final = Path(__file__).parents[3] / "shared" / "data"
SAMPLES: Final = DATA.parent / "samples"

needs_data = pytest.mark.skipif(
    not DATA.is_dir() or not SAMPLES.is_dir(),
    reason="real windows are not published with the project: ../shared/data or ../shared/samples is absent",
)

_E18: Final = Decimal(10) ** 18


class DayMarket(NamedTuple):
    """A market of the June day: its Gamma object, and what the collector says of strike and winner."""

    slug: str
    start_s: int
    end_s: int
    up_won: bool
    strike: Decimal | None
    """Dollars, all 18 places; None where the collector had no report of the opening second."""
    gamma: dict[str, Any]


class Label(NamedTuple):
    """A window of the July week. The prices are the text of the file."""

    start_s: int
    up_won: bool
    price_to_beat: str
    final: str


def june_markets() -> list[DayMarket]:
    """The 292 markets of chainlink-btc5m-day-2026-06-08."""
    with gzip.open(DATA / "chainlink-btc5m-day-2026-06-08" / "BTC-5m-markets-2026-06-08.jsonl.gz") as file:
        return [_day_market(json.loads(line)) for line in file]


def _day_market(line: dict[str, Any]) -> DayMarket:
    worth, strike = line["outcome_prices"], line["strike_value"]
    assert worth in (["1", "0"], ["0", "1"])
    return DayMarket(
        line["slug"],
        line["start_sec"],
        line["end_sec"],
        worth == ["1", "0"],
        None if strike is None else Decimal(strike) / _E18,
        line["raw"],
    )


def june_reports() -> dict[int, Decimal]:
    """Chainlink's price by the second it is stamped with, of the same day. No second has two."""
    with gzip.open(DATA / "chainlink-btc5m-day-2026-06-08" / "BTCUSD-prices-2026-06-08.csv.gz", "rt") as file:
        rows = [(int(row["feed_ts_ms"]), row["full_accuracy_value"]) for row in csv.DictReader(file)]
    reports = {time_ms // 1000: Decimal(value) / _E18 for time_ms, value in rows if time_ms % 1000 == 0}
    assert len(reports) == len(rows)
    return reports


def july_labels() -> dict[int, Label]:
    """The 829 windows of btc5m-labels-2026-07-week by their start."""
    with (DATA / "btc5m-labels-2026-07-week" / "labels.csv").open(newline="") as file:
        rows = [
            Label(int(row["start"]), row["resolved_up"] == "1", row["price_to_beat"], row["final_price"])
            for row in csv.DictReader(file)
        ]
    return {row.start_s: row for row in rows}


def gamma_events() -> dict[str, dict[str, Any]]:
    """Every resolved event that Gamma was asked for, by slug: those of July raw, the later ones condensed by hand."""
    raw = list((DATA / "gamma-updown-events").glob("event_resolved_*.json"))
    raw += [SAMPLES / "gamma" / "btc5m_spot_era_g1.json"]
    answers = [json.loads(path.read_text()) for path in raw]
    condensed = [json.loads(path.read_text()) for path in (SAMPLES / "gamma").glob("*.condensed.json")]
    return {event["slug"]: event for event in [*(event for answer in answers for event in answer), *condensed]}
