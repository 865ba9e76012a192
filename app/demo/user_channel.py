"""The user channel: what happens to an account's orders and trades, told while it listens. Nothing is repeated.

An order is told in a list of one, as the venue has been seen to do, and a trade without a list.
"""

import asyncio
from typing import Any, Final

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from app.demo.clients import REFUSED, Audience, Client
from app.demo.credentials import ApiKey, KeyRing
from app.demo.trouble import Trouble
from app.demo.user_frames import Document

_LAG_S: Final = 0.03
"""An event comes a little after the answer to the request that caused it, unless trouble says otherwise."""

_ALL: Final = "*"


class UserChannel:
    """`/ws/user`."""

    def __init__(self, keys: KeyRing, trouble: Trouble) -> None:
        self._keys = keys
        self._trouble = trouble
        self._audience = Audience()

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """One client. Its first message has to hold its credentials; else the connection is closed with 1008."""
        client = Client(request)
        await client.open()
        self._audience.join(client)
        key: ApiKey | None = None
        try:
            async for message in client.socket:
                if message.type is WSMsgType.TEXT:
                    key = self._hear(client, message.data, key)
        finally:
            self._audience.leave(client)
            await client.done()
        return client.socket

    def tell(self, owner: str, document: Document) -> None:
        """Send an event to the holder of a key, if it is listening and nothing is wrong."""
        trouble = self._trouble
        if trouble.events_silent:
            return
        frame = orjson.dumps([document] if document["event_type"] == "order" else document)
        topics = (f"{owner}/{_ALL}", f"{owner}/{document['market']}")
        copies = trouble.event_copies
        if trouble.events_first:
            self._send(frame, topics, copies)
        else:
            asyncio.get_running_loop().call_later(_LAG_S + trouble.events_held_s, self._send, frame, topics, copies)

    def drop(self) -> None:
        """Cut every connection."""
        for client in list(self._audience.clients):
            client.drop(WSCloseCode.GOING_AWAY, b"")

    def _send(self, frame: bytes, topics: tuple[str, ...], copies: int) -> None:
        for _ in range(copies):
            self._audience.publish(frame, *topics)

    def _hear(self, client: Client, text: str, key: ApiKey | None) -> ApiKey | None:
        if text == "PING":
            client.send(b"PONG")
            return key
        message = _object(text)
        if key is None:
            key = self._holder(message)
            if key is None:
                client.drop(WSCloseCode.POLICY_VIOLATION, b"auth")
                return None
            self._subscribe(client, key, message.get("markets") or [_ALL])
        elif message.get("operation") == "subscribe":
            self._subscribe(client, key, message.get("markets") or [])
        elif message.get("operation") == "unsubscribe":
            self._audience.unsubscribe(client, _topics(key, message.get("markets") or []))
        else:
            client.send(REFUSED)
        return key

    def _holder(self, message: dict[str, Any]) -> ApiKey | None:
        auth = message.get("auth")
        if message.get("type") != "user" or not isinstance(auth, dict):
            return None
        return self._keys.named(auth.get("apiKey"), auth.get("secret"), auth.get("passphrase"))

    def _subscribe(self, client: Client, key: ApiKey, markets: object) -> None:
        self._audience.subscribe(client, _topics(key, markets))


def _topics(key: ApiKey, markets: object) -> list[str]:
    return [f"{key.key}/{market}" for market in markets if isinstance(market, str)] if isinstance(markets, list) else []


def _object(text: str) -> dict[str, Any]:
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return message if isinstance(message, dict) else {}
