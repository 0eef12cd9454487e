"""A run of the tests may pass midnight: no test remembers what day it was when its file was read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CLOCKS = {
    ("calendar", "today"), ("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("timezone", "now"),
    ("timezone", "localdate"), ("timezone", "localtime"), ("time", "time"),
}  # fmt: skip
# Three days ago when the browser's tests began: it stays a day of this week, whatever day it has become.
KNOWN = {("browser/desk.py", "DAY")}


def read_at_once(node: ast.AST) -> Iterator[ast.Call]:
    """The calls that run when the file is read: not those in the bodies of functions."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        below = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    elif isinstance(node, ast.Lambda):
        below = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    else:
        below = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Call):
        yield node
    for child in below:
        yield from read_at_once(child)


def is_a_clock(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(attr=name, value=ast.Name(id=of) | ast.Attribute(attr=of)):
            return (of, name) in CLOCKS
    return False


def remembered(source: str) -> list[str]:
    """The names or lines of the statements that ask a clock when they are read."""
    return [
        statement.targets[0].id
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        else f"line {statement.lineno}"
        for statement in ast.parse(source).body
        if any(is_a_clock(call) for call in read_at_once(statement))
    ]


def test_no_test_remembers_the_day():
    found = {
        (str(path.relative_to(TESTS)), name)
        for path in TESTS.rglob("*.py")
        for name in remembered(path.read_text("utf-8"))
    }

    assert found == KNOWN


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("TODAY = calendar.today()", True),
        (
            "@pytest.mark.parametrize('day', [law.calendar.today() + timedelta(days=1)])\ndef test(day): ...",
            True,
        ),
        ("def test(day=timezone.now()): ...", True),
        ("class Kept:\n    AT = datetime.now(TOKYO)", True),
        ("def test():\n    return calendar.today()", False),
        ("GIVEN = [lambda: {'on': calendar.today()}]", False),
        ("DAY = date(2026, 11, 26)", False),
    ],
)
def test_a_day_read_with_its_file_is_seen(source, is_found):
    assert bool(remembered(source)) is is_found
