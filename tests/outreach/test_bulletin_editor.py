"""The editor's help before release: examples to begin from, checks in words, texts worked over, やさしい日本語."""

import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.figures.reports.models import Report, ReportExample
from cases.protection.models import AuditEntry
from cases.records.centre import Centre
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.bulletins import checks, easy, rules, services, variants
from outreach.bulletins.checks import Level
from outreach.bulletins.examples import opening_of
from outreach.bulletins.models import Bulletin, BulletinVariant
from outreach.bulletins.rules import Rules
from outreach.bulletins.services import BulletinText
from outreach.bulletins.variants import VariantNotSeen, VariantUnderReview
from outreach.planning.links import begun_from
from outreach.planning.models import Plan, Proposal
from tests import builders
from tests.verapdf import Faults

pytestmark = pytest.mark.django_db
MakeBulletin = Callable[..., Bulletin]
MakeText = Callable[..., BulletinText]
SignIn = Callable[[Account], Client]
TOLD = "屋根の瓦がずれていると言って訪ねて来た業者に、その日のうちに工事を契約させられ、断れなかったという相談です。"


@pytest.fixture
def told(centre: Centre, manager: Account) -> Callable[..., ReportExample]:
    """An example that a manager told in a report."""

    def make(*, issued: bool = True, at: Centre | None = None) -> ReportExample:
        more: dict[str, Any] = {"state": "ISSUED", "number": 1, "is_made": True} if issued else {}
        report = Report.objects.create(
            centre=at or centre, span="YEAR", start=date(2025, 4, 1), end=date(2026, 4, 1), **more,
            issued_at="2026-05-01T00:00:00Z" if issued else None,
        )  # fmt: skip
        return ReportExample.objects.create(report=report, title="屋根の点検", text=TOLD, chosen_by=manager)

    return make


# --- examples -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issued", "own", "is_offered"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_examples_of_issued_reports_of_the_own_centre_are_offered_and_stay_beside_the_text(
    issued: bool, own: bool, is_offered: bool, told: Callable[..., ReportExample], writer: Account,
    a_text: MakeText, signed_in: SignIn,
) -> None:  # fmt: skip
    example = told(issued=issued, at=None if own else builders.centre("kita"))
    client = signed_in(writer)

    page = client.get(reverse("bulletin-new")).content.decode()
    typed = {"title": "題", "audience": "members", "period": "NONE", "example": "自分の言葉で書いた事例。"}
    made = client.post(reverse("bulletin-new"), {**typed, "sources": [str(example.uid)]})

    assert (TOLD in page) == is_offered
    assert made.status_code == (302 if is_offered else 422)
    assert AuditEntry.objects.filter(action="REPORT_EXAMPLES_READ").exists() == is_offered
    if is_offered:
        bulletin = Bulletin.objects.get()
        assert bulletin.sources == [str(example.uid)]
        assert TOLD in client.get(reverse("bulletin", args=[bulletin.uid])).content.decode()
        services.revise(bulletin.uid, a_text(sources=["no-uid", str(uuid.uuid4())]), by=writer)
        assert Bulletin.objects.get().sources == []


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        (TOLD, Level.STOP),
        (f"相談がありました。{TOLD}", Level.WARN),
        ("「瓦を直す」と来た人に、大きな金額の工事を頼んでしまった。", Level.FINE),
        ("", Level.STOP),  # the sentence that a draft made from a surge begins with
    ],
)
def test_an_example_is_told_in_words_of_ones_own(
    typed: str, level: Level, told: Callable[..., ReportExample], a_bulletin: MakeBulletin, writer: Account
) -> None:
    typed = typed or opening_of("INSPECTION")
    bulletin = a_bulletin(example=typed, sources=[str(told().uid)])

    assert checks.wording(bulletin).level == level
    if level == Level.STOP:
        with pytest.raises(EntryRefused) as refusal:
            services.submit(bulletin.uid, by=writer, suggestions_seen=True)
        assert list(refusal.value.errors) == ["example"]
    else:
        assert services.submit(bulletin.uid, by=writer, suggestions_seen=True).state == "IN_REVIEW"


