"""The venue's own website's price call: a window's opening price as the oracle has it, a few seconds after the start.

Undocumented (`GET /api/crypto/crypto-price`). Without the average's parameters it answers with the spot price, so they
are always sent where the market averages; it limits how often it is asked, and its names are known for two intervals.
"""

import math
from typing import Final

import httpx
import orjson

from engine.market import Interval, Market, Settlement
from feeds.gamma_fields import iso

POLL_S: Final = 5.0
"""Asked more often it answers 429."""

_VARIANTS: Final = {Interval.M5: "fiveminute", Interval.M15: "fifteen"}
_HEADERS: Final = {"User-Agent": "Mozilla/5.0 (compatible; pmtui)"}
"""It turns away what does not look like a browser at all."""

_NAME: Final = "the site's crypto-price"


def is_asked_for(market: Market) -> bool:
    """Whether the call knows this kind of market."""
    return market.interval in _VARIANTS and market.settlement is not Settlement.BINANCE_KLINE


async def opening_price(client: httpx.AsyncClient, site_url: str, market: Market) -> float | str | None:
    """The strike of `market` in dollars, None while it is not known yet, or one sentence about what went wrong.

    `is_asked_for` must hold.
    """
    params: dict[str, str | int] = {
        "symbol": market.asset.upper(),
        "eventStartTime": iso(market.start_ms),
        "endDate": iso(market.end_ms),
        "variant": _VARIANTS[market.interval],
    }
    if market.lookback_s:
        params |= {"twapEnabled": "true", "twapLookbackSeconds": market.lookback_s}
    try:
        response = await client.get(f"{site_url}/api/crypto/crypto-price", params=params, headers=_HEADERS)
        answer = orjson.loads(response.content)
    except httpx.HTTPError as error:
        return f"{_NAME} gave no answer ({type(error).__name__})"
    except orjson.JSONDecodeError:
        return f"{_NAME} answered {response.status_code} and no JSON"
    if response.status_code != httpx.codes.OK:
        return f"{_NAME} answered {response.status_code}"
    if not isinstance(answer, dict) or "openPrice" not in answer:
        return f"{_NAME} answered JSON of another shape"
    price = answer["openPrice"]
    if price is None:
        return None
    if isinstance(price, bool) or not isinstance(price, int | float) or not (math.isfinite(price) and price > 0):
        return f"{_NAME} names an opening price that is none"
    return float(price)
