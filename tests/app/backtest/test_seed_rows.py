"""Rows of the original bot's two files become events, or a sentence that says which cell cannot be read."""

from pathlib import Path

import pytest

from app.backtest.seed_rows import read_quotes, read_trades
from engine.events import DOWN, UP, BestBidAsk, Event, TickSize
from engine.units import NO_ASK, NO_BID
from feeds.recording import BadRecording
from tests.app.backtest.seed_files import BINANCE, POLYMARKET, START_MS, lines, quote, trade

NS = 1_000_000


def trades_file(folder: Path, *rows: str, header: str = BINANCE) -> Path:
    path = folder / "binance.csv"
    path.write_text(lines(header, *rows))
    return path


def quotes_file(folder: Path, *rows: str, header: str = POLYMARKET) -> Path:
    path = folder / "polymarket.csv"
    path.write_text(lines(header, *rows))
    return path


def quotes_of(path: Path) -> list[Event]:
    return [event for _, events in read_quotes(path) for event in events]


class TestTrades:
    def test_a_row_is_a_trade_in_exact_units_at_the_time_it_was_received(self, tmp_path: Path) -> None:
        ((wall, (only,)),) = read_trades(trades_file(tmp_path, trade(40, "85219.56", "0.00275", late_ms=3)))
        assert wall == only.wall == only.mono == (START_MS + 40) * NS
        assert (only.time_ms, only.price, only.qty) == (START_MS + 37, 85219.56, 275_000)

    @pytest.mark.parametrize(("side", "sold"), [("buy", False), ("sell", True), ("BUY", False), ("Sell", True)])
    def test_the_side_is_the_takers(self, tmp_path: Path, side: str, sold: bool) -> None:
        ((_, (only,)),) = read_trades(trades_file(tmp_path, trade(0, side=side)))
        assert only.buyer_is_maker is sold

    def test_the_trades_get_numbers_without_a_gap(self, tmp_path: Path) -> None:
        path = trades_file(tmp_path, *(trade(at) for at in (0, 5, 5, 900_000)))
        assert [only.trade_id for _, (only,) in read_trades(path)] == [1, 2, 3, 4]


class TestQuotes:
    def test_a_row_is_the_best_prices_of_both_outcomes(self, tmp_path: Path) -> None:
        up, down = quotes_of(quotes_file(tmp_path, quote(7, "0.52", "0.54", "0.46", "0.4800")))
        for best, outcome, bid, ask in ((up, UP, 5200, 5400), (down, DOWN, 4600, 4800)):
            assert isinstance(best, BestBidAsk)
            assert (best.outcome, best.bid, best.ask) == (outcome, bid, ask)
            assert (best.mono, best.wall, best.venue_ms, best.epoch) == (*[(START_MS + 7) * NS] * 2, START_MS + 7, 1)

    @pytest.mark.parametrize("prices", [("", "", "", ""), ("0", "1", "0", "1"), ("0", "0", "0.00", "1.0")])
    def test_an_empty_cell_is_an_empty_side_as_the_venues_own_zero_and_one_are(
        self, tmp_path: Path, prices: tuple[str, ...]
    ) -> None:
        for best in quotes_of(quotes_file(tmp_path, quote(0, *prices))):
            assert isinstance(best, BestBidAsk)
            assert (best.bid, best.ask) == (NO_BID, NO_ASK)

    def test_the_outcome_whose_ask_rose_comes_first(self, tmp_path: Path) -> None:
        """So an ask that is gone is never there beside a new price of the other outcome."""
        fall = quote(1, "0.42", "0.44", "0.56", "0.58")
        rise = quote(2, "0.62", "0.64", "0.36", "0.38")
        same = rise.replace(str(START_MS + 2), str(START_MS + 3))
        events = quotes_of(quotes_file(tmp_path, quote(0), fall, rise, same))[2:]
        order = [best.outcome for best in events if isinstance(best, BestBidAsk)]
        assert order == [DOWN, UP, UP, DOWN, UP, DOWN]

    def test_the_first_price_between_two_cents_tells_of_the_fine_grid(self, tmp_path: Path) -> None:
        fine = [quote(at, "0.97", "0.973", "0.027", "0.03") for at in (1, 2)]
        kinds = [type(event) for event in quotes_of(quotes_file(tmp_path, quote(0), *fine))]
        assert kinds == [BestBidAsk] * 2 + [TickSize] * 2 + [BestBidAsk] * 4

    def test_a_price_on_no_grid_of_the_venues_tells_of_none(self, tmp_path: Path) -> None:
        events = quotes_of(quotes_file(tmp_path, quote(0, "0.5", "0.5001", "0.49", "0.5")))
        assert not any(isinstance(event, TickSize) for event in events)


