"""Our orders are the official client's, byte for byte, but where its own arithmetic is wrong."""

import json
import re
from typing import NamedTuple

import pytest
from eth_account import Account
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from app.live.amounts import Amounts, buy_amounts
from app.live.auth import Credentials, l2_headers
from app.live.signing import SignedOrder, UnknownProtocol, exchange_of, new_salt, post_body, sign_buy
from app.live.wallet import SignatureType, Wallet
from app.values import Secret
from engine.units import MONEY, PRICE, SIZE
from tests.app.live import official
from tests.app.live.official import CREDENTIALS, SIGNER, floors_right
from tests.app.live.wallets import wallet

TOKEN = "111825179882834703843039071818388373049029341898733692783062443814635883590436"
SALT = 712_050_519_407
NOW_S = 1_795_332_901
TIME_MS = NOW_S * 1000 + 722
OURS = Credentials(Secret(CREDENTIALS.api_key), Secret(CREDENTIALS.api_secret), Secret(CREDENTIALS.api_passphrase))

MARKETS = [("v1", False), ("v1", True), ("v2", False)]
TICKS = ["0.1", "0.01", "0.005", "0.0025", "0.001", "0.0001"]
DECIMALS = {"0.1": 1, "0.01": 2, "0.005": 3, "0.0025": 4, "0.001": 3, "0.0001": 4}


class Case(NamedTuple):
    kind: SignatureType
    version: str
    neg_risk: bool
    tick: str
    price: str
    dollars: str


PRICES = {
    "0.1": ["0.1", "0.5", "0.9"],
    "0.01": ["0.01", "0.53", "0.99"],
    "0.005": ["0.005", "0.485", "0.995"],
    "0.0025": ["0.0025", "0.4875", "0.9975"],
    "0.001": ["0.001", "0.973", "0.999"],
    "0.0001": ["0.0001", "0.9731", "0.9999"],
}
CASES = [
    Case(kind, version, neg_risk, tick, price, dollars)
    for kind in SignatureType
    for version, neg_risk in MARKETS
    for tick in TICKS
    for price, dollars in zip(PRICES[tick], ("5", "12.34", "100"), strict=True)
]


@pytest.fixture(scope="module")
def wallets(tmp_path_factory: pytest.TempPathFactory) -> dict[SignatureType, Wallet]:
    return {kind: wallet(tmp_path_factory.mktemp("wallet"), kind) for kind in SignatureType}


def units(number: str, one: int) -> int:
    whole, _, fraction = number.partition(".")
    return int(whole) * one + int((fraction or "0").ljust(10, "0")) * one // 10**10


def amounts_of(case: Case) -> Amounts:
    return buy_amounts(units(case.dollars, MONEY), units(case.price, PRICE), units(case.tick, PRICE), 5 * SIZE)


def ours(signer: Wallet, case: Case, amounts: Amounts) -> SignedOrder:
    exchange = exchange_of(case.version, case.neg_risk)
    return sign_buy(signer, exchange, TOKEN, amounts, time_ms=TIME_MS, salt=SALT)


