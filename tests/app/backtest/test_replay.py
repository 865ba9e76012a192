"""A recording run again decides what the run decided, and one that cannot be read says why."""

import gzip
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.backtest.replay import Replay, replay
from app.scorecard import score_facts
from app.telemetry.rows.lens import LensRow, lens_line
from engine.events import OUTCOME_NAMES, Ack, Fill
from engine.lenses import LENSES
from engine.market import Market
from engine.orders import Order
from engine.score import LensFill
from engine.units import dollars, price_dollars, shares
from feeds.recording import BadRecording
from tests.app.backtest.converters import Line, updown_market, write_frames
from tests.program import run, start
from tests.recompute_net import read_info, read_rows

WINDOW_S = 12
SEED = 27
"""A venue whose price is far from the strike for most of such a window; another seed will do if it no longer is."""

BUSY = {"COOLDOWN_MS": "200", "ORDER_CUTOFF_S": "1", "MAX_ORDERS_PER_MARKET": "30"}
"""Settings under which a short window has many orders."""

Demo = tuple[subprocess.CompletedProcess[str], Path]


def demo_arguments(folder: Path) -> list[str]:
    demo = ["--demo", "--window", str(WINDOW_S), "--rate", "200", "--seed", str(SEED)]
    return ["--no-ui", *demo, "--markets", "1", "--log-dir", str(folder)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A window of the real program on the demo venue, to its settlement; its folder."""
    folder = tmp_path_factory.mktemp("demo")
    done = run(*demo_arguments(folder), cwd=folder, environment=BUSY, timeout=WINDOW_S + 30)
    (window,) = (folder / "demo" / "5m").iterdir()
    return done, window


@pytest.fixture(scope="module")
def replayed(demo: Demo) -> Replay:
    (only,) = replay(demo[1])
    return only


def test_a_run_replayed_has_the_decision_hash_that_the_run_wrote_down(demo: Demo, replayed: Replay) -> None:
    done, window = demo
    assert done.returncode == 0, done.stderr
    assert replayed.decision_hash == read_info(window)["decision_hash"]


def test_a_run_replayed_sends_the_same_orders(demo: Demo, replayed: Replay) -> None:
    rows = read_rows(demo[1] / "orders.csv")
    assert len(rows) > 3, "no orders: choose another seed"
    assert [order_facts(order) for order in replayed.orders] == [row_facts(row, ORDER_COLUMNS) for row in rows]


def test_a_run_replayed_is_answered_the_same(demo: Demo, replayed: Replay) -> None:
    rows = read_rows(demo[1] / "fills.csv")
    filled = [row for row in rows if row["filled_size"]]
    assert filled, "no fills: choose another seed"
    assert [fill_facts(fill) for fill in replayed.fills] == [row_facts(row, FILL_COLUMNS) for row in filled]
    answers = list(dict.fromkeys((row["order_id"], row["status"]) for row in rows))
    assert [ack_facts(ack) for ack in replayed.acks] == answers


def test_a_run_replayed_shows_the_lenses_the_same(demo: Demo, replayed: Replay) -> None:
    """Row for row and byte for byte, ladder and pessimist too, though none of their looks is recorded."""
    rows = (demo[1] / "lenses.csv").read_bytes().splitlines(keepends=True)[1:]
    assert {row.split(b",")[1].decode() for row in rows} == set(LENSES)
    assert [lens_line(lens_row(fill)) for fill in replayed.score.fills] == rows


def test_a_run_replayed_has_the_waterfall_and_the_nets_that_the_run_wrote_down(demo: Demo, replayed: Replay) -> None:
    info = read_info(demo[1])
    assert replayed.outcome is not None
    facts = score_facts(replayed.score, replayed.outcome)
    assert {"lens.instant", "lens.realistic", "lens.pessimistic"} < facts.keys()
    assert {key: info.get(key) for key in facts} == facts
    assert facts["lens.realistic"] == f"{Decimal(info['net_pnl']).normalize():f}"


def test_a_run_replayed_counts_the_same_and_ends_the_same(demo: Demo, replayed: Replay) -> None:
    info = read_info(demo[1])
    assert sum(replayed.signals.values()) == int(info["total_signals"]) == len(read_rows(demo[1] / "signals.csv"))
    assert replayed.strike == float(info["strike"])
    assert replayed.strike_source == info["strike_source"]
    assert replayed.outcome is not None
    assert OUTCOME_NAMES[replayed.outcome] == info["outcome"]
    assert replayed.result is not None
    money = (replayed.result.gross, replayed.result.fees, replayed.result.net)
    assert [dollars(amount) for amount in money] == [Decimal(info[key]) for key in ("gross_pnl", "fees", "net_pnl")]


def test_a_recording_ends_with_its_settlement(demo: Demo) -> None:
    last = lines_of(demo[1])[-1]
    info = read_info(demo[1])
    assert last["s"] == "settlement"
    assert last["d"] == {
        "final": pytest.approx(float(info["final"])),
        "outcome": info["outcome"],
        "source": info["outcome_source"],
    }


def test_the_packed_and_the_plain_file_and_the_folder_are_the_same_recording(
    demo: Demo, replayed: Replay, tmp_path: Path
) -> None:
    plain = tmp_path / "frames.jsonl"
    plain.write_bytes(gzip.decompress((demo[1] / "frames.jsonl.gz").read_bytes()))
    assert replay(plain)[0].decision_hash == replayed.decision_hash
    assert replay(demo[1] / "frames.jsonl.gz")[0].decision_hash == replayed.decision_hash


def test_a_plain_file_that_a_kill_left_beside_its_packed_copy_is_not_run_twice(
    demo: Demo, replayed: Replay, tmp_path: Path
) -> None:
    shutil.copy(demo[1] / "frames.jsonl.gz", tmp_path)
    with gzip.open(tmp_path / "frames.jsonl.gz") as packed:
        (tmp_path / "frames.jsonl").write_bytes(packed.read())
    assert [again.decision_hash for again in replay(tmp_path)] == [replayed.decision_hash]


def test_replay_writes_nothing(demo: Demo) -> None:
    before = {path: path.stat().st_mtime_ns for path in demo[1].iterdir()}
    replay(demo[1])
    assert {path: path.stat().st_mtime_ns for path in demo[1].iterdir()} == before


def test_a_run_that_was_asked_to_stop_inside_its_window_has_its_hash_too(tmp_path: Path) -> None:
    process = start(*demo_arguments(tmp_path), cwd=tmp_path, environment=BUSY)
    assert process.stderr is not None
    for line in process.stderr:
        if "  order  " in line:
            break
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=10)
    assert process.returncode == 0, told
    (window,) = (tmp_path / "demo" / "5m").iterdir()
    (again,) = replay(window)
    assert again.orders, "no orders: choose another seed"
    assert again.outcome is None
    assert again.decision_hash == read_info(window)["decision_hash"]


ORDER_COLUMNS = ("ts_ms", "order_id", "side", "price", "size", "strategy", "spot", "time_left_s")
FILL_COLUMNS = ("ts_ms", "order_id", "strategy", "filled_price", "filled_size", "side", "fee", "trade_id")


def row_facts(row: Mapping[str, str], columns: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(Decimal(row[name]) if name in NUMBERS else row[name] for name in columns)


NUMBERS = frozenset({"ts_ms", "price", "size", "spot", "time_left_s", "filled_price", "filled_size", "fee"})


def order_facts(order: Order) -> tuple[object, ...]:
    return (
        order.wall // 1_000_000,
        order.order_id,
        OUTCOME_NAMES[order.outcome],
        price_dollars(order.price),
        shares(order.size),
        order.strategy,
        Decimal(str(order.spot)),
        Decimal(f"{order.time_left_s:.3f}"),
    )


def fill_facts(fill: Fill) -> tuple[object, ...]:
    return (
        fill.wall // 1_000_000,
        fill.order_id,
        fill.strategy,
        price_dollars(fill.price),
        shares(fill.size),
        OUTCOME_NAMES[fill.outcome],
        dollars(fill.fee),
        fill.trade_id,
    )


def lens_row(fill: LensFill) -> LensRow:
    return LensRow(fill.order_id, fill.lens, fill.latency_ns / 1e6, fill.cost, fill.size, fill.fee)


def ack_facts(ack: Ack) -> tuple[str, str]:
    return ack.order_id, ack.status.value


def lines_of(window: Path) -> list[dict[str, Any]]:
    with gzip.open(window / "frames.jsonl.gz") as packed:
        return [orjson.loads(line) for line in packed]


MARKET = updown_market(1_700_000_100, ("up", "down"))


def recorded(market: Market, folder: Path) -> Path:
    return write_frames(market, [Line(market.start_ms * 1_000_000, "oracle", {})], folder / "frames.jsonl")


def changed(path: Path, change: Callable[[list[dict[str, Any]]], object]) -> Path:
    """The recording after `change` was made to its lines."""
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    change(lines)
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return path


Change = Callable[[list[dict[str, Any]]], object]

UNUSABLE: dict[str, tuple[Change, str]] = {
    "no run record": (lambda lines: lines.pop(0), "the run record is missing"),
    "nothing but frames": (lambda lines: lines.__delitem__(slice(0, 2)), "begins with a link record"),
    "no market record": (lambda lines: lines.pop(1), "the market record is missing"),
    "only a run record": (lambda lines: lines.__delitem__(slice(1, None)), "has no market record"),
    "nothing at all": (lambda lines: lines.clear(), "has no run record"),
    "another format": (lambda lines: lines[0]["d"].update(format=2), "format is 2; this version reads format 1"),
    "no format": (lambda lines: lines[0]["d"].pop("format"), "format is 'missing'"),
    "a run of nothing": (lambda lines: lines[0].update(d=None), "format is None"),
    "an unknown limit": (lambda lines: lines[0]["d"]["limits"].update(luck=1), "have, or lack, luck"),
    "a missing limit": (lambda lines: lines[0]["d"]["limits"].pop("hold_ns"), "have, or lack, hold_ns"),
    "a limit of text": (lambda lines: lines[0]["d"]["limits"].update(hold_ns="1"), "limit hold_ns is '1', not a int"),
    "an unknown strategy": (lambda lines: lines[0]["d"].update(strategies=["luck"]), "strategy 'luck' is none of"),
    "no strategies": (lambda lines: lines[0]["d"].pop("strategies"), "strategies are None"),
    "no earlier part": (lambda lines: lines[0]["d"].pop("earlier"), "earlier part cannot be read"),
    "a market without a token": (lambda lines: lines[1]["d"].pop("up_token"), "market record's up_token is 'missing'"),
    "a market that is a list": (lambda lines: lines[1].update(d=[]), "market record is no object"),
    "a link without an epoch": (lambda lines: lines[2]["d"].pop("epoch"), "link record at t=.* has no 'epoch'"),
    "a link with an epoch of text": (lambda lines: lines[2]["d"].update(epoch="1"), "link record at t=.*'1' is no int"),
    "a strike of text": (
        lambda lines: lines[4].update(s="strike", d={"value": "1", "source": "binance_first", "exact": False}),
        "strike record at t=.*'1' is no float",
    ),
    "run and market at 0, frames at unix time": (
        lambda lines: [line.update(m=0) for line in lines[:2]],
        r"link record at t=\d+ is 19,675\.9 days after the line above; all m of a run must be of one clock",
    ),
    "one frame two days later": (
        lambda lines: lines[4].update(m=lines[3]["m"] + 172_800_000_000_000),
        r"oracle record at t=\d+ is 2\.0 days after the line above",
    ),
    "a line without a time": (lambda lines: lines[3].pop("t"), "line 4: not a record"),
    "a time of text": (lambda lines: lines[3].update(m="now"), "line 4: t and m must be whole numbers"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_recording_that_cannot_be_run_says_which_file_and_why(name: str, tmp_path: Path) -> None:
    change, why = UNUSABLE[name]
    with pytest.raises(BadRecording, match=rf"^frames\.jsonl.*{why}"):
        replay(changed(recorded(MARKET, tmp_path), change))


@pytest.mark.parametrize(
    "content", [b"ts_ms,price\n1,2\n", b"[1,2]\n", b"\x89PNG\r\n\x1a\n", b"null\n"], ids=["csv", "json", "png", "null"]
)
def test_a_foreign_file_is_refused_at_its_first_line(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "frames.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadRecording, match="line 1: not a record"):
        replay(path)


def test_a_damaged_archive_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    packed = tmp_path / "frames.jsonl.gz"
    packed.write_bytes(gzip.compress(recorded(MARKET, tmp_path).read_bytes() + os.urandom(5000).hex().encode())[:-2000])
    with pytest.raises(BadRecording, match=r"^frames\.jsonl\.gz, line "):
        replay(packed)
    with pytest.raises(BadRecording, match=r"^nothing\.jsonl, line 0: .*No such file"):
        replay(tmp_path / "nothing.jsonl")


def test_a_folder_without_a_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRecording, match=r"holds no recording: neither frames\.jsonl\.gz nor frames\.jsonl"):
        replay(tmp_path)


def test_half_a_line_at_the_end_is_what_a_kill_leaves_and_is_not_run(tmp_path: Path) -> None:
    path = recorded(MARKET, tmp_path)
    whole = replay(path)[0]
    with path.open("ab") as file:
        file.write(b'{"t":17000001')
    assert replay(path)[0].events == whole.events


def test_a_pause_of_hours_inside_a_run_is_only_that(tmp_path: Path) -> None:
    later = changed(recorded(MARKET, tmp_path), lambda lines: lines[4].update(m=lines[3]["m"] + 7_200_000_000_000))
    assert replay(later)[0].events == {"Link": 2}


def test_a_run_that_begins_days_later_has_a_clock_of_its_own(tmp_path: Path) -> None:
    """As after the machine was started anew, whose monotonic clock may then stand anywhere."""
    path = recorded(MARKET, tmp_path)

    def add_a_run(lines: list[dict[str, Any]]) -> None:
        lines += [line | {"m": line["m"] + 864_000_000_000_000} for line in lines]

    assert len(replay(changed(path, add_a_run))) == 2


def test_each_run_of_a_recording_begins_anew_with_what_the_earlier_one_had_left(tmp_path: Path) -> None:
    path = recorded(MARKET, tmp_path)

    def add_a_run(lines: list[dict[str, Any]]) -> None:
        again = orjson.loads(orjson.dumps(lines[:4]))
        fill = [f"{MARKET.slug}-1", "momentum", 0, 4000, 10_000_000, 1_680_000_000, "trade-1"]
        again[0]["d"] |= {"run_id": "second", "earlier": {"orders": ["momentum"], "last_order_ms": 7, "fills": [fill]}}
        for line in again:
            line["m"] += 1_000_000_000
        lines += again

    first, second = replay(changed(path, add_a_run))
    assert (first.run_id, second.run_id) == ("converted", "second")
    assert first.engine.position.total.shares == [0, 0]
    assert second.engine.position.total.shares == [10_000_000, 0]
    assert (first.engine.risk.orders, second.engine.risk.orders) == (0, 1)
