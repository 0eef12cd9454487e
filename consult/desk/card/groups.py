"""What the card asks only where a call needs it: folded groups, and the answers that open them, as data.

The server opens a group that holds something or has an error; the page's script applies the same rules while one
types. Without scripts every group is a closed part of the page that opens by hand.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.records import codes
from cases.records.codes import Kind
from consult.desk.card import rows
from consult.desk.card.fields import CodesField
from consult.desk.choices import CodeNotKnown
from consult.desk.echo import has_echo

if TYPE_CHECKING:
    from consult.desk.card.form import IntakeForm

Label = str | Promise


@dataclass(frozen=True)
class If:
    """A field holds one of `values`; without values: anything but what is in `but`."""

    field: str
    values: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def holds(self, given: str | tuple[str, ...]) -> bool:
        """`given`: the value of a list, the text of a field, or the codes of a field of several."""
        said = (given,) if isinstance(given, str) else given
        if self.values:
            return any(value in self.values for value in said)
        return any(value and value not in self.but for value in said)


@dataclass(frozen=True)
class Block:
    """Fields that stand together; shown only when one of `only` holds, always where that is empty."""

    fields: tuple[str, ...]
    only: tuple[If, ...] = ()
    title: Label = ""


@dataclass(frozen=True)
class Group:
    """A folded part of a section. `rows` names what may come more than once; it stands after the blocks."""

    name: str
    section: int
    title: Label
    about: Label
    blocks: tuple[Block, ...]
    opens: tuple[If, ...] = ()
    rows: str = ""
    rows_only: tuple[If, ...] = ()


_BY_CONTRACT: Final = (
    "DOOR_TO_DOOR",
    "TELEMARKETING",
    "MULTILEVEL",
    "HOME_BUYING",
    "NEGATIVE_OPTION",
    "OTHER_NON_STORE",
)
_ON_CREDIT: Final = ("INDIVIDUAL_CREDIT",)
_MONEY_SENT: Final = ("TRANSFER", "CRYPTO", "E_MONEY")
_MONEY_SCAMS: Final = (
    "SNS_INVESTMENT", "SNS_ROMANCE", "FAKE_POLICE", "IT_IS_ME_FRAUD", "DEPOSIT_FRAUD", "FICTITIOUS_FEE_FRAUD",
    "REFUND_FRAUD", "LOAN_DEPOSIT_FRAUD", "FINANCIAL_PRODUCT_FRAUD", "GAMBLING_FRAUD", "MATCHMAKING_FRAUD",
    "OTHER_SPECIAL_FRAUD", "SUPPORT_SCAM", "FAKE_SHOP",
)  # fmt: skip
_OF_OTHERS: Final = ("WELFARE", "CARE_MANAGER", "GUARDIAN")
_NO_AMOUNT: Final = ("0", "0円", "不明", "なし")
_URGENT_CARE: Final = ("ABUSE", "DOMESTIC_VIOLENCE", "SUICIDE", "DEBTS", "POVERTY")
_SAME_PERSON: Final = ("SELF", "UNKNOWN")

GROUPS: Final[tuple[Group, ...]] = (
    Group(
        "again", 1, _("経路・継続・録音"),
        _("窓口につながった経路、知った講座、前回の相談番号、ほかの窓口、録音、対応困難"),
        (
            Block(("route", "lecture")),
            Block(("continuity", "earlier_number", "consulted_elsewhere", "has_recording", "is_difficult")),
        ),
    ),
    Group(
        "issues", 3, _("件名・内容・きっかけ"), _("内容別分類、広告媒体、連絡手段、架空請求、予兆電話"),
        (
            Block(("subject",)),
            Block(("issue_main", "issue_others")),
            Block(("triggers", "contact_means")),
            Block(("is_baseless", "is_forewarning")),
        ),
        (If("scam_main", ("FICTITIOUS_BILL", "ONE_CLICK")),),
    ),
    Group(
        "harm", 3, _("危害・危険"), _("けがや病気、そのおそれ"),
        (
            Block(("harm",)),
            Block(("harm_kind", "harm_part", "harm_degree"), (If("harm", but=("NONE",)),)),
        ),
        (If("issue_main", ("SAFETY",)),),
    ),
    Group(
        "care", 4, _("配慮すること・言葉"), _("認知症や障害、通訳、虐待やDVの疑い、多重債務"),
        (
            Block(("care_codes", "care_languages", "care_note")),
            Block(("is_impaired",)),
        ),
        (If("relation", _OF_OTHERS),),
    ),
    Group(
        "contract", 5, _("契約の状況"), _("勧誘日、書面の種類と不備、請求額"),
        (
            Block(
                (
                    "contract_state", "solicited_on", "goods_received_on", "document_form", "document_defect",
                    "claimed_yen",
                )
            ),
        ),
        (If("sales_method", _BY_CONTRACT), If("contracted_on"), If("document_received_on")),
    ),
    Group(
        "money", 5, _("支払方法・送金先"), _("振込先の口座、暗号資産、電子マネー"),
        (
            Block(("payments",)),
            Block(
                ("credit_document_on", "credit_document_defect"),
                (If("payments", _ON_CREDIT), If("transaction", ("individual_credit",))),
                _("個別クレジットの契約"),
            ),
        ),
        (
            If("paid_yen", but=_NO_AMOUNT), If("scam_main", _MONEY_SCAMS), If("payments", (*_MONEY_SENT, *_ON_CREDIT)),
            If("transaction", ("individual_credit",)),
        ),
        "transfers",
        (If("payments", _MONEY_SENT), If("scam_main", _MONEY_SCAMS)),
    ),
    Group(
        "traders", 5, _("事業者の連絡先・ほかの事業者"), _("電話、URL、勧誘者、信販会社、決済代行"),
        (
            Block(("trader_phone", "trader_url", "trader_sns_id", "trader_agent", "trader_address", "trader_role")),
        ),
        (If("payments", _ON_CREDIT),),
        "traders",
    ),
    Group(
        "rights", 5, _("権利の判断に要ること"), _("クーリング・オフの例外、妨害、取消し、特別な取引"),
        (
            Block(("transaction", "applied_on", "application_document_on", "obstruction")),
            Block(("fresh_document_on",), (If("obstruction", ("yes",)),)),
            Block(("invited_by_consumer", "for_business", "exempt_item")),
            Block(("cash_fully_performed", "consumable_used", "induced_by_advertising")),
            Block(("noticed_on", "spiritual_claim"), title=_("取消し")),
            Block(
                ("service_kind", "duration_months", "service_started_on"),
                (If("transaction", ("continuous_service", "insurance", "telecom_initial")),),
                _("続けて受けるサービス"),
            ),
            Block(("telecom_kind",), (If("transaction", ("telecom_initial",)),)),
            Block(
                ("informed_in_writing_on", "delivered_and_paid"),
                (If("transaction", ("real_estate",)),),
                _("宅地・建物"),
            ),
            Block(("moved_in_on",), (If("transaction", ("care_home",)),)),
        ),
        (If("document_defect", ("YES",)), If("document_form", ("ELECTRONIC", "NONE"))),
    ),
    Group(
        "closing", 6, _("この電話で終わる"), _("処理結果を選び、保存と同時に終了する"),
        (Block(("outcome",)),),
        (If("kind", ("INQUIRY", "REQUEST")),),
    ),
    Group(
        "referrals", 6, _("紹介・つなぎ"), _("ほかの機関へ案内した記録"),
        (),
        (If("care_codes", _URGENT_CARE), If("outcome", ("REFERRED",))),
        "referrals",
    ),
    Group(
        "caller", 7, _("相談者の年齢・職業"), _("契約当事者と別の人のとき"),
        (Block(("caller_age", "caller_sex", "caller_area", "caller_occupation")),),
        (If("relation", but=_SAME_PERSON),),
    ),
    Group(
        "mail", 7, _("メール・〒"), _("都道府県と市区町村は〒から分かります"),
        (Block(("caller_email", "caller_postcode", "party_email", "party_postcode")),),
        (If("channel", ("EMAIL_WEB", "SNS", "ONLINE")),),
    ),
    Group(
        "consents", 7, _("同意・連絡の条件"), _("事業者への開示、見守り、かけてよい時間"),
        (),
        (If("relation", but=_SAME_PERSON),),
        "consents",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A field as the page shows it."""

    bound: BoundField
    echo: bool

    @property
    def legend(self) -> list[tuple[str, str]]:
        return self.bound.field.legend() if isinstance(self.bound.field, CodesField) else []