class TestAgainstTheOfficialClient:
    def test_the_cases_are_none_that_its_floats_get_wrong(self) -> None:
        assert all(floors_right(case.price, DECIMALS[case.tick]) for case in CASES)
        assert all(floors_right(case.dollars, 2) for case in CASES)

    @pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind.name}-{'-'.join(map(str, case[1:]))}")
    def test_hash_signature_body_and_headers_are_equal(self, case: Case, wallets: dict[SignatureType, Wallet]) -> None:
        """In its own amounts where they are the venue's four decimals of a share, else in ours."""
        signer, amounts = wallets[case.kind], amounts_of(case)
        where = (signer, case.version, case.neg_risk, TOKEN)
        theirs = official.market_buy(*where, case.dollars, case.price, case.tick, SALT, TIME_MS)
        coarser = 1000 if case.tick == "0.1" else 100  # there it writes three decimals, elsewhere four to six
        assert theirs.maker_amount == amounts.maker
        assert theirs.taker_amount // coarser == amounts.taker // coarser
        if theirs.taker_amount != amounts.taker:
            assert case.tick != "0.01"
            theirs = official.buy_of(*where, amounts, SALT, TIME_MS)

        order = ours(signer, case, amounts)
        body = post_body(order, CREDENTIALS.api_key, defer_exec=True)
        assert order.order_hash == theirs.order_hash
        assert body == theirs.body
        headers = l2_headers(signer.signer, OURS, "POST", "/order", body, now_s=NOW_S)
        assert headers == {name: value for name, value in theirs.headers.items() if name.startswith("POLY_")}

    @settings(max_examples=150, derandomize=True, deadline=None)
    @given(
        st.sampled_from(SignatureType),
        st.sampled_from(MARKETS),
        st.integers(0, 2**256 - 1),
        st.integers(100, 10**8),
        st.integers(50_000, 10**12),
        st.integers(1, 2**53 - 1),
        st.integers(10**12, 10**13),
    )
    def test_any_order_is_signed_as_it_signs_it(
        self,
        wallets: dict[SignatureType, Wallet],
        kind: SignatureType,
        market: tuple[str, bool],
        token: int,
        cents: int,
        lots: int,
        salt: int,
        time_ms: int,
    ) -> None:
        amounts = Amounts(cents * 10_000, lots * 100)
        signer, (version, neg_risk) = wallets[kind], market
        order = sign_buy(signer, exchange_of(version, neg_risk), str(token), amounts, time_ms=time_ms, salt=salt)
        theirs = official.buy_of(signer, version, neg_risk, str(token), amounts, salt, time_ms)
        assert order.order_hash == theirs.order_hash
        assert post_body(order, CREDENTIALS.api_key, defer_exec=True) == theirs.body

    def test_where_its_floats_are_wrong_ours_are_not(self, wallets: dict[SignatureType, Wallet]) -> None:
        """It bids 0.56 for an ask of 0.57, and finds nobody."""
        case = Case(SignatureType.EOA, "v1", False, "0.01", "0.57", "5")
        signer = wallets[case.kind]
        theirs = official.market_buy(signer, "v1", False, TOKEN, case.dollars, case.price, case.tick, SALT, TIME_MS)
        assert not floors_right(case.price, 2)
        assert theirs.taker_amount == 5_000_000 * 100 // 56 // 100 * 100
        assert amounts_of(case).taker == 5_000_000 * 100 // 57 // 100 * 100


