"""指標(KPI): values by 年度, targets in numbers and words, counts of our registers beside them, publishing."""

import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.errors import CasesError
from cases.figures.releases.models import Release
from cases.protection.models import AuditEntry
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.devices import services as devices
from outreach.devices import stock as device_stock
from outreach.kpis import services, sources
from outreach.kpis.series import chart_of, series_of
from outreach.kpis.services import KpiEntry
from outreach.programme import proposals
from outreach.programme.examples import load_examples
from outreach.programme.models import Kpi, ProgrammeLine
from tests.consult.desk.conftest import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TODAY = date(2026, 11, 20)
NAME = "被害防止機器"


@pytest.fixture
def kpi(writer: Account) -> Kpi:
    entry = KpiEntry(
        name=NAME, year=2024, value=Decimal(784), unit="台", target=Decimal(2400), target_year=2031, direction="up",
        source="区の計画",
    )  # fmt: skip
    return services.save_value(entry, centre=writer.centre, by=writer)


@pytest.fixture
def lent(writer: Account) -> Callable[[int], str]:
    """So many devices lent this 年度 after 874 before; returns the code of the running total."""

    def lend(number: int) -> str:
        entry = devices.KindEntry(name="自動通話録音機", lent_before=874)
        kind = devices.save_kind(uuid.uuid4(), entry, centre=writer.centre, by=writer)
        device_stock.move(kind.uid, what="RECEIVED", number=number, on=TODAY, by=writer)
        for n in range(number):
            borrower = devices.Borrower(name="秘密", phone=f"03-1234-{1000 + n}", address=f"北町{n + 1}-1")
            application = devices.LoanEntry(borrower=borrower, applied_on=TODAY)
            devices.lend(devices.apply(kind.uid, application, by=writer)[0].uid, on=TODAY, by=writer)
        return f"devices.total.{kind.uid}"

    return lend


def _value(writer: Account, value: int, *, year: int = 2024, reason: str = "") -> Kpi:
    entry = KpiEntry(name=NAME, year=year, value=Decimal(value), unit="台")
    return services.save_value(entry, reason=reason, centre=writer.centre, by=writer)


def test_another_value_of_a_year_wants_a_reason_and_the_next_year_none(kpi: Kpi, writer: Account) -> None:
    with pytest.raises(EntryRefused) as refusal:
        _value(writer, 785)
    assert list(refusal.value.errors) == ["reason"]
    assert Kpi.objects.get(pk=kpi.pk).value == 784

    _value(writer, 784)
    _value(writer, 900, year=2025)
    _value(writer, 785, reason="数え違い")

    assert sorted(Kpi.objects.filter(name=NAME).values_list("year", "value")) == [(2024, 785), (2025, 900)]
    reasons = AuditEntry.objects.filter(action="KPI_SAVED").values_list("reason", flat=True)
    assert sorted(reasons) == ["", "", "", "数え違い"]


def test_a_count_stands_beside_a_value_and_becomes_one_only_by_somebody_s_word(
    kpi: Kpi, lent: Callable[[int], str], writer: Account
) -> None:
    services.bind(NAME, lent(2), centre=writer.centre, by=writer)
    _value(writer, 870, year=2026)

    series = series_of(writer.centre, NAME)
    assert series is not None
    assert [(point.year, point.value, point.counted, point.differs) for point in series.points] == [
        (2024, 784, 874, True), (2025, None, 874, False), (2026, 870, 876, True),
    ]  # fmt: skip
    with pytest.raises(EntryRefused):
        services.adopt(NAME, 2026, centre=writer.centre, by=writer)
    adopted = services.adopt(NAME, 2026, reason="台帳と合わせる", centre=writer.centre, by=writer)

    assert (adopted.value, adopted.source) == (876, "台帳から数えた値(2026-11-20)")
    assert services.adopt(NAME, 2025, centre=writer.centre, by=writer).value == 874
    assert Kpi.objects.get(pk=kpi.pk).value == 784


@pytest.mark.parametrize(
    ("source", "code"), [("", None), ("lectures.sessions", None), ("no.such", "entry_refused")]
)
def test_binding_an_indicator(kpi: Kpi, writer: Account, source: str, code: str | None) -> None:
    try:
        services.bind(NAME, source, centre=writer.centre, by=writer)
        came = None
    except CasesError as refusal:
        came = refusal.code

    assert came == code
    with pytest.raises(services.NothingCounted):
        services.adopt(NAME, 2026, centre=writer.centre, by=writer)  # nothing was held


def test_sources_of_a_centre_are_its_own(
    lent: Callable[[int], str], writer: Account, stranger: Account
) -> None:
    code = lent(1)

    assert sources.source_of(writer.centre, code) is not None
    assert sources.source_of(stranger.centre, code) is None
    assert len({source.code for source in sources.sources_of(writer.centre)}) == len(
        sources.sources_of(writer.centre)
    )


@pytest.mark.parametrize(
    ("direction", "value", "target", "words"),
    [
        ("up", "784", "2400", "目標まであと1,616台です。"),
        ("up", "2400", "2400", "目標に届いています。"),
        ("down", "429", "200", "目標まであと229台です。"),
        ("down", "150.5", "200", "目標に届いています。"),
        ("", "429", "200", ""),
        ("up", "784", None, ""),
    ],
)
def test_how_far_an_indicator_is_from_its_target(
    writer: Account, direction: str, value: str, target: str | None, words: str
) -> None:
    entry = KpiEntry(
        name="x", year=2025, value=Decimal(value), unit="台", target=Decimal(target) if target else None,
        target_text="" if target else "全団体整備", direction=direction,
    )  # fmt: skip
    services.save_value(entry, centre=writer.centre, by=writer)
    series = series_of(writer.centre, "x")

    assert series is not None
    assert series.standing == words


