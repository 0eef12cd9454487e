"""The planner's plans and pages: kept so that they come again, and a person's choice stronger than every plan."""

import io
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from cases.figures import facts
from cases.figures.need.weights import Weights
from cases.figures.releases.models import Release
from cases.figures.residents import BOTH, OPEN, Ages, Said, Town
from cases.models import Alert, Area, Case, Centre
from cases.protection.models import AuditEntry
from cases.services.entry import EntryRefused
from cases.services.population import keeping as population
from cases.services.population.checks import Notes
from consult.shell.accounts import Account
from outreach.lectures import services as lectures
from outreach.planning import gathering, keeping, links, nightly, paper, services
from outreach.planning.models import Place, Plan, PlanChoice, Proposal
from outreach.planning.wording import Names
from tests import waves
from tests.consult.desk.conftest import queries_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]
DISTRICTS = {"NORTH": 12_000, "SOUTH": 9_000, "EAST": 3_000, "WEST": 6_000}
ROOF = Place("INSPECTION", "65_OVER", "NORTH")
TRAP = Place("SUBSCRIPTION_TRAP", "30_64", "SOUTH")


@pytest.fixture
def town(centre: Centre, writer: Account, today: date) -> Callable[..., None]:
    """Districts and their residents, and a year of cases: many roof inspections of the old in the north."""

    def make(*, residents: bool = True, districts: bool = True, cases: int = 30) -> None:
        if districts:
            Area.objects.bulk_create(
                Area(centre=centre, code=code, label=f"{code}地区", position=n)
                for n, code in enumerate(DISTRICTS)
                if code != "NORTH"
            )
        if residents:
            _live(centre, writer)
        _call(centre, ROOF, cases)
        _call(centre, TRAP, cases // 2)
        for area in DISTRICTS:
            _call(centre, replace(ROOF, area=area), cases // 5)
            _call(centre, replace(TRAP, area=area), cases // 5)

    return make


def _live(centre: Centre, by: Account) -> None:
    def cells(people: int) -> dict[Any, int]:
        parts = {Ages(0, 30): 3, Ages(30, 65): 4, Ages(65, OPEN): 3}
        return {(ages, BOTH): people * part // 10 for ages, part in parts.items()}

    said = Said(
        (Ages(0, 30), Ages(30, 65), Ages(65, OPEN)),
        tuple(Town(code, cells(people)) for code, people in DISTRICTS.items()),
        {},
    )
    table = population.draft(said, Notes(), as_of=date(2026, 1, 1), source="市", centre=centre, by=by)
    known = set(centre.areas.values_list("code", flat=True))
    population.confirm(
        table.uid, district_of={code: code if code in known else "" for code in DISTRICTS}, by=by
    )


def _call(centre: Centre, place: Place, count: int, *, last: date = date(2026, 11, 19)) -> None:
    """So many cases over the year that ends with the day."""
    band = {"65_OVER": "70_74", "30_64": "40S", "UNDER_30": "20S"}[place.age_group]
    rows: list[Any] = [
        (
            Case(
                uid=uuid.uuid4(), centre=centre, received_on=last - timedelta(days=11 * (n % 30)), fiscal_year=2026,
                channel="PHONE", kind="COMPLAINT", party_age_band=band, party_area=place.area, paid_yen=600_000,
            ),
            place.theme,
            (),
        )
        for n in range(count)
    ]  # fmt: skip
    facts.record(rows)


def proposal(place: Place, plan: Plan) -> Proposal:
    return plan.proposals.get(theme=place.theme, age_group=place.age_group, area=place.area)


# --- Plans -------------------------------------------------------------------------------------------------------
def test_a_plan_tells_the_need_beside_the_city_and_comes_again_from_what_it_kept(
    town: Any, centre: Centre, writer: Account
) -> None:
    town()
    plan = keeping.make_plan(centre, by=writer)
    first = plan.proposals.order_by("position")[0]

    assert first.place == ROOF
    assert first.factors["cases"] == 36
    assert first.factors["residents"] == 3600
    assert first.factors["excess"] > 5
    assert first.factors["loss"]["paid_class"] == "500000"
    assert keeping.is_reproduced(plan) is True
    Proposal.objects.filter(pk=first.pk).update(factors={**first.factors, "need": 1})
    assert keeping.is_reproduced(plan) is False


def test_a_plan_is_made_again_only_where_something_changed(
    town: Any, centre: Centre, writer: Account
) -> None:
    town()
    first = keeping.make_plan(centre, by=writer)
    assert keeping.make_plan(centre, by=writer) == first

    _call(centre, ROOF, 1)
    second = keeping.make_plan(centre, by=writer)

    assert second != first
    assert second.as_of > first.as_of
    assert AuditEntry.objects.filter(action="PLAN_MADE").count() == 2


def test_what_was_held_lowers_what_is_not_reached_and_holds_the_same_back(
    town: Any, centre: Centre, writer: Account, a_lecture: Any
) -> None:
    town()
    held = a_lecture(
        held_on=date(2026, 9, 1), theme="INSPECTION", area="NORTH", age_group="65_OVER", audience="KOREISHA"
    )
    lectures.record_result(held.uid, sessions=1, people=360, kind="LECTURE", by=writer)

    factors = proposal(ROOF, keeping.make_plan(centre, by=writer)).factors
    assert (factors["unreached"], factors["reached"], factors["stand"]) == (0.9, 360, "WAITS_REPEAT")

    waves.wave(centre, "INSPECTION", age="65_OVER", area="NORTH")
    live = proposal(ROOF, keeping.make_plan(centre, by=writer))
    assert live.factors["stand"] == "OPEN"
    assert live.factors["live"] == 7.5
    assert next(reason["kind"] for reason in live.reasons) == "ALARM"


def test_alerts_from_outside_are_reasons_also_where_nobody_has_called(
    town: Any, centre: Centre, writer: Account
) -> None:
    town()
    for topic in ("INSPECTION", "FAKE_POLICE"):
        Alert.objects.create(
            uid=uuid.uuid4(), centre=centre, source="NCAC", title="急増しています", scam_type=topic,
            valid_from=date(2026, 11, 1),
        )  # fmt: skip
    plan = keeping.make_plan(centre, by=writer)

    assert {"kind": "WARNING", "title": "急増しています", "source": "NCAC"} in proposal(ROOF, plan).reasons
    assert [one["topic"] for one in plan.told["unlisted"]] == ["FAKE_POLICE"]


@pytest.mark.parametrize(
    "known", [{"residents": False}, {"districts": False}, {"residents": False, "cases": 0}]
)
def test_a_town_that_knows_little_gets_a_short_list_and_is_told_so(
    known: dict[str, Any], town: Any, centre: Centre, writer: Account, signed_in: SignIn
) -> None:
    town(**known)
    plan = keeping.make_plan(centre, by=writer)
    page = signed_in(writer).get(reverse("plan"), {"show": ""})

    assert plan.told["is_whole"]
    assert {row.area for row in plan.proposals.all()} <= {""}
    assert (plan.proposals.count() == 0) == (known.get("cases") == 0)
    assert page.status_code == 200
    assert "地区ごとの人口が登録されていない" in page.content.decode()


def test_the_night_plans_every_centre_and_drops_old_plans_from_which_nothing_was_begun(
    town: Any, centre: Centre, writer: Account, stranger: Account, a_lecture: Any
) -> None:
    town()
    plans = []
    for _n in range(3):
        plans.append(keeping.make_plan(centre, by=writer))
        _call(centre, ROOF, 1)
    links.acted(proposal=proposal(ROOF, plans[0]).uid, kind="LECTURE", target=a_lecture().uid, by=writer)
    Plan.objects.update(made_at="2026-01-01T00:00:00Z")

    assert nightly._is_planned(centre)
    assert nightly._is_planned(stranger.centre)
    keeping.drop_old()

    assert set(Plan.objects.filter(centre=centre)) == {plans[0], keeping.newest(centre)}


# --- Choices -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "more", "stand"),
    [
        ("PIN", {}, "PINNED"),
        ("EXCLUDE", {}, "EXCLUDED"),
        ("CHANGE", {"factor": Decimal("2.5")}, "OPEN"),
        ("CHANGE", {"to_area": "EAST"}, "OPEN"),
    ],
)
def test_a_choice_outlives_every_plan_and_the_line_it_was_made_for(
    kind: str, more: dict[str, Any], stand: str, town: Any, centre: Centre, writer: Account
) -> None:
    town()
    before = proposal(TRAP, keeping.make_plan(centre, by=writer)).factors
    choice = services.choose(TRAP, kind, note="自治会の希望", centre=centre, by=writer, **more)

    now = proposal(TRAP, keeping.newest(centre)).factors  # type: ignore[arg-type] - it was just made
    assert now["stand"] == stand
    assert now["own"] == float(more.get("factor", 1))
    assert now["score"] == pytest.approx(before["score"] * now["own"])
    assert now["goes_to"] == more.get("to_area", "SOUTH")
    # A year later nobody has called about anything: the line is gone, the choice is not.
    later = keeping.make_plan(centre, by=writer, on=date(2028, 1, 1))
    assert not later.proposals.filter(theme=TRAP.theme).exists()
    assert list(PlanChoice.objects.standing()) == [choice]

    services.take_back(choice.uid, by=writer)
    assert not PlanChoice.objects.standing().exists()
    assert PlanChoice.objects.get().undone_by == writer
    with pytest.raises(services.ChoiceTakenBack):
        services.take_back(choice.uid, by=writer)


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        ("PIN", {"note": " "}, "note"),
        ("PIN", {"place": replace(TRAP, area="NOWHERE")}, "kind"),
        ("PIN", {"place": replace(TRAP, theme="NO_SUCH")}, "place"),
        ("CHANGE", {}, "factor"),
        ("CHANGE", {"factor": Decimal(11)}, "factor"),
        ("CHANGE", {"to_area": "NOWHERE"}, "to_area"),
    ],
)
def test_a_choice_that_says_nothing_is_refused_by_its_field(
    kind: str, more: dict[str, Any], field: str, town: Any, centre: Centre, writer: Account
) -> None:
    town(cases=0)
    given = {"place": TRAP, "note": "理由", **more}

    with pytest.raises(EntryRefused) as refused:
        services.choose(given.pop("place"), kind, centre=centre, by=writer, **given)

    assert field in refused.value.errors
    assert not PlanChoice.objects.exists()


def test_a_later_choice_takes_the_place_of_the_earlier_and_both_stay_in_the_history(
    town: Any, centre: Centre, writer: Account
) -> None:
    town(cases=0)
    for kind in ("PIN", "EXCLUDE"):
        services.choose(TRAP, kind, note="理由", centre=centre, by=writer)

    assert [choice.kind for choice in PlanChoice.objects.standing()] == ["EXCLUDE"]
    assert PlanChoice.objects.count() == 2


def test_weights_are_versions_and_change_the_score_at_once(
    town: Any, centre: Centre, writer: Account
) -> None:
    town()
    before = proposal(ROOF, keeping.make_plan(centre, by=writer)).factors

    services.set_weights(Weights(topics={"INSPECTION": 3.0}), note="重点", centre=centre, by=writer)
    services.set_weights(Weights(topics={"INSPECTION": 2.6}), note="重点", centre=centre, by=writer)

    now = proposal(ROOF, keeping.newest(centre)).factors  # type: ignore[arg-type] - it was just made
    assert (before["severity"], now["severity"]) == (1.3, 2.6)
    assert now["score"] == pytest.approx(2 * before["score"])
    with pytest.raises(EntryRefused):
        services.set_weights(Weights(general_share=2), note="", centre=centre, by=writer)


@pytest.mark.parametrize(
    ("rules", "events", "stand", "reached"),
    [
        ({}, 1, "WAITS_REPEAT", 40),
        ({"repeat_months": 6}, 1, "OPEN", 40),
        ({"reached_months": 6}, 0, "WAITS_REPEAT", 0),
        ({"repeat_months": 6, "most_before_all": 1}, 1, "WAITS_FAIR", 40),
    ],
)
def test_a_centre_sets_the_months_and_the_share_that_hold_a_line_back(
    rules: dict[str, int], events: int, stand: str, reached: int,
    town: Any, a_lecture: Any, centre: Centre, writer: Account,
) -> None:  # fmt: skip
    town()
    held = a_lecture(held_on=date(2026, 3, 1), theme=ROOF.theme, area=ROOF.area, age_group=ROOF.age_group)
    type(held).objects.filter(pk=held.pk).update(state="DONE", result_kind="LECTURE", sessions=1, people=40)
    before = keeping.make_plan(centre, by=writer)

    services.set_weights(Weights(**rules), note="理由", centre=centre, by=writer)  # type: ignore[arg-type] - whole

    now = keeping.newest(centre)
    assert now is not None
    found = proposal(ROOF, now).factors
    assert {one["area"]: one["events"] for one in now.told["areas"]}["NORTH"] == events
    assert (found["stand"], found["reached"]) == (stand, reached)
    assert keeping.is_reproduced(Plan.objects.get(pk=now.pk)) is True
    # Under its own rules, whatever holds now.
    assert keeping.is_reproduced(Plan.objects.get(pk=before.pk)) is True
    assert proposal(ROOF, before).factors["stand"] == "WAITS_REPEAT"


def test_a_plan_of_before_there_were_rules_has_those_of_then(
    town: Any, centre: Centre, writer: Account
) -> None:
    town()
    plan = keeping.make_plan(centre, by=writer)
    for name in ("reached_months", "repeat_months", "most_before_all"):
        del plan.weights["weights"][name]
    plan.save()

    kept = Plan.objects.get()

    assert (kept.rules.windows, kept.rules.most_before_all) == ((24, 12), 3)
    assert keeping.is_reproduced(kept) is True


def test_a_month_has_a_last_day() -> None:
    assert gathering.months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert gathering.months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert gathering.months_before(date(2026, 11, 20), 24) == date(2024, 11, 20)


# --- Pages -------------------------------------------------------------------------------------------------------
def test_from_the_list_to_a_lecture_and_back_to_its_result(
    town: Any, centre: Centre, writer: Account, signed_in: SignIn, a_lecture: Any
) -> None:
    town()
    client = signed_in(writer)
    empty = client.get(reverse("plan")).content.decode()
    client.post(reverse("plan-make"))
    found = proposal(ROOF, Plan.objects.get())
    shown = client.get(reverse("plan")).content.decode()
    page = client.get(reverse("proposal", args=[found.uid]))

    assert "まだ計算していません" in empty
    assert f"{found.factors['score']:.1f}" in shown
    assert "1年に" in shown
    begins = dict(page.context["begins"])
    assert f"proposal={found.uid}" in begins["講座にする"]
    assert "area=NORTH" in begins["講座にする"]
    assert "area=" not in begins["見守り通信にする"]
    assert "学校の授業にする" not in begins
    assert client.get(begins["講座にする"]).status_code == 200

    held = a_lecture(held_on=date(2026, 11, 1), theme="INSPECTION")
    links.acted(proposal=found.uid, kind="LECTURE", target=held.uid, by=writer)
    lectures.record_result(held.uid, sessions=1, people=31, kind="LECTURE", by=writer)
    told = client.get(reverse("proposal", args=[found.uid])).content.decode()
    assert "参加31人" in told
    assert "始めた取り組み 1" in client.get(reverse("plan"), {"show": ""}).content.decode()


def test_a_choice_on_the_page_is_kept_shown_and_taken_back(
    town: Any, centre: Centre, writer: Account, signed_in: SignIn
) -> None:
    town()
    client, found = signed_in(writer), proposal(TRAP, keeping.make_plan(centre, by=writer))
    address = reverse("proposal-choose", args=[found.uid])

    refused = client.post(address, {"kind": "CHANGE", "note": "理由"})
    kept = client.post(address, {"kind": "EXCLUDE", "note": "自治会の 090-1234-5678 から断り"}, follow=True)
    choice = PlanChoice.objects.get()
    page = kept.content.decode()

    assert refused.status_code == 422
    assert "重みか、行き先の地区を入力してください。" in refused.content.decode()
    assert "090-1234-5678" not in choice.note
    assert "候補から外す" in page
    assert choice.note in page
    taken = client.post(reverse("plan-choice-take-back", args=[choice.uid]), follow=True)
    assert "取り消した指定" in taken.content.decode()


def test_the_weights_page_shows_what_is_and_keeps_what_is_typed(
    town: Any, centre: Centre, writer: Account, signed_in: SignIn
) -> None:
    town()
    keeping.make_plan(centre, by=writer)
    client = signed_in(writer)
    form = client.get(reverse("plan-weights")).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}

    refused = client.post(reverse("plan-weights"), {**typed, "note": "理由", "bulletin_share": "101"})
    too_long = client.post(
        reverse("plan-weights"), {**typed, "note": "理由", "reached_months": "61", "repeat_months": "0"}
    )
    kept = client.post(
        reverse("plan-weights"),
        {
            **typed, "note": "理由", "bulletin_share": "20", "topic_INSPECTION": "1.5", "reached_months": "36",
            "repeat_months": "6", "most_before_all": "2",
        },
    )  # fmt: skip
    shown = client.get(reverse("plan")).content.decode()

    assert (refused.status_code, too_long.status_code, kept.status_code) == (422, 422, 302)
    assert {"reached_months", "repeat_months"} <= set(too_long.context["form"].errors)
    assert keeping.weights_of(centre) == Weights(
        bulletin_share=0.2, topics={"INSPECTION": 1.5}, reached_months=36, repeat_months=6, most_before_all=2
    )
    assert "地区ごとの回数(36か月)" in shown
    assert "2回開いた地区を後に回します" in shown


