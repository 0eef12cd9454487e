"""A case on A4: codes and redacted words, or with the values that somebody opened for it. Always Japanese."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.protection.redacted import RedactedText
from cases.protection.reveal import CARD_ROWS
from cases.records import codes
from cases.records.case import Case
from cases.records.codes import Kind
from cases.records.follow_up import FollowUp
from cases.records.people import CasePerson
from cases.services.card_entry import CareEntry
from cases.services.pionet.items import ITEMS, JOINT, Card, Words
from consult.shell.paper import Blank, Blanks, Block, Document, Heading, Paragraph

MASKED: Final = "●●●"
_WIDE: Final = frozenset({"product", "scams", "issues", "triggers", "payments", "centre", "referrals"})
_PARTS: "Final[tuple[tuple[str | Promise, tuple[str, ...]], ...]]" = (
    (gettext_lazy("受付"), ("centre", "channel", "route", "kind", "continuity", "relation")),
    (gettext_lazy("分類"), ("scams", "product", "issues", "sales_method", "triggers", "contact_means")),
    (gettext_lazy("契約"), (
        "contract_state", "solicited_on", "contracted_on", "document_received_on", "goods_received_on", "document_form",
        "contract_yen", "paid_yen", "claimed_yen", "payments",
    )),
    (gettext_lazy("危害"), ("harm", "harm_kind", "harm_part", "harm_degree")),
    (gettext_lazy("処理"), ("outcome", "closed_on", "recovered_yen", "referrals")),
)  # fmt: skip
_OF_PERSON: Final = ("name", "kana", "phone", "email", "postcode", "address", "birth_date")
_CODED_OF_PERSON: Final = ("age", "sex", "occupation", "place")
_LABELS: "Final[Mapping[str, str | Promise]]" = {
    "kana": gettext_lazy("カナ"), "phone": gettext_lazy("電話"), "email": gettext_lazy("メール"),
    "postcode": gettext_lazy("〒"), "address": gettext_lazy("住所"), "birth_date": gettext_lazy("生年月日"),
    "age": gettext_lazy("年齢"), "sex": gettext_lazy("性別"), "occupation": gettext_lazy("職業"),
    "place": gettext_lazy("居住地"), "url": gettext_lazy("URL"), "sns_id": gettext_lazy("SNSのID"),
    "agent": gettext_lazy("勧誘した人"), "institution": gettext_lazy("金融機関・支店"),
    "account": gettext_lazy("口座番号・アドレス"), "holder": gettext_lazy("口座名義"), "note": gettext_lazy("メモ"),
    "name": gettext_lazy("氏名"),
}  # fmt: skip
Values = Mapping[str, str]


def document_of(
    case: Case, words: RedactedText, *, by: str, copy: int | None, at: datetime, values: Values | None = None
) -> Document:
    """The case as it is now. `copy` counts its files, None for the screen; `values` are what `reveal` gave.

    Without values the copy is a masked one.
    """
    with translation.override(settings.LANGUAGE_CODE):
        moment = timezone.localtime(at, calendar.TOKYO)
        state = _("個人情報を含む") if values is not None else _("伏せた写し")
        number = _("写し 第%(n)d号") % {"n": copy} if copy is not None else _("画面の写し")
        foot = f"{number} {moment:%Y-%m-%d %H:%M} {by} {state}"
        return Document(
            title=_("相談 %(number)s") % {"number": case.number},
            blocks=list(_Printed(case, words, values).blocks()),
            dated=f"{calendar.wareki(case.received_on)} {timezone.localtime(case.received_at, calendar.TOKYO):%H:%M}",
            issuer=str(case.in_charge or case.counsellor or ""),
            contact=foot,
            is_dense=True,
        )


class _Printed:
    def __init__(self, case: Case, words: RedactedText, values: Values | None) -> None:
        self._case, self._words, self._values = case, words, values
        self._card = Card.of(case, Words())

    def blocks(self) -> Iterator[Block]:
        yield from self._parts(_PARTS[:2])
        yield from self._person("party", _("契約当事者"))
        yield from self._person("caller", _("相談者"))
        yield from self._rows()
        yield from self._parts(_PARTS[2:4])
        yield from self._texts()
        yield from self._parts(_PARTS[4:])
        yield from self._follow_ups()

    def _parts(self, parts: Sequence[tuple[str | Promise, Sequence[str]]]) -> Iterator[Block]:
        for title, names in parts:
            yield from self._part(title, names)

    def _part(self, title: str | Promise, names: Sequence[str]) -> Iterator[Block]:
        """The coded items that hold something."""
        cells = [
            Blank(str(ITEMS[name].label), width=6 if name in _WIDE else 3, lines=0, text=self._shown(name))
            for name in names
            if self._shown(name)
        ]
        if cells:
            yield Blanks(str(title), cells)

    def _shown(self, name: str) -> str:
        text = ITEMS[name].text(self._card, "wareki" if ITEMS[name].is_day else "") or ""
        return _("%(amount)s円") % {"amount": f"{int(text):,}"} if name.endswith("_yen") and text else text

    def _person(self, role: str, title: str) -> Iterator[Block]:
        held = CasePerson.objects.filter(case=self._case, role=role.upper()).exists()
        cells = [
            Blank(str(_LABELS[name]), width=3, lines=0, text=value)
            for name in _OF_PERSON
            if (value := (self._values or {}).get(f"{role}.{name}", ""))
        ]
        if held and self._values is None:
            cells.append(Blank(str(_("氏名・連絡先")), width=3, lines=0, text=MASKED))
        coded = {
            "age": f"{role}_age", "sex": f"{role}_sex", "occupation": f"{role}_occupation", "place": f"{role}_place",
        }  # fmt: skip
        cells += [
            Blank(str(_LABELS[name]), width=3, lines=0, text=text)
            for name in _CODED_OF_PERSON
            if (text := self._shown(coded[name]))
        ]
        if cells:
            yield Blanks(title, cells)

    def _rows(self) -> Iterator[Block]:
        """Traders, transfers and the like, where they were opened; else the trader alone, masked."""
        if self._values is None:
            if self._case.trader_name is not None:
                yield Blanks(_("事業者"), [Blank(_("名称"), lines=0, text=MASKED)])
            return
        cells = [
            Blank(_row_label(*name.split(".")[::2]), width=4, lines=0, text=value)
            for name, value in self._values.items()
            if name.split(".")[0] in CARD_ROWS and value
        ]
        listed = {cell.text for cell in cells}
        if (name := self._values.get("trader_name", "")) and name not in listed:
            cells.insert(0, Blank(_("事業者名"), width=6, lines=0, text=name))
        if care := self._care():
            cells.append(Blank(_("配慮すること"), lines=0, text=care))
        if cells:
            yield Blanks(_("事業者・送金・連絡の条件"), cells)

    def _care(self) -> str:
        held = CareEntry.from_text((self._values or {}).get("care", ""))
        labels = [codes.codes(Kind.CARE).text(code) for code in held.codes]
        labels += [codes.codes(Kind.LANGUAGE).text(code) for code in held.languages]
        return JOINT.join([*labels, *([held.note] if held.note else [])])

    def _texts(self) -> Iterator[Block]:
        shown = self._values if self._values is not None else vars(self._words)
        for name, title in (
            ("subject", _("件名")),
            ("narrative", _("相談概要")),
            ("advice", _("助言・処理概要")),
        ):
            if text := shown.get(name, ""):
                yield Heading(title)
                yield Paragraph(text)

    def _follow_ups(self) -> Iterator[Block]:
        rows = (
            FollowUp.objects.filter(case=self._case)
            .select_related("counsellor")
            .order_by("happened_at", "pk")
        )
        for number, row in enumerate(rows):
            if not number:
                yield Heading(_("経過"))
            moment = timezone.localtime(row.happened_at, calendar.TOKYO)
            kind = codes.codes(Kind.CONTACT_KIND).text(row.kind)
            yield Heading(f"{moment:%Y-%m-%d %H:%M} {kind} {row.counsellor or ''}".rstrip(), 3)
            masked = self._words.follow_ups.get(row.uid, "")
            yield Paragraph((self._values or {}).get(f"follow_up.{row.uid}", masked) or MASKED)


def _row_label(kind: str, field: str) -> str:
    """「名称」 for a trader's name, else what the field is."""
    return _("名称") if (kind, field) == ("traders", "name") else str(_LABELS[field])
