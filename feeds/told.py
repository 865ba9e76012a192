"""What an account is to a live engine, as a recording has it: the `order` records, and what a run began with."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

from engine.carried import Carried
from engine.events import Ack, Allowance, Fill, Refused, Standing
from engine.execution import VenueMode
from engine.orders import OrderStatus

Told = Fill | Ack | Allowance | Standing | Refused

KINDS: Final[Mapping[str, type[Told]]] = {
    "fill": Fill,
    "ack": Ack,
    "allowance": Allowance,
    "standing": Standing,
    "refused": Refused,
}
"""By the record's `kind`."""

_PARSERS: Final[Mapping[object, Callable[[Any], Any]]] = {OrderStatus: OrderStatus, VenueMode: VenueMode}
_OUTCOMES: Final = (0, 1)


def read_told(data: Any, mono: int, wall: int) -> Told:
    """The event of one record; its clocks are the record's.

    KeyError for a field that is missing, TypeError or ValueError that name the field where it is no use.
    """
    kind = data["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"kind {kind!r} is none of {', '.join(KINDS)}")
    cls = KINDS[kind]
    names = {field.name: field.type for field in fields(cls) if field.name not in ("mono", "wall")}
    return cls(mono, wall, **{name: _value(name, wanted, data[name]) for name, wanted in names.items()})


def _value(name: str, wanted: object, value: Any) -> Any:
    """The field `name`, which must be of the kind that the event wants."""
    parse = _PARSERS.get(wanted)
    if parse is not None:
        try:
            return parse(value)
        except ValueError:
            raise ValueError(f"{name} {value!r} is unknown") from None
    if type(value) is not wanted:
        raise TypeError(f"{name} {value!r} is no {getattr(wanted, '__name__', wanted)}")
    if name == "outcome" and value not in _OUTCOMES:
        raise ValueError(f"{name} {value!r} is neither 0 nor 1")
    return value


def read_carried(data: Any) -> Carried:
    """What a live run began with, from the `earlier` part of its `run` record; errors as above."""
    reserves = data["reserves"]
    if not all(type(amount) is int for amount in reserves.values()):
        raise TypeError(f"reserves {reserves!r} are no whole numbers by order id")
    fills = tuple(_fill(row) for row in data["fills"])
    orders = tuple(_value("orders", str, name) for name in data["orders"])
    return Carried(orders, fills, _value("cooldown_until", int, data["cooldown_until"]), reserves)


def _fill(row: Any) -> Fill:
    named = [(field.name, field.type) for field in fields(Fill)][2:]
    return Fill(0, 0, *(_value(name, wanted, value) for (name, wanted), value in zip(named, row, strict=True)))