def test_several_examples_stand_on_paper_and_each_has_its_bounds(
    a_bulletin: MakeBulletin, a_text: MakeText, writer: Account, signed_in: SignIn
) -> None:
    bulletin = a_bulletin(example="", more_examples=["二つ目の話。", "090-1234-5678から電話。"])

    assert bulletin.examples == ["二つ目の話。", "〔電話〕から電話。"]
    page = signed_in(writer).get(reverse("bulletin", args=[bulletin.uid])).content.decode()
    assert page.count("paper__notice--info") == 2
    with pytest.raises(EntryRefused) as masked:
        services.submit(bulletin.uid, by=writer)
    assert list(masked.value.errors) == ["example_2"]
    with pytest.raises(EntryRefused) as long:
        services.revise(bulletin.uid, a_text(more_examples=["", "長" * 301]), by=writer)
    assert list(long.value.errors) == ["example_3"]


# --- checks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title", "level"),
    [
        ({"example": "「ただで見ます」と言われ、たのんでしまったそうです。"}, "読みやすさ", Level.FINE),
        ({"example": "長い文を書くと読みにくくなるので、" * 5 + "やめましょう。"}, "読みやすさ", Level.WARN),
        ({"title": "屋根修理点検商法注意喚起", "advice": ["即時契約拒否徹底"] * 3}, "読みやすさ", Level.WARN),
        ({"example": "今月は12件ありました。"}, "数字", Level.STOP),
        ({"example": "2人組の男が来た。"}, "数字", Level.WARN),
        ({}, "数字", Level.FINE),
        ({"example": "090-1234-5678から電話があった。"}, "そろっているもの", Level.STOP),
        ({"advice": ["一つだけ。"]}, "そろっているもの", Level.STOP),
        ({}, "そろっているもの", Level.FINE),
        ({}, "個人情報", Level.FINE),
    ],
)
def test_each_check_says_in_words_whether_it_passes_warns_or_stops(
    text: dict[str, Any], title: str, level: Level, a_bulletin: MakeBulletin
) -> None:
    found = {check.title: check for check in checks.checks(a_bulletin(**text))}

    assert found[title].level == level
    assert found[title].words
    assert len(found) == 5


def test_the_large_print_warns_above_the_pages_that_the_centre_wants(
    a_bulletin: MakeBulletin, writer: Account, manager: Account, signed_in: SignIn
) -> None:
    bulletin = a_bulletin(example="あ" * 300, signs=["お" * 40] * 6)
    page = reverse("bulletin-large-print", args=[bulletin.uid])
    client = signed_in(writer)

    fits = client.get(page).content.decode()
    rules.choose(Rules(large_pages=1), centre=writer.centre, by=manager)
    warns = client.get(page).content.decode()

    assert "大きな文字で2ページに収まります" in fits
    assert "目安は1ページまで" in warns


def test_the_numbers_behind_the_checks_are_the_centres_own(
    manager: Account, writer: Account, signed_in: SignIn
) -> None:
    page, client = reverse("bulletin-rules"), signed_in(manager)
    chosen = {
        "sentence_letters": 50,
        "kanji_percent": 35,
        "large_pages": 2,
        "reading_morae": 240,
        "spoken_letters": 30,
    }

    assert client.post(page, {**chosen, "kanji_percent": 91}).status_code == 422
    assert rules.rules_of(writer.centre) == rules.USUAL
    assert client.post(page, chosen).status_code == 302
    assert rules.rules_of(writer.centre) == Rules(**chosen)
    assert rules.rules_of(builders.centre("kita")) == rules.USUAL
    entry = AuditEntry.objects.get(action="BULLETIN_RULES_CHANGED")
    assert entry.reason == "sentence_letters=50 kanji_percent=35 reading_morae=240 spoken_letters=30"
    assert signed_in(writer).get(page).status_code == 403


# --- worked over ----------------------------------------------------------------------------------------------------


def the_file(client: Client, bulletin: Bulletin, kind: str) -> str:
    answer = client.get(reverse("bulletin-output", args=[bulletin.uid, kind]))
    return answer.content.decode("utf-8-sig")


