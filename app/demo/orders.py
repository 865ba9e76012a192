"""Private orders: the form in which one is sent, and what becomes of it."""

import re
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from app.demo.accounts import Account
from app.demo.book import ASK, BID, DOLLAR
from app.demo.credentials import ADDRESS, ApiKey
from app.demo.refusals import BAD_NONCE, BAD_PAYLOAD, VERSION_MISMATCH, Refusal
from app.demo.shown import Rest
from app.demo.signatures import SignedOrder
from app.demo.windows import UP, Window

ORDER_TYPES: Final = ("GTC", "GTD", "FOK", "FAK")
MARKET_TYPES: Final = ("FOK", "FAK")
LIVE: Final = "LIVE"
MATCHED: Final = "MATCHED"
DELAYED: Final = "DELAYED"
CANCELED: Final = "CANCELED"

_WORD: Final = re.compile(r"0x[0-9a-fA-F]{64}")
_WHOLE: Final = re.compile(r"[0-9]{1,78}")


class Form(NamedTuple):
    """One order as it was sent: the signed fields, the signature, and what is not signed."""

    signed: SignedOrder
    signature: bytes
    expiration: int
    owner: str
    order_type: str
    post_only: bool


@dataclass(slots=True, eq=False)
class Order:
    """An order that was taken. `price` is its limit in tenths of a cent, `size` in millionths of a share; `budget` is
    what a market order to buy may spend, in millionths of a dollar. `status` is the venue's word."""

    order_id: str
    key: ApiKey
    account: Account
    window: Window
    outcome: int
    form: Form
    price: int
    created_ms: int
    status: str = DELAYED
    matched: int = 0
    trades: list[str] = field(default_factory=list)
    rest: Rest | None = None

    @property
    def buys(self) -> bool:
        """Whether it buys its outcome."""
        return self.form.signed.side == 0

    @property
    def token(self) -> str:
        """The outcome's token."""
        return self.window.tokens[self.outcome]

    @property
    def size(self) -> int:
        """The shares that it is for."""
        return self.form.signed.taker_amount if self.buys else self.form.signed.maker_amount

    @property
    def budget(self) -> int | None:
        """The dollars that it may spend, where these and not the shares are its measure."""
        return self.form.signed.maker_amount if self.buys and self.form.order_type in MARKET_TYPES else None

    @property
    def left(self) -> int:
        """The shares that it still waits for."""
        return self.rest.left if self.rest is not None and self.status == LIVE else 0

    @property
    def meets(self) -> int:
        """The side of Up's book that it takes from; it rests on the other."""
        return ASK if self.buys == (self.outcome == UP) else BID

    def on_up(self, price: int) -> int:
        """A price of its outcome as Up sees it, and the other way round."""
        return price if self.outcome == UP else DOLLAR - price


def read_form(body: Any) -> Form:
    """An order out of the decoded JSON of a request. Refusal where it is not one."""
    sent = body.get("order") if isinstance(body, dict) else None
    if not isinstance(sent, dict):
        raise Refusal(BAD_PAYLOAD)
    if "timestamp" not in sent and "feeRateBps" in sent:
        raise Refusal(VERSION_MISMATCH)
    if str(sent.get("nonce", "0")) != "0":
        raise Refusal(BAD_NONCE)
    order_type, post_only = body.get("orderType"), body.get("postOnly", False)
    if order_type not in ORDER_TYPES or not isinstance(post_only, bool) or not isinstance(body.get("owner"), str):
        raise Refusal(BAD_PAYLOAD)
    return Form(
        signed=_signed(sent),
        signature=_bytes(sent.get("signature")),
        expiration=_whole(sent.get("expiration", "0")),
        owner=body["owner"],
        order_type=order_type,
        post_only=post_only,
    )


def _signed(sent: dict[str, Any]) -> SignedOrder:
    if sent.get("side") not in ("BUY", "SELL") or sent.get("signatureType") not in (0, 1, 2, 3):
        raise Refusal(BAD_PAYLOAD)
    if type(sent.get("salt")) is not int or not 0 <= sent["salt"] < 2**64:
        raise Refusal(BAD_PAYLOAD)
    return SignedOrder(
        salt=sent["salt"],
        maker=_matching(ADDRESS, sent.get("maker")),
        signer=_matching(ADDRESS, sent.get("signer")),
        token_id=_whole(sent.get("tokenId")),
        maker_amount=_whole(sent.get("makerAmount")),
        taker_amount=_whole(sent.get("takerAmount")),
        side=0 if sent["side"] == "BUY" else 1,
        signature_type=int(sent["signatureType"]),
        timestamp=_whole(sent.get("timestamp")),
        metadata=_bytes(_matching(_WORD, sent.get("metadata"))),
        builder=_bytes(_matching(_WORD, sent.get("builder"))),
    )


def _matching(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Refusal(BAD_PAYLOAD)
    return value


def _whole(value: object) -> int:
    number = int(_matching(_WHOLE, value))
    if number >= 2**256:
        raise Refusal(BAD_PAYLOAD)
    return number


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or not value.startswith("0x"):
        raise Refusal(BAD_PAYLOAD)
    try:
        return bytes.fromhex(value[2:])
    except ValueError:
        raise Refusal(BAD_PAYLOAD) from None
