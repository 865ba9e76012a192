"""`python -m app.demo`: the demo venue alone."""

import argparse
import sys
from dataclasses import fields

from app.demo.config import DemoConfig
from app.demo.house import HouseRules
from app.demo.server import run
from app.demo.windows import PROTOCOLS


def main(argv: list[str] | None = None) -> int:
    """Parse, serve, and say which setting was out of range where one was (exit code 2)."""
    defaults = DemoConfig()
    parser = argparse.ArgumentParser(prog="python -m app.demo", description="A Polymarket look-alike on loopback.")
    parser.add_argument("--seed", type=int, default=defaults.seed, help="the same seed plays the same prices")
    parser.add_argument("--window", type=int, default=defaults.window_s, metavar="S", help="length of every window")
    parser.add_argument("--rate", type=float, default=defaults.rate, metavar="N", help="feed frames a second")
    parser.add_argument("--maker-lag-ms", type=int, default=defaults.maker_lag_ms, metavar="MS")
    parser.add_argument("--pull-rate", type=float, default=defaults.pull_rate, metavar="N", help="pulls a second")
    parser.add_argument("--protocol", choices=PROTOCOLS, default=defaults.protocol, help="the ledger of every window")
    rules = parser.add_argument_group("rules of the private side")
    for rule in fields(HouseRules):
        whole = isinstance(rule.default, int)
        rules.add_argument(_flag(rule.name), type=int if whole else float, default=rule.default, metavar="N")
    parser.add_argument("--until-stdin-ends", action="store_true", help="stop when whoever started it is gone")
    chosen = parser.parse_args(argv)
    try:
        house = HouseRules(**{rule.name: getattr(chosen, rule.name) for rule in fields(HouseRules)})
        config = DemoConfig(
            chosen.seed, chosen.window, chosen.rate, chosen.maker_lag_ms, chosen.pull_rate, chosen.protocol, house
        )
    except ValueError as error:
        parser.error(str(error))
    return run(config, until_stdin_ends=chosen.until_stdin_ends)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


if __name__ == "__main__":
    sys.exit(main())
