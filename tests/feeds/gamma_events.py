"""Gamma events as the venue writes them, made up: the fields that are read and a few beside them."""

from typing import Any

import orjson

from engine.market import Interval
from feeds.gamma_fields import iso
from feeds.windows import Window

UP_TOKEN = "7" * 77
DOWN_TOKEN = "3" * 76
CONDITION = "0x" + "ab" * 32

Json = dict[str, Any]


def a_market(window: Window, **changes: Any) -> Json:
    """An open market of `window`; a change to None takes the field away."""
    hourly = window.interval is Interval.H1
    config = {
        "id": f"{window.asset}-{window.interval}-twap-60",
        "asset": str(window.asset),
        "duration": str(window.interval),
        "twapEnabled": True,
        "twapLookbackSeconds": 60,
    }
    market = {
        "id": "5555555",
        "question": "[bold]Bitcoin Up or Down[/]",
        "conditionId": CONDITION,
        "slug": window.slug,
        "startDate": iso(window.start_ms - 86_000_000),
        "eventStartTime": iso(window.start_ms),
        "endDate": iso(window.end_ms),
        "outcomes": '["Up", "Down"]',
        "outcomePrices": '["0.505", "0.495"]',
        "clobTokenIds": f'["{UP_TOKEN}", "{DOWN_TOKEN}"]',
        "version": "v1",
        "closed": False,
        "enableOrderBook": True,
        "acceptingOrders": True,
        "negRisk": False,
        "orderPriceMinTickSize": 0.01,
        "orderMinSize": 5,
        "takerBaseFee": 1000,
        "feesEnabled": True,
        "feeSchedule": {"exponent": 1, "rate": 0.07, "takerOnly": True, "rebateRate": 0.2},
        "cryptoMarketConfig": None if hourly else config,
    }
    return _changed(market, changes)


def an_event(window: Window, *markets: Json, **changes: Any) -> Json:
    """The event of `window`, with `markets` or one open market in it; a change to None takes the field away."""
    asset, hourly = window.asset, window.interval is Interval.H1
    binance = f"https://www.binance.com/en/trade/{asset.upper()}_USDT"
    chainlink = f"https://data.chain.link/streams/{asset}-usd-twap-60s-streams"
    series = f"{asset}-up-or-down-{'hourly' if hourly else window.interval}"
    event = {
        "id": "1234567",
        "slug": window.slug,
        "title": "Bitcoin Up or Down - November 22, 4:25AM-4:30AM ET",
        "startDate": iso(window.start_ms - 86_000_000),
        "startTime": None if hourly else iso(window.start_ms),
        "endDate": iso(window.end_ms),
        "closed": False,
        "negRisk": False,
        "resolutionSource": binance if hourly else chainlink,
        "series": [{"id": "10684", "slug": series}],
        "seriesSlug": series,
        "markets": list(markets) or [a_market(window)],
    }
    return _changed(event, changes)


def a_pair(window: Window, **changes: Any) -> tuple[Json, Json]:
    """The other shape: a market for Up and one for Down, listed the other way round, each with Yes and No."""
    shared = {"outcomes": '["Yes", "No"]', **changes}
    up = a_market(window, groupItemTitle="Up", clobTokenIds=f'["{UP_TOKEN}", "1"]', **shared)
    down = a_market(window, groupItemTitle="Down", clobTokenIds=f'["{DOWN_TOKEN}", "2"]', **shared)
    return down, up


def body(answer: object) -> bytes:
    """As it goes over the wire."""
    return orjson.dumps(answer)


def _changed(thing: Json, changes: Json) -> Json:
    return {name: value for name, value in {**thing, **changes}.items() if value is not None}
