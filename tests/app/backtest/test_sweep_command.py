"""`pmtui sweep` as a person runs it: the same report on however many processes, and one sentence for what is wrong."""

import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from app.cli import main
from feeds.recording import PACKED, PLAIN
from tests.app.backtest.small import write_small
from tests.app.backtest.sweep_windows import FAIR, SLOW, write_windows
from tests.app.pty_child import PtyChild
from tests.program import ROOT, clean_environment, run

VARIED = ("--set", "distance_fade.min_edge=0.04,0.12", "--set", "COOLDOWN_MS=1000,9000")


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("windows")
    write_windows(folder, 50, 1, FAIR)
    return folder


class TestReport:
    def test_it_is_the_same_on_one_process_and_on_several(self, windows: Path, tmp_path: Path) -> None:
        drawn = ("--set", "distance_fade.min_edge=0.01..0.2", "--random", "4", "--seed", "7")
        one, three = (
            run("sweep", str(windows), *drawn, "--processes", count, "--json", f"{count}.json", cwd=tmp_path)
            for count in ("1", "3")
        )
        assert (one.returncode, one.stderr) == (0, "")
        assert one.stdout.startswith("within noise: the best of 5 combinations earned ")
        assert "5 combinations, what is set now among them, compared in 35 windows" in one.stdout
        assert (three.stdout, three.stderr) == (one.stdout, "")
        assert (tmp_path / "1.json").read_bytes() == (tmp_path / "3.json").read_bytes()
        told = orjson.loads((tmp_path / "1.json").read_bytes())
        assert len(told["combinations"]) == 5
        assert " ".join(one.stdout.split("\n\n")[0].split()) == told["verdict"]

    def test_what_is_set_now_comes_from_the_settings(self, windows: Path, tmp_path: Path) -> None:
        (tmp_path / "mine").write_text("STRATEGIES=momentum\n")
        done = run("sweep", str(windows), "--env-file", "mine", "--set", "MIN_NET_EDGE=0.5", cwd=tmp_path)
        assert done.returncode == 0
        assert done.stdout.startswith("within noise: no combination traded in 30 markets")

    def test_recordings_that_cannot_be_used_are_named_and_counted(self, windows: Path, tmp_path: Path) -> None:
        shutil.copytree(windows, tmp_path / "some")
        (tmp_path / "some" / "a.jsonl").write_text("luck\n")
        first = sorted(windows.iterdir())[0]
        late = tmp_path / "some" / first.name
        late.write_bytes(late.read_bytes() + b"luck\n")
        shutil.copy(windows / sorted(windows.iterdir())[1].name, tmp_path / "some" / "z.jsonl")
        done = run("sweep", "some", *VARIED, cwd=tmp_path)
        assert done.returncode == 0
        told = done.stderr.splitlines()
        assert [line.partition(": ")[2].partition(": ")[0] for line in told] == [
            "skipped some/a.jsonl",
            "skipped some/z.jsonl",
            f"skipped some/{first.name}",
        ]
        assert "Left out: 3 windows in recordings that could not be used, or were there twice." in done.stdout
        assert "compared in 34 windows" in done.stdout

    def test_a_window_is_compared_by_its_better_recording(self, windows: Path, tmp_path: Path) -> None:
        """A broken copy, and one without an outcome, are found before the whole ones."""
        shutil.copytree(windows, tmp_path / "some")
        first, second = sorted(path.name for path in windows.iterdir())[:2]
        (tmp_path / "some" / "a.jsonl").write_bytes((windows / first).read_bytes() + b"luck\n")
        lines = (windows / second).read_bytes().splitlines(keepends=True)
        (tmp_path / "some" / "b.jsonl").write_bytes(b"".join(lines[:-1]))
        done, whole = (run("sweep", folder, *VARIED, cwd=tmp_path) for folder in ("some", str(windows)))
        assert done.returncode == 0
        assert done.stdout.partition("Ranked by")[0] == whole.stdout.partition("Ranked by")[0]
        assert done.stderr.splitlines() == [
            f"pmtui: skipped some/a.jsonl: a.jsonl, line {len((windows / first).read_bytes().splitlines()) + 1}: "
            "not a record, which is an object with t, m, s and d",
            f"pmtui: skipped some/b.jsonl: is of the same window as some/{second}",
        ]

    def test_it_writes_nothing_beside_the_recordings(self, windows: Path, tmp_path: Path) -> None:
        before = sorted(path.name for path in windows.iterdir())
        run("sweep", str(windows), *VARIED, cwd=tmp_path)
        assert sorted(path.name for path in windows.iterdir()) == before
        assert list(tmp_path.iterdir()) == []

    def test_an_edge_is_found(self, tmp_path: Path) -> None:
        write_windows(tmp_path / "slow", 80, 1, SLOW)
        done = run(
            *("sweep", "slow", "--set", "STRATEGIES=distance_fade"),
            cwd=tmp_path,
            environment={"STRATEGIES": "momentum"},
        )
        assert done.stdout.startswith("above noise: STRATEGIES=distance_fade earned ")

    def test_an_edge_over_made_up_windows_is_not_called_one_of_the_world(self, tmp_path: Path) -> None:
        write_windows(tmp_path / "slow", 80, 1, SLOW)
        done = run(
            *("sweep", "slow", "--set", "STRATEGIES=distance_fade", "--json", "x.json"),
            cwd=tmp_path,
            environment={"STRATEGIES": "momentum"},
        )
        told = "80 windows of 80 are a demo's: what is earned there says nothing about the world."
        assert " ".join(done.stdout.split("\n\n")[0].split()).endswith(told)
        assert "80 windows of a demo: what is earned there says nothing about the world." in done.stdout
        written = orjson.loads((tmp_path / "x.json").read_bytes())
        assert written["verdict"].endswith(told)
        assert written["windows"]["demo"] == 80


