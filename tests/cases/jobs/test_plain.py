import datetime as dt
import uuid

import pytest

from cases import jobs
from cases.jobs.models import Job
from cases.jobs.plain import LONGEST, require_plain
from cases.protection.sealed import Sealed
from cases.records.centre import SYSTEM

PLAIN = {"uids": [str(uuid.UUID(int=7))], "limit": 3, "whole": True, "after": None, "word": "x" * LONGEST}


@pytest.mark.parametrize(
    "unfit",
    [
        "x" * (LONGEST + 1),
        "一行目\n二行目",
        b"bytes",
        1.5,
        uuid.UUID(int=7),
        dt.date(2026, 4, 1),
        Sealed(b"envelope"),
        {1: "a key"},
        {"x" * (LONGEST + 1): 1},
        ("a", "tuple"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_could_carry_words_of_a_person_is_refused_however_deep(unfit):
    require_plain({"list": [{"inner": PLAIN}]})

    with pytest.raises(jobs.NotPlain):
        require_plain({"list": [{"inner": unfit}]})


def test_a_refusal_does_not_quote_the_value():
    with pytest.raises(jobs.NotPlain) as refused:
        require_plain(["山田花子" * 50])

    assert "山田" not in str(refused.value)


@pytest.mark.parametrize("column", ["arguments", "cursor", "result"])
@pytest.mark.django_db
def test_no_way_into_the_database_passes_a_value_that_is_not_plain(kind, column):
    job = jobs.start(kind(lambda running: None), PLAIN, by=SYSTEM)
    long = {"text": "x" * (LONGEST + 1)}
    one = Job.objects.filter(pk=job.pk)

    assert one.update(**{column: PLAIN}) == 1
    with pytest.raises(jobs.NotPlain):
        one.update(**{column: long})
    with pytest.raises(jobs.NotPlain):
        Job.objects.bulk_create([Job(kind="tests.kind", **{column: long})])
    setattr(job, column, long)
    with pytest.raises(jobs.NotPlain):
        job.save()
    with pytest.raises(jobs.NotPlain):
        Job.objects.bulk_update([job], [column])


@pytest.mark.django_db
def test_a_job_with_unfit_arguments_is_not_started(kind):
    name = kind(lambda running: None)

    with pytest.raises(jobs.NotPlain):
        jobs.start(name, {"narrative": "昨日、訪問販売で" * 20}, by=SYSTEM)

    assert not Job.objects.exists()