class TestOrder:
    def test_time_stands_still_for_a_row_that_is_a_little_early(self, tmp_path: Path) -> None:
        path = trades_file(tmp_path, *(trade(at) for at in (0, 1500, 500, 1600)))
        assert [wall // NS - START_MS for wall, _ in read_trades(path)] == [0, 1500, 1500, 1600]

    def test_rows_in_another_order_than_they_arrived_in_are_refused(self, tmp_path: Path) -> None:
        path = quotes_file(tmp_path, *(quote(at) for at in (0, 1500, 499)))
        with pytest.raises(
            BadRecording, match=rf"^polymarket\.csv, line 4, recv_ts_ms: {START_MS + 499} is long before"
        ):
            list(read_quotes(path))


class TestWhatCannotBeRead:
    def test_half_a_line_at_the_end_is_what_a_kill_leaves_and_is_not_read(self, tmp_path: Path) -> None:
        path = trades_file(tmp_path, trade(0))
        with path.open("a") as file:
            file.write(trade(10, "9"))
        assert len(list(read_trades(path))) == 1

    @pytest.mark.parametrize("content", ["", BINANCE, f"{BINANCE}\n", f"{BINANCE}\r\n"])
    def test_a_file_without_rows_gives_none(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "binance.csv"
        path.write_bytes(content.encode())
        assert list(read_trades(path)) == []

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            (trade(0, "nan"), "price: 'nan' cannot be read: bad number"),
            (trade(0, "0"), "price: '0' cannot be read: price out of range"),
            (trade(0, "-1"), "price: '-1' cannot be read: bad number"),
            (trade(0, ""), "price: '' cannot be read: bad number"),
            (trade(0, qty="0"), "qty: '0' cannot be read: size out of range"),
            (trade(0, qty="1e-5"), "qty: '1e-5' cannot be read: bad number"),
            (trade(0, qty="0.000000001"), "qty: '0.000000001' cannot be read: off grid"),
            (trade(0, side="b"), "side: 'b' cannot be read: bad side"),
            (trade(0, side=""), "side: '' cannot be read: bad side"),
            ("then,now,1795350600000,1,1,buy", "recv_ts_ms: 'now' cannot be read: bad time"),
            ("then,1795350600,1795350600000,1,1,buy", "recv_ts_ms: '1795350600' cannot be read: bad time"),
            ("then,1795350600000,,1,1,buy", "trade_ts_ms: '' cannot be read: bad time"),
            ("then,1795350600000,1795350600000,1,1", "5 cells where there should be 6"),
            ("then,1795350600000,1795350600000,1,1,buy,", "7 cells where there should be 6"),
            ("", "1 cells where there should be 6"),
            (trade(0, "\x1b[31m"), "price: '\N{REPLACEMENT CHARACTER}[31m' cannot be read: bad number"),
        ],
    )
    def test_a_row_of_trades_is_refused_by_its_line_and_its_column(self, tmp_path: Path, row: str, said: str) -> None:
        with pytest.raises(BadRecording) as refused:
            list(read_trades(trades_file(tmp_path, trade(0), row, trade(1))))
        assert str(refused.value).replace("line 3: ", "line 3, ") == f"binance.csv, line 3, {said}"

    @pytest.mark.parametrize(
        ("prices", "said"),
        [
            (("up", "", "", ""), "up_bid: 'up' cannot be read: bad number"),
            (("1", "", "", ""), "up_bid: '1' cannot be read: price out of range"),
            (("", "1.01", "", ""), "up_ask: '1.01' cannot be read: price out of range"),
            (("", "", "0.55555", ""), "down_bid: '0.55555' cannot be read: off grid"),
            (("", "", "", "-0.1"), "down_ask: '-0.1' cannot be read: bad number"),
        ],
    )
    def test_a_row_of_quotes_is_refused_by_its_line_and_its_column(
        self, tmp_path: Path, prices: tuple[str, ...], said: str
    ) -> None:
        with pytest.raises(BadRecording) as refused:
            list(read_quotes(quotes_file(tmp_path, quote(0, *prices))))
        assert str(refused.value) == f"polymarket.csv, line 2, {said}"

    def test_bytes_that_are_no_text_are_refused_where_they_stand(self, tmp_path: Path) -> None:
        path = trades_file(tmp_path, trade(0))
        path.write_bytes(path.read_bytes() + trade(1, "@").encode().replace(b"@", b"\xff\xfe") + b"\n")
        with pytest.raises(BadRecording, match=r"^binance\.csv, line 3, price: "):
            list(read_trades(path))

    def test_other_columns_are_refused_by_the_header(self, tmp_path: Path) -> None:
        with pytest.raises(BadRecording) as refused:
            list(read_trades(trades_file(tmp_path, trade(0), header="time,price")))
        told = f"binance.csv, line 1: the columns are 'time,price' and should be '{BINANCE}'"
        assert str(refused.value) == told

    def test_a_file_that_cannot_be_opened_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(BadRecording, match=r"^binance\.csv: No such file or directory$"):
            list(read_trades(tmp_path / "binance.csv"))
