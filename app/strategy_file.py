"""A strategy that stands in a Python file of the person's own, loaded by its path."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import walk_tb
from typing import Any, Final

NAME: Final = "STRATEGY"
"""What the file must call it."""


class BadStrategyFile(ValueError):
    """The file gives no strategy: what is wrong with it, to be read after its name."""


def from_file(path: Path) -> Any:
    """What the file calls `STRATEGY`, its code run anew. Raises BadStrategyFile."""
    if not path.is_file():
        raise BadStrategyFile("is not a file; give the path of a Python file")
    spec = spec_from_file_location(f"strategies:{path.resolve()}", path)
    if spec is None or spec.loader is None:
        raise BadStrategyFile("is no Python file; its name must end in .py")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks for its module there
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as fault:
        del sys.modules[spec.name]
        raise BadStrategyFile(f"cannot be loaded ({_place(fault, path)}); correct it") from None
    if not hasattr(module, NAME):
        raise BadStrategyFile(f"has no {NAME}; end it with {NAME} = its strategy")
    return getattr(module, NAME)


def _place(fault: BaseException, path: Path) -> str:
    """Kind of the fault and the line of the file that led to it."""
    kind = type(fault).__name__
    if isinstance(fault, SyntaxError) and fault.filename == str(path):
        return f"{kind} in line {fault.lineno}"
    lines = [line for frame, line in walk_tb(fault.__traceback__) if frame.f_code.co_filename == str(path)]
    return f"{kind} in line {lines[-1]}" if lines else kind
