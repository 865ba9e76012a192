"""How far this machine's clock is from the venue's. Windows, cut-offs and the strike hang on it."""

import time
from dataclasses import dataclass
from typing import Final

import httpx

WORTH_TELLING_S: Final = 0.5
"""The venue answers in whole seconds, so a smaller difference cannot be seen."""


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """Seconds by which our clock is ahead of the venue's; 0 where the difference is within what can be seen."""

    ahead_s: float

    @property
    def ahead_ms(self) -> int:
        """The same in whole ms, towards 0: never more than what is sure."""
        return int(self.ahead_s * 1000)

    @property
    def worth_telling(self) -> bool:
        """Whether a person should look at the clock."""
        return abs(self.ahead_s) > WORTH_TELLING_S


async def clock_offset(client: httpx.AsyncClient, clob_rest_url: str) -> ClockOffset | str:
    """Ask the venue for its time (`GET /time`, whole seconds); one sentence where it gives none.

    The answer was true at some instant between the request and its arrival, and stands for a whole second, so
    only what lies outside of both counts.
    """
    asked = time.time()
    try:
        response = await client.get(f"{clob_rest_url}/time")
    except httpx.HTTPError as error:
        return f"the venue's clock gave no answer ({type(error).__name__})"
    answered = time.time()
    text = response.text.strip()
    if response.status_code != httpx.codes.OK or not (text.isascii() and text.isdecimal() and len(text) < 12):
        return f"the venue's clock answered {response.status_code} and no time"
    earliest, latest = float(text), float(text) + 1.0
    if answered < earliest:
        return ClockOffset(answered - earliest)
    return ClockOffset(max(asked - latest, 0.0))
