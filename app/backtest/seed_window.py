"""Which window a folder of CSV files is of, and what its `market_info.txt` tells of it.

Tokens, fees and rules are in no file, so they are made up here and nowhere else: the tokens are names, the fee, the
price grid and the smallest order are those that the venue has today for all these markets, whatever the window's date
(so that a result is what the rules would earn now), and what decides is what decided at the window's own time.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from app.backtest.seed_rows import COARSE
from app.restore import EXACT
from app.telemetry.info import FILE_NAME, read_info
from engine.events import OUTCOME_NAMES, Resolution, Strike, StrikeSource
from engine.market import Asset, FeeSchedule, Interval, Market, Settlement
from engine.units import SIZE
from feeds.frames import Refused
from feeds.numbers import decimal_units, unix_ms_text
from feeds.recording import BadRecording
from feeds.text import clean
from feeds.windows import FULL_NAMES, Calendar, Window

FEE: Final = FeeSchedule(Decimal("0.07"), 1)
MIN_SIZE: Final = 5 * SIZE

AVERAGED_SINCE_MS: Final = int(datetime(2026, 8, 7, tzinfo=UTC).timestamp()) * 1000
"""Chainlink's price of the instant decided before, its average since."""

LONG_AVERAGE_SINCE_MS: Final = int(datetime(2026, 8, 14, tzinfo=UTC).timestamp()) * 1000
"""5m windows were decided by an average of 30 s before; of 60 s since, as the others from the first day."""

_CUT: Final = re.compile(r"(?P<slug>(?P<asset>[a-z]+)-updown-(?P<interval>\w+)-(?P<start>\d{10}))")
_HOUR: Final = re.compile(
    r"(?P<slug>(?P<name>[a-z]+)-up-or-down-[a-z]+-\d{1,2}(-\d{4})?-\d{1,2}[ap]m-et)(-(?P<start>\d{10}))?"
)
_YEAR: Final = re.compile(r"-\d{4}(?=-\d{1,2}[ap]m-et$)")
_COINS: Final = {name: asset for asset, name in FULL_NAMES.items()}


def read_facts(folder: Path) -> Mapping[str, str]:
    """The pairs of `market_info.txt`, none where there is no such file."""
    try:
        return read_info(folder / FILE_NAME)
    except OSError as error:
        raise BadRecording(f"{FILE_NAME}: {error.strerror}") from None


def find_market(folder: Path, facts: Mapping[str, str], first_ms: int | None) -> Market:
    """The market of the folder, by the slug in its facts or else by its own name.

    `first_ms` is when its first row was received (None without rows): it tells the day of an hour's window, whose
    slug may lack the year. BadRecording where the window cannot be told.
    """
    window = _window(facts.get("slug") or folder.resolve().name, facts, first_ms)
    end_ms = _instant(facts, "end_ms") or window.end_ms
    if end_ms <= window.start_ms:
        raise BadRecording(f"{FILE_NAME}, end_ms: {end_ms} is not after the window's start, {window.start_ms}")
    settlement, lookback_s = _rule(window.interval, window.start_ms)
    return Market(
        slug=window.slug,
        asset=window.asset,
        interval=window.interval,
        start_ms=window.start_ms,
        end_ms=end_ms,
        condition_id="",
        up_token="up",
        down_token="down",
        tick=COARSE,
        min_size=MIN_SIZE,
        fee=FEE,
        settlement=settlement,
        lookback_s=lookback_s,
        resolution="",
        version="",
        top_only=True,
    )


def told_strike(facts: Mapping[str, str], start_ms: int, began: int) -> Strike | None:
    """The strike of `market_info.txt`, at the time at which it became known (at the start where that is unsaid).

    It is not known before the run, which began at `began` (ns).

    None without a `strike_source`: the original bot wrote the first price after it had connected, which may be
    one of before the start.
    """
    if "strike" not in facts or "strike_source" not in facts:
        return None
    text, source = facts["strike"], facts["strike_source"]
    if source not in tuple(StrikeSource):
        raise BadRecording(f"{FILE_NAME}, strike_source: {clean(source)!r} is none of {', '.join(StrikeSource)}")
    try:
        value = decimal_units(text, 18) / 10**18
    except Refused:
        value = 0.0
    if not value:
        raise BadRecording(f"{FILE_NAME}, strike: {clean(text)!r} is no price")
    wall = max((_instant(facts, "strike_known_ms") or start_ms) * 1_000_000, began)
    return Strike(wall, wall, value, StrikeSource(source), StrikeSource(source) in EXACT)


