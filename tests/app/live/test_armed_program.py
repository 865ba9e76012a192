"""The program armed without a screen: stopped from outside in every way, and what it never tells anybody."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.app.demo.trading import Desk, limit, running
from tests.app.live.armed import EAGER, TELEGRAM, Armed, armed
from tests.app.live.checker import (
    MAY_BE_OPEN,
    NOTHING_OPEN,
    Story,
    Terms,
    check_journal,
    check_kills,
    check_run,
    leaks,
    names_in,
)
from tests.app.live.freshness import Ages, check_fresh, hear
from tests.program import ROOT, clean_environment

TERMS = Terms(max_position_usd=200, max_exposure_usd=400, max_orders=100, cooldown_ms=700, cutoff_s=2)
CRASH = """
from app.live.session import LiveSession
frames = iter(range(10**9))
real = LiveSession.on_book
def breaks(self, *frame):
    wallet = self._intend.__self__.blotter
    if next(frames) > 400:
        raise RuntimeError("a fault in the middle of trading")
    real(self, *frame)
LiveSession.on_book = breaks
"""


@pytest.fixture(scope="module")
def venue() -> Iterator[Desk]:
    with running("--window=45", "--seed=7", "--rate=200", "--pull-rate=0.5") as desk:
        yield desk


# What nobody matched locks its market for a minute, rightly; here more than one order is wanted.
FAULTS = ("hang", "reset", "error500", "malformed", "delayed", "live", "status")


def draw_faults(desk: Desk, program: Armed, seed: int) -> None:
    """Trouble of every kind until the program has ended."""
    draw = random.Random(seed)
    while program.process.poll() is None:
        kind = draw.choice(FAULTS)
        answer: dict[str, object] = {"kind": kind, "match": True}
        if kind == "status":
            answer |= {"match": False, "status": draw.choice((400, 429)), "body": '{"error":"drawn"}'}
        if kind in ("delayed", "live"):
            answer |= {"match": True, "after_s": 0.5}
        desk.faults(answers=[answer], event_copies=draw.randint(1, 3), fail_trades=int(draw.random() < 0.2))
        if draw.random() < 0.3:
            desk.faults(drop_user_sockets=True)
        time.sleep(draw.uniform(0.3, 1.5))


@pytest.fixture(scope="module", autouse=True)
def stormy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Armed, Desk]]:
    """Two windows at a venue full of trouble, beside the other tests."""
    folder = tmp_path_factory.mktemp("stormy")
    with running("--window=12", "--seed=7", "--rate=200") as desk:
        with armed(desk, folder, "--markets", "2", "--record", given=EAGER) as program:
            drawing = threading.Thread(target=draw_faults, args=(desk, program, 11))
            drawing.start()
            yield program, desk
        drawing.join()


TIGHT = Ages(price=300_000_000, quote=300_000_000)


@pytest.fixture(scope="module", autouse=True)
def tight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Armed, Desk]]:
    """Two windows in which the data is too old as often as not, beside the other tests."""
    ages = {"PRICE_MAX_AGE_MS": "300", "QUOTE_MAX_AGE_MS": "300"}
    folder, given = tmp_path_factory.mktemp("tight"), EAGER | ages
    with (
        running("--window=20", "--seed=8", "--rate=10") as desk,
        armed(desk, folder, "--markets", "2", "--record", given=given) as program,
    ):
        yield program, desk


@pytest.fixture(scope="module", autouse=True)
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Armed, Desk]]:
    """Paper without the cryptography and without a key, at a venue whose private side refuses, beside the others."""
    absent = "sys.modules['eth_account'] = sys.modules['coincurve'] = None"
    with running("--window=45", "--seed=7", "--rate=200") as desk:
        desk.faults(phase="disabled", closed_only=True)
        folder, given = tmp_path_factory.mktemp("paper"), {"WALLET_KEY_FILE": "/nowhere/key"}
        with armed(desk, folder, "--duration", "18", before=absent, given=given, arm=()) as program:
            yield program, desk


@contextmanager
def calm_after(desk: Desk) -> Iterator[None]:
    """The trouble of one test is none of the next one's."""
    try:
        yield
    finally:
        desk.faults()