@dataclass(frozen=True)
class ShownBlock:
    items: list[Item]
    title: Label = ""
    only: str = ""  # the key of its rule, for the script
    hidden: bool = False
    row: str = ""  # the rows of which this is one


@dataclass
class Shown:
    """A group with its fields, and whether it begins open."""

    group: Group
    blocks: list[ShownBlock] = field(default_factory=list)
    hidden: list[BoundField] = field(default_factory=list)
    is_open: bool = False
    rows_hidden: bool = False


def value_of(form: "IntakeForm", name: str) -> str | tuple[str, ...]:
    """What a field holds before anybody decided that it is valid: codes where they can be read, else the text."""
    value = form[name].value() if name in form.fields else ""
    if isinstance(value, str) and isinstance(made := form.fields.get(name), CodesField):
        try:
            return made.to_codes(value)
        except CodeNotKnown:
            return value
    return tuple(value) if isinstance(value, list | tuple) else str(value or "")


def _match(form: "IntakeForm", conditions: tuple[If, ...]) -> bool:
    return any(one.holds(value_of(form, one.field)) for one in conditions)


def _holds(form: "IntakeForm", names: list[str]) -> bool:
    """Whether one of the fields has an error or something that was typed or chosen."""
    return any(
        form[name].errors or (bool(form[name].value()) and form[name].value() != form.fields[name].initial)
        for name in names
    )


