"""The order of the rooms of riskscreen/, what models/ and serving/ may import, who may read a clock, and the top level."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Lowest first: a room imports only from rooms before it, or from itself.
ROOMS = (
    "errors",
    "clock",
    "settings",
    "declare",
    "identity",
    "runners",
    "eventstore",
    "ingest",
    "linkage",
    "features",
    "learning",
    "scoring",
    "policy",
    "watchlist",
    "review",
    "store",
    "monitor",
    "city",
    "nightly",
    "cli",
)
TOP = (
    *(".ci", "benchmarks", "docs", "models", "notebooks", "riskscreen", "serving", "tests"),
    *("CHANGELOG.md", "GLOSSARY.md", "LICENSE", "README.md", "README.zh-CN.md"),
    *(".gitignore", "Makefile", "hatch_build.py", "pyproject.toml", "requirements*.lock"),
)
PACKAGE_FILES = ("__init__", "__main__")
TEMPLATES = "example"  # a deployment's template files: held to the rules of models/
DEPLOYMENT_MAY_IMPORT = ("riskscreen.declare", "riskscreen.clock")
MODELS = ("models", "riskscreen_models")
SERVING = ("serving", "riskscreen_serving")
MLFLOW_FILES = ("riskscreen/learning/registry.py", "riskscreen/learning/served_model.py")
HEAVY = ("duckdb", "fairlearn", "lightgbm", "mlflow", "pandas", "scipy", "sklearn")
CLOCKS = (
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "pandas.Timestamp.now",
    "pandas.Timestamp.today",
    "pandas.Timestamp.utcnow",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
)


@dataclass(frozen=True)
class Import:
    """A dotted name that a file imports, `riskscreen.clock.Window`; `late` where only a call runs it."""

    name: str
    line: int
    late: bool

    def is_under(self, *packages: str) -> bool:
        return any(self.name == package or self.name.startswith(f"{package}.") for package in packages)


@dataclass(frozen=True)
class File:
    """A source file, by its path from the project's root, with forward slashes."""

    path: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.path)

    @cached_property
    def package(self) -> tuple[str, ...]:
        return tuple(self.path.split("/")[:-1])

    @cached_property
    def room(self) -> str | None:
        """The room that the file stands in, or None outside riskscreen/."""
        top, *rest = self.path.removesuffix(".py").split("/")
        return rest[0] if top == "riskscreen" else None

    @property
    def is_deployment(self) -> bool:
        return self.package[:1] == ("models",) or self.room == TEMPLATES

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        return tuple(imports_in(self.tree, self.package, late=False))


def imports_in(node: ast.AST, package: tuple[str, ...], *, late: bool) -> Iterator[Import]:
    """Every import below `node`, in whatever block it hides; relative names are made absolute."""
    for name in names_imported_by(node, package):
        yield Import(name, getattr(node, "lineno", 0), late)
    in_function = late or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    for child in ast.iter_child_nodes(node):
        only_for_types = isinstance(node, ast.If) and mentions_type_checking(node.test) and child in node.body
        yield from imports_in(child, package, late=in_function or only_for_types)


def names_imported_by(node: ast.AST, package: tuple[str, ...]) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            base = absolute("." * level + (module or ""), package)
            return [f"{base}.{alias.name}" for alias in names]
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called in {
            "__import__",
            "import_module",
        }:
            return [absolute(name, package) for name in constant_strings(node)[:1]]
    return []


def absolute(name: str, package: tuple[str, ...]) -> str:
    """`..declare` seen from riskscreen/features/ is `riskscreen.declare`."""
    level = len(name) - len(name.lstrip("."))
    if level == 0:
        return name
    above = package[: len(package) - level + 1]
    return ".".join((*above, name[level:])).rstrip(".")


def constant_strings(call: ast.Call) -> list[str]:
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]


def mentions_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test).endswith("TYPE_CHECKING")


def violations(path: str, source: str) -> list[str]:
    """What a file at `path` (from the project's root) does against the rules, a sentence each."""
    file = File(path, source)
    found = [
        *unplaced_room(file),
        *imports_of_a_later_room(file),
        *imports_of_the_outside(file),
        *imports_of_a_deployment(file),
        *imports_of_mlflow(file),
        *early_imports_of_the_commands(file),
        *readings_of_a_clock(file),
    ]
    return [f"{path}:{line}: {sentence}" for line, sentence in found]


Found = Iterator[tuple[int, str]]


def unplaced_room(file: File) -> Found:
    if file.room and file.room not in (*ROOMS, *PACKAGE_FILES, TEMPLATES):
        yield 1, f"{file.room} is a room nobody placed: put it into ROOMS, below everything that imports it"


