"""A scripted venue, and the client that speaks with it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.live.calls import venue_http
from tests.app.live.scripted import Script, scripted


@pytest.fixture
async def venue() -> AsyncIterator[Script]:
    """Says what a test has told it to."""
    async with scripted() as script:
        yield script


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """As live orders leave."""
    async with venue_http() as client:
        yield client