def shown(form: "IntakeForm") -> dict[str, list[Shown]]:
    """The groups of each section; a group without a field on this page is left out."""
    found: dict[str, list[Shown]] = {}
    for group in GROUPS:
        made = Shown(group)
        for number, block in enumerate(group.blocks):
            _add_block(form, made, block, f"{group.name}-{number}" if block.only else "")
        _add_rows(form, made)
        if made.blocks:
            names = [item.bound.name for one in made.blocks for item in one.items]
            made.is_open = _match(form, group.opens) or _holds(form, names)
            found.setdefault(str(group.section), []).append(made)
    return found


def _add_block(form: "IntakeForm", made: Shown, block: Block, only: str) -> None:
    names = [name for name in block.fields if name in form.fields]
    if names:
        hides = bool(block.only) and not _match(form, block.only) and not _holds(form, names)
        made.blocks.append(ShownBlock(_items(form, names), block.title, only, hides))


def _add_rows(form: "IntakeForm", made: Shown) -> None:
    if made.group.rows == rows.CONSENTS:
        made.blocks += [_consent(form, kind) for kind in form.consent_kinds]
        return
    kind = rows.BY_NAME.get(made.group.rows)
    if kind is None:
        return
    for number in range(form.row_counts[kind.name]):
        names = kind.names(number)
        made.hidden += [form[name] for name in names if form[name].is_hidden]
        items = _items(form, [name for name in names if not form[name].is_hidden])
        made.blocks.append(ShownBlock(items, f"{kind.title} {number + 1}", row=kind.name))
    held = [name for number in range(form.row_counts[kind.name]) for name in kind.names(number)]
    made.rows_hidden = bool(made.group.rows_only) and not (
        _match(form, made.group.rows_only) or _holds(form, held)
    )


def _consent(form: "IntakeForm", kind: str) -> ShownBlock:
    names = [f"{rows.CONSENTS}-{kind}-{part}" for part in rows.CONSENT_PARTS]
    return ShownBlock(_items(form, names), codes.codes(Kind.CONSENT).text(kind), row=rows.CONSENTS)


def _items(form: "IntakeForm", names: list[str]) -> list[Item]:
    return [Item(form[name], has_echo(name)) for name in names]


def rules(form: "IntakeForm") -> dict[str, Any]:
    """The same conditions for the page's script, and how the codes of fields of several are typed."""
    asked = {one.field for group in GROUPS for one in group.opens}
    several = {name: field for name in asked if isinstance(field := form.fields.get(name), CodesField)}
    return {
        "groups": {group.name: _plain(group.opens) for group in GROUPS if group.opens},
        "rows": {group.rows: _plain(group.rows_only) for group in GROUPS if group.rows_only},
        "blocks": {
            f"{group.name}-{number}": _plain(block.only)
            for group in GROUPS
            for number, block in enumerate(group.blocks)
            if block.only
        },
        "codes": {name: field.spellings() for name, field in several.items()},
    }


def _plain(conditions: tuple[If, ...]) -> list[dict[str, Any]]:
    return [{"field": one.field, "values": one.values, "but": one.but} for one in conditions]
