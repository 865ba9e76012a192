"""What the account told an engine, as the `order` record of a recording, and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from engine.events import Ack, Allowance, Fill, Standing
from engine.execution import VenueMode
from engine.orders import OrderStatus

_KINDS: Final[Mapping[str, type]] = {"fill": Fill, "ack": Ack, "allowance": Allowance, "standing": Standing}


def order_record(event: Fill | Ack | Allowance | Standing) -> dict[str, Any]:
    """Plain values by the event's own names, and its `kind`; its clocks are the record's."""
    kind = next(name for name, cls in _KINDS.items() if type(event) is cls)
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    plain = {
        name: value.value if isinstance(value, OrderStatus | VenueMode) else value
        for name, value in values.items()
        if name not in ("mono", "wall")
    }
    return {"kind": kind} | plain
