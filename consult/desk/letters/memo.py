"""口座凍結・警察メモ: who, when, which account, whom to call now. One key from the case's page."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar, transfers
from cases.law.transfers import Call
from cases.protection.purpose import BreakGlassNeeded, Purpose
from cases.protection.reveal import Rule, reveal, rule_for
from cases.records import codes
from cases.records.card import CaseCode, CaseTransfer
from cases.records.case import Case
from cases.records.codes import Kind
from consult.desk.case import CaseView
from consult.desk.letters import papers
from consult.desk.letters.papers import CasePaper
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.paper import Block, BulletList, Document, Heading, Notice, Table

MEMO: Final = "transfer memo"
NEEDED: Final = (
    "party.name", "party.kana", "party.phone", "party.address", "caller.name", "caller.kana", "caller.phone",
    "caller.address", "trader_name", "transfers",
)  # fmt: skip


# What a bank, an exchange or an issuer asks for, under the names that they use.
_NAMES: Final = {
    "BANK": (
        ("institution", gettext_lazy("振込先の銀行・支店")),
        ("account", gettext_lazy("口座番号")),
        ("holder", gettext_lazy("口座の名義")),
    ),
    "CRYPTO": (
        ("institution", gettext_lazy("使った交換業者")),
        ("account", gettext_lazy("送り先アドレス")),
        ("holder", gettext_lazy("相手の名前")),
    ),
    "EMONEY": (
        ("institution", gettext_lazy("発行会社")),
        ("account", gettext_lazy("伝えた番号")),
        ("holder", gettext_lazy("相手の名前")),
    ),
}


@dataclass(frozen=True)
class Line:
    """One line of the memo: what, and the value, empty where it has to be written in by hand."""

    label: str
    value: str


@dataclass(frozen=True)
class Memo:
    """Everything on the memo. Holds values: never log it."""

    people: list[Line]
    accounts: list[list[Line]]
    calls: list[Call]
    afterwards: list[str]

    def __repr__(self) -> str:
        return "<Memo>"


def memo_of(case: Case, values: dict[str, str]) -> Memo:
    """The memo out of the card and the revealed values; empty values for whoever has not been shown them."""
    role = "party" if values.get("party.name") or values.get("party.phone") else "caller"
    age = _("%(years)s歳") % {"years": case.party_age} if case.party_age is not None else ""
    people = [
        Line(_("被害にあった人"), values.get(f"{role}.name", "")),
        Line(_("電話"), values.get(f"{role}.phone", "")),
        Line(_("住所"), values.get(f"{role}.address", "")),
        Line(_("年齢"), age),
        Line(_("相手(名乗った名前)"), values.get("trader_name", "")),
        Line(_("払った金額の合計"), _("%(yen)s円") % {"yen": f"{case.paid_yen:,}"} if case.paid_yen else ""),
        Line(_("センターの相談番号"), case.number),
    ]
    rows = list(CaseTransfer.objects.filter(case=case))
    kinds = [row.kind for row in rows] + _paid_by_card(case)
    accounts = [_account(row, values) for row in rows] or [_account(CaseTransfer(), {})]
    return Memo(people, accounts, transfers.calls(kinds), transfers.afterwards())


def _account(row: CaseTransfer, values: dict[str, str]) -> list[Line]:
    names = _NAMES.get(row.kind, _NAMES["BANK"])
    at = timezone.localtime(row.happened_at, calendar.TOKYO) if row.happened_at else None
    return [
        Line(_("種類"), codes.codes(Kind.TRANSFER_KIND).text(row.kind)),
        Line(_("送った日時"), f"{calendar.both(at.date())} {at:%H:%M}" if at else ""),
        Line(_("金額"), "" if row.yen is None else _("%(yen)s円") % {"yen": f"{row.yen:,}"}),
        *(Line(str(label), values.get(f"transfers.{row.uid}.{name}", "")) for name, label in names),
    ]


def _paid_by_card(case: Case) -> list[str]:
    """CARD where a credit card is among the payments."""
    paid = CaseCode.objects.filter(case=case, kind=Kind.PAYMENT, code__startswith="CARD_")
    return [transfers.CARD] if paid.exists() else []


class TransferMemo(CaseView):
    """One's own open case: everything at once, logged. Others' cases: masked until one says that one is on it."""

    permission = roles.REVEAL_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        if rule_for(case, self.actor) in (Rule.FREE, Rule.GLASS):
            return self._shown(request, case)
        return self._page(request, case, memo_of(case, {}), is_masked=True)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self._shown(request, self.find())

    def _shown(self, request: HttpRequest, case: Case) -> HttpResponse:
        try:
            values = reveal(case.uid, NEEDED, by=self.actor, purpose=Purpose.CONSULTATION)
        except BreakGlassNeeded as refusal:
            memo = memo_of(case, {})
            return self._page(
                request, case, memo, is_masked=True, refusal=str(refusal), status=refusal.status
            )
        return self._page(request, case, memo_of(case, values))

    def _page(
        self, request: HttpRequest, case: Case, memo: Memo, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {"case": case, "memo": memo, "centre": case.centre, "now": timezone.now(), **more}
        return render(request, "desk/letters/memo.html", context, status=status)


class MemoPdf(CaseView):
    permission = roles.REVEAL_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("transfer-memo", uid=self.find().uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        papers.start(MEMO, case.uid, centre=case.centre, by=self.actor)
        messages.success(request, _("PDFを作っています。できると相談の添付ファイルに並びます。"))
        return redirect("case", uid=case.uid)


def document_of(case: Case, memo: Memo) -> Document:
    blank = "＿" * 12
    blocks: list[Block] = [
        Notice(
            _("いま電話する順番"),
            [
                f"{call.within} {call.whom} {call.number}".strip()
                + "\n"
                + "\n".join(f"・{say}" for say in call.say)
                for call in memo.calls
            ],
            "warning",
        ),
        Table(
            _("だれが"),
            [_("項目"), _("内容")],
            [(line.label, line.value or blank) for line in memo.people],
        ),
    ]
    for number, account in enumerate(memo.accounts, 1):
        rows = [(line.label, line.value or blank) for line in account]
        blocks.append(Table(_("送金 %(n)d") % {"n": number}, [_("項目"), _("内容")], rows))
    blocks += [Heading(_("この後")), BulletList(memo.afterwards, "check")]
    return Document(
        title=_("口座凍結・警察への連絡メモ"),
        blocks=blocks,
        dated=calendar.both(calendar.today()),
        contact=f"{case.centre.name} {case.centre.phone}".strip(),
    )


def paper_of(case_uid: uuid.UUID, by: Account) -> CasePaper:
    """The memo as a file, with the values of this moment. Raises Case.DoesNotExist, BreakGlassNeeded."""
    case = Case.objects.visible_to(by).select_related("centre").get(uid=case_uid)
    values = reveal(case.uid, NEEDED, by=by, purpose=Purpose.CONSULTATION)
    return CasePaper(case.uid, "口座凍結・警察メモ", document_of(case, memo_of(case, values)), timezone.now())
