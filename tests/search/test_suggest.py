"""Suggestions of codes: learned from cases by the worker, offered only where they are sure and may be chosen."""

import os
import stat
import time
import uuid
from datetime import date

import pytest

from cases.jobs import Job, claim_and_run
from cases.protection.models import AuditEntry
from cases.records import codes
from cases.records.case import Case
from cases.records.codes import Code, Kind
from cases.services.retention.erasure import erase_case
from search import suggest_learning, suggest_model, suggest_shipped
from search.analysis import terms as terms_of_text
from search.hashing import product_hasher
from search.suggest import suggest
from search.suggest_learning import LEARN, model, model_file

pytestmark = pytest.mark.django_db

ROOF = "屋根の無料点検に来た業者に、瓦がずれていると言われて補修工事を契約した。"
SHOP = "通販サイトで靴を注文したが届かない。振込先は個人名義だった。"


@pytest.fixture(autouse=True)
def read_anew():
    """Codes that a test changes are not held for the next."""
    codes.forget()
    yield
    codes.forget()


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """A dozen cases are enough here, and the shipped words stay away unless a test asks for them."""
    monkeypatch.setattr(suggest_learning, "LEAST_TO_LEARN", 12)
    monkeypatch.setattr(suggest_model, "_LEAST_STEPS", 60)
    monkeypatch.setattr(suggest_shipped, "lessons", lambda _sets, _terms_of: [])


@pytest.fixture
def cases(record):
    made = [record(ROOF, product="ROOFING", sales_method="DOOR_TO_DOOR") for _number in range(7)]
    made += [
        record(SHOP, scam_main="FAKE_SHOP", product="SHOES", sales_method="INTERNET") for _number in range(7)
    ]
    return made


@pytest.fixture
def learned(cases, worked):
    worked()
    suggest_learning.ask()
    while claim_and_run(worker="test"):
        pass
    return cases


def offered(text, staff, centre, **chosen):
    found = suggest(text, by=staff, centre_uid=centre.uid, chosen=chosen)
    return {name: [one.code for one in best] for name, best in found.by_set.items()}


def test_words_of_past_cases_bring_their_codes_with_reasons(learned, staff, centre):
    found = suggest("屋根の点検に来て瓦がずれていると言われた。", by=staff, centre_uid=centre.uid, chosen={})

    first = found.by_set["scam_main"][0]
    assert (first.code, first.probability > 0.5) == ("INSPECTION", True)
    assert set(first.because) <= {"屋根", "点検", "点検商法", "瓦", "ずれる"}
    assert (first.nearest, first.looked_at) == (7, 7)
    assert [found.by_set[name][0].code for name in ("product", "sales_method")] == ["ROOFING", "DOOR_TO_DOOR"]


def test_a_field_that_is_filled_gets_no_suggestion(learned, staff, centre):
    assert "scam_main" in offered(ROOF, staff, centre)
    assert "scam_main" not in offered(ROOF, staff, centre, scam_main=["BEAUTY"])


@pytest.mark.parametrize(("text", "is_sure"), [(ROOF, True), ("天気の話", False)])
def test_nothing_is_shown_below_the_stated_confidence(learned, staff, centre, text, is_sure):
    assert ("scam_main" in offered(text, staff, centre)) is is_sure


@pytest.mark.parametrize(("count", "is_learned"), [(11, False), (12, True)])
def test_below_a_stated_number_of_cases_nothing_is_learned(record, worked, staff, centre, count, is_learned):
    for number in range(count):
        record(ROOF if number % 2 else SHOP, scam_main="INSPECTION" if number % 2 else "FAKE_SHOP")
    suggest_learning.ask()
    worked()

    assert model_file().exists() is is_learned
    assert bool(offered(ROOF, staff, centre)) is is_learned


def test_a_fresh_installation_says_nothing(staff, centre):
    assert offered(ROOF, staff, centre) == {}
    assert suggest_learning.is_wanted() is False


def test_a_code_that_is_no_longer_offered_is_not_suggested(learned, staff, centre):
    Code.objects.filter(kind=Kind.SCAM_TYPE, code="INSPECTION").update(valid_to=date(2026, 1, 1))
    codes.forget()

    found = offered(ROOF, staff, centre)

    assert "scam_main" not in found
    assert found["product"] == ["ROOFING"]


@pytest.mark.parametrize(("own", "is_offered"), [(True, True), (False, False)])
def test_a_trick_of_another_centre_is_not_suggested(learned, staff, centre, other_centre, own, is_offered):
    whose = centre if own else other_centre
    Code.objects.filter(kind=Kind.SCAM_TYPE, code="INSPECTION").update(attributes={"centre": str(whose.uid)})
    codes.forget()

    assert ("scam_main" in offered(ROOF, staff, centre)) is is_offered


def test_the_nearest_cases_are_those_that_the_reader_may_see(learned, staff, centre):
    stranger = type(staff)(frozenset())

    (first, *_others) = suggest(ROOF, by=stranger, centre_uid=centre.uid, chosen={}).by_set["scam_main"]

    assert (first.code, first.nearest, first.looked_at) == ("INSPECTION", None, 0)


