import ast
from collections.abc import Iterator
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import engine
from engine.engine import Mode
from engine.strategies import standard
from engine.strategies.explain import Inquiry, rule_with
from tests.widgets.sizes import HOSTILE
from tests.widgets.views import bought
from widgets.gate_words import GATES, against, say

COLUMNS = 16
"""What `blocked by` has at 120 x 40."""


def gates_in(source: str) -> Iterator[str]:
    """Names of the gates that a file of the engine can close: the first of a tuple of three, and those it lists."""
    tree = ast.parse(source)
    named = {
        node.target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) == 3:
            first, second, _ = node.elts
            if isinstance(second, ast.Constant) and isinstance(second.value, str):
                continue
            name = first.value if isinstance(first, ast.Constant) else named.get(getattr(first, "id", ""))
            if isinstance(name, str):
                yield name


def engine_gates() -> set[str]:
    """All gates of the engine."""
    folder = Path(engine.__file__).parent
    files = [path for path in folder.rglob("*.py") if path.name != "lenses.py"]  # its triples are lenses
    written = {name for path in files for name in gates_in(path.read_text(encoding="utf-8"))}
    listed: set[str] = {name for rule in standard() for name, _ in rule.gates}  # type: ignore[attr-defined]
    modes = {mode.lower() for mode in Mode if mode not in {Mode.PAPER, Mode.ARMED}}
    return written | listed | modes


def test_search_finds_gates_and_those_that_a_constant_names_but_no_other_tuples() -> None:
    source = 'A: Final = "spent"\nx = (A, 1.0, 2.0), ("left", 1, 2), ("two", 1), ("a", "b", "c")'
    assert set(gates_in(source)) == {"spent", "left"}


def test_every_gate_of_the_engine_has_words_and_no_words_are_left_over() -> None:
    assert engine_gates() == set(GATES)


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        (("cooldown", 3.1, 0.0), "cooldown 3.1 s"),
        (("ask", 0.68, 0.60), "ask ≥ 60¢"),
        (("early", 92.3, 90.0), "2 s too early"),
        (("early", 90.2, 90.0), "1 s too early"),
        (("early", 3600.0, 90.0), "58:30 too early"),
        (("late", 4.0, 5.0), "under 5 s left"),
        (("edge", 0.03, 0.08), "edge 3.0¢ < 8¢"),
        (("edge", -0.12, 0.05), "edge −12.0¢ < 5¢"),
        (("quote_age", 5200.0, 5000.0), "quote 5.2 s old"),
        (("price_age", inf, 3000.0), "price ∞ s old"),
        (("distance", 0.00021, 0.000441), "only 2.1 bp off"),
        (("left", 0.12, 0.15), "in the last 15 %"),
        (("trades", 31, 50.0), "31 of 50 trades"),
        (("gap", 12_300, 0.0), "trade gap 12.3 s"),
        (("velocity", 0.0000031, 0.00000735), "slow 0.03 bp/s"),
        (("agreement", 2.0, 3.0), "2/3 signs agree"),
        (("reversal", 0.000041, 0.0000294), "back 0.41 bp/s"),
        (("clock_step", 9.8, 0.0), "clock jump 9.8 s"),
        (("clock_behind", 2.4, 2.0), "clock 2.4 s slow"),
        (("clock_offset", 2.4, 2.0), "clock 2.4 s off"),
        (("disk", 0.0, 1.0), "disk refuses"),
        (("book", 0.0, 1.0), "no book"),
        (("crossed", 0.69, 0.68), "bid 69.0¢ ≥ 68¢"),
        (("off_grid", 0.685, 0.01), "ask off the grid"),
        (("orders", 10, 10), "10 of 10 orders"),
        (("position", 100.2, 100.0), "position ≥ $100"),
        (("net_edge", 0.004, 0.01), "net 0.4¢ < 1¢"),
        (("kelly", -0.01, 0.0), "fair ≤ ask + fee"),
        (("min_shares", 4.2, 5.0), "under 5 shares"),
        (("min_dollars", 0.84, 1.0), "$0.84 < $1 order"),
        (("queue", 64, 64), "order queue full"),
        (("not_best", 0.01, 0.03), "another is best"),
        (("error", 0.0, 1.0), "rule failed"),
        (("halted", 0.0, 0.0), "halted"),
        (("switched", 0.0, 0.0), "switched away"),
        (("disarmed", 0.0, 0.0), "disarmed"),
        (("strike_exact", 0.0, 1.0), "strike not exact"),
        (("venue", 0.0, 1.0), "venue restricted"),
        (("unknown", 1, 0.0), "1 unknown"),
        (("in_flight", 1, 0.0), "order under way"),
        (("paused", 59.04, 0.0), "pause 59.0 s"),
        (("allowance", 0.0, 0.0), "account limit"),
    ],
)
def test_closed_gate_in_words(gate: tuple[str, float, float], words: str) -> None:
    assert say(gate) == words
    assert cell_len(words) <= COLUMNS


@pytest.mark.parametrize(
    ("gate", "row"),
    [
        (("edge", 0.101, 0.08), ("edge", "10.1¢", "≥ 8¢")),
        (("velocity", 0.000021, 0.00000735), ("speed", "0.21 bp/s", "> 0.0735 bp/s")),
        (("position", 99.5, 100.0), ("position", "$99.50", "< $100")),
        (("position", 0.0, 2_500_000.0), ("position", "$0.00", "< $2500000")),
        (("reversal", -1e-9, 0.0000294), ("runs back", "0.00 bp/s", "≤ 0.294 bp/s")),
        (("reversal", -inf, 0.0000294), ("runs back", "−∞ bp/s", "≤ 0.294 bp/s")),
        (("halted", 0.0, 0.0), ("halted", "", "")),
    ],
)
def test_value_against_its_limit(gate: tuple[str, float, float], row: tuple[str, str, str]) -> None:
    assert against(gate) == row


def test_rounding_never_carries_a_value_over_its_limit() -> None:
    assert say(("edge", 0.0796, 0.08)) == "edge 7.96¢ < 8¢"
    assert against(("distance", 0.0004412, 0.000441))[1:] == ("4.412 bp", "> 4.41 bp")
    assert against(("distance", 0.000441, 0.000441))[1:] == ("4.41 bp", "> 4.41 bp")


@given(name=st.sampled_from(sorted(GATES)), value=st.floats(), limit=st.floats(-1e9, 1e9))
def test_any_value_can_be_said(name: str, value: float, limit: float) -> None:
    assert say((name, value, limit))
    assert against((name, value, limit))[0] == GATES[name].label


def test_gate_without_words_is_called_by_its_name() -> None:
    assert say(("wallet_locked", 1.0, 2.0)) == "wallet locked"
    assert say((HOSTILE, nan, 0.0)).startswith("[bold red]")


def test_sign_that_a_gate_needs_agrees_with_the_rule_that_asks_it() -> None:
    """A value exactly on the limit passes where the sign says `or equal`, and nowhere else."""
    engine_ = bought().engine
    rules: Any = standard()
    for rule in rules:
        fields = dict(rule.gates)
        for reading in Inquiry(rule).readings(engine_.state):
            on_the_limit = rule_with(rule, {fields[reading.name]: reading.value})
            (again,) = [one for one in Inquiry(on_the_limit).readings(engine_.state) if one.name == reading.name]
            needs = GATES[reading.name].needs
            assert again.passed is (needs in "≤≥"), (rule.name, reading.name)
            assert (needs in "<≤") is reading.at_most, (rule.name, reading.name)
