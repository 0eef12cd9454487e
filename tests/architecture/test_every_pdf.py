"""Every module that makes a PDF has a test that lets veraPDF judge a paper of it (fixture `ua_faults`)."""

import re
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

from tests.architecture.test_what_leaves import OUR_APPS

_MAKES_A_PDF: Final = re.compile(r"(?<!def )\b(?:to_pdf|at_once|pdf_answer)\(")
# Counts pages and gives the paper to nobody.
_KEPT_BACK: Final = {"outreach/bulletins/checks.py"}
JUDGED_IN: Final = {
    "consult/desk/letters/papers.py": ["desk/test_letters", "desk/test_accidents"],
    "consult/desk/papers/views.py": ["desk/papers/test_blank"],
    "consult/desk/papers/print_views.py": ["desk/pionet/test_pages"],
    "consult/manage/editions/pages.py": ["manage/test_editions"],
    "consult/manage/protection/papers.py": [
        "manage/test_leaks", "manage/test_disclosures", "manage/test_requests",
    ],
    "consult/manage/report/pages.py": ["manage/report/test_pages"],
    "consult/manage/report/work.py": ["manage/report/test_pages"],
    "outreach/applications/letters.py": ["test_application_letters"],
    "outreach/bulletins/outputs/taking.py": ["test_bulletin_outputs", "test_bulletin_editor"],
    "outreach/bulletins/pdf.py": ["test_bulletins"],
    "outreach/bulletins/print_run.py": ["test_bulletin_outputs"],
    "outreach/devices/letters.py": ["test_devices"],
    "outreach/papers.py": ["test_inquiries", "test_planner"],
}  # fmt: skip
"""The modules of tests in `tests/consult` or `tests/outreach`."""


def test_every_module_that_makes_a_pdf_is_known() -> None:
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for app in OUR_APPS
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if _MAKES_A_PDF.search(path.read_text(encoding="utf-8"))
    }

    assert found - _KEPT_BACK == JUDGED_IN.keys()


@pytest.mark.parametrize(("maker", "tests"), JUDGED_IN.items())
def test_a_paper_of_every_maker_is_judged(maker: str, tests: list[str]) -> None:
    app = Path(settings.BASE_DIR) / "tests" / maker.split("/")[0]

    for name in tests:
        assert "ua_faults(" in (app / f"{name}.py").read_text(encoding="utf-8"), name
