import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.cli import USAGE, main
from tests.program import run, start

PATIENCE_S = 60.0
ESCAPE = "\x1b[31mred"
COMMANDS = ("venue", "record", "ws-test", "backtest")
OPTIONS = (
    *("--asset", "--interval", "--log-dir", "--env-file", "--markets", "--duration", "--record", "--no-record"),
    *("--demo", "--seed", "--window", "--rate", "--no-ui"),
)


@contextmanager
def running(*arguments: str, cwd: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program while it runs, and the first line that it said on stderr. It never outlives the block."""
    process = start(*arguments, cwd=cwd)
    assert process.stderr is not None
    guard = threading.Timer(PATIENCE_S, process.kill)
    guard.start()
    try:
        yield process, process.stderr.readline()
    finally:
        guard.cancel()
        process.kill()
        process.communicate()


def refused(*arguments: str, cwd: Path) -> str:
    """The one line that a run with a wrong command line says on stderr."""
    done = run(*arguments, cwd=cwd)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("pmtui: ")
    assert done.stderr.count("\n") == 1
    return done.stderr.removeprefix("pmtui: ").removesuffix("\n")


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "Said":
    monkeypatch.chdir(tmp_path)
    for name in ("ASSET", "INTERVAL"):
        monkeypatch.delenv(name, raising=False)
    return Said(capsys)


class Said:
    """What a wrong command line is answered with, in this process: quicker than a child for each."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def to(self, *arguments: str) -> str:
        assert main(arguments) == USAGE
        out, err = self._capsys.readouterr()
        assert (out, err[:7], err.count("\n")) == ("", "pmtui: ", 1)
        assert err[:-1].isprintable()
        return err[7:-1]


class TestHelp:
    def test_it_names_every_command_and_option_and_is_no_error(self, tmp_path: Path) -> None:
        done = run("--help", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert [word for word in (*COMMANDS, *OPTIONS) if word not in done.stdout] == []

    @pytest.mark.parametrize("command", COMMANDS)
    def test_each_command_has_its_own(self, command: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        assert f"usage: pmtui {command}" in capsys.readouterr().out


class TestWrongUsage:
    """One sentence on stderr, nothing on stdout, exit code 2."""

    def test_an_unknown_option(self, tmp_path: Path) -> None:
        assert refused("--no-ui", "--speed", cwd=tmp_path) == "unrecognized arguments: --speed; see pmtui --help"

    def test_an_unknown_command(self, tmp_path: Path) -> None:
        assert refused("dance", cwd=tmp_path).startswith("argument COMMAND: invalid choice: 'dance'")

    @pytest.mark.parametrize("arguments", [(), ("--demo",)])
    def test_no_screen_where_there_is_no_terminal(self, tmp_path: Path, arguments: tuple[str, ...]) -> None:
        assert refused(*arguments, cwd=tmp_path).endswith("run pmtui --no-ui")

    def test_a_bad_setting(self, tmp_path: Path) -> None:
        told = "ASSET=doge is not one of btc, eth, sol, xrp; set it to one of these."
        assert refused("--no-ui", "--asset", "doge", cwd=tmp_path) == told
        assert refused("record", "--asset", "doge", cwd=tmp_path) == told
        assert refused("--asset", "doge", "ws-test", cwd=tmp_path) == told

    def test_a_seed_without_a_demo(self, tmp_path: Path) -> None:
        told = "--seed is for --demo and the venue; add --demo or leave it out"
        assert refused("--no-ui", "--seed", "3", cwd=tmp_path) == told

    @pytest.mark.parametrize("option", ["--seed", "--window", "--rate"])
    def test_what_belongs_to_a_demo_without_one(self, said: Said, option: str) -> None:
        assert said.to("--no-ui", option, "60") == f"{option} is for --demo and the venue; add --demo or leave it out"
        assert said.to("record", option, "60").startswith(option)

    def test_an_option_is_not_guessed_from_its_beginning(self, said: Said) -> None:
        assert said.to("--no-ui", "--dem") == "unrecognized arguments: --dem; see pmtui --help"
        assert said.to("record", "--mark", "3") == "unrecognized arguments: --mark 3; see pmtui --help"

    @pytest.mark.parametrize(
        "option", [name for name in OPTIONS if "record" not in name and name[2:] not in ("demo", "no-ui")]
    )
    def test_an_option_without_its_value(self, said: Said, option: str) -> None:
        assert said.to("--no-ui", "--demo", option) == f"argument {option}: expected one argument; see pmtui --help"

    @pytest.mark.parametrize(
        ("option", "allowed"),
        [
            ("--markets", "a whole number from 1 to 1000000"),
            ("--seed", "a whole number from 0 to 9223372036854775807"),
            ("--window", "a whole number from 10 to 14400"),
            ("--rate", "a whole number from 1 to 10000"),
            ("--duration", "a number of seconds above 0"),
        ],
    )
    @pytest.mark.parametrize("text", ["", "x", "nan", "inf", "1e5", "1_000", "+60", " 60", "٣٠", "9" * 5000, ESCAPE])
    def test_a_number_that_is_none(self, said: Said, option: str, allowed: str, text: str) -> None:
        told = said.to("--no-ui", "--demo", f"{option}={text}")
        assert told.startswith(f"argument {option}: ")
        assert told.endswith(f" is not {allowed}; see pmtui --help")

    @pytest.mark.parametrize(
        "argument",
        [
            *("--markets=0", "--markets=1000001", "--markets=1.0", "--window=9", "--window=14401", "--rate=0"),
            *("--rate=10001", "--seed=-1", f"--seed={2**63}", "--duration=0", "--duration=0.0", "--duration=-1"),
        ],
    )
    def test_a_number_out_of_its_range(self, said: Said, argument: str) -> None:
        option, _, text = argument.partition("=")
        assert said.to("--no-ui", "--demo", argument).startswith(f"argument {option}: {text} is not a")

    @pytest.mark.parametrize(
        "arguments",
        [
            (ESCAPE,),
            (f"--{ESCAPE}",),
            ("--no-ui", "--asset", ESCAPE),
            ("--no-ui", f"--demo={ESCAPE}"),
            ("--no-ui", "--env-file", ESCAPE),
            ("record", ESCAPE),
        ],
    )
    def test_what_steers_a_terminal_is_not_passed_on(self, said: Said, arguments: tuple[str, ...]) -> None:
        assert "[31mred" in said.to(*arguments)

    def test_an_empty_asset_is_no_asset(self, said: Said) -> None:
        assert said.to("--no-ui", "--asset", "").startswith("ASSET='' is not one of btc, eth, sol, xrp")

    @pytest.mark.parametrize("path", ["missing", "."])
    def test_a_settings_file_that_is_none(self, said: Said, path: str) -> None:
        told = said.to("--no-ui", "--env-file", path)
        assert told == f"--env-file {path} is not a file; give the settings file"

    def test_the_environment_of_a_real_process_is_read(self, tmp_path: Path) -> None:
        done = run("--no-ui", cwd=tmp_path, environment={"COOLDOWN_MS": "soon"})
        assert done.returncode == 2
        assert done.stderr.startswith("pmtui: COOLDOWN_MS=soon is not a number from 0 to 3600000 (ms)")

    def test_so_is_the_file_beside_it(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("INTERVAL=2h\n")
        assert refused("--no-ui", cwd=tmp_path).startswith("INTERVAL=2h is not one of 5m, 15m, 1h, 4h")
        (tmp_path / "other").write_text("INTERVAL=3h\n")
        assert refused("--no-ui", "--env-file", "other", cwd=tmp_path).startswith("INTERVAL=3h is not one of")


class TestExitCodes:
    @pytest.mark.parametrize("inside", ["file", "file/logs"])
    def test_a_log_folder_that_cannot_be_made_is_exit_code_1(self, tmp_path: Path, inside: str) -> None:
        (tmp_path / "file").write_text("")
        done = run("--no-ui", "--demo", "--log-dir", inside, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.count("\n") == 1
        assert "file" in done.stderr
        assert "Traceback" not in done.stderr

    def test_a_second_instance_on_the_same_folder_is_exit_code_3(self, tmp_path: Path) -> None:
        with running("--no-ui", "--demo", cwd=tmp_path) as (first, _):
            second = run("--no-ui", "--demo", cwd=tmp_path)
            assert (second.returncode, second.stdout) == (3, "")
            assert second.stderr.count("\n") == 1
            assert f"process {first.pid} is already using the log folder logs" in second.stderr
            elsewhere = run("--no-ui", "--demo", "--log-dir", "other", "--duration", "0.1", cwd=tmp_path)
            assert elsewhere.returncode == 0
            first.send_signal(signal.SIGTERM)
            assert first.wait(PATIENCE_S) == 0

    def test_the_venue_ends_by_an_interrupt_without_a_word(self, tmp_path: Path) -> None:
        process = start("venue", "--window", "10", cwd=tmp_path)
        assert process.stdout is not None
        assert set(json.loads(process.stdout.readline())) > {"gamma_url", "window_s", "window_start_s"}
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, err) == (0, "")
