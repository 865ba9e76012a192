"""One request to the venue and what came of it, as a value: nothing here raises for what a network or a server can do.

Never retried and never redirected: what carries a signature goes to one host, once. When to ask again is the caller's.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import orjson

from app.live.answers import reason_in, text_of, wait_seconds

READ_LIMIT_S: Final = 5.0
"""For a whole answer to a read, however slowly its pieces come."""

ORDER_LIMIT_S: Final = 15.0
"""For a whole answer to an order: the venue holds a taker's back, and answers late when it is busy."""

_ORDER_TIMEOUT: Final = httpx.Timeout(connect=3.0, pool=1.0, write=3.0, read=10.0)
_READ_TIMEOUT: Final = httpx.Timeout(None, connect=3.0)
"""httpx closes a connection that it gives up on itself; one whose handshake is cancelled from outside is left open."""

MAX_BYTES: Final = 4_000_000
KEEP_ALIVE_S: Final = 55.0
"""An order should find a connection open: opening one takes three round trips."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The venue gave no answer that can be used. Nothing is known: not that there is nothing.

    `status` is its HTTP status, 0 where none came; `reason` one sentence, with its own words, cleaned.
    """

    reason: str
    status: int = 0
    retry_after_s: float = 0.0

    def __str__(self) -> str:
        return self.reason


@dataclass(slots=True)
class Reply:
    """What came back, filled as it comes. `error` is what ended it early; `started`: the request had begun to leave."""

    status: int = 0
    body: bytearray = field(default_factory=bytearray)
    retry_after: str = ""
    started: bool = False
    error: Exception | None = None

    @property
    def retry_after_s(self) -> float:
        """How long to wait by its header, 0 where it does not say."""
        return wait_seconds(self.retry_after)


def venue_http() -> httpx.AsyncClient:
    """A client for signed requests: no proxy from the environment, no redirect. Its owner closes it."""
    limits = httpx.Limits(max_connections=10, max_keepalive_connections=5, keepalive_expiry=KEEP_ALIVE_S)
    headers = {"User-Agent": "pmtui", "Accept": "application/json"}
    return httpx.AsyncClient(trust_env=False, follow_redirects=False, limits=limits, headers=headers)


async def ask(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    body: bytes = b"",
    order: bool = False,
    forbidden: Callable[[], str] = lambda: "",
) -> Reply:
    """Send one request and take in what comes. `order`: with the time limits of an order, not of a read.

    `forbidden` is asked when a connection is there and no byte has left: with a reason none does, and the reply's error
    is HeldBack. Only being cancelled raises; whoever cancels an order's request must take its fate for unknown.
    """
    reply = Reply()

    async def trace(event: str, _: Mapping[str, Any]) -> None:
        if event.endswith("send_request_headers.started"):
            if reason := forbidden():
                raise HeldBack(reason)
            reply.started = True

    try:
        async with (
            asyncio.timeout(ORDER_LIMIT_S if order else READ_LIMIT_S),
            http.stream(
                method,
                url,
                headers=dict(headers or {}) | ({"Content-Type": "application/json"} if body else {}),
                params=dict(query or {}) or None,
                content=body or None,
                follow_redirects=False,
                timeout=_ORDER_TIMEOUT if order else _READ_TIMEOUT,
                extensions={"trace": trace},
            ) as response,
        ):
            reply.retry_after = response.headers.get("Retry-After", "")
            reply.status = response.status_code
            async for piece in response.aiter_bytes():
                reply.body += piece
                if len(reply.body) > MAX_BYTES:
                    raise TooLong
    except Exception as error:
        reply.error = error
    return reply


class HeldBack(Exception):
    """The request must not leave any more, for the reason that it says."""


class TooLong(Exception):
    """The answer has more bytes than any that we ask for."""


def is_not_found(reply: Reply) -> bool:
    """Whether the venue itself says that there is no such thing; a page of something in between proves nothing."""
    if reply.error is not None or reply.status != httpx.codes.NOT_FOUND:
        return False
    try:
        return isinstance(orjson.loads(reply.body), dict)
    except orjson.JSONDecodeError:
        return False


def value_of(reply: Reply, what: str) -> Any | Unanswered:
    """The JSON value of a read of `what` under 200; Unanswered for anything else."""
    if reply.error is not None:
        kind = type(reply.error).__name__
        return Unanswered(f"the venue gave no whole answer about {what} ({kind})", reply.status)
    try:
        value = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        value = None
        said = text_of(bytes(reply.body))
    else:
        said = reason_in(value) if isinstance(value, dict) else ""
    if reply.status != httpx.codes.OK:
        words = f": {said}" if said else ""
        told = f"the venue answered {reply.status} when asked about {what}{words}"
        return Unanswered(told, reply.status, reply.retry_after_s)
    if value is None and bytes(reply.body).strip() != b"null":
        return Unanswered(f"the venue answered about {what} with something that is not JSON", reply.status)
    return value
