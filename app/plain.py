"""A screen without colours, for NO_COLOR. Words and signs say all that colours do; bold, reversed and italic stay."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


class Colourless(LineFilter):
    """Takes the colours off what Textual's own widgets draw; the panels make theirs without."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in the terminal's own colours."""
        return [
            Segment(text, style.without_color if style is not None else None, control)
            for text, style, control in segments
        ]