def checked(program: Armed, desk: Desk, *, settled: bool = False, files: bool = True) -> Story:
    root = program.folder / "logs" / "demo" / "live"
    story, wrong = check_run(root, desk.ledger(), program.owner, TERMS, settled=settled, files=files)
    assert not wrong, "\n".join(wrong)
    return story


def test_a_signal_and_a_file_disarm_and_a_crash_does_and_nothing_is_told(venue: Desk, tmp_path: Path) -> None:
    with (
        armed(venue, tmp_path / "signal") as by_signal,
        armed(venue, tmp_path / "file") as by_file,
        armed(venue, tmp_path / "crash", before=CRASH) as crashing,
    ):
        programs = by_signal, by_file, crashing
        by_signal.until_told("SENT")
        by_file.until_told("SENT")
        by_signal.process.send_signal(signal.SIGUSR1)
        (by_file.folder / "logs" / "DISARM").touch()
        by_signal.until_told("DISARM")
        by_file.until_told("DISARM")
        assert crashing.ended(40) == 1
        before = [program.posts() for program in programs]
        time.sleep(2)
        assert [program.posts() for program in programs] == before
        assert [record["reason"] for record in by_signal.records() if record["type"] == "DISARM"] == ["signal SIGUSR1"]
        for program in (by_signal, by_file):
            program.process.send_signal(signal.SIGTERM)
        assert [by_signal.ended(), by_file.ended()] == [0, 0]
        assert "DISARM" in crashing.kinds()
        assert "a fault in the middle of trading" in crashing.log.read_text()
    for program in programs:
        story = checked(program, venue)
        if program is not crashing and any(told.good for told in story.orders.values()):
            assert "live-left  windows=1 stake_usd=" in program.log.read_text()
        places = [path for path in program.folder.iterdir() if path.name != "wallet.key"]
        assert leaks(places, program.canaries()) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [("DISARM", "file DISARM is in the log folder; remove it to arm"), ("KILL", "killed; disarm first")],
)
def test_a_file_that_stops_trading_keeps_it_from_being_armed(venue: Desk, tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / name).touch()
    with armed(venue, tmp_path) as program:
        program.until(lambda: told in program.log.read_text())
        assert "ARM" not in program.kinds()
        assert program.posts() == 0


def test_a_file_that_kills_is_obeyed_by_an_account_that_is_opened_later(venue: Desk, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "KILL").touch()
    with armed(venue, tmp_path) as program:
        program.until(lambda: NOTHING_OPEN in program.log.read_text())


def test_a_kill_from_outside_leaves_nothing_at_the_venue_and_says_so(venue: Desk, tmp_path: Path) -> None:
    with armed(venue, tmp_path / "signal") as by_signal, armed(venue, tmp_path / "file") as by_file:
        programs = by_signal, by_file
        by_signal.until_told("SENT")
        by_file.until_told("SENT")
        resting = limit(by_signal.client(), later_token(venue), "BUY", 0.02, 10)["orderID"]
        by_signal.process.send_signal(signal.SIGUSR2)
        (by_file.folder / "logs" / "KILL").touch()
        for program in programs:
            program.until(lambda program=program: NOTHING_OPEN in program.log.read_text())  # type: ignore[misc]
        before = [(program.posts(), paper_orders(program)) for program in programs]
        time.sleep(2)
        assert [(program.posts(), paper_orders(program)) for program in programs] == before
        for program in programs:
            program.process.send_signal(signal.SIGTERM)
        assert [by_signal.ended(), by_file.ended()] == [0, 0]
    assert "killed (signal SIGUSR2)" in by_signal.log.read_text()
    assert "killed (the file KILL is in the log folder)" in by_file.log.read_text()
    assert {order["order_id"]: order["status"] for order in venue.ledger()["orders"]}[resting] == "CANCELED"
    stories = [story_of(by_signal), checked(by_file, venue)]  # the order of the official client is not in the journal
    for program, story in zip(programs, stories, strict=True):
        assert len(story.killed) == 1
        assert check_kills(story, venue.ledger(), program.owner, program.log.read_text()) == []


