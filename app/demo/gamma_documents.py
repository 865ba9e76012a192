"""Events and markets as Gamma shows them, with the field set of the real ones."""

from dataclasses import replace
from typing import Any, Final

import orjson

from app.demo.book import DOLLAR
from app.demo.clob_frames import FEE_RATE
from app.demo.fair import fair_up
from app.demo.titles import COIN_NAMES, iso, resolution_source, rules, title
from app.demo.windows import OUTCOMES, RESOLVED_AFTER_S, UP, Window
from app.demo.world import World

Document = dict[str, Any]

SERIES_IDS: Final = {
    "btc": {"5m": 10684, "15m": 10192, "1h": 10114, "4h": 10331},
    "eth": {"5m": 10683, "15m": 10191, "1h": 10117, "4h": 10332},
    "sol": {"5m": 10686, "15m": 10423, "1h": 10122, "4h": 10326},
    "xrp": {"5m": 10685, "15m": 10422, "1h": 10123, "4h": 10327},
}

_DAY_S: Final = 86_400
_CHAINLINK_REPORTER: Final = "0x58e1745bedda7312c4cddb72618923da1b90efde"
_UMA_ADAPTER: Final = "0x65070BE91477460D8A7AeEb94ef92fe056C2f2A7"
_ZOMBIE_STARTS: Final = (1_764_590_400, 1_765_886_400)
"""Days of December 2025 whose windows still say that they are not closed."""


def event(world: World, window: Window, now_ns: int) -> Document:
    """A window's event with its one market, as it looks now."""
    closed = now_ns >= window.resolved_ns
    document = _event_head(window, closed) | {
        "enableOrderBook": True,
        "negRisk": False,
        "commentCount": 0,
        "markets": [market(world, window, now_ns)],
        "series": [_series(window)],
        "tags": _tags(window),
        "cyom": False,
        "showAllOutcomes": True,
        "showMarketImages": True,
        "enableNegRisk": False,
        "automaticallyActive": True,
        "seriesSlug": series_slug(window.asset, window.interval),
        "negRiskAugmented": False,
        "pendingDeployment": False,
        "deploying": False,
        "requiresTranslation": False,
        "version": window.protocol,
    }
    if window.interval != "1h":
        document["startTime"] = iso(window.unix_start)
    if closed:
        settled = world.settlement(window)
        document["closedTime"] = iso(_closed_at(window))
        document["automaticallyResolved"] = True
        document["eventMetadata"] = {"finalPrice": settled.final, "priceToBeat": settled.strike}
    return document


