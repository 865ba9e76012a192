"""The venue's private interface over real sockets: what is sent, once, and what each answer or silence means."""

import asyncio
import json
import logging
import socket
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from py_clob_client_v2.signing.hmac import build_hmac_signature

from app.live import calls
from app.live.amounts import Amounts
from app.live.auth import Credentials
from app.live.calls import MAX_BYTES, Unanswered, venue_http
from app.live.cancelled import Cancelled
from app.live.client import VenueClient
from app.live.funds import Funds
from app.live.listing import LAST_CURSOR, MOST_PAGES, Listing
from app.live.signing import SignedOrder, exchange_of, post_body, sign_buy
from app.live.wallet import SignatureType, Wallet
from app.values import Secret, SettingError
from engine.execution import AnswerKind, OrderReport, VenueMode
from engine.units import MONEY
from tests.app.live.official import CREDENTIALS, KEY, SIGNER
from tests.app.live.scripted import Act, Script, says
from tests.app.live.wallets import FUNDS, wallet
from tests.feeds.account_rows import CONDITION, ORDER_ID, listed_order, made, trade, trade_as_maker

NOW_S = 1_795_332_901.5
TIME_MS = 1_795_332_901_722
OURS = Credentials(Secret(CREDENTIALS.api_key), Secret(CREDENTIALS.api_secret), Secret(CREDENTIALS.api_passphrase))
SECRETS = (CREDENTIALS.api_key, CREDENTIALS.api_secret, CREDENTIALS.api_passphrase, KEY, KEY[2:])


@pytest.fixture
def opened(tmp_path: Path) -> Wallet:
    return wallet(tmp_path, SignatureType.DEPOSIT)


@pytest.fixture
def client(venue: Script, http: httpx.AsyncClient, opened: Wallet) -> VenueClient:
    return VenueClient(http, venue.url, opened, OURS, now=lambda: NOW_S)


@pytest.fixture
def order(opened: Wallet) -> SignedOrder:
    amounts = Amounts(5_000_000, 5_138_700)
    return sign_buy(opened, exchange_of("v1"), "1" * 70, amounts, time_ms=TIME_MS, salt=5)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def matched(order: SignedOrder, **fields: Any) -> dict[str, Any]:
    return {
        "success": True,
        "errorMsg": "",
        "orderID": order.order_hash,
        "status": "matched",
        "makingAmount": "4.99",
        "takingAmount": "5.14",
        "tradeIDs": ["t-1"],
    } | fields