class TestRefusals:
    """One sentence on stderr, exit code 2, and nothing has run."""

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["w"], "the following arguments are required: --set; see pmtui --help"),
            (["--set", "COOLDOWN_MS=1"], "the following arguments are required: PATH; see pmtui --help"),
            (["w", "--set", "COOLDOWN_MS=1..5"], "--set COOLDOWN_MS=1..5 is a range, to draw from; add --random N, or"),
            (["w", "--set", "COOLDOWN_MS=-1"], "COOLDOWN_MS=-1 is not a number from 0 to 3600000 (ms); "),
            (["w", "--set", "ASSET=btc,eth"], "--set ASSET: it changes nothing in a recording that is run again; "),
            (["w", *VARIED, "--random", "0"], "argument --random: 0 is not a whole number from 1 to 10000; see "),
            (["w", *VARIED, "--random", "5"], "--random 5: there are only 4 combinations; ask for no more than that."),
            (["w", *VARIED, "--holdout", "95"], "argument --holdout: 95 is not a whole number from 1 to 90; see "),
            (["w", *VARIED, "--processes", "0"], "argument --processes: 0 is not a whole number from 1 to 1024; see "),
            (["elsewhere", *VARIED], "elsewhere is neither a file nor a folder; name a recording"),
            (["x" * 300, *VARIED], f"'{'x' * 79}…' cannot be looked at: File name too long; name another"),
            (["empty", *VARIED], "there is no recording in empty."),
            (
                ["w", *VARIED, "--json", "no/f"],
                "--json no/f cannot be written: No such file or directory; give ",
            ),
            (["w", *VARIED, "--json", "w"], "--json w is there and no file; give another name"),
            (["w", *VARIED, "--json", "w/btc-0003.jsonl"], "--json w/btc-0003.jsonl is a recording, or lies in "),
            (["w", *VARIED, "--log-dir", "x"], "unrecognized arguments: --log-dir x; see pmtui --help"),
            (["w", *VARIED, "--env-file", "x"], "--env-file x is not a file; give the settings file"),
        ],
    )
    def test_each_is_one_sentence(
        self,
        windows: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        arguments: list[str],
        told: str,
    ) -> None:
        (tmp_path / "w").symlink_to(windows)
        (tmp_path / "empty").mkdir()
        monkeypatch.chdir(tmp_path)
        assert main(["sweep", *arguments]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert err.startswith(f"pmtui: {told}")

    @pytest.mark.parametrize("option", ["--log-dir=x", "--asset=btc", "--markets=3", "--demo", "--no-ui"])
    def test_an_option_that_changes_nothing_in_a_sweep(self, option: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([option, "sweep", "w", *VARIED]) == 2
        name = option.partition("=")[0]
        assert capsys.readouterr().err == f"pmtui: {name} changes nothing in a sweep; leave it out\n"


class TestTheFile:
    def test_it_is_never_written_over_a_recording(self, tmp_path: Path) -> None:
        """A window is found as its folder, so what lies in the folder is not to be touched either."""
        home = write_small(tmp_path / "logs")
        before = (home / PACKED).read_bytes()
        for name in (PACKED, PLAIN, "market_info.txt"):
            done = run("sweep", "logs", *VARIED, "--json", str(home / name), cwd=tmp_path)
            assert (done.returncode, done.stdout) == (2, "")
            assert "is a recording, or lies in one's folder; give another name" in done.stderr
        assert [path.name for path in home.iterdir()] == [PACKED]
        assert (home / PACKED).read_bytes() == before

    def test_it_is_written_though_the_report_cannot_be_printed(self, windows: Path, tmp_path: Path) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "app.cli", "sweep", str(windows), *VARIED, "--json", "x.json"],
                cwd=tmp_path,
                env=clean_environment() | {"PYTHONPATH": str(ROOT)},
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
            )
        told = "pmtui: the table could not be printed: No space left on device\n"
        assert (done.returncode, done.stderr) == (1, told)
        assert len(orjson.loads((tmp_path / "x.json").read_bytes())["combinations"]) == 5


