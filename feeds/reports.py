"""One report of the oracle, as both price sockets write it: a time, a value, and the value again in full as text.

The full text is the number that the market settles on; the JSON number beside it is that number as a float. They
must agree, so a text in another unit is refused and never becomes a price.
"""

import math
from typing import Any, Final

from engine.events import OracleTick
from feeds.frames import Refused
from feeds.numbers import decimal_units, unix_ms

SPOT: Final = 0
"""The `window_s` of a report that averages nothing."""

E18_PLACES: Final = 0
"""RTDS writes whole 1e-18 dollars."""

PLAIN_PLACES: Final = 18
"""PolyBolt writes dollars with up to 18 decimals."""

_E18: Final = 10**18
_MOST_DOLLARS: Final = 1e10
_AGREE: Final = 1e-9
"""A float has 16 digits; another unit is off by much more."""


def read_report(point: Any, mono: int, wall: int, window_s: int, places: int) -> OracleTick:
    """The report in `point`, whose full text has `places` decimals; a history of spot prices has the number alone.

    Raises Refused, KeyError for a missing field and TypeError where `point` is no object.
    """
    time_ms = unix_ms(point["timestamp"])
    if time_ms % 1000:
        raise Refused("off_second")
    value = point["value"]
    if type(value) is not float and type(value) is not int:
        raise Refused("bad_type")
    if "full_accuracy_value" in point:
        exact = decimal_units(point["full_accuracy_value"], places) / _E18
        if not math.isclose(exact, value, rel_tol=_AGREE):
            raise Refused("value_differs")
        value = exact
    if not 0 < value < _MOST_DOLLARS:
        raise Refused("price_out_of_range")
    return OracleTick(mono, wall, time_ms, float(value), window_s)


def read_reports(points: object, mono: int, wall: int, window_s: int, places: int) -> list[OracleTick]:
    """A history, whole or not at all."""
    if not isinstance(points, list):
        raise Refused("bad_type")
    if not points:
        raise Refused("empty_history")
    return [read_report(point, mono, wall, window_s, places) for point in points]
