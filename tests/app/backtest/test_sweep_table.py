"""The report of a sweep, as a table and as JSON: what was found first, what is set now always, what was left out."""

from array import array
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from app.backtest.finding import Later, find_out
from app.backtest.split import Skip, Span, Split
from app.backtest.standing import judge_alone, rank
from app.backtest.sweep import Done, Holding, Part
from app.backtest.sweep_json import as_json
from app.backtest.sweep_table import TOP, WIDTH, table
from app.backtest.swept import Swept
from app.backtest.trial import Combination, Combinations, Trial
from app.strategies import Selection
from engine.events import UP
from engine.limits import Limits
from engine.units import MONEY, SIZE

START_MS = 1_795_350_600_000


def spans(count: int, first: int = 0) -> tuple[Span, ...]:
    starts = [START_MS + 300_000 * (first + place) for place in range(count)]
    return tuple(Span(start, start + 300_000, f"w{start}", Path(f"w{start}")) for start in starts)


def part(markets: tuple[Span, ...], *wins: int) -> Part:
    """By trial how many of the markets were won, at even odds with ten shares; none below zero."""
    made = Part(markets, rows=[array("q") for _ in wins])
    won, lost, none = (Holding(1, 1, 10 * SIZE, sign * 5 * MONEY, -sign * 5 * MONEY) for sign in (1, -1, 0))
    for market in range(len(markets)):
        held = tuple(none._replace(orders=0) if count < 0 else won if market < count else lost for count in wins)
        made.take(Done(market, market, 0, winner=UP, holdings=held))
    return made


def swept(*wins: int, now: int = 0, later: tuple[int, int] = (14, 11), markets: int = 40) -> Swept:
    """A sweep in which each combination won so many of the earlier markets."""
    early, late = spans(markets), spans(20, markets)
    searched, kept_back = part(early, *wins), part(late, *later)
    tried = tuple(Combination((f"0.{place:02d}", ""), Trial(Limits(), Selection(()))) for place in range(len(wins)))
    ranking = rank(searched, now, 1)
    finalists = Later(judge_alone(kept_back, 0, 1), judge_alone(kept_back, 1, 1)) if ranking.best else None
    return Swept(
        combinations=Combinations(("MIN_NET_EDGE", "momentum.min_edge"), tried, now, alike=0),
        split=Split(early, late, (), START_MS + 300_000 * markets),
        searched=searched,
        ranking=ranking,
        kept_back=kept_back if finalists else None,
        later=finalists,
        finding=find_out(ranking, finalists, markets, "MIN_NET_EDGE=0.01"),
        skipped=(),
        seed=1,
    )


def test_it_reads_as_a_whole() -> None:
    text = "\n".join(table(swept(20, 33, 24)))
    assert (
        text
        == """\
above noise: MIN_NET_EDGE=0.01 earned +$0.3250 a share in 40 markets, which luck gives the best of 3
combinations in 0.05 % of all cases, and +$0.2000 a share in 20 markets of the holdout.

3 combinations, what is set now among them, compared in 40 windows that ended by 2026-11-22 15:50:00 UTC:
rank       markets  trades      net   a share    95 % interval      z  by luck  MIN_NET_EDGE  momentum.min_edge
   1            40      40  +130.00  +$0.3250  +0.2057 +0.4443  +4.11   0.05 %          0.01
   2            40      40   +40.00  +$0.1000  -0.0538 +0.2538  +1.26     22 %          0.02
   3  now       40      40    +0.00  +$0.0000  -0.1569 +0.1569  +0.00     79 %          0.00

the holdout, 20 windows from then on:
      markets  trades     net   a share    95 % interval      z  by luck
best       20      20  +40.00  +$0.2000  -0.0061 +0.4061  +1.79    6.5 %
 now       20      20  +10.00  +$0.0500  -0.1737 +0.2737  +0.45     42 %

Ranked by z, the net over the spread that luck alone gives to these very positions: neither a few lucky
markets nor dear shares that have not lost yet can lead by it.
By luck: how often the best of the 3 ranked reaches that z without any edge, or on the holdout one alone; for
the first, 0.0059 % if no two were alike."""
    )


def test_the_first_word_is_the_finding() -> None:
    assert table(swept(20, 24))[0].startswith("within noise: the best of 2 combinations earned +$0.1000 a share")
    assert table(swept(10, 12, markets=20))[0].startswith("within noise: no combination traded in 30 markets or more")


def test_twenty_are_shown_and_what_is_set_now_wherever_it_stands() -> None:
    rows = [line.split() for line in table(swept(*range(10, 40)))][5:]
    ranks = [row[0] for row in rows[: rows.index([])]]
    assert ranks == [*map(str, range(1, TOP + 1)), "30"]
    assert rows[TOP][1] == "now"