def imports_of_a_later_room(file: File) -> Found:
    if file.room not in ROOMS:
        return
    earlier = ROOMS[: ROOMS.index(file.room) + 1]
    for imported in file.imports:
        room = room_of(imported)
        if room and room not in earlier:
            yield imported.line, f"{file.room} imports {imported.name}, which stands later than itself"


def room_of(imported: Import) -> str | None:
    if not imported.name.startswith("riskscreen."):
        return None
    room = imported.name.split(".")[1]
    return None if room == "__version__" else room


def imports_of_the_outside(file: File) -> Found:
    forbidden = {"riskscreen": (*MODELS, *SERVING), "serving": MODELS}.get(file.package[0], ())
    for imported in file.imports:
        if imported.is_under(*forbidden):
            yield imported.line, f"{file.package[0]}/ never imports {imported.name}: use an entry point"


def imports_of_a_deployment(file: File) -> Found:
    if not file.is_deployment:
        return
    own = MODELS if file.package[0] == "models" else (f"riskscreen.{TEMPLATES}",)
    for imported in file.imports:
        standard = imported.name.split(".")[0] in sys.stdlib_module_names
        if not (standard or imported.is_under(*own, *DEPLOYMENT_MAY_IMPORT)):
            yield imported.line, f"a deployment imports {DEPLOYMENT_MAY_IMPORT} alone, not {imported.name}"


def imports_of_mlflow(file: File) -> Found:
    if file.room is None or file.path in MLFLOW_FILES:
        return
    for imported in file.imports:
        if imported.is_under("mlflow"):
            yield imported.line, f"only {' and '.join(MLFLOW_FILES)} import mlflow"


def early_imports_of_the_commands(file: File) -> Found:
    if file.room != "cli":
        return
    for imported in file.imports:
        if imported.is_under(*HEAVY) and not imported.late:
            yield imported.line, f"a command imports {imported.name} inside the function that needs it"


def readings_of_a_clock(file: File) -> Found:
    if file.room in (None, "cli"):
        return
    meaning = dict(names_bound_by_imports(file.tree))
    for node in ast.walk(file.tree):
        if isinstance(node, (ast.Name, ast.Attribute)):
            root, *rest = ast.unparse(node).split(".")
            if ".".join([meaning.get(root, root), *rest]) in CLOCKS:
                yield node.lineno, f"{ast.unparse(node)} reads a clock: take the time as an argument"


