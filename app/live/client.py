"""The venue's private REST interface, for one account.

A read that fails is Unanswered and never an empty list: nothing is known then. An order is posted once and its answer
judged by `app.live.answers`; nothing here sends it again.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import orjson

from app.live.answers import no_answer, read_answer
from app.live.auth import BadCredentials, Credentials, l2_headers
from app.live.calls import HeldBack, Reply, Unanswered, ask, is_not_found, value_of
from app.live.cancelled import Cancelled, read_cancelled
from app.live.funds import Funds, read_funds
from app.live.hosts import signed_host_ok
from app.live.listing import FIRST_CURSOR, MOST_PAGES, Listing, page_in, read_rows
from app.live.signing import SignedOrder, post_body
from app.live.wallet import Wallet
from app.values import SettingError, shown
from engine.execution import Answer, AnswerKind, OrderReport, TradeReport
from feeds.account import clob_condition_id, read_order, read_trade
from feeds.frames import UNREADABLE, refusal
from feeds.text import clean

Row = TypeVar("Row")
Made = TypeVar("Made")


class VenueClient:
    """One account at the venue under `base_url` (CLOB_REST_URL). `http` is `app.live.calls.venue_http()`, its owner's.

    `ahead_s` is by how many seconds our clock is ahead of the venue's, to be set by whoever measures it. Raises
    SettingError where the address is neither the venue's own nor on loopback.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        base_url: str,
        wallet: Wallet,
        credentials: Credentials,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        check_host(base_url)
        self.ahead_s = 0.0
        self._http = http
        self._base = base_url.rstrip("/")
        self._wallet = wallet
        self._credentials = credentials
        self._now = now

    async def post(
        self, order: SignedOrder, *, defer_exec: bool = False, forbidden: Callable[[], str] = lambda: ""
    ) -> Answer:
        """Send the order, once. Being cancelled meanwhile raises, and leaves its fate unknown.

        `forbidden` is asked before the first byte: with a reason the order is not sent.
        """
        body = post_body(order, self._credentials.key.reveal(), defer_exec=defer_exec)
        reply = await self._call("POST", "/order", body=body, order=True, forbidden=forbidden)
        if isinstance(reply, Unanswered):
            return Answer(AnswerKind.NOT_SENT, reply.reason)
        answer = _judged(reply)
        if answer.order_id and answer.order_id != order.order_hash:
            told = f"the venue calls the order {clean(answer.order_id, 70)}, and its hash is {order.order_hash}"
            return Answer(AnswerKind.UNKNOWN, told, answer.order_id, trade_ids=answer.trade_ids)
        return answer

    async def open_orders(self, condition_id: str = "") -> Listing[OrderReport] | Unanswered:
        """The account's orders that rest at the venue, of one market or of all."""
        query = {"market": clob_condition_id(condition_id)} if condition_id else {}
        return await self._list("/data/orders", query, lambda row: (read_order(row),))

    async def order(self, order_id: str) -> OrderReport | Unanswered | None:
        """One order; None where the venue knows none such that is still open. One that ended is among the trades."""
        what = f"order {clean(order_id, 70)}"
        reply = await self._call("GET", f"/data/order/{quote(order_id, safe='')}")
        if isinstance(reply, Unanswered):
            return reply
        if is_not_found(reply):
            return None
        value = value_of(reply, what)
        return _made_of(value, what, read_order) if value else None

    async def trades(
        self, condition_id: str = "", *, after_s: int | None = None, trade_id: str = ""
    ) -> Listing[TradeReport] | Unanswered:
        """Our parts in the account's trades, newest first: of one market, after a unix time, or of one id."""
        query = {"market": clob_condition_id(condition_id)} if condition_id else {}
        query |= {"after": str(after_s)} if after_s is not None else {}
        query |= {"id": trade_id} if trade_id else {}
        return await self._list("/data/trades", query, lambda row: read_trade(row, self._wallet.funder))

    async def cancel(self, order_id: str) -> Cancelled | Unanswered:
        """Cancel one order."""
        return await self._cancel("/order", {"orderID": order_id})

    async def cancel_all(self) -> Cancelled | Unanswered:
        """Cancel every order of the account, whoever placed it."""
        return await self._cancel("/cancel-all", None)

    async def funds(self) -> Funds | Unanswered:
        """Cash and allowances. Of a wrong signature type the venue says 0."""
        query = {"asset_type": "COLLATERAL", "signature_type": str(int(self._wallet.signature_type))}
        value = await self._read("GET", "/balance-allowance", "the balance", query)
        return _made_of(value, "the balance", read_funds)

    async def closed_only(self) -> bool | Unanswered:
        """Whether the account may only close positions."""
        value = await self._read("GET", "/auth/ban-status/closed-only", "the account's standing")
        return _made_of(value, "the account's standing", _closed_only)

    async def _list(
        self, path: str, query: Mapping[str, str], read: Callable[[Any], Iterable[Row]]
    ) -> Listing[Row] | Unanswered:
        """Every page, or nothing: a list that lacks its end would make what is missing look as if it were not there."""
        what = path.removeprefix("/data/")
        rows: list[Any] = []
        cursors = {FIRST_CURSOR}
        cursor = FIRST_CURSOR
        for _ in range(MOST_PAGES):
            value = await self._read("GET", path, what, {**query, "next_cursor": cursor})
            if isinstance(value, Unanswered):
                return value
            page = page_in(value)
            if page is None:
                return _other_shape(what, "bad_type")
            rows += page.rows
            if page.last:
                return read_rows(rows, read)
            cursor = page.next_cursor
            if cursor in cursors:
                return Unanswered(f"the venue's list of {what} leads round in a circle")
            cursors.add(cursor)
        return Unanswered(f"the venue's list of {what} has more than {MOST_PAGES} pages")

    async def _cancel(self, path: str, wanted: Mapping[str, str] | None) -> Cancelled | Unanswered:
        body = orjson.dumps(wanted) if wanted is not None else b""
        value = await self._read("DELETE", path, "a cancellation", body=body)
        return _made_of(value, "a cancellation", read_cancelled)

    async def _read(
        self, method: str, path: str, what: str, query: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Any | Unanswered:
        reply = await self._call(method, path, query, body)
        return reply if isinstance(reply, Unanswered) else value_of(reply, what)

    async def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        order: bool = False,
        forbidden: Callable[[], str] = lambda: "",
    ) -> Reply | Unanswered:
        """One signed request. The signature covers the bare path, also where the base has one of its own."""
        signer, credentials = self._wallet.signer, self._credentials
        try:
            headers = l2_headers(signer, credentials, method, path, body, now_s=self._now(), ahead_s=self.ahead_s)
        except BadCredentials as error:
            return Unanswered(str(error))
        url = self._base + path
        return await ask(
            self._http, method, url, headers=headers, query=query, body=body, order=order, forbidden=forbidden
        )


def check_host(base_url: str) -> None:
    """Raises SettingError where requests to CLOB_REST_URL must not be signed."""
    if not signed_host_ok(base_url):
        raise SettingError(
            f"CLOB_REST_URL={shown(base_url)} is neither the venue's own address with https:// nor on loopback; "
            "nothing is signed for another."
        )


def _judged(reply: Reply) -> Answer:
    if reply.status:
        return read_answer(reply.status, bytes(reply.body), reply.retry_after)
    if isinstance(reply.error, HeldBack):
        return Answer(AnswerKind.NOT_SENT, str(reply.error))
    return no_answer(reply.error or TimeoutError(), started=reply.started)


def _made_of(value: Any | Unanswered, what: str, read: Callable[[Any], Made]) -> Made | Unanswered:
    """What `read` makes of a decoded answer."""
    if isinstance(value, Unanswered):
        return value
    try:
        return read(value)
    except UNREADABLE as error:
        return _other_shape(what, refusal(error))


def _closed_only(value: Any) -> bool:
    closed = value["closed_only"]
    if not isinstance(closed, bool):
        raise TypeError
    return closed


def _other_shape(what: str, name: str) -> Unanswered:
    return Unanswered(f"the venue answered about {what} in another form than we know ({name})")