def test_a_kill_that_the_venue_does_not_hear_is_an_alarm_and_can_be_repeated(venue: Desk, tmp_path: Path) -> None:
    with armed(venue, tmp_path) as program, calm_after(venue):
        program.until_told("ARM")
        venue.faults(phase="disabled")
        program.process.send_signal(signal.SIGUSR2)
        program.until(lambda: MAY_BE_OPEN in program.log.read_text())
        assert check_kills(story_of(program), venue.ledger(), program.owner, program.log.read_text()) == []
        venue.faults(phase="normal")
        program.process.send_signal(signal.SIGUSR2)
        program.until(lambda: NOTHING_OPEN in program.log.read_text())


def test_a_kill_while_the_account_opens_is_carried_out_when_it_is_open(venue: Desk, tmp_path: Path) -> None:
    with armed(venue, tmp_path) as program:
        program.until(lambda: "not armed yet" in program.log.read_text())
        program.process.send_signal(signal.SIGUSR2)
        program.until(lambda: NOTHING_OPEN in program.log.read_text())
        assert "ARM" not in program.kinds()


def test_a_disarm_while_it_waits_to_arm_keeps_it_from_arming(venue: Desk, tmp_path: Path) -> None:
    with armed(venue, tmp_path) as program:
        program.until(lambda: "not armed yet" in program.log.read_text())
        program.process.send_signal(signal.SIGUSR1)
        program.until(lambda: "not armed: it was disarmed meanwhile" in program.log.read_text())
        program.until(lambda: "records read back" in program.log.read_text())
        time.sleep(5)
        assert "disarmed (signal SIGUSR1); nothing was armed" in program.log.read_text()
        assert "ARM" not in program.kinds()


def test_a_kill_just_before_the_end_is_carried_out_or_says_that_it_was_not(venue: Desk, tmp_path: Path) -> None:
    with armed(venue, tmp_path) as program, calm_after(venue):
        program.until_told("ARM")
        resting = limit(program.client(), later_token(venue), "BUY", 0.02, 10)["orderID"]
        venue.faults(answers=[{"kind": "hang_before", "times": 20}])
        program.until(lambda: program.kinds()[-1] == "SENT")
        program.process.send_signal(signal.SIGUSR2)
        time.sleep(0.3)
        program.process.send_signal(signal.SIGTERM)
        assert program.ended() == 1
    assert {order["order_id"]: order["status"] for order in venue.ledger()["orders"]}[resting] == "CANCELED"
    assert MAY_BE_OPEN in program.log.read_text()
    assert check_kills(story_of(program), venue.ledger(), program.owner, program.log.read_text()) == []


def test_a_program_that_was_stopped_for_a_while_comes_back_disarmed(venue: Desk, tmp_path: Path) -> None:
    with armed(venue, tmp_path) as program:
        program.until_told("SENT")
        program.process.send_signal(signal.SIGSTOP)
        time.sleep(2.5)
        program.process.send_signal(signal.SIGCONT)
        program.until_told("DISARM")
        (reason,) = [record["reason"] for record in program.records() if record["type"] == "DISARM"]
        assert reason.startswith("the program stood still for 2.")
        posts = program.posts()
        time.sleep(1.5)
        assert program.posts() == posts


