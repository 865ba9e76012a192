"""The demo venue as a child process that ends when its parent does, however the parent ends.

The child reads a pipe that only the parent holds open; the kernel closes it even when the parent is killed.
"""

import asyncio
import contextlib
import os
import sys
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from typing import Any, Final

import orjson

from app.demo.config import DemoConfig

_START_S: Final = 15.0
_STOP_S: Final = 2.0
_LAST_WORDS: Final = 20


class VenueError(Exception):
    """The demo venue did not start; the text says what it said."""


@dataclass(frozen=True, slots=True)
class PlayAccount:
    """The play wallet as the venue told it: its private key (hex), the address of its money and how that signs."""

    key: str = field(repr=False)
    funder: str
    signature_type: int


class Venue:
    """A running venue. `addresses` are the settings' names in lower case and their bases; `facts` is all that it said
    when it was ready, but for the play wallet's key; `play_wallet` is None where it has no private side."""

    def __init__(
        self, process: asyncio.subprocess.Process, facts: dict[str, Any], listener: asyncio.Task[None]
    ) -> None:
        self.addresses: dict[str, str] = {name: value for name, value in facts.items() if name.endswith("_url")}
        self.window_s: int = facts["window_s"]
        self.window_start_s: int = facts["window_start_s"]
        self.play_wallet: PlayAccount | None = _play_wallet(facts)
        self.facts = {name: value for name, value in facts.items() if name != "wallet_key"}
        self._process = process
        self._listener = listener

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    async def wait(self) -> int:
        """Until the venue has ended by itself or was stopped; its exit code."""
        return await self._process.wait()

    async def stop(self, grace_s: float = _STOP_S) -> None:
        """End it, by force where asking does not help within `grace_s`. Stopping twice does no harm."""
        if self._process.returncode is None:
            await _end(self._process, grace_s)
        self._listener.cancel()


async def start_venue(config: DemoConfig, withheld: Collection[str] = ()) -> Venue:
    """Start a venue as a child and wait until it serves. It gets our environment without the names in `withheld`.

    VenueError where it ends or stays silent instead; its own words, the last of them, are in the text.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.demo",
        *_arguments(config),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        env={name: value for name, value in os.environ.items() if name not in withheld}
        | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    words: deque[str] = deque(maxlen=_LAST_WORDS)
    listener = asyncio.create_task(_listen(process, words))
    try:
        facts = await _first_line(process, words)
    except BaseException:
        await _end(process)
        listener.cancel()
        raise
    return Venue(process, facts, listener)


def _play_wallet(facts: dict[str, Any]) -> PlayAccount | None:
    if "wallet_key" not in facts:
        return None
    return PlayAccount(facts["wallet_key"], facts["funder"], facts["signature_type"])


def _arguments(config: DemoConfig) -> list[str]:
    rules = {rule.name: getattr(config.house, rule.name) for rule in fields(config.house)}
    return [
        f"--seed={config.seed}",
        f"--window={config.window_s}",
        f"--rate={config.rate}",
        f"--maker-lag-ms={config.maker_lag_ms}",
        f"--pull-rate={config.pull_rate}",
        f"--protocol={config.protocol}",
        *(f"--{name.replace('_', '-')}={value}" for name, value in rules.items() if value is not None),
        "--until-stdin-ends",
    ]


async def _first_line(process: asyncio.subprocess.Process, words: deque[str]) -> dict[str, Any]:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START_S):
            line = await process.stdout.readline()
            if not line:
                await process.wait()
    except TimeoutError:
        raise VenueError(f"the demo venue said nothing for {_START_S:g} s. {' '.join(words)}") from None
    if not line:
        raise VenueError(f"the demo venue ended with code {process.returncode}. {' '.join(words)}")
    facts: dict[str, Any] = orjson.loads(line)
    return facts


async def _listen(process: asyncio.subprocess.Process, words: deque[str]) -> None:
    """Keep the child's last words; a full pipe would stop it, and the screen is not its own."""
    assert process.stderr is not None
    while line := await process.stderr.readline():
        words.append(line.decode(errors="replace").strip())


async def _end(process: asyncio.subprocess.Process, grace_s: float = _STOP_S) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(grace_s):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
