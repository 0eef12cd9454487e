"""伏せ字のリスト: words put on, accepted and taken off; each look is logged; older cases follow by a job."""

import pytest
from django.urls import reverse

from cases.jobs.models import Job
from cases.protection import masking
from cases.protection.models import AuditEntry, MaskingWord
from tests import builders
from tests.consult.manage.conftest import signed_in


@pytest.fixture(autouse=True)
def _fresh() -> None:
    masking.forget()


def test_a_word_is_put_on_a_list_and_taken_off(centre, manager):
    client = signed_in(manager)
    client.post(reverse("masking"), {"text": "みどり生協", "kind": "ALLOW"})
    page = client.get(reverse("masking"))
    assert "みどり生協" in page.content.decode()
    assert masking.lists_of(centre).allow == ("みどり生協",)

    client.post(reverse("masking-word", args=[MaskingWord.objects.get().uid]), {"do": "remove"})

    assert masking.lists_of(centre) == masking.Lists()
    assert AuditEntry.objects.filter(action="MASKING_LISTS_VIEWED").count() == 1
    assert AuditEntry.objects.filter(action="MASKING_LISTS_CHANGED").count() == 2


@pytest.mark.parametrize(("do", "in_force"), [("accept", ("みどり生協",)), ("remove", ())])
def test_a_suggestion_is_taken_or_dropped(centre, manager, do, in_force):
    masking.suggest("みどり生協", "ALLOW", centre=centre, by=manager)
    client = signed_in(manager)
    assert "提案" in client.get(reverse("masking")).content.decode()
    assert masking.lists_of(centre) == masking.Lists()

    client.post(reverse("masking-word", args=[MaskingWord.objects.get().uid]), {"do": do})

    assert masking.lists_of(centre).allow == in_force
    assert not MaskingWord.objects.filter(is_suggested=True).exists()


@pytest.mark.parametrize("text", ["", "あ", "あ" * 61])
def test_what_is_no_word_is_refused_with_its_reason(manager, text):
    answer = signed_in(manager).post(reverse("masking"), {"text": text, "kind": "DENY"})

    assert answer.status_code == 422
    assert not MaskingWord.objects.exists()


def test_older_cases_are_masked_anew_by_a_job(centre, manager):
    answer = signed_in(manager).post(reverse("masking-again"))

    job = Job.objects.get(kind="masking.again")
    assert (answer.url, job.centre) == (reverse("job", args=[job.uid]), centre)


def test_words_of_another_centre_are_not_there(centre, manager):
    masking.add("みどり生協", "ALLOW", centre=centre, by=manager)
    stranger = signed_in(builders.account("MANAGER", at=builders.centre("kita")))
    word = MaskingWord.objects.get()

    assert "みどり生協" not in stranger.get(reverse("masking")).content.decode()
    stranger.post(reverse("masking-word", args=[word.uid]), {"do": "remove"})
    assert stranger.post(reverse("masking-word", args=[word.uid]), {"do": "accept"}).status_code == 404
    assert MaskingWord.objects.filter(pk=word.pk).exists()
