"""The house rules that a program can check, each as a function from source text to what it found wrong.

They read the syntax tree, so a word in a comment, a docstring or a test's bad example is not a finding.
"""

import ast
import re
from collections.abc import Iterator, Sequence

LOCKS = frozenset(
    f"{module}.{name}"
    for module in ("threading", "asyncio", "multiprocessing")
    for name in ("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Barrier")
) | {
    "threading.Event",  # a condition variable inside
    "multiprocessing.Event",
    "multiprocessing.Manager",
    "multiprocessing.Queue",
    "multiprocessing.JoinableQueue",
    "multiprocessing.SimpleQueue",
    "queue.Queue",
    "queue.LifoQueue",
    "queue.PriorityQueue",
    "queue.SimpleQueue",
    "_thread.allocate_lock",
}
"""What makes one task or thread wait until another has let go of something."""

DANGEROUS = frozenset(
    {
        "builtins.eval",
        "builtins.exec",
        "builtins.compile",
        "builtins.__import__",
        "os.system",
        "os.popen",
        "ssl._create_unverified_context",
        "ssl.CERT_NONE",
        "asyncio.create_subprocess_shell",
        "subprocess.getoutput",
        "subprocess.getstatusoutput",
    }
)
DANGEROUS_MODULES = frozenset({"pickle", "cPickle", "dill", "marshal", "shelve"})
NEVER_FALSE = frozenset({"verify", "check_hostname"})

ENGINE_STDLIB = frozenset(
    [
        "collections",
        "dataclasses",
        "decimal",
        "enum",
        "functools",
        "hashlib",
        "heapq",
        "itertools",
        "math",
        "struct",
        "types",
        "typing",
    ]
)
"""What the engine may import: nothing in here reads a clock, a file, a socket or a dice; see CACHES too."""

IMMUTABLE_CALLS = frozenset({"Decimal", "MappingProxyType", "Struct", "frozenset", "range", "tuple"})
FIELD_CALLS = frozenset({"auto", "field"})
"""Calls that stand for a class attribute of each instance, not for one shared object."""

CACHES = frozenset({"cache", "lru_cache", "cached_property", "singledispatch"})


def names_used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name (`threading.Lock`) of everything that the code refers to by way of an import or a builtin."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                known[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield node.lineno, f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.lineno, known.get(node.id, f"builtins.{node.id}")
        elif isinstance(node, ast.Attribute):
            parts = _dotted(node)
            if parts and parts[0] in known:
                yield node.lineno, ".".join([known[parts[0]], *parts[1:]])


def modules_imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of every module that is imported, wherever in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def locks(source: str) -> list[str]:
    """Every lock, and everything that waits on one inside."""
    return [f"line {line}: {name}" for line, name in names_used(ast.parse(source)) if _in(name, LOCKS)]


def dangers(source: str) -> list[str]:
    """Code made of data, a shell, and connections that are not verified."""
    tree = ast.parse(source)
    found = [f"line {line}: {name}" for line, name in names_used(tree) if _in(name, DANGEROUS)]
    found += [
        f"line {line}: {name}" for line, name in modules_imported(tree) if name.partition(".")[0] in DANGEROUS_MODULES
    ]
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg="shell", value=value) if not _is_false(value):
                found.append(f"line {node.lineno}: shell={ast.unparse(value)}")
            case ast.keyword(arg=str(name), value=value) if name in NEVER_FALSE and _is_false(value):
                found.append(f"line {node.lineno}: {name}=False")
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name in NEVER_FALSE and _is_false(
                value
            ):
                found.append(f"line {node.lineno}: {name} = False")
    return found


def engine_imports(source: str) -> list[str]:
    """Imports that the engine must not have."""
    return [
        f"line {line}: {name}"
        for line, name in modules_imported(ast.parse(source))
        if name.partition(".")[0] not in ENGINE_STDLIB | {"engine"}
    ]