class TestOnATerminal:
    """A real pseudo-terminal."""

    def test_it_shows_how_far_it_is_and_leaves_what_it_came_to_above_the_report(self, windows: Path) -> None:
        arguments = ("-m", "app.cli", "sweep", str(windows), *VARIED)
        with PtyChild(program=arguments, columns=100, cwd=windows.parent) as child:
            assert child.read_to_end() == 0
            drawn = child.text
        assert " of 50 jobs  " in drawn
        assert " left\r" in drawn
        assert drawn.index("50 jobs, ") < drawn.index("within noise")
        assert " of 50 jobs" not in drawn[drawn.index("50 jobs, ") :]


class TestFailures:
    """One sentence on stderr and exit code 1."""

    def test_windows_that_cannot_be_cut(self, tmp_path: Path) -> None:
        write_windows(tmp_path / "one", 1, 1)
        done = run("sweep", "one", *VARIED, cwd=tmp_path)
        told = "pmtui: 1 window cannot be cut into an earlier and a later part; give recordings of more\n"
        assert (done.returncode, done.stdout, done.stderr) == (1, "", told)

    def test_recordings_none_of_which_can_be_used(self, tmp_path: Path) -> None:
        (tmp_path / "bad.jsonl").write_text("luck\n")
        done = run("sweep", "bad.jsonl", *VARIED, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        skipped, told = done.stderr.splitlines()
        assert skipped.startswith("pmtui: skipped bad.jsonl: bad.jsonl, line 1: not a record")
        assert told == "pmtui: none of the recordings can be used"

    def test_recordings_all_of_which_break_off(self, tmp_path: Path) -> None:
        for path in write_windows(tmp_path / "broken", 3, 1):
            path.write_bytes(path.read_bytes() + b"luck\n")
        done = run("sweep", "broken", *VARIED, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.splitlines()[-1] == "pmtui: none of the recordings can be used"
