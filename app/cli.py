"""The command line. It imports no screen: `--no-ui` never loads textual."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

from app.arguments import DEMO_RATE, DEMO_SEED, DEMO_WINDOW_S, UsageError, parse
from app.options import Demo, Options
from app.settings import Settings, load
from app.threads import DaemonThreads
from app.values import SettingError, shown

FAILED: Final = 1
USAGE: Final = 2
"""Exit codes: a failure that is told, and a command line or settings that cannot be used."""

FRAMES_PER_SECOND: Final = "30"
"""A key shows its effect within 50 ms; the panels keep to their own pace of 10."""

_OF_TRADING: Final = frozenset({"asset", "interval", "markets", "duration", "record", "demo", "theme"})
"""Options without a meaning where recordings are run: each of them says its own market."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    try:
        chosen = parse(sys.argv[1:] if argv is None else argv)
        return _run(chosen)
    except (UsageError, SettingError) as error:
        print(f"pmtui: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("pmtui: interrupted", file=sys.stderr)
        return FAILED


def _run(chosen: argparse.Namespace) -> int:
    given = vars(chosen)
    command = given.get("command")
    demo = _demo(given)
    if command == "venue":
        from app.demo.server import run

        return run(demo.config() if demo is not None else Demo(DEMO_SEED, DEMO_WINDOW_S, DEMO_RATE).config())
    settings = load(_flags(given), os.environ, _env_file(given))
    if command == "backtest":
        return _backtest(settings, given)
    options = _options(given, demo, trade=command != "record")
    if command == "ws-test":
        from app.wstest import run_ws_test

        return _loop(lambda: run_ws_test(settings, options))
    if command is None and not given.get("no_ui"):
        return _console(settings, options, given.get("theme"))
    from app.headless import run_headless

    return _loop(lambda: run_headless(settings, options))


def _backtest(settings: Settings, given: dict[str, Any]) -> int:
    for name in sorted(_OF_TRADING & given.keys()):
        raise UsageError(f"--{name.replace('_', '-')} is of no use to a backtest; leave it out")
    from app.backtest.command import Request, run_backtest

    request = Request(
        paths=tuple(given.get("paths", ())),
        log_dir=given.get("log_dir", Path("logs")),
        json=given.get("json"),
        html=given.get("html"),
        processes=given.get("processes"),
    )
    return run_backtest(settings, request)


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


if __name__ == "__main__":
    sys.exit(main())
