"""HTML and SVG out of nested calls. What is not markup yet is text: it is cleaned and escaped."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from feeds.text import clean

_ALONE: Final = frozenset({"circle", "line", "meta", "path", "rect"})
"""Elements with nothing inside; they close themselves."""

_LONGEST: Final = 2000
"""Characters of a text; what is longer is cut."""


class Markup(str):
    """Text that is markup already. Only `el` and `joined` make it, and what is written out in this package."""

    __slots__ = ()


def el(element: str, /, *inside: str, **attributes: str | float | None) -> Markup:
    """An element. An attribute is called as in HTML, with `_` for `-` and one behind a Python word: `class_`."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_written(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if element in _ALONE and not inside:
        return Markup(f"<{element}{told}/>")
    return Markup(f"<{element}{told}>{joined(inside)}</{element}>")


def joined(parts: Iterable[str]) -> Markup:
    """One after the other."""
    return Markup("".join(map(_harmless, parts)))


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1) -> Markup:
    """A table; its first `words` columns hold words, the others figures. It scrolls where the page is too narrow."""
    heads = (el("th", cell, scope="col", class_=_kind(place, words)) for place, cell in enumerate(head))
    body = el("tbody", *(el("tr", *_cells(row, words)) for row in rows))
    return el("div", el("table", el("thead", el("tr", *heads)), body), class_="scroll")


def _cells(row: Sequence[str], words: int) -> Iterator[Markup]:
    yield el("th", row[0], scope="row")
    for place, cell in enumerate(row[1:], 1):
        yield el("td", cell, class_=_kind(place, words))


def _kind(place: int, words: int) -> str | None:
    return None if place < words else "figure"


def _harmless(text: str) -> str:
    return text if isinstance(text, Markup) else escape(clean(text, _LONGEST))


def _written(value: str | float) -> str:
    """A coordinate to a tenth of a pixel: no eye sees more, and a page of many windows stays small."""
    return _harmless(value) if isinstance(value, str) else f"{round(value, 1):g}"
