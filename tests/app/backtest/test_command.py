"""`pmtui backtest` as a person runs it."""

import gzip
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import orjson
import pytest

from feeds.recording import PACKED, PLAIN
from tests.app.backtest.converters import write_lines
from tests.app.backtest.small import LOST, WON, small_lines, small_market, write_small, write_three
from tests.app.pty_child import PtyChild, still_running
from tests.bench.busy import write_window
from tests.program import ROOT, clean_environment, run, start

SUMMARY = "3 windows ran, 3 of them settled"

KILLER = """
import os, signal
from pathlib import Path

class Killer:
    name = "killer"

    def evaluate(self, state):
        if state.market.slug.endswith(SLUG):
            DEED
        return ("nothing", 0.0, 0.0)

STRATEGY = Killer()
"""


def strategy(folder: Path, slug: str, deed: str) -> dict[str, str]:
    """Settings with a strategy from outside that does a deed in the window of this slug, beside ours."""
    path = folder / "killer.py"
    path.write_text(KILLER.replace("SLUG", repr(slug)).replace("DEED", deed))
    return {"STRATEGIES": f"distance_fade,{path}"}


def backtest(*arguments: str, folder: Path, environment: dict[str, str] | None = None) -> tuple[int, str, str]:
    done = run("backtest", *arguments, cwd=folder, environment=environment)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    return write_three(tmp_path / "logs")


class TestTable:
    def test_the_log_folder_is_run_where_no_path_is_given(self, three: list[Path], tmp_path: Path) -> None:
        code, out, err = backtest(folder=tmp_path)
        assert (code, err) == (0, "")
        assert SUMMARY in out.splitlines()
        assert f"{Decimal(WON) + Decimal(LOST):.2f}" in out

    def test_two_processes_say_what_one_says_byte_for_byte(self, three: list[Path], tmp_path: Path) -> None:
        for number in range(3, 9):
            write_small(tmp_path / "logs", number, ("UP", "DOWN", None)[number % 3])
        said = []
        for processes in ("1", "2"):
            files = ("--json", f"{processes}.json", "--html", f"{processes}.html")
            code, out, _ = backtest("--processes", processes, *files, folder=tmp_path)
            assert code == 0
            said.append((out, (tmp_path / files[1]).read_bytes(), (tmp_path / files[3]).read_bytes()))
        assert said[0] == said[1]

    def test_todays_limits_and_strategies_are_used(self, three: list[Path], tmp_path: Path) -> None:
        _, out, _ = backtest(folder=tmp_path, environment={"MAX_ORDERS_PER_MARKET": "1", "STRATEGIES": "momentum"})
        assert "distance_fade" not in out
        _, out, _ = backtest(folder=tmp_path, environment={"BANKROLL_USD": "50"})
        assert "-2.40" in out, "half the bankroll, half the bet: 5.5857 shares for 3.90999 and 0.08446"

    def test_a_file_of_settings_counts_too(self, three: list[Path], tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("STRATEGIES=momentum\n")
        assert "distance_fade" not in backtest(folder=tmp_path)[1]

    def test_a_reader_who_leaves_early_is_no_trouble(self, three: list[Path], tmp_path: Path) -> None:
        command = f"{sys.executable} -m app.cli backtest --json x.json | head -n 1"
        environment = clean_environment() | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert (tmp_path / "x.json").exists()

    def test_a_table_that_cannot_be_printed_is_a_failure_and_the_files_are_written(
        self, three: list[Path], tmp_path: Path
    ) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "app.cli", "backtest", "--json", "x.json"],
                cwd=tmp_path,
                env=clean_environment() | {"PYTHONPATH": str(ROOT)},
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
            )
        assert done.returncode == 1
        assert done.stderr == "pmtui: the table could not be printed: No space left on device\n"
        assert (tmp_path / "x.json").exists()


