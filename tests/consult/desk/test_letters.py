"""Letters and the memo at the desk: their words come only by POST, through the log, and end as a file of the case."""

import uuid
from datetime import date, datetime

import pytest
from django.urls import reverse

from cases.jobs import claim_and_run
from cases.law.calendar import TOKYO
from cases.protection.models import AuditEntry
from cases.records.letters import CaseLetter
from cases.services import custody, letters
from cases.services.card_entry import TransferEntry
from tests import builders
from tests.cases.services.test_letters import entry
from tests.consult.desk.conftest import client_of, paper_of

pytestmark = pytest.mark.django_db
NAME = "鬼塚 紗都香"


@pytest.fixture
def case(counsellor):
    return builders.case(
        by=counsellor,
        contracted_on=date(2026, 11, 19),
        document_received_on=date(2026, 11, 20),
        party=builders.person(name=NAME, address="架空市北町1-2"),
        trader_name="架空リフォーム",
        transfers=(
            TransferEntry(
                happened_at=datetime(2026, 11, 20, 9, 15, tzinfo=TOKYO), yen=500_000,
                institution="架空銀行 中央支店", account="1234567", holder="カクウ タロウ",
            ),
        ),
    )  # fmt: skip


@pytest.fixture
def colleague(counsellor):
    return builders.account(at=counsellor.centre)


def chosen(**more):
    return {"kind": "COOLING_OFF_TRADER", "contract": "door_to_door", "medium": "POSTCARD", **more}


def kept(case, counsellor, **more):
    return letters.keep(case.uid, entry(text="契約を解除します。鬼塚", **more), by=counsellor)


def typed(row_or_form, **more):
    """The form as a browser sends it back."""
    form = row_or_form
    return {field.name: str(field.value()) for field in form} | more


def test_the_list_says_until_when_and_shows_no_name(desk, case):
    text = desk.get(reverse("letters", args=[case.uid])).content.decode()

    assert "11月27日金曜の消印まで。" in text
    assert "紗都香" not in text


def test_one_choice_makes_the_text_and_another_keeps_it(desk, case):
    page = desk.post(reverse("letter-write", args=[case.uid]), chosen())
    text = page.content.decode()

    assert NAME in text
    assert "契約(申込み)年月日 2026年11月19日" in text
    assert "通知を出す日" in text  # among the blanks
    answer = desk.post(reverse("letter-keep", args=[case.uid]), typed(page.context["form"]))
    row = CaseLetter.objects.get()
    assert answer.url == reverse("letter", args=[row.uid])
    assert (row.kind, row.medium, row.version) == ("COOLING_OFF_TRADER", "POSTCARD", 1)


def test_a_letter_that_must_be_on_paper_is_not_made_for_mail(desk, case):
    answer = desk.post(
        reverse("letter-write", args=[case.uid]), chosen(kind="COOLING_OFF_CREDIT", medium="ELECTRONIC")
    )

    assert answer.status_code == 422
    assert "medium" in answer.context["form"].errors
    assert NAME not in answer.content.decode()


@pytest.mark.parametrize("medium", ["POSTCARD", "LETTER", "ELECTRONIC"])
def test_a_kept_letter_shows_its_words_on_paper_alone(desk, counsellor, case, medium):
    row = kept(case, counsellor, medium=medium)

    assert "鬼塚" not in desk.get(reverse("letter", args=[row.uid])).content.decode()
    paper = desk.post(reverse("letter-print", args=[row.uid])).content.decode()
    assert "契約を解除します。鬼塚" in paper
    assert ("postcard--large" in paper) is (medium == "POSTCARD")
    assert AuditEntry.objects.filter(action="LETTER_OPENED", case_uid=case.uid).count() == 1


