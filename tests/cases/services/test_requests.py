"""開示請求: what is proposed, who decides, and that nothing closed is left in what leaves."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cases import erasing
from cases.law.disclosure import Article
from cases.protection.models import AuditEntry
from cases.protection.purpose import BreakGlassNeeded
from cases.records.case import Case
from cases.records.people import CasePerson
from cases.records.requests import CitizenRequest, RequestMark, RequestPart
from cases.services import oversight, request_marks, requests
from cases.services.requests import RequestEntry, RequestNotReady, RequestRefused
from tests import builders

pytestmark = pytest.mark.django_db
NARRATIVE = (
    "山田花子の母、鈴木和子さん(03-1234-5678)も、やねなおし工房の点検を受けた。花子の携帯は090-1234-5678。"
)


def wish(case: Case | None = None, **more) -> RequestEntry:
    given = {
        "uid": uuid.uuid4(),
        "received_on": date(2026, 11, 2),
        "requester_name": "山田 花子",
        "requester_address": "架空市北町1-2-3",
        "identity": "PHOTO_CARD",
        "agent": "SELF",
        "stands_as": "CALLER",
        "case_uids": (case.uid,) if case else (),
        "days": 30,
        **more,
    }
    return RequestEntry(**given)


@pytest.fixture
def first():
    return builders.account("MANAGER")


@pytest.fixture
def second():
    return builders.account("MANAGER")


@pytest.fixture
def known(first):
    return builders.case(
        by=builders.account(),
        narrative=NARRATIVE,
        trader_name="やねなおし工房",
        caller=builders.person(),
        party=builders.person(name="鈴木 和子", kana="スズキ カズコ", phone="03-1234-5678"),
    )


@pytest.fixture
def prepared(first, known):
    row = requests.enter(wish(known), centre=first.centre, by=first)
    return requests.prepare(row.uid, by=first, looks=lambda _uid: "2026-11-20 相談を開いた")


def settled(row, by) -> None:
    """Every proposal stays black under its article."""
    for part in row.parts.all():
        requests.decide_marks(part.uid, {mark.uid: mark.article for mark in part.marks.all()}, by=by)


def closed_words(row, name, by) -> dict[str, str]:
    """Marked words of a part and their articles."""
    part = row.parts.get(name=name)
    text = requests.texts_of(row, [part], by=by)[0]
    return {text[mark.start : mark.end]: mark.article for mark in part.marks.all()}


def test_other_persons_and_the_trader_are_proposed_and_the_requester_is_not(prepared, first):
    found = closed_words(prepared, "narrative", first)

    assert found["やねなおし工房"] == Article.CORPORATE
    assert any("鈴木和子" in words for words in found)
    assert "03-1234-5678" in found
    assert not any("山田" in words or "花子" in words or "090" in words for words in found)


@pytest.mark.parametrize(
    ("stands_as", "own", "others"),
    [("CALLER", "caller.name", "party.name"), ("PARTY", "party.name", "caller.name")],
)
def test_the_fields_of_the_other_person_are_proposed_whole(stands_as, own, others, first, known):
    row = requests.enter(wish(known, stands_as=stands_as), centre=first.centre, by=first)
    row = requests.prepare(row.uid, by=first, looks=lambda _uid: "")

    assert closed_words(row, own, first) == {}
    assert list(closed_words(row, others, first).values()) == [Article.OTHER_PERSON]


def test_a_surname_that_both_share_is_for_a_person_to_decide():
    values = {"caller.name": "山田 花子", "party.name": "山田 一郎"}
    known = request_marks.known_of(values, CasePerson.Role.CALLER)

    found = request_marks.proposals("narrative", "山田が契約した。", known, CasePerson.Role.CALLER)

    assert [(one.start, one.end) for one in found] == [(0, 2)]


def test_the_name_of_a_file_is_words_and_not_a_field_of_a_person():
    values = {"caller.name": "山田 花子", "party.name": "鈴木 一郎"}
    known = request_marks.known_of(values, CasePerson.Role.CALLER)

    found = request_marks.proposals("attachment.1", "契約書 鈴木一郎.pdf", known, CasePerson.Role.CALLER)

    assert [(one.start, one.end) for one in found] == [(4, 8)]


def test_what_was_read_is_logged_and_kept_as_it_was(prepared, first, known):
    entry = AuditEntry.objects.get(action="REVEALED")
    assert (entry.case_uid, entry.purpose) == (known.uid, "REQUEST")
    assert {"coded", "narrative", "looks"} <= set(prepared.parts.values_list("name", flat=True))
    assert all(
        "やねなおし".encode() not in part.text.envelope for part in RequestPart.objects.all() if part.text
    )


def test_nothing_is_prepared_before_the_identity_is_checked(first, known):
    row = requests.enter(wish(known, identity="NOT_YET"), centre=first.centre, by=first)
    with pytest.raises(RequestNotReady):
        requests.prepare(row.uid, by=first, looks=lambda _uid: "")

    requests.confirm_identity(row.uid, "TWO_PAPERS", by=first)

    assert requests.prepare(row.uid, by=first, looks=lambda _uid: "").prepared_at


def test_a_guarded_case_is_not_copied_without_the_urgent_look(first, known):
    row = requests.enter(wish(known), centre=first.centre, by=first)
    Case.objects.filter(pk=known.pk).update(is_guarded=True)

    with pytest.raises(BreakGlassNeeded):
        requests.prepare(row.uid, by=first, looks=lambda _uid: "")

    assert not RequestPart.objects.exists()


def test_words_that_nobody_found_can_be_closed_and_unknown_ones_are_refused(prepared, first):
    part = prepared.parts.get(name="narrative")

    assert requests.add_marks(part.uid, "点検", Article.BUSINESS, by=first) == 1
    with pytest.raises(RequestRefused):
        requests.add_marks(part.uid, "水道", Article.BUSINESS, by=first)
    assert part.marks.get(article=Article.BUSINESS).state == RequestMark.State.BLACK


@pytest.mark.parametrize(
    ("marks", "outcome", "reason", "is_refused"),
    [
        ("waiting", "PART", "理由", True),
        ("one waits", "PART", "理由", True),
        ("black", "PART", "理由", False),
        ("black", "PART", " ", True),
        ("black", "WHOLE", "", True),
        ("open", "WHOLE", "", False),
        ("open", "PART", "理由", True),
        ("waiting", "NO_ANSWER", "理由", False),
        ("waiting", "NONE", "", True),
    ],
)
def test_the_outcome_fits_the_marks(marks, outcome, reason, is_refused, prepared, first):
    if marks == "black":
        settled(prepared, first)
    if marks == "one waits":
        settled(prepared, first)
        last = RequestMark.objects.order_by("pk").last()
        RequestMark.objects.filter(pk=last.pk).update(state=RequestMark.State.PROPOSED)
    if marks == "open":
        RequestMark.objects.update(state=RequestMark.State.OPEN)

    if is_refused:
        with pytest.raises(RequestRefused):
            requests.propose(prepared.uid, outcome, reason=reason, by=first)
    else:
        assert requests.propose(prepared.uid, outcome, reason=reason, by=first).outcome == outcome


def test_two_decide_and_then_nothing_can_be_marked(prepared, first, second):
    settled(prepared, first)
    requests.propose(prepared.uid, "PART", reason="他の人の情報のため", by=first)
    with pytest.raises(oversight.SecondPersonNeeded):
        requests.confirm(prepared.uid, by=first)
    # Marks that were opened meanwhile make the proposal untrue.
    black = RequestMark.objects.filter(state=RequestMark.State.BLACK)
    pks = list(black.values_list("pk", flat=True))
    black.update(state=RequestMark.State.OPEN)
    with pytest.raises(RequestRefused):
        requests.confirm(prepared.uid, by=second)
    RequestMark.objects.filter(pk__in=pks).update(state=RequestMark.State.BLACK)

    requests.confirm(prepared.uid, by=second)

    part = prepared.parts.get(name="narrative")
    for act in (
        lambda: requests.add_marks(part.uid, "点検", Article.BUSINESS, by=first),
        lambda: requests.decide_marks(part.uid, {}, by=first),
        lambda: requests.prepare(prepared.uid, by=first, looks=lambda _uid: ""),
        lambda: requests.extend(prepared.uid, reason="事務が多い", by=first),
    ):
        with pytest.raises(RequestNotReady):
            act()
    assert requests.sent(prepared.uid, on=date(2026, 11, 20), by=first).sent_on


def test_the_time_can_be_extended_once(prepared, first):
    assert requests.due_of(prepared) == date(2026, 12, 2)

    row = requests.extend(prepared.uid, reason="量が多い", by=first)

    assert requests.due_of(row) == date(2027, 1, 1)
    with pytest.raises(RequestNotReady):
        requests.extend(prepared.uid, reason="まだ多い", by=first)


def test_an_erased_case_takes_its_copy_along(prepared, known):
    erasing.run(known.uid)

    assert not RequestPart.objects.exists()
    assert CitizenRequest.objects.get().requested.count() == 1


def test_parts_of_another_centre_do_not_exist(prepared):
    stranger = builders.account("MANAGER", at=builders.centre("kita"))
    part = prepared.parts.first()

    with pytest.raises(RequestPart.DoesNotExist):
        requests.decide_marks(part.uid, {}, by=stranger)
    with pytest.raises(CitizenRequest.DoesNotExist):
        requests.prepare(prepared.uid, by=stranger, looks=lambda _uid: "")


def test_the_database_refuses_an_empty_mark(prepared):
    part = prepared.parts.first()

    with pytest.raises(IntegrityError), transaction.atomic():
        RequestMark.objects.create(part=part, start=3, end=3, article=Article.LIFE)
