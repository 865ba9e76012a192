"""STRATEGIES.md against the code: the same fields, figures, gates and results, in both directions."""

import re
from dataclasses import fields
from decimal import Decimal
from math import nan
from pathlib import Path

import pytest

from engine import clock, engine, risk, sizing, standing, trust
from engine.engine import NOT_BEST, Mode
from engine.events import OUTCOME_NAMES
from engine.fees import FeeCurve, taker_fee
from engine.limits import Limits
from engine.signal import Signal
from engine.sizing import Sized, size_order
from engine.state import MarketState
from engine.strategies import standard
from engine.strategies.settlement_sniper import SettlementSniper
from engine.units import MONEY, PRICE, SIZE, dollars, shares
from tests.engine.builders import FEE, burst, market, price, snapshot, strike, trade, wall

PAGE = (Path(__file__).parents[1] / "STRATEGIES.md").read_text(encoding="utf-8")
RULES = {rule.name: rule for rule in standard()}
BTC = 68_000
Row = tuple[str, ...]


def section(strategy: str) -> str:
    """A strategy's part of the page: from the line that names it to the next heading."""
    (start,) = [match.start() for match in re.finditer(rf"^`{strategy}` ", PAGE, re.MULTILINE)]
    return PAGE[start : PAGE.index("\n## ", start)]


def table(text: str, first_column: str) -> list[Row]:
    """The rows under the header that begins with `first_column`."""
    lines = iter(text.splitlines())
    next(line for line in lines if line.startswith(f"| {first_column} |"))
    next(lines)
    rows: list[Row] = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append(tuple(cell.strip().strip("`") for cell in line.strip("|").split("|")))
    return rows


def number(cell: str) -> float:
    return float(re.sub(r"[$,+]|/s$| s$", "", cell))


def as_printed(value: float | Decimal, cell: str) -> str:
    """`value` with as many places as the cell shows."""
    digits = re.sub(r"[$,+]|/s$| s$", "", cell)
    places = len(digits.partition(".")[2])
    return f"{value:.{places}f}"


@pytest.mark.parametrize("strategy", RULES)
def test_page_lists_every_field_of_a_rule_and_no_other(strategy: str) -> None:
    listed = [row[0] for row in table(section(strategy), "field")]
    assert listed == [field.name for field in fields(RULES[strategy])]  # type: ignore[arg-type]


@pytest.mark.parametrize("strategy", RULES)
def test_figures_of_the_page_are_those_of_the_code(strategy: str) -> None:
    for name, cell, _, source in table(section(strategy), "field"):
        value = getattr(RULES[strategy], name)
        if name == "fair_table":
            assert cell == "below"
        elif isinstance(value, tuple):
            assert tuple(float(part) for part in cell.split(",")) == value
        else:
            assert float(cell) == value, name
        assert source, name


@pytest.mark.parametrize("strategy", RULES)
def test_fractions_of_the_strike_are_given_in_dollars_too(strategy: str) -> None:
    """Every threshold under a hundredth that is not zero is one; a velocity is in dollars a second."""
    for name, _, cell, _ in table(section(strategy), "field"):
        value = getattr(RULES[strategy], name)
        if isinstance(value, float) and 0.0 < value < 0.01:
            per_second = "/s" if "velocity" in name or "reversal" in name else ""
            assert cell == f"${value * BTC:,.2f}{per_second}", name
        else:
            assert cell == "", name


def test_snipers_table_is_that_of_the_code() -> None:
    rule = SettlementSniper()
    rows = table(section(rule.name), "distance more than")
    assert tuple((float(row[0]), tuple(float(cell) for cell in row[2:5])) for row in rows) == rule.fair_table
    assert [row[1] for row in rows] == [f"${above * BTC:,.2f}" for above, _ in rule.fair_table]
    assert all(row[5] for row in rows)
    (header,) = [line for line in PAGE.splitlines() if line.startswith("| distance more than")]
    assert [float(seconds) for seconds in re.findall(r"left < (\d+) s", header)] == [*rule.steps_s, rule.max_left_s]


@pytest.mark.parametrize("strategy", RULES)
def test_figures_of_the_formula_are_thresholds(strategy: str) -> None:
    """0.5, 1, the 30 seconds of the buffer and the parts of the definition of fair value stand in the code's text."""
    text = section(strategy)
    formula = text[text.index("**The formula**") : text.index("| field ")]
    known = {1.0, 0.5, 30.0}
    for field in fields(RULES[strategy]):  # type: ignore[arg-type]
        value = getattr(RULES[strategy], field.name)
        known.update(value if field.name == "steps_s" else [value] if isinstance(value, float) else [])
    indented = "\n".join(line for line in formula.splitlines() if line.startswith("    "))
    assert indented
    for figure in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", indented):
        assert float(figure) in known, figure