class TestAnOrder:
    async def test_is_posted_with_the_signature_of_its_very_bytes(
        self, venue: Script, client: VenueClient, order: SignedOrder
    ) -> None:
        venue.then(says(matched(order)))
        answer = await client.post(order)
        assert (answer.kind, answer.paid * 100, answer.bought) == (AnswerKind.MATCHED, 499 * MONEY, 5_140_000)
        (asked,) = venue.asked
        assert (asked.method, asked.path, asked.query) == ("POST", "/order", {})
        assert asked.body == post_body(order, CREDENTIALS.api_key)
        signature = build_hmac_signature(CREDENTIALS.api_secret, str(int(NOW_S)), "POST", "/order", asked.body.decode())
        assert asked.headers["POLY_SIGNATURE"] == signature
        assert asked.headers["POLY_ADDRESS"] == SIGNER
        assert asked.headers["POLY_API_KEY"] == CREDENTIALS.api_key
        assert asked.headers["POLY_PASSPHRASE"] == CREDENTIALS.api_passphrase
        assert asked.headers["POLY_TIMESTAMP"] == str(int(NOW_S))
        assert asked.headers["CONTENT-TYPE"] == "application/json"

    async def test_carries_the_venues_time(self, venue: Script, client: VenueClient, order: SignedOrder) -> None:
        venue.then(says(matched(order)))
        client.ahead_s = 2.0
        await client.post(order)
        assert venue.asked[0].headers["POLY_TIMESTAMP"] == str(int(NOW_S - 2.0))

    async def test_may_ask_not_to_wait_for_execution(
        self, venue: Script, client: VenueClient, order: SignedOrder
    ) -> None:
        venue.then(says(matched(order)))
        await client.post(order, defer_exec=True)
        assert json.loads(venue.asked[0].body)["deferExec"] is True

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            *((status, AnswerKind.UNKNOWN) for status in (500, 502, 503, 504)),
            *((status, AnswerKind.REJECTED) for status in (400, 401, 403, 425, 429)),
        ],
    )
    async def test_that_fails_is_not_sent_again(
        self, venue: Script, client: VenueClient, order: SignedOrder, status: int, kind: AnswerKind
    ) -> None:
        venue.then(says({"error": "no"}, status))
        assert (await client.post(order)).kind is kind
        assert len(venue.asked) == 1

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_follows_nobody_elsewhere(
        self, venue: Script, client: VenueClient, order: SignedOrder, status: int
    ) -> None:
        venue.then(says({}, status, Location=f"{venue.url}/elsewhere"))
        assert (await client.post(order)).kind is AnswerKind.UNKNOWN
        assert [asked.path for asked in venue.asked] == ["/order"]

    @pytest.mark.parametrize("failure", ["reset", "begin"])
    async def test_whose_connection_breaks_may_have_been_taken(
        self, venue: Script, client: VenueClient, order: SignedOrder, failure: str
    ) -> None:
        venue.then(getattr(venue, failure))
        assert (await client.post(order)).kind is AnswerKind.UNKNOWN
        assert len(venue.asked) == 1

    async def test_that_is_not_answered_in_time_may_have_been_taken(
        self, venue: Script, client: VenueClient, order: SignedOrder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        venue.then(venue.hang)
        for limits in ({"ORDER_LIMIT_S": 0.2}, {"_ORDER_TIMEOUT": httpx.Timeout(5.0, read=0.2)}):
            for name, value in limits.items():
                monkeypatch.setattr(calls, name, value)
            venue.asked.clear()
            answer = await client.post(order)
            assert (answer.kind, len(venue.asked)) == (AnswerKind.UNKNOWN, 1)
            monkeypatch.undo()

    async def test_whose_task_is_cancelled_was_sent_once_and_says_nothing(
        self, venue: Script, client: VenueClient, order: SignedOrder
    ) -> None:
        arrived = asyncio.Event()

        async def hang(request: Any) -> Any:
            arrived.set()
            return await venue.hang(request)

        venue.then(hang)
        posting = asyncio.create_task(client.post(order))
        await arrived.wait()
        posting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await posting
        assert len(venue.asked) == 1

    async def test_to_a_venue_that_is_not_there_was_not_sent(
        self, http: httpx.AsyncClient, opened: Wallet, order: SignedOrder
    ) -> None:
        nobody = VenueClient(http, f"http://127.0.0.1:{free_port()}", opened, OURS)
        answer = await nobody.post(order)
        assert (answer.kind, answer.reason) == (AnswerKind.NOT_SENT, "the venue could not be reached (ConnectError)")

    async def test_that_found_no_room_in_the_pool_was_not_sent(
        self, venue: Script, opened: Wallet, order: SignedOrder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(calls, "_ORDER_TIMEOUT", httpx.Timeout(5.0, pool=0.2))
        venue.then(venue.hang)
        async with httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=1)) as narrow:
            one = VenueClient(narrow, venue.url, opened, OURS)
            first = asyncio.create_task(one.post(order))
            while not venue.asked:  # noqa: ASYNC110 - a list, not an event
                await asyncio.sleep(0.01)
            assert (await one.post(order)).kind is AnswerKind.NOT_SENT
            assert len(venue.asked) == 1
            venue.closing.set()
            await first

    async def test_whose_tls_fails_was_not_sent(self, venue: Script, opened: Wallet, order: SignedOrder) -> None:
        venue.then(says({}))
        async with venue_http() as http:
            one = VenueClient(http, venue.url.replace("http:", "https:"), opened, OURS)
            assert (await one.post(order)).kind is AnswerKind.NOT_SENT
        assert venue.asked == []

    async def test_over_a_kept_connection_that_breaks_may_have_been_taken(
        self, venue: Script, client: VenueClient, order: SignedOrder
    ) -> None:
        """The second request finds a connection already open, so that it was connected proves nothing."""
        venue.then(says(matched(order)), venue.reset)
        assert (await client.post(order)).kind is AnswerKind.MATCHED
        assert (await client.post(order)).kind is AnswerKind.UNKNOWN
        assert len(venue.asked) == 2

    async def test_with_credentials_that_cannot_sign_was_not_sent(
        self, venue: Script, http: httpx.AsyncClient, opened: Wallet, order: SignedOrder
    ) -> None:
        venue.then(says({}))
        broken = Credentials(OURS.key, Secret("no base64!"), OURS.passphrase)
        answer = await VenueClient(http, venue.url, opened, broken).post(order)
        assert answer.kind is AnswerKind.NOT_SENT
        assert venue.asked == []

    async def test_that_comes_back_under_another_id_is_not_believed(
        self, venue: Script, client: VenueClient, order: SignedOrder
    ) -> None:
        venue.then(says(matched(order, orderID=ORDER_ID)))
        answer = await client.post(order)
        assert (answer.kind, answer.order_id, answer.paid) == (AnswerKind.UNKNOWN, ORDER_ID, 0)
        assert order.order_hash in answer.reason

    async def test_brings_word_of_a_restart(self, venue: Script, client: VenueClient, order: SignedOrder) -> None:
        venue.then(says({"error": "restarting"}, 425, **{"Retry-After": "3"}))
        answer = await client.post(order)
        assert (answer.mode, answer.retry_after_s) == (VenueMode.RESTARTING, 3.0)

    async def test_with_an_endless_answer_is_read_to_a_limit(
        self, venue: Script, client: VenueClient, order: SignedOrder
    ) -> None:
        venue.then(says(b" " * (MAX_BYTES + 1)))
        assert (await client.post(order)).kind is AnswerKind.UNKNOWN


