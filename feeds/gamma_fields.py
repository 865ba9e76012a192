"""Reading single fields of a Gamma answer, whose every value may be absent or of another type.

The readers raise UnfitError, which carries the refusal; whoever reads a whole event catches it once.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import orjson

from feeds.text import clean

Fields = dict[str, object]
"""One JSON object."""

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_YEARS: Final = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event is not traded: the field, what it said (cleaned), and a sentence for the trader."""

    field: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.field} is {self.value}: {self.reason}"


class UnfitError(Exception):
    """A field is not what it must be."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        self.refusal = Refusal(field, shown(value), reason)
        super().__init__(str(self.refusal))


def shown(value: object) -> str:
    """A foreign value for a person: text cleaned and cut, an object or a list by its kind only."""
    match value:
        case None:
            return "absent"
        case bool():
            return "true" if value else "false"
        case dict():
            return "an object"
        case list():
            return f"a list of {len(value)}"
        case _:
            return clean(str(value)) or "empty"


def fields(holder: Fields, name: str) -> Fields:
    """The object `name`, empty where it is absent or null."""
    value = holder.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnfitError(name, value, "it should be an object; the venue's format has changed, so nothing is traded")
    return value


def text(holder: Fields, name: str) -> str:
    """The text `name`, "" where it is absent or null."""
    value = holder.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnfitError(name, value, "it should be text; the venue's format has changed, so nothing is traded")
    return value


def slug(event: Fields) -> str:
    """The event's slug, which is used as the name of a folder and so must be a plain one."""
    value = text(event, "slug")
    if not _SLUG.fullmatch(value):
        raise UnfitError(
            "slug", value, "a slug is up to 81 small letters, digits and hyphens; nothing is traded under it"
        )
    return value


def instant_ms(holder: Fields, name: str) -> int:
    """The ISO time `name` in ms UTC; a time without a zone, or of another century, is refused."""
    value = text(holder, name)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year not in _YEARS:
        raise UnfitError(name, value or None, "it should be a time in UTC; without it the window is not known")
    return (moment - _EPOCH) // _MILLISECOND


def number(holder: Fields, name: str) -> Decimal:
    """The number `name` as it was written, finite."""
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnfitError(name, value, "it should be a number; without it no order can be priced")
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise UnfitError(name, value, "it should be a finite number; without it no order can be priced")
    return exact


def texts_in_text(holder: Fields, name: str) -> list[str]:
    """The list of strings `name`, which Gamma wraps in a string of JSON."""
    value = holder.get(name)
    try:
        return texts(name, orjson.loads(value) if isinstance(value, str) else None)
    except (orjson.JSONDecodeError, UnfitError):
        raise UnfitError(name, value, "it should be JSON text of a list of strings; it cannot be read") from None


def texts(name: str, value: object) -> list[str]:
    """`value` as a list of strings."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UnfitError(name, value, "it should be a list of strings; it cannot be read")
    return value


def iso(ms: int) -> str:
    """`2026-11-22T09:25:00Z`, as Gamma writes times."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
