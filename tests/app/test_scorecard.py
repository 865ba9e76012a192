"""The lenses on disk: what a window writes, and what all windows read back come to."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.scorecard import add_window, lens_nets, read_lens_fills, score_facts
from app.telemetry import columns
from app.telemetry.cells import csv_line
from app.telemetry.info import read_info
from app.telemetry.rows.lens import LensRow, lens_line
from engine.events import DOWN, UP
from engine.lenses import INSTANT, LADDER, PESSIMISTIC, REALISTIC
from engine.score import LensFill, MarketScore
from engine.scorecard import ALL, Scorecard
from engine.waterfall import Leg
from tests.engine.builders import money, price, size

LENSES = (INSTANT, REALISTIC, PESSIMISTIC, *LADDER)


def score() -> MarketScore:
    """Two strategies' orders; the second one is filled under the naive lens alone."""
    fade = [
        LensFill("w-1", "fade", UP, lens, 200_000_000, price(0.60) * size(10), size(10), money(0.168))
        for lens in LENSES
    ]
    sniper = [LensFill("w-2", "sniper", DOWN, lens, 200_000_000, 0, 0, 0) for lens in LENSES[1:]]
    naive = LensFill("w-2", "sniper", DOWN, INSTANT, 0, price(0.31) * size(7.5), size(7.5), 0)
    made = MarketScore([*fade, naive, *sniper])
    made.legs.append(
        Leg("fade", UP, price(0.70), 2 * price(0.59), price(0.60), price(0.61), size(10), money(6.0), money(0.168))
    )
    for horizon, middle in enumerate((0.62, 0.61, 0.55)):
        made.mark("fade", horizon, 2 * price(middle), size(10), money(6.0))
    return made


def write_window(root: Path, name: str, of: MarketScore, info: Mapping[str, object]) -> Path:
    folder = root / "5m" / name
    folder.mkdir(parents=True)
    sides = {fill.order_id: (fill.strategy, ("UP", "DOWN")[fill.outcome]) for fill in of.fills}
    orders = [
        csv_line({"order_id": order, "strategy": strategy, "side": side}.get(name, "0") for name in columns.ORDERS)
        for order, (strategy, side) in sides.items()
    ]
    lenses = [
        lens_line(LensRow(fill.order_id, fill.lens, fill.latency_ns / 1e6, fill.cost, fill.size, fill.fee))
        for fill in of.fills
    ]
    (folder / "orders.csv").write_bytes(b"".join([csv_line(columns.ORDERS), *orders]))
    (folder / "lenses.csv").write_bytes(b"".join([csv_line(columns.LENSES), *lenses]))
    (folder / "market_info.txt").write_text("".join(f"{key}={value}\n" for key, value in info.items()))
    return folder


def read_back(root: Path) -> Scorecard:
    card = Scorecard()
    for folder in sorted((root / "5m").iterdir()):
        add_window(card, folder, read_info(folder / "market_info.txt"))
    return card


def settled(winner: int) -> dict[str, object]:
    return {"outcome": ("UP", "DOWN")[winner], "total_orders": 2, **score_facts(score(), winner)}


def test_market_info_tells_nets_waterfall_and_markouts() -> None:
    """10 at 0.60 won with a fee of 0.168; the naive lens loses 7.5 at 0.31 besides."""
    assert score_facts(score(), UP) == {
        "lens.instant": "1.507",
        "lens.realistic": "3.832",
        "lens.pessimistic": "3.832",
        "waterfall.fade": (
            "shares=10 model_edge=1.1 spread=-0.1 latency_drift=-0.1 slippage=0.1 fee=-0.168 "
            "settlement_luck=3 net=3.832"
        ),
        "markout.fade": "1s=0.2/10 5s=0.1/10 10s=-0.5/10 30s=0/0",
    }


def test_a_window_without_an_order_tells_nothing() -> None:
    assert score_facts(MarketScore(), UP) == {}


def test_nets_are_read_back_from_market_info() -> None:
    assert lens_nets(score_facts(score(), DOWN)) == {
        lens: score().net(lens, DOWN) for lens in (INSTANT, REALISTIC, PESSIMISTIC)
    }
    assert lens_nets({"lens.instant": "free", "net_pnl": "1"}) == {}


def test_the_fills_are_read_back_as_they_were(tmp_path: Path) -> None:
    assert read_lens_fills(write_window(tmp_path, "w", score(), {})) == score().fills


def test_a_row_of_an_unknown_order_or_without_a_number_is_left_out(tmp_path: Path) -> None:
    folder = write_window(tmp_path, "w", score(), {})
    with (folder / "lenses.csv").open("a") as file:
        file.write("w-9,instant,0,0.5,1,0\nw-1,instant,0,half,1,0\nw-1,instant,0,NaN,1,0\n")
    assert read_lens_fills(folder) == score().fills


def test_all_windows_read_back_come_to_what_they_came_to(tmp_path: Path) -> None:
    kept = Scorecard()
    for name, winner in (("w1", UP), ("w2", DOWN), ("w3", UP)):
        write_window(tmp_path, name, score(), settled(winner))
        kept.add(score(), winner)
    read = read_back(tmp_path)
    assert (read.markets, read.strategies) == (3, ["fade", "sniper"])
    assert (read.waterfalls, kept.verdict()) == (kept.waterfalls, read.verdict())
    for strategy in ("fade", "sniper", ALL):
        for lens in LENSES:
            one, other = read.record(strategy, lens), kept.record(strategy, lens)
            assert (one.trades, one.won, one.size, one.net, one.fees) == (
                other.trades,
                other.won,
                other.size,
                other.net,
                other.fees,
            )
            assert one.sample.mean == pytest.approx(other.sample.mean)
    assert read.markouts[ALL].gained == kept.markouts[ALL].gained
    assert read.markouts["fade"].sizes == kept.markouts["fade"].sizes


def test_a_window_that_is_not_settled_or_had_no_order_is_left_out(tmp_path: Path) -> None:
    write_window(tmp_path, "open", score(), {"total_orders": 2})
    write_window(tmp_path, "idle", MarketScore(), {"total_orders": 0, "outcome": "UP"})
    assert read_back(tmp_path).markets == 0


def test_a_line_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    write_window(tmp_path, "w", score(), {**settled(UP), "waterfall.fade": "shares=10 luck", "markout.fade": "?"})
    read = read_back(tmp_path)
    assert read.waterfalls == {}
    assert read.markouts[ALL].per_share(0) is None