def shared_state(source: str) -> list[str]:
    """What lives longer than one object and could change: at module level, on a class, in a cache or a default."""
    tree = ast.parse(source)
    found = list(_module_level(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            found.append(f"line {node.lineno}: global {', '.join(node.names)}")
        elif isinstance(node, ast.ClassDef):
            found += _class_level(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += _function(node)
    return found


def _module_level(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.Import() | ast.ImportFrom() | ast.ClassDef() | ast.FunctionDef():
                pass
            case ast.Expr(value=ast.Constant(value=str())):
                pass
            case ast.AnnAssign(annotation=annotation, value=ast.expr() as value) if _is_final(annotation):
                yield from _mutable(value, IMMUTABLE_CALLS)
            case ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar"))):
                pass
            case ast.Assign(value=ast.Name() | ast.Attribute() | ast.Subscript() | ast.BinOp() as alias):
                yield from _mutable(alias, frozenset())
            case ast.stmt():
                yield f"line {node.lineno}: neither a Final constant nor a type"


def _class_level(owner: ast.ClassDef) -> Iterator[str]:
    for node in owner.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if value is not None:
            yield from _mutable(value, IMMUTABLE_CALLS | FIELD_CALLS)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for default in [*node.args.defaults, *node.args.kw_defaults]:
        if default is not None:
            yield from _mutable(default, IMMUTABLE_CALLS)
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        parts = _dotted(called)
        if parts and parts[-1] in CACHES:
            yield f"line {node.lineno}: {parts[-1]} keeps what it has seen"


def _mutable(value: ast.expr, calls: frozenset[str]) -> Iterator[str]:
    """What in an expression could be changed later. A frozen call's arguments end with it, so they may be anything."""
    match value:
        case ast.Call(func=called):
            name = (_dotted(called) or ["?"])[-1]
            if name not in calls:
                yield f"line {value.lineno}: a call of {name}"
        case ast.Tuple(elts=elements):
            for element in elements:
                yield from _mutable(element, calls)
        case ast.BinOp(left=left, right=right):
            yield from _mutable(left, calls)
            yield from _mutable(right, calls)
        case ast.UnaryOp(operand=operand):
            yield from _mutable(operand, calls)
        case ast.Constant() | ast.Name() | ast.Attribute() | ast.Subscript():
            pass
        case ast.expr():
            yield f"line {value.lineno}: {type(value).__name__}"


def long_lines(source: str, limit: int) -> list[str]:
    """Lines of more than `limit` columns."""
    return [f"line {n}: {len(line)}" for n, line in enumerate(source.split("\n"), 1) if len(line) > limit]


_MACHINE = re.compile(r"(?<![\w.~-])/(?:work|root|home|Users)/")
_REGISTRY = re.compile(
    r"py(?:pi\.org|thonhosted\.org)|https?://\S*/simple\b|(?:^|\s)--?(?:i|extra-index-url|index-url|find-links)[ =]\S",
    re.MULTILINE,
)


def machine_marks(text: str) -> list[str]:
    """Paths of the machine on which it was written, and addresses of package registries."""
    return [match.group(0).strip() for pattern in (_MACHINE, _REGISTRY) for match in pattern.finditer(text)]


def lock_faults(text: str) -> list[str]:
    """Lines of a requirements lock that would install something else than the very files it was made from."""
    faults = []
    for line in _logical_lines(text):
        words = line.split()
        if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", words[0]):
            faults.append(f"{line[:60]}: not a pinned requirement")
        elif not any(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word) for word in words[1:]):
            faults.append(f"{words[0]}: no hash")
    return faults


def _logical_lines(text: str) -> Sequence[str]:
    joined = re.sub(r"\\\n", " ", "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#")))
    return [line.strip() for line in joined.split("\n") if line.strip()]


def _in(name: str, forbidden: frozenset[str]) -> bool:
    """`multiprocessing.synchronize.Lock` and the like count as their package's."""
    parts = name.split(".")
    return name in forbidden or f"{parts[0]}.{parts[-1]}" in forbidden


def _is_false(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is False


def _is_final(annotation: ast.expr) -> bool:
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    return (_dotted(annotation) or [""])[-1] == "Final"


def _dotted(node: ast.expr) -> list[str]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else []
