"""人口: the right year's residents by district and band, and no number where none is known."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.figures import population
from cases.figures.population import ALL
from cases.figures.residents import ALL_AGES, BOTH, FEMALE, MALE, OPEN, Ages, Said, Town, covered, smallest
from cases.models import PopulationTable, Residents, TownDistrict
from cases.protection.models import AuditEntry
from cases.services.population import keeping
from cases.services.population.checks import Notes
from cases.services.population.keeping import PopulationChanged, PopulationIncomplete
from tests import builders

pytestmark = pytest.mark.django_db
DAY = date(2025, 1, 1)
SINGLE = (*(Ages(age, age + 1) for age in range(100)), Ages(100, OPEN))


@pytest.fixture
def by():
    return builders.account("MANAGER")


def said(people: int = 10, *, hidden: frozenset[Ages] = frozenset()) -> Said:
    """Two towns, `people` of every single age; 本町 hides some."""
    cells = {(ages, BOTH): people for ages in SINGLE} | {(ALL_AGES, BOTH): people * len(SINGLE)}
    held = {key: value for key, value in cells.items() if key[0] not in hidden}
    return Said(SINGLE, (Town("本町", held), Town("東町", cells)), {})


def stored(by, what: Said | None = None, day: date = DAY, district_of=None) -> PopulationTable:
    table = keeping.draft(what or said(), Notes(), as_of=day, source="住民基本台帳", centre=by.centre, by=by)
    return keeping.confirm(table.uid, district_of=district_of or {"本町": "NORTH", "東町": ""}, by=by)


def test_single_ages_add_up_to_the_bands_of_the_figures(by):
    stored(by)

    found = population.people(by.centre_ids, DAY)

    assert found is not None
    assert found["NORTH", "UNDER_18"] == 180
    assert found["NORTH", "18_19"] == 20
    assert found["NORTH", "65_69"] == 50
    assert found["NORTH", "80_OVER"] == 210
    assert found[ALL, "80_OVER"] == 420
    assert (found["NORTH", ALL], found[ALL, ALL]) == (1010, 2020)
    assert (found.between(0, 30), found.between(60, areas=["NORTH"])) == (600, 410)
    assert ("NORTH", "UNKNOWN") not in found
    assert found.used[0].source == "住民基本台帳"
    assert dict(found)[ALL, "20S"] == 200


def test_a_band_that_the_classes_do_not_make_up_is_no_data(by):
    classes = (Ages(0, 15), Ages(15, 65), Ages(65, OPEN))
    cells = {(ages, BOTH): 5 for ages in classes} | {(ALL_AGES, BOTH): 15}
    stored(by, Said(classes, (Town("本町", cells),), {}), district_of={"本町": "NORTH"})

    found = population.people(by.centre_ids, DAY)

    assert found.get(("NORTH", "20S")) is None
    assert (found.between(65), found.between(75), found["NORTH", ALL]) == (5, None, 15)


def test_a_hidden_cell_leaves_its_district_without_data_and_never_zero(by):
    stored(by, said(hidden=frozenset({Ages(66, 67)})))

    found = population.people(by.centre_ids, DAY)

    assert found.band("65_69", areas=["NORTH"]) is None
    assert found.band("70_74", areas=["NORTH"]) == 50
    assert Residents.objects.get(area="NORTH", first=66).people is None


def test_a_period_takes_the_table_before_its_middle_and_the_first_one_where_none_is(by):
    days = [date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)]
    for day in reversed(days):
        stored(by, said(day.year - 2000), day)

    def used(on):
        return population.people(by.centre_ids, on).used[0].as_of

    assert [used(on) for on in (date(2023, 10, 1), days[0], date(2025, 10, 1), date(2030, 1, 1))] == [
        days[0], days[0], days[1], days[2],
    ]  # fmt: skip


def test_without_population_there_is_no_answer(by):
    elsewhere = builders.centre("kita").pk
    assert population.people(by.centre_ids, DAY) is None
    stored(by)
    assert population.people({*by.centre_ids, elsewhere}, DAY) is None
    assert population.people(set(), DAY) is None


def test_two_centres_are_added_up(by):
    there = builders.account("MANAGER", at=builders.centre("kita"))
    stored(by)
    stored(there, said(1), district_of={"本町": "", "東町": ""})

    found = population.people({by.centre_id, there.centre_id}, DAY)

    assert (found[ALL, ALL], found["NORTH", ALL]) == (2222, 1010)


def test_a_table_takes_the_place_of_the_one_of_its_day_and_the_old_one_is_still_found(by):
    old = stored(by)
    between = timezone.now()
    new = stored(by, said(20))

    old.refresh_from_db()
    assert (old.holds, new.holds) == (False, True)
    assert population.people(by.centre_ids, DAY)[ALL, ALL] == 4040
    assert population.people(by.centre_ids, DAY, known_at=between)[ALL, ALL] == 2020
    assert population.people(by.centre_ids, DAY, known_at=old.received_at) is None
    assert AuditEntry.objects.filter(action="POPULATION_SET", reason="2025-01-01").count() == 2


@pytest.mark.parametrize("is_open", [True, False])
def test_a_town_without_a_district_is_never_dropped_in_silence(by, is_open):
    table = keeping.draft(said(), Notes(), as_of=DAY, source="台帳", centre=by.centre, by=by)
    places = {"本町": "NORTH"} if is_open else {"本町": "NORTH", "東町": ""}

    if is_open:
        with pytest.raises(PopulationIncomplete, match="1"):
            keeping.confirm(table.uid, district_of=places, by=by)
        assert not Residents.objects.exists()
    else:
        keeping.confirm(table.uid, district_of=places, by=by)
        assert population.people(by.centre_ids, DAY)[ALL, ALL] == 2020
        assert dict(TownDistrict.objects.values_list("town", "area")) == places


@pytest.mark.parametrize(("differs", "is_kept"), [(True, True), (False, False)])
def test_sums_that_differ_are_confirmed_by_a_mark_alone(by, differs, is_kept):
    table = keeping.draft(said(), Notes(different=1), as_of=DAY, source="台帳", centre=by.centre, by=by)
    places = {"本町": "NORTH", "東町": "NORTH"}

    if is_kept:
        assert keeping.confirm(table.uid, district_of=places, differs=differs, by=by).holds
    else:
        with pytest.raises(PopulationIncomplete):
            keeping.confirm(table.uid, district_of=places, differs=differs, by=by)


def test_a_table_is_taken_back_once_and_a_draft_discarded(by):
    table = stored(by)
    keeping.take_back(table.uid, by=by)
    assert population.people(by.centre_ids, DAY) is None
    with pytest.raises(PopulationChanged):
        keeping.take_back(table.uid, by=by)
    with pytest.raises(PopulationChanged):
        keeping.discard(table.uid, by=by)

    draft = keeping.draft(said(), Notes(), as_of=DAY, source="台帳", centre=by.centre, by=by)
    keeping.discard(draft.uid, by=by)
    assert list(PopulationTable.objects.all()) == [table]


def test_drafts_that_nobody_confirms_go(by):
    draft = keeping.draft(said(), Notes(), as_of=DAY, source="台帳", centre=by.centre, by=by)
    kept = stored(by)
    PopulationTable.objects.update(received_at=timezone.now() - timezone.timedelta(days=15))

    keeping.clean_up()

    assert list(PopulationTable.objects.all()) == [kept]
    assert draft.pk != kept.pk


@pytest.mark.parametrize("day", [None, date(2999, 1, 1)])
def test_a_table_has_a_day_that_has_come(by, day):
    with pytest.raises(PopulationIncomplete):
        keeping.draft(said(), Notes(), as_of=day, source="台帳", centre=by.centre, by=by)


def test_the_database_takes_one_table_a_day_and_no_class_without_ages(by):
    table = stored(by)
    given = {"centre": by.centre, "as_of": DAY, "content": {}}
    for wrong in (
        lambda: PopulationTable.objects.create(**given, source="別", confirmed_at=timezone.now()),
        lambda: PopulationTable.objects.create(**given, source=""),
        lambda: Residents.objects.create(table=table, area="*", sex="", first=200, end=200),
        lambda: Residents.objects.create(table=table, area="*", sex="X", first=1, end=2),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_sexes_are_told_apart(by):
    cells = {(ALL_AGES, sex): people for sex, people in ((BOTH, 9), (MALE, 4), (FEMALE, 5))}
    stored(by, Said((), (Town("本町", cells),), {}), district_of={"本町": "NORTH"})

    found = population.people(by.centre_ids, DAY)

    assert [found.between(sex=sex) for sex in (BOTH, MALE, FEMALE)] == [9, 4, 5]


def test_classes_that_count_everybody_once():
    fives, over = (Ages(65, 70), Ages(70, 75), Ages(75, OPEN)), Ages(65, OPEN)
    assert smallest([*fives, over]) == fives
    assert smallest([over, Ages(75, OPEN)]) == (over,)
    assert covered(dict.fromkeys(fives, 1), over) == 3
    assert covered({fives[0]: 1, fives[2]: 1}, over) is None
