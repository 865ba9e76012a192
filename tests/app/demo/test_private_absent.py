"""Without the packages that check signatures: everything public as ever, everything private a sentence."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from aiohttp import web

from app.demo.absent import PATHS
from app.demo.clock import Clock, Player
from app.demo.config import DemoConfig
from app.demo.floor import Floor
from app.demo.private import PrivateSide
from app.demo.world import World
from tests.app.demo.trading import Desk

BARE = """
import sys
for name in ("eth_account", "coincurve", "Crypto"):
    sys.modules[name] = None
from app.demo.__main__ import main
sys.exit(main(["--window=60", "--until-stdin-ends"]))
"""


@contextmanager
def bare() -> Iterator[Desk]:
    process = subprocess.Popen([sys.executable, "-c", BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        desk = Desk(orjson.loads(process.stdout.readline()))
        try:
            yield desk
        finally:
            desk.http.close()
            process.stdin.close()
            process.wait(10)


def test_a_venue_without_the_extra_serves_the_public_side_and_refuses_the_private_one_in_a_sentence() -> None:
    with bare() as desk:
        assert not {"wallet_key", "funder", "signature_type", "api"} & set(desk.facts)
        token = desk.tokens(0)[0]
        assert desk.book(token)["asset_id"] == token
        assert desk.http.get(desk.host + "/price", params={"token_id": token, "side": "BUY"}).status_code == 200
        private = [(method, desk.host + path.replace("{id}", "0x1")) for method, path in PATHS]
        for base in (desk.facts["control_url"] + "/ledger", desk.facts["data_api_url"] + "/v2/positions"):
            private.append(("GET", base))
        for method, url in private:
            answer = desk.http.request(method, url)
            assert answer.status_code == 503
            assert answer.json()["error"].startswith("This demo venue has no accounts: install pmtui with the extra")


@pytest.mark.parametrize("which", ["present", "absent"])
async def test_both_sides_have_the_same_routes(which: str) -> None:
    world = World(DemoConfig(), 1_790_000_000)
    clock = Clock(world.start_s)
    side: Any = PrivateSide("/clob", world, clock, Floor(world, clock, Player(clock)))
    if which == "absent":
        from app.demo.absent import AbsentSide

        side = AbsentSide()
    app = web.Application()
    side.add_routes(app)
    routes = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource is not None}
    assert {(method, path) for method, path in routes if method != "HEAD"} == set(PATHS)
