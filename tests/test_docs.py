"""The documents say what is: links lead somewhere, commands and options exist, the examples can be read."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.recording import FrameReader, Record, read_market, records
from tests.program import ROOT, run

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
class TestEveryDocument:
    def test_links_lead_to_files_that_are_there(self, document: Path) -> None:
        links = re.findall(r"\]\((?!https?://)([^)#]+)", document.read_text(encoding="utf-8"))
        assert [link for link in links if not (document.parent / link).exists()] == []

    def test_it_speaks_of_no_file_that_is_not_there(self, document: Path) -> None:
        named = re.findall(r"`((?:app|engine|feeds|tests)/[\w/.-]+)`", document.read_text(encoding="utf-8"))
        assert [name for name in named if not (ROOT / name).exists()] == []


class TestReadme:
    TEXT = (ROOT / "README.md").read_text(encoding="utf-8")

    def test_its_options_are_those_of_the_command_line(self, tmp_path: Path) -> None:
        options = set(re.findall(r"(--[a-z-]+)", run("--help", cwd=tmp_path).stdout)) - {"--help"}
        table = set(re.findall(r"`(--[a-z-]+)", "\n".join(self.rows("| `--"))))
        assert table | {"--no-ui"} == options

    def test_its_commands_are_those_of_the_command_line(self, tmp_path: Path) -> None:
        commands = re.findall(r"^    ([a-z][a-z-]*)  ", run("--help", cwd=tmp_path).stdout, re.MULTILINE)
        assert re.findall(r"`pmtui ([a-z-]+)`", "\n".join(self.rows("| `pmtui"))) == [
            "--no-ui",
            "--demo",
            *commands,
        ]

    def rows(self, start: str) -> list[str]:
        return [line.split("|")[1] for line in self.TEXT.split("\n") if line.startswith(start)]


class TestRecordingFormat:
    def examples(self, tmp_path: Path) -> Iterator[Record]:
        text = (ROOT / "docs" / "recording.md").read_text(encoding="utf-8")
        file = tmp_path / "frames.jsonl"
        file.write_text("".join(re.findall(r"```json\n(.*?)```", text, re.DOTALL)))
        return records(file)

    def test_each_source_has_an_example_under_its_heading(self, tmp_path: Path) -> None:
        text = (ROOT / "docs" / "recording.md").read_text(encoding="utf-8")
        headings = re.findall(r"^### (\w+)$", text, re.MULTILINE)
        assert list(dict.fromkeys(record.source for record in self.examples(tmp_path))) == headings

    def test_every_example_is_read_as_the_text_says(self, tmp_path: Path) -> None:
        lines = list(self.examples(tmp_path))
        market = read_market(next(line.data for line in lines if line.source == "market"))
        reader = FrameReader(market)
        events = [type(event).__name__ for line in lines for event in reader.events(line)]
        assert events == [
            "Link",
            "Strike",
            "Resolution",
            "VenueClock",
            "Command",
            "Trade",
            "BookChange",
            "OracleTick",
            "OracleTick",
        ]
        assert reader.clob.counters == {"pong": 1}
        assert reader.binance.counters == {}
        assert reader.oracle.counters == {}
