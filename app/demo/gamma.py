"""Gamma's look-alike: events and markets by slug, and the listings of a series."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, NamedTuple

from aiohttp import web

from app.demo.answers import answer
from app.demo.clock import Clock
from app.demo.gamma_documents import SERIES_IDS, Document, event, market, zombie_event, zombies
from app.demo.world import World

_SERIES: Final = {
    str(number): (asset, interval)
    for asset, by_interval in SERIES_IDS.items()
    for interval, number in by_interval.items()
}
_DEFAULT_LIMIT: Final = 20
_MOST: Final = 100
_NOT_FOUND: Final = {"type": "not found error", "error": "slug not found"}


class _Row(NamedTuple):
    unix_end: int
    closed: bool
    render: Callable[[], Document]


class GammaService:
    """`/events/slug/{slug}`, `/events`, `/events/keyset`, `/markets/slug/{slug}`."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        self._clock = clock

    def app(self) -> web.Application:
        """The routes, below this service's base address."""
        app = web.Application()
        app.router.add_get("/events/slug/{slug}", self._event)
        app.router.add_get("/events/keyset", self._keyset)
        app.router.add_get("/events", self._events)
        app.router.add_get("/markets/slug/{slug}", self._market)
        return app

    async def _event(self, request: web.Request) -> web.Response:
        found = self._by_slug(request.match_info["slug"])
        return answer(found) if found is not None else answer(_NOT_FOUND, 404)

    async def _market(self, request: web.Request) -> web.Response:
        now_ns = self._now()
        window = self._world.by_slug(request.match_info["slug"])
        if window is None:
            return answer(_NOT_FOUND, 404)
        return answer(market(self._world, window, now_ns))

    async def _events(self, request: web.Request) -> web.Response:
        if "slug" in request.query:
            found = self._by_slug(request.query["slug"])
            return answer([] if found is None else [found])
        rows = self._rows(request.query)
        return answer([row.render() for row in rows[: _limit(request.query)]])

    async def _keyset(self, request: web.Request) -> web.Response:
        cursor = request.query.get("after_cursor", "0")
        if "offset" in request.query or not cursor.isdecimal():
            return answer({"type": "validation error", "error": "use after_cursor with a cursor of ours"}, 422)
        rows, first = self._rows(request.query), int(cursor)
        until = first + _limit(request.query)
        body: Document = {"events": [row.render() for row in rows[first:until]]}
        if until < len(rows):
            body["next_cursor"] = str(until)
        return answer(body)

    def _by_slug(self, slug: str) -> Document | None:
        now_ns = self._now()
        window = self._world.by_slug(slug)
        return None if window is None else event(self._world, window, now_ns)

    def _rows(self, query: Mapping[str, str]) -> list[_Row]:
        """What a listing asks for, in its order, not yet rendered."""
        now_ns = self._now()
        wanted = _SERIES.get(query.get("series_id", ""))
        series = list(_SERIES.values()) if "series_id" not in query else [wanted] if wanted else []
        rows = [row for asset, interval in series for row in self._series_rows(asset, interval, now_ns)]
        closed = {"true": True, "false": False}.get(query.get("closed", ""))
        rows = [row for row in rows if closed is None or row.closed is closed]
        rows.sort(key=lambda row: row.unix_end, reverse=query.get("ascending") != "true")
        return rows

    def _series_rows(self, asset: str, interval: str, now_ns: int) -> list[_Row]:
        world = self._world
        rows = [
            _Row(window.unix_end, now_ns >= window.resolved_ns, partial(event, world, window, now_ns))
            for window in world.series(asset, interval)
        ]
        rows += [
            _Row(window.unix_end, False, partial(zombie_event, world, window))
            for window in zombies(world, asset, interval)
        ]
        return rows

    def _now(self) -> int:
        now_ns = self._clock.now_ns()
        self._world.list_until(now_ns)
        return now_ns


def _limit(query: Mapping[str, str]) -> int:
    """How many events a listing may hold: 20 unless told, never more than 100, as at the venue."""
    text = query.get("limit", "")
    return min(int(text), _MOST) if text.isdecimal() else _DEFAULT_LIMIT
