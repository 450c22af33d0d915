"""The hand-counted tables catch every boundary of the kernel that is turned round, one at a time."""

import ast
import shutil
import sys
from importlib import import_module
from pathlib import Path

import numba
import pytest

from riskscreen.features import ENGINES, kernel

FOLDER = Path(kernel.__file__).parent
TABLES = [str(Path(__file__).with_name(f"test_spec_{name}.py")) for name in ("windows", "values", "households")]
TURNED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}


def comparisons(tree):
    """The comparisons of days: those in functions of the passes that say nothing else."""
    rules = [
        function
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        and isinstance(function.body[-1], ast.Return)
        and len(function.body) == 1
    ]
    compared = [(rule.name, node) for rule in rules for node in ast.walk(rule) if isinstance(node, ast.Compare)]
    return [(name, node, at) for name, node in compared for at in range(len(node.ops))]


SOURCE = (FOLDER / "passes.py").read_text()
NAMES = [name for name, *_ in comparisons(ast.parse(SOURCE))]


def turned(number):
    """The passes with one comparison of days turned round; with none for ``None``."""
    tree = ast.parse(SOURCE)
    if number is not None:
        _, node, at = comparisons(tree)[number]
        node.ops[at] = TURNED[type(node.ops[at])]()
    return ast.unparse(tree)


def copied(folder, name, passes):
    """The kernel under another name, with other passes, which are not compiled."""
    shutil.copytree(FOLDER, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / name).glob("*.py"):
        path.write_text(path.read_text().replace("riskscreen.features.kernel", name))
    (folder / name / "passes.py").write_text(passes.replace("riskscreen.features.kernel", name))
    return import_module(name)


@pytest.fixture
def caught(tmp_path, monkeypatch):
    """Whether some table is not what it should be where the kernel is a changed copy."""

    def by_tables(number):
        name = f"kernel_turned_{number}"
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
        monkeypatch.setitem(ENGINES, "kernel", copied(tmp_path, name, turned(number)).features)
        failed = pytest.main(["-qq", "-x", "--no-header", "-p", "no:cacheprovider", "-k", "kernel", *TABLES])
        for module in [module for module in sys.modules if module.split(".")[0] == name]:
            del sys.modules[module]
        assert failed in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        return failed == pytest.ExitCode.TESTS_FAILED

    return by_tables


def test_the_kernel_as_it_is_passes_every_table(caught):
    assert not caught(None)


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_boundary_that_is_turned_round_fails_some_table(caught, number):
    assert caught(number)


def names_in(node):
    return {getattr(part, "id", getattr(part, "attr", None)) for part in ast.walk(node)}


def test_days_are_compared_nowhere_but_in_the_rules_that_are_turned_round():
    days = {"as_of", "happened_on", "known_on", "until", "ends_on", "void_on", "days", "age"}
    elsewhere = []
    for path in FOLDER.glob("*.py"):
        tree = ast.parse(path.read_text())
        rules = {id(node) for _, node, _ in comparisons(tree)} if path.name == "passes.py" else set()
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            ordered = [n for n in ast.walk(function) if isinstance(n, ast.Compare) and type(n.ops[0]) in TURNED]
            if any(id(n) not in rules and days & names_in(n) for n in ordered):
                elsewhere.append(function.name)
    assert elsewhere == ["runs"]  # of the order of rows, which other tests turn round
    assert NAMES == ["_is_visible", "_is_visible", "_has_happened", "_is_within", "_lasts", "_is_household"]