def test_a_trick_that_nobody_could_name_is_learned_and_never_suggested(record, worked, staff, centre):
    for _number in range(7):
        record(ROOF, scam_main="UNCLASSIFIED", product="ROOFING")
        record(SHOP, scam_main="FAKE_SHOP", product="SHOES")
    suggest_learning.ask()
    worked()

    assert "scam_main" not in offered(ROOF, staff, centre)
    assert offered(SHOP, staff, centre)["scam_main"] == ["FAKE_SHOP"]


def test_a_word_that_was_never_learned_counts_by_its_meaning(record, worked, staff, centre):
    for _number in range(7):
        record("定期の契約を解約。", scam_main="SUBSCRIPTION_TRAP")
        record(SHOP, scam_main="FAKE_SHOP")
    suggest_learning.ask()
    worked()

    (first, *_others) = suggest("キャンセル。", by=staff, centre_uid=centre.uid, chosen={}).by_set[
        "scam_main"
    ]

    assert (first.code, first.because) == ("SUBSCRIPTION_TRAP", ["キャンセル"])
    assert suggest_learning.with_meanings(["天気"]) == ["天気"]


def test_what_is_only_provisional_teaches_no_trick(record, worked, staff, centre):
    for _number in range(7):
        record(ROOF, is_provisional=True, product="ROOFING")
        record(SHOP, scam_main="FAKE_SHOP", product="SHOES")
    suggest_learning.ask()
    worked()

    found = offered(ROOF, staff, centre)

    assert "INSPECTION" not in found.get("scam_main", [])
    assert found["product"] == ["ROOFING"]


# So few bytes as three stand somewhere in a file by chance.
LEAST_BYTES = 4


def test_the_file_is_its_owners_and_holds_no_word(learned):
    data = model_file().read_bytes()

    assert stat.S_IMODE(model_file().stat().st_mode) == 0o600
    for word in terms_of_text(ROOF + SHOP):
        for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
            sought = word.encode(encoding)
            assert len(sought) < LEAST_BYTES or sought not in data


def test_an_erasure_takes_a_word_that_nobody_else_has_out_of_the_model(record, worked, staff):
    for _number in range(12):
        record(SHOP, scam_main="FAKE_SHOP", product="SHOES")
    told = [record("珍獣の鑑定を申し込んだ。" + ROOF) for _number in range(suggest_model.LEAST_CASES)]
    suggest_learning.ask()
    worked()
    word = int.from_bytes(product_hasher().term("珍獣"), "big")
    assert word in model().terms

    erase_case(told[0].uid, reason="REQUEST", by=staff)
    assert Job.objects.filter(kind=LEARN, state=Job.State.QUEUED).count() == 1
    erase_case(told[1].uid, reason="REQUEST", by=staff)
    assert Job.objects.filter(kind=LEARN, state=Job.State.QUEUED).count() == 1
    worked()

    assert word not in model().terms
    assert len(model().terms) > 0


def test_with_too_few_cases_left_nothing_of_what_was_learned_stays(learned, worked, staff):
    for case in learned[:3]:
        erase_case(case.uid, reason="REQUEST", by=staff)
    worked()

    assert Case.objects.count() == 11
    assert not model_file().exists()


def test_it_learns_again_after_a_day_and_not_before(learned):
    Job.objects.filter(kind=LEARN).delete()
    assert suggest_learning.is_wanted() is False

    yesterday = time.time() - 86_401
    os.utime(model_file(), (yesterday, yesterday))

    assert suggest_learning.is_wanted() is True
    suggest_learning.ask()
    assert suggest_learning.is_wanted() is False


def test_a_model_of_another_analysis_or_key_is_not_used(learned, monkeypatch):
    monkeypatch.setattr(suggest_learning, "version", lambda: "other")
    monkeypatch.setattr(suggest_learning, "_loaded", None)

    assert model() is None


def test_a_cancelled_lesson_leaves_the_old_model(learned, monkeypatch):
    before = model_file().read_bytes()
    suggest_learning.ask()
    job = Job.objects.get(kind=LEARN, state=Job.State.QUEUED)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)

    claim_and_run(job.uid, worker="test")

    job.refresh_from_db()
    assert (job.state, model_file().read_bytes()) == (Job.State.CANCELLED, before)


def test_a_lesson_that_was_overtaken_by_an_erasure_leaves_no_file(learned, staff, monkeypatch):
    before = model_file().read_bytes()
    whole = suggest_learning.taught

    def taught(*args, **more):
        erase_case(learned[0].uid, reason="REQUEST", by=staff)
        return whole(*args, **more)

    monkeypatch.setattr(suggest_learning, "taught", taught)
    suggest_learning.ask()
    job = Job.objects.get(kind=LEARN, state=Job.State.QUEUED)
    claim_and_run(job.uid, worker="test")

    assert Job.objects.filter(kind=LEARN, state=Job.State.QUEUED).exclude(pk=job.pk).count() == 1
    assert model_file().read_bytes() == before


def test_learning_reads_by_the_door_of_analysis_and_leaves_its_entry(learned):
    counts = AuditEntry.objects.filter(action="ANALYSED").order_by("-pk").values_list("count", flat=True)

    assert counts[0] == len(learned)


def test_a_suggestion_asks_the_database_once(learned, staff, centre, django_assert_num_queries):
    suggest(ROOF, by=staff, centre_uid=centre.uid, chosen={})

    with django_assert_num_queries(1):
        suggest(ROOF, by=staff, centre_uid=centre.uid, chosen={}, leave_out=uuid.uuid4())
