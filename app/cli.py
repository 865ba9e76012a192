"""The command line. It imports no screen: `--no-ui` never loads textual."""

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import themes
from app.options import Demo, Options
from app.settings import SettingError, Settings, load, shown
from app.threads import DaemonThreads
from feeds.text import clean

FAILED: Final = 1
USAGE: Final = 2
"""Exit codes: a failure that is told, and a command line or settings that cannot be used."""

FRAMES_PER_SECOND: Final = "30"
"""A key shows its effect within 50 ms; the panels keep to their own pace of 10."""

DEMO_WINDOW_S: Final = 60
DEMO_RATE: Final = 100
DEMO_SEED: Final = 1


class UsageError(Exception):
    """The command line cannot be used: one sentence."""


class _Parser(argparse.ArgumentParser):
    """Answers what it does not like with one sentence instead of a page."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{clean(message)}; see pmtui --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    try:
        chosen = _parse(sys.argv[1:] if argv is None else argv)
        return _run(chosen)
    except (UsageError, SettingError) as error:
        print(f"pmtui: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("pmtui: interrupted", file=sys.stderr)
        return FAILED


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    add = common.add_argument
    add("--asset", metavar="ASSET", help="btc, eth, sol or xrp")
    add("--interval", metavar="INTERVAL", help="5m, 15m, 1h or 4h")
    add("--log-dir", type=Path, metavar="DIR", help="where the files go (default ./logs)")
    add("--env-file", type=Path, metavar="FILE", help="settings file (default .env, if there is one)")
    add("--markets", type=_whole(1, 1_000_000), metavar="N", help="stop after N windows are settled")
    add("--duration", type=_seconds, metavar="S", help="stop after S seconds")
    add("--record", action="store_true", help="write a recording of each window")
    add("--no-record", dest="record", action="store_false", help="write none (a demo records by default)")
    add("--theme", choices=themes.NAMES, metavar="NAME", help=f"colours: {', '.join(themes.NAMES)}")
    add("--demo", action="store_true", help="trade a simulated venue on this machine: no network, no account")
    add("--seed", type=_whole(0, 2**63 - 1), metavar="N", help=f"demo: the venue's life (default {DEMO_SEED})")
    add("--window", type=_whole(10, 14_400), metavar="S", help=f"demo: window length (default {DEMO_WINDOW_S})")
    add("--rate", type=_whole(1, 10_000), metavar="N", help=f"demo: feed frames a second (default {DEMO_RATE})")
    parser = _Parser(
        prog="pmtui",
        allow_abbrev=False,
        parents=[common],
        argument_default=argparse.SUPPRESS,
        description="Trade Polymarket's crypto Up/Down markets, on paper.",
    )
    parser.add_argument("--no-ui", action="store_true", help="no screen: one log line per thing that matters")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, about in _COMMANDS.items():
        commands.add_parser(
            name,
            help=about,
            description=about,
            parents=[common],
            argument_default=argparse.SUPPRESS,
            allow_abbrev=False,
        )
    return parser.parse_args(argv)


_COMMANDS: Final = {
    "venue": "serve the demo venue alone; prints its addresses as one JSON line",
    "record": "record live feeds, without trading",
    "ws-test": "connect to every feed and print what arrives and how late",
}


def _run(chosen: argparse.Namespace) -> int:
    given = vars(chosen)
    command = given.get("command")
    demo = _demo(given)
    if command == "venue":
        from app.demo.server import run

        return run(demo.config() if demo is not None else Demo(DEMO_SEED, DEMO_WINDOW_S, DEMO_RATE).config())
    settings = load(_flags(given), os.environ, _env_file(given))
    options = _options(given, demo, trade=command != "record")
    if command == "ws-test":
        from app.wstest import run_ws_test

        return _loop(lambda: run_ws_test(settings, options))
    if command is None and not given.get("no_ui"):
        return _console(settings, options, given.get("theme"))
    from app.headless import run_headless

    return _loop(lambda: run_headless(settings, options))


def _console(settings: Settings, options: Options, theme: str | None) -> int:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("the console needs a terminal to read from and to draw on; without one run pmtui --no-ui")
    os.environ.setdefault("TEXTUAL_FPS", FRAMES_PER_SECOND)  # read when textual is imported
    from app.interactive import run_console

    return _loop(lambda: run_console(settings, options, theme))


def _loop(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run on uvloop where it is installed, else on asyncio's own loop."""

    async def leavable() -> int:
        asyncio.get_running_loop().set_default_executor(DaemonThreads())
        return await work()

    try:
        import uvloop
    except ImportError:
        return asyncio.run(leavable())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(leavable())


def _flags(given: dict[str, Any]) -> dict[str, str]:
    return {name.upper(): given[name] for name in ("asset", "interval") if name in given}


def _env_file(given: dict[str, Any]) -> Path | None:
    if "env_file" in given:
        path: Path = given["env_file"]
        if not path.is_file():
            raise UsageError(f"--env-file {shown(str(path))} is not a file; give the settings file")
        return path
    return Path(".env") if Path(".env").is_file() else None


def _demo(given: dict[str, Any]) -> Demo | None:
    if not given.get("demo") and given.get("command") != "venue":
        for name in ("seed", "window", "rate"):
            if name in given:
                raise UsageError(f"--{name} is for --demo and the venue; add --demo or leave it out")
        return None
    return Demo(
        seed=given.get("seed", DEMO_SEED),
        window_s=given.get("window", DEMO_WINDOW_S),
        rate=given.get("rate", DEMO_RATE),
    )


def _options(given: dict[str, Any], demo: Demo | None, *, trade: bool) -> Options:
    return Options(
        log_dir=given.get("log_dir", Path("logs")),
        markets=given.get("markets", 0),
        duration_s=given.get("duration", 0.0),
        record=given.get("record", demo is not None or not trade),
        demo=demo,
        trade=trade,
    )


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        plain = text.isascii() and text.isdecimal() and len(text) <= len(str(high))
        if not plain or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{shown(text)} is not a whole number from {low} to {high}")
        return int(text)

    return parse


def _seconds(text: str) -> float:
    value = float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text, re.ASCII) else 0.0
    if not value:
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a number of seconds above 0")
    return value


if __name__ == "__main__":
    sys.exit(main())
