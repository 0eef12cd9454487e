"""通知書: numbered, kept byte for byte, true to the decision that the log vouches for, and gone with its persons."""

import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import reverse

from cases.protection.models import AuditEntry, SealedChunk
from cases.protection.sealed import SealBroken
from cases.services import leak_looks
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from consult.shell.paper import to_text
from outreach.applications import deciding, erasing, letters, rulebooks, services, wordings
from outreach.applications.models import Application, ApplicationLetter
from outreach.applications.rules import RuleBook
from tests import applications
from tests.verapdf import Faults

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]
BYTES = b"%PDF-1.7 a paper"


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The typesetter is a process of 80 MB; what it would have set is kept as text. One test takes the real one."""
    told: list[str] = []

    def at_once(document: object, *, made_at: object) -> bytes:
        told.append(to_text(document))  # type: ignore[arg-type]
        return BYTES + str(len(told)).encode()

    monkeypatch.setattr(letters.pdf, "at_once", at_once)
    return told


@pytest.fixture
def decided(writer: Account) -> Application:
    row = applications.received(by=writer)
    deciding.decide(row.uid, deciding.times_of(row)[0], by=writer)
    return row


def test_a_decision_letter_tells_what_was_decided_to_whom(
    decided: Application, writer: Account, manager: Account, papers: list[str]
) -> None:
    rulebooks.change(RuleBook(symbol="港消"), centre=manager.centre, by=manager)

    letter = letters.issue(decided.uid, "DECISION", by=writer)

    assert re.fullmatch(r"令和\d+年度 港消第1号", letter.shown_number)
    lines = papers[0].splitlines()
    assert lines[:4] == ["〒105-0011", "東京都港区芝公園9-8-7 秘密荘", "北町あおぞら会", "秘密 連絡 様"]
    assert "出前講座 決定通知書" in papers[0]
    for told in ("14:00から15:00まで", "北公民館 和室", "25人", "お申込みいただいた"):
        assert told in papers[0]
    assert "{" not in papers[0]


def test_a_letter_is_kept_byte_for_byte_and_every_opening_is_logged(
    decided: Application, writer: Account, papers: list[str], signed_in: SignIn
) -> None:
    letter = letters.issue(decided.uid, "DECISION", by=writer)
    url = reverse("application-letter", args=[letter.uid])

    first, second = signed_in(writer).get(url), signed_in(writer).get(url)

    assert first.content == second.content == BYTES + b"1"
    assert first["Content-Type"] == "application/pdf"
    assert AuditEntry.objects.filter(action="APPLICATION_LETTER_OPENED").count() == 2
    assert "APPLICATION_LETTER_OPENED" in leak_looks.EXPORTS
    ApplicationLetter.objects.filter(pk=letter.pk).update(digest="0" * 64)
    with pytest.raises(SealBroken):
        letters.file_of(letter.uid, by=writer)


def test_a_letter_of_another_centre_does_not_exist(
    decided: Application, writer: Account, stranger: Account, papers: list[str], signed_in: SignIn
) -> None:
    letter = letters.issue(decided.uid, "DECISION", by=writer)

    with pytest.raises(ObjectDoesNotExist):
        letters.issue(decided.uid, "DECISION", by=stranger)
    assert signed_in(stranger).get(reverse("application-letter", args=[letter.uid])).status_code == 404
    assert not AuditEntry.objects.filter(action="APPLICATION_LETTER_OPENED").exists()


def test_no_letter_is_made_twice_nor_before_its_time(
    decided: Application, writer: Account, papers: list[str]
) -> None:
    letters.issue(decided.uid, "DECISION", by=writer)

    for kind in ("DECISION", "REFUSAL", "CHANGE", "CANCEL"):
        with pytest.raises(letters.LetterNotDue):
            letters.issue(decided.uid, kind, by=writer)
    assert len(papers) == 1


def test_a_decision_that_the_log_does_not_know_makes_no_letter(writer: Account, papers: list[str]) -> None:
    """Whoever can write to the database can set a state, and no more."""
    row = applications.received(by=writer)
    Application.objects.filter(pk=row.pk).update(state="REFUSED", state_note="偽の理由")

    with pytest.raises(letters.LetterNotDue):
        letters.issue(row.uid, "REFUSAL", by=writer)
    assert papers == []


def test_a_machine_that_stops_between_number_and_paper_leaves_the_number_to_the_same_letter(
    decided: Application, writer: Account, papers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(letters, "_kept", lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            letters.issue(decided.uid, "DECISION", by=writer)

    letter = letters.issue(decided.uid, "DECISION", by=writer)

    assert (letter.number, letter.is_made) == (1, True)
    assert ApplicationLetter.objects.count() == 1


def test_a_refusal_tells_its_reason_and_a_cancelled_lecture_is_taken_back(
    decided: Application, writer: Account, papers: list[str]
) -> None:
    refused = applications.received(by=writer, group_name="南町の会")
    deciding.refuse(refused.uid, reason="営利を目的とするため", by=writer)
    letters.issue(refused.uid, "REFUSAL", by=writer)
    letters.issue(decided.uid, "DECISION", by=writer)
    deciding.withdraw(decided.uid, reason="会場が使えなくなったため", by=writer)
    letters.issue(decided.uid, "CANCEL", by=writer)

    assert "不承認通知書" in papers[0]
    assert "営利を目的とするため" in papers[0]
    assert "取消通知書" in papers[2]
    assert list(ApplicationLetter.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert Application.objects.under_way().count() == 0


def test_erasing_the_persons_erases_their_letters_and_keeps_the_numbers(
    decided: Application, writer: Account, papers: list[str]
) -> None:
    letter = letters.issue(decided.uid, "DECISION", by=writer)

    erasing.erase_persons(decided.uid, by=writer)

    assert not SealedChunk.objects.filter(owner_uid=letter.uid).exists()
    assert ApplicationLetter.objects.get().shown_number == letter.shown_number
    with pytest.raises(services.PersonsErased):
        letters.file_of(letter.uid, by=writer)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, None),
        ({"opening": "{連絡先}へ"}, "opening"),
        ({"opening": "{団体名.__class__}"}, "opening"),
        ({"title": "{}"}, "title"),
        ({"closing": "長" * 1001}, "closing"),
        ({"title": " "}, "title"),
    ],
)
def test_a_wording_takes_known_placeholders_alone(
    manager: Account, given: dict[str, str], field: str | None
) -> None:
    words = {
        "title": "通知",
        "opening": "{団体名} 様へ、{開催日}の件です。",
        "closing": '#read("/etc/passwd")',
        **given,
    }
    if field is None:
        wordings.change("DECISION", **words, centre=manager.centre, by=manager)
        wordings.change("DECISION", **words, centre=manager.centre, by=manager)
        assert wordings.of(manager.centre, "DECISION").version == 1
        return
    with pytest.raises(EntryRefused) as refusal:
        wordings.change("DECISION", **words, centre=manager.centre, by=manager)
    assert list(refusal.value.errors) == [field]


def test_what_stands_in_a_place_is_no_placeholder_itself() -> None:
    assert (
        wordings.filled("{団体名}と{会場}と{未知}", {"団体名": "{会場}", "会場": "北"})
        == "{会場}と北と{未知}"
    )


def test_the_real_paper_is_a_pdf_for_everybody_of_one_page(
    decided: Application, writer: Account, manager: Account, ua_faults: Faults
) -> None:
    letter = letters.issue(decided.uid, "DECISION", by=writer)
    data = letters.file_of(letter.uid, by=writer)[1]

    assert ua_faults(data) == []
    with pikepdf.open(io.BytesIO(data)) as paper:
        assert len(paper.pages) == 1
