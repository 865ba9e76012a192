"""What could not be read or went wrong, by name: of one window, and of the feeds that windows share."""

from collections import Counter
from collections.abc import Mapping

from app.oracle import OracleFeed
from app.prices import PriceFeed
from feeds.frames import REFUSALS
from feeds.gamma import Gamma


def refused(feed: str, counters: Mapping[str, int]) -> Counter[str]:
    """Messages of `feed` that could not be read; what is known and of no use is left out."""
    return Counter({f"{feed}.{name}": count for name, count in counters.items() if name in REFUSALS and count})


def window_counts(clob: Mapping[str, int], reports: Mapping[str, int], engine: Mapping[str, int]) -> Counter[str]:
    """Those of one window: of its books' parser, of the oracle's reports as it took them, and of its engine."""
    counted = refused("clob", clob)
    counted["oracle.contradicted"] += reports.get("report_contradicted", 0)
    counted.update({f"engine.{name}": count for name, count in engine.items() if name != "tick_size_change"})
    return +counted


def shared_counts(prices: PriceFeed, oracle: OracleFeed) -> Counter[str]:
    """Those of the two feeds that all windows of an asset share, since their start."""
    complaints = Counter({f"oracle.{name}": count for name, count in oracle.counters.items()})
    return refused("binance", prices.parser.counters) + complaints


def gamma_faults(gamma: Gamma) -> Counter[str]:
    """Requests to Gamma that came to nothing, by their fault."""
    return Counter({f"gamma.{fault.replace(' ', '_')}": times for fault, times in gamma.faults.items() if times})
