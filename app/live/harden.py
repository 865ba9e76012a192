"""Keeps the memory of a process that holds a key to itself: no core dump, no debugger of the same user."""

import ctypes
import os
import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4
"""linux/prctl.h. Beside dumps it closes /proc/PID/mem and ptrace to other processes of the same user."""


def harden() -> None:
    """For good, and for the children that are forked. To be called before the key is read; OSError where it fails."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
            code = ctypes.get_errno()
            raise OSError(code, f"the process cannot be closed to debuggers ({os.strerror(code)})")