def test_written_anew_it_is_the_next_version(desk, counsellor, case):
    row = kept(case, counsellor)
    form = desk.post(reverse("letter-rewrite", args=[row.uid])).context["form"]
    desk.post(reverse("letter-keep", args=[case.uid]), typed(form, text="短くした文"))

    assert list(CaseLetter.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


def test_two_who_write_at_once_both_see_both_texts(desk, counsellor, colleague, case):
    row = kept(case, counsellor)
    mine, theirs = (
        client.post(reverse("letter-rewrite", args=[row.uid])).context["form"]
        for client in (desk, client_of(colleague))
    )
    client_of(colleague).post(reverse("letter-keep", args=[case.uid]), typed(theirs, text="同僚の文"))
    refused = desk.post(reverse("letter-keep", args=[case.uid]), typed(mine, text="自分の文"))
    again = refused.context["form"]

    assert refused.status_code == 409
    assert "同僚の文" in refused.content.decode()
    assert again["text"].value() == "自分の文"
    assert desk.post(reverse("letter-keep", args=[case.uid]), typed(again)).status_code == 302
    assert CaseLetter.objects.count() == 3


@pytest.mark.parametrize(
    ("more", "field"), [({"text": ""}, "text"), ({"text": "あ" * 4001}, "text"), ({"uid": "x"}, "uid")]
)
def test_refused_words_stay_in_the_form(desk, case, more, field):
    form = desk.post(reverse("letter-write", args=[case.uid]), chosen()).context["form"]
    refused = desk.post(reverse("letter-keep", args=[case.uid]), typed(form, **more))

    assert refused.status_code == 422
    assert field in refused.context["form"].errors
    assert NAME in refused.content.decode()


@pytest.mark.parametrize("medium", ["POSTCARD", "LETTER"])
def test_the_pdf_comes_among_the_files_of_the_case(desk, counsellor, case, ua_faults, medium):
    row = kept(case, counsellor, medium=medium)
    desk.post(reverse("letter-pdf", args=[row.uid]))
    row.refresh_from_db()
    assert row.job is not None
    claim_and_run(row.job.uid, worker="w")

    row.job.refresh_from_db()
    assert row.job.error == ""
    assert ua_faults(paper_of(desk, case)) == []
    assert "PDFは相談の添付ファイルにあります" in desk.get(reverse("letter", args=[row.uid])).content.decode()


@pytest.mark.parametrize("name", ["letter-print", "letter-rewrite"])
@pytest.mark.parametrize("guarded", [False, True])
def test_a_protected_case_keeps_its_letters_from_colleagues(counsellor, colleague, case, name, guarded):
    row = kept(case, counsellor)
    if guarded:
        custody.guard(case.uid, is_guarded=True, by=counsellor)
    answer = client_of(colleague).post(reverse(name, args=[row.uid]))

    assert (answer.status_code, "鬼塚" in answer.content.decode()) == (
        (403, False) if guarded else (200, True)
    )


# --- the memo ---------------------------------------------------------------------------------------------------


def test_one_key_makes_the_memo_of_ones_own_case(desk, case):
    text = desk.get(reverse("transfer-memo", args=[case.uid])).content.decode()

    for part in (NAME, "架空銀行 中央支店", "1234567", "カクウ タロウ", "500,000円", "9:15", "110", "#9110"):
        assert part in text
    logged = AuditEntry.objects.get(action="REVEALED")
    assert (logged.case_uid, logged.purpose) == (case.uid, "CONSULTATION")
    assert "transfers" in logged.fields


def test_the_step_and_its_key_stand_on_the_page_of_the_case(desk, case):
    text = desk.get(reverse("case", args=[case.uid])).content.decode()

    assert f'href="{reverse("transfer-memo", args=[case.uid])}" data-shortcut="Alt+B"' in text
    assert f'href="{reverse("letters", args=[case.uid])}" data-shortcut="Alt+L"' in text


def test_a_colleagues_case_is_masked_until_asked_for(colleague, case):
    client = client_of(colleague)
    url = reverse("transfer-memo", args=[case.uid])

    assert "1234567" not in client.get(url).content.decode()
    assert not AuditEntry.objects.filter(action="REVEALED").exists()
    assert "1234567" in client.post(url).content.decode()


def test_a_protected_case_stays_masked(counsellor, colleague, case):
    custody.guard(case.uid, is_guarded=True, by=counsellor)
    answer = client_of(colleague).post(reverse("transfer-memo", args=[case.uid]))

    assert answer.status_code == 403
    assert "1234567" not in answer.content.decode()


def test_without_a_transfer_the_memo_has_lines_to_fill_in(desk, counsellor):
    text = desk.get(reverse("transfer-memo", args=[builders.case(by=counsellor).uid])).content.decode()

    assert "口座番号" in text
    assert "＿＿＿＿" in text


def test_the_memo_becomes_a_pdf_of_the_case(desk, counsellor, case, ua_faults):
    desk.post(reverse("transfer-memo-pdf", args=[case.uid]))
    while claim_and_run(worker="w"):
        pass

    assert ua_faults(paper_of(desk, case)) == []


def test_a_letter_of_another_centre_does_not_exist(elsewhere, counsellor, case):
    row = kept(case, counsellor)
    client = client_of(elsewhere)

    assert client.get(reverse("letter", args=[row.uid])).status_code == 404
    assert client.post(reverse("letter-write", args=[case.uid]), chosen()).status_code == 404
    assert client.get(reverse("letter", args=[uuid.uuid4()])).status_code == 404


# --- beside the form --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scam", "first"),
    [
        ("FAKE_POLICE", "振り込んだ銀行"),
        ("SUPPORT_SCAM", "振り込んだ銀行"),
        ("CARD_SWAP_THEFT", "振り込んだ銀行"),
        ("SNS_INVESTMENT", "暗号資産の交換業者"),
        ("INSPECTION", ""),
        ("", ""),
        ("NO_SUCH_CODE", ""),
    ],
)
def test_the_calls_stand_beside_the_form_before_anything_is_saved(desk, uid, scam, first):
    url = reverse("hint", kwargs={"uid": uid, "name": "transfer"})
    text = desk.post(url, {"scam_main": scam}).content.decode()

    assert ("#9110" in text) is bool(first)
    assert first in text