@pytest.mark.parametrize("name", ["proposal", "proposal-choose", "plan-choice-take-back"])
def test_what_belongs_to_another_centre_does_not_exist(
    name: str, town: Any, centre: Centre, writer: Account, stranger: Account, signed_in: SignIn
) -> None:
    town()
    found = proposal(TRAP, keeping.make_plan(centre, by=writer))
    choice = services.choose(TRAP, "PIN", note="理由", centre=centre, by=writer)
    uid, method = (choice.uid, "post") if name.startswith("plan") else (found.uid, "post")
    if name == "proposal":
        method = "get"

    answer = getattr(signed_in(stranger), method)(reverse(name, args=[uid]))

    assert answer.status_code == 404


@pytest.mark.parametrize("role", ["COUNSELLOR", "MANAGER"])
def test_who_may_see_and_who_may_choose(
    role: str, town: Any, centre: Centre, writer: Account, manager: Account, signed_in: SignIn
) -> None:
    town()
    keeping.make_plan(centre, by=writer)
    manager.role_codes = [role]
    manager.save()
    client = signed_in(manager)

    assert client.get(reverse("plan")).status_code == (200 if role == "MANAGER" else 403)
    assert client.post(reverse("plan-make")).status_code == 403


def test_filters_keep_to_what_they_say(town: Any, centre: Centre, writer: Account, signed_in: SignIn) -> None:
    town()
    keeping.make_plan(centre, by=writer)
    client = signed_in(writer)

    page = client.get(reverse("plan"), {"show": "", "theme": "INSPECTION", "area": "EAST"})
    unknown = client.get(reverse("plan"), {"show": "", "theme": "NO_SUCH", "age_group": "x"})

    assert {(one.proposal.theme, one.proposal.area) for one in page.context["shown"]} == {
        ("INSPECTION", "EAST")
    }
    assert unknown.status_code == 200


