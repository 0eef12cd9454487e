"""The register as an Excel file: loans and movements by kind, without persons."""

from django.utils.translation import gettext as _

from cases.files.xlsx_out import Column, Sheet, write_xlsx
from cases.protection import audit
from cases.records.centre import Actor, Centre, area_choices
from outreach.devices import counts
from outreach.devices.models import DeviceKind, DeviceMove, Loan


def register_file(centre: Centre, *, by: Actor) -> bytes:
    """Kinds with their sums by 年度, loans, movements. Names, telephone numbers and addresses are not in it."""
    audit.record("DEVICES_EXPORTED", by=by, centre=centre)
    return write_xlsx([_years(centre), _loans(centre), _moves(centre)])


def _years(centre: Centre) -> Sheet:
    columns = [
        Column(title)
        for title in (
            _("種類"),
            _("年度"),
            _("貸出"),
            _("返却"),
            _("累計"),
            _("在庫"),
            _("貸出中"),
            _("故障"),
        )
    ]
    found = counts.by_year_of(centre)
    rows = [
        (kind.name, year.fiscal_year, year.lent, year.ended, year.total, *_now(kind, is_newest=number == 0))
        for kind in DeviceKind.objects.filter(centre=centre)
        for number, year in enumerate(found[kind.pk])
    ]
    return Sheet(_("年度ごと"), columns, rows)


def _now(kind: DeviceKind, *, is_newest: bool) -> tuple[int | None, int | None, int | None]:
    return (kind.in_store, kind.lent, kind.broken) if is_newest else (None, None, None)


def _loans(centre: Centre) -> Sheet:
    columns = [
        Column(title)
        for title in (
            _("種類"), _("機器番号"), _("状態"), _("地区"), _("申込日"), _("貸出日"), _("返却期限"), _("返却日"),
            _("例外"), _("例外とした理由"), _("返却のお願い(回)"),
        )
    ]  # fmt: skip
    areas = dict(area_choices(centre))
    rows = (
        Loan.objects.filter(centre=centre)
        .for_list()
        .prefetch_related("reminders")
        .order_by("applied_on", "pk")
    )
    return Sheet(
        _("貸出"),
        columns,
        [
            (
                loan.kind.name, loan.device_no, str(loan.get_state_display()), areas.get(loan.area, ""),
                loan.applied_on, loan.lent_on, loan.due_on, loan.ended_on, _("、").join(loan.exception_words),
                loan.exception_reason,
                len(loan.reminders.all()),
            )
            for loan in rows
        ],
    )  # fmt: skip


def _moves(centre: Centre) -> Sheet:
    columns = [Column(title) for title in (_("種類"), _("日"), _("動き"), _("数"), _("理由"))]
    rows = DeviceMove.objects.filter(kind__centre=centre).select_related("kind").order_by("on", "pk")
    return Sheet(
        _("動き"),
        columns,
        [(row.kind.name, row.on, str(row.get_what_display()), row.number, row.reason) for row in rows],
    )
