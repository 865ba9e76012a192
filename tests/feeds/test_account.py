"""The venue's rows of orders and trades become reports of our own parts in them, or are refused by name."""

from typing import Any

import pytest

from engine.execution import Leg, OrderReport, OrderState, TradeReport, TradeStatus
from feeds.account import read_order, read_trade
from feeds.frames import REFUSALS, UNREADABLE, refusal
from tests.feeds.account_rows import (
    CONDITION,
    DOWN_TOKEN,
    MAKER_ID,
    MS,
    ORDER_ID,
    OTHER,
    OWN,
    UP_TOKEN,
    listed_order,
    made,
    order,
    trade,
    trade_as_maker,
    without,
)

FOK_KILLED = "CANCELED_order couldn't be fully filled. FOK orders are fully filled or killed."


def read_one(row: Any) -> TradeReport:
    (report,) = read_trade(row, OWN)
    return report


def refused(row: Any) -> str:
    """The name under which the row is refused, by the reader that it is for."""
    with pytest.raises(UNREADABLE) as error:
        read_trade(row, OWN) if isinstance(row, dict) and "trader_side" in row else read_order(row)
    return refusal(error.value)


class TestAnOrder:
    def test_is_read_to_the_last_digit(self) -> None:
        report = OrderReport(
            *(ORDER_ID, CONDITION, UP_TOKEN, True, 5300, 18_867_900, 0), OrderState.LIVE, reason="", time_ms=MS
        )
        assert read_order(order()) == report

    def test_of_a_listing_has_the_time_of_its_creation(self) -> None:
        assert read_order(listed_order()).time_ms == 1_795_339_800_000

    def test_that_sells(self) -> None:
        assert not read_order(order(side="SELL")).buys

    def test_has_its_id_in_small_letters_so_that_it_equals_our_hash(self) -> None:
        assert read_order(order(id=ORDER_ID.upper())).order_id == ORDER_ID

    @pytest.mark.parametrize(
        ("status", "kind", "state", "reason"),
        [
            ("LIVE", "PLACEMENT", OrderState.LIVE, ""),
            ("live", "UPDATE", OrderState.LIVE, ""),
            ("ORDER_STATUS_LIVE", None, OrderState.LIVE, ""),
            ("DELAYED", "PLACEMENT", OrderState.DELAYED, ""),
            ("MATCHED", "UPDATE", OrderState.MATCHED, ""),
            ("UNMATCHED", "UPDATE", OrderState.LIVE, "UNMATCHED"),
            ("CANCELED", "CANCELLATION", OrderState.CANCELED, ""),
            ("CANCELLED", "CANCELLATION", OrderState.CANCELED, "CANCELLED"),
            ("CANCELED_MARKET_RESOLVED", "CANCELLATION", OrderState.CANCELED, "CANCELED_MARKET_RESOLVED"),
            ("CANCELED_NOT_ENOUGH_BALANCE", "CANCELLATION", OrderState.CANCELED, "CANCELED_NOT_ENOUGH_BALANCE"),
            (FOK_KILLED, "CANCELLATION", OrderState.CANCELED, FOK_KILLED),
            ("INVALID", "CANCELLATION", OrderState.INVALID, ""),
            ("UNMATCHED", "CANCELLATION", OrderState.CANCELED, "UNMATCHED"),
            ("killed by \x1b[2J", "CANCELLATION", OrderState.CANCELED, "killed by \N{REPLACEMENT CHARACTER}[2J"),
        ],
    )
    def test_has_one_of_five_states_and_the_venues_words_where_they_say_more(
        self, status: str, kind: str | None, state: OrderState, reason: str
    ) -> None:
        report = read_order(order(status=status, type=kind))
        assert (report.state, report.reason) == (state, reason)

    def test_that_was_killed_matched_nothing(self) -> None:
        assert read_order(order(size_matched="", created_at="")).matched == 0

    @pytest.mark.parametrize(
        ("row", "name"),
        [
            (None, "not_an_object"),
            ([order()], "not_an_object"),
            *((without(order(), field), "missing_field") for field in ("id", "market", "asset_id", "side", "price")),
            *((without(order(), field), "missing_field") for field in ("original_size", "size_matched", "status")),
            (without(order(), "timestamp", "created_at"), "missing_field"),
            (order(timestamp="", created_at=""), "missing_field"),
            (order(timestamp="yesterday"), "bad_time"),
            (order(id=""), "bad_id"),
            (order(id="two words"), "bad_id"),
            (order(id="0x\x1b"), "bad_id"),
            (order(id="a" * 101), "bad_id"),
            (order(id=5), "bad_type"),
            (order(side="buy"), "bad_side"),
            (order(side=["BUY"]), "bad_type"),
            (order(price=0.53), "bad_type"),
            (order(price="1.2"), "price_out_of_range"),
            (order(original_size="nan"), "bad_number"),
            (order(size_matched=5), "bad_type"),
            (order(status="PENDING"), "unknown_status"),
            (order(status=""), "unknown_status"),
            (order(status=None), "bad_type"),
        ],
        ids=str,
    )
    def test_that_is_not_as_it_should_be_is_refused_whole(self, row: Any, name: str) -> None:
        assert refused(row) == name
        assert name in REFUSALS