def test_a_text_worked_over_is_a_draft_until_somebody_else_approves_these_very_words(
    a_bulletin: MakeBulletin, writer: Account, manager: Account, signed_in: SignIn
) -> None:
    bulletin, client = a_bulletin("ISSUED", approver=manager), signed_in(writer)
    words = "屋根の点検に注意。家族に話してください。188"
    edit = reverse("bulletin-variant", args=[bulletin.uid, "short"])

    assert client.post(edit, {"text": words}).status_code == 302
    draft = the_file(client, bulletin, "short")
    with pytest.raises(services.OwnBulletin):
        services.approve_variant(bulletin.uid, "short", by=_also_approves(writer))
    approved = signed_in(manager).post(reverse("bulletin-variant-approve", args=[bulletin.uid, "short"]))

    assert draft == f"(案)\r\n{words}\r\n"
    assert approved.status_code == 302
    assert the_file(client, bulletin, "short") == f"{words}\r\n"
    # Whoever changes the row behind the product's back has a draft again.
    BulletinVariant.objects.update(text=f"別の文。{words}")
    assert the_file(client, bulletin, "short").startswith("(案)")
    client.post(reverse("bulletin-variant-drop", args=[bulletin.uid, "short"]))
    assert words not in the_file(client, bulletin, "short")


def _also_approves(account: Account) -> Account:
    account.role_codes = ["OUTREACH", "MANAGER"]
    account.save()
    return account


def test_what_stands_beside_a_bulletin_is_approved_with_it_and_not_changed_under_the_approvers_eyes(
    a_bulletin: MakeBulletin, writer: Account, manager: Account, signed_in: SignIn
) -> None:
    bulletin = a_bulletin()
    kept, _masked = variants.keep(bulletin.uid, "ward", text="屋根の点検に注意。188へ。", by=writer)
    services.submit(bulletin.uid, by=writer)

    page = signed_in(manager).get(reverse("bulletin", args=[bulletin.uid])).content.decode()
    with pytest.raises(VariantUnderReview):
        variants.keep(bulletin.uid, "ward", text="別の文。188へ。", by=writer)
    assert not variants.is_approved(kept)
    services.approve(bulletin.uid, by=manager)

    assert kept.text in page
    assert variants.is_approved(kept)
    # Written over by the approver alone, it is nobody's approval.
    changed, _masked = variants.keep(bulletin.uid, "ward", text="書き直した文。188へ。", by=manager)
    assert not variants.is_approved(changed)


@pytest.mark.parametrize(
    ("kind", "typed", "fault"),
    [
        ("short", {"text": "気を付けて。188"}, None),
        ("short", {"text": "188へ電話を。"}, "text"),
        ("short", {"text": "あ" * 138 + "188"}, "text"),
        ("ward", {"text": "電話してください。"}, "text"),
        ("ward", {"text": "先月は12件。188へ。"}, "text"),
        ("ward", {"text": "090-1234-5678から。188へ。"}, "text"),
        ("ward", {"text": ""}, "text"),
        ("reading", {"text": "困ったら、いちはちはちへ。"}, None),
        ("reading", {"text": "困ったら、188へ。"}, "text"),
        ("reading", {"text": "とても長い文です。" * 40 + "いちはちはち。"}, "text"),
        ("easy", {"title": "屋根を見に来る人", "text": "お金を払(はら)いません。188に電話します。"}, None),
        ("easy", {"text": "188に電話します。"}, "title"),
    ],
)
def test_whoever_writes_it_an_output_keeps_its_frame(
    kind: str, typed: dict[str, str], fault: str | None, a_bulletin: MakeBulletin, writer: Account
) -> None:
    bulletin = a_bulletin("ISSUED")

    if fault is None:
        assert variants.keep(bulletin.uid, kind, by=writer, **typed)[0].pk
        return
    with pytest.raises(EntryRefused) as refusal:
        variants.keep(bulletin.uid, kind, by=writer, seen=True, **typed)
    assert fault in refusal.value.errors
    assert not BulletinVariant.objects.exists()


