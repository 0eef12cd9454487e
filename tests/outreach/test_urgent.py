"""至急: a warning without a number goes out before its approval, on record; somebody else approves it afterwards."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases.errors import CasesError
from cases.protection.models import AuditEntry
from cases.records.later_review import LaterReview
from cases.services import releases
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.bulletins import services
from outreach.bulletins.models import Bulletin, BulletinStep

pytestmark = pytest.mark.django_db
MakeBulletin = Callable[..., Bulletin]
SignIn = Callable[[Account], Client]
WHY = "今朝から同じ電話が続いているため"


def issued_at_once(bulletin: Bulletin, writer: Account) -> Bulletin:
    return services.issue_at_once(bulletin.uid, reason=WHY, by=writer, suggestions_seen=True)


@pytest.mark.parametrize(
    ("text", "reason", "refused"),
    [
        ({}, WHY, None),
        ({}, " ", "reason"),
        ({"period": "FOUR_WEEKS"}, WHY, "period"),
        ({"example": "今週だけで12件の相談がありました。"}, WHY, "example"),
        ({"signs": ["1軒で3件の契約"]}, WHY, "signs"),
        ({"advice": ["一つ", "二つ"]}, WHY, "advice"),
        ({"example": "例 090-1234-5678"}, WHY, "example"),
    ],
)
def test_only_a_warning_without_numbers_and_persons_goes_out_before_its_approval(
    text: dict[str, Any], reason: str, refused: str | None, a_bulletin: MakeBulletin, writer: Account
) -> None:
    bulletin = a_bulletin(**text)

    if refused is not None:
        with pytest.raises(EntryRefused) as refusal:
            services.issue_at_once(bulletin.uid, reason=reason, by=writer, suggestions_seen=True)
        assert list(refusal.value.errors) == [refused]
        return
    issued = services.issue_at_once(bulletin.uid, reason=reason, by=writer, suggestions_seen=True)
    assert (issued.state, issued.number, issued.approver, issued.urgent_reason) == ("ISSUED", 1, None, WHY)
    assert issued.job is not None
    told = releases.released_for(f"bulletin:{bulletin.uid}")
    assert told is not None
    assert (told.kind, told.is_urgent, told.approved_at) == ("WARNING", True, None)
    assert AuditEntry.objects.get(action="BULLETIN_URGENT").reason == issued.said_of_hurry


@pytest.mark.parametrize("who", ["manager", "writer", "alone"])
def test_somebody_else_approves_it_afterwards(
    who: str, a_bulletin: MakeBulletin, writer: Account, manager: Account
) -> None:
    bulletin = issued_at_once(a_bulletin(), writer)
    writer.role_codes = ["OUTREACH", "MANAGER"]
    writer.save()
    if who == "alone":
        Account.objects.exclude(pk=writer.pk).update(is_active=False)

    if who == "writer":
        with pytest.raises(services.OwnBulletin):
            services.approve_afterwards(bulletin.uid, by=writer)
        return
    approved = services.approve_afterwards(bulletin.uid, by=manager if who == "manager" else writer)
    assert approved.approver is not None
    told = releases.released_for(f"bulletin:{bulletin.uid}")
    assert told is not None
    assert told.approved_by == approved.approver
    assert LaterReview.objects.filter(subject_uid=bulletin.uid).exists() == (who == "alone")
    assert not Bulletin.objects.waiting_afterwards().exists()
    with pytest.raises(services.BulletinNotInState):
        services.approve_afterwards(bulletin.uid, by=manager)


def test_who_does_not_approve_says_why_and_the_warning_stays_on_record(
    a_bulletin: MakeBulletin, writer: Account, manager: Account
) -> None:
    bulletin = issued_at_once(a_bulletin(), writer)

    with pytest.raises(EntryRefused):
        services.object_afterwards(bulletin.uid, comment=" ", by=manager)
    services.object_afterwards(bulletin.uid, comment="事例の地名が分かる", by=manager)

    bulletin.refresh_from_db()
    assert (bulletin.state, bulletin.approver) == ("ISSUED", None)
    assert bulletin.steps.latest("pk").kind == BulletinStep.Kind.OBJECTED
    with pytest.raises(CasesError):
        services.approve_afterwards(bulletin.uid, by=manager)


def test_the_page_and_today_lead_from_the_hurry_to_the_approval(
    a_bulletin: MakeBulletin, writer: Account, manager: Account, signed_in: SignIn
) -> None:
    bulletin, author, approver = a_bulletin(), signed_in(writer), signed_in(manager)
    at_once = reverse("bulletin-at-once", args=[bulletin.uid])
    assert author.post(at_once, {"reason": ""}).status_code == 422
    assert "承認を待っています" in author.post(at_once, {"reason": WHY}, follow=True).content.decode()
    assert "承認の前に発行した見守り通信が1件" in approver.get(reverse("today")).content.decode()

    page = reverse("bulletin", args=[bulletin.uid])
    assert WHY in approver.get(page).content.decode()
    assert "承認する" not in author.get(page).content.decode()
    told = approver.post(reverse("bulletin-approve-afterwards", args=[bulletin.uid]), follow=True)

    assert "発行した後に" in told.content.decode()
    assert "承認の前に発行した見守り通信" not in approver.get(reverse("today")).content.decode()
    assert "操作の記録と合いません" not in told.content.decode()
    Bulletin.objects.filter(pk=bulletin.pk).update(urgent_reason="あとから書いた理由")
    assert "操作の記録と合いません" in approver.get(page).content.decode()


def test_the_database_takes_no_urgent_bulletin_with_a_number(
    a_bulletin: MakeBulletin, writer: Account
) -> None:
    bulletin = issued_at_once(a_bulletin(), writer)

    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=bulletin.pk).update(period="FOUR_WEEKS")
    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=bulletin.pk).update(is_urgent=False)