class TestSkipped:
    """What cannot be run is named with its reason and counted; the rest goes on."""

    def test_broken_and_foreign_files(self, three: list[Path], tmp_path: Path) -> None:
        logs = tmp_path / "logs"
        whole = write_lines(small_lines(9), logs / "whole").read_bytes()
        (logs / "whole").unlink()
        packed = gzip.compress(whole)
        shuffled = whole.splitlines(keepends=True)
        tail = shuffled[4:]
        random.Random(1).shuffle(tail)
        bad = {
            "a-truncated.jsonl.gz": (packed[:-40], "Compressed file ended before the end-of-stream marker"),
            "b-flipped.jsonl.gz": (packed[:200] + b"\xff" * 40 + packed[240:], "line "),
            "c-empty.jsonl": (b"", "has no run record"),
            "d-empty.jsonl.gz": (gzip.compress(b""), "has no run record"),
            "e-foreign.jsonl": (b'{"event_type":"book"}\n', "line 1: not a record"),
            "f-picture.jsonl": (os.urandom(5000) + b"\n", "line 1: not a record"),
            "g-shuffled.jsonl": (b"".join([*shuffled[:4], *tail]), "lines must stand in the order of their m"),
            "h-headless.jsonl": (b"".join(shuffled[1:]), "the run record is missing"),
        }
        for name, (content, _) in bad.items():
            (logs / name).write_bytes(content)
        (logs / "nothing in it").mkdir()
        (logs / "loop").symlink_to(logs)
        code, out, err = backtest("logs", folder=tmp_path)
        assert code == 0
        assert SUMMARY in out.splitlines()
        assert "8 recordings skipped" in out.splitlines()
        told = sorted(err.splitlines())
        assert [line.split(":")[1] for line in told] == [f" skipped logs/{name}" for name in bad]
        for line, (_, why) in zip(told, bad.values(), strict=True):
            assert why in line

    def test_a_last_line_that_a_kill_left_half_is_no_reason(self, tmp_path: Path) -> None:
        path = write_lines(small_lines(), tmp_path / "frames.jsonl")
        with path.open("ab") as file:
            file.write(b'{"t":17950002')
        code, out, err = backtest("frames.jsonl", folder=tmp_path)
        assert (code, err) == (0, "")
        assert "1 window ran, 1 of them settled" in out

    def test_a_file_that_was_named_and_is_no_recording(self, three: list[Path], tmp_path: Path) -> None:
        (tmp_path / "notes").write_text("hello\n")
        code, out, err = backtest("notes", "logs", folder=tmp_path)
        assert code == 0
        assert err == "pmtui: skipped notes: line 1: not a record, which is an object with t, m, s and d\n"
        assert "1 recording skipped" in out

    def test_a_recording_that_vanishes_meanwhile(self, three: list[Path], tmp_path: Path) -> None:
        gone = tmp_path / "logs" / "5m" / small_market(2).slug / PACKED
        deed = f"Path({str(gone)!r}).unlink(missing_ok=True)"
        environment = strategy(tmp_path, small_market(0).slug, deed)
        code, out, err = backtest("--processes", "1", folder=tmp_path, environment=environment)
        assert code == 0
        assert "2 windows ran, 2 of them settled" in out
        assert err.startswith(f"pmtui: skipped logs/5m/{small_market(2).slug}: ")
        assert "holds no recording" in err

    def test_a_fault_on_one_recording(self, three: list[Path], tmp_path: Path) -> None:
        environment = strategy(tmp_path, small_market(1).slug, "raise SystemExit('enough')")
        code, out, err = backtest(folder=tmp_path, environment=environment)
        assert code == 0
        assert "2 windows ran, 2 of them settled" in out
        assert "1 recording skipped" in out
        assert err.startswith(f"pmtui: skipped logs/5m/{small_market(1).slug}: a fault ended it: SystemExit in line ")

    def test_a_recording_whose_process_is_killed_is_found_and_the_others_are_run(
        self, three: list[Path], tmp_path: Path
    ) -> None:
        environment = strategy(tmp_path, small_market(1).slug, "os.kill(os.getpid(), signal.SIGKILL)")
        code, out, err = backtest(folder=tmp_path, environment=environment)
        assert code == 0
        assert "2 windows ran, 2 of them settled" in out
        first, second = err.splitlines()
        assert first.startswith("pmtui: a process was killed; ")
        assert second.startswith(f"pmtui: skipped logs/5m/{small_market(1).slug}: the process that ran it was killed")

    def test_where_nothing_can_be_run_it_fails_and_writes_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "x.jsonl").write_text("hello\n")
        code, out, err = backtest("x.jsonl", "--json", "x.json", folder=tmp_path)
        assert (code, out) == (1, "")
        assert err.splitlines()[-1] == "pmtui: none of 1 recording could be run"
        assert not (tmp_path / "x.json").exists()

    def test_a_strategy_that_fails_keeps_its_faults_to_itself_and_they_are_counted(
        self, three: list[Path], tmp_path: Path
    ) -> None:
        code, out, _ = backtest(folder=tmp_path, environment=strategy(tmp_path, small_market(1).slug, "1 / 0"))
        assert code == 0
        assert SUMMARY in out
        assert "killer failed 2 times in 1 window, first with ZeroDivisionError in line 10 of killer.py" in out


