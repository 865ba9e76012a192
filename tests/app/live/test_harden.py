"""A process that holds a key leaves no core behind and lets nobody look into it."""

import os
import sys
from pathlib import Path

import pytest

from tests.program import ROOT

AFTER = """
import ctypes, os, resource, sys
sys.path.insert(0, sys.argv[1])
from app.live.harden import harden
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
before = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
harden()
os.write(1, repr((before, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE))).encode())
os.abort()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_an_abort_leaves_no_core_and_the_process_is_not_dumpable(tmp_path: Path) -> None:
    told, tell = os.pipe()
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", AFTER, str(ROOT)],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, tell, 1)],
    )
    os.close(tell)
    with os.fdopen(told) as reader:
        said = reader.read()
    _, status = os.waitpid(pid, 0)
    assert said == repr((1, 0, (0, 0)))
    assert os.WIFSIGNALED(status)
    assert not os.WCOREDUMP(status)
