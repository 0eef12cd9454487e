"""The audiences of outreach: what is offered, what stays readable, and the rows of before."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from cases.figures.trends import EVERYONE, GROUPS
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach import audiences
from outreach.lectures import services
from outreach.lectures.models import Lecture
from outreach.lectures.services import LecturePlan

MakeLecture = Callable[..., Lecture]
MakePlan = Callable[..., LecturePlan]


def test_every_audience_covers_ages_and_fits_its_column() -> None:
    longest = Lecture._meta.get_field("audience").max_length or 0

    assert all(set(audiences.groups(code)) <= set(GROUPS) - {EVERYONE} for code in audiences.AUDIENCES)
    assert all(audiences.groups(code) and len(code) <= longest for code in audiences.AUDIENCES)
    assert audiences.groups("NO_SUCH") == ()


def test_a_code_of_an_earlier_version_is_read_but_no_longer_offered() -> None:
    assert "STUDENTS" not in dict(audiences.choices())
    assert "STUDENTS" in dict(audiences.choices(kept="STUDENTS"))
    assert (audiences.text("STUDENTS"), audiences.text("NO_SUCH")) == ("児童・生徒・学生", "NO_SUCH")


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [True, False])
def test_a_lecture_of_before_keeps_its_audience_and_no_new_one_takes_it(
    kept: bool,
    a_lecture: MakeLecture,
    a_plan: MakePlan,
    writer: Account,
    signed_in: Callable[[Account], Client],
) -> None:
    lecture = a_lecture()
    if kept:
        Lecture.objects.update(audience="STUDENTS")
        page = signed_in(writer).get(reverse("lecture-change", args=[lecture.uid])).content.decode()
        assert 'value="STUDENTS" selected' in page
        services.reschedule(lecture.uid, a_plan(audience="STUDENTS"), by=writer)
        return
    with pytest.raises(EntryRefused) as refusal:
        services.reschedule(lecture.uid, a_plan(audience="STUDENTS"), by=writer)
    assert list(refusal.value.errors) == ["audience"]


@pytest.mark.django_db
def test_the_audiences_of_before_are_renamed_and_come_back(a_lecture: MakeLecture) -> None:
    migration = import_module("outreach.migrations.0008_audiences")
    uids = [a_lecture().uid for _code in ("SENIORS", "STUDENTS", "DISABLED")]
    for uid, before in zip(uids, ("SENIORS", "STUDENTS", "DISABLED"), strict=True):
        Lecture.objects.filter(uid=uid).update(audience=before)

    def carried() -> list[str]:
        return [Lecture.objects.get(uid=uid).audience for uid in uids]

    migration.rename(apps, None)
    assert carried() == ["KOREISHA", "STUDENTS", "SHOGAI"]
    Lecture.objects.filter(uid=uids[1]).update(audience="JIDO")
    migration.back(apps, None)
    assert carried() == ["SENIORS", "STUDENTS", "DISABLED"]
