"""Two persons who publish, or propose, at the same moment: one after the other, and the second knows of the first."""

from datetime import date
from functools import partial
from uuid import uuid4

import pytest

from cases.figures.measures import Question
from cases.figures.releases.asking import Asked
from cases.models import Release
from cases.services import editions, releases
from tests import builders
from tests.cases.services.releases.conftest import work
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(tmp_path, settings):
    """The day of the wall: threads share it."""
    settings.COLUMNS_DIR = tmp_path / "columns"


def test_two_approvals_at_once_are_one_after_the_other_and_the_second_is_judged_anew(
    state, asked, judged, centre, other
):
    state(30)
    third = builders.account("MANAGER", at=centre)
    same = judged(asked("scam_main"))

    assert at_once(*(partial(releases.approve, same.uid, by=by) for by in (other, third))) == [
        "done", "release_not_judged",
    ]  # fmt: skip

    neighbours = [judged(asked("scam_main", end=end)) for end in (7, 6)]
    outcomes = at_once(
        *(
            partial(releases.approve, one.uid, by=by)
            for one, by in zip(neighbours, (other, third), strict=True)
        )
    )

    # The first sends the other back to the worker; who comes second finds it there, or learns of it by the ledger.
    assert outcomes[0] == "done"
    assert outcomes[1] in ("ledger_grew", "release_not_judged")
    first, second = sorted(Release.objects.exclude(pk=same.pk), key=lambda one: one.state != "RELEASED")
    assert (first.state, first.number, second.state, second.number) == ("RELEASED", 2, "QUEUED", None)
    assert work(second).knew == 2


def test_two_clicks_at_once_propose_once(centre, manager):
    builders.case(by=manager)
    question = Question(frozenset({centre.pk}), date(2026, 4, 1), date(2026, 5, 1), "scam_main")
    given = {"kind": "PAGE", "audience": "public", "title": "表", "uid": uuid4(), "by": manager}

    assert at_once(*[partial(releases.propose, centre, [Asked(question)], **given)] * 3) == ["done"] * 3
    assert at_once(*[partial(editions.propose_open_data, centre, 2024, by=manager)] * 2) == [
        "done", "edition_open",
    ]  # fmt: skip
    assert Release.objects.count() == 2
