"""What the script hands out: one message of one channel at one moment."""

from typing import NamedTuple, Protocol, TypeVar

ItemT = TypeVar("ItemT")


class Frame(NamedTuple):
    """`offset_ns` counts from the script's start; `payload` is the JSON text as it goes on the wire.

    Channels: `binance/{symbol}@trade`; `clob/{token}` for what concerns one token, `clob/{condition id}` for what
    concerns both, `clob/*` for what goes to everyone; `rtds/{topic}/{symbol}`; `polybolt/{channel}/{symbol}`.
    `kind` is the frame's own type ("trade", "book", "price_change", ..., "update").
    """

    offset_ns: int
    channel: str
    kind: str
    payload: bytes


class Source(Protocol[ItemT]):
    """Something that has things to say at moments it knows beforehand."""

    @property
    def next_ns(self) -> int | None:
        """When it speaks next; None once it has said everything."""

    def advance(self) -> list[ItemT]:
        """Go to that moment: what is said there (perhaps nothing), in order."""