def test_the_list_asks_the_same_however_long_it_is(
    town: Any, centre: Centre, writer: Account, signed_in: SignIn
) -> None:
    town()
    keeping.make_plan(centre, by=writer)
    client = signed_in(writer)
    client.get(reverse("plan"))

    def asked() -> int:
        return queries_of(lambda: client.get(reverse("plan"), {"show": ""}))

    services.choose(ROOF, "PIN", note="理由", centre=centre, by=writer)
    few = asked()
    services.choose(TRAP, "PIN", note="理由", centre=centre, by=writer)
    assert asked() == few <= 10


# --- Taken along -------------------------------------------------------------------------------------------------
def _texts(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def _printed(place: Place, centre: Centre) -> list[str]:
    names = Names(centre)
    return [names.topic(place.theme), names.group(place.age_group), names.area(place.area)]


def _rows(content: bytes) -> list[list[Any]]:
    return [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
    ]


def test_a_plan_goes_out_in_words_and_every_figure_goes_on_record(
    town: Any, a_lecture: Any, centre: Centre, writer: Account, signed_in: SignIn, ua_faults: Any
) -> None:
    town(cases=60)
    Alert.objects.create(
        uid=uuid.uuid4(), centre=centre, source="NCAC", title="点検商法が増えています", scam_type="INSPECTION",
        valid_from=date(2026, 11, 1),
    )  # fmt: skip
    a_lecture(held_on=date(2026, 12, 1), theme="", area="SOUTH")
    wave = waves.wave(centre)
    services.choose(TRAP, "PIN", note="自治会の希望", centre=centre, by=writer)
    plan = keeping.make_plan(centre, by=writer)
    client, given = signed_in(writer), {"title": "講座の案", "form": "page"}
    address = reverse("plan-paper", args=[plan.uid])

    seen = client.post(address, given).content.decode()
    assert not Release.objects.exists()
    pdf, xlsx = (client.post(address, {**given, "form": form}).content for form in ("pdf", "xlsx"))

    assert ua_faults(pdf) == []
    texts = _texts(xlsx)
    rows = [row for row in _rows(xlsx) if row[3] and "3分の1" in row[3]]
    assert len(rows) == plan.proposals.filter(factors__next__isnull=False).count()
    assert all(
        set(row[3]) & set("上中下") and not any(map(str.isdigit, row[4].replace("90%", ""))) for row in rows
    )
    for shown in (seen, texts):
        assert "点検商法が増えています" in shown
        assert "担当者が先に開くと決めました" in shown
        assert "自治会の希望" not in shown
        assert "急に増えています" not in shown
        assert "SOUTH地区" in shown
    assert any(one["kind"] == "ALARM" for row in plan.proposals.all() for one in row.reasons), wave
    first, second = Release.objects.all()
    assert first.kind == Release.Kind.ACTIVITY
    assert first.figures == second.figures
    assert {"label": "SOUTH地区 回数", "value": 1, "unit": "回"} in first.figures
    assert AuditEntry.objects.filter(action="PLAN_PAPER_MADE").count() == 2


@pytest.mark.parametrize(
    ("cases", "people", "is_told"), [(19, 12_000, False), (20, 12_000, True), (20, 1_999, False)]
)
def test_a_reason_made_of_counts_leaves_only_where_a_table_by_district_would_show_them(
    cases: int, people: int, is_told: bool, town: Any, centre: Centre, writer: Account
) -> None:
    town()
    plan = keeping.make_plan(centre, by=writer)
    for one in plan.told["areas"]:
        one["residents"] = people
    plan.save()
    row = proposal(ROOF, plan)
    row.factors.update(cases=cases, next=1, stand="OPEN")
    row.reasons = [{"kind": "ABOVE"}]
    row.save()

    (told,) = [line for line in paper.tables_of(plan).lines if line[:3] == _printed(ROOF, centre)]

    assert ("市全体の割合より多い" in told[4]) == is_told


def test_the_same_third_stands_in_the_order_of_districts_and_not_of_scores(
    town: Any, centre: Centre, writer: Account
) -> None:
    town()
    plan = keeping.make_plan(centre, by=writer)
    areas = [area.text for area in centre.areas.all()]

    lines = paper.tables_of(plan).lines

    order = [(["上", "中", "下"].index(line[3][0]), areas.index(line[2])) for line in lines]
    assert order == sorted(order)
    assert len(set(order)) > 2


def test_the_file_for_the_staff_has_every_number_and_its_own_rules(
    town: Any, centre: Centre, writer: Account, signed_in: SignIn
) -> None:
    town()
    plan = keeping.make_plan(centre, by=writer)
    services.set_weights(Weights(reached_months=36), note="理由", centre=centre, by=writer)

    answer = signed_in(writer).post(reverse("plan-file", args=[plan.uid]))

    rows = {tuple(row[2:5]): row for row in _rows(answer.content)}
    kept = proposal(ROOF, plan)
    found = rows[tuple(_printed(ROOF, centre))]
    assert (found[9], found[20]) == (kept.factors["cases"], kept.factors["score"])
    assert "件数を外に出さないでください" in _texts(answer.content)
    rules = load_workbook(io.BytesIO(answer.content))["重みと決まり"]
    assert ("届いたと数える月数", 24) in [(row[0].value, row[1].value) for row in rules.iter_rows()]
    assert AuditEntry.objects.filter(action="PLAN_EXPORTED").count() == 1


def test_a_paper_without_a_title_is_refused_at_its_field_and_the_press_needs_a_planner(
    town: Any, centre: Centre, writer: Account, manager: Account, stranger: Account, signed_in: SignIn
) -> None:
    town()
    plan = keeping.make_plan(centre, by=writer)
    address, given = reverse("plan-paper", args=[plan.uid]), {"title": " ", "form": "pdf"}

    refused = signed_in(writer).post(address, given)

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["title"])
    assert not Release.objects.exists()
    assert signed_in(manager).post(address, given).status_code == 403
    for name in ("plan-paper", "plan-file"):
        assert signed_in(stranger).post(reverse(name, args=[plan.uid]), given).status_code == 404
