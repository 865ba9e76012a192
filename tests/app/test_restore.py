from pathlib import Path

from app.outcome import counts
from app.restore import read_earlier, restore
from tests.app.test_completion import left_behind
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
