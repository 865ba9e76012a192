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
from app.settings import Settings, foreign_names, load
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
    if command == "sweep":
        return _sweep(given)
    demo = _demo(given)
    if command == "venue":
        from app.demo.server import run

        return run(demo.config() if demo is not None else Demo(DEMO_SEED, DEMO_WINDOW_S, DEMO_RATE).config())
    env_file = _env_file(given)
    settings = load(_flags(given), os.environ, env_file)
    if command == "backtest":
        return _backtest(settings, given)
    options = _options(given, demo, trade=command != "record", ignored=foreign_names(env_file))
    if command == "ws-test":
        from app.wstest import run_ws_test

        return _loop(lambda: run_ws_test(settings, options))
    if command == "redeem":
        from app.redeem import run_redeem

        return _loop(lambda: run_redeem(settings, options))
    if command == "replay":
        return _replay(settings, options, given)
    if command is None and not given.get("no_ui"):
        return _console(settings, options, given.get("theme"))
    _check_arm(settings, options)
    from app.headless import run_headless

    return _loop(lambda: run_headless(settings, options))


def _replay(settings: Settings, options: Options, given: dict[str, Any]) -> int:
    from app.backtest.library import find, refusals
    from app.strategies import load as load_strategies
    from app.strategies import ours

    known = {strategy.name: strategy for strategy in (*ours(), *load_strategies(settings.strategies))}
    with refusals():
        paths = find([given["path"]])
    if not paths:
        raise UsageError(f"{shown(str(given['path']))} holds no recording; give a folder with some, or a file")
    if given.get("check"):
        from app.backtest.check import check

        return check(paths, known)
    _need_terminal("replay --check")
    from app.replay import run_replay

    return _loop(lambda: run_replay(paths, known, options.log_dir, given.get("theme")))


def _sweep(given: dict[str, Any]) -> int:
    from app.backtest.spread import cores
    from app.backtest.sweep_command import SweepOptions, run_sweep

    for name in given.keys() - _OF_A_SWEEP:
        raise UsageError(f"--{name.replace('_', '-')} changes nothing in a sweep; leave it out")
    env_file = _env_file(given)
    options = SweepOptions(
        paths=tuple(given["paths"]),
        given=tuple(given["sets"]),
        drawn=given.get("random"),
        seed=given.get("seed", 1),
        holdout_percent=given.get("holdout", 30),
        processes=given.get("processes", cores()),
        dask=given.get("dask"),
        json_file=given.get("json"),
    )
    return run_sweep(options, lambda texts: load(texts, os.environ, env_file))


_OF_A_SWEEP: Final = frozenset(
    {"command", "paths", "sets", "random", "seed", "holdout", "processes", "dask", "json", "env_file"}
)


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
    _need_terminal("--no-ui")
    from app.interactive import run_console

    return _loop(lambda: run_console(settings, options, theme))


def _check_arm(settings: Settings, options: Options) -> None:
    """What `--arm` may trade must be said a second time, in ARM_LIVE."""
    wanted = f"{settings.asset}-{settings.interval}"
    if options.arm and settings.arm_live != (settings.asset, settings.interval):
        told = "-".join(settings.arm_live) if settings.arm_live is not None else "empty"
        raise UsageError(
            f"--arm would trade {wanted}, and ARM_LIVE is {told}; set ARM_LIVE={wanted} or leave --arm out"
        )


def _need_terminal(instead: str) -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"the console needs a terminal to read from and to draw on; without one run pmtui {instead}")
    from app.terminal import can_draw

    term = os.environ.get("TERM", "")
    if not can_draw(term):
        named = f"TERM is {shown(term)}" if term else "TERM is not set"
        raise UsageError(
            f"{named}, so the console cannot place what it draws; name your terminal, or run pmtui {instead}"
        )
    os.environ.setdefault("TEXTUAL_FPS", FRAMES_PER_SECOND)  # read when textual is imported


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


def _options(given: dict[str, Any], demo: Demo | None, *, trade: bool, ignored: tuple[str, ...]) -> Options:
    return Options(
        log_dir=given.get("log_dir", Path("logs")),
        markets=given.get("markets", 0),
        duration_s=given.get("duration", 0.0),
        record=given.get("record", demo is not None or not trade),
        demo=demo,
        arm=given.get("arm", False),
        trade=trade,
        ignored=ignored,
    )


if __name__ == "__main__":
    sys.exit(main())