def test_gates_of_the_page_are_those_of_the_code() -> None:
    """Every gate is a tuple that begins with its name; the modes in which no order leaves are gates too."""
    named = {NOT_BEST} | {mode.lower() for mode in Mode if mode not in {Mode.PAPER, Mode.ARMED}}
    for module in (clock, trust, risk, sizing, standing, engine):
        source = Path(module.__file__ or "").read_text(encoding="utf-8")
        named.update(re.findall(r'(?:return|gate =|block =) \("(\w+)", ', source))
    assert {row[0] for row in table(PAGE, "gate")} == named


class Example:
    """A worked example of the page, and what the code makes of the same market."""

    def __init__(self, strategy: str) -> None:
        self.cells = {row[0]: row[1] for row in table(section(strategy), "quantity")}
        self.state = self._market()
        answer = RULES[strategy].evaluate(self.state)
        assert isinstance(answer, Signal), answer
        self.signal = answer
        sized = size_order(answer, price(answer.ask), Limits().bankroll, 100 * MONEY, market().min_size, FeeCurve(FEE))
        assert isinstance(sized, Sized), sized
        self.sized = sized

    def given(self, name: str) -> float:
        return number(self.cells[name])

    def _market(self) -> MarketState:
        """The page's strike, trades, ask and time left."""
        state = MarketState(market())
        state.on_strike(strike(0.0, self.given("strike")))
        if "trades" in self.cells:
            oldest = self.given("oldest price")
            rise, count, buyers = self.given("price") - oldest, int(self.given("trades")), int(self.given("buys"))
            for one in burst(count, self.given("span"), rise, buyers=buyers, base=oldest):
                state.on_trade(one)
        else:
            state.on_trade(trade(0.0, self.given("price"), 1))
        outcome = OUTCOME_NAMES.index(self.cells["side"].upper())
        state.on_snapshot(snapshot(0.0, outcome, {}, {self.given("ask"): 100}, epoch=0))
        state.at(wall(300.0 - self.given("left")))
        return state

    def results(self) -> dict[str, float | Decimal]:
        """What the page shows, by its own names."""
        signal, sized = self.signal, self.sized
        per_share = FeeCurve(FEE).per_share(signal.ask)
        fee = dollars(taker_fee(FEE, sized.price, sized.size))
        cost = dollars(sized.price * sized.size)
        return {
            "strike": self.state.strike,
            "price": self.state.price,
            "left": self.state.left_s,
            "trades": len(self.state.flow.trades),
            "buys": sum(signed > 0 for _, _, signed in self.state.flow.trades),
            "span": self.state.flow.span_s,
            "oldest price": self.state.flow.trades[0][1],
            "ask": signal.ask,
            "distance": self.state.distance,
            "velocity": self.state.flow.velocity(self.state.strike),
            "fair": signal.fair,
            "edge": signal.edge,
            "confidence": signal.confidence,
            "edge × confidence": signal.edge * signal.confidence,
            "size_frac": signal.size_frac,
            "fee a share": per_share,
            "net edge": signal.edge - per_share,
            "spent at the limit": dollars(sized.budget),
            "shares": shares(sized.size),
            "fee": fee,
            "if it wins": shares(sized.size) - cost - fee,
            "if it loses": -cost - fee,
        }


@pytest.mark.parametrize("strategy", RULES)
def test_worked_example_comes_out_of_the_code(strategy: str) -> None:
    example = Example(strategy)
    results = example.results()
    assert OUTCOME_NAMES[example.signal.outcome] == example.cells["side"].upper()
    for name, cell in example.cells.items():
        if name != "side":
            shown = re.sub(r"[$,+]|/s$| s$", "", cell)
            assert as_printed(results.get(name, nan), cell) == shown, name


def test_largest_orders_at_the_default_bankroll_are_those_of_the_page() -> None:
    caps = [round(Limits().bankroll * rule.size_cap) for rule in standard()]  # type: ignore[attr-defined]
    assert "an order costs at most ${}, ${} or ${}".format(*caps) in PAGE


def test_units_of_the_page_are_those_of_the_code() -> None:
    """Whole cents and ten-thousandths of a share, five shares and a dollar."""
    assert sizing.LOT * 10_000 == SIZE
    assert sizing.MIN_BUDGET == MONEY == PRICE * SIZE
    assert shares(market().min_size) == 5
