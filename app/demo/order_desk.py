"""The order desk: placing and cancelling over HTTP, with the trouble that was asked for on the way."""

import asyncio
from typing import Any, Final, NoReturn

import orjson
from aiohttp import web

from app.demo.answers import answer
from app.demo.credentials import ApiKey
from app.demo.exchange import Exchange
from app.demo.gate import Gate
from app.demo.heartbeats import BadHeartbeat, Heartbeats
from app.demo.ledger import Ledger
from app.demo.limits import Buckets
from app.demo.orders import CANCELED, Form, read_form
from app.demo.refusals import BAD_HEARTBEAT, BAD_PAYLOAD, Refusal, refusing
from app.demo.trouble import BadAnswer, Trouble
from app.demo.user_frames import Document

_MOST_ORDERS: Final = 15
_MOST_CANCELS: Final = 1000
_FIRST_S: Final = 0.2
_LATE: Final = ("delayed", "live")
_BLOCKED_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head>"
    "<body><h1>Sorry, you have been blocked</h1><p>[demo] " + "x" * 40_000 + "</p></body></html>"
)


class OrderDesk:
    """`/order`, `/orders`, `/cancel-all`, `/cancel-market-orders`, `/v1/heartbeats`."""

    def __init__(self, gate: Gate, exchange: Exchange, ledger: Ledger, trouble: Trouble, heartbeat_s: float) -> None:
        self._gate = gate
        self._exchange = exchange
        self._ledger = ledger
        self._trouble = trouble
        self._buckets = Buckets(trouble)
        self._heartbeats = Heartbeats(heartbeat_s, self._silent)

    def add_routes(self, app: web.Application) -> None:
        """Below the order book service's base address."""
        app.router.add_post("/order", refusing(self._post))
        app.router.add_post("/orders", refusing(self._post_many))
        app.router.add_delete("/order", refusing(self._cancel))
        app.router.add_delete("/orders", refusing(self._cancel_many))
        app.router.add_delete("/cancel-all", refusing(self._cancel_all))
        app.router.add_delete("/cancel-market-orders", refusing(self._cancel_market))
        app.router.add_post("/v1/heartbeats", refusing(self._heartbeat))

    def close(self) -> None:
        """The venue ends."""
        self._heartbeats.close()

    async def _post(self, request: web.Request) -> web.StreamResponse:
        key, body = await self._gate.holder(request), _json(await request.read())
        bad = self._trouble.next_answer()
        entry = self._ledger.post(self._gate.now_ms(), "/order", key.owner, bad.kind if bad is not None else "")
        try:
            form = self._read(body, entry)
            if bad is not None and not bad.match:
                return await _spoil(request, bad, None)
            self._buckets.take(key.owner, 1)
            placed = answer(await self._place(key, form, entry, bad if bad is not None and bad.kind in _LATE else None))
        except Refusal as refusal:
            entry |= {"answered": refusal.status, "text": refusal.text}
            placed = refusal.response()
        if self._trouble.events_first:
            await asyncio.sleep(_FIRST_S)
        return placed if bad is None or bad.kind in _LATE else await _spoil(request, bad, placed)

    async def _post_many(self, request: web.Request) -> web.StreamResponse:
        key, bodies = await self._gate.holder(request), _json(await request.read())
        if not isinstance(bodies, list):
            raise Refusal(BAD_PAYLOAD)
        if len(bodies) > _MOST_ORDERS:
            raise Refusal(f"Too many orders in payload: {len(bodies)}, max allowed: {_MOST_ORDERS}")
        self._buckets.take(key.owner, len(bodies))
        return answer(await asyncio.gather(*(self._leg(key, body) for body in bodies)))

    async def _leg(self, key: ApiKey, body: Any) -> Document:
        """One of several orders. A refusal hides in an answer that calls itself a success, as at the venue."""
        entry = self._ledger.post(self._gate.now_ms(), "/orders", key.owner, "")
        try:
            return await self._place(key, self._read(body, entry), entry, None)
        except Refusal as refusal:
            entry |= {"answered": refusal.status, "text": refusal.text}
            return {
                "errorMsg": refusal.text,
                "orderID": "",
                "takingAmount": "",
                "makingAmount": "",
                "status": "",
                "success": True,
            }

    def _read(self, body: Any, entry: Document) -> Form:
        form = read_form(body)
        entry |= {"order_type": form.order_type, "order_id": self._exchange.order_id(form)}
        return form

    async def _place(self, key: ApiKey, form: Form, entry: Document, later: BadAnswer | None) -> Document:
        self._gate.check_order(key, post_only=form.post_only)
        placed = await self._exchange.place(form, key, later)
        entry["answered"] = 200
        return placed

    async def _cancel(self, request: web.Request) -> web.StreamResponse:
        key, body = await self._gate.holder(request), _json(await request.read())
        self._gate.check_cancel()
        if not isinstance(body, dict) or not isinstance(body.get("orderID"), str):
            raise Refusal(BAD_PAYLOAD)
        return answer(self._exchange.cancel(key, [body["orderID"]]))

    async def _cancel_many(self, request: web.Request) -> web.StreamResponse:
        key, body = await self._gate.holder(request), _json(await request.read())
        self._gate.check_cancel()
        if not isinstance(body, list) or not all(isinstance(each, str) for each in body):
            raise Refusal(BAD_PAYLOAD)
        if len(body) > _MOST_CANCELS:
            raise Refusal(f"Too many orders in payload: {len(body)}, max allowed: {_MOST_CANCELS}")
        return answer(self._exchange.cancel(key, body))

    async def _cancel_all(self, request: web.Request) -> web.StreamResponse:
        key = await self._gate.holder(request)
        self._gate.check_cancel()
        return answer(self._exchange.cancel(key, [order.order_id for order in self._exchange.open_of(key)]))

    async def _cancel_market(self, request: web.Request) -> web.StreamResponse:
        key, body = await self._gate.holder(request), _json(await request.read() or b"{}")
        self._gate.check_cancel()
        market, token = (body.get(name) for name in ("market", "asset_id")) if isinstance(body, dict) else (None, None)
        ids = [
            order.order_id
            for order in self._exchange.open_of(key)
            if market in (None, "", order.window.condition_id) and token in (None, "", order.token)
        ]
        return answer(self._exchange.cancel(key, ids))

    async def _heartbeat(self, request: web.Request) -> web.StreamResponse:
        key, body = await self._gate.holder(request), _json(await request.read())
        self._gate.check_cancel()
        heartbeat_id = body.get("heartbeat_id") if isinstance(body, dict) else None
        if heartbeat_id is not None and not isinstance(heartbeat_id, str):
            raise Refusal(BAD_PAYLOAD)
        try:
            return answer({"heartbeat_id": self._heartbeats.beat(key, heartbeat_id or "")})
        except BadHeartbeat as bad:
            return answer({"error_msg": BAD_HEARTBEAT, "heartbeat_id": bad.right}, 400)

    def _silent(self, key: ApiKey) -> None:
        self._exchange.cancel(key, [order.order_id for order in self._exchange.open_of(key)], CANCELED)


async def _spoil(request: web.Request, bad: BadAnswer, placed: web.Response | None) -> web.StreamResponse:
    """What comes instead of the answer, whether or not the order was taken behind it."""
    match bad.kind:
        case "hang" | "hang_before":
            await _never()
        case "reset":
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        case "html403":
            return web.Response(text=_BLOCKED_PAGE, status=403, content_type="text/html")
        case "malformed":
            return web.Response(text='{"success":true,"orderID":"0x', content_type="application/json")
        case "empty":
            return web.Response(text="", content_type="application/json")
        case "error500":
            return answer({"error": "could not insert order"}, 500)
    return web.Response(text=bad.body, status=bad.status, content_type="application/json")


async def _never() -> NoReturn:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets it")


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refusal(BAD_PAYLOAD) from None
