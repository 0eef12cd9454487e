"""Made-up cases in the database: by the road of the desk, once each, and never among real ones."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.urls import reverse

from cases.demo import loading, parts
from cases.demo.generator import entries, uid_of
from cases.demo.loading import add_follow_ups, hurried, load, make_centre, save_all
from cases.figures.models import CaseFact
from cases.protection.models import AuditEntry, DataKey, LookupTag
from cases.protection.redacted import redacted_text
from cases.records.case import Case, CaseScamType
from cases.records.centre import Centre
from cases.records.follow_up import FollowUp
from cases.records.people import CasePerson
from cases.services.intake import record_case
from consult.shell.accounts import Account
from tests import builders

TODAY = date(2026, 11, 23)
# What differs from row to row by its nature: keys, moments, uids and whatever is made of them.
OWN = {
    "id",
    "seq",
    "uid",
    "case",
    "case_uid",
    "owner_uid",
    "number",
    "entry_digest",
    "row_digest",
    "chain",
    "mac",
    "digest",
}
MOMENTS = {"entered_at", "changed_at", "recorded_at", "at", "queued_at", "due_at"}
TABLES = (Case, CasePerson, CaseScamType, LookupTag, CaseFact, DataKey, AuditEntry)


@pytest.fixture
def counsellors(db):
    centre = make_centre()
    return [builders.account(at=centre) for _n in range(2)]


def all_loaded(counsellors, count=60, **more: Any) -> int:
    given = {"count": count, "seed": 1, "today": TODAY, "told": lambda _n: None, **more}
    return load(counsellors[0].centre, counsellors, **given)


def rows_of(case: Case) -> dict[str, list[dict[str, Any]]]:
    """What is stored about a case, without what must differ; sealed values by whether there is one and its length."""
    found = {}
    for model in TABLES:
        key = next(
            f for f in ("case", "case_uid", "owner_uid", "uid") if f in [g.name for g in model._meta.fields]
        )
        value = case.pk if key == "case" else case.uid
        query = model._default_manager.filter(**{key: value}).order_by("pk")
        found[model.__name__] = [_plain(row) for row in query]
    return found


def _plain(row: models.Model) -> dict[str, Any]:
    kept = {}
    for field in row._meta.concrete_fields:
        if field.name in OWN | MOMENTS:
            continue
        value = getattr(row, field.attname)
        if isinstance(field, models.BinaryField):
            value = None if value is None else len(getattr(value, "envelope", value))
        kept[field.name] = value
    return kept


@pytest.mark.django_db
def test_a_case_made_in_bulk_is_stored_as_one_from_the_desk(counsellors):
    made = list(entries(40, 1, TODAY))
    save_all(made, counsellors[0].centre, counsellors)
    differ = []
    for entry in made:
        bulk = Case.objects.get(uid=entry.uid)
        by = Account.objects.get(pk=bulk.counsellor_id)
        twin = dataclasses.replace(entry, uid=builders.uuid.uuid4())
        desk = record_case(twin, centre=by.centre, by=by).case
        one, other = rows_of(bulk), rows_of(Case.objects.get(pk=desk.pk))
        differ += [(entry.uid, table) for table in one if one[table] != other[table] or table == "x"]
        assert sum(map(len, one.values())) >= 5

    assert differ == []


@pytest.mark.django_db(transaction=True)
def test_the_redacted_text_in_bulk_is_the_one_of_the_desk(counsellors):
    made = list(entries(60, 1, TODAY))
    save_all(made, counsellors[0].centre, counsellors)
    by = counsellors[0]
    twins = {entry.uid: dataclasses.replace(entry, uid=builders.uuid.uuid4()) for entry in made}
    for twin in twins.values():
        record_case(twin, centre=by.centre, by=by)

    texts = redacted_text([*twins, *(twin.uid for twin in twins.values())], by=by)

    assert all(texts[uid] == texts[twin.uid] for uid, twin in twins.items())


@pytest.mark.django_db
def test_numbers_run_with_the_days_and_counsellors_take_turns(counsellors):
    all_loaded(counsellors)
    cases = Case.objects.order_by("number")

    assert [case.received_on for case in cases] == sorted(case.received_on for case in cases)
    assert {case.counsellor_id for case in cases} == {account.pk for account in counsellors}


@pytest.mark.django_db
@pytest.mark.parametrize(("today", "added"), [(TODAY, 0), (date(2026, 11, 30), 0)])
def test_the_same_seed_again_adds_nothing_also_on_another_day(today, added, counsellors):
    assert all_loaded(counsellors) == 60
    add_follow_ups(counsellors[0].centre, counsellors, seed=1, today=TODAY)
    before = Case.objects.count(), FollowUp.objects.count(), CaseFact.objects.count()

    assert all_loaded(counsellors, today=today) == added
    assert add_follow_ups(counsellors[0].centre, counsellors, seed=1, today=TODAY) == 0
    assert (Case.objects.count(), FollowUp.objects.count(), CaseFact.objects.count()) == before


@pytest.mark.django_db
def test_a_load_that_was_broken_off_goes_on(counsellors, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 10)
    told = []

    def stop(done):
        told.append(done)
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        all_loaded(counsellors, told=stop)

    assert all_loaded(counsellors, told=told.append) == 40
    assert Case.objects.count() == 60
    assert told[-1] == 60
    assert {case.uid for case in Case.objects.all()} == {uid_of(1, n) for n in range(60)}


@pytest.mark.django_db
def test_a_real_centre_takes_no_made_up_case():
    with pytest.raises(ValueError, match="made-up"):
        load(builders.centre(), [builders.account()], count=1, seed=1, today=TODAY, told=lambda _n: None)


@pytest.mark.django_db
def test_the_newest_cases_have_follow_ups_before_today(counsellors):
    all_loaded(counsellors, count=300)

    done = add_follow_ups(counsellors[0].centre, counsellors, seed=1, today=TODAY)

    found = FollowUp.objects.select_related("case")
    assert done > 20
    assert found.count() > 0
    assert all(row.case.received_at < row.happened_at and row.happened_at.date() < TODAY for row in found)


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_sqlite_waits_for_the_disk_again_afterwards():
    def now() -> tuple[int, int]:
        with connection.cursor() as cursor:
            return loading._pragma(cursor, "synchronous"), loading._pragma(cursor, "cache_size")

    before = now()
    with hurried():
        assert now() == (0, -262_144)
    with pytest.raises(RuntimeError), hurried():
        raise RuntimeError

    assert now() == before
    assert before[0] == 2


@pytest.mark.django_db
def test_other_apps_add_their_part_once_by_name(monkeypatch, counsellors):
    monkeypatch.setattr(parts, "_parts", {})
    monkeypatch.setattr(parts, "_at_the_end", {})
    seen = []
    parts.register("plan", lambda *_given: None, at_the_end=True)
    parts.register("lectures", lambda centre, by, today: seen.append((centre.code, by.pk, today)))

    assert parts.load(counsellors[0].centre, by=counsellors[0], today=TODAY) == ["lectures", "plan"]
    assert seen == [("demo", counsellors[0].pk, TODAY)]
    with pytest.raises(ValueError, match="twice"):
        parts.register("lectures", lambda *_given: None)


# --- manage.py demo_data ---------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_command_brings_centre_accounts_cases_and_examples(client):
    call_command("demo_data", "--cases", "30", "--seed", "5")
    call_command("demo_data", "--cases", "30", "--seed", "5")

    centre = Centre.objects.get(code="demo")
    assert (centre.is_made_up, centre.areas.count() >= 6) == (True, True)
    assert Case.objects.filter(centre=centre, is_made_up=True).count() == 30
    assert Account.objects.filter(centre=centre).count() == 7
    assert Centre.objects.filter(code__in=["koganei", "meguro"]).count() == 2
    client.force_login(Account.objects.get(username="soudan"))
    assert client.get(reverse("cases")).context["page"].paginator.count == 30


@pytest.mark.django_db
def test_the_command_refuses_a_database_with_real_cases():
    builders.case()

    with pytest.raises(CommandError):
        call_command("demo_data", "--cases", "5")

    assert Case.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("count", ["-1", "many", "999999999"])
def test_the_command_wants_a_number(count):
    with pytest.raises(CommandError):
        call_command("demo_data", "--cases", count)
