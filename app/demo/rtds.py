"""The old price socket's look-alike. Its traps are kept: a filter that is not compact JSON text gets history and then
silence, and one unknown topic in a request silences all of it."""

from typing import Any

import orjson
from aiohttp import WSMsgType, web

from app.demo.clients import Audience, Client
from app.demo.clock import Clock
from app.demo.oracle_frames import TOPICS, Report, rtds_history, rtds_symbol, rtds_update
from app.demo.windows import ASSETS
from app.demo.world import World


class RtdsService:
    """One socket; topics are subscribed to by message."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._audience = Audience()

    def app(self) -> web.Application:
        """The route: the base address itself."""
        app = web.Application()
        app.router.add_get("", self._socket)
        app.router.add_get("/", self._socket)
        return app

    def publish(self, report: Report) -> None:
        """One report, to those who want that coin or the whole topic."""
        if report.topic in TOPICS:
            symbol = rtds_symbol(report.topic, report.asset)
            listeners = self._audience.listeners(report.topic, f"{report.topic}/{symbol}")
            if listeners:
                document = rtds_update(self._world, report, "")
                for client in listeners:
                    client.send(orjson.dumps(document | {"connection_id": _connection_id(client)}))

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        client = Client(request)
        await client.open()
        self._audience.join(client)
        try:
            async for message in client.socket:
                if message.type is WSMsgType.TEXT and message.data != "PING":
                    self._hear(client, message.data)
        finally:
            self._audience.leave(client)
            await client.done()
        return client.socket

    def _hear(self, client: Client, text: str) -> None:
        request = _request(text)
        if request is None:
            refusal = {
                "message": "Invalid request body",
                "connectionId": _connection_id(client),
                "requestId": _connection_id(client),
            }
            client.send(orjson.dumps(refusal))
            return
        action, wanted = request
        unknown = next((each for each in wanted if each.get("topic") not in TOPICS), None)
        if unknown is not None:
            client.send(orjson.dumps(_unknown_topic(str(unknown.get("topic")), str(unknown.get("type")))))
            return
        for each in wanted:
            if action == "subscribe":
                self._subscribe(client, each["topic"], each.get("filters"))
            else:
                self._audience.unsubscribe(client, [_topic(each["topic"], each.get("filters"))])

    def _subscribe(self, client: Client, topic: str, filters: object) -> None:
        if not filters:
            self._audience.subscribe(client, [topic])
            return
        symbol = _symbol(filters)
        asset = next((asset for asset in ASSETS if rtds_symbol(topic, asset) == symbol), None)
        if asset is None:
            return
        client.send(orjson.dumps(rtds_history(self._world, topic, asset, self._clock.now_ns())))
        if filters == orjson.dumps({"symbol": symbol}).decode():
            self._audience.subscribe(client, [_topic(topic, filters)])


def _request(text: str) -> tuple[str, list[dict[str, Any]]] | None:
    try:
        request = orjson.loads(text)
        action, wanted = request["action"], request["subscriptions"]
    except (orjson.JSONDecodeError, TypeError, KeyError):
        return None
    if action not in ("subscribe", "unsubscribe") or not isinstance(wanted, list):
        return None
    return (action, wanted) if all(isinstance(each, dict) for each in wanted) else None


def _symbol(filters: object) -> object:
    try:
        found = orjson.loads(filters) if isinstance(filters, str) else None
    except orjson.JSONDecodeError:
        return None
    return found.get("symbol") if isinstance(found, dict) else None


def _topic(topic: str, filters: object) -> str:
    return f"{topic}/{_symbol(filters)}" if filters else topic


def _unknown_topic(topic: str, kind: str) -> dict[str, Any]:
    what = f"topic: {topic} and type: {kind} not found"
    return {"body": {"message": f"rpc error: code = NotFound desc = {what}"}, "statusCode": 401}


def _connection_id(client: Client) -> str:
    return f"demo{id(client):x}="
