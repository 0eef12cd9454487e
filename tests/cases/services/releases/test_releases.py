"""A publication is proposed, judged by the worker, approved by a second person, and then stays as it is."""

from datetime import date

import pytest
from django.utils import timezone

from cases import jobs
from cases.figures import erasure, measures
from cases.figures.measures import Question
from cases.figures.releases import reading
from cases.figures.releases.asking import Asked, Merged, NotReleasable
from cases.figures.releases.models import Figure, Release, ReleasedTable
from cases.held import forget_all
from cases.models import AuditEntry, LaterReview
from cases.records.centre import Area
from cases.services import releases
from cases.services.oversight import SecondPersonNeeded
from tests import builders
from tests.cases.services.releases.conftest import work

HIDDEN = reading.HIDDEN_MARK


def texts(table):
    """What stands in the table, rows by columns."""
    return [[cell.text for cell in row] for row in table.flat]


def printed(release):
    (table,) = reading.tables(release)
    return texts(table)


def test_small_counts_are_hidden_with_what_would_give_them_away(state, asked, judged, other):
    state(30)
    state(12, party_sex="MALE")
    state(25, scam="ROMANCE")
    state(4, party_sex="MALE", scam="ROMANCE")

    release = judged(asked("scam_main", "sex"))

    (seen,), (staff,), (told,) = (
        reading.preview(release), reading.staff(release), reading.attacker(release, "public")
    )  # fmt: skip
    assert [heading.label for heading in seen.columns] == ["女性", "男性", "合計"]
    assert texts(staff) == [["30", "12", "42"], ["25", "4", "29"], ["55", "16", "71"]]
    assert texts(seen) == [[HIDDEN, HIDDEN, "42"], [HIDDEN, HIDDEN, "29"], ["55", "16", "71"]]
    assert texts(told)[1] == ["13～29", "0～16", "29"]
    assert [cell.reason for cell in seen.flat[1][:2]] == ["COMPLEMENT", "SMALL"]
    assert reading.hidden_count(release) == 4
    with pytest.raises(reading.NotReleased, match="承認を受けていない"):
        reading.tables(release)
    out = releases.approve(release.uid, by=other)
    assert (printed(out), out.number, out.numbered) == (texts(seen), 1, "公表第1号")


def test_nobody_approves_what_they_proposed_unless_alone(state, asked, judged, manager, other, centre):
    state(20)
    release = judged(asked("scam_main"))

    with pytest.raises(SecondPersonNeeded):
        releases.approve(release.uid, by=manager)
    other.is_active = False
    other.save()
    alone = releases.approve(release.uid, by=manager)

    assert alone.is_alone
    assert LaterReview.objects.get().subject_uid == release.uid
    assert AuditEntry.objects.filter(action="NUMBERS_RELEASED", reason__startswith=str(release.uid)).exists()


def test_another_centres_release_does_not_exist(state, asked, judged):
    state(20)
    release = judged(asked("scam_main"))
    stranger = builders.account("MANAGER", at=builders.centre("kita"))

    for verb in (releases.approve, releases.withdraw, releases.revise):
        with pytest.raises(Release.DoesNotExist):
            verb(release.uid, by=stranger)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"measure": "scam_mentions"}, "件数と金額だけ"),
        ({"measure": "days_to_close"}, "件数と金額だけ"),
        ({"measure": "contract_yen", "columns": "sex", "filters": {"channel": ["PHONE"]}}, "2つまで"),
        ({"rows": "day"}, "月より長い区分"),
        ({"filters": {"scam_any": ["INSPECTION"]}}, "延べで数える"),
        ({"columns": "sex", "layers": "area", "filters": {"channel": ["PHONE"]}}, "3つまで"),
        ({"first": 12, "end": date(2027, 1, 1)}, "まだ始まっていない"),
    ],
)
def test_what_never_leaves_the_staff_is_refused_at_once(asked, judged, more, words):
    with pytest.raises(NotReleasable, match=words):
        judged(asked(**{"rows": "scam_main", **more}))
    assert not Release.objects.exists()


