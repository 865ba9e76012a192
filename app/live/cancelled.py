"""What became of a wish to cancel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from feeds.account import read_id
from feeds.frames import Refused
from feeds.text import clean


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The orders that are gone, and those that are not, each with the venue's reason (it may have been matched)."""

    gone: tuple[str, ...]
    kept: Mapping[str, str]


def read_cancelled(value: Any) -> Cancelled:
    """What a decoded answer says. Raises what `feeds.frames.UNREADABLE` names."""
    if not isinstance(value, dict):
        raise Refused("not_an_object")
    gone, kept = value["canceled"], value["not_canceled"]
    if not isinstance(gone, list) or not isinstance(kept, dict):
        raise Refused("bad_type")
    reasons = {read_id(order_id).lower(): clean(str(reason)) for order_id, reason in kept.items()}
    return Cancelled(tuple(read_id(order_id).lower() for order_id in gone), reasons)
