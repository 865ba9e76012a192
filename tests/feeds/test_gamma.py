import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from engine.events import UP
from engine.market import Asset, Interval, Market
from feeds.gamma import MAX_BYTES, Fault, Gamma, NotListed, Unreachable
from feeds.gamma_fields import Refusal, iso
from feeds.verdict import Verdict
from feeds.windows import Calendar, Window
from tests.feeds.gamma_events import Json, a_market, an_event, body

NOW = 1_795_336_000_000
CALENDAR = Calendar(Asset.BTC, Interval.M5)
WINDOW = CALENDAR.current(NOW)
AUTUMN = 1_793_520_000_000  # 2026-11-01 08:00Z

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Venue:
    """A Gamma on loopback: events by slug, a listing, and for a test of failures one answer to everything."""

    def __init__(self) -> None:
        self.events: dict[str, Json] = {}
        self.listed: object = []
        self.instead: Answer | None = None
        self.asked: list[str] = []
        self.listings: list[dict[str, str]] = []
        self.closing = asyncio.Event()

    def lists(self, event: Json) -> None:
        self.events[event["slug"]] = event

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if self.instead is not None:
            return await self.instead(request)
        if request.path == "/events":
            self.listings.append(dict(request.query))
            return json_answer(self.listed)
        event = self.events.get(request.path.removeprefix("/events/slug/"))
        return json_answer(event) if event else web.Response(status=404, text='{"type":"not found error"}')


def json_answer(answer: object) -> web.Response:
    return web.Response(body=body(answer), content_type="application/json")


def always(answer: Callable[[], web.Response]) -> Answer:
    async def respond(_: web.Request) -> web.Response:
        return answer()

    return respond


@pytest.fixture
async def venue() -> Venue:
    return Venue()


@pytest.fixture
async def address(venue: Venue) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", venue.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url(""))
        venue.closing.set()


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as shared:
        yield shared


@pytest.fixture
async def gamma(client: httpx.AsyncClient, address: str) -> Gamma:
    return Gamma(client, address)


async def find(gamma: Gamma, window: Window = WINDOW) -> object:
    return await gamma.find((window,), NOW)


class TestFindingAWindow:
    async def test_by_its_slug(self, venue: Venue, gamma: Gamma) -> None:
        venue.lists(an_event(WINDOW))
        market = await find(gamma)
        assert isinstance(market, Market)
        assert (market.slug, market.start_ms) == (WINDOW.slug, WINDOW.start_ms)
        assert venue.asked == [f"/events/slug/{WINDOW.slug}"]

    async def test_that_is_not_listed(self, venue: Venue, gamma: Gamma) -> None:
        venue.lists(an_event(CALENDAR.following(WINDOW)))
        assert await find(gamma) == NotListed(WINDOW.slug)
        assert not any(gamma.faults.values())

    async def test_that_takes_no_orders_is_refused_and_not_looked_for_elsewhere(
        self, venue: Venue, gamma: Gamma
    ) -> None:
        venue.lists(an_event(WINDOW, a_market(WINDOW, acceptingOrders=False)))
        refusal = await find(gamma)
        assert isinstance(refusal, Refusal)
        assert refusal.field == "acceptingOrders"
        assert venue.listings == []

    async def test_without_candidates_is_a_mistake(self, gamma: Gamma) -> None:
        with pytest.raises(ValueError, match="candidates is empty"):
            await gamma.find((), NOW)


