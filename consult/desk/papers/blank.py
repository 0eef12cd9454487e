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

from cases.law import calendar
from cases.law.rights import words as rights_words
from cases.records import codes
from cases.records.centre import Centre
from cases.records.codes import Kind
from consult.desk.choices import numbered, numbered_products
from consult.shell.paper import Blank, Blanks, Block, Document, Paragraph

DATE: Final = "年　　月　　日"
YEN: Final = "円"
NOT_ON_IT: Final = frozenset({Kind.CONTACT_KIND, Kind.CONSENT_HOW})
"""What is asked after the first call only, or written as words."""
CLASSES: Final = (Kind.SALES_METHOD, Kind.ISSUE_KIND, Kind.TRIGGER, Kind.CONTACT_MEANS)
PLACED: Final = frozenset(
    {
        Kind.CHANNEL, Kind.ROUTE, Kind.KIND, Kind.CONTINUITY, Kind.SCAM_TYPE, Kind.PRODUCT, *CLASSES, Kind.SEX,
        Kind.OCCUPATION,
        Kind.RELATION, Kind.CONTRACT_STATE, Kind.DOCUMENT_FORM, Kind.PAYMENT, Kind.TRADER_ROLE, Kind.TRANSFER_KIND,
        Kind.HARM, Kind.HARM_KIND, Kind.HARM_PART, Kind.HARM_DEGREE, Kind.CARE, Kind.LANGUAGE, Kind.CONSENT,
        Kind.OUTCOME, Kind.REFERRAL,
    }
)  # fmt: skip
"""Sets with a place of their own; any other one is asked among the classes, so that none is forgotten."""
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
        yield Blanks(_("相談概要(聞いたまま)"), [Blank("", lines=7)])
        yield self._classes()
        yield self._person(_("契約当事者(年齢を数える人)"), is_party=True)
        yield self._person(_("相談者(本人なら書かない)"), is_party=False)
        yield self._contract()
        yield self._trader()
        yield self._account()
        yield self._care()
        yield self._cooling_off()
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
                self._tick(Kind.ROUTE, 12),
                self._tick(Kind.CONTINUITY, 6, after=_("前回の番号　　　　　　　")),
                Blank(_("ほかの窓口に相談"), [_("していない"), _("した(　　　　)")], 6, 0),
            ],
        )

    def _classes(self) -> Blanks:
        scams = codes.codes(Kind.SCAM_TYPE).by_code
        common = [
            label for code, label in numbered(Kind.SCAM_TYPE, self._on) if scams[code].attributes.get(_COMMON)
        ]
        products = [options[0][1] for _label, options in numbered_products(self._on)]
        return Blanks(
            _("分類"),
            [
                Blank(_("手口(主に○。ほかは番号か名前)"), common, 12, 1),
                Blank(_("商品・役務(大分類)"), products, 12, 0),
                Blank(_("商品・役務の名前"), width=12),
                *(self._tick(kind) for kind in CLASSES),
                *(self._tick(kind) for kind in Kind.values if kind not in PLACED | NOT_ON_IT),
            ],
        )

    def _person(self, title: str, *, is_party: bool) -> Blanks:
        cells = [
            Blank(_("氏名"), width=4),
            Blank(_("カナ"), width=4),
            Blank(_("電話"), width=4),
            Blank(_("〒・住所"), width=8),
            Blank(_("メール"), width=4),
            Blank(_("年齢か生年月日"), [_("不明")], 3),
            self._tick(Kind.SEX, 5),
            Blank(_("居住地区(〒があれば不要)"), width=4),
            self._tick(Kind.OCCUPATION),
        ]
        if not is_party:
            cells += [self._tick(Kind.RELATION)]
        return Blanks(title, cells)

    def _contract(self) -> Blanks:
        days = (_("勧誘された日"), _("申込日"), _("契約日"), _("申込書面を受け取った日"), _("契約書面を受け取った日"),
                _("商品を受け取った日"))  # fmt: skip
        amounts = (_("契約購入金額"), _("既支払額"), _("請求額"))
        return Blanks(
            _("契約"),
            [
                *(Blank(day, width=4, after=DATE) for day in days),
                self._tick(Kind.DOCUMENT_FORM, 8),
                Blank(_("書面の不備"), [_("なし"), _("あり")], 4, 0),
                self._tick(Kind.CONTRACT_STATE, 8),
                Blank(_("架空の請求・アポ電"), [_("架空請求"), _("アポ電")], 4, 0),
                Blank(_("解約を妨げる言動"), [_("なし"), _("あり(　　　)")], 12, 0),
                *(Blank(amount, [_("不明")], 4, after=YEN) for amount in amounts),
                self._tick(Kind.PAYMENT),
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
                self._tick(Kind.TRADER_ROLE, 7),
                Blank(_("信販会社・決済代行"), width=5),
            ],
        )

    def _account(self) -> Blanks:
        return Blanks(
            _("振込・送金(すぐに金融機関と警察へ)"),
            [
                Blank(_("送った日時"), width=4, after=_("月　　日　　時　　分")),
                Blank(_("金額"), width=4, after=YEN),
                self._tick(Kind.TRANSFER_KIND, 4),
                Blank(_("金融機関・支店"), width=4),
                Blank(_("口座番号・アドレス"), width=4),
                Blank(_("口座名義"), width=4),
                Blank(_("連絡した時刻"), [_("金融機関　　:　　"), _("警察　　:　　")], 12, 0),
            ],
        )

    def _care(self) -> Blanks:
        return Blanks(
            _("危害と配慮"),
            [
                self._tick(Kind.HARM, 4),
                self._tick(Kind.HARM_DEGREE, 8),
                self._tick(Kind.HARM_KIND),
                self._tick(Kind.HARM_PART),
                self._tick(Kind.CARE),
                self._tick(Kind.LANGUAGE),
                self._tick(Kind.CONSENT, 6, after=_("方法・日　　　　")),
                Blank(_("連絡してよい時間・してはいけない番号"), width=6),
            ],
        )

    def _cooling_off(self) -> Blanks:
        """The rights of withdrawal that the law gives on the day."""
        words = rights_words.periods_on(self._on)
        label = _(
            "書面を受け取った日が1日目。その日数のうちに出せば間に合う。書面がない・不備なら始まっていない"
        )
        return Blanks(_("クーリング・オフ早見"), [Blank(label, words, 12, 0)])

    def _outcome(self) -> Blanks:
        return Blanks(
            _("助言と処理"),
            [
                Blank(_("助言・伝えたこと"), lines=6),
                self._tick(Kind.OUTCOME),
                self._tick(Kind.REFERRAL),
                Blank(_("紹介先の名前"), width=4),
                Blank(_("次に連絡する日時・番号"), width=4),
                Blank(_("終了日"), width=4, after=DATE),
            ],
        )
