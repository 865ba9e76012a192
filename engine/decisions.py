"""A hash over everything the engine decided, so that two runs can be compared with one look."""

from hashlib import blake2b
from struct import Struct
from typing import Final

from engine.events import Ack, Fill
from engine.orders import Order
from engine.signal import Signal

_SIGNAL: Final = Struct("<qBdddB")
_ORDER: Final = Struct("<qBqqq")
_FILL: Final = Struct("<qBqqq")
_SIZE: Final = 16

Decision = tuple[int, Signal | Order | Fill | Ack]
"""Wall time and what was decided then."""


class DecisionHash:
    """Signals without their timings, orders, fills and acks, in the order in which they came.

    They are collected on the hot path and folded into the hash later, on a tick; nobody changes them any more. Each is
    hashed together with the hash before it: so the hash so far is plain bytes, which a checkpoint can keep.
    """

    __slots__ = ("_hash", "_pending")

    def __init__(self) -> None:
        self._pending: list[Decision] = []
        self._hash = bytes(_SIZE)

    def add(self, decision: Decision) -> None:
        """Take one decision. A method and no bound `append`: a copy of the engine must not write into its original."""
        self._pending.append(decision)

    def fold(self) -> None:
        """Move what was collected into the hash."""
        if self._pending:
            so_far = self._hash
            for wall, decided in self._pending:
                so_far = blake2b(so_far + _bytes(wall, decided), digest_size=_SIZE).digest()
            self._hash = so_far
            self._pending.clear()

    def hexdigest(self) -> str:
        """The hash so far, 32 hexadecimal digits."""
        self.fold()
        return self._hash.hex()


def _bytes(wall: int, decided: Signal | Order | Fill | Ack) -> bytes:
    match decided:
        case Signal():
            text = decided.strategy + (decided.block[0] if decided.block else "")
            numbers = _SIGNAL.pack(
                wall, decided.outcome, decided.fair, decided.ask, decided.confidence, decided.selected
            )
        case Order():
            text = "order" + decided.order_id
            numbers = _ORDER.pack(wall, decided.outcome, decided.price, decided.size, decided.budget)
        case Fill():
            text = "fill" + decided.trade_id
            numbers = _FILL.pack(wall, decided.outcome, decided.price, decided.size, decided.fee)
        case Ack():
            text = "ack" + decided.order_id + decided.status
            numbers = b""
    return numbers + text.encode() + b"\n"
