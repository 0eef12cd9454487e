"""The tables of the core; 16 (講座・啓発実績) is brought by outreach."""

from django.utils.translation import gettext_lazy as _

from cases.figures.reports import chapters, counts, goods, issues, money, outcomes, people, sales
from cases.figures.tables import ReportTable, register


def register_tables() -> None:
    for table in (
        ReportTable(1, _("件数の推移"), counts.development, in_month=True),
        ReportTable(2, _("契約当事者の年代と性別"), people.ages_and_sexes, in_month=True),
        ReportTable(3, _("契約当事者の職業"), people.occupations),
        ReportTable(4, _("契約当事者の居住地"), people.districts),
        ReportTable(5, _("受付方法と曜日"), counts.reception, in_month=True),
        ReportTable(6, _("商品・役務 上位20"), goods.top_products, in_month=True),
        ReportTable(7, _("商品・役務の大分類"), goods.product_classes),
        ReportTable(8, _("相談の内容"), issues.issue_kinds),
        ReportTable(9, _("販売購入形態"), sales.sales_methods, in_month=True),
        ReportTable(10, _("手口"), sales.scams, in_month=True),
        ReportTable(11, _("契約購入金額と既支払額"), money.amounts, in_month=True),
        ReportTable(12, _("処理結果"), outcomes.outcomes, in_month=True),
        ReportTable(13, _("危害・危険"), issues.harms, in_month=True),
        ReportTable(14, _("高齢者と若者"), chapters.elders_and_young),
        ReportTable(15, _("相談事例"), chapters.examples),
    ):
        register(table)
