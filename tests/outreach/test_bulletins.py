"""見守り通信: masked at save, approved by somebody else, numbered, printed without small numbers."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pikepdf
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases.errors import CasesError
from cases.figures.releases.models import Release
from cases.jobs.models import Job
from cases.jobs.work import claim_and_run
from cases.protection.models import AuditEntry
from cases.records.codes import Kind, codes
from cases.records.later_review import LaterReview
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from consult.shell.paper import to_text
from outreach.bulletins import counts, services
from outreach.bulletins.advice import GENERAL, _templates, advice_for
from outreach.bulletins.models import Bulletin, BulletinPaper, BulletinStep
from outreach.bulletins.paper import document_of
from outreach.bulletins.services import BulletinText
from tests import builders
from tests.verapdf import Faults

pytestmark = pytest.mark.django_db
MakeBulletin = Callable[..., Bulletin]
MakeText = Callable[..., BulletinText]
SignIn = Callable[[Account], Client]
State = Callable[..., None]


def words(bulletin: Bulletin) -> str:
    return to_text(document_of(bulletin))


# --- Text -------------------------------------------------------------------------------------------------------
def test_personal_data_is_masked_in_every_text_when_it_is_saved(a_text: MakeText, writer: Account) -> None:
    phone = "090-1234-5678"
    text = a_text(
        title=f"題 {phone}", example=f"例 {phone}", advice=[f"助言 {phone}"] * 3, signs=[f"印 {phone}"]
    )

    saved = services.start(text, centre=writer.centre, by=writer)

    assert phone not in words(saved.bulletin)
    assert saved.masked == ["電話"] * 6
    revised = services.revise(saved.bulletin.uid, a_text(example=f"また {phone}"), by=writer)
    assert revised.bulletin.example == "また 〔電話〕"
    assert revised.masked == ["電話"]


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"title": "題 090-1234-5678"}, "title"),
        ({"example": "例 090-1234-5678"}, "example"),
        ({"advice": ["助言 090-1234-5678"] * 3}, "advice"),
        ({"signs": ["印 090-1234-5678"] * 3}, "signs"),
        ({}, None),
    ],
)
def test_a_text_with_masks_is_rewritten_before_it_is_submitted(
    a_text: MakeText, writer: Account, part: dict[str, Any], field: str | None
) -> None:
    bulletin = services.start(a_text(**part), centre=writer.centre, by=writer).bulletin

    if field is None:
        assert services.submit(bulletin.uid, by=writer, suggestions_seen=True).state == "IN_REVIEW"
        return
    with pytest.raises(EntryRefused) as refusal:
        services.submit(bulletin.uid, by=writer, suggestions_seen=True)
    assert list(refusal.value.errors) == [field]


def test_the_centres_own_number_and_188_stay(a_text: MakeText, writer: Account) -> None:
    writer.centre.phone = "03-1234-5678"
    writer.centre.save()
    text = a_text(advice=["03-1234-5678か188へ。", "#9110へ。", "家族に話す。"])

    saved = services.start(text, centre=writer.centre, by=writer)

    assert saved.masked == []
    assert saved.bulletin.advice[:2] == ["03-1234-5678か188へ。", "#9110へ。"]


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({}, None),
        ({"title": " "}, "title"),
        ({"title": "長" * 41}, "title"),
        ({"example": "長" * 301}, "example"),
        ({"advice": ["a"] * 5}, "advice"),
        ({"advice": ["長" * 61]}, "advice"),
        ({"signs": ["a"] * 7}, "signs"),
        ({"theme": "NO_SUCH"}, "theme"),
        ({"period": "EVER"}, "period"),
        ({"period": "FOUR_WEEKS", "theme": ""}, "theme"),
    ],
)
def test_starting_a_bulletin(
    a_text: MakeText, writer: Account, fault: dict[str, Any], field: str | None
) -> None:
    if field is None:
        services.start(a_text(), centre=writer.centre, by=writer)
        assert AuditEntry.objects.filter(action="BULLETIN_STARTED").count() == 1
        return
    with pytest.raises(EntryRefused) as refusal:
        services.start(a_text(**fault), centre=writer.centre, by=writer)
    assert list(refusal.value.errors) == [field]


@pytest.mark.parametrize(
    ("lack", "field"),
    [
        ({}, None),
        ({"example": ""}, "example"),
        ({"advice": ["一つ", "二つ"]}, "advice"),
        ({"signs": []}, "signs"),
    ],
)
def test_a_draft_may_lack_what_a_bulletin_may_not(
    a_bulletin: MakeBulletin, writer: Account, lack: dict[str, Any], field: str | None
) -> None:
    bulletin = a_bulletin(**lack)

    if field is None:
        assert services.submit(bulletin.uid, by=writer).state == "IN_REVIEW"
        return
    with pytest.raises(EntryRefused) as refusal:
        services.submit(bulletin.uid, by=writer)
    assert list(refusal.value.errors) == [field]


@pytest.mark.parametrize("seen", [True, False])
def test_what_might_be_personal_is_marked_and_the_author_decides(
    a_bulletin: MakeBulletin, writer: Account, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, seen: bool
) -> None:
    from cases.protection.redaction import Redaction, Span

    def suggesting(text: str, *_args: Any, **_more: Any) -> Redaction:
        at = text.find("点検")
        return Redaction(text, (Span(at, at + 2, "氏名", "suggest"),) if at >= 0 else ())

    monkeypatch.setattr("outreach.words.redact", suggesting)
    bulletin = a_bulletin()
    client = signed_in(writer)

    page = client.get(reverse("bulletin", args=[bulletin.uid])).content.decode()
    answer = client.post(
        reverse("bulletin-submit", args=[bulletin.uid]), {"suggestions_seen": "on"} if seen else {}
    )

    assert re.search(r"<mark[^>]*>点検<", page)
    assert bulletin.example.startswith("無料で点検する")  # a suggestion is not masked
    assert (answer.status_code, Bulletin.objects.get().state) == (
        (302, "IN_REVIEW") if seen else (422, "DRAFT")
    )


# --- The way of a bulletin --------------------------------------------------------------------------------------
VERBS: dict[str, dict[str, Any]] = {
    "revise": {}, "submit": {"suggestions_seen": True}, "send_back": {"comment": "直して"}, "approve": {}, "issue": {},
}  # fmt: skip
ALLOWED = {
    "DRAFT": {"revise", "submit"},
    "IN_REVIEW": {"send_back", "approve"},
    "APPROVED": {"issue"},
    "ISSUED": set(),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", ALLOWED)
def test_each_step_has_its_moment(
    a_bulletin: MakeBulletin, a_text: MakeText, writer: Account, manager: Account, state: str, verb: str
) -> None:
    bulletin = a_bulletin(state)
    by = manager if verb in ("send_back", "approve") else writer
    more = {"text": a_text(title="新しい題")} if verb == "revise" else VERBS[verb]
    entries = AuditEntry.objects.filter(action__startswith="BULLETIN_")
    logged = entries.count()
    act = getattr(services, verb)

    if verb in ALLOWED[state]:
        act(bulletin.uid, by=by, **more)
        assert entries.count() == logged + 1
        return
    with pytest.raises(services.BulletinNotInState):
        act(bulletin.uid, by=by, **more)
    assert Bulletin.objects.get().state == state


@pytest.mark.parametrize("who", ["author", "helper", "other"])
def test_nobody_approves_what_they_wrote(
    a_bulletin: MakeBulletin, a_text: MakeText, writer: Account, who: str
) -> None:
    """One account may hold both roles (a town hall with one person)."""
    people = {
        "author": writer,
        "helper": builders.account(at=writer.centre),
        "other": builders.account(at=writer.centre),
    }
    for account in people.values():
        account.role_codes = ["OUTREACH", "MANAGER"]
        account.save()
    bulletin = a_bulletin("DRAFT")
    services.revise(bulletin.uid, a_text(), by=people["helper"])
    services.revise(bulletin.uid, a_text(), by=writer)
    services.submit(bulletin.uid, by=writer)

    if who == "other":
        assert services.approve(bulletin.uid, by=people[who]).state == "APPROVED"
        return
    with pytest.raises(services.OwnBulletin):
        services.approve(bulletin.uid, by=people[who])
    assert Bulletin.objects.get().state == "IN_REVIEW"


def test_the_database_refuses_an_author_as_approver(a_bulletin: MakeBulletin, writer: Account) -> None:
    bulletin = a_bulletin("IN_REVIEW")

    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=bulletin.pk).update(approver=writer)


def test_a_returned_bulletin_tells_who_and_why_without_personal_data(
    a_bulletin: MakeBulletin, manager: Account, writer: Account, signed_in: SignIn
) -> None:
    bulletin = a_bulletin("IN_REVIEW")

    services.send_back(bulletin.uid, comment="090-1234-5678を消して", by=manager)

    page = signed_in(writer).get(reverse("bulletin", args=[bulletin.uid])).content.decode()
    assert "〔電話〕を消して" in page
    assert manager.display_name in page
    assert BulletinStep.objects.get(kind="RETURNED").by == manager
    with pytest.raises(CasesError):
        services.send_back(bulletin.uid, comment=" ", by=manager)


def test_numbers_run_through_the_fiscal_year_and_begin_anew(
    a_bulletin: MakeBulletin, stranger: Account
) -> None:
    with time_machine.travel("2027-03-31 23:00:00+09:00", tick=False):
        first, second = a_bulletin("ISSUED"), a_bulletin("ISSUED")
        elsewhere = a_bulletin("ISSUED", by=stranger)
    with time_machine.travel("2027-04-01 00:30:00+09:00", tick=False):
        third = a_bulletin("ISSUED")

    named = [bulletin.issue_name for bulletin in (first, second, elsewhere, third)]
    assert named == ["令和8年度 第1号", "令和8年度 第2号", "令和8年度 第1号", "令和9年度 第1号"]


# --- The number -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("count", "audience", "printed"),
    [
        (0, "members", ""),
        (2, "members", ""),
        (3, "members", "3件"),
        (3, "public", ""),
        (12, "public", "約10件"),
    ],
)
def test_only_what_the_gate_lets_out_is_printed(
    a_bulletin: MakeBulletin, stated: State, today: date, count: int, audience: str, printed: str
) -> None:
    stated(count)
    stated(20, "FAKE_SHOP")
    stated(20, at=builders.centre("kita"))

    drafted = words(a_bulletin("DRAFT", period="FOUR_WEEKS", audience=audience))
    seen = words(a_bulletin("IN_REVIEW", period="FOUR_WEEKS", audience=audience))
    issued = a_bulletin("ISSUED", period="FOUR_WEEKS", audience=audience)

    assert "判定します" in drafted
    for text in (seen, words(issued)):
        assert re.findall("約?[0-9～]+件", text) == ([printed] if printed else [])
    assert counts.released(issued) == printed
    assert bool(issued.release) == bool(printed)


def test_the_number_is_fixed_when_it_is_judged(
    a_bulletin: MakeBulletin, stated: State, writer: Account, today: date
) -> None:
    stated(5)
    bulletin = a_bulletin("APPROVED", period="FOUR_WEEKS")
    stated(4)

    issued = services.issue(bulletin.uid, by=writer)

    assert "令和8年10月24日から令和8年11月20日までに、当センターへこの手口の相談が5件" in words(issued)
    assert Release.objects.get(state="RELEASED").kind == "BULLETIN"


@pytest.mark.parametrize("is_judged", [True, False])
def test_nobody_approves_a_number_that_nobody_has_judged(
    a_text: MakeText, stated: State, writer: Account, manager: Account, today: date, is_judged: bool
) -> None:
    stated(5)
    bulletin = services.start(a_text(period="FISCAL_YEAR"), centre=writer.centre, by=writer).bulletin
    services.submit(bulletin.uid, by=writer, suggestions_seen=True)
    if is_judged:
        claim_and_run(worker="test")
        assert services.approve(bulletin.uid, by=manager).state == "APPROVED"
        return

    with pytest.raises(counts.NumberNotJudged):
        services.approve(bulletin.uid, by=manager)
    services.send_back(bulletin.uid, comment="書き直す", by=manager)
    assert Release.objects.get().state == "WITHDRAWN"


def test_a_bulletin_without_a_number_goes_on_record_as_a_warning(
    a_bulletin: MakeBulletin, stated: State, today: date
) -> None:
    stated(9)

    issued = a_bulletin("ISSUED", example="「初回90%引き」と言う2人組が来た。")

    assert "9件" not in words(issued)
    assert (Release.objects.get().kind, Release.objects.get().state) == ("WARNING", "RELEASED")


@pytest.mark.parametrize(
    ("example", "is_seen", "error"),
    [
        ("今月は12件の相談があった。", True, EntryRefused),
        ("今月は１２件の相談があった。", True, EntryRefused),
        ("2人組が来た。", False, services.SuggestionsNotSeen),
        ("2人組が来た。", True, None),
    ],
)
def test_a_count_that_somebody_typed_is_not_printed(
    a_text: MakeText, writer: Account, example: str, is_seen: bool, error: type[Exception] | None
) -> None:
    bulletin = services.start(a_text(example=example), centre=writer.centre, by=writer).bulletin

    if error is None:
        assert services.submit(bulletin.uid, by=writer, suggestions_seen=is_seen).state == "IN_REVIEW"
        return
    with pytest.raises(error):
        services.submit(bulletin.uid, by=writer, suggestions_seen=is_seen)


def test_188_stands_on_every_bulletin(a_text: MakeText, writer: Account) -> None:
    bare = services.start(BulletinText(title="題"), centre=writer.centre, by=writer).bulletin

    assert "消費者ホットライン 188" in words(bare)


# --- PDF --------------------------------------------------------------------------------------------------------
def test_issuing_makes_the_pdf_in_the_worker(
    a_bulletin: MakeBulletin, writer: Account, signed_in: SignIn, ua_faults: Faults
) -> None:
    bulletin = a_bulletin("ISSUED")
    client = signed_in(writer)
    address = reverse("bulletin-pdf", args=[bulletin.uid])
    waiting = client.get(reverse("bulletin-job", args=[bulletin.uid])).content.decode()
    assert client.get(address).status_code == 404
    assert "every 2s" in waiting

    assert claim_and_run(worker="test")

    assert Job.objects.get(kind=services.PDF_JOB).state == "DONE"
    done = client.get(reverse("bulletin-job", args=[bulletin.uid])).content.decode()
    assert "every 2s" not in done
    assert address in done
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert ua_faults(answer.content) == []
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert str(pdf.docinfo["/Title"]) == bulletin.title
        assert len(pdf.pages) == 1


def test_the_job_carries_no_words_and_a_second_run_changes_nothing(a_bulletin: MakeBulletin) -> None:
    bulletin = a_bulletin("ISSUED")
    job = Job.objects.get()
    assert job.arguments == {"bulletin": str(bulletin.uid)}
    claim_and_run(worker="test")
    first = bytes(BulletinPaper.objects.get().pdf)

    Job.objects.update(state="QUEUED", finished_at=None)
    claim_and_run(worker="test")

    assert bytes(BulletinPaper.objects.get().pdf) == first


@pytest.mark.parametrize(("job_state", "status"), [("QUEUED", 409), ("FAILED", 302)])
def test_a_failed_pdf_is_made_again(
    a_bulletin: MakeBulletin, writer: Account, signed_in: SignIn, job_state: str, status: int
) -> None:
    bulletin = a_bulletin("ISSUED")
    if job_state == "FAILED":
        Job.objects.update(state="FAILED", finished_at=bulletin.issued_at)

    answer = signed_in(writer).post(reverse("bulletin-pdf-again", args=[bulletin.uid]))

    assert (answer.status_code, Job.objects.count()) == (status, 2 if status == 302 else 1)


def test_the_fullest_bulletin_fits_on_two_pages(a_bulletin: MakeBulletin) -> None:
    a_bulletin("ISSUED", title="長" * 40, example="例" * 300, advice=["助" * 60] * 4, signs=["印" * 60] * 6)

    claim_and_run(worker="test")

    with pikepdf.open(io.BytesIO(bytes(BulletinPaper.objects.get().pdf))) as pdf:
        assert len(pdf.pages) == 2


# --- Pages ------------------------------------------------------------------------------------------------------
def form_of(**more: Any) -> dict[str, Any]:
    return {
        "theme": "INSPECTION", "title": "題", "example": "例", "advice": "一つ\r\n\r\n二つ\n三つ", "signs": "印",
        "period": "NONE", "audience": "members", **more,
    }  # fmt: skip


def test_a_bulletin_goes_all_the_way_through_the_pages(
    writer: Account, manager: Account, signed_in: SignIn
) -> None:
    author, approver = signed_in(writer), signed_in(manager)
    begun = author.get(reverse("bulletin-new") + "?scam=INSPECTION")
    assert begun.context["form"].initial["advice"].splitlines() == list(advice_for("INSPECTION").advice)

    author.post(reverse("bulletin-new"), form_of())
    bulletin = Bulletin.objects.get()
    assert bulletin.advice == ["一つ", "二つ", "三つ"]
    for client, name, more in (
        (author, "bulletin-submit", {}),
        (approver, "bulletin-return", {"comment": "例を短く"}),
        (author, "bulletin-edit", form_of(title="直した題")),
        (author, "bulletin-submit", {}),
        (approver, "bulletin-approve", {}),
        (author, "bulletin-issue", {}),
    ):
        answer = client.post(reverse(name, args=[bulletin.uid]), more)
        assert answer.status_code == 302, name
    page = approver.get(reverse("bulletin", args=[bulletin.uid])).content.decode()

    assert "直した題" in page
    assert "第1号" in page
    kinds = list(BulletinStep.objects.values_list("kind", flat=True))
    assert kinds == ["STARTED", "SUBMITTED", "RETURNED", "SUBMITTED", "APPROVED", "ISSUED"]


READ = ["bulletin", "bulletin-job"]
WRITE = ["bulletin-submit", "bulletin-issue", "bulletin-pdf-again"]
APPROVE = ["bulletin-approve", "bulletin-return"]


@pytest.mark.parametrize("name", [*READ, "bulletin-edit", *WRITE, *APPROVE])
@pytest.mark.parametrize("role", ["OUTREACH", "MANAGER", "COUNSELLOR", "ADMIN", "stranger"])
def test_who_may_do_what_with_a_bulletin(
    request: Any, a_bulletin: MakeBulletin, signed_in: SignIn, role: str, name: str
) -> None:
    bulletin = a_bulletin("DRAFT")
    account = request.getfixturevalue("stranger") if role == "stranger" else builders.account(role)
    client = signed_in(account)
    act = client.get if name in (*READ, "bulletin-edit") else client.post

    status = act(reverse(name, args=[bulletin.uid])).status_code

    if role == "stranger":
        assert status == 404
    elif role == "OUTREACH":
        assert (status == 403) == (name in APPROVE)
    elif role == "MANAGER":
        assert (status == 403) == (name in (*WRITE, "bulletin-edit"))
    else:
        assert status == 403


def test_the_author_of_both_roles_is_refused_by_the_page(
    a_bulletin: MakeBulletin, writer: Account, signed_in: SignIn
) -> None:
    bulletin = a_bulletin("IN_REVIEW")
    builders.account(at=writer.centre)
    writer.role_codes = ["OUTREACH", "MANAGER"]
    writer.save()
    client = signed_in(writer)

    page = client.get(reverse("bulletin", args=[bulletin.uid])).content.decode()
    answer = client.post(reverse("bulletin-approve", args=[bulletin.uid]))

    assert reverse("bulletin-approve", args=[bulletin.uid]) not in page
    assert (answer.status_code, Bulletin.objects.get().state) == (403, "IN_REVIEW")
    assert "別の人に依頼してください" in answer.content.decode()


@pytest.mark.parametrize("others", ["nobody else", "counsellors only"])
def test_whoever_alone_may_approve_approves_their_own_and_it_waits_for_a_later_review(
    others: str, a_bulletin: MakeBulletin, writer: Account, signed_in: SignIn
) -> None:
    bulletin = a_bulletin("IN_REVIEW")
    colleagues = Account.objects.filter(centre=writer.centre).exclude(pk=writer.pk)
    colleagues.update(is_active=others != "nobody else", role_codes=["COUNSELLOR"])
    writer.role_codes = ["OUTREACH", "MANAGER"]
    writer.save()
    client = signed_in(writer)

    page = client.get(reverse("bulletin", args=[bulletin.uid])).content.decode()
    client.post(reverse("bulletin-approve", args=[bulletin.uid]))

    assert "「後で確認するもの」に載り" in page
    assert Bulletin.objects.get().state == "APPROVED"
    assert LaterReview.objects.get(subject_uid=bulletin.uid).acted_by == writer


def on_today(client: Client) -> str:
    return client.get(reverse("today")).content.decode()


def test_today_tells_whoever_approves_what_waits_and_a_writer_what_came_back(
    a_bulletin: MakeBulletin, writer: Account, manager: Account, stranger: Account, signed_in: SignIn
) -> None:
    others = builders.account("OUTREACH", at=writer.centre)
    waits, sent_back, approved = a_bulletin(title="待つ"), a_bulletin(title="戻る"), a_bulletin(title="済む")
    a_bulletin(title="下書き")
    for bulletin in (waits, sent_back, approved):
        services.submit(bulletin.uid, by=writer, suggestions_seen=True)
    services.send_back(sent_back.uid, comment="短く", by=manager)
    services.approve(approved.uid, by=manager)

    to_approve, came_back = on_today(signed_in(manager)), on_today(signed_in(writer))

    assert [title for title in ("待つ", "戻る", "済む", "下書き") if title in to_approve] == ["待つ"]
    assert [title for title in ("待つ", "戻る", "済む", "下書き") if title in came_back] == ["戻る", "済む"]
    for account in (others, stranger):
        assert "待っている見守り通信" not in on_today(signed_in(account))


def test_the_preview_masks_escapes_and_stores_nothing(writer: Account, signed_in: SignIn) -> None:
    answer = signed_in(writer).post(
        reverse("bulletin-preview"), form_of(title="<b>題</b>", example="電話090-1234-5678", theme="NO_SUCH")
    )

    page = answer.content.decode()
    assert "&lt;b&gt;題" in page
    assert "090" not in page
    assert not Bulletin.objects.exists()


def test_the_list_asks_the_same_number_of_questions_however_long(
    a_bulletin: MakeBulletin, writer: Account, signed_in: SignIn, django_assert_num_queries: Any
) -> None:
    client = signed_in(writer)
    for count in (1, 6):
        for _n in range(count):
            a_bulletin("ISSUED")
        codes(Kind.SCAM_TYPE)
        with django_assert_num_queries(5):  # session, account, centre, count, page
            client.get(reverse("bulletins"))


# --- Templates of advice ----------------------------------------------------------------------------------------
def test_every_template_makes_a_bulletin_that_can_be_submitted(writer: Account) -> None:
    templates = _templates()

    assert len(templates) == 13
    assert set(templates) - {GENERAL} <= set(codes(Kind.SCAM_TYPE).by_code)
    for scam, advice in templates.items():
        text = BulletinText(
            title=advice.title, theme="" if scam == GENERAL else scam, example="例", advice=advice.advice,
            signs=advice.signs,
        )  # fmt: skip
        saved = services.start(text, centre=writer.centre, by=writer)
        assert saved.masked == []
        assert services.suggestions(saved.bulletin) == []
        services.submit(saved.bulletin.uid, by=writer)


def test_a_topic_without_a_template_of_its_own_gets_the_general_one() -> None:
    assert advice_for("TICKET_RESALE") == advice_for(GENERAL)
