"""Strict decimal text to integers.

Both venues write numbers as text: digits, perhaps a point, then digits ("0.5", ".48", "1"). Python's own
readers take much more ("nan", "1_000", " 1", "1e5", "٣"), so the text is checked here before it is converted,
and it is converted without a float in between.

A function here takes `object`, because a JSON field may hold anything, and raises `Refused`: `bad_type` for
anything but text, `bad_number` for text that is not such a number, `off_grid` for a number finer than the
unit, and a name for its own range.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from engine.units import NO_ASK, NO_BID, PRICE, UNKNOWN_SIZE
from feeds.frames import Refused

_LONGEST: Final = 32
"""Characters; the longest number that either venue writes has 18."""

_PRICE_PLACES: Final = 4
_SIZE_PLACES: Final = 6
_COIN_PLACES: Final = 8
_MOST_PLACES: Final = 18

_COARSEST_TICK: Final = PRICE // 10
_COIN: Final = 10**_COIN_PLACES
_TENS: Final[tuple[int, ...]] = tuple(10**power for power in range(_MOST_PLACES + 1))
_MOST_COIN: Final = _COIN * 10**10

_FIRST_MS: Final = 10**12
_LAST_MS: Final = 10**14
"""Times are in 2001 to 5138: seconds are below, microseconds and nanoseconds above."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)

_REMEMBERED: Final = 4096

V = TypeVar("V")


def decimal_units(text: object, places: int) -> int:
    """`text` in whole units of `10**-places`, 18 at most. Zeros beyond the last place are taken ("0.5000000")."""
    if not isinstance(text, str):
        raise Refused("bad_type")
    whole, point, fraction = text.partition(".")
    digits = whole + fraction
    if not digits.isdigit() or not digits.isascii() or len(digits) > _LONGEST or (point and not fraction):
        raise Refused("bad_number")
    missing = places - len(fraction)
    if missing >= 0:
        return int(digits) * _TENS[missing]
    if digits[missing:].strip("0"):
        raise Refused("off_grid")
    return int(digits[:missing] or "0")


def level_price(text: object) -> int:
    """The price of a level or a trade of the venue, in price units: above 0 and below 1 dollar."""
    price = decimal_units(text, _PRICE_PLACES)
    if not 0 < price < PRICE:
        raise Refused("price_out_of_range")
    return price


def best_bid(text: object) -> int:
    """A stated best bid in price units; NO_BID for "0" and "", which the venue writes for an empty side."""
    price = NO_BID if text == "" else decimal_units(text, _PRICE_PLACES)
    if price >= PRICE:
        raise Refused("price_out_of_range")
    return price


def best_ask(text: object) -> int:
    """A stated best ask in price units; NO_ASK for "1", "0" and "", which the venue writes for an empty side."""
    price = NO_ASK if text == "" else decimal_units(text, _PRICE_PLACES) or NO_ASK
    if price > PRICE:
        raise Refused("price_out_of_range")
    return price


def level_size(text: object) -> int:
    """A size in size units: from 0 to less than a thousand million shares (`UNKNOWN_SIZE` is no real size)."""
    size = decimal_units(text, _SIZE_PLACES)
    if size >= UNKNOWN_SIZE:
        raise Refused("size_out_of_range")
    return size


def tick_size(text: object) -> int:
    """A tick in price units: a tenth of a dollar at most, and a whole number of them to the dollar."""
    tick = decimal_units(text, _PRICE_PLACES)
    if not 0 < tick <= _COARSEST_TICK or PRICE % tick:
        raise Refused("bad_tick")
    return tick


def coin_price(text: object) -> float:
    """Dollars a coin, the float nearest to the text: above 0 and less than ten thousand million."""
    units = decimal_units(text, _COIN_PLACES)
    if not 0 < units < _MOST_COIN:
        raise Refused("price_out_of_range")
    return units / _COIN  # integer by integer: rounded once, as `float(text)` is


def coin_size(text: object) -> int:
    """A traded amount in 1e-8 coin, above 0."""
    size = decimal_units(text, _COIN_PLACES)
    if not 0 < size < _MOST_COIN:
        raise Refused("size_out_of_range")
    return size


def unix_ms(value: object) -> int:
    """An integer that can be a time in milliseconds; `bad_time` where it looks like another unit."""
    if type(value) is not int:  # not isinstance: True is no time
        raise Refused("bad_type")
    if not _FIRST_MS <= value < _LAST_MS:
        raise Refused("bad_time")
    return value


def unix_ms_text(text: object) -> int:
    """As `unix_ms`, for the venue that writes its times as text: 13 or 14 digits."""
    if not isinstance(text, str):
        raise Refused("bad_type")
    if len(text) > _LONGEST or not text.isdigit() or not text.isascii():
        raise Refused("bad_time")
    ms = int(text)
    if not _FIRST_MS <= ms < _LAST_MS:
        raise Refused("bad_time")
    return ms


def moment_ms(value: object) -> int:
    """A time in ms, for the venue's account rows, which write it in three ways: seconds, ms (both as a number or as
    text), or ISO text with its zone. The magnitude tells seconds from ms.
    """
    if isinstance(value, str):
        value = int(value) if value.isdigit() and value.isascii() and len(value) <= _LONGEST else _iso_ms(value)
    if type(value) is not int:
        raise Refused("bad_type")
    ms = value * 1000 if _FIRST_MS <= value * 1000 < _LAST_MS else value
    return unix_ms(ms)


def _iso_ms(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("bad_time") from None
    if moment.tzinfo is None:
        raise Refused("bad_time")
    return (moment - _EPOCH) // _MILLISECOND


class Memo(dict[str, V]):
    """What `read` made of the texts seen lately: prices and sizes repeat, and a look-up costs a tenth.

    A refused text is not remembered. When full it starts afresh, so what the wire says cannot fill memory.
    An unhashable key (a JSON array or object) is a `TypeError`, as with any dictionary.
    """

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[object], V]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> V:
        value = self._read(text)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = value
        return value