def told_outcome(facts: Mapping[str, str], wall: int) -> Resolution | None:
    """Who won, told at `wall` (ns); None while `market_info.txt` does not say."""
    if "outcome" not in facts:
        return None
    outcome = facts["outcome"]
    if outcome not in OUTCOME_NAMES:
        raise BadRecording(f"{FILE_NAME}, outcome: {clean(outcome)!r} is neither {' nor '.join(OUTCOME_NAMES)}")
    return Resolution(wall, wall, OUTCOME_NAMES.index(outcome), clean(facts.get("outcome_source", FILE_NAME)))


def _window(name: str, facts: Mapping[str, str], first_ms: int | None) -> Window:
    start_ms = _instant(facts, "start_ms")
    if (
        (match := _CUT.fullmatch(name))
        and _is_one_of(Asset, match["asset"])
        and _is_one_of(Interval, match["interval"])
    ):
        asset, interval = Asset(match["asset"]), Interval(match["interval"])
        start_ms = start_ms or int(match["start"]) * 1000
    elif (match := _HOUR.fullmatch(name)) and match["name"] in _COINS:
        asset, interval = _COINS[match["name"]], Interval.H1
        start_ms = start_ms or (int(match["start"]) * 1000 if match["start"] else None)
        if start_ms is None:
            start_ms = _hour_named(match["slug"], Calendar(asset, interval), first_ms)
    else:
        raise BadRecording(
            f"{clean(name)!r} names no window; name the folder as the venue does, such as btc-updown-5m-1795340700, "
            f"or give slug, start_ms and end_ms in {FILE_NAME}"
        )
    window = Calendar(asset, interval).current(start_ms)
    if "end_ms" not in facts and window.start_ms != start_ms:
        raise BadRecording(
            f"{clean(name)!r}: no {interval} window starts then; give start_ms and end_ms in {FILE_NAME}"
        )
    return Window(match["slug"], asset, interval, start_ms, window.end_ms)


def _hour_named(slug: str, calendar: Calendar, first_ms: int | None) -> int:
    """The start of the hour of this name in which the rows begin, or before which they do."""
    windows = [calendar.current(first_ms)] if first_ms is not None else []
    windows += [calendar.following(window) for window in windows]
    starts = [window.start_ms for window in windows if slug in (window.slug, _YEAR.sub("", window.slug))]
    if len(starts) == 1:
        return starts[0]
    why = "two hours bear this name" if starts else "the rows do not begin in this hour, or in the one before it"
    raise BadRecording(f"{slug!r}: {why}; give start_ms in {FILE_NAME}")


def _rule(interval: Interval, start_ms: int) -> tuple[Settlement, int]:
    """What decided a window that began then, and the seconds of its average."""
    if interval is Interval.H1:
        return Settlement.BINANCE_KLINE, 0
    if start_ms < AVERAGED_SINCE_MS:
        return Settlement.CHAINLINK_SPOT, 0
    short = interval is Interval.M5 and start_ms < LONG_AVERAGE_SINCE_MS
    return Settlement.CHAINLINK_TWAP, 30 if short else 60


def _instant(facts: Mapping[str, str], key: str) -> int | None:
    """A time in ms, None where nobody wrote it."""
    if key not in facts:
        return None
    try:
        return unix_ms_text(facts[key])
    except Refused:
        raise BadRecording(f"{FILE_NAME}, {key}: {clean(facts[key])!r} is no time in milliseconds") from None


def _is_one_of(kind: type[Asset] | type[Interval], text: str) -> bool:
    return text in tuple(kind)
