"""What docs/demo-venue.md lists is what there is."""

import re
from dataclasses import fields
from pathlib import Path

from app.demo.house import HouseRules
from app.demo.trouble import MATCH_BEHIND, Trouble

TEXT = (Path(__file__).parents[3] / "docs" / "demo-venue.md").read_text(encoding="utf-8")


def first_cells(heading: str) -> list[str]:
    """The words in code of the first column of the table under a heading."""
    table = TEXT.split(f"| {heading} |")[1].split("\n\n")[0]
    return [word for row in table.split("\n")[2:] for word in re.findall(r"`([^`]+)`", row.split("|")[1])]


def test_every_option_of_the_private_side() -> None:
    flags = [f"--{rule.name.replace('_', '-')}" for rule in fields(HouseRules)]
    assert sorted(first_cells("option of `python -m app.demo`")) == sorted(["--protocol", *flags])


def test_every_trouble_that_can_be_set() -> None:
    named = {each.name for each in fields(Trouble)} | {"drop_user_sockets", "balances"}
    assert set(first_cells("name")) == named


def test_every_kind_of_answer() -> None:
    assert set(first_cells("kind of answer")) == set(MATCH_BEHIND)
