"""手口の手引き: whose holds, versions that are added and never changed, and two who write at once."""

import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from cases.protection.models import AuditEntry
from cases.records.directory import shipped_uid
from cases.records.guidance import GENERAL, GuidanceVersion
from cases.services import guidance, scam_types
from cases.services.entry import EntryRefused
from cases.services.guidance import GuidanceChangedMeanwhile, Words, compare, guidance_for
from tests import builders

pytestmark = pytest.mark.django_db

MINE = Words(script="まず切ってください。", ask=("いつ", "いくら"), keep=("控え",), advise=("払わない",))


@pytest.fixture
def counsellor():
    return builders.account()


@pytest.fixture
def revise(counsellor):
    def save(words=MINE, *, code="INSPECTION", based_on=0, uid=None, note="", by=counsellor):
        return guidance.revise(
            code, words, uid=uid or uuid.uuid4(), based_on=based_on, note=note, centre=by.centre, by=by
        )

    return save


# --- Whose holds ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "written_for"),
    [
        ("INSPECTION", "INSPECTION"),
        ("SNS_ROMANCE", "SNS_ROMANCE"),  # shares the words of SNS_INVESTMENT
        ("QUALIFICATION_SECOND", GENERAL),
        ("UNCLASSIFIED", GENERAL),
        ("NOT_A_CODE", GENERAL),
    ],
)
def test_without_versions_the_shipped_guidance_of_the_nearest_holds(counsellor, code, written_for):
    found = guidance_for(code, centre=counsellor.centre)

    assert (found.scam_type, found.number, found.is_own) == (written_for, 0, False)
    assert found.words.script


def test_a_scam_type_below_another_takes_the_guidance_of_the_one_above(counsellor, revise):
    revise(code="QUALIFICATION")

    found = guidance_for("QUALIFICATION_SECOND", centre=counsellor.centre)

    assert (found.scam_type, found.words) == ("QUALIFICATION", MINE)


def test_a_provisional_scam_type_has_the_guidance_of_its_parent_at_once(counsellor):
    row = scam_types.add(
        "分電盤の点検", meaning="分電盤が古いと言う", parent="INSPECTION", uid=uuid.uuid4(),
        centre=counsellor.centre, by=counsellor,
    )  # fmt: skip

    assert guidance_for(row.code, centre=counsellor.centre).scam_type == "INSPECTION"


@pytest.mark.parametrize(("language", "words"), [("ja", "屋根の上"), ("en", "Pictures of a roof")])
def test_the_shipped_guidance_speaks_the_readers_language(counsellor, language, words):
    with translation.override(language):
        assert words in guidance_for("INSPECTION", centre=counsellor.centre).words.script


def test_a_version_of_one_centre_is_not_another_ones(revise):
    revise()

    assert not guidance_for("INSPECTION", centre=builders.centre("kita")).is_own


def test_the_guidance_in_force_is_one_query(counsellor, revise, django_assert_num_queries):
    for number in range(3):
        revise(replace(MINE, script=f"{number}"), based_on=number)

    with django_assert_num_queries(1):
        found = guidance_for("INSPECTION", centre=counsellor.centre)
    assert (found.number, found.words.script) == (3, "2")


# --- Versions -------------------------------------------------------------------------------------------------
def test_saving_adds_a_version_and_leaves_the_earlier_ones(counsellor, revise):
    revise(note="はじめの版")
    second = revise(replace(MINE, script="次の版"), based_on=1)

    rows = guidance.versions_of("INSPECTION", centre=counsellor.centre)
    assert [(row.number, row.script, row.made_by) for row in rows] == [
        (2, "次の版", counsellor),
        (1, MINE.script, counsellor),
    ]
    assert second.number == 2
    assert [entry.reason for entry in AuditEntry.objects.filter(action="GUIDANCE_REVISED")] == [
        "INSPECTION 1",
        "INSPECTION 2",
    ]


def test_the_second_of_two_writers_sees_the_words_of_the_first_and_nothing_is_overwritten(counsellor, revise):
    revise(replace(MINE, script="先の人"))

    with pytest.raises(GuidanceChangedMeanwhile) as refused:
        revise(replace(MINE, script="後の人"))

    assert refused.value.latest.words.script == "先の人"
    assert guidance_for("INSPECTION", centre=counsellor.centre).words.script == "先の人"


