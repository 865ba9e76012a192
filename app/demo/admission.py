"""What an order has to be before it is taken: signed for the right exchange by the right wallet, on the grid, large
enough, and paid for. The first thing that speaks against it is the refusal."""

from collections.abc import Callable, Container
from typing import Final

from app.demo import refusals as words
from app.demo.accounts import CASH, MILLION, Account, Accounts
from app.demo.book import DOLLAR
from app.demo.clob_frames import PRICE_TEXT, size_text
from app.demo.contracts import ALL, Exchange, exchange_for
from app.demo.credentials import ApiKey
from app.demo.fees import taker_fee
from app.demo.floor import Floor
from app.demo.house import HouseRules
from app.demo.matching import marketable
from app.demo.orders import MARKET_TYPES, Form, Order
from app.demo.refusals import Refusal
from app.demo.signatures import SignedOrder, order_hash, signer_of, unwrapped, wrapped_hash
from app.demo.wallets import wallet_of
from app.demo.windows import Window

MIN_SIZE: Final = 5 * MILLION
MIN_DOLLARS: Final = MILLION
_CENT: Final = 10_000
_AMOUNT_SLACK: Final = 100
"""A price is on the grid where the amounts miss it by no more than a ten-thousandth of a dollar: what rounding the
shares to four places can make of it."""


class Admission:
    """The venue's door. `reserved` says what an account's open orders have set aside of an asset."""

    def __init__(
        self, floor: Floor, accounts: Accounts, house: HouseRules, reserved: Callable[[Account, str], int]
    ) -> None:
        self._floor = floor
        self._accounts = accounts
        self._house = house
        self._reserved = reserved

    def admit(self, form: Form, key: ApiKey, known: Container[str], now_ns: int, now_ms: int) -> Order:
        """The order, neither matched nor at rest yet. `known` are the ids of all orders there were."""
        if form.owner != key.key:
            raise Refusal(words.NOT_THE_OWNER)
        window, exchange = self._market(form, now_ns)
        order_id = self.order_id(form)
        check_signature(form.signed, form.signature, key.owner, exchange)
        shown = self._floor.market(window).shown
        price = _price(form.signed, shown.tick, order_id)
        outcome = window.tokens.index(str(form.signed.token_id))
        account = self._accounts.of(key.owner, form.signed.signature_type)
        order = Order(order_id, key, account, window, outcome, form, price, now_ms)
        if order.size < MIN_SIZE:
            raise Refusal(f"order {order_id} is invalid. Size ({size_text(order.size)}) lower than the minimum: 5")
        if form.order_type in MARKET_TYPES:
            _check_accuracy(form.signed)
        self._check_terms(form, now_ms)
        if order_id in known:
            raise Refusal(f"order {order_id} is invalid. Duplicated.")
        if marketable(order, shown):
            _check_taker(order)
        self.check_balance(order, taker=marketable(order, shown))
        return order

    def order_id(self, form: Form) -> str:
        """The order's hash for the exchange of its market; for the older one where there is no such market."""
        window = self._floor.window(str(form.signed.token_id))
        exchange = exchange_for(window.protocol if window is not None else "v1", neg_risk=False)
        return "0x" + order_hash(form.signed, exchange.domain).hex()

    def check_balance(self, order: Order, *, taker: bool) -> None:
        """Refusal where the account cannot pay for the order, with the fee where it takes."""
        signed, account = order.form.signed, order.account
        asset, needed = (CASH, signed.maker_amount) if order.buys else (order.token, signed.maker_amount)
        if order.buys and taker:
            needed += taker_fee(order.size, order.price)
        if account.has(asset) - self._reserved(account, asset) < needed:
            raise Refusal(words.NO_BALANCE)

    def _market(self, form: Form, now_ns: int) -> tuple[Window, Exchange]:
        window = self._floor.window(str(form.signed.token_id))
        if window is None:
            raise Refusal(f"the orderbook {form.signed.token_id} does not exist")
        if now_ns >= window.end_ns:
            raise Refusal(words.NOT_READY)
        return window, exchange_for(window.protocol, neg_risk=False)

    def _check_terms(self, form: Form, now_ms: int) -> None:
        if form.post_only and form.order_type in MARKET_TYPES:
            raise Refusal(words.POST_ONLY_TYPES)
        soonest = now_ms // 1000 + self._house.gtd_least_s
        if (form.expiration < soonest) if form.order_type == "GTD" else form.expiration:
            raise Refusal(words.BAD_EXPIRATION)


def check_signature(signed: SignedOrder, signature: bytes, owner: str, exchange: Exchange) -> None:
    """Refusal where `owner` (an address in lower case) did not sign this order for this exchange.

    Types 0 to 2 sign as the owner for the owner's wallet; a deposit wallet, type 3, signs itself, by its owner.
    """
    wallet = wallet_of(owner, signed.signature_type)
    if signed.signer.lower() != (wallet if signed.signature_type == 3 else owner):
        raise Refusal(words.NOT_THE_SIGNER)
    if signed.maker.lower() != wallet:
        raise Refusal(words.BAD_SIGNATURE)
    if _signed_by(signed, signature, exchange.domain) == owner:
        return
    if any(_signed_by(signed, signature, other.domain) == owner for other in ALL if other != exchange):
        raise Refusal(words.VERSION_MISMATCH)
    raise Refusal(words.BAD_SIGNATURE)


def _signed_by(signed: SignedOrder, signature: bytes, domain: bytes) -> str | None:
    if signed.signature_type != 3:
        return signer_of(order_hash(signed, domain), signature)
    inner = unwrapped(signed, domain, signature)
    return None if inner is None else signer_of(wrapped_hash(signed, domain), inner)


def _price(signed: SignedOrder, tick: int, order_id: str) -> int:
    """The limit in tenths of a cent. Refusal where the amounts are not those of a price on the grid."""
    dollars, shares = signed.maker_amount, signed.taker_amount
    if signed.side == 1:
        dollars, shares = shares, dollars
    ticks = round(dollars * DOLLAR / (shares * tick)) if shares else 0
    price = ticks * tick
    if not tick <= price <= DOLLAR - tick or abs(price * shares - dollars * DOLLAR) > _AMOUNT_SLACK * DOLLAR:
        exact = dollars / shares if shares else 0.0
        raise Refusal(f"order {order_id} is invalid. Price ({exact}) breaks minimum tick size rule: {PRICE_TEXT[tick]}")
    return price


def _check_accuracy(signed: SignedOrder) -> None:
    if signed.maker_amount % _CENT or signed.taker_amount % 100:
        raise Refusal(words.BUY_ACCURACY if signed.side == 0 else words.SELL_ACCURACY)


def _check_taker(order: Order) -> None:
    """What holds only for an order that would match at once."""
    if order.form.post_only:
        raise Refusal(words.CROSSES)
    dollars = order.form.signed.maker_amount
    if order.buys and dollars < MIN_DOLLARS:
        raise Refusal(f"invalid amount for a marketable BUY order (${dollars / MILLION:.2f}), min size: $1")
