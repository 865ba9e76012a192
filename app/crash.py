"""What is told of a fault in the screen: where it was and of what kind, never what the variables held.

Textual prints the local variables of every frame, and a key or a token may be among them. Here are only places in the
source and the exception's own message, and of that nothing that is long enough to be a secret.
"""

import re
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from feeds.text import clean

if TYPE_CHECKING:
    from textual.app import App

FRAMES: Final = 6
"""The last places before the fault; what is further up belongs to Textual."""

_CAUSES: Final = 3
_LONGEST: Final = 1000
"""A longer message is data that somebody put into it, not a sentence."""

_SECRET: Final = re.compile(
    r"\bb'(?:[^'\\]|\\.)*'?|\bb\"(?:[^\"\\]|\\.)*\"?"
    r"|(?=[\w+/=:.\\-]*\d)[\w+/=:.\\-]{16,}|[\w+/=\\-]{32,}",
    re.ASCII,
)
"""Bytes of any kind; keys, tokens and passphrases: runs of 16 characters with a digit, or of 32 of any kind."""


def crash_report(error: BaseException, said: str) -> str:
    """`said`, the exceptions from the last to its cause, and the last places of the first of them, a line each."""
    return "\n".join([f"pmtui: {said}", *_causes(error), *_places(error)])


def crash_line(error: BaseException, said: str) -> str:
    """The report of `error`, or of the first of a group, in one line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return " · ".join(line.strip() for line in crash_report(error, said).splitlines())


def tell_crash(app: "App[Any]", said: str) -> None:
    """For an App's `_fatal_error`: close the screen and print the report of the exception being handled.

    `said` is one sentence on what goes on now, for instance that trading goes on without a screen.
    """
    from rich.text import Text

    error = sys.exc_info()[1] or app._exception
    report = crash_report(error, said) if error is not None else f"pmtui: {said}"
    app.panic(Text(report))


def _causes(error: BaseException) -> Iterator[str]:
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen and len(seen) < _CAUSES:
        yield f"  {'because of ' if seen else ''}{type(cause).__name__}{_message(cause)}"
        seen.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _message(error: BaseException) -> str:
    """The message with a colon before it; some exceptions cannot even say what they are."""
    try:
        text = str(error)
    except Exception:
        return ""
    if len(text) > _LONGEST:
        return f": (a message of {len(text):,} characters, not shown)"
    return f": {without_secrets(text)}" if text else ""


def without_secrets(text: str) -> str:
    """Text that somebody else made, fit to be shown: nothing in it is long enough to be a key or a token."""
    return clean(_SECRET.sub("…", text))


def _places(error: BaseException) -> Iterator[str]:
    """File, line, function and source of the frames, without looking at what is in them."""
    for frame, line in list(traceback.walk_tb(error.__traceback__))[-FRAMES:]:
        code = frame.f_code
        summary = traceback.FrameSummary(code.co_filename, line, code.co_name)
        where = "/".join(Path(code.co_filename).parts[-2:])
        yield f"  {clean(where)}:{line} {clean(code.co_name)}  {clean(summary.line or '')}".rstrip()
