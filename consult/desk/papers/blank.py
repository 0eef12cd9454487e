"""The blank 受付票: two A4 sides to be filled in by hand on a day without power, and typed in afterwards.

Made from the code sets in force, with the numbers that the intake form takes, so it is always in step with both.
Always Japanese: callers are heard in it.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cases.law import calendar, rights
from cases.records import codes
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind
from consult.desk.choices import numbered, numbered_products
from consult.shell.paper import Blank, Blanks, Block, Document, Paragraph, Table

DATE: Final = "年　　月　　日"
YEN: Final = "円"
NOT_ON_IT: Final = frozenset({Kind.CONTACT_KIND})
"""What is asked after the first call only."""
_COMMON: Final = "common"


def document_of(centre: Centre, *, on: date) -> Document:
    """The sheet with the codes of the day."""
    with translation.override(settings.LANGUAGE_CODE):
        return Document(
            title=_("消費生活相談 受付票"),
            blocks=list(_Sheet(centre, on).blocks()),
            dated=_("%(day)sの区分") % {"day": calendar.wareki(on)},
            contact=f"{centre.name} {centre.phone}".strip(),
            is_dense=True,
        )


class _Sheet:
    def __init__(self, centre: Centre, on: date) -> None:
        self._centre, self._on = centre, on

    def blocks(self) -> Iterator[Block]:
        yield Paragraph(
            _("聞けたものだけ書きます。氏名や電話は聞けなくても構いません。番号は入力画面の番号です。")
        )
        yield self._call()
        yield Blanks(_("相談概要(聞いたまま)"), [Blank("", lines=12)])
        yield self._classes()
        yield self._person(_("契約当事者(年齢を数える人)"), is_party=True)
        yield self._person(_("相談者(本人なら書かない)"), is_party=False)
        yield self._contract()
        yield self._trader()
        yield self._account()
        yield self._care()
        yield from self._cooling_off()
        yield self._outcome()

    def _tick(self, kind: str, width: int = 12, *, lines: int = 0, after: str = "") -> Blank:
        """The codes of a set in force, each with the number that the intake form takes."""
        choices = [label for _code, label in numbered(kind, self._on)]
        return Blank(str(Kind(kind).label), choices, width, lines, after)

    def _call(self) -> Blanks:
        return Blanks(
            _("受付"),
            [
                Blank(_("受付日時"), width=5, after=_("年　　月　　日　　時　　分")),
                Blank(_("担当"), width=3),
                Blank(_("相談番号(入力後)"), width=4),
                self._tick(Kind.CHANNEL, 8),
                self._tick(Kind.KIND, 4),
                Blank(_("初回・継続"), [_("初回"), _("継続(前回の番号　　　　　)")], 6, 0),
                Blank(_("ほかのセンターに相談"), [_("していない"), _("した(　　　　)")], 6, 0),
            ],
        )

    def _classes(self) -> Blanks:
        scams = codes.codes(Kind.SCAM_TYPE).valid_on(self._on)
        common = [label for code, label in numbered(Kind.SCAM_TYPE, self._on) if code in {
            row.code for row in scams if row.attributes.get(_COMMON)
        }]  # fmt: skip
        products = [options[0][1] for _label, options in numbered_products(self._on)]
        return Blanks(
            _("分類"),
            [
                Blank(_("手口(主に○。ほかは番号か名前)"), common, 12, 1),
                Blank(_("商品・役務(大分類)"), products, 12, 0),
                Blank(_("商品・役務の名前"), width=12),
                self._tick(Kind.SALES_METHOD),
                self._tick(Kind.ISSUE_KIND),
                *(self._tick(kind) for kind in self._others()),
            ],
        )

    def _others(self) -> list[str]:
        """Sets that no other part of the sheet has: a new one is never forgotten here."""
        placed = {Kind.CHANNEL, Kind.KIND, Kind.SCAM_TYPE, Kind.PRODUCT, Kind.SALES_METHOD, Kind.ISSUE_KIND,
                  Kind.SEX, Kind.OCCUPATION, Kind.RELATION, Kind.OUTCOME}  # fmt: skip
        return [kind for kind in Kind.values if kind not in placed | NOT_ON_IT]

    def _person(self, title: str, *, is_party: bool) -> Blanks:
        cells = [
            Blank(_("氏名"), width=4),
            Blank(_("カナ"), width=4),
            Blank(_("電話"), width=4),
            Blank(_("〒・住所"), width=8),
            Blank(_("メール"), width=4),
        ]
        areas = [label for _code, label in area_choices(self._centre)]
        if is_party:
            cells += [
                Blank(_("年齢か生年月日"), [_("不明"), _("団体")], 4),
                self._tick(Kind.SEX, 8),
                self._tick(Kind.OCCUPATION),
                Blank(_("居住地区"), areas, 12, 0),
            ]
        else:
            cells += [self._tick(Kind.RELATION), Blank(_("連絡してよい時間・番号、してはいけない番号"))]
        return Blanks(title, cells)

    def _contract(self) -> Blanks:
        days = (_("勧誘された日"), _("申込日"), _("契約日"), _("申込書面を受け取った日"), _("契約書面を受け取った日"),
                _("商品を受け取った日"))  # fmt: skip
        amounts = (_("契約購入金額"), _("既支払額"), _("請求額"))
        return Blanks(
            _("契約"),
            [
                *(Blank(day, width=4, after=DATE) for day in days),
                Blank(_("書面"), [_("紙"), _("電子"), _("なし"), _("不備(　　　　)")], 6, 0),
                Blank(_("契約"), [_("していない"), _("した"), _("解約した"), _("架空の請求")], 6, 0),
                *(Blank(amount, [_("不明")], 4, after=YEN) for amount in amounts),
                Blank(_("支払方法・回数・会社")),
                Blank(_("クーリング・オフを妨げる言動"), [_("なし"), _("あり(　　　　)")], 6, 0),
                Blank(_("きっかけ(広告・訪問・電話など)"), width=6, lines=1),
            ],
            starts_page=True,
        )

    def _trader(self) -> Blanks:
        return Blanks(
            _("事業者"),
            [
                Blank(_("名称(聞いたとおり)"), width=6),
                Blank(_("電話"), width=3),
                Blank(_("勧誘した人"), width=3),
                Blank(_("所在地"), width=6),
                Blank(_("URL・SNSのID"), width=6),
                Blank(_("信販会社・決済代行"), width=6),
                Blank(_("法人番号"), width=6),
            ],
        )

    def _account(self) -> Blanks:
        return Blanks(
            _("振込・送金(すぐに金融機関と警察へ)"),
            [
                Blank(_("送った日時"), width=4, after=_("月　　日　　時　　分")),
                Blank(_("金額"), width=4, after=YEN),
                Blank(_("送金元の金融機関"), width=4),
                Blank(_("送金先の金融機関・支店"), width=4),
                Blank(_("種類・口座番号"), width=4),
                Blank(_("口座名義"), width=4),
                Blank(_("暗号資産のアドレス・電子マネーの番号"), width=8),
                Blank(_("連絡した"), [_("金融機関　　時　　分"), _("警察　　時　　分")], 4, 0),
            ],
        )

    def _care(self) -> Blanks:
        yes = [_("なし"), _("あり(　　　　)")]
        return Blanks(
            _("危害と配慮"),
            [
                Blank(_("けが・体調"), yes, 4, 0),
                Blank(_("重大事故等のおそれ"), yes, 4, 0),
                Blank(_("判断力の心配・認知症"), yes, 4, 0),
                Blank(_("言葉・通訳・聞こえ・見え"), yes, 4, 0),
                Blank(_("虐待・DV・死にたいという話"), yes, 4, 0),
                Blank(_("多重債務"), yes, 4, 0),
            ],
        )

    def _cooling_off(self) -> Iterator[Block]:
        """The rules of the law room that hold on the day, shortest first."""
        held = [
            rule
            for rule in rights.RULES
            if rule.valid_from <= self._on and (rule.valid_until is None or self._on < rule.valid_until)
        ]
        by_transaction = {name: code for code, name in rights.TRANSACTION_OF_SALES_METHOD.items()}
        rows = [
            [
                codes.codes(Kind.SALES_METHOD).text(by_transaction.get(rule.transaction, "")),
                f"{_(rule.law)}{_('%(n)s条') % {'n': rule.article}}",
                _("%(n)s日") % {"n": rule.days},
            ]
            for rule in held
        ]
        yield Table(
            _("クーリング・オフ早見(書面を受け取った日が1日目。出した日で間に合う)"),
            [_("取引"), _("法律"), _("日数")],
            rows,
        )

    def _outcome(self) -> Blanks:
        return Blanks(
            _("助言と処理"),
            [
                Blank(_("助言・伝えたこと"), lines=6),
                self._tick(Kind.OUTCOME),
                Blank(_("紹介先"), width=4),
                Blank(_("次に連絡する日時・番号"), width=4),
                Blank(_("終了日"), width=4, after=DATE),
                Blank(_("その後の連絡(日時・相手・内容)"), lines=8),
            ],
        )
