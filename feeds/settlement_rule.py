"""What decides a market, read from the address the venue names for it. A rule we do not know is not traded."""

import re
from typing import Final

from engine.market import Asset, Interval, Settlement
from feeds.gamma_fields import Fields, UnfitError, fields, text

_CHAINLINK_SPOT: Final = re.compile(r"https://data\.chain\.link/streams/([a-z]+)-usd/?")
_CHAINLINK_TWAP: Final = re.compile(r"https://data\.chain\.link/streams/([a-z]+)-usd-twap-60s-streams/?")
_BINANCE: Final = re.compile(r"https://www\.binance\.com/en/trade/([A-Z]+)_USDT/?")
_TWAP_S: Final = 60

_RULES: Final = (
    (_CHAINLINK_TWAP, Settlement.CHAINLINK_TWAP),
    (_CHAINLINK_SPOT, Settlement.CHAINLINK_SPOT),
    (_BINANCE, Settlement.BINANCE_KLINE),
)


def resolution_source(event: Fields, market: Fields) -> str:
    """The address of the deciding price. Some events have it on the market too; then both must say the same."""
    on_event, on_market = text(event, "resolutionSource"), text(market, "resolutionSource")
    if on_event and on_market and on_event != on_market:
        raise UnfitError(
            "resolutionSource", on_market, "the event names another source than its market; none is trusted"
        )
    return on_market or on_event


def settlement_rule(
    source: str, market: Fields, asset: Asset, interval: Interval, any_length: bool
) -> tuple[Settlement, int]:
    """The rule behind `source`, and the seconds over which it averages (0: it settles on a single price).

    `any_length` lets the average be as long as the market's own configuration says, as on a loopback venue.
    """
    rule, coin = _known(source)
    if coin != asset:
        raise UnfitError("resolutionSource", source, f"it is the price of another coin than {asset}")
    if rule is Settlement.BINANCE_KLINE and interval is not Interval.H1:
        raise UnfitError("resolutionSource", source, f"Binance's hourly candle cannot settle a {interval} market")
    config = fields(market, "cryptoMarketConfig")
    if rule is Settlement.CHAINLINK_TWAP:
        return rule, _lookback(config, any_length)
    if config.get("twapEnabled"):
        raise UnfitError(
            "twapEnabled", True, "the configuration averages, the named source does not; neither is trusted"
        )
    return rule, 0


def _known(source: str) -> tuple[Settlement, str]:
    for pattern, rule in _RULES:
        if match := pattern.fullmatch(source):
            return rule, match[1].lower()
    reason = "this settlement rule is not known, so nothing is traded on it"
    raise UnfitError("resolutionSource", source or None, reason)


def _lookback(config: Fields, any_length: bool) -> int:
    if not config:
        return _TWAP_S
    if config.get("twapEnabled") is not True:
        raise UnfitError(
            "twapEnabled", config.get("twapEnabled"), "the named source averages, the configuration does not"
        )
    seconds = config.get("twapLookbackSeconds")
    if type(seconds) is not int or seconds <= 0 or not (any_length or seconds == _TWAP_S):
        reason = f"the named source averages over {_TWAP_S} seconds; with another average the strike is not known"
        raise UnfitError("twapLookbackSeconds", seconds, reason)
    return seconds