class TestTheOrder:
    CASE = Case(SignatureType.EOA, "v1", False, "0.01", "0.53", "10")

    def test_is_what_the_venue_wants_to_read(self, wallets: dict[SignatureType, Wallet]) -> None:
        order = ours(wallets[SignatureType.EOA], self.CASE, amounts_of(self.CASE))
        body = post_body(order, "owner")
        zeros = "0x" + "0" * 64
        assert b" " not in body
        assert json.loads(body) == {
            "order": {
                "salt": SALT,
                "maker": SIGNER,
                "signer": SIGNER,
                "tokenId": TOKEN,
                "makerAmount": "10000000",
                "takerAmount": "18867900",
                "side": "BUY",
                "expiration": "0",
                "signatureType": 0,
                "timestamp": str(TIME_MS),
                "metadata": zeros,
                "builder": zeros,
                "signature": order.wire["signature"],
            },
            "owner": "owner",
            "orderType": "FAK",
            "deferExec": False,
            "postOnly": False,
        }

    @pytest.mark.parametrize(("kind", "chars"), [(0, 65), (1, 65), (2, 65), (3, 317)])
    def test_has_a_signature_of_the_length_of_its_kind(
        self, wallets: dict[SignatureType, Wallet], kind: int, chars: int
    ) -> None:
        case = self.CASE._replace(kind=SignatureType(kind))
        signature = ours(wallets[case.kind], case, amounts_of(case)).wire["signature"]
        assert re.fullmatch(f"0x[0-9a-f]{{{2 * chars}}}", str(signature))

    @pytest.mark.parametrize("kind", [SignatureType.EOA, SignatureType.PROXY, SignatureType.SAFE])
    def test_is_signed_by_the_key_over_the_hash_that_is_its_id(
        self, wallets: dict[SignatureType, Wallet], kind: SignatureType
    ) -> None:
        case = self.CASE._replace(kind=kind)
        order = ours(wallets[kind], case, amounts_of(case))
        signature = bytes.fromhex(str(order.wire["signature"])[2:])
        recovered = Account._recover_hash(bytes.fromhex(order.order_hash[2:]), signature=signature)
        assert recovered == SIGNER

    def test_names_itself_by_a_hash_that_changes_with_every_salt(self, wallets: dict[SignatureType, Wallet]) -> None:
        signer = wallets[SignatureType.EOA]
        amounts = amounts_of(self.CASE)
        hashes = {
            sign_buy(signer, exchange_of("v1"), TOKEN, amounts, time_ms=TIME_MS, salt=new_salt()).order_hash
            for _ in range(20)
        }
        assert len(hashes) == 20
        assert all(re.fullmatch("0x[0-9a-f]{64}", one) for one in hashes)

    def test_does_not_show_its_signature(self, wallets: dict[SignatureType, Wallet]) -> None:
        order = ours(wallets[SignatureType.EOA], self.CASE, amounts_of(self.CASE))
        assert str(order.wire["signature"])[2:] not in repr(order)
        assert order.order_hash in repr(order)

    def test_has_a_salt_that_is_exact_as_a_json_number(self) -> None:
        salts = [new_salt() for _ in range(1000)]
        assert all(0 < salt < 2**53 for salt in salts)
        assert len(set(salts)) == 1000
        assert max(salts) > 2**50


class TestTheExchange:
    @pytest.mark.parametrize(
        ("version", "neg_risk", "separator"),
        [
            ("v1", False, "3264e159346253e26a64e00b69032db0e7d32f94628de3e6eecb50304d7af3d2"),
            ("v1", True, "9b858f53327b0bd13af8ec14cfb35234fb9eb7b0504d1a4e61f433840d30e81a"),
            ("v2", False, "466c63910185bbd55e8679264200c4e0abdcbb0c6264eb3d41d13326022e095b"),
            ("v2", True, "466c63910185bbd55e8679264200c4e0abdcbb0c6264eb3d41d13326022e095b"),
        ],
    )
    def test_has_the_domain_that_others_computed_for_it(
        self, wallets: dict[SignatureType, Wallet], version: str, neg_risk: bool, separator: str
    ) -> None:
        """A deposit wallet's signature carries the domain's hash, and the hash of the order in it."""
        signer = wallets[SignatureType.DEPOSIT]
        exchange = exchange_of(version, neg_risk)
        order = sign_buy(signer, exchange, TOKEN, Amounts(5_000_000, 5_138_700), time_ms=TIME_MS, salt=SALT)
        signature = bytes.fromhex(str(order.wire["signature"])[2:])
        domain, contents, order_type = signature[65:97], signature[97:129], signature[129:-2]
        assert domain.hex() == separator
        assert order.order_hash == "0x" + keccak(b"\x19\x01" + domain + contents).hex()
        assert int.from_bytes(signature[-2:]) == len(order_type) == 0xBA
        assert keccak(order_type).hex() == "bb86318a2138f5fa8ae32fbe8e659f8fcf13cc6ae4014a707893055433818589"

    @pytest.mark.parametrize("version", ["v3", "v0", "V1", "1", "", "v1\x1b[2J"])
    def test_of_an_unknown_protocol_is_not_guessed(self, version: str) -> None:
        with pytest.raises(UnknownProtocol, match=r"the market's protocol is '.*', and only v1 and v2 can be signed"):
            exchange_of(version)
