"""The table that decides every answer to POST /order (2e of the fault catalogue), row by row, at the wire.

Each row says what becomes of the order, of its money, of the arming and of the venue's mode; and that there was one
POST, or none.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from engine.execution import VenueMode
from engine.order_life import Stage
from tests.app.demo.trading import Desk, running
from tests.app.live.rig import VENUE, rigged


class Row(NamedTuple):
    """An answer, and what follows."""

    faults: dict[str, Any]
    stage: Stage
    held: bool = False
    armed: bool = True
    mode: VenueMode = VenueMode.NORMAL
    posts: int = 1


def plain(status: int, body: str = "", **more: Any) -> dict[str, Any]:
    return {"answers": [{"kind": "status", "status": status, "body": body, **more}]}


REFUSED = '{"error":"not enough balance / allowance"}'
SUCCESS_WITHOUT_ID = '{"success":true,"errorMsg":"","orderID":"","status":""}'
FALSE_WITH_REASON = '{"success":false,"errorMsg":"invalid order","orderID":"","status":""}'

ROWS = {
    "reset": Row({"answers": [{"kind": "reset", "match": False}]}, Stage.UNKNOWN, held=True),
    "200 matched": Row({}, Stage.CONFIRMED),
    "200 delayed": Row({"answers": [{"kind": "delayed", "after_s": 5}]}, Stage.DELAYED, held=True),
    "200 live": Row({"answers": [{"kind": "live", "after_s": 5}]}, Stage.DELAYED, held=True),
    "200 false with a reason": Row(plain(200, FALSE_WITH_REASON), Stage.REJECTED),
    "200 malformed": Row({"answers": [{"kind": "malformed", "match": False}]}, Stage.UNKNOWN, held=True),
    "200 empty": Row({"answers": [{"kind": "empty", "match": False}]}, Stage.UNKNOWN, held=True),
    "200 without id and reason": Row(plain(200, SUCCESS_WITHOUT_ID), Stage.UNKNOWN, held=True),
    "400": Row(plain(400, REFUSED), Stage.REJECTED),
    "401": Row(plain(401, '{"error":"Unauthorized/Invalid api key"}'), Stage.REJECTED, armed=False),
    "403": Row(plain(403, '{"error":"forbidden"}'), Stage.REJECTED, armed=False),
    "403 page": Row({"answers": ["html403"]}, Stage.REJECTED, armed=False),
    "429": Row(plain(429, '{"error":"Too Many Requests"}'), Stage.REJECTED),
    "425": Row({"phase": "restarting"}, Stage.UNKNOWN, held=True, mode=VenueMode.RESTARTING),
    "503 post-only": Row({"phase": "post_only"}, Stage.REJECTED, mode=VenueMode.POST_ONLY),
    "503 cancel-only": Row({"phase": "cancel_only"}, Stage.REJECTED, mode=VenueMode.CANCEL_ONLY),
    "503 disabled": Row({"phase": "disabled"}, Stage.REJECTED, mode=VenueMode.DISABLED),
    "500": Row(plain(500, '{"error":"could not run the execution"}'), Stage.UNKNOWN, held=True),
    "502": Row(plain(502, "bad gateway"), Stage.UNKNOWN, held=True),
    "503 page": Row(plain(503, "<html>Service Unavailable, disabled</html>"), Stage.UNKNOWN, held=True),
    "504": Row(plain(504), Stage.UNKNOWN, held=True),
    "closed only": Row({"closed_only": True}, Stage.REJECTED, armed=False),
    "blocked here": Row({"geoblocked": True}, Stage.REJECTED, armed=False),
}


@pytest.fixture(scope="module")
def venue() -> Iterator[Desk]:
    with running(*VENUE) as desk:
        yield desk


@pytest.mark.parametrize("name", ROWS)
async def test_an_answer_means_what_the_table_says(venue: Desk, tmp_path: Path, name: str) -> None:
    row = ROWS[name]
    async with rigged(venue, tmp_path) as rig:
        if row.faults:
            venue.faults(**row.faults)
        life = await rig.send()
        if row.stage is Stage.CONFIRMED:
            await rig.rest(life)
        else:
            await rig.until(lambda: life.stage is row.stage)
        assert rig.risk_held == (life.reserve if row.held else 0)
        assert rig.opened.account.armed is row.armed
        assert rig.opened.account.blotter.account.venue.mode is row.mode
        assert len(rig.posts()) == row.posts
    rig.check(settled=False)


async def test_an_order_that_finds_no_connection_was_not_sent(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig:
        client = rig.opened.client
        client._base, there = "http://127.0.0.1:9", client._base
        life = await rig.send()
        client._base = there
        assert life.stage is Stage.DROPPED
        assert rig.risk_held == 0
        assert rig.posts() == []
    rig.check()
