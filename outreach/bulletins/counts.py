"""The one number a bulletin may print: how many consultations of its 手口 the centre had, as the gate released it.

It is judged when the bulletin is sent for approval, the approver sees what will be printed, and the approval releases
it. A number that the gate hides is not asked for in print: the bulletin then says nothing of it.
"""

import re
import unicodedata
import uuid
from datetime import date, timedelta
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures import measures
from cases.figures.measures import Question
from cases.figures.releases import reading
from cases.figures.releases.asking import Asked
from cases.figures.releases.models import Release
from cases.figures.releases.reading import PrintedCell
from cases.figures.trends import PERIOD
from cases.jobs.models import Job
from cases.law import calendar
from cases.records.centre import Actor
from cases.services import releases
from outreach.bulletins.models import Bulletin

# What is typed of many consultations, and what may be: a number of persons, a share, a factor.
_CASES_TYPED: Final = re.compile(r"[0-9][0-9,]*\s*件")
_NUMBERS_TYPED: Final = re.compile(r"[0-9][0-9,]*\s*(?:人|名|%|割|パーセント|倍)")


class NumberNotJudged(CasesError):
    """The number is still being judged, so that nobody can say yet what would be printed."""

    code: ClassVar[str] = "bulletin_number_not_judged"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("載せる件数の判定が終わっていません。終わるのを待って、もう一度「承認する」を押してください。")
        )


def question_of(bulletin: Bulletin) -> Question | None:
    """New cases of the 主 手口 up to today; None where no number is wanted."""
    if bulletin.period == Bulletin.Period.NONE or not bulletin.theme:
        return None
    end = calendar.today() + timedelta(days=1)
    if bulletin.period == Bulletin.Period.FOUR_WEEKS:
        start = end - PERIOD
    else:
        start = calendar.fiscal_year_range(calendar.fiscal_year(calendar.today()))[0]
    return Question(
        centre_ids=frozenset({bulletin.centre_id}),
        start=start,
        end=end,
        rows="scam_main",
        filters={"scam_main": [bulletin.theme]},
    )


def count_now(bulletin: Bulletin) -> int | None:
    """The count as staff see it today, small or not; None where no number is wanted."""
    question = question_of(bulletin)
    return None if question is None else measures.breakdown(question).total


# --- numbers that somebody typed ------------------------------------------------------------------------------------


def cases_typed_in(text: str) -> str:
    """A count of consultations that was typed, which the gate has not seen; empty where there is none."""
    found = _CASES_TYPED.search(unicodedata.normalize("NFKC", text))
    return found.group() if found else ""


def numbers_typed_in(text: str) -> list[str]:
    """What may be a count of persons or a share; whoever wrote it says that it tells of no consultations here."""
    return _NUMBERS_TYPED.findall(unicodedata.normalize("NFKC", text))


# --- on its way through the gate ------------------------------------------------------------------------------------


def propose(bulletin: Bulletin, *, by: Actor) -> None:
    """Have the wanted number judged, in the caller's transaction; an earlier proposal is taken back.

    A bulletin without a number goes on record as a warning.
    """
    withdraw(bulletin, by=by)
    if (question := question_of(bulletin)) is None:
        warn(bulletin, by=by)
    else:
        bulletin.release = releases.propose(
            bulletin.centre, [Asked(question, bulletin.title)], kind=Release.Kind.BULLETIN,
            audience=bulletin.audience, title=bulletin.title, subject=_subject(bulletin), by=by,
        )  # fmt: skip


def warn(bulletin: Bulletin, *, is_urgent: bool = False, by: Actor) -> None:
    """Put a bulletin without a number on record as a warning; an urgent one is out with it, before its approval."""
    bulletin.release = releases.propose_warning(
        bulletin.centre, audience=bulletin.audience, title=bulletin.title, text=_without_what_was_seen(bulletin),
        subject=_subject(bulletin), is_urgent=is_urgent, by=by,
    )  # fmt: skip


def _subject(bulletin: Bulletin) -> str:
    return f"bulletin:{bulletin.uid}"


def _without_what_was_seen(bulletin: Bulletin) -> str:
    """The words without the numbers of which its writer said that they count no consultations."""
    text = "\n".join(bulletin.words)
    return _NUMBERS_TYPED.sub("", unicodedata.normalize("NFKC", text))


