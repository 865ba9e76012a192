"""Heartbeats of order keepers: once begun, their staying away cancels every open order of the key."""

import asyncio
import hashlib
from collections.abc import Callable

from app.demo.credentials import ApiKey
from app.demo.refusals import BAD_HEARTBEAT


class BadHeartbeat(Exception):
    """The id is not the last one that was given out; `right` is."""

    def __init__(self, right: str) -> None:
        super().__init__(BAD_HEARTBEAT)
        self.right = right


class Heartbeats:
    """Every key's last heartbeat. `silent` is called with a key that has been silent for `limit_s`; there is no other
    end to it."""

    def __init__(self, limit_s: float, silent: Callable[[ApiKey], None]) -> None:
        self._limit_s = limit_s
        self._silent = silent
        self._count = 0
        self._last: dict[str, str] = {}
        self._alarms: dict[str, asyncio.TimerHandle] = {}

    def beat(self, key: ApiKey, heartbeat_id: str) -> str:
        """Take a heartbeat and give the id for the next one. BadHeartbeat, which keeps nothing alive, where its own is
        another than the last; the first one's is empty."""
        right = self._last.get(key.key, "")
        if heartbeat_id != right:
            raise BadHeartbeat(right)
        self._count += 1
        self._last[key.key] = hashlib.sha256(f"{key.key}/{self._count}".encode()).hexdigest()[:32]
        if key.key in self._alarms:
            self._alarms[key.key].cancel()
        self._alarms[key.key] = asyncio.get_running_loop().call_later(self._limit_s, self._miss, key)
        return self._last[key.key]

    def close(self) -> None:
        """The venue ends."""
        for alarm in self._alarms.values():
            alarm.cancel()

    def _miss(self, key: ApiKey) -> None:
        del self._alarms[key.key], self._last[key.key]
        self._silent(key)
