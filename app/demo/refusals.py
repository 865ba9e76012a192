"""What the venue says when it refuses, in its own words."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiohttp import web

from app.demo.answers import answer

UNAUTHORIZED: Final = "Unauthorized/Invalid api key"
BAD_L1_HEADERS: Final = "Invalid L1 Request headers"
KEY_EXISTS: Final = "Could not create api key"
NO_KEY: Final = "Could not derive api key!"

BAD_PAYLOAD: Final = "Invalid order payload"
NOT_THE_OWNER: Final = "the order owner has to be the owner of the API KEY"
NOT_THE_SIGNER: Final = "the order signer address has to be the address of the API KEY"
VERSION_MISMATCH: Final = "order_version_mismatch"
BAD_SIGNATURE: Final = "invalid signature"
BAD_NONCE: Final = "invalid nonce"
BAD_EXPIRATION: Final = "invalid expiration"
NOT_READY: Final = "the market is not yet ready to process new orders"
NO_BALANCE: Final = "not enough balance / allowance"
CROSSES: Final = "invalid post-only order: order crosses book"
POST_ONLY_TYPES: Final = "invalid post-only order: only GTC and GTD order types are allowed"
FAK_UNMATCHED: Final = (
    "no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found."
)
FOK_UNFILLED: Final = "order couldn't be fully filled. FOK orders are fully filled or killed."
BUY_ACCURACY: Final = (
    "invalid amounts, the market buy orders maker amount supports a max accuracy of 2 decimals, "
    "taker amount a max of 4 decimals"
)
SELL_ACCURACY: Final = (
    "invalid amounts, the market sell orders maker amount supports a max accuracy of 2 decimals, "
    "taker amount a max of 4 decimals"
)

POST_ONLY_MODE: Final = "post-only mode: only post-only orders and cancels are allowed"
CANCEL_ONLY: Final = "Trading is currently cancel-only. New orders are not accepted, but cancels are allowed."
DISABLED: Final = "Trading is currently disabled. Check polymarket.com for updates"
RESTARTING: Final = "the matching engine is restarting"
TOO_MANY: Final = "Too Many Requests"
CLOSED_ONLY: Final = "address {address} in closed only mode"
BLOCKED: Final = (
    "Trading restricted in your region, please refer to available regions - "
    "https://docs.polymarket.com/developers/CLOB/geoblock"
)
NOT_CANCELED: Final = "order can't be found - already canceled or matched"
HELD: Final = "order is held for matching and can't be canceled"
"""Ours: what the venue says of an order that it holds is not known."""

BAD_HEARTBEAT: Final = "Invalid Heartbeat ID"


class Refusal(Exception):
    """The venue refuses: the HTTP status, its words, and what else stands in the answer."""

    def __init__(
        self,
        text: str,
        status: int = 400,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def response(self) -> web.Response:
        """As the answer to the request."""
        response = answer({"error": self.text, **self.extra}, self.status)
        response.headers.update(self.headers)
        return response


def refusing(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A handler whose refusals are answers."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            return refusal.response()

    return handle
