"""From a Gamma event to the market we trade, or to the sentence that says why not.

Field names and shapes as in the venue's Gamma API. An event is taken only where everything about it is what
was asked for: this coin, this interval, this start and end, two tokens by their names, a settlement we know, and
a book that takes orders now.
"""

import re
from typing import Final, TypeVar

from engine.market import Market
from feeds.gamma_fields import Fields, Refusal, UnfitError, fields, instant_ms, iso, shown, slug, text
from feeds.outcomes import Leg, legs
from feeds.series import series_named, series_names
from feeds.settlement_rule import resolution_source, settlement_rule
from feeds.terms import Terms, read_terms
from feeds.windows import Window

_Said = TypeVar("_Said", int, str)

_CONDITION_ID: Final = {"v1": re.compile(r"0x[0-9a-f]{64}"), "v2": re.compile(r"0x[0-9a-f]{62}")}


def read_event(event: object, wanted: Window, now_ms: int, any_length: bool = False) -> Market | Refusal:
    """`event` (decoded JSON) as the market of the `wanted` window, or the first thing that speaks against it.

    `any_length` is for a venue on loopback: its averages, and the ends of its windows, are its own.
    """
    if not isinstance(event, dict):
        return Refusal("event", shown(event), "the answer should be an object; the venue's format has changed")
    try:
        return _market(event, wanted, now_ms, any_length)
    except UnfitError as unfit:
        return unfit.refusal


def starts_at(event: Fields) -> int:
    """When the event's window begins, in ms UTC. Raises UnfitError.

    Not `startDate`, the hour of listing a day before, nor the event's `startTime`, which hourly events lack.
    """
    up, down = legs(event)
    return _same("eventStartTime", instant_ms(up.market, "eventStartTime"), instant_ms(down.market, "eventStartTime"))


def _market(event: Fields, wanted: Window, now_ms: int, any_length: bool) -> Market:
    _check_name(event, wanted)
    up, down = legs(event)
    start_ms = starts_at(event)
    end_ms = _same("endDate", _end(event, up.market), _end(event, down.market))
    _check_times(start_ms, end_ms, wanted, any_length)
    for leg in (up, down):
        _check_config(leg.market, wanted)
        _check_open(event, leg.market)
    if end_ms <= now_ms:
        raise UnfitError("endDate", iso(end_ms), "the window is over")
    up_token, down_token = up.token(), down.token()
    if up_token == down_token:
        raise UnfitError("clobTokenIds", up_token, "Up and Down have the same token; which is which is unclear")
    source = _same("resolutionSource", *(resolution_source(event, leg.market) for leg in (up, down)))
    settlement, lookback_s = settlement_rule(source, up.market, wanted.asset, wanted.interval, any_length)
    terms = _shared_terms(up, down)
    return Market(
        slug=wanted.slug,
        asset=wanted.asset,
        interval=wanted.interval,
        start_ms=start_ms,
        end_ms=end_ms,
        condition_id=_condition_id(up),
        up_token=up_token,
        down_token=down_token,
        tick=terms.tick,
        min_size=terms.min_size,
        fee=terms.fee,
        settlement=settlement,
        lookback_s=lookback_s,
        resolution=source,
        version=_same("version", up.version, down.version),
    )


def _check_name(event: Fields, wanted: Window) -> None:
    name = slug(event)
    if name != wanted.slug:
        raise UnfitError("slug", name, f"asked for {wanted.slug}; another market is never taken in its place")
    series = series_named(event)
    if not series <= series_names(wanted.asset, wanted.interval):
        raise UnfitError(
            "seriesSlug", ", ".join(sorted(series)), f"it is not the series of {wanted.asset} {wanted.interval}"
        )


def _end(event: Fields, market: Fields) -> int:
    """The window's end; the market says it, or else the event, and where both do they must agree."""
    if "endDate" not in market:
        return instant_ms(event, "endDate")
    end_ms = instant_ms(market, "endDate")
    return _same("endDate", end_ms, instant_ms(event, "endDate")) if "endDate" in event else end_ms


def _check_times(start_ms: int, end_ms: int, wanted: Window, any_length: bool) -> None:
    if start_ms != wanted.start_ms:
        raise UnfitError("eventStartTime", iso(start_ms), f"the wanted window starts at {iso(wanted.start_ms)}")
    if end_ms <= start_ms:
        raise UnfitError("endDate", iso(end_ms), f"the window would end before its start, {iso(start_ms)}")
    if wanted.must_hold_ms is not None:
        if end_ms <= wanted.must_hold_ms:
            raise UnfitError("endDate", iso(end_ms), f"a window that lasts beyond {iso(wanted.must_hold_ms)} is wanted")
    elif end_ms != wanted.end_ms and not any_length:
        raise UnfitError("endDate", iso(end_ms), f"the wanted {wanted.interval} window ends at {iso(wanted.end_ms)}")


def _check_config(market: Fields, wanted: Window) -> None:
    config = fields(market, "cryptoMarketConfig")
    for name, expected in (("asset", wanted.asset), ("duration", wanted.interval)):
        said = text(config, name)
        if said and said.lower() != expected:
            raise UnfitError(
                f"cryptoMarketConfig.{name}", said, f"{expected} is wanted; its settlement would be another"
            )


def _check_open(event: Fields, market: Fields) -> None:
    # Events of a year ago may still say closed=false, so every one of these has to be said.
    if event.get("closed") is True or market.get("closed") is not False:
        raise UnfitError("closed", event.get("closed") or market.get("closed"), "the market takes no more orders")
    if market.get("enableOrderBook") is not True:
        raise UnfitError("enableOrderBook", market.get("enableOrderBook"), "the market has no order book")
    if market.get("acceptingOrders") is not True:
        raise UnfitError("acceptingOrders", market.get("acceptingOrders"), "the market is not taking orders now")
    if event.get("negRisk") or market.get("negRisk"):
        raise UnfitError(
            "negRisk", True, "Up/Down markets are not negative-risk; an order would be signed for the wrong exchange"
        )


def _shared_terms(up: Leg, down: Leg) -> Terms:
    terms = read_terms(up.market)
    if terms != read_terms(down.market):
        raise UnfitError("markets", "two", "Up and Down differ in grid, smallest order or fee; we trade them as one")
    return terms


def _condition_id(leg: Leg) -> str:
    """The condition as the CLOB knows it: 32 bytes; those of v2 have 31 and get a zero byte behind."""
    value = text(leg.market, "conditionId")
    if not _CONDITION_ID[leg.version].fullmatch(value.lower()):
        raise UnfitError("conditionId", value or None, f"it is not the id of a {leg.version} condition")
    return value if leg.version == "v1" else value + "00"


def _same(field: str, one: _Said, other: _Said) -> _Said:
    if one != other:
        raise UnfitError(field, f"{one} and {other}", "the event contradicts itself")
    return one