def test_cases_of_several_centres_are_not_published_together(centre, judged):
    centres = frozenset({centre.pk, builders.centre("kita").pk})

    with pytest.raises(NotReleasable, match="1つのセンター"):
        judged(Asked(Question(centres, date(2026, 4, 1), date(2026, 5, 1), "scam_main")))


def test_late_typing_and_erasure_change_nothing_that_is_out(state, asked, published):
    cases = state(30)
    first = published(asked("scam_main", end=6))
    state(7)
    for case in cases[:3]:
        erasure.forget(case.uid)
    second = published(asked("scam_main", end=7))

    assert printed(Release.objects.get(pk=first.pk)) == [["30"], ["30"]]
    assert printed(second) == [["30"], ["30"]]


def test_a_correction_counts_the_days_anew_and_says_so(state, asked, published, manager, other):
    state(30)
    wrong = published(asked("scam_main", end=6))
    state(12)
    right = work(releases.correct(wrong.uid, notice="入力の遅れを反映しました。", by=manager))
    right = releases.approve(right.uid, by=other)

    assert (printed(wrong), printed(right)) == ([["30"], ["30"]], [["42"], ["42"]])
    assert dict(reading.said(right))["訂正"] == "公表第1号の訂正: 入力の遅れを反映しました。"
    later = published(asked("scam_main", end=7))
    assert printed(later) == [["42"], ["42"]]


def test_what_an_erasure_moved_within_a_month_is_not_judged_beside_older_tables(
    state, asked, published, judged
):
    weeks = {"first": date(2026, 5, 8), "end": date(2026, 5, 22)}
    (case, *_others) = state(30)
    published(asked("scam_main", first=5, end=6))
    published(asked("scam_main", **weeks))
    erasure.forget(case.uid)

    assert judged(asked("sex", first=5, end=6)).state == "JUDGED"
    refused = judged(asked("sex", **weeks))
    assert (refused.state, "消去されました" in refused.refused) == ("REFUSED", True)


def test_what_months_and_their_sum_leave_over_is_not_printed(state, asked, published):
    state(30, day=date(2026, 4, 10))
    state(4, day=date(2026, 5, 11))

    april = published(asked("scam_main", first=4, end=5))
    both = published(asked("scam_main", first=4, end=6))
    may = published(asked("scam_main", first=5, end=6))

    assert [printed(april), printed(both), printed(may)] == [[["30"]] * 2, [[HIDDEN]] * 2, [[HIDDEN]] * 2]
    assert texts(reading.attacker(both, "public")[0]) == [["30以上"]] * 2


def test_two_proposals_at_once_do_not_add_up_to_a_leak(state, asked, judged, other):
    state(30, day=date(2026, 4, 10))
    state(4, day=date(2026, 5, 11))
    april, both = judged(asked("scam_main", first=4, end=5)), judged(asked("scam_main", first=4, end=6))
    assert texts(reading.preview(both)[0]) == [["34"], ["34"]]

    releases.approve(april.uid, by=other)

    with pytest.raises(releases.ReleaseNotJudged, match="判定待ち"):
        releases.approve(both.uid, by=other)
    assert jobs.claim_and_run(worker="w")
    assert printed(releases.approve(both.uid, by=other)) == [[HIDDEN], [HIDDEN]]


def test_a_merge_is_judged_anew_and_hides_less(state, asked, judged, manager):
    for band, count in (("60_64", 30), ("70_74", 6), ("75_79", 4), ("80_84", 5)):
        state(count, party_age_band=band)
    release = judged(asked("age_band"))
    before = reading.hidden_count(release)

    merged = (Merged("age_band", ("70S", "80_OVER")),)
    again = work(releases.revise(release.uid, asked=[asked("age_band", merged=merged)], by=manager))

    assert (before, reading.hidden_count(again)) == (2, 0)
    (table,) = reading.preview(again)
    assert ("70歳代・80歳以上", "15") in [
        (heading.label, row[0].text) for heading, row in zip(table.rows, table.flat, strict=True)
    ]


