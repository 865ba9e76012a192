"""The venue's series: every window of one asset and interval, under one id and one name.

The ids come from real events where those were at hand and else from public code; they change without notice,
so they serve only to look again where a slug finds nothing.
"""

from typing import Final

from engine.market import Asset, Interval
from feeds.gamma_fields import Fields, UnfitError, text
from feeds.windows import FULL_NAMES

SERIES_IDS: Final = {
    (Asset.BTC, Interval.M5): 10684,
    (Asset.BTC, Interval.M15): 10192,
    (Asset.BTC, Interval.H1): 10114,
    (Asset.BTC, Interval.H4): 10331,
    (Asset.ETH, Interval.M5): 10683,
    (Asset.ETH, Interval.M15): 10191,
    (Asset.ETH, Interval.H1): 10117,
    (Asset.ETH, Interval.H4): 10332,
    (Asset.SOL, Interval.M5): 10686,
    (Asset.SOL, Interval.M15): 10423,
    (Asset.SOL, Interval.H1): 10122,
    (Asset.SOL, Interval.H4): 10326,
    (Asset.XRP, Interval.M5): 10685,
    (Asset.XRP, Interval.M15): 10422,
    (Asset.XRP, Interval.H1): 10123,
    (Asset.XRP, Interval.H4): 10327,
}


def series_names(asset: Asset, interval: Interval) -> frozenset[str]:
    """What the series may be called: `btc-up-or-down-5m`; `btc-up-or-down-hourly`, where one coin is spelled out."""
    if interval is not Interval.H1:
        return frozenset({f"{asset}-up-or-down-{interval}"})
    return frozenset({f"{asset}-up-or-down-hourly", f"{FULL_NAMES[asset]}-up-or-down-hourly"})


def series_named(event: Fields) -> set[str]:
    """Every series name that the event gives itself: usually one, in two places; sometimes none."""
    listed = event.get("series")
    if listed is None:
        listed = []
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise UnfitError("series", listed, "it should be a list of series; the venue's format has changed")
    names = {text(event, "seriesSlug"), *(text(item, "slug") for item in listed)}
    return names - {""}
