"""The rules that hold between the folders. The import arrows themselves are import-linter's (`make contracts`)."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import source_rules
from tests.program import ROOT, clean_environment

SHIPPED = ("app", "engine", "feeds", "widgets", "themes")
SCREEN = ("textual", "plotext")
"""Not rich: httpx loads it for a command line of its own wherever it is installed."""

WITHOUT_SCREEN = ("app.cli", "app.headless", "app.host", "app.session", "app.wstest")
"""Where the command line enters when no screen is asked for; what they import in turn is loaded with them."""

ROOMS_WITHOUT_SCREEN = ("app/telemetry", "app/demo", "app/backtest", "app/live")

ON_PAPER = ("app.cli", "app.headless", "app.host", "app.session", "app.console", "app.wstest")
"""Where paper trading enters, with a screen and without."""

SIGNING = ("eth_account", "eth_keys", "app.live.signing", "app.live.wallet", "app.live.keyfile")
KEYS_AND_SIGNATURES = (*SIGNING, "coincurve")

COLUMNS = 120
LINES = 400


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def modules(*folders: str) -> list[str]:
    dotted = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sources(*folders))
    return [name.removesuffix(".__init__") for name in dotted]


def findings(check: Callable[[str], list[str]], *folders: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}, {found}"
        for path in sources(*folders)
        for found in check(path.read_text(encoding="utf-8"))
    ]


def python(code: str, *arguments: str, cwd: Path = ROOT) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        env=clean_environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def modules_loaded_by(names: list[str]) -> set[str]:
    """The modules that importing `names` brings into a fresh interpreter."""
    code = """
import importlib, json, sys
before = set(sys.modules)
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    return set(json.loads(python(code, *names)))


def loaded_by(names: list[str]) -> set[str]:
    """Their top-level packages."""
    return {name.partition(".")[0] for name in modules_loaded_by(names)}


class TestNoScreen:
    def test_no_module_behind_no_ui_loads_the_screen(self) -> None:
        rooms = [name for name in modules(*ROOMS_WITHOUT_SCREEN) if not name.endswith("__main__")]
        assert rooms
        assert loaded_by([*WITHOUT_SCREEN, *rooms]).isdisjoint({*SCREEN, "widgets"})

    def test_a_real_run_without_a_screen_works_where_the_screen_cannot_be_imported(self, tmp_path: Path) -> None:
        code = """
import sys
for name in ("textual", "plotext", "rich"):
    sys.modules[name] = None  # importing it now raises ImportError
from app.cli import main
print(main(["--no-ui", "--demo", "--duration", "0.5", "--log-dir", sys.argv[1]]))
"""
        assert python(code, str(tmp_path / "logs"), cwd=tmp_path) == "0\n"

    @pytest.mark.parametrize("name", SCREEN)
    def test_the_check_sees_what_is_loaded(self, name: str) -> None:
        assert name in loaded_by([name])


class TestPaper:
    def test_it_loads_nothing_that_reads_a_key_or_signs(self) -> None:
        assert modules_loaded_by([*ON_PAPER]).isdisjoint(KEYS_AND_SIGNATURES)

    def test_the_check_sees_what_is_loaded(self) -> None:
        assert modules_loaded_by(["app.live.signing"]) >= set(SIGNING)

    def test_what_an_order_hangs_on_can_be_asked_without_the_extra(self) -> None:
        asked = ["app.live.extra", "app.live.public", "app.live.hosts", "app.live.answers", "app.live.amounts"]
        assert modules_loaded_by(asked).isdisjoint(KEYS_AND_SIGNATURES)


def test_the_venues_own_client_is_for_tests_alone() -> None:
    using = [
        path.relative_to(ROOT).as_posix()
        for path in sources(*SHIPPED)
        for _, name in source_rules.modules_imported(parsed(path))
        if name.partition(".")[0] in ("py_clob_client_v2", "py_order_utils", "poly_eip712_structs")
    ]
    assert using == []