class TestTheSeriesWhereTheSlugFindsNothing:
    HOUR = Calendar(Asset.SOL, Interval.H1).current(NOW)
    NEXT = Calendar(Asset.SOL, Interval.H1).following(HOUR)
    RENAMED = replace(HOUR, slug="solana-up-or-down-november-22-4am-et-b")

    async def test_the_window_is_found_under_an_unforeseen_slug(self, venue: Venue, gamma: Gamma) -> None:
        venue.listed = [an_event(self.NEXT), an_event(self.RENAMED)]
        market = await find(gamma, self.HOUR)
        assert isinstance(market, Market)
        assert (market.slug, market.start_ms) == (self.RENAMED.slug, self.HOUR.start_ms)

    async def test_the_listing_is_asked_without_those_that_ended_before(self, venue: Venue, gamma: Gamma) -> None:
        await find(gamma, self.HOUR)
        assert venue.listings == [
            {
                "series_id": "10122",
                "closed": "false",
                "order": "endDate",
                "ascending": "true",
                "limit": "20",
                "end_date_min": iso(self.HOUR.start_ms),
            }
        ]

    async def test_the_next_window_is_not_taken_in_its_place(self, venue: Venue, gamma: Gamma) -> None:
        venue.listed = [an_event(self.NEXT)]
        assert await find(gamma, self.HOUR) == NotListed(self.HOUR.slug)

    async def test_neither_is_one_of_a_year_ago_that_was_never_closed(self, venue: Venue, gamma: Gamma) -> None:
        year = 365 * 86_400_000
        zombie = replace(self.HOUR, start_ms=self.HOUR.start_ms - year, end_ms=self.HOUR.end_ms - year)
        venue.lists(an_event(zombie))
        venue.listed = [an_event(zombie)]
        refusal = await find(gamma, self.HOUR)
        assert isinstance(refusal, Refusal)
        assert refusal.field == "eventStartTime"

    async def test_nor_one_of_another_series_at_the_same_hour(self, venue: Venue, gamma: Gamma) -> None:
        venue.listed = [an_event(replace(self.RENAMED, asset=Asset.ETH)), an_event(WINDOW), None, 7, {}]
        assert await find(gamma, self.HOUR) == NotListed(self.HOUR.slug)

    async def test_what_is_found_there_is_read_as_strictly(self, venue: Venue, gamma: Gamma) -> None:
        venue.listed = [an_event(self.RENAMED, resolutionSource="https://pyth.network/sol-usd")]
        refusal = await find(gamma, self.HOUR)
        assert isinstance(refusal, Refusal)
        assert refusal.field == "resolutionSource"

    async def test_the_second_of_two_hours_with_one_name_is_found_by_its_start(
        self, venue: Venue, gamma: Gamma
    ) -> None:
        first = Calendar(Asset.BTC, Interval.H1).current(AUTUMN - 3 * 3_600_000)
        second = Calendar(Asset.BTC, Interval.H1).following(first)
        venue.lists(an_event(first))
        venue.listed = [an_event(first), an_event(replace(second, slug=second.slug + "-2"))]
        market = await gamma.find((second,), first.start_ms)
        assert isinstance(market, Market)
        assert (market.slug, market.start_ms) == (second.slug + "-2", second.start_ms)


class TestADayWhenTheClockChanges:
    CANDIDATES = Calendar(Asset.BTC, Interval.H4).candidates(AUTUMN)

    async def test_each_plausible_window_is_asked_for_in_turn(self, venue: Venue, gamma: Gamma) -> None:
        venue.lists(an_event(self.CANDIDATES[2]))
        market = await gamma.find(self.CANDIDATES, AUTUMN)
        assert isinstance(market, Market)
        assert market.start_ms == self.CANDIDATES[2].start_ms
        assert venue.asked == [f"/events/slug/{window.slug}" for window in self.CANDIDATES]

    async def test_the_one_that_just_ended_is_passed_over(self, venue: Venue, gamma: Gamma) -> None:
        before, after, _ = self.CANDIDATES
        venue.lists(an_event(replace(before, end_ms=AUTUMN)))
        venue.lists(an_event(after))
        market = await gamma.find(self.CANDIDATES, AUTUMN - 600_000)
        assert isinstance(market, Market)
        assert market.start_ms == AUTUMN


async def hang(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


def dripping(venue: Venue) -> Answer:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b'{"slug":')
        await venue.closing.wait()
        return response

    return drip


