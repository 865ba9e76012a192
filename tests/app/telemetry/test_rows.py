"""Every file's columns, word for word: a tool written for them must go on working."""

import csv
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.telemetry import columns
from app.telemetry.cells import split_line
from app.telemetry.rows.fill import FillRow, UnfilledRow, fill_line
from app.telemetry.rows.latency import LatencyRow, latency_line
from app.telemetry.rows.lens import LensRow, lens_line
from app.telemetry.rows.order import OrderRow, order_line
from app.telemetry.rows.signal import SignalRow, signal_line
from app.telemetry.rows.tape import QuoteRow, quote_line, trade_line
from engine.events import Fill, Trade
from tests.app.telemetry.examples import MARKET, WALL, a_fill, a_signal, an_order, an_unfilled_ack

HEADERS = {
    columns.SIGNALS: "ts_ms,strategy,side,edge,fair,mkt,conf,size_frac,price,dist,time_left_s,eval_us,selected,"
    "net_edge,quote_age_ms,strike_source,block",
    columns.LATENCY: "ts_ms,event,latency_us",
    columns.ORDERS: "ts_ms,order_id,side,price,size,strategy,edge,spot,time_left_s,mode,type,fee_est,run_id,seq",
    columns.FILLS: "ts_ms,order_id,strategy,status,filled_price,filled_size,submit_to_ack_ms,pnl_if_correct,"
    "side,mode,fee,settle_state,trade_id,run_id,seq",
    columns.LENSES: "order_id,lens,latency_ms,filled_price,filled_size,fee",
    columns.BINANCE: "recv_time,recv_ts_ms,trade_ts_ms,price,qty,side",
    columns.POLYMARKET: "recv_time,recv_ts_ms,up_price,down_price,up_bid,up_ask,down_bid,down_ask",
}


def cells(line: bytes) -> str:
    assert line.endswith(b"\n")
    return line.decode().rstrip("\n")


def test_the_headers_are_those_of_the_design() -> None:
    assert {",".join(names) for names in HEADERS} == set(HEADERS.values())
    assert all(",".join(names) == text for names, text in HEADERS.items())


def test_a_signal() -> None:
    row = SignalRow(WALL // 1_000_000, a_signal(), 84_046.9014, 46.9014, 93.78845, 6.25, "chainlink_twap")
    assert cells(signal_line(row, 2)) == (
        "1787237006212,distance_fade,UP,0.101,0.781,0.68,0.38,0.08,84046.9,46.9,93.788,6.2,true,"
        "0.085768,84,chainlink_twap,"
    )


def test_a_signal_that_was_stopped_says_by_which_gate_at_which_value() -> None:
    row = SignalRow(
        1, a_signal(block=("cooldown", 3100.0, 5000.0), selected=False), 84_000.0, -0.00004, 1, 1, "binance_first"
    )
    line = cells(signal_line(row, 5))
    assert line.endswith(",false,0.085768,84,binance_first,cooldown 3100 of 5000")
    assert ",-0.00004," in line


def test_a_latency() -> None:
    assert cells(latency_line(LatencyRow(1_787_237_006_212, "pm_recv", 18.04))) == "1787237006212,pm_recv,18"


def test_an_order() -> None:
    assert cells(order_line(OrderRow(an_order(), "paper", "run7", 3), 2, MARKET.fee)) == (
        "1787237006212,p1,UP,0.68,11.5,distance_fade,0.101,83758.02,93.788,paper,FAK,0.17517,run7,3"
    )


def test_a_fill() -> None:
    row = FillRow(a_fill(), "filled", "paper", "confirmed", 200.4, "run7", 1)
    assert cells(fill_line(row)) == (
        "1787237006412,p1,distance_fade,filled,0.675,11.5,200.4,3.7375,UP,paper,0.1751680001,confirmed,p1.1,run7,1"
    )


def test_an_ack_without_fill_has_an_empty_price_and_size() -> None:
    assert cells(fill_line(UnfilledRow(an_unfilled_ack(), "live", None, "run7", 2))) == (
        "1787237006412,p2,momentum,none,,,,0,DOWN,live,0,,,run7,2"
    )


@given(st.integers(1, 9_999), st.integers(1, 10**13))
def test_profit_if_correct_is_exact(price: int, size: int) -> None:
    fill = Fill(1, 1, "p", "momentum", 0, price, size, 0, "t")
    line = fill_line(FillRow(fill, "filled", "paper", "confirmed", None, "r", 1))
    row = dict(zip(columns.FILLS, split_line(line.rstrip(b"\n")), strict=True))
    profit = Decimal(row["filled_size"]) * (1 - Decimal(row["filled_price"]))
    assert Decimal(row["pnl_if_correct"]) == profit


def test_a_lens_shows_the_average_price_and_none_without_a_fill() -> None:
    cost = 6_700 * 5_000_000 + 6_800 * 10_000_000
    assert cells(lens_line(LensRow("p1", "realistic", 200.0, cost, 15_000_000, 5))) == (
        "p1,realistic,200,0.676667,15,0.0000000005"
    )
    assert cells(lens_line(LensRow("p1", "pessimistic", 450.5, 0, 0, 0))) == "p1,pessimistic,450.5,,0,0"


def test_a_trade_of_the_coin() -> None:
    sold = Trade(1, 1_787_237_006_212_999_999, 9, 1_787_237_006_100, 83758.02, 1_500_000, buyer_is_maker=True)
    assert cells(trade_line(sold)) == ("2026-08-20T14:43:26.212Z,1787237006212,1787237006100,83758.02,0.015,sell")
    bought = Trade(1, 0, 9, 0, 2.51234, 1, buyer_is_maker=False)
    assert cells(trade_line(bought)) == "1970-01-01T00:00:00.000Z,0,0,2.51234,0.00000001,buy"


def test_a_quote_has_no_price_for_an_outcome_with_an_empty_side() -> None:
    assert cells(quote_line(QuoteRow(0, 6_700, 6_800, 0, 3_300))) == (
        "1970-01-01T00:00:00.000Z,0,0.675,,0.67,0.68,0,0.33"
    )


def test_hostile_names_stay_in_their_column() -> None:
    order = an_order('=1+1,"\n\x1b[2J')
    [row] = csv.reader([cells(order_line(OrderRow(order, "paper", "run7", 1), 2, MARKET.fee))])
    assert len(row) == len(columns.ORDERS)
    assert row[1] == "'=1+1,\"��[2J"


def test_a_number_that_is_none_stands_as_what_it_is() -> None:
    row = SignalRow(1, a_signal(edge=float("nan"), net_edge=float("-inf")), 1.0, float("inf"), 1, 1, "")
    values = split_line(signal_line(row, 2).rstrip(b"\n"))
    assert (values[3], values[9], values[13]) == ("nan", "inf", "-inf")