def pages(*parts: list[Any]) -> list[Act]:
    cursors = [f"cursor{n}" for n in range(1, len(parts))] + [LAST_CURSOR]
    return [says({"data": part, "next_cursor": cursor}) for part, cursor in zip(parts, cursors, strict=True)]


class TestAListing:
    async def test_of_orders_is_read_to_its_last_page(self, venue: Script, client: VenueClient) -> None:
        venue.then(*pages([listed_order()], [listed_order(id="0x02"), listed_order(id="0x03")]))
        orders = await client.open_orders(CONDITION)
        assert isinstance(orders, Listing)
        assert [order.order_id for order in orders.rows] == [ORDER_ID, "0x02", "0x03"]
        assert orders.complete
        assert [(asked.path, asked.query) for asked in venue.asked] == [
            ("/data/orders", {"market": CONDITION, "next_cursor": "MA=="}),
            ("/data/orders", {"market": CONDITION, "next_cursor": "cursor1"}),
        ]
        assert {asked.headers["POLY_SIGNATURE"] for asked in venue.asked} == {
            build_hmac_signature(CREDENTIALS.api_secret, str(int(NOW_S)), "GET", "/data/orders")
        }

    async def test_of_trades_has_our_parts_alone(self, venue: Script, client: VenueClient) -> None:
        ours = trade_as_maker(made(), made(FUNDS))
        venue.then(*pages([trade(status="TRADE_STATUS_CONFIRMED"), ours]))
        trades = await client.trades(CONDITION, after_s=1_795_000_000, trade_id="t-1")
        assert isinstance(trades, Listing)
        assert [(report.leg, report.size) for report in trades.rows] == [("taker", 18_867_924), ("maker", 5_000_000)]
        query = {"market": CONDITION, "after": "1795000000", "id": "t-1", "next_cursor": "MA=="}
        assert venue.asked[0].query == query

    async def test_of_everything_asks_for_no_market(self, venue: Script, client: VenueClient) -> None:
        venue.then(*pages([]))
        assert await client.open_orders() == await client.trades() == Listing((), {})
        assert [asked.query for asked in venue.asked] == [{"next_cursor": "MA=="}] * 2

    async def test_names_a_market_of_the_second_protocol_as_the_clob_does(
        self, venue: Script, client: VenueClient
    ) -> None:
        venue.then(*pages([]))
        await client.open_orders("0x" + "ab" * 31)
        assert venue.asked[0].query["market"] == "0x" + "ab" * 31 + "00"

    async def test_with_rows_that_cannot_be_read_is_not_complete(self, venue: Script, client: VenueClient) -> None:
        venue.then(*pages([listed_order(), listed_order(price=0.5), None, listed_order(status="?")]))
        orders = await client.open_orders()
        assert isinstance(orders, Listing)
        assert len(orders.rows) == 1
        assert orders.refused == {"bad_type": 1, "not_an_object": 1, "unknown_status": 1}
        assert not orders.complete

    @pytest.mark.parametrize(
        "acts",
        [
            [says({"error": "no"}, 500)],
            [says({"error": "no"}, 401)],
            [says(b"<html>", 200)],
            [says(b"", 200)],
            [says(None)],
            [says([])],
            [says({"data": []})],
            [says({"data": None, "next_cursor": "x"})],
            [says({"data": {}, "next_cursor": LAST_CURSOR})],
            [says({"data": [], "next_cursor": None})],
            [says({}, 302, Location="/elsewhere")],
            [says({"data": [listed_order()], "next_cursor": "x"}), says({"error": "no"}, 502)],
            [says({"data": [listed_order()], "next_cursor": "x"}), says({"data": [], "next_cursor": "x"})],
            [says({"data": [], "next_cursor": "MA=="})],
            [says(b" " * (MAX_BYTES + 1))],
        ],
        ids=range(15),
    )
    async def test_that_is_cut_short_is_no_list_at_all(
        self, venue: Script, client: VenueClient, acts: list[Act]
    ) -> None:
        venue.then(*acts)
        orders = await client.open_orders()
        assert isinstance(orders, Unanswered)
        assert str(orders)
        assert len(venue.asked) == len(acts) or len(venue.asked) == 1

    async def test_without_an_end_is_given_up(self, venue: Script, client: VenueClient) -> None:
        async def onwards(request: Any) -> Any:
            return await says({"data": [], "next_cursor": f"c{len(venue.asked)}"})(request)

        venue.then(onwards)
        assert await client.open_orders() == Unanswered(f"the venue's list of orders has more than {MOST_PAGES} pages")
        assert len(venue.asked) == MOST_PAGES

    @pytest.mark.parametrize("failure", ["hang", "reset", "begin"])
    async def test_from_a_silent_venue_is_unknown_and_not_empty(
        self, venue: Script, client: VenueClient, failure: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(calls, "READ_LIMIT_S", 0.2)
        venue.then(getattr(venue, failure))
        assert isinstance(await client.open_orders(), Unanswered)
        assert isinstance(await client.trades(), Unanswered)
        assert isinstance(await client.order(ORDER_ID), Unanswered)
        assert isinstance(await client.funds(), Unanswered)
        assert isinstance(await client.cancel_all(), Unanswered)
        assert isinstance(await client.closed_only(), Unanswered)

    async def test_refused_for_the_credentials_says_so_and_how_long_to_wait(
        self, venue: Script, client: VenueClient
    ) -> None:
        venue.then(says({"error": "Invalid \x1bAPI key"}, 401, **{"Retry-After": "5"}))
        refused = await client.trades()
        assert isinstance(refused, Unanswered)
        assert refused.status == 401
        assert refused.retry_after_s == 5.0
        assert refused.reason == (
            "the venue answered 401 when asked about trades: Invalid \N{REPLACEMENT CHARACTER}API key"
        )


class TestOneOrder:
    async def test_is_looked_up_by_its_hash(self, venue: Script, client: VenueClient) -> None:
        venue.then(says(listed_order(size_matched="5")))
        found = await client.order(ORDER_ID)
        assert isinstance(found, OrderReport)
        assert (found.order_id, found.matched) == (ORDER_ID, 5_000_000)
        assert venue.asked[0].path == f"/data/order/{ORDER_ID}"
        expected = build_hmac_signature(CREDENTIALS.api_secret, str(int(NOW_S)), "GET", f"/data/order/{ORDER_ID}")
        assert venue.asked[0].headers["POLY_SIGNATURE"] == expected

    @pytest.mark.parametrize("nothing", [None, "", {}, []])
    async def test_that_has_ended_is_none(self, venue: Script, client: VenueClient, nothing: object) -> None:
        venue.then(says(nothing))
        assert await client.order(ORDER_ID) is None

    async def test_that_the_venue_does_not_know_is_none(self, venue: Script, client: VenueClient) -> None:
        venue.then(says({"error": "order not found"}, 404))
        assert await client.order(ORDER_ID) is None

    @pytest.mark.parametrize(
        "act",
        [
            says(b"<html>404</html>", 404),
            says({"error": "no"}, 500),
            says(listed_order(price=0.5)),
            says("order"),
            says(b"", 200),
        ],
    )
    async def test_whose_answer_cannot_be_read_is_not_none(self, venue: Script, client: VenueClient, act: Act) -> None:
        venue.then(act)
        assert isinstance(await client.order(ORDER_ID), Unanswered)


class TestCancelling:
    ANSWER: Final = {"canceled": [ORDER_ID.upper()], "not_canceled": {"0x02": "already canceled or \x1bmatched"}}
    MEANS: Final = Cancelled((ORDER_ID,), {"0x02": "already canceled or \N{REPLACEMENT CHARACTER}matched"})

    async def test_one_order(self, venue: Script, client: VenueClient) -> None:
        venue.then(says(self.ANSWER))
        assert await client.cancel(ORDER_ID) == self.MEANS
        (asked,) = venue.asked
        assert (asked.method, asked.path) == ("DELETE", "/order")
        assert json.loads(asked.body) == {"orderID": ORDER_ID}
        expected = build_hmac_signature(
            CREDENTIALS.api_secret, str(int(NOW_S)), "DELETE", "/order", asked.body.decode()
        )
        assert asked.headers["POLY_SIGNATURE"] == expected

    async def test_all(self, venue: Script, client: VenueClient) -> None:
        venue.then(says({"canceled": [], "not_canceled": {}}))
        assert await client.cancel_all() == Cancelled((), {})
        assert (venue.asked[0].path, venue.asked[0].body) == ("/cancel-all", b"")

    @pytest.mark.parametrize(
        "answer",
        [None, [], {}, {"canceled": []}, {"canceled": None, "not_canceled": {}}, {"canceled": [5], "not_canceled": {}}],
    )
    async def test_with_an_answer_of_another_shape_is_unknown(
        self, venue: Script, client: VenueClient, answer: object
    ) -> None:
        venue.then(says(answer))
        assert isinstance(await client.cancel_all(), Unanswered)


class TestTheAccount:
    async def test_has_cash_and_allowances(self, venue: Script, client: VenueClient) -> None:
        limitless = str(2**256 - 1)
        venue.then(says({"balance": "12345678", "allowances": {"0xE111": "5000000", "0xe333": limitless}}))
        funds = await client.funds()
        assert isinstance(funds, Funds)
        assert funds.cash * 1_000_000 == 12_345_678 * MONEY
        assert funds.allowance("0xe111") == funds.allowance("0xE111") == 5 * MONEY
        assert funds.allowance("0xE333") == (2**256 - 1) * MONEY // 1_000_000
        assert funds.allowance("0xdead") == 0
        assert venue.asked[0].query == {"asset_type": "COLLATERAL", "signature_type": "3"}

    async def test_may_have_one_allowance_without_its_contract(self, venue: Script, client: VenueClient) -> None:
        venue.then(says({"balance": "0", "allowance": "1000000"}))
        funds = await client.funds()
        assert isinstance(funds, Funds)
        assert (funds.cash, funds.allowance("0xe111")) == (0, MONEY)

    @pytest.mark.parametrize(
        "answer",
        [
            None,
            {},
            {"balance": "1"},
            {"balance": 1, "allowances": {}},
            {"balance": "1.5", "allowances": {}},
            {"balance": "-1", "allowances": {}},
            {"balance": "9" * 79, "allowances": {}},
            {"balance": "1", "allowances": []},
            {"balance": "1", "allowances": {"0xe1": None}},
            {"balance": "1", "allowances": {"two words": "1"}},
        ],
        ids=str,
    )
    async def test_whose_funds_cannot_be_read_has_not_none(
        self, venue: Script, client: VenueClient, answer: object
    ) -> None:
        venue.then(says(answer))
        assert isinstance(await client.funds(), Unanswered)

    @pytest.mark.parametrize("closed", [True, False])
    async def test_may_be_closed_only(self, venue: Script, client: VenueClient, closed: bool) -> None:
        venue.then(says({"closed_only": closed}))
        assert await client.closed_only() is closed
        assert venue.asked[0].path == "/auth/ban-status/closed-only"

    @pytest.mark.parametrize("answer", [None, {}, {"closed_only": "no"}, [], True])
    async def test_whose_standing_cannot_be_read_is_unknown(
        self, venue: Script, client: VenueClient, answer: object
    ) -> None:
        venue.then(says(answer))
        assert isinstance(await client.closed_only(), Unanswered)


@pytest.mark.parametrize(
    "url", ["http://clob.polymarket.com", "https://venue.example", "https://clob.polymarket.com.x"]
)
async def test_no_client_is_made_for_another_host(http: httpx.AsyncClient, opened: Wallet, url: str) -> None:
    with pytest.raises(SettingError, match=r"^CLOB_REST_URL=.* nothing is signed for another\.$"):
        VenueClient(http, url, opened, OURS)


async def test_the_base_may_have_a_path_which_is_not_signed(
    venue: Script, http: httpx.AsyncClient, opened: Wallet
) -> None:
    venue.then(says({"closed_only": False}))
    based = VenueClient(http, f"{venue.url}/clob/", opened, OURS, now=lambda: NOW_S)
    assert await based.closed_only() is False
    (asked,) = venue.asked
    assert asked.path == "/clob/auth/ban-status/closed-only"
    path = "/auth/ban-status/closed-only"
    assert asked.headers["POLY_SIGNATURE"] == build_hmac_signature(CREDENTIALS.api_secret, str(int(NOW_S)), "GET", path)


async def test_no_proxy_of_the_environment_sees_a_signed_request(
    venue: Script, opened: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    venue.then(says({"closed_only": False}))
    async with venue_http() as http:
        assert await VenueClient(http, venue.url, opened, OURS).closed_only() is False


async def test_no_secret_is_logged_or_shown_whatever_happens(
    venue: Script,
    client: VenueClient,
    order: SignedOrder,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calls, "ORDER_LIMIT_S", 0.2)
    monkeypatch.setattr(calls, "READ_LIMIT_S", 0.2)
    told: list[object] = [client, vars(client)]
    with caplog.at_level(logging.DEBUG):
        acts = [says(matched(order)), says({"error": "no"}, 401), says(b"<html>", 403), says({}, 302, Location="/x")]
        for act in (*acts, venue.hang, venue.reset, venue.begin):
            venue.then(act)
            told += [await client.post(order), await client.open_orders(), await client.order(ORDER_ID)]
            told += [await client.cancel_all(), await client.funds()]
    shown = caplog.text + repr(told) + str(told)
    assert "HTTP Request: POST" in caplog.text
    assert not [secret for secret in SECRETS if secret in shown]
