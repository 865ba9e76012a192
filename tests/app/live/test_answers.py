"""Every answer to POST /order has one meaning, and what is not understood is UNKNOWN."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.live.answers import no_answer, read_answer
from engine.execution import Answer, AnswerKind, VenueMode
from engine.units import MONEY, SIZE
from feeds.text import clean
from tests.feeds.mutation import ANY_JSON, mutated

ORDER_ID = "0x" + "ab" * 32
NO_MATCH = "no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found."
FOK_KILLED = "order couldn't be fully filled. FOK orders are fully filled or killed."
CLOUDFLARE = (
    "<!DOCTYPE html>\n<html>\n<head><title>Attention Required! | Cloudflare</title></head>\n" + "<p>\x1b[2J</p>" * 4000
).encode()


def good(**fields: Any) -> dict[str, Any]:
    return {
        "success": True,
        "errorMsg": "",
        "orderID": ORDER_ID,
        "status": "matched",
        "makingAmount": "9.99",
        "takingAmount": "18.867924",
        "tradeIDs": ["83b5c849-620e-4c23-b63b-2e779c04a6e7"],
        "transactionsHashes": [],
    } | fields


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def read(status: int, body: object, retry_after: str = "") -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_answer(status, raw, retry_after)


def refused(status: int, reason: str) -> Answer:
    return read(status, {"error": reason, "orderID": ORDER_ID})


class TestATakenOrder:
    def test_that_matched_says_what_was_paid_and_bought(self) -> None:
        answer = read(200, good())
        assert (answer.kind, answer.order_id, answer.reason) == (AnswerKind.MATCHED, ORDER_ID, "")
        assert answer.paid * 100 == 999 * MONEY
        assert answer.bought == 18_867_924
        assert answer.trade_ids == ("83b5c849-620e-4c23-b63b-2e779c04a6e7",)
        assert (answer.mode, answer.disarm, answer.retry_after_s) == (None, False, 0.0)

    @pytest.mark.parametrize("nothing", ["", None, "0", "0.00"])
    def test_that_does_not_say_how_much_has_matched_an_unsaid_amount(self, nothing: str | None) -> None:
        answer = read(200, good(makingAmount=nothing, takingAmount=nothing))
        assert (answer.kind, answer.paid, answer.bought) == (AnswerKind.MATCHED, 0, 0)

    def test_at_a_better_price_got_more_shares_than_it_asked_for(self) -> None:
        answer = read(200, good(makingAmount="5", takingAmount="10.000001"))
        assert (answer.paid, answer.bought) == (5 * MONEY, 10 * SIZE + 1)

    @pytest.mark.parametrize("status", ["live", "delayed"])
    def test_that_waits_is_working(self, status: str) -> None:
        answer = read(200, good(status=status, makingAmount="", takingAmount="", tradeIDs=[]))
        assert (answer.kind, answer.order_id, answer.reason) == (AnswerKind.WORKING, ORDER_ID, "")

    def test_that_matched_in_part_and_waits_says_both(self) -> None:
        answer = read(200, good(status="live"))
        assert (answer.kind, answer.bought) == (AnswerKind.WORKING, 18_867_924)

    @pytest.mark.parametrize("status", ["unmatched", "", None, "new\x1b"])
    def test_in_a_state_that_we_do_not_know_is_working_too_and_says_so(self, status: str | None) -> None:
        answer = read(200, good(status=status, makingAmount="", takingAmount=""))
        assert answer.kind is AnswerKind.WORKING
        assert answer.reason.startswith("status ")
        assert "\x1b" not in answer.reason

    def test_has_its_id_in_small_letters_as_our_hash_is(self) -> None:
        assert read(200, good(orderID=ORDER_ID.upper())).order_id == ORDER_ID


class TestARefusedOrder:
    @pytest.mark.parametrize(
        "body",
        [
            good(success=False, errorMsg=NO_MATCH, makingAmount="", takingAmount="", tradeIDs=None),
            good(orderID="", errorMsg=NO_MATCH, status="", makingAmount="", takingAmount="", tradeIDs=[]),
            {"success": False, "orderID": None, "errorMsg": NO_MATCH},
            {"success": True, "orderID": "", "errorMsg": NO_MATCH},
            {"error": NO_MATCH},
        ],
        ids=["success false", "empty id", "id null", "batch leg", "error alone"],
    )
    def test_under_200_says_so_and_why(self, body: dict[str, Any]) -> None:
        answer = read(200, body)
        assert (answer.kind, answer.reason, answer.disarm) == (AnswerKind.REJECTED, NO_MATCH, False)

    @pytest.mark.parametrize(
        ("reason", "disarm"),
        [
            (NO_MATCH, False),
            (FOK_KILLED, False),
            ("invalid post-only order: order crosses book", False),
            ("not enough balance / allowance", False),
            ("invalid amount for a marketable BUY order ($0.86), min size: $1", False),
            (
                "invalid amounts, the market buy orders maker amount supports a max accuracy of 2 decimals, "
                "taker amount a max of 4 decimals",
                False,
            ),
            ("order 0xab is invalid. Price (0.535) breaks minimum tick size rule: 0.01", False),
            ("order 0xab is invalid. Size (4) lower than the minimum: 5", False),
            ("invalid expiration", False),
            ("invalid nonce", False),
            ("Too many orders in payload: 20, max allowed: 15", False),
            ("the market is not yet ready to process new orders", False),
            ("order_version_mismatch", True),
            ("the order signer address has to be the address of the API KEY", True),
            ("the address banned", True),
            ("address 0xab is in closed only mode", True),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_under_400_is_refused_for_good_and_some_words_disarm(self, reason: str, disarm: bool) -> None:
        answer = refused(400, reason)
        assert (answer.kind, answer.reason, answer.disarm, answer.mode) == (AnswerKind.REJECTED, reason, disarm, None)

    @pytest.mark.parametrize("status", [401, 403])
    @pytest.mark.parametrize("reason", ["Invalid API key", "Unauthorized", "address banned", ""])
    def test_that_was_not_let_in_disarms(self, status: int, reason: str) -> None:
        answer = refused(status, reason)
        assert (answer.kind, answer.disarm) == (AnswerKind.REJECTED, True)
        assert answer.reason == (reason or f"the venue answered {status} without a word")

    def test_by_a_page_for_people_disarms_and_shows_two_hundred_clean_characters_of_it(self) -> None:
        assert len(CLOUDFLARE) > 40_000
        answer = read(403, CLOUDFLARE)
        assert (answer.kind, answer.disarm) == (AnswerKind.REJECTED, True)
        assert len(answer.reason) == 200
        assert answer.reason.startswith("<!DOCTYPE html> <html> <head><title>Attention Required! | Cloudflare</title>")
        assert answer.reason.isprintable()

    @pytest.mark.parametrize(
        ("header", "body", "wait_s"),
        [
            ("7", {"error": "slow down"}, 7.0),
            ("1", {"retry_after_seconds": 2.5}, 2.5),
            ("9" * 500, {}, 86_400.0),
            *((header, {}, 0.0) for header in ("", "nan", "-5", "soon", "Sun, 22 Nov 2026 09:30:00 GMT")),
        ],
    )
    def test_for_too_many_is_told_how_long_to_wait(self, header: str, body: dict[str, Any], wait_s: float) -> None:
        answer = read(429, body, header)
        assert (answer.kind, answer.retry_after_s, answer.disarm) == (AnswerKind.REJECTED, wait_s, False)

    def test_for_too_many_by_a_page_is_refused_as_well(self) -> None:
        assert read(429, CLOUDFLARE).kind is AnswerKind.REJECTED


class TestAVenueThatTakesNoTakers:
    def test_while_it_restarts_the_order_is_refused(self) -> None:
        for body in ({"error": "matching engine is restarting"}, b"", CLOUDFLARE):
            answer = read(425, body, "90")
            assert (answer.kind, answer.mode) == (AnswerKind.REJECTED, VenueMode.RESTARTING)
            assert answer.retry_after_s == 90.0
            assert answer.reason

    @pytest.mark.parametrize(
        ("body", "mode", "wait_s"),
        [
            (
                {
                    "error": "post-only mode: only post-only orders and cancels are allowed",
                    "code": "post_only_mode",
                    "retry_after_seconds": 120,
                },
                VenueMode.POST_ONLY,
                120.0,
            ),
            ({"code": "post_only_mode"}, VenueMode.POST_ONLY, 0.0),
            ({"error": "post-only mode: only post-only orders"}, VenueMode.POST_ONLY, 0.0),
            ({"error": "Trading is currently cancel-only"}, VenueMode.CANCEL_ONLY, 0.0),
            ({"error": "trading is disabled"}, VenueMode.DISABLED, 0.0),
        ],
    )
    def test_a_phase_of_its_restart_is_told(self, body: dict[str, Any], mode: VenueMode, wait_s: float) -> None:
        answer = read(503, body)
        assert (answer.kind, answer.mode, answer.retry_after_s) == (AnswerKind.REJECTED, mode, wait_s)
        assert answer.reason

    @pytest.mark.parametrize("body", [{"error": "upstream"}, {}, b"trading is disabled", b"", CLOUDFLARE, b"[1]"])
    def test_any_other_503_may_have_taken_the_order(self, body: object) -> None:
        answer = read(503, body)
        assert (answer.kind, answer.mode) == (AnswerKind.UNKNOWN, None)


class TestWhatProvesNothing:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"OK",
            b"{",
            b"null",
            b"[]",
            json.dumps(good()).encode()[:-1],
            CLOUDFLARE,
            {},
            {"success": True},
            {"success": False},
            good(success=False),
            good(success=None),
            good(success="true"),
            without(good(), "success"),
            good(orderID=""),
            good(orderID="", errorMsg=NO_MATCH),  # refused, and yet it says what was bought
            good(success=False, errorMsg=NO_MATCH),
            good(success=None, errorMsg=NO_MATCH, makingAmount="", takingAmount="", tradeIDs=[]),  # nor does it say no
            good(orderID=5),
            good(orderID="two words"),
            good(makingAmount="nan"),
            good(makingAmount=9.99),
            good(takingAmount="-5"),
            good(takingAmount=""),
            good(makingAmount="0"),
            good(takingAmount="1e3"),
            good(tradeIDs="one"),
            good(tradeIDs=[5]),
        ],
        ids=lambda body: str(body)[-60:],
    )
    def test_a_malformed_answer_under_200_may_be_an_order(self, body: object) -> None:
        answer = read(200, body)
        assert answer.kind is AnswerKind.UNKNOWN
        assert answer.reason

    @pytest.mark.parametrize("status", [500, 502, 504, 520, 524, 404, 408, 409, 301, 302, 307, 308, 100, 204, 0, -1])
    @pytest.mark.parametrize("body", [good(), {"error": "could not insert order"}, b"", CLOUDFLARE])
    def test_any_status_outside_the_table_may_be_an_order(self, status: int, body: object) -> None:
        answer = read(status, body)
        assert answer.kind is AnswerKind.UNKNOWN
        assert answer.reason
        assert not answer.disarm

    @pytest.mark.parametrize(
        "error",
        [
            httpx.ReadTimeout("x"),
            httpx.WriteTimeout("x"),
            httpx.ReadError("x"),
            httpx.WriteError("x"),
            httpx.CloseError("x"),
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            httpx.LocalProtocolError("x"),
            httpx.ProxyError("x"),
            httpx.DecodingError("x"),
            httpx.UnsupportedProtocol("x"),
            TimeoutError(),
            ConnectionResetError(),
            asyncio.CancelledError(),
            RuntimeError("x"),
            KeyboardInterrupt(),
        ],
        ids=lambda error: type(error).__name__,
    )
    @pytest.mark.parametrize("started", [True, False])
    def test_no_answer_at_all_may_be_an_order(self, error: BaseException, started: bool) -> None:
        answer = no_answer(error, started=started)
        assert answer == Answer(AnswerKind.UNKNOWN, f"no answer came ({type(error).__name__})")


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_an_order_for_which_no_connection_was_had_was_not_sent_unless_it_had_begun_to_leave(
    kind: type[httpx.TransportError],
) -> None:
    name = kind.__name__
    assert no_answer(kind("x"), started=False) == Answer(
        AnswerKind.NOT_SENT, f"the venue could not be reached ({name})"
    )
    assert no_answer(kind("x"), started=True).kind is AnswerKind.UNKNOWN


STATUSES = st.one_of(st.sampled_from([200, 400, 401, 403, 425, 429, 500, 502, 503, 504]), st.integers(-1, 600))
BODIES = st.one_of(ANY_JSON.map(lambda value: json.dumps(value).encode()), st.binary(max_size=300))


@settings(max_examples=1000, derandomize=True, deadline=None)
@given(STATUSES, st.one_of(BODIES, mutated([good(), good(success=False, errorMsg=NO_MATCH)])), st.text(max_size=20))
def test_any_status_and_body_have_a_meaning_and_clean_words(status: int, body: Any, header: str) -> None:
    answer = read(status, body, header)
    assert answer.kind is not AnswerKind.NOT_SENT
    assert len(answer.reason) <= 200
    assert answer.reason == clean(answer.reason)
    assert 0 <= answer.retry_after_s <= 86_400
    if answer.kind is AnswerKind.MATCHED:
        assert status in (200, 201, 202)
        assert answer.order_id
    if answer.kind is AnswerKind.REJECTED:
        assert answer.paid == answer.bought == 0
        assert answer.reason


@settings(max_examples=500, derandomize=True, deadline=None)
@given(mutated([good()]))
def test_a_good_answer_gone_wrong_is_never_a_refusal(body: Any) -> None:
    """Refused means the money is free again; an order that was taken must not become that by one wrong field."""
    assert read(200, body).kind is not AnswerKind.REJECTED
