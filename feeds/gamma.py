"""Market discovery over HTTP: ask Gamma for a window by its slug, and for how a window ended.

Nothing here raises for what a network or a server can do; every failure is a value with one sentence, and is
counted. When to ask again is the caller's affair.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import quote

import httpx
import orjson

from engine.market import Market
from feeds.gamma_fields import Fields, Refusal, UnfitError, iso, slug
from feeds.listing import read_event, starts_at
from feeds.series import SERIES_IDS, series_named, series_names
from feeds.verdict import Verdict, read_outcome
from feeds.windows import Window

TIMEOUT_S: Final = 5.0
"""For a whole answer, however slowly its pieces come."""

MAX_BYTES: Final = 2_000_000
"""The longest answer that is read; an event is about 7 kB, a listing of twenty 140 kB."""

_LISTED_AT_ONCE: Final = 20


class Fault(StrEnum):
    """What went wrong with a request."""

    STATUS = "status"
    REDIRECT = "redirect"
    TIMEOUT = "timeout"
    TRANSPORT = "transport"
    TOO_LARGE = "too large"
    NOT_JSON = "not json"
    WRONG_SHAPE = "wrong shape"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Gamma gave no answer that can be used: nothing is known about the market, which may well exist."""

    fault: Fault
    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class NotListed:
    """Gamma answered, and has no such window (yet)."""

    slug: str

    def __str__(self) -> str:
        return f"{self.slug} is not listed"


_Shape = TypeVar("_Shape", Fields, list[object])

Found = Market | Refusal | NotListed | Unreachable
Ended = Verdict | Refusal | NotListed | Unreachable


class Gamma:
    """The Gamma API at `base_url`. The client is shared and stays its owner's.

    `any_length` is for a venue on loopback, whose windows and averages are as long as it likes.
    """

    def __init__(
        self, client: httpx.AsyncClient, base_url: str, *, any_length: bool = False, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._client = client
        self._base = base_url.rstrip("/")
        self._any_length = any_length
        self._timeout_s = timeout_s
        self._faults = dict.fromkeys(Fault, 0)

    @property
    def faults(self) -> Mapping[Fault, int]:
        """How often each fault has come, since the start."""
        return self._faults

    async def find(self, candidates: Sequence[Window], now_ms: int) -> Found:
        """The market of the first of `candidates` (a calendar's, likeliest first) that the venue lists.

        Each is asked for by its slug, then looked for in its series: there it may stand under a slug that we
        could not foresee, but it must begin when it should. No other window is ever taken in its place. Where
        none fits, the answer is the first refusal, or what kept us from asking. ValueError without candidates.
        """
        if not candidates:
            raise ValueError("candidates is empty; ask a Calendar for them")
        refusals = []
        for search in (self._by_slug, self._by_series):
            for wanted in candidates:
                match await search(wanted, now_ms):
                    case Market() | Unreachable() as found:
                        return found
                    case Refusal() as refusal:
                        refusals.append(refusal)
            if any(refusal.field != "eventStartTime" for refusal in refusals):
                break  # one of them is listed: no need to look for it elsewhere
        return refusals[0] if refusals else NotListed(candidates[0].slug)

    async def outcome(self, market_slug: str, start_ms: int) -> Ended:
        """How the window under `market_slug` that began at `start_ms` ended, or that it has not yet."""
        event = await self._event(market_slug)
        match event:
            case None:
                return NotListed(market_slug)
            case Unreachable():
                return event
            case _:
                return read_outcome(event, start_ms)

    async def _by_slug(self, wanted: Window, now_ms: int) -> Found:
        event = await self._event(wanted.slug)
        match event:
            case None:
                return NotListed(wanted.slug)
            case Unreachable():
                return event
            case _:
                return read_event(event, wanted, now_ms, self._any_length)

    async def _by_series(self, wanted: Window, now_ms: int) -> Found:
        query = {
            "series_id": str(SERIES_IDS[wanted.asset, wanted.interval]),
            "closed": "false",
            "order": "endDate",
            "ascending": "true",
            "limit": str(_LISTED_AT_ONCE),
            # Events that ended a year ago and were never closed would fill the page.
            "end_date_min": iso(wanted.start_ms),
        }
        answer = await self._get("/events", query, list)
        if isinstance(answer, Unreachable):
            return answer
        for event in answer or ():
            if isinstance(event, dict) and (found := _listed_as(event, wanted)) is not None:
                return read_event(event, found, now_ms, self._any_length)
        return NotListed(wanted.slug)

    async def _event(self, market_slug: str) -> Fields | Unreachable | None:
        return await self._get(f"/events/slug/{quote(market_slug, safe='')}", {}, dict)

    async def _get(self, path: str, query: Mapping[str, str], shape: type[_Shape]) -> _Shape | Unreachable | None:
        """The decoded answer, None where there is none (404), Unreachable where it cannot be used."""
        try:
            async with asyncio.timeout(self._timeout_s):
                body = await self._read(path, query)
        except TimeoutError:
            return self._fault(Fault.TIMEOUT, path, f"gave no whole answer within {self._timeout_s:g} s")
        except httpx.HTTPError as error:
            return self._fault(Fault.TRANSPORT, path, f"could not be reached ({type(error).__name__})")
        if not isinstance(body, bytearray):
            return body
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            return self._fault(Fault.NOT_JSON, path, "answered with something that is not JSON")
        if not isinstance(answer, shape):
            return self._fault(Fault.WRONG_SHAPE, path, "answered with JSON of another shape")
        return answer

    async def _read(self, path: str, query: Mapping[str, str]) -> bytearray | Unreachable | None:
        # httpx limits each read, which an answer that drips passes for ever; the limit is on the whole instead.
        request = self._client.stream("GET", self._base + path, params=query, follow_redirects=False, timeout=None)
        async with request as response:
            if response.status_code == httpx.codes.NOT_FOUND:
                return None
            if response.is_redirect:
                return self._fault(Fault.REDIRECT, path, f"wants to send us elsewhere ({response.status_code})")
            if response.status_code != httpx.codes.OK:
                return self._fault(Fault.STATUS, path, f"answered {response.status_code}")
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > MAX_BYTES:
                    return self._fault(Fault.TOO_LARGE, path, f"sent more than {MAX_BYTES} bytes")
            return body

    def _fault(self, fault: Fault, path: str, what: str) -> Unreachable:
        self._faults[fault] += 1
        return Unreachable(fault, f"Gamma {what} when asked for {path}")


def _listed_as(event: Fields, wanted: Window) -> Window | None:
    """`wanted` under the slug that `event` gives it, if the event is of its series and starts with it."""
    try:
        ours = bool(series_named(event) & series_names(wanted.asset, wanted.interval))
        return replace(wanted, slug=slug(event)) if ours and starts_at(event) == wanted.start_ms else None
    except UnfitError:
        return None