def judge_again(uid: uuid.UUID, *, by: Actor) -> None:
    """Something else was published while the approver looked: back to the worker."""
    bulletin = Bulletin.objects.visible_to(by).select_related("release").get(uid=uid)
    if bulletin.release is not None and bulletin.release.state == Release.State.JUDGED:
        releases.revise(bulletin.release.uid, by=by)


def is_being_judged(release: Release | None) -> bool:
    """Whether the worker has it, or is to take it."""
    return release is not None and release.state in (Release.State.QUEUED, Release.State.JUDGING)


def judging_job(bulletin: Bulletin) -> Job | None:
    """The job that the number waits for."""
    release = bulletin.release
    return release.job if release is not None and is_being_judged(release) else None


def withdraw(bulletin: Bulletin, *, by: Actor) -> None:
    """Take back what was proposed for the bulletin and is not out."""
    if bulletin.release is not None and bulletin.release.is_open:
        releases.withdraw(bulletin.release.uid, by=by)
    bulletin.release = None


def settle(bulletin: Bulletin, *, by: Actor) -> None:
    """Release the number that the approver saw, or take back one that would not be printed.

    In the caller's transaction; the caller has held the rule of two persons. Raises NumberNotJudged, LedgerGrew.
    """
    release = bulletin.release
    if release is None or release.is_released:
        return
    if is_being_judged(release):
        raise NumberNotJudged
    if release.state == Release.State.JUDGED and (not release.has_tables or is_printed(release)):
        bulletin.release = releases.approve(release.uid, by=by, is_checked=True)
    else:
        withdraw(bulletin, by=by)


# --- in print -------------------------------------------------------------------------------------------------------


def _cell(release: Release) -> PrintedCell | None:
    """The number as it is or would be printed; None where there is none yet."""
    if not release.has_tables or not release.is_judged:
        return None
    (table,) = reading.tables(release) if release.is_released else reading.preview(release)
    return None if table.withheld else table.cells[0][0][0]


def is_printed(release: Release) -> bool:
    """Whether there is a number worth printing: neither hidden nor of the lowest class (0～4)."""
    cell = _cell(release)
    return cell is not None and not cell.is_hidden and bool(cell.low)


def is_awaited(bulletin: Bulletin) -> bool:
    """Whether a number is wanted about which the gate has not spoken yet."""
    if bulletin.release is None:
        return bulletin.is_editable and question_of(bulletin) is not None
    return is_being_judged(bulletin.release)


def released(bulletin: Bulletin) -> str:
    """The number that is out in print (12件, 約20件); empty where none is."""
    release = bulletin.release
    return _shown(release) if release is not None and release.is_released else ""


def sentence_for(bulletin: Bulletin, reader: str) -> str:
    """What these readers (`Bulletin.Audience`) may be told: a released number, and in public none for members.

    The public is told rounded numbers: an exact one that only members have would tell which it was rounded from.
    """
    is_for_them = reader == bulletin.audience or bulletin.audience == Bulletin.Audience.PUBLIC
    return sentence(bulletin) if is_for_them and released(bulletin) else ""


def _shown(release: Release) -> str:
    if release.definition:  # a number of before releases had tables
        return release.shown if release.value is not None else ""
    cell = _cell(release)
    if cell is None or not is_printed(release):
        return ""
    return (_("%(count)s件") if cell.is_exact else _("約%(count)s件")) % {"count": cell.text}


def sentence(bulletin: Bulletin) -> str:
    """What is printed: the released number; before that what the gate would let out, or that it has to be asked."""
    release = bulletin.release
    if is_awaited(bulletin):
        return _("(ここに件数が入ります。載せられるかどうかは、確認を依頼した後に判定します。)")
    if release is None or not (shown := _shown(release)):
        return ""
    period = release.definition or release.asked[0]
    start, end = date.fromisoformat(period["from"]), date.fromisoformat(period["to"])
    return _("%(start)sから%(last)sまでに、当センターへこの手口の相談が%(shown)sありました。") % {
        "start": calendar.wareki(start),
        "last": calendar.wareki(end - timedelta(days=1)),
        "shown": shown,
    }
