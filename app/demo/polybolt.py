"""The new price socket's look-alike. Any credentials that are complete will do."""

from typing import Any, Final

import orjson
from aiohttp import WSMsgType, web

from app.demo.clients import Audience, Client
from app.demo.clock import Clock
from app.demo.oracle_frames import CHANNELS, TWAP_CHANNEL, Report, polybolt_history, polybolt_update
from app.demo.windows import ASSETS
from app.demo.world import World

_CREDENTIALS: Final = ("apiKey", "secret", "passphrase")
_VENUE_WINDOW_S: Final = 60
_SYMBOLS: Final = {f"{asset}usd": asset for asset in ASSETS}


class _Session:
    """One connection: whether it has shown its credentials, and how far each channel has counted."""

    __slots__ = ("authed", "client", "seq")

    def __init__(self, client: Client) -> None:
        self.client = client
        self.authed = False
        self.seq = dict.fromkeys(CHANNELS, 0)

    def count(self, channel: str) -> int:
        """The next number of that channel."""
        self.seq[channel] += 1
        return self.seq[channel]

    def send(self, document: dict[str, Any]) -> None:
        """Queue one frame."""
        self.client.send(orjson.dumps(document))


class PolyboltService:
    """`/ws`: first `auth`, then `subscribe`; each subscription is answered, then told its history, then kept up.

    In a demo the average's `window_seconds` may be asked for as the venue's 60 or as the windows' own lookback;
    frames repeat what was asked for, and both mean the lookback.
    """

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._audience = Audience()
        self._sessions: dict[Client, _Session] = {}

    def app(self) -> web.Application:
        """The route, below this service's base address."""
        app = web.Application()
        app.router.add_get("/ws", self._socket)
        return app

    def publish(self, report: Report) -> None:
        """One report, to those who want that coin's channel."""
        if report.topic in CHANNELS:
            for window_s in self._windows(report.topic):
                for client in self._audience.listeners(_topic(report.topic, f"{report.asset}usd", window_s)):
                    session = self._sessions[client]
                    session.send(polybolt_update(self._world, report, session.count(report.topic), window_s))

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        client = Client(request)
        await client.open()
        self._audience.join(client)
        self._sessions[client] = session = _Session(client)
        try:
            async for message in client.socket:
                if message.type is WSMsgType.TEXT:
                    self._hear(session, message.data)
        finally:
            self._audience.leave(client)
            del self._sessions[client]
            await client.done()
        return client.socket

    def _hear(self, session: _Session, text: str) -> None:
        request = _object(text)
        operation, rid = request.get("op"), request.get("rid")
        if operation == "auth":
            shown = request.get("auth")
            if isinstance(shown, dict) and all(isinstance(v := shown.get(k), str) and v for k in _CREDENTIALS):
                session.authed = True
                session.send({"op": "authed", "rid": rid})
            else:
                session.send(_error("auth_invalid", rid))
        elif operation not in ("subscribe", "unsubscribe"):
            session.send(_error("bad_op", rid))
        elif not session.authed:
            session.send(_error("auth_required", rid))
        else:
            wanted = request.get("subscriptions")
            for each in wanted if isinstance(wanted, list) else [None]:
                self._change(session, operation, each if isinstance(each, dict) else {}, rid)

    def _change(self, session: _Session, operation: str, wanted: dict[str, Any], rid: object) -> None:
        channel, chosen = wanted.get("channel"), wanted.get("filter")
        if channel not in CHANNELS:
            session.send(_error("bad_channel", rid))
            return
        chosen = chosen if isinstance(chosen, dict) else {}
        symbol, window_s = chosen.get("symbol"), chosen.get("window_seconds", 0)
        if (
            not isinstance(symbol, str)
            or symbol not in _SYMBOLS
            or not isinstance(window_s, int)
            or window_s not in self._windows(channel)
        ):
            session.send(_error("bad_filter", rid))
            return
        topic = _topic(channel, symbol, window_s)
        session.send({"op": f"{operation}d", "channel": channel, "rid": rid})
        if operation == "unsubscribe":
            self._audience.unsubscribe(session.client, [topic])
            return
        self._audience.subscribe(session.client, [topic])
        now_ns = self._clock.now_ns()
        session.send(polybolt_history(self._world, channel, _SYMBOLS[symbol], now_ns, session.count(channel)))

    def _windows(self, channel: str) -> set[int]:
        return {_VENUE_WINDOW_S, self._world.config.lookback_s} if channel == TWAP_CHANNEL else {0}


def _topic(channel: str, symbol: str, window_s: int) -> str:
    return f"{channel}/{symbol}/{window_s}"


def _error(code: str, rid: object) -> dict[str, Any]:
    return {"op": "error", "code": code, "rid": rid}


def _object(text: str) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
