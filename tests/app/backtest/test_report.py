"""The two reports: the JSON adds up by itself, the page needs nothing else and takes any text as text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest

from app.backtest.buckets import curve, deepest
from app.backtest.document import document
from app.backtest.job import Skipped, Terms, run_one
from app.backtest.page import page
from app.backtest.results import Copy, Results
from app.backtest.table import table
from app.backtest.window import Faults, WindowRun
from app.backtest.words import fall_said
from engine.events import DOWN
from engine.limits import Limits
from engine.strategies import standard
from tests.app.backtest.small import COST, FEE, LOST, WON, WON_AT_ONCE, write_three
from tests.truth.labels import needs_data
from tests.truth.write import write_windows

NAMES = tuple(strategy.name for strategy in standard())
TERMS = Terms(Limits(), standard(), NAMES)
HOSTILE = "\"><script>alert(1)</script><img src=x onerror='y'>&\x1b[31m\u202e"

LENSES = ("instant", "realistic", "pessimistic")


def ran(paths: Sequence[Path]) -> list[WindowRun]:
    made = [run_one(TERMS, path) for path in paths]
    assert all(isinstance(run, WindowRun) for run in made)
    return [run for run in made if isinstance(run, WindowRun)]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> list[WindowRun]:
    return ran(write_three(tmp_path_factory.mktemp("three")))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Results:
    runs = ran(write_windows(tmp_path_factory.mktemp("real")))
    return Results(dict(enumerate(runs)), NAMES)


def added(runs: Sequence[WindowRun | Skipped]) -> Results:
    return Results(dict(enumerate(runs)), NAMES)


def told(results: Results) -> dict[str, Any]:
    text = document(results, TERMS)
    assert text.endswith(b"}\n")
    found: dict[str, Any] = orjson.loads(text)
    return found


class TestDocument:
    def test_it_holds_the_figures_worked_out_by_hand_as_exact_text(self, three: list[WindowRun]) -> None:
        found = told(added(three))
        every, fade, *_ = found["strategies"]
        realistic = fade["lenses"]["realistic"]
        assert (realistic["trades"], realistic["won"], realistic["win_rate"]) == (2, 1, 0.5)
        assert Decimal(realistic["cost"]) == 2 * Decimal(COST)
        assert Decimal(realistic["fees"]) == 2 * Decimal(FEE)
        assert Decimal(realistic["net"]) == Decimal(WON) + Decimal(LOST)
        assert every["lenses"]["realistic"] == realistic
        assert fade["stopped"] == {"cooldown": 2}
        assert fade["edge_cents"] == {"10": 4}
        first, second, third = found["windows"]
        assert first["net"] == {"instant": WON_AT_ONCE, "realistic": WON, "pessimistic": WON}
        assert second["net"]["realistic"] == LOST
        assert (first["outcome"], second["outcome"], third["bets"]) == ("UP", "DOWN", [])
        assert found["drawdown"] == LOST.removeprefix("-")

    def test_a_window_without_an_outcome_has_no_net(self, three: list[WindowRun]) -> None:
        found = told(added([*three, replace(three[0], outcome=None, market=replace(three[0].market, slug="x"))]))
        (open_one,) = [window for window in found["windows"] if window["outcome"] is None]
        assert open_one["net"] is None
        assert [bet["net"] for bet in open_one["bets"]] == [None]
        assert (found["counts"]["windows"], found["counts"]["without_outcome"]) == (4, 1)

    def test_what_was_left_out_is_named(self, three: list[WindowRun]) -> None:
        results = added([*three, Skipped(Path("a/x.jsonl"), "x.jsonl, line 1: no")])
        results.copies = [Copy(Path("b"), Path("c"))]
        found = told(results)
        assert found["skipped"] == [{"path": "a/x.jsonl", "why": "line 1: no"}]
        assert found["copies"] == [{"path": "b", "of": "c"}]

    def test_lines_that_were_dropped_are_counted(self, three: list[WindowRun]) -> None:
        found = told(added([replace(three[0], dropped=42), *three[1:]]))
        assert (found["counts"]["with_gaps"], found["counts"]["dropped_lines"]) == (1, 42)
        assert [window["dropped"] for window in found["windows"]] == [42, 0, 0]

    def test_the_sums_are_those_of_the_bets_by_an_independent_count(self, three: list[WindowRun]) -> None:
        check_sums(told(added(three)))

    @needs_data
    def test_so_they_are_on_the_real_windows(self, real: Results) -> None:
        found = told(real)
        assert found["counts"]["windows"] == 20
        assert sum(len(window["bets"]) for window in found["windows"]) == 4
        check_sums(found)


def check_sums(found: dict[str, Any]) -> None:
    """Every sum of the document once more, from its windows and bets alone, in Decimal."""
    settled = [window for window in found["windows"] if window["outcome"]]
    for strategy in found["strategies"]:
        name, record = strategy["name"], strategy["lenses"]["realistic"]
        bets = [(bet, window) for window in settled for bet in window["bets"] if name in ("all", bet["strategy"])]
        filled = [(bet, window) for bet, window in bets if Decimal(bet["shares"])]
        nets = [net_of(bet, window) for bet, window in filled]
        assert [Decimal(bet["net"]) for bet, _ in filled] == nets
        assert (strategy["orders"], record["trades"]) == (len(bets), len(filled))
        assert record["won"] == sum(bet["side"] == window["outcome"] for bet, window in filled)
        assert Decimal(record["net"]) == sum(nets)
        shares_cost = [(Decimal(bet["cost"]) + Decimal(bet["fee"])) / Decimal(bet["shares"]) for bet, _ in filled]
        assert record["break_even"] == (pytest.approx(float(sum(shares_cost)) / len(filled)) if filled else None)
        assert Decimal(record["shares"]) == sum(Decimal(bet["shares"]) for bet, _ in filled)
        spent = sum(Decimal(bet["cost"]) + Decimal(bet["fee"]) for bet, _ in filled)
        assert Decimal(record["cost"]) + Decimal(record["fees"]) == spent
        if filled:
            assert strategy["return"] == pytest.approx(float(sum(nets) / spent))
            assert strategy["waterfall"]["net"] == record["net"]
            steps = [Decimal(value) for step, value in strategy["waterfall"].items() if step not in ("shares", "net")]
            assert sum(steps) == Decimal(record["net"])
        assert sum(found_bin["bets"] for found_bin in strategy["calibration"]) == len(filled)
        assert sum(found_bin["bets_won"] for found_bin in strategy["calibration"]) == record["won"]
        assert sum(found_bin["signals"] for found_bin in strategy["calibration"]) == strategy["signals"]
        assert sum(strategy["edge_cents"].values()) == strategy["signals"]
        stopped = sum(strategy["stopped"].values())
        assert strategy["selected"] == stopped + strategy["orders"], "each selected signal is an order or was stopped"
    every = found["strategies"][0]
    for lens in LENSES:
        total = sum(Decimal(window["net"][lens]) for window in settled)
        assert Decimal(every["lenses"][lens]["net"]) == total
    for buckets in (found["by_time_left"], found["by_price"]):
        assert sum(Decimal(bucket["net"]) for bucket in buckets) == Decimal(every["lenses"]["realistic"]["net"])
    assert every["signals"] == sum(sum(window["signals"].values()) for window in settled)


def net_of(bet: dict[str, Any], window: dict[str, Any]) -> Decimal:
    payout = Decimal(bet["shares"]) if bet["side"] == window["outcome"] else Decimal(0)
    return payout - Decimal(bet["cost"]) - Decimal(bet["fee"])


def fell(*runs: WindowRun) -> str:
    results = added(runs)
    return fall_said(results, deepest(curve(results.settled)))


def hostile(three: list[WindowRun]) -> Results:
    """The three windows with everything that comes from outside as bad as it can be."""
    bad = replace(
        three[0],
        path=Path(HOSTILE),
        market=replace(three[0].market, slug=HOSTILE),
        faults={"momentum": Faults(3, HOSTILE)},
    )
    unsettled = replace(bad, outcome=None, market=replace(bad.market, slug=HOSTILE + "2"))
    again = replace(bad, path=Path(HOSTILE + "3"), frames=1)
    return added([bad, *three[1:], unsettled, again, Skipped(Path(HOSTILE), HOSTILE)])


class TestPage:
    def tree(self, results: Results) -> ElementTree.Element:
        text = page(results, TERMS).decode()
        assert text.startswith("<!DOCTYPE html>\n")
        return ElementTree.fromstring(text)

    def words(self, tree: ElementTree.Element) -> str:
        return " ".join(text for element in tree.iter() if element.tag != "style" for text in element.itertext())

    def test_it_is_well_formed_and_says_what_the_table_says(self, three: list[WindowRun]) -> None:
        tree = self.tree(added(three))
        words = self.words(tree)
        assert tree.findtext("body/main/header/h1") == "Not enough data to tell."
        for said in ("-4.81", "-30.1 %", "9.5–90.5 %", "71.5 %", "distance_fade", "3 windows ran, 3 of them settled"):
            assert said in words
        assert len(list(tree.iter("figure"))) == 8
        assert len(list(tree.iter("svg"))) == 10, "two of the eight are drawn for wide and for narrow pages"

    def test_each_chart_says_in_words_what_it_shows(self, three: list[WindowRun]) -> None:
        figures = [*self.tree(added(three)).iter("figure")]
        titles = [figure.findtext("h3") or "" for figure in figures]
        assert titles == [
            "Realistic fills lost $4.81, the naive fill of the same orders lost $4.47, the pessimistic lost $4.81",
            "The deepest fall was $8.00, from 2026-11-18 11:15 to 2026-11-18 11:20",
            "The sides bought were held to be worth 82.0¢ on average and won 50.0 % of the time",
            "A signal promised +10.5¢ a share after the fee on average; 100.0 % promised enough for an order",
            "Most was lost with 90–100 % of the window left (-$4.81)",
            "Most was lost on shares of 70–80¢ (-$4.81)",
            "A share made -21.5¢ without latency and -21.5¢ at 1,000 ms, the venue's hold on top of both",
            "The model promised +13.0¢ a share and -21.5¢ was left; most went to settlement luck",
        ]
        for figure, title in zip(figures, titles, strict=True):
            assert {drawing.attrib["aria-label"] for drawing in figure.iter("svg")} == {title}

    def test_a_fall_ends_after_it_began_whatever_the_length_of_its_windows(self, three: list[WindowRun]) -> None:
        """A window of four hours begins first and ends last; those that follow it are over before."""
        first = replace(three[0].market, end_ms=three[0].market.start_ms + 14_400_000)
        long = replace(three[0], market=first)
        assert fell(long, three[1]) == "The deepest fall was $8.00, from 2026-11-18 11:15 to 2026-11-18 11:20"
        lost = replace(long, outcome=DOWN)
        assert fell(lost, three[1]) == "The deepest fall was $16.00, from the start to 2026-11-18 15:10"

    def test_dropped_lines_stand_at_its_top_and_beside_their_window(self, three: list[WindowRun]) -> None:
        tree = self.tree(added([replace(three[0], dropped=42), *three[1:]]))
        notes = [self.words(note) for note in tree.iter("p") if note.get("role") == "note"]
        assert any("1 window with 42 lines dropped by a full disk" in note for note in notes)
        assert "42 lines dropped" in [cell.text for cell in tree.iter("td")]

    def test_bad_luck_that_the_calibration_explains_is_not_called_luck_alone(self, three: list[WindowRun]) -> None:
        """Held to be worth 82 cents: one of two may be bad luck, one of twelve is not."""
        _, lost, _ = three
        many = [replace(lost, market=replace(lost.market, slug=f"lost {number}")) for number in range(11)]
        for windows, said in (
            (three, "most went to settlement luck"),
            ([three[0], *many], "most went to settlement luck, but the model promised clearly more than was won"),
        ):
            titles = [figure.findtext("h3") or "" for figure in self.tree(added(windows)).iter("figure")]
            assert titles[-1].endswith(said)
        (line,) = [line for line in table(added([three[0], *many])) if line.startswith("settlement luck is")]
        assert line == (
            "settlement luck is the payout over the fair value: nothing on average, if the model is right; "
            "here the model promised clearly more than was won"
        )

    def test_it_refers_to_nothing_outside_of_itself(self, three: list[WindowRun]) -> None:
        text = page(hostile(three), TERMS).decode()
        tree = ElementTree.fromstring(text)
        assert {element.tag for element in tree.iter()}.isdisjoint({"script", "link", "img", "iframe", "object", "use"})
        for element in tree.iter():
            assert {"src", "href", "srcset", "action", "data"}.isdisjoint(element.attrib)
            assert not any(name.startswith("on") for name in element.attrib)
        style = tree.findtext("head/style") or ""
        assert not re.search(r"url\(|@import|https?:|@font-face", style)
        (policy,) = [meta for meta in tree.iter("meta") if meta.get("http-equiv")]
        assert policy.attrib["content"].startswith("default-src 'none'")

    def test_foreign_text_is_text_everywhere(self, three: list[WindowRun]) -> None:
        text = page(hostile(three), TERMS).decode()
        assert "<script" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert self.words(ElementTree.fromstring(text)).count("<script>alert(1)</script>") >= 5

    def test_colours_are_for_both_schemes_and_no_meaning_hangs_on_them(self, three: list[WindowRun]) -> None:
        tree = self.tree(added(three))
        style = tree.findtext("head/style") or ""
        assert "@media (prefers-color-scheme: dark)" in style
        names = {text.text for text in tree.iter("text") if "name" in (text.get("class") or "")}
        assert {"realistic", "instant", "pessimistic"} <= {(name or "").split()[0] for name in names}
        assert style.count("stroke-dasharray") >= 3, "lines differ in their strokes too"

    def test_windows_without_a_bet_or_an_outcome_make_a_page_too(self, three: list[WindowRun]) -> None:
        for runs in ([three[2]], [replace(three[0], outcome=None)]):
            words = self.words(self.tree(added(runs)))
            assert "Nothing was bought, so there is nothing to judge." in words

    def test_what_is_made_up_and_what_was_skipped_stands_at_its_top(self, three: list[WindowRun]) -> None:
        demo = replace(three[0], path=Path("/logs/demo/5m/w"))
        results = added([demo, *three[1:], Skipped(Path("gone"), "it cannot be read: why")])
        notes = [self.words(note) for note in self.tree(results).iter("p") if note.get("role") == "note"]
        assert any("says nothing about the world" in note for note in notes)
        assert any("1 recording could not be run" in note for note in notes)
        assert "it cannot be read: why" in self.words(self.tree(results))

    def test_one_window_is_not_told_as_many(self, three: list[WindowRun]) -> None:
        unsettled = replace(three[0], outcome=None, path=Path("/logs/demo/5m/w"))
        notes = [self.words(note) for note in self.tree(added([unsettled])).iter("p") if note.get("role") == "note"]
        assert any("1 window of 1 is a demo's" in note for note in notes)
        assert any("1 window without an outcome, in none of the figures." in note for note in notes)

    @needs_data
    def test_the_real_windows_make_a_page(self, real: Results) -> None:
        words = self.words(self.tree(real))
        assert "btc 15m, btc 5m: 20 windows" in words
        assert "9 windows recorded best prices without sizes" in words

    def test_many_windows_stay_a_small_page(self, three: list[WindowRun]) -> None:
        def many() -> Iterator[WindowRun]:
            for number in range(5000):
                start_ms = three[0].market.start_ms + 300_000 * number
                market = replace(three[0].market, slug=f"w{number}", start_ms=start_ms, end_ms=start_ms + 300_000)
                yield replace(three[number % 3], market=market)

        assert len(page(added([*many()]), TERMS)) < 4_000_000
