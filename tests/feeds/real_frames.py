"""Every file of ../shared/data and ../shared/samples, and what the two parsers must make of it.

The figures are of events by kind and of messages counted, for a CLOB parser that is given the file's own tokens
(a recording of several markets: those of its first market, BTC) and a Binance parser of btcusdt. Every frame is
shown to both, its own or not.
"""

from typing import NamedTuple


class Made(NamedTuple):
    """How many events of each kind, and how many counts of each name, a file gives with each parser."""

    clob: dict[str, int]
    binance: dict[str, int]


FRAME_FILES: dict[str, Made] = {
    "data/binance-spot-raw-2024-08/btcusdt_trade_4000.jsonl": Made({"unknown_event": 4000}, {"Trade": 4000}),
    "data/clob-15m-raw-2026-09-21/15m_raw_first10.jsonl": Made(
        {"BookSnapshot": 2, "BookChange": 9}, {"not_an_object": 1, "unknown_event": 9}
    ),
    "data/clob-book-frames-btc5m-2026-04/btc-updown-5m-1776083700.jsonl.xz": Made(
        {"BookSnapshot": 2941}, {"unknown_event": 2941}
    ),
    "data/clob-book-frames-btc5m-2026-04/btc-updown-5m-1776252000.jsonl.xz": Made(
        {"BookSnapshot": 3215}, {"unknown_event": 3215}
    ),
    "data/clob-book-frames-btc5m-2026-04/btc-updown-5m-1776327300.jsonl.xz": Made(
        {"BookSnapshot": 2334}, {"unknown_event": 2334}
    ),
    "data/clob-book-frames-btc5m-2026-04/btc-updown-5m-1776336600.jsonl.xz": Made(
        {"BookSnapshot": 2632}, {"unknown_event": 2632}
    ),
    "data/clob-rtds-fixtures-2026-09/clob_best_bid_ask.json": Made({"BestBidAsk": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/clob_book.json": Made({"BookSnapshot": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/clob_book_snapshot_array.json": Made({"BookSnapshot": 2}, {"not_an_object": 1}),
    "data/clob-rtds-fixtures-2026-09/clob_last_trade_price.json": Made({"Print": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/clob_market_resolved.json": Made({"Resolution": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/clob_new_market.json": Made({"ignored_new_market": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/clob_price_change.json": Made({"BookChange": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/clob_text_frames.json": Made(
        {"pong": 1, "no_new_assets": 1, "invalid_message": 1, "invalid_operation": 1, "empty_array": 2},
        {"unknown_text": 4, "not_an_object": 2},
    ),
    "data/clob-rtds-fixtures-2026-09/clob_tick_size_change.json": Made({"TickSize": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/rtds_binance_snapshot.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/rtds_binance_update.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/rtds_chainlink_snapshot.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/rtds_chainlink_update.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/rtds_errors.json": Made({"unknown_event": 3}, {"not_an_object": 1}),
    "data/clob-rtds-fixtures-2026-09/rtds_polyoxide_2026-09-05.jsonl": Made({"unknown_event": 7}, {"unknown_event": 7}),
    "data/clob-rtds-fixtures-2026-09/rtds_twap30_update.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/rtds_twap60_snapshot.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/clob-rtds-fixtures-2026-09/rtds_twap60_update.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/clob-user-frames-2026-07/ws_market_book.json": Made({"BookSnapshot": 1}, {"not_an_object": 1}),
    "data/clob-user-frames-2026-07/ws_market_last_trade_price.json": Made({"Print": 1}, {"not_an_object": 1}),
    "data/clob-user-frames-2026-07/ws_market_price_change.json": Made({"BookChange": 3}, {"not_an_object": 1}),
    "data/clob-user-frames-2026-07/ws_user_order_cancellation.json": Made({"unknown_event": 1}, {"not_an_object": 1}),
    "data/clob-user-frames-2026-07/ws_user_order_placement.json": Made({"unknown_event": 1}, {"not_an_object": 1}),
    "data/gamma-updown-events/hugompt/clob_book.json": Made({"BookSnapshot": 1}, {"unknown_event": 1}),
    "data/multifeed-raw-2026-04/m9-pyth-proxy-natural-20260428a/raw_messages.jsonl": Made(
        {"BookSnapshot": 40, "BookChange": 12, "foreign_token": 91, "ignored_new_market": 17, "unknown_event": 110},
        {"Trade": 31, "unknown_event": 160, "not_an_object": 10, "foreign_symbol": 19},
    ),
    "data/multifeed-raw-2026-04/m9-pyth-proxy-self-verify-20260428a/raw_messages.jsonl": Made(
        {"BookSnapshot": 4, "foreign_token": 8, "unknown_event": 5},
        {"Trade": 1, "unknown_event": 10, "not_an_object": 1},
    ),
    "data/multifeed-raw-2026-04/m9-pyth-proxy-smoke-20260428c/raw_messages.jsonl": Made(
        {"BookSnapshot": 4, "foreign_token": 8, "unknown_event": 5},
        {"unknown_event": 10, "not_an_object": 1, "foreign_symbol": 1},
    ),
    "data/multifeed-raw-2026-04/m9-rtds-chainlink-smoke-20260428b/raw_messages.jsonl": Made(
        {"BookSnapshot": 4, "foreign_token": 8, "ignored_new_market": 4, "unknown_event": 25},
        {"Trade": 1, "unknown_event": 30, "not_an_object": 1, "foreign_symbol": 4},
    ),
    "data/multifeed-raw-2026-04/m9-rtds-current-window-rootcause-20260429T0312Z/raw_messages.jsonl": Made(
        {"BookSnapshot": 6, "foreign_token": 14, "unknown_event": 15},
        {"unknown_event": 26, "not_an_object": 1, "foreign_symbol": 3},
    ),
    "data/multifeed-raw-2026-04/m9-rtds-current-window-startuplog-20260429T035356Z/raw_messages.jsonl": Made(
        {"BookSnapshot": 6, "foreign_token": 14, "unknown_event": 15},
        {"Trade": 1, "unknown_event": 26, "not_an_object": 1, "foreign_symbol": 2},
    ),
    "data/multifeed-raw-2026-04/m9-rtds-natural-20260428d/raw_messages.jsonl": Made(
        {"BookSnapshot": 24, "BookChange": 1, "foreign_token": 57, "ignored_new_market": 6, "unknown_event": 100},
        {"Trade": 9, "unknown_event": 144, "not_an_object": 4, "foreign_symbol": 11},
    ),
    "data/multifeed-raw-2026-04/m9-runtime-smoke-20260427b/raw_messages.jsonl": Made(
        {"BookSnapshot": 4, "foreign_token": 8, "unknown_event": 4},
        {"unknown_event": 9, "not_an_object": 1, "foreign_symbol": 1},
    ),
    "data/nautilus-polymarket-testdata/crate/clob_book_response.json": Made({"BookSnapshot": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/crate/rtds_crypto_prices_subscribe.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/rtds_crypto_prices_update.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/rtds_equity_prices_subscribe.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/rtds_equity_prices_update.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_book_snapshot.json": Made({"BookSnapshot": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/crate/ws_last_trade.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/crate/ws_market_best_bid_ask_msg.json": Made(
        {"BestBidAsk": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_market_book_msg.json": Made({"BookSnapshot": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/crate/ws_market_last_trade_msg.json": Made({"Print": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/crate/ws_market_new_market_msg.json": Made(
        {"ignored_new_market": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_market_price_change_msg.json": Made(
        {"BookChange": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_market_resolved_msg.json": Made(
        {"Resolution": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_market_tick_size_msg.json": Made({"TickSize": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/crate/ws_quotes.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/crate/ws_tick_size_change.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_user_order_cancellation.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_user_order_fok_killed.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_user_order_matched.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_user_order_msg.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/crate/ws_user_order_placement.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_user_order_update.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_user_order_venue_cancel.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/crate/ws_user_trade.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/crate/ws_user_trade_msg.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/py/http_responses/book.json": Made({"BookSnapshot": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/py/ws_messages/book.json": Made({"BookSnapshot": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/py/ws_messages/last_trade_price.json": Made({"Print": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/py/ws_messages/order_cancel.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/py/ws_messages/order_placement.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/py/ws_messages/price_change.json": Made({"old_schema": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/py/ws_messages/price_change_v2.json": Made(
        {"BookChange": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/py/ws_messages/tick_size_change.json": Made(
        {"TickSize": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/py/ws_messages/trades.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "data/nautilus-polymarket-testdata/py/ws_messages/user_trade1.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/py/ws_messages/user_trade2.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/py/ws_messages/user_trade3.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "data/nautilus-polymarket-testdata/py/ws_messages/user_trade4.json": Made(
        {"unknown_event": 1}, {"unknown_event": 1}
    ),
    "samples/binance/ws_combined_2026-10-01.jsonl": Made({"unknown_event": 2}, {"aggTrade": 1, "bookTicker": 1}),
    "samples/clob_user_ws/byronxlg_2026-07_order_cancellation.json": Made({"unknown_event": 1}, {"not_an_object": 1}),
    "samples/clob_user_ws/byronxlg_2026-07_order_placement.json": Made({"unknown_event": 1}, {"not_an_object": 1}),
    "samples/clob_user_ws/nautilus_ws_user_order_cancellation.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "samples/clob_user_ws/nautilus_ws_user_order_fok_killed.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "samples/clob_user_ws/nautilus_ws_user_order_matched.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "samples/clob_user_ws/nautilus_ws_user_order_placement.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "samples/clob_user_ws/nautilus_ws_user_order_update.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "samples/clob_user_ws/nautilus_ws_user_order_venue_cancel.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "samples/clob_user_ws/nautilus_ws_user_trade.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "samples/clob_user_ws/nautilus_ws_user_trade_msg.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "samples/clob_ws/btc5m_2026-10-01_window_1790877600.jsonl": Made(
        {"BookSnapshot": 1, "BookChange": 1, "BestBidAsk": 1, "Print": 1}, {"not_an_object": 1, "unknown_event": 3}
    ),
    "samples/clob_ws/byronxlg_2026-07_book_array.json": Made({"BookSnapshot": 1}, {"not_an_object": 1}),
    "samples/clob_ws/byronxlg_2026-07_last_trade_price_array.json": Made({"Print": 1}, {"not_an_object": 1}),
    "samples/clob_ws/byronxlg_2026-07_price_change_array.json": Made({"BookChange": 3}, {"not_an_object": 1}),
    "samples/clob_ws/nautilus_best_bid_ask.json": Made({"BestBidAsk": 1}, {"unknown_event": 1}),
    "samples/clob_ws/nautilus_new_market.json": Made({"ignored_new_market": 1}, {"unknown_event": 1}),
    "samples/clob_ws/nautilus_resolved.json": Made({"Resolution": 1}, {"unknown_event": 1}),
    "samples/clob_ws/nautilus_tick_size.json": Made({"TickSize": 1}, {"unknown_event": 1}),
    "samples/clob_ws/protocol_v2_empty_market_2026-10-05.jsonl": Made(
        {"BookSnapshot": 1, "pong": 1}, {"not_an_object": 1, "unknown_text": 1}
    ),
    "samples/rest/book_hype5m_2026-06-23.json": Made({"BookSnapshot": 1}, {"unknown_event": 1}),
    "samples/rtds/live_2026-10-01.jsonl": Made({"unknown_event": 4}, {"unknown_event": 4}),
    "samples/rtds/nautilus_rtds_crypto_prices_subscribe.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "samples/rtds/nautilus_rtds_crypto_prices_update.json": Made({"unknown_event": 1}, {"unknown_event": 1}),
    "samples/rtds/polybolt_shapes_docs.jsonl": Made({"unknown_event": 4}, {"unknown_event": 4}),
}
"""Files that hold frames of a socket, or the books that REST answers in the same form."""

OTHER_FILES: dict[str, tuple[str, ...]] = {
    "about the folder": (
        "data/binance-spot-raw-2024-08/LICENSE",
        "data/binance-spot-raw-2024-08/README.md",
        "data/btc15m-l2-resolved-2026-09-28/README.md",
        "data/btc5m-1hz-rounds-2026-07/README.md",
        "data/btc5m-l2top5-log-2026-04/README.md",
        "data/btc5m-labels-2026-07-week/README.md",
        "data/btc5m-twap-windows-2026-08/README.md",
        "data/chainlink-btc5m-day-2026-06-08/DATA_GUIDE.md",
        "data/chainlink-btc5m-day-2026-06-08/README.md",
        "data/clob-15m-raw-2026-09-21/README.md",
        "data/clob-book-frames-btc5m-2026-04/README.md",
        "data/clob-rtds-fixtures-2026-09/README.md",
        "data/clob-user-frames-2026-07/LICENSE",
        "data/clob-user-frames-2026-07/README.md",
        "data/gamma-updown-events/README.md",
        "data/multifeed-raw-2026-04/README.md",
        "data/nautilus-polymarket-testdata/LICENSE",
        "data/nautilus-polymarket-testdata/README.md",
        "samples/README.md",
    ),
    "a recorder's own format: settings, markets, tables, labels": (
        "data/btc15m-l2-resolved-2026-09-28/books.jsonl.gz",
        "data/btc15m-l2-resolved-2026-09-28/markets.json",
        "data/btc5m-1hz-rounds-2026-07/btc5m_1783376400.txt",
        "data/btc5m-1hz-rounds-2026-07/btc5m_1783376700.txt",
        "data/btc5m-1hz-rounds-2026-07/btc5m_1783377600.txt",
        "data/btc5m-1hz-rounds-2026-07/btc5m_1783377900.txt",
        "data/btc5m-1hz-rounds-2026-07/btc5m_1783378200.txt",
        "data/btc5m-1hz-rounds-2026-07/btc5m_1783378500.txt",
        "data/btc5m-1hz-rounds-2026-07/btc5m_1783378800.txt",
        "data/btc5m-1hz-rounds-2026-07/btc5m_1783379100.txt",
        "data/btc5m-l2top5-log-2026-04/orderbook.log",
        "data/btc5m-labels-2026-07-week/labels.csv",
        "data/btc5m-twap-windows-2026-08/btc-updown-5m-1787236800.json.gz",
        "data/chainlink-btc5m-day-2026-06-08/BTC-5m-markets-2026-06-08.jsonl.gz",
        "data/chainlink-btc5m-day-2026-06-08/BTCUSD-prices-2026-06-08.csv.gz",
        "data/clob-book-frames-btc5m-2026-04/windows.csv",
        "data/multifeed-raw-2026-04/m9-pyth-proxy-natural-20260428a/config_snapshot.json",
        "data/multifeed-raw-2026-04/m9-pyth-proxy-natural-20260428a/markets.jsonl",
        "data/multifeed-raw-2026-04/m9-pyth-proxy-self-verify-20260428a/config_snapshot.json",
        "data/multifeed-raw-2026-04/m9-pyth-proxy-self-verify-20260428a/markets.jsonl",
        "data/multifeed-raw-2026-04/m9-pyth-proxy-smoke-20260428c/config_snapshot.json",
        "data/multifeed-raw-2026-04/m9-pyth-proxy-smoke-20260428c/markets.jsonl",
        "data/multifeed-raw-2026-04/m9-rtds-chainlink-smoke-20260428b/config_snapshot.json",
        "data/multifeed-raw-2026-04/m9-rtds-chainlink-smoke-20260428b/markets.jsonl",
        "data/multifeed-raw-2026-04/m9-rtds-current-window-rootcause-20260429T0312Z/config_snapshot.json",
        "data/multifeed-raw-2026-04/m9-rtds-current-window-rootcause-20260429T0312Z/markets.jsonl",
        "data/multifeed-raw-2026-04/m9-rtds-current-window-startuplog-20260429T035356Z/config_snapshot.json",
        "data/multifeed-raw-2026-04/m9-rtds-current-window-startuplog-20260429T035356Z/markets.jsonl",
        "data/multifeed-raw-2026-04/m9-rtds-natural-20260428d/config_snapshot.json",
        "data/multifeed-raw-2026-04/m9-rtds-natural-20260428d/markets.jsonl",
        "data/multifeed-raw-2026-04/m9-runtime-smoke-20260427b/config_snapshot.json",
        "data/multifeed-raw-2026-04/m9-runtime-smoke-20260427b/markets.jsonl",
    ),
    "a Gamma document": (
        "data/clob-15m-raw-2026-09-21/15m_identity.json",
        "data/gamma-updown-events/event_resolved_btc-updown-5m-1783425300.json",
        "data/gamma-updown-events/event_resolved_btc-updown-5m-1783500000.json",
        "data/gamma-updown-events/event_resolved_btc-updown-5m-1783683300.json",
        "data/gamma-updown-events/hugompt/gamma_event_crypto_updown.json",
        "data/gamma-updown-events/hugompt/gamma_market_updown.json",
        "data/gamma-updown-events/hugompt/gamma_markets.json",
        "data/nautilus-polymarket-testdata/crate/clob_market_closed_binary_accepting_false.json",
        "data/nautilus-polymarket-testdata/crate/clob_market_closed_binary_accepting_true.json",
        "data/nautilus-polymarket-testdata/crate/gamma_event.json",
        "data/nautilus-polymarket-testdata/crate/gamma_market.json",
        "data/nautilus-polymarket-testdata/crate/gamma_market_closed_binary_accepting_false.json",
        "data/nautilus-polymarket-testdata/crate/gamma_market_closed_binary_accepting_true.json",
        "data/nautilus-polymarket-testdata/crate/gamma_market_closed_nonbinary_legacy.json",
        "data/nautilus-polymarket-testdata/crate/gamma_market_closed_zero_zero_legacy.json",
        "data/nautilus-polymarket-testdata/crate/gamma_tags.json",
        "data/nautilus-polymarket-testdata/crate/search_response.json",
        "data/nautilus-polymarket-testdata/py/http_responses/event.json",
        "data/nautilus-polymarket-testdata/py/http_responses/events_list.json",
        "data/nautilus-polymarket-testdata/py/http_responses/market.json",
        "data/nautilus-polymarket-testdata/py/http_responses/market_slug.json",
        "data/nautilus-polymarket-testdata/py/http_responses/markets_list.json",
        "samples/gamma/btc15m_2026-09-28_resolved.condensed.json",
        "samples/gamma/btc1h_twelve_pm_2026-09-28_resolved.condensed.json",
        "samples/gamma/btc5m_ligengxin_2026-07-24_first3.json",
        "samples/gamma/btc5m_spot_era_g1.json",
        "samples/gamma/btc5m_spot_era_raw_1783425300.json",
        "samples/gamma/btc5m_spot_era_raw_1783500000.json",
        "samples/gamma/btc5m_spot_era_raw_1783600000.json",
        "samples/gamma/btc5m_spot_era_raw_1783683300.json",
        "samples/gamma/btc5m_twap_2026-09-23_resolved.condensed.json",
        "samples/gamma/hype5m_upcoming_event_2026-06-23.json",
        "samples/gamma/hype5m_upcoming_market_2026-06-23.json",
    ),
    "a CLOB REST answer other than a book": (
        "data/gamma-updown-events/hugompt/clob_prices_history.json",
        "data/nautilus-polymarket-testdata/crate/clob_fee_rate_response_nonzero.json",
        "data/nautilus-polymarket-testdata/crate/clob_fee_rate_response_zero.json",
        "data/nautilus-polymarket-testdata/crate/http_balance_allowance_collateral.json",
        "data/nautilus-polymarket-testdata/crate/http_balance_allowance_no_allowance.json",
        "data/nautilus-polymarket-testdata/crate/http_batch_cancel_response.json",
        "data/nautilus-polymarket-testdata/crate/http_cancel_response_failed.json",
        "data/nautilus-polymarket-testdata/crate/http_cancel_response_ok.json",
        "data/nautilus-polymarket-testdata/crate/http_open_order.json",
        "data/nautilus-polymarket-testdata/crate/http_open_order_sell_fok.json",
        "data/nautilus-polymarket-testdata/crate/http_open_orders_page.json",
        "data/nautilus-polymarket-testdata/crate/http_order_response_error_500.json",
        "data/nautilus-polymarket-testdata/crate/http_order_response_failed.json",
        "data/nautilus-polymarket-testdata/crate/http_order_response_ok.json",
        "data/nautilus-polymarket-testdata/crate/http_signed_order.json",
        "data/nautilus-polymarket-testdata/crate/http_trade_report.json",
        "data/nautilus-polymarket-testdata/crate/http_trades_page.json",
        "data/nautilus-polymarket-testdata/py/http_responses/trades.json",
        "samples/rest/clob_markets_btc5m_2026-09-22.json",
        "samples/rest/nautilus_clob_fee_rate_response_nonzero.json",
        "samples/rest/nautilus_http_balance_allowance_collateral.json",
        "samples/rest/nautilus_http_batch_cancel_response.json",
        "samples/rest/nautilus_http_cancel_response_failed.json",
        "samples/rest/nautilus_http_cancel_response_ok.json",
        "samples/rest/nautilus_http_open_order.json",
        "samples/rest/nautilus_http_open_orders_page.json",
        "samples/rest/nautilus_http_order_response_failed.json",
        "samples/rest/nautilus_http_order_response_ok.json",
        "samples/rest/nautilus_http_trade_report.json",
        "samples/rest/nautilus_http_trades_page.json",
        "samples/rest/public_reads_btc5m_2026-09-28.json",
    ),
    "an answer of the data API": (
        "data/gamma-updown-events/hugompt/data_activity.json",
        "data/gamma-updown-events/hugompt/data_positions.json",
        "data/gamma-updown-events/hugompt/data_trades.json",
        "data/gamma-updown-events/hugompt/data_value.json",
        "data/nautilus-polymarket-testdata/crate/data_api_positions_response.json",
        "data/nautilus-polymarket-testdata/crate/data_api_trades_response.json",
    ),
    "a Binance REST answer": ("samples/binance/kline_1h_2026-09-28T16.json",),
}
"""Files that hold no frames, by what they are."""
