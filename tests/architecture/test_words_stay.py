"""What people told stays in their centre: only these modules may read it, and only confirmed text is for outside."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("cases", "consult", "outreach", "search", "config")
# Readers inside the centre: pages and API of the desk, and the excerpts of similar cases for its own counsellors.
READ_REDACTED = {
    "consult.desk.api", "consult.desk.approval.card", "consult.desk.case", "consult.desk.day.mediation",
    "consult.desk.papers.print_views", "consult.desk.pionet.views", "consult.desk.searching.results",
    "consult.desk.waves.pages", "search.similar",
}  # fmt: skip
# Where the redacted columns are named: the rooms that write them, and the worker's analysis of the own centre.
NAME_THE_COLUMNS = {
    "cases.records.case", "cases.records.follow_up", "cases.services.intake", "cases.services.followup",
    "consult.desk.api", "search.index", "search.narratives",
}  # fmt: skip
SHOW_PROPOSALS = {"consult.desk.masks"}
COLUMNS = {"narrative_redacted", "advice_redacted", "text_redacted"}


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if ".migrations." not in name and not name.startswith("cases.protection."):
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree: ast.Module) -> set[str]:
    """Every module or name that a module imports, as `module.name`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def _named(tree: ast.Module) -> set[str]:
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return texts | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        ("cases.protection.redacted.redacted_text", READ_REDACTED),
        ("cases.protection.confirming", SHOW_PROPOSALS),
    ],
)
def test_only_the_desk_of_the_own_centre_reads_unconfirmed_words(wanted: str, allowed: set[str]) -> None:
    assert {name for name, tree in _modules() if wanted in _imported(tree)} == allowed


def test_the_door_is_taken_by_its_names_so_that_the_list_above_holds() -> None:
    """`from cases.protection import redacted` would hide which text is read."""
    assert [name for name, tree in _modules() if "cases.protection.redacted" in _imported(tree)] == []


def test_the_columns_of_redacted_words_are_named_only_where_they_are_written() -> None:
    assert {name for name, tree in _modules() if COLUMNS & _named(tree)} <= NAME_THE_COLUMNS