class TestWhatIsFound:
    def test_nothing_in_the_log_folder(self, tmp_path: Path) -> None:
        code, out, err = backtest(folder=tmp_path)
        assert (code, out) == (1, "")
        assert err == "pmtui: logs holds no recording; make some with pmtui record, or name a file or a folder\n"

    def test_a_demos_recordings_alone_are_not_taken_unasked(self, tmp_path: Path) -> None:
        write_three(tmp_path / "logs" / "demo")
        code, out, err = backtest(folder=tmp_path)
        assert (code, out) == (1, "")
        assert "only 3 recordings of a demo" in err
        assert err.endswith("pmtui backtest logs/demo\n")
        code, out, _ = backtest("logs/demo", folder=tmp_path)
        assert code == 0
        assert "3 windows of a demo: what is earned there says nothing about the world" in out

    def test_nothing_under_a_path(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        assert backtest("empty", folder=tmp_path) == (1, "", "pmtui: there is no recording under empty\n")

    def test_a_copy_of_a_window_is_counted_once(self, three: list[Path], tmp_path: Path) -> None:
        shutil.copytree(three[0], tmp_path / "copy")
        code, out, _ = backtest("logs", "copy", folder=tmp_path)
        assert code == 0
        assert SUMMARY in out
        assert "1 recording of a window that was there already: it is counted once" in out

    def test_the_original_bots_folder_is_run(self, tmp_path: Path) -> None:
        home = tmp_path / small_market().slug
        home.mkdir()
        (home / "binance.csv").write_text("recv_time,recv_ts_ms,trade_ts_ms,price,qty,side\n")
        (home / "polymarket.csv").write_text(
            "recv_time,recv_ts_ms,up_price,down_price,up_bid,up_ask,down_bid,down_ask\n"
        )
        code, out, _ = backtest(home.name, folder=tmp_path)
        assert code == 0
        assert "1 window without an outcome" in out


class TestWrongUsage:
    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["nowhere"], "nowhere is neither a file nor a folder"),
            (["logs", "--json", "none/x.json"], "--json none/x.json cannot be written: No such file or directory"),
            (["logs", "--html", "logs"], "--html logs is there and no file"),
            (["logs", "--json", "x", "--html", "./x"], "--json and --html are both x"),
            (["logs", "--processes", "0"], "argument --processes: 0 is not a whole number from 1 to 1024"),
            (["logs", "--demo"], "--demo is of no use to a backtest"),
            (["logs", "--markets", "3"], "--markets is of no use to a backtest"),
            (["--speed"], "unrecognized arguments: --speed"),
        ],
    )
    def test_one_sentence_and_exit_code_2(
        self, arguments: list[str], told: str, three: list[Path], tmp_path: Path
    ) -> None:
        code, out, err = backtest(*arguments, folder=tmp_path)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(f"pmtui: {told}")

    def test_a_report_is_never_written_over_a_recording(self, three: list[Path], tmp_path: Path) -> None:
        loose = write_lines(small_lines(9), tmp_path / "logs" / "x.jsonl")
        for path in (loose, three[0] / PACKED):
            before = path.read_bytes()
            code, _, err = backtest("logs", "--json", str(path), folder=tmp_path)
            assert code == 2
            assert "is a recording, or lies in one's folder" in err
            assert path.read_bytes() == before

    def test_a_strategy_file_that_cannot_be_loaded_is_told_once(self, three: list[Path], tmp_path: Path) -> None:
        (tmp_path / "bad.py").write_text("STRATEGY = 1 / 0\n")
        code, out, err = backtest(folder=tmp_path, environment={"STRATEGIES": "bad.py"})
        assert (code, out) == (2, "")
        assert err == "pmtui: STRATEGIES: bad.py cannot be loaded (ZeroDivisionError); correct it.\n"

    def test_a_bad_setting_is_told_before_anything_is_read(self, three: list[Path], tmp_path: Path) -> None:
        code, _, err = backtest(folder=tmp_path, environment={"COOLDOWN_MS": "soon"})
        assert code == 2
        assert err.startswith("pmtui: COOLDOWN_MS=soon")