async def flood(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(MAX_BYTES // 65_536 + 2):
        await response.write(b" " * 65_536)
    return response


ELSEWHERE = always(lambda: web.Response(status=302, headers={"Location": "/events/slug/other"}))

FAILURES: dict[str, tuple[Answer, Fault, str]] = {
    "a server error": (always(lambda: web.Response(status=500)), Fault.STATUS, "answered 500"),
    "too many requests": (always(lambda: web.Response(status=429)), Fault.STATUS, "answered 429"),
    "nothing at all": (always(lambda: web.Response(status=204)), Fault.STATUS, "answered 204"),
    "a redirect": (ELSEWHERE, Fault.REDIRECT, "elsewhere (302)"),
    "a page": (always(lambda: web.Response(text="<html>hi</html>")), Fault.NOT_JSON, "not JSON"),
    "half an answer": (always(lambda: web.Response(text='{"slug":')), Fault.NOT_JSON, "not JSON"),
    "no text": (always(lambda: web.Response(body=b"\xff\xfe")), Fault.NOT_JSON, "not JSON"),
    "null": (always(lambda: json_answer(None)), Fault.WRONG_SHAPE, "another shape"),
    "a list": (always(lambda: json_answer([1])), Fault.WRONG_SHAPE, "another shape"),
    "an answer without end": (flood, Fault.TOO_LARGE, f"more than {MAX_BYTES} bytes"),
}


class TestFailuresAreValues:
    @pytest.mark.parametrize(("answer", "fault", "said"), FAILURES.values(), ids=FAILURES.keys())
    async def test_of_a_server(self, venue: Venue, gamma: Gamma, answer: Answer, fault: Fault, said: str) -> None:
        venue.instead = answer
        for failure in (await find(gamma), await gamma.outcome(WINDOW.slug, WINDOW.start_ms)):
            assert isinstance(failure, Unreachable)
            assert failure.fault is fault
            assert said in str(failure)
            assert "Gamma" in str(failure)
            assert WINDOW.slug in str(failure)
        assert gamma.faults == {each: 2 if each is fault else 0 for each in Fault}
        assert venue.asked == [f"/events/slug/{WINDOW.slug}"] * 2

    @pytest.mark.parametrize("drips", [False, True])
    async def test_of_patience(self, venue: Venue, client: httpx.AsyncClient, address: str, drips: bool) -> None:
        venue.instead = dripping(venue) if drips else hang
        failure = await find(Gamma(client, address, timeout_s=0.05))
        assert isinstance(failure, Unreachable)
        assert failure.fault is Fault.TIMEOUT
        assert "0.05 s" in failure.reason

    async def test_of_a_network(self, client: httpx.AsyncClient, unused_tcp_port: int) -> None:
        gamma = Gamma(client, f"http://127.0.0.1:{unused_tcp_port}/")
        failure = await find(gamma)
        assert isinstance(failure, Unreachable)
        assert "could not be reached (ConnectError)" in failure.reason
        assert gamma.faults[Fault.TRANSPORT] == 1

    async def test_of_the_listing(self, venue: Venue, gamma: Gamma) -> None:
        venue.listed = {"events": []}
        failure = await find(gamma)
        assert isinstance(failure, Unreachable)
        assert failure.fault is Fault.WRONG_SHAPE

    async def test_and_the_next_answer_is_as_good_as_ever(self, venue: Venue, gamma: Gamma) -> None:
        venue.lists(an_event(WINDOW))
        venue.instead = flood
        assert isinstance(await find(gamma), Unreachable)
        venue.instead = None
        assert isinstance(await find(gamma), Market)

    async def test_but_a_cancelled_search_is_cancelled(self, venue: Venue, gamma: Gamma) -> None:
        asked = asyncio.Event()

        async def wait(_: web.Request) -> web.StreamResponse:
            asked.set()
            return await hang(_)

        venue.instead = wait
        search = asyncio.create_task(find(gamma))
        await asked.wait()
        search.cancel()
        with pytest.raises(asyncio.CancelledError):
            await search


class TestHowAWindowEnded:
    async def test_with_a_winner(self, venue: Venue, gamma: Gamma) -> None:
        market = a_market(WINDOW, closed=True, umaResolutionStatus="resolved", outcomePrices='["1", "0"]')
        venue.lists(an_event(WINDOW, market, eventMetadata={"finalPrice": 2.5, "priceToBeat": 2}))
        assert await gamma.outcome(WINDOW.slug, WINDOW.start_ms) == Verdict(UP, 2.5, 2.0)

    async def test_is_not_known_yet(self, venue: Venue, gamma: Gamma) -> None:
        venue.lists(an_event(WINDOW))
        assert await gamma.outcome(WINDOW.slug, WINDOW.start_ms) == Verdict(None, None, None)

    async def test_where_the_venue_does_not_know_it(self, gamma: Gamma) -> None:
        assert await gamma.outcome("../secrets?x=1", 0) == NotListed("../secrets?x=1")


async def test_a_venue_on_loopback_cuts_its_own_windows(venue: Venue, client: httpx.AsyncClient, address: str) -> None:
    window = Calendar(Asset.XRP, Interval.H1, 60, 11).current(NOW)
    venue.lists(an_event(window))
    market = await Gamma(client, address, any_length=True).find((window,), NOW)
    assert isinstance(market, Market)
    assert market.end_ms - market.start_ms == 60_000