class TestEngine:
    def test_it_loads_itself_and_the_standard_library_alone(self) -> None:
        assert loaded_by(modules("engine")) - sys.stdlib_module_names == {"engine"}

    def test_it_imports_nothing_that_could_reach_outside(self) -> None:
        assert findings(source_rules.engine_imports, "engine") == []

    def test_it_has_no_shared_state_that_changes(self) -> None:
        assert findings(source_rules.shared_state, "engine") == []

    @pytest.mark.parametrize(
        "bad",
        [
            "import time",
            "from datetime import datetime",
            "import os.path",
            "from io import StringIO",
            "import socket",
            "import logging",
            "import random",
            "from asyncio import Event",
            "import threading",
            "from pathlib import Path",
            "def f():\n    import time",
            "from . import book",
            "from feeds import clob",
            "import orjson",
        ],
    )
    def test_the_import_check_can_fail(self, bad: str) -> None:
        assert source_rules.engine_imports(bad)

    def test_the_import_check_knows_what_is_good(self) -> None:
        assert not source_rules.engine_imports("from math import tanh\nfrom engine.book import Ladder\n")

    @pytest.mark.parametrize(
        "bad",
        [
            "SEEN = []",
            "SEEN: Final = {}",
            "SEEN: Final = {1}",
            "SEEN: Final[list[int]] = [n for n in range(3)]",
            "SEEN: Final = dict(a=1)",
            "SEEN: Final = deque()",
            "SEEN: Final = collections.Counter()",
            "SEEN: Final = ([], 1)",
            "SEEN: Final = () or []",
            "SEEN: Final = make()",
            "SEEN: Final = lambda: []",
            "count = 0",
            "count: int = 0",
            "print('loaded')",
            "for n in range(3):\n    pass",
            "class A:\n    seen = []",
            "class A:\n    seen: ClassVar[dict[int, int]] = {}",
            "class A:\n    class B:\n        seen = set()",
            "def f(seen=[]):\n    pass",
            "def f(*, seen={}):\n    pass",
            "def f():\n    global count",
            "@lru_cache(maxsize=8)\ndef f(n):\n    return n",
            "@functools.cache\ndef f(n):\n    return n",
        ],
    )
    def test_the_state_check_can_fail(self, bad: str) -> None:
        assert source_rules.shared_state(bad)

    def test_the_state_check_knows_what_is_good(self) -> None:
        good = '''
"""A module."""
from dataclasses import dataclass, field
Outcome = Literal[0, 1]
Event = Trade | Print
UP: Final = 0
NAMES: Final = ("UP", "DOWN")
SIZES: Final = frozenset([1, 2])
BY_NAME: Final[Mapping[str, int]] = MappingProxyType({"up": 0})
HALF: Final = -1 / 2 * UP
@dataclass
class A:
    LIMIT: ClassVar[float] = 0.5
    seen: list[int] = field(default_factory=list)
    def grow(self, by: int = 1, names: tuple[str, ...] = ()) -> None:
        found = []
'''
        assert source_rules.shared_state(good) == []


class TestNoLocks:
    """Nothing that runs on the loop waits for a lock: each piece of state has one owner.

    Not locks, and allowed: `asyncio.Event` (it tells, it excludes nobody), asyncio's own queue, a future, a thread
    that is handed all it needs and returns a value. The `flock` of app/lock.py is allowed as well, on purpose: it
    keeps a second *process* out of a log folder, is taken once at the start without waiting, and guards no memory.
    """

    def test_nothing_shipped_holds_one(self) -> None:
        assert findings(source_rules.locks, *SHIPPED) == []

    def test_the_flock_has_one_place(self) -> None:
        using = [
            path.relative_to(ROOT).as_posix()
            for path in sources(*SHIPPED)
            if "fcntl" in dict.fromkeys(n for _, n in source_rules.modules_imported(parsed(path)))
        ]
        assert using == ["app/lock.py"]

    @pytest.mark.parametrize(
        "bad",
        [
            "import threading\nguard = threading.Lock()",
            "import threading as t\nguard = t.RLock()",
            "from threading import Condition",
            "from threading import Semaphore as Gate\nGate(1)",
            "import asyncio\nasync def f():\n    async with asyncio.Lock():\n        pass",
            "from asyncio import BoundedSemaphore",
            "import asyncio.locks\nasyncio.locks.Lock()",
            "from multiprocessing.synchronize import Lock",
            "import multiprocessing\nmultiprocessing.Queue()",
            "import queue\nq = queue.Queue(64)",
            "from queue import SimpleQueue",
        ],
    )
    def test_the_check_can_fail(self, bad: str) -> None:
        assert source_rules.locks(bad)

    def test_the_check_knows_what_is_no_lock(self) -> None:
        assert not source_rules.locks(
            '"""threading.Lock"""\nimport asyncio\nfrom app.lock import FolderLock\nasyncio.Event(); asyncio.Queue(64)'
        )


