"""The private side's gate: who asks, and whether the venue is in a phase to hear it."""

from typing import Final

from aiohttp import web

from app.demo import refusals as words
from app.demo.clock import Clock
from app.demo.credentials import ApiKey, KeyRing
from app.demo.refusals import Refusal
from app.demo.trouble import CANCEL_ONLY, DISABLED, POST_ONLY, RESTARTING, Trouble
from app.demo.world import World

_TOO_EARLY: Final = 425
_UNAVAILABLE: Final = 503


class Gate:
    """Checks requests below the base address `prefix`, whose part of the path is not signed."""

    def __init__(self, prefix: str, keys: KeyRing, world: World, clock: Clock, trouble: Trouble) -> None:
        self._prefix = prefix
        self._keys = keys
        self._world = world
        self._clock = clock
        self._trouble = trouble

    def now_s(self) -> int:
        """The clock that timestamps are checked against, in unix seconds."""
        return int(self.now_ms() / 1000 + self._trouble.skew_s)

    def now_ms(self) -> int:
        """The true clock, in unix milliseconds."""
        return self._world.wall_ms(self._clock.now_ns())

    async def holder(self, request: web.Request) -> ApiKey:
        """The key that signed this request. Refusal, 401, where none did."""
        path = request.path.removeprefix(self._prefix)
        return self._keys.holder(request.headers, request.method, path, await request.read(), self.now_s())

    def check_order(self, key: ApiKey, *, post_only: bool) -> None:
        """Refusal where the venue takes no such order now."""
        trouble = self._trouble
        if trouble.geoblocked:
            raise Refusal(words.BLOCKED, 403)
        if trouble.closed_only:
            raise Refusal(words.CLOSED_ONLY.format(address=key.owner), 400)
        self._check_restart()
        if trouble.phase == CANCEL_ONLY:
            raise Refusal(words.CANCEL_ONLY, _UNAVAILABLE)
        if trouble.phase == POST_ONLY and not post_only:
            wait = trouble.retry_after_s
            extra = {"code": "post_only_mode", "retry_after_seconds": wait}
            raise Refusal(words.POST_ONLY_MODE, _UNAVAILABLE, extra, {"Retry-After": str(wait)})
        if trouble.not_ready:
            raise Refusal(words.NOT_READY)

    def check_cancel(self) -> None:
        """Refusal where the venue takes no cancels now."""
        self._check_restart()

    def _check_restart(self) -> None:
        if self._trouble.phase == RESTARTING:
            raise Refusal(words.RESTARTING, _TOO_EARLY, headers={"Retry-After": str(self._trouble.retry_after_s)})
        if self._trouble.phase == DISABLED:
            raise Refusal(words.DISABLED, _UNAVAILABLE)
