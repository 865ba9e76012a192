"""What the account told an engine, as the `order` record of a recording; `feeds.told` reads it back."""

from dataclasses import fields
from typing import Any

from engine.carried import Carried
from engine.events import Ack, Allowance, Fill, Refused, Standing
from engine.execution import VenueMode
from engine.orders import OrderStatus
from feeds.told import KINDS


def order_record(event: Fill | Ack | Allowance | Standing | Refused) -> dict[str, Any]:
    """Plain values by the event's own names, and its `kind`; its clocks are the record's."""
    kind = next(name for name, cls in KINDS.items() if type(event) is cls)
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    plain = {
        name: value.value if isinstance(value, OrderStatus | VenueMode) else value
        for name, value in values.items()
        if name not in ("mono", "wall")
    }
    return {"kind": kind} | plain


def carried_record(carried: Carried) -> dict[str, Any]:
    """As the `run` record has it, under `earlier`."""
    return {
        "orders": list(carried.orders),
        "fills": [
            [fill.order_id, fill.strategy, fill.outcome, fill.price, fill.size, fill.fee, fill.trade_id]
            for fill in carried.fills
        ],
        "cooldown_until": carried.cooldown_until,
        "reserves": dict(carried.reserves),
    }