class TestNoDangers:
    def test_nothing_in_the_tree(self) -> None:
        assert findings(source_rules.dangers, *SHIPPED, "tests") == []

    @pytest.mark.parametrize(
        "bad",
        [
            "import httpx\nhttpx.AsyncClient(verify=False)",
            "context.check_hostname = False",
            "import ssl\ncontext.verify_mode = ssl.CERT_NONE",
            "import subprocess\nsubprocess.run('ls', shell=True)",
            "import os\nos.system('ls')",
            "import asyncio\nasyncio.create_subprocess_shell('ls')",
            "eval('1')",
            "exec('1')",
            "run = eval",
            "import pickle",
            "from pickle import loads",
            "def f():\n    import marshal",
        ],
    )
    def test_the_check_can_fail(self, bad: str) -> None:
        assert source_rules.dangers(bad)

    def test_the_check_knows_what_is_good(self) -> None:
        good = "import asyncio, httpx\nhttpx.AsyncClient(verify=True)\nasyncio.create_subprocess_exec('ls')\n# eval()\n"
        assert not source_rules.dangers(good)


class TestReadable:
    def test_no_line_is_longer_than_a_screen_is_wide(self) -> None:
        def check(source: str) -> list[str]:
            return source_rules.long_lines(source, COLUMNS)

        assert findings(check, *SHIPPED, "tests") == []

    def test_no_file_is_longer_than_a_head_can_hold(self) -> None:
        lengths = {path.relative_to(ROOT).as_posix(): path.read_text().count("\n") for path in sources(*SHIPPED)}
        assert {path: lines for path, lines in lengths.items() if lines > LINES} == {}

    def test_the_line_check_can_fail(self) -> None:
        assert source_rules.long_lines("x" * 120 + "\n" + "y" * 121, COLUMNS) == ["line 2: 121"]


class TestTheTreeIsForEverybody:
    def test_no_file_knows_the_machine_or_a_registry(self) -> None:
        found = {
            path.relative_to(ROOT).as_posix(): marks
            for path in in_version_control()
            if (marks := source_rules.machine_marks(path.read_text(encoding="utf-8", errors="replace")))
        }
        assert found == {}

    def test_the_lock_pins_every_file_by_its_hash(self) -> None:
        text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
        assert source_rules.lock_faults(text) == []

    def test_the_lock_holds_every_dependency(self) -> None:
        locked = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        wanted = [
            *project["dependencies"],
            *(one for group in project["optional-dependencies"].values() for one in group),
        ]
        names = {re.split(r"[^A-Za-z0-9_.-]", one)[0].lower().replace("_", "-") for one in wanted}
        assert names - set(locked) == set()

    @pytest.mark.parametrize(
        "parts",
        [
            ("cd ", "/wo", "rk/main"),
            ('"', "/ho", "me/someone/x"),
            ("https://py", "pi.org/x"),
            ("https://files.python", "hosted.org/x"),
            ("https://mirror.example/", "simple"),
            ("--index", "-url https://mirror.example"),
            ("\n-", "i https://mirror.example"),
            ("--find-", "links=wheels"),
        ],
        ids=lambda parts: parts[-1],
    )
    def test_the_mark_check_can_fail(self, parts: tuple[str, ...]) -> None:
        assert source_rules.machine_marks("".join(parts))

    def test_the_mark_check_knows_what_is_good(self) -> None:
        relative = "/".join(("docs", "work", "notes"))
        assert not source_rules.machine_marks(f"pip-compile --no-emit-index-url -o x; see {relative} and ./home/\n")

    @pytest.mark.parametrize(
        "bad",
        [
            "orjson==3.11.0\n",
            "orjson>=3 --hash=sha256:" + "0" * 64,
            "orjson==3.11.0 --hash=sha256:0123\n",
            "-r other.txt\n",
            "--trusted-host mirror.example\n",
            "-e .\n",
            "orjson @ https://mirror.example/orjson.whl --hash=sha256:" + "0" * 64,
        ],
    )
    def test_the_lock_check_can_fail(self, bad: str) -> None:
        assert source_rules.lock_faults(bad)

    def test_the_lock_check_knows_what_is_good(self) -> None:
        good = "# comment\norjson==3.11.0 \\\n    --hash=sha256:" + "0" * 64 + "\n    # via pmtui\n"
        assert source_rules.lock_faults(good) == []


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def in_version_control() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        pytest.skip("git is not installed, so which files belong to the project is not known")
    if listed.returncode or "pyproject.toml" not in listed.stdout.split("\0"):
        pytest.skip("not a git checkout, so which files belong to the project is not known")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]
