"""kill -9 at any step of an order's life: nothing is sent twice, nothing forgotten, and the money is exact."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.demo.trading import Desk, running
from tests.app.live.killing import kill_once
from tests.app.live.rig import VENUE


@pytest.fixture(scope="module")
def venue() -> Iterator[Desk]:
    with running(*VENUE) as desk:
        yield desk


@pytest.mark.parametrize("seed", range(8))
async def test_a_killed_run_is_taken_up_where_it_was(venue: Desk, tmp_path: Path, seed: int) -> None:
    killed = await kill_once(venue, tmp_path, seed)
    assert not killed.wrong, killed