def names_bound_by_imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(name in the file, what it stands for), e.g. ("dt", "datetime") for `import datetime as dt`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.asname, alias.name) for alias in node.names if alias.asname)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def project_files() -> list[str]:
    folders = ("riskscreen", "models", "serving")
    return sorted(path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", project_files())
def test_every_file_keeps_the_order_of_the_rooms(path):
    assert violations(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "source", "sentence"),
    [
        ("riskscreen/errors.py", "from riskscreen.clock import Window", "later than itself"),
        ("riskscreen/declare/feeds.py", "import riskscreen.features", "later than itself"),
        ("riskscreen/declare/feeds.py", "import riskscreen.features.kernel as k", "later than itself"),
        ("riskscreen/declare/feeds.py", "from riskscreen import clock, features", "later than itself"),
        ("riskscreen/declare/feeds.py", "from ..features import kernel", "later than itself"),
        ("riskscreen/declare/feeds.py", "from .. import features", "later than itself"),
        ("riskscreen/declare/__init__.py", "from ..features import kernel", "later than itself"),
        ("riskscreen/clock.py", "from .declare import Feed", "later than itself"),
        ("riskscreen/clock.py", "def f():\n    if x:\n        from . import cli", "later than itself"),
        (
            "riskscreen/clock.py",
            "class A:\n    async def f(self):\n        import riskscreen.cli",
            "later than",
        ),
        ("riskscreen/clock.py", "if TYPE_CHECKING:\n    from riskscreen.store import Store", "later than"),
        ("riskscreen/clock.py", "import_module('riskscreen.store')", "later than itself"),
        (
            "riskscreen/clock.py",
            "f = lambda: importlib.import_module(name='.cli', package='riskscreen')",
            "later",
        ),
        ("riskscreen/clock.py", "from riskscreen import example", "later than itself"),
        ("riskscreen/clock.py", "from riskscreen import unheard_of", "later than itself"),
        ("riskscreen/utils.py", "", "a room nobody placed"),
        ("riskscreen/helpers/text.py", "", "a room nobody placed"),
        ("riskscreen/cli/main.py", "import models.meps", "never imports"),
        ("riskscreen/cli/main.py", "def f():\n    from riskscreen_models import meps", "never imports"),
        ("riskscreen/cli/main.py", "import_module('serving.app')", "never imports"),
        ("riskscreen/__main__.py", "import riskscreen_serving", "never imports"),
        ("serving/app.py", "from models.meps import deployment", "never imports"),
        ("models/meps/signals.py", "from serving import app", "a deployment imports"),
        ("models/meps/signals.py", "from riskscreen.features import kernel", "a deployment imports"),
        ("models/meps/signals.py", "def f():\n    import numpy", "a deployment imports"),
        ("models/meps/signals.py", "import riskscreen", "a deployment imports"),
        ("riskscreen/example/signals.py", "from riskscreen.store import x", "a deployment imports"),
        ("riskscreen/learning/training.py", "def f():\n    import mlflow.pyfunc", "import mlflow"),
        ("riskscreen/cli/train.py", "def f():\n    from mlflow import pyfunc", "import mlflow"),
        ("riskscreen/cli/train.py", "import pandas as pd", "inside the function"),
        (
            "riskscreen/cli.py",
            "try:\n    from sklearn.metrics import auc\nexcept E:\n    pass",
            "inside the function",
        ),
        ("riskscreen/cli/train.py", "class A:\n    import duckdb", "inside the function"),
        ("riskscreen/nightly.py", "from datetime import date\nd = date.today()", "reads a clock"),
        (
            "riskscreen/nightly.py",
            "import datetime as dt\ndef f():\n    dt.datetime.now(tz)",
            "reads a clock",
        ),
        ("riskscreen/nightly.py", "import datetime\ndatetime.datetime.now()", "reads a clock"),
        (
            "riskscreen/store/a.py",
            "from datetime import datetime as D\nfield(default_factory=D.now)",
            "reads a clock",
        ),
        ("riskscreen/store/a.py", "import time\nstamp = time.time()", "reads a clock"),
        ("riskscreen/store/a.py", "from time import time as t\nt()", "reads a clock"),
        ("riskscreen/store/a.py", "import pandas as pd\npd.Timestamp.now()", "reads a clock"),
    ],
)
def test_a_planted_violation_is_found(path, source, sentence):
    assert [sentence in found for found in violations(path, source)] == [True]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("riskscreen/clock.py", "from riskscreen.errors import CallerError\nfrom . import errors"),
        (
            "riskscreen/features/kernel.py",
            "from riskscreen.declare.signals import Signal\nfrom .sets import Set",
        ),
        ("riskscreen/features/kernel.py", "import pandas as pd\nimport time\nt = time.perf_counter()"),
        (
            "riskscreen/cli/main.py",
            "from riskscreen import __version__, nightly\ndef f():\n    import pandas",
        ),
        ("riskscreen/cli/main.py", "from datetime import date\nas_of = date.today()"),
        ("riskscreen/cli/main.py", "if TYPE_CHECKING:\n    import pandas"),
        ("riskscreen/__main__.py", "from riskscreen.cli import main"),
        ("riskscreen/learning/registry.py", "import mlflow"),
        ("riskscreen/learning/served_model.py", "import mlflow"),
        ("riskscreen/example/signals.py", "from riskscreen.declare import Signal\nfrom .feeds import BILLS"),
        (
            "models/meps/__init__.py",
            "from riskscreen import clock, declare\nfrom . import feeds\nimport datetime",
        ),
        ("serving/app.py", "from riskscreen.store import Store\nimport time\nt = time.time()"),
    ],
)
def test_what_is_allowed_is_not_found(path, source):
    assert violations(path, source) == []


@pytest.mark.skipif("riskscreen/cli" not in " ".join(project_files()), reason="there are no commands")
def test_the_commands_start_without_a_heavy_library():
    program = f"import sys, riskscreen.cli; print(*sorted(set({HEAVY}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_the_two_engines_share_no_code():
    engines = {name: f"riskscreen.features.{name}" for name in ("kernel", "reference")}
    folder = ROOT / "riskscreen" / "features"
    for own, other in (("kernel", "reference"), ("reference", "kernel")):
        for path in [*folder.glob(f"{own}.py"), *(folder / own).glob("*.py")]:
            file = File(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
            assert not [found for found in file.imports if found.is_under(engines[other])], path


def strangers(tracked: list[str]) -> list[str]:
    """What of these paths, from the project's root, stands at the top level and is not named in TOP."""
    tops = {path.split("/")[0] for path in tracked}
    return sorted(top for top in tops if not any(fnmatch(top, named) for named in TOP))


def test_a_stranger_at_the_top_level_is_found():
    assert strangers(["READY.txt", "README.md", "docs/READY.txt", "requirements-spark.lock", "var/x"]) == [
        "READY.txt",
        "var",
    ]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no clone, so nothing is tracked")
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_top_level_holds_what_is_named_and_nothing_else():
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]  # whoever owns the clone
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = run.stdout.split("\0")[:-1]
    assert len(tracked) > len(TOP)
    assert strangers(tracked) == []
