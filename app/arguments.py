"""The command line's words: every command and option, and what may stand behind each."""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NoReturn

import themes
from app.values import shown
from feeds.text import clean

DEMO_WINDOW_S: Final = 60
DEMO_RATE: Final = 100
DEMO_SEED: Final = 1


class UsageError(Exception):
    """The command line cannot be used: one sentence."""


class _Parser(argparse.ArgumentParser):
    """Answers what it does not like with one sentence instead of a page."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{clean(message)}; see pmtui --help")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The command and options given; what was not given is not there. UsageError says what cannot be used."""
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
    _add_backtest(commands, common)
    return parser.parse_args(argv)


def _add_backtest(commands: "argparse._SubParsersAction[_Parser]", common: _Parser) -> None:
    about = "run recordings through the same engine: a table, and a report"
    backtest = commands.add_parser(
        "backtest",
        help=about,
        description=about,
        parents=[common],
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    add = backtest.add_argument
    add("paths", nargs="*", type=Path, metavar="PATH", help="recordings or folders of them (default: the log folder)")
    add("--json", type=Path, metavar="FILE", help="write all figures as JSON")
    add("--html", type=Path, metavar="FILE", help="write a page with charts")
    add("--processes", type=_whole(1, 1024), metavar="N", help="how many at once (default: all cores)")


_COMMANDS: Final = {
    "venue": "serve the demo venue alone; prints its addresses as one JSON line",
    "record": "record live feeds, without trading",
    "ws-test": "connect to every feed and print what arrives and how late",
}


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