def test_public_bulletins_are_rounded_unless_the_centre_set_otherwise(state, asked, judged, manager, centre):
    state(47)
    rounded = judged(asked("scam_main"), kind="BULLETIN")
    assert texts(reading.preview(rounded)[0]) == [["50"], ["50"]]
    with pytest.raises(releases.RuleNeedsReason):
        releases.set_rule(centre, public_below=10, members_below=3, rounding=0, by=manager)

    releases.set_rule(
        centre, public_below=20, members_below=3, rounding=0, reason="毎月の数のため", by=manager
    )

    assert judged(asked("scam_main"), kind="BULLETIN").form == "EXACT"


def test_districts_have_a_stricter_threshold_and_a_later_rule_is_not_held_against_what_is_out(
    state, asked, published, manager, centre
):
    state(15)
    state(14, party_area="WEST")
    state(60, party_area=Area.OUTSIDE)
    towns = published(asked("scam_main"))
    by_district = published(asked("area"))

    assert printed(towns) == [["89"], ["89"]]
    assert printed(by_district) == [[HIDDEN], [HIDDEN], ["60"], ["89"]]
    assert "20件未満" in "".join(reading.rule(by_district))
    releases.set_rule(centre, public_below=30, members_below=3, rounding=10, by=manager)
    assert printed(published(asked("sex"))) == [["89"], ["89"]]


def test_tampered_rows_are_shown_to_nobody_and_stop_what_would_be_judged_beside_them(
    state, asked, published, judged
):
    state(30)
    release = published(asked("scam_main"))
    assert printed(release) == [["30"], ["30"]]
    ReleasedTable.objects.update(title="別の表")
    forget_all()

    with pytest.raises(reading.NotReleased, match="記録と合いません"):
        reading.tables(Release.objects.get(pk=release.pk))
    refused = judged(asked("sex"))
    assert (refused.state, refused.job.error_code) == ("REFUSED", "ledger_incomplete")


def test_activity_is_logged_without_threshold(centre, manager):
    figures = [Figure("出前講座", 2, "回"), Figure("参加者", 31, "人")]

    release = releases.release_activity(centre, figures, audience="public", title="活動の実績", by=manager)

    assert reading.activity(release) == tuple(figures)
    assert list(reading.ledger(centre, "public")) == [release]


def test_a_warning_has_no_numbers_and_an_urgent_one_is_approved_after(centre, manager, other):
    def warn(text, **more):
        return releases.propose_warning(
            centre, audience="members", title="注意", text=text, by=manager, **more
        )

    with pytest.raises(releases.WarningHasNumbers, match="12件"):
        warn("先月は12件の相談がありました。")
    calm, urgent = warn("188に電話してください。"), warn("訪問に注意。", is_urgent=True)

    assert (calm.state, urgent.state, urgent.approved_at) == ("JUDGED", "RELEASED", None)
    with pytest.raises(SecondPersonNeeded):
        releases.approve_late(urgent.uid, by=manager)
    assert releases.approve_late(urgent.uid, by=other).approved_by == other
    assert releases.approve(calm.uid, by=other).number == 2


def test_a_single_number_of_before_is_part_of_what_readers_know(state, asked, judged, centre, manager):
    state(30, day=date(2026, 4, 10))
    state(4, day=date(2026, 5, 11))
    old = asked("scam_main", first=4, end=6, filters={"scam_main": ["INSPECTION"]})
    counted = measures.breakdown(old.question)
    Release.objects.create(
        centre=centre, audience="public", state="RELEASED", released_at=timezone.now(), subject="bulletin:1",
        definition=dict(counted.definition), value=counted.total, shown="34件", as_of=counted.as_of,
    )  # fmt: skip

    april = judged(asked("scam_main", first=4, end=5))

    assert texts(reading.preview(april)[0]) == [[HIDDEN], [HIDDEN]]


def test_a_withdrawn_proposal_freezes_nothing(state, asked, judged, published, manager):
    state(30)
    release = judged(asked("scam_main"))
    releases.withdraw(release.uid, by=manager)
    state(5)

    assert printed(published(asked("scam_main"))) == [["35"], ["35"]]
    with pytest.raises(releases.ReleaseNotOpen):
        releases.withdraw(release.uid, by=manager)