class TestATradeOfATaker:
    def test_is_read_from_the_row_itself(self) -> None:
        assert read_one(trade()) == TradeReport(
            "83b5c849-620e-4c23-b63b-2e779c04a6e7",
            *(ORDER_ID, Leg.TAKER, CONDITION, UP_TOKEN, True, 5300, 18_867_924),
            status=TradeStatus.MATCHED,
            time_ms=1_795_339_800_000,
        )

    def test_needs_no_makers(self) -> None:
        assert read_one(without(trade(), "maker_orders")).size == 18_867_924

    @pytest.mark.parametrize(
        ("text", "status"),
        [
            ("MATCHED", TradeStatus.MATCHED),
            ("TRADE_STATUS_MATCHED_NOT_BROADCASTED", TradeStatus.MATCHED),
            ("TRADE_STATUS_MINED", TradeStatus.MINED),
            ("RETRYING", TradeStatus.RETRYING),
            ("TRADE_STATUS_CONFIRMED", TradeStatus.CONFIRMED),
            ("FAILED", TradeStatus.FAILED),
        ],
    )
    def test_has_the_same_statuses_on_the_channel_and_in_rest(self, text: str, status: TradeStatus) -> None:
        assert read_one(trade(status=text)).status is status

    @pytest.mark.parametrize(("side", "price"), [("BUY", 5334), ("SELL", 5333)])
    def test_with_an_average_price_between_two_units_is_rounded_against_us(self, side: str, price: int) -> None:
        assert read_one(trade(side=side, price="0.53333333333333333")).price == price

    @pytest.mark.parametrize(
        ("times", "ms"),
        [
            ({"match_time": "2026-11-22T09:30:00Z"}, 1_795_339_800_000),
            ({"match_time": None, "matchtime": 1_795_339_801}, 1_795_339_801_000),
            ({"match_time": ""}, MS),
            ({"match_time": "", "timestamp": ""}, 1_795_339_801_000),
        ],
    )
    def test_has_the_time_of_the_match_else_the_best_that_there_is(self, times: dict[str, Any], ms: int) -> None:
        assert read_one(trade(**times)).time_ms == ms


class TestATradeOfAMaker:
    def test_is_our_element_and_not_the_row(self) -> None:
        report = read_one(trade_as_maker(made(OTHER), made(OWN.lower()), made(OTHER)))
        assert (report.order_id, report.leg, report.token) == (MAKER_ID, Leg.MAKER, DOWN_TOKEN)
        assert (report.buys, report.price, report.size) == (True, 4700, 5_000_000)

    def test_may_have_several_of_our_orders(self) -> None:
        reports = read_trade(trade_as_maker(made(), made(OTHER), made(order_id=ORDER_ID, matched_amount="6")), OWN)
        assert [(report.order_id, report.size) for report in reports] == [(MAKER_ID, 5_000_000), (ORDER_ID, 6_000_000)]

    @pytest.mark.parametrize(
        ("taker", "token", "buys"),
        [("BUY", DOWN_TOKEN, True), ("BUY", UP_TOKEN, False), ("SELL", DOWN_TOKEN, False), ("SELL", UP_TOKEN, True)],
    )
    def test_whose_side_is_not_said_is_against_the_taker_in_the_same_token_and_with_them_in_the_other(
        self, taker: str, token: str, buys: bool
    ) -> None:
        assert read_one(trade_as_maker(without(made(asset_id=token), "side"), side=taker)).buys is buys

    def test_the_other_makers_amounts_are_nothing_to_us(self) -> None:
        assert len(read_trade(trade_as_maker(made(OTHER, matched_amount=None, price=None), made()), OWN)) == 1

    @pytest.mark.parametrize(
        ("row", "name"),
        [
            (trade_as_maker(made(OTHER)), "no_own_leg"),
            (without(trade_as_maker(), "maker_orders"), "missing_field"),
            (trade_as_maker() | {"maker_orders": None}, "bad_type"),
            (trade_as_maker() | {"maker_orders": []}, "no_own_leg"),
            (trade_as_maker(made(), "more"), "bad_type"),
            (trade_as_maker(made(), without(made(), "maker_address")), "missing_field"),
            (trade_as_maker(made(matched_amount="0")), "zero_size"),
            (trade_as_maker(made(side="")), None),
            (trade_as_maker(made(side="LONG")), "bad_side"),
            (trade(size="0"), "zero_size"),
            (trade(size="1e3"), "bad_number"),
            (trade(price="0"), "price_out_of_range"),
            (trade(price="1.0001"), "price_out_of_range"),
            (trade(status="SETTLED"), "unknown_status"),
            (trade(status=None), "bad_type"),
            (trade(trader_side="BOTH"), "bad_side"),
            (trade(trader_side=None), "bad_type"),
            *((without(trade(), field), "missing_field") for field in ("id", "taker_order_id", "market", "asset_id")),
            *((without(trade(), field), "missing_field") for field in ("side", "size", "price", "status")),
            (without(trade(), "match_time", "timestamp", "last_update"), "missing_field"),
        ],
        ids=str,
    )
    def test_that_is_not_as_it_should_be_is_refused_whole(self, row: Any, name: str | None) -> None:
        if name is None:
            assert read_one(row)
            return
        assert refused(row) == name
        assert name in REFUSALS

    @pytest.mark.parametrize("row", [None, 5, "TRADE", [trade()]], ids=repr)
    def test_that_is_no_object_is_refused(self, row: Any) -> None:
        with pytest.raises(UNREADABLE):
            read_trade(row, OWN)
