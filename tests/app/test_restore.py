"""What an earlier run of a window left is taken up again, or, where it cannot be read, trusted no further."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.news import Trouble
from app.outcome import counts
from app.restore import read_earlier, restore
from app.standing import standing
from app.telemetry import columns
from engine.engine import Mode
from engine.units import MONEY
from tests.app.test_completion import FILL, ORDER, UNFILLED, left_behind, rows
from tests.app.test_session import a_market_now, scene
from tests.engine.builders import Desk, mono, wall


def test_signals_orders_and_fills_go_on_from_where_an_earlier_run_left_them(tmp_path: Path) -> None:
    earlier = read_earlier(left_behind(tmp_path))
    engine = Desk().engine
    restore(engine, earlier, mono(1), wall(1))
    assert counts(engine.position) == {"total_signals": 3, "total_orders": 2, "total_filled": 1}
    assert engine.risk.orders == 2


def test_nothing_is_taken_up_from_a_folder_that_is_not_there(tmp_path: Path) -> None:
    earlier = read_earlier(tmp_path / "none")
    assert (earlier.orders, earlier.fills, dict(earlier.signals)) == ((), (), {})


Rows = list[dict[str, str]]


def a_folder(folder: Path, change: Callable[[Rows, Rows], None] = lambda orders, answers: None) -> Path:
    """Two orders of an earlier run, of which one bought 10 shares at 60 c; `change` is what became of the rows."""
    orders = [dict(ORDER) | {"order_id": f"o{n}", "seq": str(n)} for n in (1, 2)]
    answers = [dict(FILL), dict(UNFILLED)]
    change(orders, answers)
    folder.mkdir(exist_ok=True)
    rows(folder / "orders.csv", columns.ORDERS, *orders)
    rows(folder / "fills.csv", columns.FILLS, *answers)
    return folder


async def test_rows_as_we_write_them_go_on_trading(tmp_path: Path) -> None:
    async with scene(a_folder(tmp_path / "window"), a_market_now()) as of:
        assert of.session.engine.mode is Mode.PAPER
        assert of.session.engine.position.spent == 6.168 * MONEY
        assert of.told(Trouble) == []


SPOILT = {
    "ts_ms": ["17953360002x0"],
    "order_id": ["", "o3"],
    "strategy": ["", "other"],
    "status": ["x", "none", "void"],
    "filled_price": ["x", "", "1.2", "0.7"],
    "filled_size": ["x", "", "nan", "-10", "11"],
    "submit_to_ack_ms": ["x"],
    "pnl_if_correct": ["x", "5"],
    "side": ["x", "DOWN"],
    "mode": ["x", "live"],
    "fee": ["x", "", "-1", "1e3"],
    "settle_state": ["x", ""],
    "trade_id": ["x", "", "o9.1"],
    "run_id": [""],
    "seq": ["x", "3"],
}
"""For each column cells that we never write there, or not beside the others of the row."""

BAD_FILLS = [(0, column, cell) for column in columns.FILLS for cell in SPOILT[column]]
BAD_ANSWERS = [(1, column, "x") for column in columns.FILLS if column != "run_id"]
ORDER_CELLS = {"order_id": "", "strategy": "", "run_id": "", "side": "up", "seq": "4"}


async def refuses(folder: Path, told: str) -> None:
    """A session over this folder sends nothing until a person disarms, and says why."""
    async with scene(folder, a_market_now()) as of:
        session = of.session
        assert session.engine.mode is Mode.HALTED
        (trouble,) = of.told(Trouble)
        assert told in trouble.sentence
        state, reasons = standing(session.engine, session.missing(), 0, session.engine.state.start_ns)
        assert state == "HALTED"
        assert any(told in reason for reason in reasons)
        session.command("disarm")
        assert str(session.engine.mode) == "PAPER"
        assert not any(told in reason for reason in session.missing())


@pytest.mark.parametrize(("row", "column", "cell"), [*BAD_FILLS, *BAD_ANSWERS])
async def test_a_cell_of_a_fill_that_we_never_write_halts_the_window(
    tmp_path: Path, row: int, column: str, cell: str
) -> None:
    folder = a_folder(tmp_path / "window", lambda _, answers: answers[row].update({column: cell}))
    await refuses(folder, "fills.csv")


@pytest.mark.parametrize("column", columns.ORDERS)
async def test_a_cell_of_an_order_that_we_never_write_halts_the_window(tmp_path: Path, column: str) -> None:
    folder = a_folder(tmp_path / "window", lambda orders, _: orders[1].update({column: ORDER_CELLS.get(column, "x")}))
    await refuses(folder, "orders.csv")


def gone(number: int) -> Callable[[Rows, Rows], None]:
    def drop(orders: Rows, answers: Rows) -> None:
        del answers[number]

    return drop


def twice(orders: Rows, answers: Rows) -> None:
    answers.append(answers[0] | {"seq": "3"})


@pytest.mark.parametrize(
    ("change", "told"),
    [(gone(0), "seq is 2 after 0"), (twice, "row 3: trade_id is 'o1.1'")],
    ids=["a row is gone", "a row stands there twice"],
)
async def test_rows_that_are_gone_or_doubled_halt_the_window(
    tmp_path: Path, change: Callable[[Rows, Rows], None], told: str
) -> None:
    await refuses(a_folder(tmp_path / "window", change), told)


@pytest.mark.parametrize("name", ["orders.csv", "fills.csv"])
@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda text: text[:-20], "its last line is torn"),
        (lambda text: text.replace(",UP,", ",UP,,", 1), "1 lines have not the columns"),
        (lambda text: text.replace("ts_ms", "ts", 1), "it has no ts_ms"),
    ],
    ids=["torn", "a cell too many", "another header"],
)
async def test_a_file_that_is_not_whole_halts_the_window_and_does_so_again(
    tmp_path: Path, name: str, spoil: Callable[[str], str], told: str
) -> None:
    folder = a_folder(tmp_path / "window")
    (folder / name).write_text(spoil((folder / name).read_text()))
    await refuses(folder, told)
    async with scene(folder, a_market_now()) as of:  # the torn line lies elsewhere by now, the file may be set aside
        assert of.session.engine.mode is Mode.HALTED


def test_a_bad_row_is_told_with_its_file_row_column_and_cell(tmp_path: Path) -> None:
    def spoil(orders: Rows, answers: Rows) -> None:
        answers[0]["filled_size"] = "1\x1b[2J0"

    earlier = read_earlier(a_folder(tmp_path / "window", spoil))
    assert earlier.fault == "fills.csv, row 1: filled_size is '1\ufffd[2J0'"
