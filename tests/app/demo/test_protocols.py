"""Windows on the newer ledger, as the program itself reads them."""

import pytest

from app.demo.config import DemoConfig
from app.demo.gamma_documents import event
from app.demo.world import World
from engine.market import Asset, Interval, Market
from feeds.listing import read_event
from feeds.verdict import Verdict, read_outcome
from feeds.windows import Window
from tests.app.demo.trading import QUIET, running

START_S = 1_790_000_000


@pytest.mark.parametrize("protocol", ["v1", "v2"])
def test_a_listing_and_its_outcome_are_what_the_program_understands(protocol: str) -> None:
    world = World(DemoConfig(protocol=protocol), START_S)
    window = world.window("btc", "5m", 0)
    start_ms = window.unix_start * 1000
    wanted = Window(window.slug, Asset.BTC, Interval.M5, start_ms, window.unix_end * 1000)
    market = read_event(event(world, window, 0), wanted, world.wall_ms(0), any_length=True)
    assert isinstance(market, Market)
    assert (market.version, market.condition_id) == (protocol, window.condition_id)
    assert (market.up_token, market.down_token) == window.tokens
    outcome = read_outcome(event(world, window, window.resolved_ns), start_ms)
    assert isinstance(outcome, Verdict)
    assert outcome.outcome is not None


def test_positions_are_of_the_form_that_tells_the_newer_ledger() -> None:
    world = World(DemoConfig(protocol="v2"), START_S)
    up, down = (int(token) for token in world.window("eth", "15m", 3).tokens)
    assert (down - up, up & 0xFF, up >> 248) == (1, 0, 1)
    assert not up & ((2**64 - 1) << 40)
    assert len(world.window("eth", "15m", 3).listed_condition_id) == 2 + 62


def test_a_book_says_its_version_and_is_found_by_the_padded_condition_only() -> None:
    with running(*QUIET, "--protocol=v2") as desk:
        market = desk.market(0)
        book = desk.book(market["positionIds"][0])
        assert (book["version"], book["market"]) == ("v2", market["conditionId"] + "00")
        info = desk.http.get(f"{desk.host}/clob-markets/{market['conditionId']}00").json()
        assert (info["v"], [each["t"] for each in info["t"]]) == ("v2", market["positionIds"])
        assert desk.http.get(f"{desk.host}/clob-markets/{market['conditionId']}").status_code == 404
        assert market["clobTokenIds"] is None


def test_an_unknown_protocol_is_named() -> None:
    with pytest.raises(ValueError, match="protocol is v3; use v1 or v2"):
        DemoConfig(protocol="v3")