def test_those_of_too_few_markets_have_no_rank_and_are_counted() -> None:
    lines = table(swept(22, 24, -1))
    (row,) = [line for line in lines if line.lstrip().startswith("-")]
    assert row.split()[:4] == ["-", "0", "0", "+0.00"]
    assert "Not ranked: 1 combination that traded in fewer than 30 markets." in lines
    assert "By luck: how often the best of the 2 ranked reaches that z" in " ".join(lines)


def test_without_a_best_one_there_is_no_holdout() -> None:
    assert not [line for line in table(swept(10, 12, markets=20)) if "holdout" in line]


def test_where_the_best_is_what_is_set_now_it_has_one_line_there() -> None:
    result = swept(30, 20, later=(14, 14))
    one = result.later
    assert one is not None
    lines = table(replace(result, later=Later(one.best, one.best)))
    assert [line.split()[0] for line in lines if "+40.00" in line] == ["now"]


def test_what_was_left_out_is_counted() -> None:
    result = swept(20, 24)
    result.searched.unsettled.update({3, 4})
    result.searched.faults["mine", "ZeroDivisionError in line 5 of mine.py"] = 7
    changed = replace(
        result,
        combinations=result.combinations._replace(alike=2),
        split=result.split._replace(across=spans(1)),
        skipped=(Skip(Path("x"), "is bad"),) * 3,
    )
    text = " ".join(table(changed))
    assert "Left out: 2 combinations that came to the same as another one." in text
    assert "2 windows without an outcome, 1 window open at the cut between both parts, 3 windows in recordings" in text
    assert "mine failed 7 times, and had no signal then: ZeroDivisionError in line 5 of mine.py." in text


def test_windows_that_are_made_up_or_without_sizes_are_counted() -> None:
    result = swept(20, 24)
    assert result.kept_back is not None
    result.searched.spans = [span._replace(top_only=True) for span in result.searched.spans]
    result.kept_back.spans = [span._replace(made_up=True, top_only=True) for span in result.kept_back.spans]
    lines = table(result)
    assert "60 windows recorded best prices without sizes: an order is filled whole there." in lines
    assert "20 windows of a demo: what is earned there says nothing about the world." in lines
    assert "of a demo" not in " ".join(table(swept(20, 24)))


def test_the_text_fits_a_screen_and_steers_no_terminal() -> None:
    result = swept(20, 24)
    hostile = result.combinations._replace(names=("\x1b[31mA", "B"))
    lines = table(replace(result, combinations=hostile))
    assert all(line.isprintable() for line in lines)
    assert all(len(line) <= WIDTH for line in lines if "  " not in line)


class TestJson:
    def test_it_has_every_combination_with_its_values_and_figures(self) -> None:
        told = orjson.loads(as_json(swept(*range(10, 40))))
        assert len(told["combinations"]) == 30
        first, last = told["combinations"][0], told["combinations"][-1]
        assert (first["rank"], last["rank"], first["now"], last["now"]) == (1, 30, False, True)
        assert first["values"] == {"MIN_NET_EDGE": "0.29", "momentum.min_edge": ""}
        assert (first["markets"], first["trades"], first["orders"], first["net"]) == (40, 40, 40, 190.0)
        assert first["net_per_share"] == pytest.approx(0.475)
        assert first["low"] < first["net_per_share"] < first["high"]
        assert first["by_luck"] == 0.0005
        assert told["holdout"]["first"]["net"] == 40.0
        assert told["verdict"].startswith("above noise: ")
        assert told["within_noise"] is False
        assert told["windows"] == {
            "compared": 40,
            "holdout": 20,
            "cut_ms": START_MS + 40 * 300_000,
            "open_at_the_cut": 0,
            "without_outcome": 0,
            "demo": 0,
            "top_only": 0,
        }

    def test_it_has_how_many_were_judged_and_how_many_windows_are_not_of_the_world(self) -> None:
        result = swept(22, 24, -1)
        result.searched.spans = [span._replace(made_up=True) for span in result.searched.spans]
        told = orjson.loads(as_json(result))
        assert (told["tried"], told["judged"]) == (3, 2)
        assert (told["windows"]["demo"], told["windows"]["top_only"]) == (40, 0)

    def test_what_cannot_be_told_is_null(self) -> None:
        told = orjson.loads(as_json(swept(10, -1, markets=20)))
        assert told["holdout"] is None
        assert [one["rank"] for one in told["combinations"]] == [None, None]
        assert [one["by_luck"] for one in told["combinations"]] == [None, None]
        assert told["combinations"][1]["net_per_share"] is None
        assert told["z_by_luck_in_5_percent"] is None