def market(world: World, window: Window, now_ns: int) -> Document:
    """A window's market, as it looks now."""
    ended, closed = now_ns >= window.end_ns, now_ns >= window.resolved_ns
    document = _market_head(window) | {
        "outcomes": _text(OUTCOMES),
        "outcomePrices": _text(_outcome_prices(world, window, now_ns)),
        "volume": "0",
        "active": True,
        "closed": closed,
        "marketMakerAddress": "",
        "createdAt": iso(window.unix_start - _DAY_S),
        "updatedAt": iso(world.wall_ms(now_ns) // 1000),
        "new": False,
        "featured": False,
        "archived": False,
        "restricted": True,
        "groupItemThreshold": "0",
        "questionID": "0x" + window.condition_id[:1:-1],
        "enableOrderBook": True,
        "orderPriceMinTickSize": 0.01,
        "orderMinSize": 5,
        "volumeNum": 0,
        "endDateIso": iso(window.unix_end)[:10],
        "startDateIso": iso(window.unix_start - _DAY_S)[:10],
        "hasReviewedDates": True,
        "clobTokenIds": _text(window.tokens) if window.protocol == "v1" else None,
        "comboStatus": "disabled",
        "volumeClob": 0,
        "makerBaseFee": 1000,
        "takerBaseFee": 1000,
        "acceptingOrders": not ended,
        "negRisk": False,
        "ready": False,
        "funded": False,
        "acceptingOrdersTimestamp": iso(window.unix_start - _DAY_S),
        "cyom": False,
        "pagerDutyNotificationEnabled": False,
        "approved": True,
        "rewardsMinSize": 50,
        "rewardsMaxSpread": 4.5,
        "spread": 0.01,
        "automaticallyActive": True,
        "clearBookOnStart": window.interval == "1h",
        "showGmpSeries": False,
        "showGmpOutcome": False,
        "manualActivation": False,
        "negRiskOther": False,
        "umaResolutionStatuses": "[]",
        "pendingDeployment": False,
        "deploying": False,
        "rfqEnabled": False,
        "eventStartTime": iso(window.unix_start),
        "holdingRewardsEnabled": False,
        "feesEnabled": True,
        "requiresTranslation": False,
        "makerRebatesFeeShareBps": 10000,
        "feeType": "crypto_fees_v2",
        "feeSchedule": {"exponent": 1, "rate": FEE_RATE, "takerOnly": True, "rebateRate": 0.2},
        "cryptoMarketConfig": _crypto_config(window),
        "version": window.protocol,
    }
    if window.protocol == "v2":
        document["positionIds"] = list(window.tokens)
    if not window.on_binance:
        document["cryptoMarketConfigId"] = document["cryptoMarketConfig"]["id"]
    if closed:
        document |= {
            "closedTime": iso(_closed_at(window)).replace("T", " ").replace("Z", "+00"),
            "umaEndDate": iso(_closed_at(window)),
            "umaResolutionStatus" if window.protocol == "v1" else "resolutionStatus": "resolved",
            "automaticallyResolved": True,
            "resolvedBy": _UMA_ADAPTER if window.on_binance else _CHAINLINK_REPORTER,
        }
    return document


def zombies(world: World, asset: str, interval: str) -> list[Window]:
    """Windows of last year that were never closed, as the venue's listings have some."""
    shape = world.window(asset, interval, 0)
    return [
        replace(
            shape,
            unix_start=unix_start,
            unix_end=unix_start + shape.end_s - shape.start_s,
            slug=f"{asset}-updown-{interval}-{unix_start}",
            market_id=unix_start // 1000,
            condition_id=f"0x{unix_start:064x}",
            tokens=(str(unix_start * 10**60 + 1), str(unix_start * 10**60 + 2)),
        )
        for unix_start in _ZOMBIE_STARTS
    ]


def zombie_event(world: World, window: Window) -> Document:
    """Such a window's event: past its end, not closed, and no orders accepted."""
    document = event(world, window, 0)
    document["markets"][0]["acceptingOrders"] = False
    return document


def series_slug(asset: str, interval: str) -> str:
    """The name of the row of windows that one belongs to."""
    if interval == "1h":
        return f"{'solana' if asset == 'sol' else asset}-up-or-down-hourly"
    return f"{asset}-up-or-down-{interval}"


def _event_head(window: Window, closed: bool) -> Document:
    listed = iso(window.unix_start - _DAY_S)
    return {
        "id": str(1_200_000 + window.market_id),
        "ticker": window.slug,
        "slug": window.slug,
        "title": title(window),
        "description": rules(window),
        "resolutionSource": resolution_source(window),
        "startDate": listed,
        "creationDate": listed,
        "endDate": iso(window.unix_end),
        "image": "",
        "icon": "",
        "active": True,
        "closed": closed,
        "archived": False,
        "new": False,
        "featured": False,
        "restricted": True,
        "createdAt": listed,
        "updatedAt": listed,
    }


def _market_head(window: Window) -> Document:
    return {
        "id": str(window.market_id),
        "question": title(window),
        "conditionId": window.listed_condition_id,
        "slug": window.slug,
        "resolutionSource": resolution_source(window),
        "endDate": iso(window.unix_end),
        "startDate": iso(window.unix_start - _DAY_S),
        "image": "",
        "icon": "",
        "description": rules(window),
    }


def _outcome_prices(world: World, window: Window, now_ns: int) -> list[str]:
    if now_ns >= window.resolved_ns:
        return ["1", "0"] if world.settlement(window).winner == UP else ["0", "1"]
    lag_ns = world.config.maker_lag_ms * 1_000_000
    up = round(fair_up(world, window, min(now_ns, window.end_ns) - lag_ns) * DOLLAR)
    return [str(up / DOLLAR), str((DOLLAR - up) / DOLLAR)]


def _crypto_config(window: Window) -> Document | None:
    if window.on_binance:
        return None
    return {
        "id": f"{window.asset}-{window.interval}-twap-60",
        "asset": window.asset,
        "duration": window.interval,
        "twapEnabled": True,
        "twapLookbackSeconds": window.lookback_s,
    }


def _series(window: Window) -> Document:
    slug = series_slug(window.asset, window.interval)
    return {
        "id": str(SERIES_IDS[window.asset][window.interval]),
        "ticker": slug,
        "slug": slug,
        "title": f"{window.asset.upper()} Up or Down {window.interval}",
        "seriesType": "single",
        "recurrence": "hourly" if window.interval == "1h" else window.interval,
        "image": "",
        "icon": "",
        "active": True,
        "closed": False,
        "archived": False,
        "createdAt": "2025-11-21T21:46:22.201627Z",
        "updatedAt": iso(window.unix_start - _DAY_S),
        "commentCount": 0,
        "requiresTranslation": False,
    }


def _tags(window: Window) -> list[Document]:
    labels = ("Up or Down", "Crypto Prices", "Recurring", COIN_NAMES[window.asset], "Crypto", window.interval.upper())
    return [
        {"id": str(100_000 + i), "label": label, "slug": label.lower().replace(" ", "-"), "requiresTranslation": False}
        for i, label in enumerate(labels)
    ]


def _closed_at(window: Window) -> int:
    return window.unix_end + RESOLVED_AFTER_S


def _text(values: object) -> str:
    return orjson.dumps(values).decode().replace('","', '", "')
