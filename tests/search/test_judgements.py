"""What counsellors say of similar cases: who may, what it changes, what forgets it; a row slipped in says nothing."""

import io
import json
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.tombstone import CaseErased
from cases.services.entry import EntryRefused
from cases.services.retention.erasure import erase_case
from cases.services.retention.models import Disposal
from search import judgements
from search.judgements import Judgement, Verdict, judge
from search.similar import similar

pytestmark = pytest.mark.django_db

ROOF = "屋根の無料点検に来た業者に、瓦がずれていると言われて補修工事を契約した。解約したい。"
HELPED, NOT_SIMILAR = Verdict.HELPED, Verdict.NOT_SIMILAR


@pytest.fixture
def draft():
    """The uid of a call that is being taken."""
    return uuid.uuid4()


@pytest.fixture
def hits(record, worked):
    told = (
        "駅前の公園で声をかけられ名刺を渡された。",
        "夕方に電話があり翌朝に二人で来た。",
        "隣町の親戚の紹介だと聞いて信用した。",
    )
    made = [record(f"{ROOF}{more}") for more in told]
    worked()
    return made


def shown(staff, about):
    return similar(ROOF, by=staff, leave_out=about)


@pytest.mark.parametrize(
    ("verdict", "is_shown", "said"), [(HELPED, True, HELPED), (NOT_SIMILAR, False, None)]
)
def test_a_judgement_counts_for_the_case_at_hand_alone(hits, staff, draft, verdict, is_shown, said):
    judge(draft, hits[0].uid, verdict=verdict, by=staff)

    here, elsewhere = shown(staff, draft), shown(staff, uuid.uuid4())

    verdicts = {hit.uid: hit.verdict for hit in here.hits}
    assert (hits[0].uid in verdicts, verdicts.get(hits[0].uid)) == (is_shown, said)
    assert [one.uid for one in here.aside] == ([] if is_shown else [hits[0].uid])
    assert {hit.uid for hit in elsewhere.hits} == {case.uid for case in hits}
    assert {hit.verdict for hit in elsewhere.hits} == {""}


def test_others_see_for_how_many_cases_a_hit_helped(hits, staff):
    for _number in range(2):
        judge(uuid.uuid4(), hits[1].uid, verdict=HELPED, by=staff)
    judge(uuid.uuid4(), hits[1].uid, verdict=NOT_SIMILAR, by=staff)

    assert {hit.uid: hit.helped for hit in shown(staff, None).hits} == {
        hits[0].uid: 0, hits[1].uid: 2, hits[2].uid: 0,
    }  # fmt: skip


@pytest.mark.parametrize("later", [NOT_SIMILAR, ""])
def test_a_later_word_replaces_an_earlier_one(hits, staff, draft, later):
    judge(draft, hits[0].uid, verdict=HELPED, by=staff)

    judge(draft, hits[0].uid, verdict=later, by=staff)

    assert judgements.verdicts(draft) == ({hits[0].uid: later} if later else {})
    assert judgements.helped([hits[0].uid]) == {}
    reasons = (
        AuditEntry.objects.filter(action=judgements.ACTION).order_by("pk").values_list("reason", flat=True)
    )
    assert list(reasons) == [f"{draft} HELPED", f"{draft} {later or '-'}"]


def test_the_same_word_again_leaves_no_second_entry(hits, staff, draft):
    for _time in range(2):
        judge(draft, hits[0].uid, verdict=HELPED, by=staff)

    assert AuditEntry.objects.filter(action=judgements.ACTION, case_uid=hits[0].uid).count() == 1


@pytest.mark.parametrize("whose", ["hit", "about"])
def test_a_case_of_another_centre_is_neither_judged_nor_judged_for(record, hits, staff, other_centre, whose):
    theirs = record(ROOF, at=other_centre)
    pair = {"hit": (hits[0].uid, theirs.uid), "about": (theirs.uid, hits[0].uid)}[whose]

    with pytest.raises(Case.DoesNotExist):
        judge(*pair, verdict=HELPED, by=staff)

    assert not Judgement.objects.exists()


@pytest.mark.parametrize(("about", "verdict"), [(0, HELPED), (1, "GOOD")])
def test_what_is_no_judgement_is_refused(hits, staff, about, verdict):
    with pytest.raises(EntryRefused):
        judge(hits[about].uid, hits[0].uid, verdict=verdict, by=staff)

    assert not Judgement.objects.exists()


def test_rows_slipped_into_the_table_hide_nothing_and_praise_nothing(hits, staff, draft):
    Judgement.objects.create(about=draft, hit=hits[0], verdict=NOT_SIMILAR)
    Judgement.objects.create(about=uuid.uuid4(), hit=hits[1], verdict=HELPED)

    answer = shown(staff, draft)

    assert ({hit.uid for hit in answer.hits}, answer.aside) == ({case.uid for case in hits}, [])
    assert {hit.helped for hit in answer.hits} == {0}
    assert list(judgements.all_of()) == []


@pytest.mark.parametrize("erased", ["at hand", "hit"])
def test_a_judgement_is_erased_with_either_case(hits, staff, erased):
    at_hand, hit, other = hits
    judge(at_hand.uid, hit.uid, verdict=HELPED, by=staff)
    judge(at_hand.uid, other.uid, verdict=HELPED, by=staff)
    judge(other.uid, hit.uid, verdict=HELPED, by=staff)

    erase_case({"at hand": at_hand, "hit": hit}[erased].uid, reason=Disposal.Ground.REQUEST, by=staff)

    left = set(Judgement.objects.values_list("about", "hit__uid"))
    assert left == ({(other.uid, hit.uid)} if erased == "at hand" else {(at_hand.uid, other.uid)})
    if erased == "at hand":
        with pytest.raises(CaseErased):
            judge(at_hand.uid, hit.uid, verdict=HELPED, by=staff)


def test_judgements_beside_a_call_that_was_never_saved_go_after_a_while(hits, staff, draft):
    judge(draft, hits[0].uid, verdict=HELPED, by=staff)
    judge(hits[1].uid, hits[0].uid, verdict=HELPED, by=staff)
    Judgement.objects.update(at=timezone.now() - timedelta(days=39))
    judgements.clean_up()
    assert Judgement.objects.count() == 2

    Judgement.objects.update(at=timezone.now() - timedelta(days=41))
    judgements.clean_up()

    assert list(Judgement.objects.values_list("about", flat=True)) == [hits[1].uid]


def test_they_leave_for_measuring_as_uids_and_verdicts_alone(hits, staff, draft, centre):
    judge(draft, hits[0].uid, verdict=HELPED, by=staff)
    judge(draft, hits[1].uid, verdict=NOT_SIMILAR, by=staff)
    out = io.StringIO()

    call_command("search_judgements", centre=centre.code, stdout=out)

    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"about": str(draft), "hit": str(hits[0].uid), "verdict": "HELPED"},
        {"about": str(draft), "hit": str(hits[1].uid), "verdict": "NOT_SIMILAR"},
    ]