@pytest.mark.parametrize("seen", [True, False])
def test_what_may_be_a_count_is_asked_about(seen: bool, a_bulletin: MakeBulletin, writer: Account) -> None:
    bulletin = a_bulletin("ISSUED")

    if seen:
        assert variants.keep(bulletin.uid, "ward", text="2人組に注意。188へ。", seen=True, by=writer)
        return
    with pytest.raises(VariantNotSeen):
        variants.keep(bulletin.uid, "ward", text="2人組に注意。188へ。", by=writer)


# --- やさしい日本語 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_easy", "hard", "unread"),
    [
        ("人が家に来ます。", True, [], []),
        ("お金を払(はら)いません。", True, [], []),
        ("お金を払いません。", False, [], ["払い"]),
        ("契約書を見せます。", False, ["契約書"], ["契約書"]),
        ("消費生活センター(しょうひせいかつせんたー)に電話します。", True, [], []),
        ("とても長い文を書くと、読む人は、はじめの方をわすれてしまって、分からなくなります。", False, [], []),
    ],
)
def test_hard_words_long_sentences_and_missing_readings_are_pointed_at(
    text: str, is_easy: bool, hard: list[str], unread: list[str]
) -> None:
    (line,) = easy.looked_at(text)

    assert line.is_easy == is_easy
    assert [word for word, _plain in line.hard] == hard
    assert line.unread == unread


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("お金を払う。", "お金を払(はら)う。"),
        ("契約書", "契約書(けいやくしょ)"),
        ("契約(けいやく)です", "契約(けいやく)です"),
        ("人が家に来る", "人が家に来る"),
    ],
)
def test_readings_are_put_behind_what_wants_one(text: str, read: str) -> None:
    assert easy.with_readings(text) == read
    assert easy.with_readings(read) == read


def test_easy_japanese_is_typed_beside_the_bulletin_and_a_paper_of_its_own(
    a_bulletin: MakeBulletin, writer: Account, signed_in: SignIn, ua_faults: Faults
) -> None:
    bulletin, client = a_bulletin("ISSUED"), signed_in(writer)
    edit = reverse("bulletin-variant", args=[bulletin.uid, "easy"])
    take = reverse("bulletin-output", args=[bulletin.uid, "easy"])

    assert client.get(take).status_code == 404
    beside = client.get(edit).content.decode()
    helped = client.post(edit, {"text": "お金を払う。", "readings": "1"}).content.decode()
    assert not BulletinVariant.objects.exists()
    client.post(
        edit, {"title": "家に来る人に気をつけて", "text": "お金を払(はら)いません。\n188に電話します。"}
    )

    assert bulletin.advice[0] in beside
    assert "お金を払(はら)う。" in helped
    assert ua_faults(client.get(take).content) == []
    assert "お金を払(はら)いません。" in client.get(edit).content.decode()


# --- from a proposal ------------------------------------------------------------------------------------------------


def test_a_bulletin_begun_from_a_proposal_has_its_theme_and_readers_and_stays_linked(
    centre: Centre, writer: Account, signed_in: SignIn
) -> None:
    client, new = signed_in(writer), reverse("bulletin-new")
    plan = Plan.objects.create(
        centre=centre, last_day=date(2026, 11, 20), as_of=1, engine="1", digest="d", inputs={}, weights={}
    )
    proposal = Proposal.objects.create(plan=plan, position=1, theme="INSPECTION", factors={})
    typed = {
        "title": "題",
        "audience": "members",
        "period": "NONE",
        "example": "話。",
        "proposal": proposal.uid,
    }

    for_members = client.get(new, {"theme": "INSPECTION", "audience": "MIMAMORI"}).content.decode()
    for_all = client.get(new, {"theme": "NO_SUCH", "audience": "KOREISHA", "proposal": "x"}).content.decode()

    assert re.search(r'value="INSPECTION" selected', for_members)
    assert re.search(r'value="members"[^>]*checked', for_members)
    assert re.search(r'value="public"[^>]*checked', for_all)
    assert client.post(new, typed).status_code == 302
    assert begun_from(Bulletin.objects.get().uid, writer) == proposal
