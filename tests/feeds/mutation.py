"""Frames gone wrong, for the parsers' tests: a good frame with one value lost, replaced or moved."""

import copy
from typing import Any

from hypothesis import strategies as st

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["0", "1", "", ".48", "0.5", "nan", "Infinity", "1e999", "1_000", "٣", "-0.5", " 0.5", "0.12345", "BUY"]
    ),
)

ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.text(max_size=4), st.sampled_from(["event_type", "e", "stream", "data", "asset_id", "bids"])),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
"""Anything that a JSON decoder can return."""


@st.composite
def mutated(draw: st.DrawFn, frames: list[Any]) -> Any:
    """One of `frames` with one place in it deleted, replaced by any JSON value, or given another's value."""
    frame = copy.deepcopy(draw(st.sampled_from(frames)))
    places = list(_places(frame))
    holder, key = draw(st.sampled_from(places))
    match draw(st.sampled_from(("delete", "replace", "swap"))):
        case "delete":
            del holder[key]
        case "replace":
            holder[key] = draw(ANY_JSON)
        case _:
            other, other_key = draw(st.sampled_from(places))
            holder[key] = copy.deepcopy(other[other_key])
    return frame


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) below `value`."""
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        return []
    return [place for key, item in inner for place in ((value, key), *_places(item))]