def later_token(desk: Desk) -> str:
    """Up's token in the window after the next."""
    facts = desk.facts
    return desk.tokens(int(time.time() - facts["window_start_s"]) // facts["window_s"] + 2)[0]


def story_of(program: Armed) -> Story:
    (journal,) = (program.folder / "logs" / "demo" / "live").glob("0x*/journal.jsonl")
    story, wrong = check_journal(journal, TERMS)
    assert not wrong, wrong
    return story


def paper_orders(program: Armed) -> int:
    """How many rows the paper sessions' orders have."""
    files = (program.folder / "logs" / "demo").glob("5m/*/orders.csv")
    return sum(path.read_text().count("\n") for path in files)


def test_sigterm_with_an_order_in_flight_leaves_its_fate_in_the_journal(venue: Desk, tmp_path: Path) -> None:
    with armed(venue, tmp_path) as program, calm_after(venue):
        program.until_told("ARM")
        venue.faults(answers=[{"kind": "hang", "times": 5}], events_silent=True)
        program.until(lambda: "SENT" in program.kinds() and program.kinds()[-1] == "SENT")
        asked = time.monotonic()
        program.process.send_signal(signal.SIGTERM)
        assert program.ended() == 0
        assert time.monotonic() - asked < 5
    # A fill heard of after the files were closed stands in the journal, and in them once the window is entered anew.
    story = checked(program, venue, files=False)
    last = list(story.orders.values())[-1]
    assert last.sent
    assert last.fate in ("UNKNOWN", "matched")
    assert "UNKNOWN" in program.kinds() or "FILL" in program.kinds()


def test_paper_asks_nothing_private_and_touches_no_key(paper: tuple[Armed, Desk]) -> None:
    program, desk = paper
    assert program.ended(40) == 0, program.log.read_text()
    assert desk.ledger()["requests"] == {}
    assert not (program.folder / "logs" / "demo" / "live").exists()
    assert not (program.folder / "state").exists()
    assert "  live" not in program.log.read_text()
    assert list(program.folder.rglob("orders.csv"))  # it did trade


def test_the_child_of_an_armed_demo_sees_no_secret(tmp_path: Path) -> None:
    settings = {"ARM_LIVE": "btc-5m", "TELEGRAM_BOT_TOKEN": TELEGRAM, "TELEGRAM_CHAT_ID": "42"}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "--no-ui", "--demo", "--window", "20", "--arm", "--log-dir", str(tmp_path)],
        cwd=tmp_path,
        env=clean_environment(settings | {"TELEGRAM_URL": "http://127.0.0.1:9"})
        | {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(tmp_path / "state")},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        assert any("records read back" in line for line in process.stderr)
        key = (tmp_path / "demo" / ".play-key").read_text().strip()
        canaries = {"the key": key, "the Telegram token": TELEGRAM.split(":")[1]}
        children = [pid for pid in Path("/proc").glob("[0-9]*") if parent_of(pid) == process.pid]
        assert children
        for child in children:
            for name in ("environ", "cmdline"):
                assert names_in((child / name).read_bytes(), canaries) == [], name
        assert names_in(Path(f"/proc/{process.pid}/cmdline").read_bytes(), canaries) == []
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert leaks([tmp_path], canaries) == []


def parent_of(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_two_windows_with_faults_drawn_by_a_seed_keep_every_invariant(stormy: tuple[Armed, Desk]) -> None:
    program, desk = stormy
    assert program.ended(60) == 0, program.log.read_text()
    story = checked(program, desk)
    assert len(story.orders) >= 3
    assert len(story.closed) >= 1
    assert fresh(program, story, Ages()) == []
    assert leaks([path for path in program.folder.iterdir() if path.name != "wallet.key"], program.canaries()) == []


def test_no_order_leaves_on_data_older_than_its_limit(tight: tuple[Armed, Desk]) -> None:
    program, desk = tight
    assert program.ended(60) == 0, program.log.read_text()
    story = checked(program, desk)
    assert story.orders
    assert program.log.read_text().count("live-settled  market=") == 2, "each window is told before the end"
    assert fresh(program, story, TIGHT) == []
    blocks = "".join(path.read_text() for path in program.folder.glob("logs/demo/live/5m/*/signals.csv"))
    assert ",price_age" in blocks  # the limits were met with
    assert ",quote_age" in blocks


def fresh(program: Armed, story: Story, ages: Ages) -> list[str]:
    """What left on stale data, by the recordings of the live windows."""
    folders = sorted((program.folder / "logs" / "demo" / "live").glob("5m/*"))
    heard = [hear(folder) for folder in folders]
    assert all(each.prices and each.quotes and each.links and each.reports for each in heard)
    return [wrong for folder in folders for wrong in check_fresh(folder, story, ages)]
