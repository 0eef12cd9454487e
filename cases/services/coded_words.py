"""What a case holds in the open, in words: for copies that leave the office, always the same lines."""

from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records import codes
from cases.records.case import Case
from cases.records.codes import Kind


def coded_rows(case: Case) -> list[tuple[str, str]]:
    """(label, text) of the dates, codes and amounts of a case."""

    def text(kind: str, code: str) -> str:
        return codes.codes(kind).text(code) or "—"

    def yen(amount: int | None) -> str:
        return _("不明") if amount is None else _("%(amount)s円") % {"amount": f"{amount:,}"}

    return [
        (_("受付日"), calendar.wareki(case.received_on)),
        (_("相談区分"), text(Kind.KIND, case.kind)),
        (_("手口"), text(Kind.SCAM_TYPE, case.main_scam)),
        (_("商品・役務"), text(Kind.PRODUCT, case.product)),
        (_("販売購入形態"), text(Kind.SALES_METHOD, case.sales_method)),
        (_("契約購入金額"), yen(case.contract_yen)),
        (_("既支払額"), yen(case.paid_yen)),
        (_("処理結果"), text(Kind.OUTCOME, case.outcome)),
    ]
