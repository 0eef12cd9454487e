"""Tables 8 and 13: what was complained of, and what hurt somebody or might have."""

from typing import Final

from django.utils.translation import gettext as _

from cases.figures.questions import ISSUE_MENTIONS
from cases.figures.reports import sentences
from cases.figures.reports.lines import Line, Lines, compared_grid, lines_of, percent
from cases.figures.reports.scope import Before, Scope
from cases.figures.tables import TableData

HARM, DANGER = "HARM", "DANGER"
_HURT: Final = {"harm": [HARM]}


def issue_kinds(scope: Scope) -> TableData:
    """8 内容別(複数): each kind of a consultation counts, so that there are more of them than consultations."""
    lines = lines_of(scope, "issue_any", measure=ISSUE_MENTIONS)
    return TableData(
        sentences=(sentences.leading(_("内容"), lines), sentences.moved(scope, lines)),
        grids=(
            compared_grid(scope, lines, caption=_("内容別(複数回答、延べ)"), title=_("内容別分類")),
            compared_grid(
                scope, lines_of(scope, "issue_main"), caption=_("内容別(主なもの1つ)"), title=_("内容別分類(主)"),
                picture=None,
            ),
        ),
        definition=(
            _("1件に複数の内容を数えるため、合計は相談の件数より多くなります。構成比の分母も延べの件数です。"),
            _("主なものの表は、1件に1つを数えます。"),
        ),
    )  # fmt: skip


def harms(scope: Scope) -> TableData:
    """13 危害・危険."""
    lines = lines_of(scope, "harm")
    kinds = lines_of(scope, "harm_kind", _HURT)
    return TableData(
        sentences=(_told(scope, lines), sentences.leading(_("危害の内容"), kinds)),
        grids=(
            compared_grid(scope, lines, caption=_("危害・危険別"), title=_("危害・危険"), picture=None),
            compared_grid(scope, kinds, caption=_("危害の内容別"), title=_("危害の内容")),
            compared_grid(
                scope, lines_of(scope, "harm_degree", _HURT), caption=_("危害の程度別"), title=_("危害の程度")
            ),
        ),
        definition=(
            _("危害は、けが・病気などの被害があったもの、危険は、そのおそれがあったものです。"),
            _("内容と程度は、危害の相談だけを数えます。"),
        ),
    )


def _told(scope: Scope, lines: Lines) -> str:
    """「危害は3件(0.1%)、危険は5件(0.1%)でした。前年度は危害2件、危険5件でした。」"""
    found = {line.code: line for line in lines.rows}
    harm, danger = (found.get(code, Line(code, "", 0, 0)) for code in (HARM, DANGER))
    told = _("危害は%(harm)s件(%(harm_share)s)、危険は%(danger)s件(%(danger_share)s)でした。") % {
        "harm": f"{harm.now:,}",
        "harm_share": sentences.shown(percent(harm.now, lines.total.now)),
        "danger": f"{danger.now:,}",
        "danger_share": sentences.shown(percent(danger.now, lines.total.now)),
    }
    if scope.before != Before.WHOLE:
        return told
    return told + _("%(before)sは危害%(harm)s件、危険%(danger)s件でした。") % {
        "before": scope.before_name,
        "harm": f"{harm.before:,}",
        "danger": f"{danger.before:,}",
    }
