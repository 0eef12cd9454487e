"""The definitions page of a report: what all its tables have in common, in words."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from cases.figures.measures import year_before
from cases.figures.reports.scope import Before, Scope, Span
from cases.law import calendar
from cases.records.codes import Kind

Line = tuple[str, str]


def lines_of(scope: Scope) -> list[Line]:
    """(name, text) of each definition; asked last, so that it names every code set that the tables used."""
    lines = [
        (
            _("取扱い"),
            _("庁内用。少数の件数を伏せていません。外部に出すときは、公表用の手続きを通してください。"),
        ),
        (_("対象"), _("契約当事者(相談者ではなく、契約した人の年代・性別・居住地区で数える)")),
        (_("数えたもの"), _("新規の相談。1件に1つの主な手口。継続の相談(経過)は数えない")),
        (_("期間"), _("受付日 %(period)s") % {"period": period(scope.start, scope.end)}),
        (_("年・年度"), _("年度(4月から翌年3月まで)") if scope.span == Span.YEAR else _("暦の月")),
        (_("比較"), _compared(scope)),
        (_("センター"), str(scope.centre)),
        (
            _("高齢者と若者"),
            _("高齢者は%(old)s歳以上、若者は%(young)s歳以下")
            % {"old": scope.limits.senior_from, "young": scope.limits.young_to},
        ),
        (
            _("65歳以上の割合"),
            _("分母は2通り。年齢不明・団体・年代の詳細不明を除いたものと、含めたもの"),
        ),
        (_("時点"), _cut(scope)),
        (_("分類の版"), _versions(scope)),
        *_recoded(scope),
        (_("データのない欄"), _("「—」は記録がないことを表し、0とは違います。")),
    ]
    if scope.centre.is_made_up:
        lines.append((_("データ"), _("デモデータです(架空の内容)")))
    return lines


def _recoded(scope: Scope) -> list[Line]:
    number = scope.code_map.number
    return (
        [(_("分類の読み替え"), _("このセンターの表 第%(number)d版") % {"number": number})] if number else []
    )


def period(start: date, end: date) -> str:
    """「令和7年4月1日から令和8年3月31日まで」 of [start, end)."""
    last = end - timedelta(days=1)
    return _("%(first)sから%(last)sまで") % {"first": calendar.wareki(start), "last": calendar.wareki(last)}


def _compared(scope: Scope) -> str:
    words = {"period": period(year_before(scope.start), year_before(scope.end)), "name": scope.before_name}
    if scope.before == Before.NONE:
        return _("%(name)s(%(period)s)の記録はない") % words
    if scope.before == Before.PART:
        return _("%(name)s(%(period)s)は一部の期間の記録しかないため、差を示さない") % words
    return _("%(name)s %(period)s") % words


def _cut(scope: Scope) -> str:
    moment = scope.recorded_at
    if moment is None:
        return _("記録なし")
    return _("%(moment)sまでに記録された内容(通し番号%(seq)s)") % {
        "moment": f"{moment.astimezone(calendar.TOKYO):%Y-%m-%d %H:%M:%S}",
        "seq": scope.as_of,
    }


def _versions(scope: Scope) -> str:
    found = sorted(scope.code_sets().items())
    return _("、").join(
        _("%(kind)s 第%(version)s版") % {"kind": Kind(kind).label, "version": version}
        for kind, version in found
    )
