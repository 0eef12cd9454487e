"""Two sentences of plain comparison under a table, made from its numbers by rule.

They hold for nothing counted, for equal counts and where there is no year before. Counts have separators, shares one
decimal, and a share always stands beside the counts that it is of.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.counting import ERASED
from cases.figures.dimensions import BLANK
from cases.figures.reports.lines import Line, Lines, percent
from cases.figures.reports.scope import Before, Scope

_NAMED: Final = 3  # more equal ones are counted, not named
_NO_CODE: Final = frozenset({BLANK, ERASED})


def change(scope: Scope, what: str, now: int, before: int) -> str:
    """「令和7年度の相談は5,012件で、前年度より312件(6.6%)増えました。」"""
    words = {"period": scope.name, "what": what, "n": f"{now:,}", "before": scope.before_name}
    if scope.before == Before.NONE:
        return _("%(period)sの%(what)sは%(n)s件でした。%(before)sの記録はありません。") % words
    if scope.before == Before.PART:
        return (
            _(
                "%(period)sの%(what)sは%(n)s件でした。%(before)sは一部の期間の記録しかないため、比べていません。"
            )
            % words
        )
    if now == before:
        return _("%(period)sの%(what)sは%(n)s件で、%(before)sと同じでした。") % words
    words["difference"] = _amount(abs(now - before), before)
    if now > before:
        return _("%(period)sの%(what)sは%(n)s件で、%(before)sより%(difference)s増えました。") % words
    return _("%(period)sの%(what)sは%(n)s件で、%(before)sより%(difference)s減りました。") % words


def _amount(difference: int, before: int) -> str:
    rate = percent(difference, before)
    if rate is None:
        return _("%(difference)s件") % {"difference": f"{difference:,}"}
    return _("%(n)s件(%(rate)s%%)") % {"n": f"{difference:,}", "rate": rate}


def leading(what: str, lines: Lines) -> str:
    """「職業で最も多いのは無職の1,604件(32.0%)で、次いで給与生活者の1,500件(29.9%)でした。」

    What is not known never leads; equal counts are named together.
    """
    ranked = lines.ranked()
    if not ranked:
        return _("%(what)sが分かる相談はありませんでした。") % {"what": what}
    first = [line for line in ranked if line.now == ranked[0].now]
    words = {"what": what, "first": named(first, lines.total.now)}
    second = [line for line in ranked if len(first) == 1 and line.now == ranked[1].now] if ranked[1:] else []
    if len(second) == 1:
        words["second"] = named(second, lines.total.now)
        return _("%(what)sで最も多いのは%(first)sで、次いで%(second)sでした。") % words
    return _("%(what)sで最も多いのは%(first)sでした。") % words


def named(lines: Sequence[Line], total: int) -> str:
    """「電話の20件(40.0%)」, of several equal ones 「電話と来所の各20件(40.0%)」."""
    words: dict[str, object] = {"n": f"{lines[0].now:,}", "share": percent(lines[0].now, total)}
    if len(lines) == 1:
        return _("%(name)sの%(n)s件(%(share)s%%)") % {**words, "name": lines[0].label}
    words |= {"names": _("と").join(line.label for line in lines[:_NAMED]), "all": len(lines)}
    if len(lines) > _NAMED:
        return _("%(names)sなど%(all)d区分の各%(n)s件(%(share)s%%)") % words
    return _("%(names)sの各%(n)s件(%(share)s%%)") % words


def moved(scope: Scope, lines: Lines) -> str:
    """What rose and what fell the most against the year before, in cases; a tie names the first of them."""
    words = {"before": scope.before_name}
    if scope.before == Before.NONE:
        return _("%(before)sの記録がないため、増減は示していません。") % words
    if scope.before == Before.PART:
        return _("%(before)sは一部の期間の記録しかないため、増減は示していません。") % words
    compared = [line for line in lines.rows if line.code not in _NO_CODE]
    up = max(compared, key=lambda line: line.difference, default=None)
    down = min(compared, key=lambda line: line.difference, default=None)
    rise = _moved(up) if up is not None and up.difference > 0 else ""
    fall = _moved(down) if down is not None and down.difference < 0 else ""
    if rise and fall:
        words |= {"up": rise, "down": fall}
        return _("%(before)sから最も増えたのは%(up)s、最も減ったのは%(down)sでした。") % words
    if rise:
        return _("%(before)sから最も増えたのは%(up)sで、減った区分はありませんでした。") % {
            **words,
            "up": rise,
        }
    if fall:
        return _("%(before)sから最も減ったのは%(down)sで、増えた区分はありませんでした。") % {
            **words,
            "down": fall,
        }
    return _("どの区分も%(before)sと同じ件数でした。") % words


def _moved(line: Line) -> str:
    return _("%(name)s(%(before)s件から%(now)s件)") % {
        "name": line.label,
        "before": f"{line.before:,}",
        "now": f"{line.now:,}",
    }


def shares(name: str, part: int, known: int, whole: int) -> str:
    """A share with both denominators: 「65歳以上は576件で、年齢が分かる相談の38.0%、全体の33.1%でした。」"""
    words = {
        "name": name,
        "n": f"{part:,}",
        "known": shown(percent(part, known)),
        "all": shown(percent(part, whole)),
    }
    return _("%(name)sは%(n)s件で、年齢が分かる相談の%(known)s、全体の%(all)sでした。") % words


def shown(value: Decimal | None) -> str:
    """「38.0%」, and 「—」 for the share of nothing."""
    return "—" if value is None else f"{value}%"
