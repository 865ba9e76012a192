"""A report on stdout, which may be closed, full, or read by somebody who leaves early."""

import os
import sys
from collections.abc import Iterable
from io import TextIOWrapper


def print_lines(lines: Iterable[str]) -> str:
    """Print these lines; returns why that was not possible, or nothing. A reader who leaves early has seen enough."""
    if sys.stdout is None:  # it was closed before the program began
        return ""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or it would be tried again when the program ends
        return "" if isinstance(error, BrokenPipeError) else f"the table could not be printed: {error.strerror}"
    return ""
