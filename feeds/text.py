"""Text from outside, made harmless before it is written, logged or shown."""

import unicodedata
from typing import Final

MAX_CHARS: Final = 200
"""The longest piece of foreign text that is worth showing."""

_HOSTILE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that steer a terminal, reorder a line, break it or stand for nothing."""

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def clean(text: str, limit: int = MAX_CHARS) -> str:
    """`text` on one line, without controls, direction marks, surrogates or private signs, cut to `limit`.

    Every such character becomes U+FFFD, so that what was there is still seen to have been there. What is cut
    off leaves an ellipsis. Brackets stay: they are data, and whoever draws them must not read them as markup.
    """
    kept = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(_REPLACEMENT if unicodedata.category(char) in _HOSTILE else char for char in kept)