@pytest.mark.parametrize(("script", "versions"), [(MINE.script, 1), ("ほかの文", None)])
def test_a_double_click_is_one_version_and_other_words_under_its_uid_are_told(revise, script, versions):
    uid = uuid.uuid4()
    revise(uid=uid)

    if versions is None:
        with pytest.raises(GuidanceChangedMeanwhile):
            revise(replace(MINE, script=script), uid=uid, based_on=1)
    else:
        assert revise(replace(MINE, script=script), uid=uid).number == 1
    assert GuidanceVersion.objects.count() == 1


def test_an_old_version_comes_back_as_a_new_one(counsellor, revise):
    revise()
    revise(replace(MINE, script="別の文"), based_on=1)

    restored = guidance.restore(
        "INSPECTION", 1, uid=uuid.uuid4(), based_on=2, centre=counsellor.centre, by=counsellor
    )

    assert (restored.number, restored.words) == (3, MINE)
    assert GuidanceVersion.objects.get(number=3).restored_from == 1


def test_going_back_to_what_is_shipped_follows_it_also_later(counsellor, revise, monkeypatch):
    revise()
    back = guidance.restore(
        "INSPECTION", 0, uid=uuid.uuid4(), based_on=1, centre=counsellor.centre, by=counsellor
    )
    assert (back.is_own, back.words) == (False, guidance.shipped("INSPECTION"))

    monkeypatch.setattr(guidance, "shipped", lambda *_args: MINE)

    assert guidance_for("INSPECTION", centre=counsellor.centre).words == MINE


@pytest.mark.parametrize(("code", "number"), [("INSPECTION", 9), ("QUALIFICATION", 0)])
def test_what_was_never_there_cannot_be_restored(counsellor, code, number):
    with pytest.raises(GuidanceVersion.DoesNotExist):
        guidance.restore(code, number, uid=uuid.uuid4(), based_on=0, centre=counsellor.centre, by=counsellor)


def test_a_newer_shipped_guidance_is_told_and_overwrites_nothing(counsellor, revise, monkeypatch):
    revise()
    assert not guidance_for("INSPECTION", centre=counsellor.centre).has_newer_shipped

    monkeypatch.setattr(guidance, "shipped_digest", lambda _code: "another")
    found = guidance_for("INSPECTION", centre=counsellor.centre)

    assert (found.has_newer_shipped, found.words) == (True, MINE)


def test_a_version_that_follows_the_shipped_one_has_no_words_of_its_own(counsellor):
    row = GuidanceVersion(
        uid=uuid.uuid4(), centre=counsellor.centre, scam_type="X", number=1, follows_shipped=True, script="文"
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


# --- What may be written --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "field"),
    [
        (MINE, None),
        (Words(), "script"),
        (Words(ask=("  ", "")), "script"),
        (replace(MINE, script="あ" * 2_000), None),
        (replace(MINE, script="あ" * 2_001), "script"),
        (replace(MINE, ask=("あ",) * 30), None),
        (replace(MINE, ask=("あ",) * 31), "ask"),
        (replace(MINE, keep=("あ" * 301,)), "keep"),
    ],
)
def test_an_empty_guidance_and_one_too_long_are_refused_by_field(revise, words, field):
    if field is None:
        assert revise(words).number == 1
    else:
        with pytest.raises(EntryRefused) as refused:
            revise(words)
        assert set(refused.value.errors) == {field}


def test_lines_lose_their_blanks_and_empty_ones_go(revise):
    found = revise(replace(MINE, ask=(" いつ ", "", "いくら\r")))

    assert found.words.ask == ("いつ", "いくら")


def test_references_are_kept_once_each_in_their_order(revise):
    bank, police = shipped_uid("BANK"), shipped_uid("POLICE_110")

    assert revise(replace(MINE, refer=(bank, police, bank))).words.refer == (bank, police)


@pytest.mark.parametrize(
    ("text", "is_told"), [("山田太郎さんの090-1234-5678に電話する", True), ("契約書を残す", False)]
)
def test_what_looks_like_a_person_is_counted(text, is_told):
    assert bool(guidance.looks_personal("", text)) is is_told


def test_two_versions_are_compared_line_by_line():
    parts = compare(MINE, replace(MINE, ask=("いつ", "どこで"), script=MINE.script))

    assert {name: [(line.mark, line.text) for line in lines] for name, lines in parts.items()} == {
        "ask": [("", "いつ"), ("-", "いくら"), ("+", "どこで")]
    }