def test_all_nine_rows_of_meguro_s_plan_have_a_chart_with_their_target(
    signed_in: Any, writer: Account
) -> None:
    load_examples()
    rows = list(Kpi.objects.filter(centre__code="meguro"))
    found = {row.name: series_of(row.centre, row.name) for row in rows}

    assert len(found) == 9
    assert {
        name: series.newest.target_text
        for name, series in found.items()
        if series and series.newest.target_text
    } == {"防犯カメラ": "全団体整備"}
    for name, series in found.items():
        assert series is not None
        chart = chart_of(series)
        heads = chart.table.head
        assert ("目標" in heads) is (name != "防犯カメラ")
        assert (chart.table.rows[0][0], chart.table.rows[-1][0]) == ("年度の記載なし", "令和13年度")
    [bicycles] = [row for row in rows if row.name == "自転車盗難"]
    assert (bicycles.value, bicycles.target, bicycles.direction) == (429, 200, "down")


def test_chosen_values_are_published_as_what_the_office_did(
    kpi: Kpi, writer: Account, stranger: Account, signed_in: Callable[[Account], Client]
) -> None:
    client, given = signed_in(writer), {"title": "指標の進み具合", "audience": "public"}

    nothing = client.post(reverse("kpis-release"), given)
    theirs = signed_in(stranger).post(reverse("kpis-release"), {**given, "kpi": [str(kpi.pk)]})
    made = client.post(reverse("kpis-release"), {**given, "kpi": [str(kpi.pk), "x", "9" * 30]})

    untitled = client.post(reverse("kpis-release"), {**given, "title": "", "kpi": [str(kpi.pk)]})

    assert (nothing.status_code, theirs.status_code, made.status_code) == (422, 422, 302)
    assert (untitled.status_code, [row["is_chosen"] for row in untitled.context["rows"]]) == (422, [True])
    release = Release.objects.get()
    assert (release.kind, release.figures) == (
        "ACTIVITY", [{"label": "被害防止機器 令和6年度", "value": 784, "unit": "台"}],
    )  # fmt: skip


def test_a_line_that_the_registers_count_is_taken_beside_typed_ones_and_never_over_them_unseen(
    lent: Callable[[int], str], writer: Account
) -> None:
    lent(2)
    [beside] = proposals.of_year(writer.centre, 2026)
    assert (beside.state, beside.proposed.quantity, beside.proposed.cumulative) == ("NEW", 2, 876)
    given: dict[str, Any] = {"fiscal_year": 2026, "centre": writer.centre, "by": writer}
    measure, kind = beside.proposed.measure, beside.proposed.kind

    line = proposals.take(measure, kind, replaces=None, **given)
    assert [row.state for row in proposals.of_year(writer.centre, 2026)] == ["SAME"]
    ProgrammeLine.objects.filter(pk=line.pk).update(quantity=100, note="手で入力")
    with pytest.raises(proposals.ProposalGone):
        proposals.take(measure, kind, replaces=None, **given)
    assert ProgrammeLine.objects.get().quantity == 100

    taken = proposals.take(measure, kind, replaces=line.pk, **given)

    assert (taken.pk, taken.quantity, taken.note) == (line.pk, 2, "手で入力")


def test_the_pages_ask_as_often_for_many_indicators_as_for_few(
    kpi: Kpi, writer: Account, signed_in: Callable[[Account], Client]
) -> None:
    client = signed_in(writer)
    urls = [reverse("kpis"), reverse("kpi", args=[kpi.pk])]
    few = [queries_of(partial(client.get, url)) for url in urls]
    for number in range(8):
        entry = KpiEntry(name=f"指標{number}", year=2025, value=Decimal(number))
        services.save_value(entry, centre=writer.centre, by=writer)

    assert [queries_of(partial(client.get, url)) for url in urls] == few


def test_a_value_is_recorded_and_taken_over_on_the_page(
    kpi: Kpi,
    lent: Callable[[int], str],
    writer: Account,
    stranger: Account,
    signed_in: Callable[[Account], Client],
) -> None:
    client, code = signed_in(writer), lent(1)
    value = {"year": "2025", "value": "800", "unit": "台", "direction": "up", "target": "2400"}

    saved = client.post(reverse("kpi-value", args=[kpi.pk]), value)
    bound = client.post(reverse("kpi-bind", args=[kpi.pk]), {"source": code})
    refused = client.post(reverse("kpi-adopt", args=[kpi.pk]), {"year": "2025"})
    taken = client.post(reverse("kpi-adopt", args=[kpi.pk]), {"year": "2026"})
    foreign = signed_in(stranger).post(reverse("kpi-value", args=[kpi.pk]), {})

    statuses = [answer.status_code for answer in (saved, bound, refused, taken, foreign)]
    assert statuses == [302, 302, 422, 302, 404]
    assert "載っている値を変える理由" in refused.content.decode()
    assert dict(Kpi.objects.filter(name=NAME).values_list("year", "value")) == {
        2024: 784,
        2025: 800,
        2026: 875,
    }