class TestReports:
    def test_both_are_written_whole_with_what_the_table_says(self, three: list[Path], tmp_path: Path) -> None:
        code, _, _ = backtest("--json", "out.json", "--html", "out.html", folder=tmp_path)
        assert code == 0
        every = orjson.loads((tmp_path / "out.json").read_bytes())["strategies"][0]
        assert Decimal(every["lenses"]["realistic"]["net"]) == Decimal(WON) + Decimal(LOST)
        text = (tmp_path / "out.html").read_text(encoding="utf-8")
        assert ElementTree.fromstring(text).findtext("body/main/header/h1") == "Not enough data to tell."
        assert sorted(path.name for path in tmp_path.iterdir()) == ["logs", "out.html", "out.json"]

    def test_a_recording_of_a_hostile_name_and_slug_is_no_danger(self, tmp_path: Path) -> None:
        folder = tmp_path / "<script>alert(1)"
        folder.mkdir()
        lines = [
            line._replace(data=line.data | {"slug": "<b onload=x>\x1b[31m"}) if line.source == "market" else line
            for line in small_lines()
        ]
        write_lines(lines, folder / PLAIN)
        (folder / "bad\x1b[31m.jsonl").write_text("x\n")
        code, out, err = backtest(".", str(folder / "bad\x1b[31m.jsonl"), "--html", "out.html", folder=tmp_path)
        assert code == 0
        assert all(line.isprintable() for line in [*out.splitlines(), *err.splitlines()])
        text = (tmp_path / "out.html").read_text(encoding="utf-8")
        assert "<script" not in text
        assert "\x1b" not in text


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recordings that take long enough to be seen."""
    folder = tmp_path_factory.mktemp("long")
    first = write_window(folder, rate=40)
    first.with_suffix("").unlink()
    for number in range(2, 30):
        shutil.copy(first, folder / f"copy{number}.jsonl.gz")
    return folder


class TestOnATerminal:
    """A real pseudo-terminal."""

    def child(self, folder: Path, *arguments: str, columns: int = 100) -> PtyChild:
        return PtyChild(program=("-m", "app.cli", "backtest", str(folder), *arguments), columns=columns, cwd=folder)

    def test_it_shows_how_far_it_is_how_fast_and_what_is_left(self, long: Path) -> None:
        with self.child(long) as child:
            child.read_until(lambda: " of 29 recordings  █" in child.text)
            assert child.read_to_end() == 0
            drawn = child.text
        assert "frames/s  " in drawn
        assert " left\r" in drawn
        assert drawn.index("29 recordings, ") < drawn.index("strategy "), "what it came to stays above the table"
        assert drawn.rindex(" left") < drawn.index("29 recordings, "), "and nothing is drawn any more"

    def test_no_drawn_line_is_wider_than_the_terminal(self, long: Path) -> None:
        with self.child(long, columns=50) as child:
            assert child.read_to_end() == 0
            lines = [line for line in child.text.split("\r") if "recordings" in line and "frames/s" in line]
        assert lines
        assert max(len(line.strip("\n")) for line in lines if " left" in line) < 50

    def test_ctrl_c_ends_it_at_once_with_one_sentence_and_no_process_left(self, long: Path) -> None:
        with self.child(long) as child:
            child.read_until(lambda: "1 of 29" in child.text)
            pids = child.children()
            child.type("\x03")
            begun = time.monotonic()
            assert child.read_to_end() == 1
            assert time.monotonic() - begun < 5
            assert pids
            assert still_running(pids) == []
            assert child.text.count("pmtui: ") == 1
            assert child.text.endswith("pmtui: interrupted; nothing was written\r\n")
            assert "Traceback" not in child.text

    def test_ctrl_c_while_the_processes_are_loading_is_the_same(self, long: Path) -> None:
        with self.child(long) as child:
            child.read_until(lambda: "0 of 29" in child.text)
            child.type("\x03")
            assert child.read_to_end() == 1
            assert "pmtui: interrupted; nothing was written" in child.text
            assert "Traceback" not in child.text

    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
    def test_no_process_outlives_a_parent_that_is_ended(self, how: signal.Signals, long: Path) -> None:
        with self.child(long) as child:
            child.read_until(lambda: "1 of 29" in child.text)
            pids = child.children()
            child.process.send_signal(how)
            child.read_to_end()
            assert still_running(pids) == []

    def test_where_stderr_is_no_terminal_nothing_is_drawn(self, long: Path) -> None:
        process = start("backtest", str(long), cwd=long)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        assert "\r" not in out
