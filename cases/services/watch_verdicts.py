"""What recipients of 見守りの情報提供 say of it: taken down at the desk, counted by member and year."""

import uuid
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.figures.releases import rules
from cases.law import calendar
from cases.protection import audit, keys
from cases.records.centre import Actor, Centre
from cases.records.watch_share import WatchShare
from cases.services import watch_share
from cases.services.entry import EntryRefused
from cases.services.watch_share import NAME_LENGTH, TEXT_LENGTH
from cases.watchers import Verdict

NOT_SAID: Final = ""
"""In a count: no verdict yet."""


@dataclass(frozen=True, kw_only=True)
class VerdictEntry:
    """What a recipient said of a share, when and by which means; who said it and in which words is sealed."""

    verdict: str
    said_on: date
    said_by: str
    person: str = ""
    words: str = ""

    def __repr__(self) -> str:
        return f"<VerdictEntry {self.verdict}>"


@transaction.atomic
def note_verdict(uid: uuid.UUID, entry: VerdictEntry, *, by: Actor) -> WatchShare:
    """Keep the recipient's verdict; a later one takes the place of the earlier, which stays in the log.

    Where the case is erased already, who said it and the words cannot be kept. Raises WatchShare.DoesNotExist,
    ShareNotVouched, EntryRefused.
    """
    row, _standing = watch_share.locked(uid, by)
    if faults := _faults(row, entry):
        raise EntryRefused(faults)
    row.verdict, row.verdict_on, row.verdict_by = entry.verdict, entry.said_on, entry.said_by
    row.verdict_noted_by_id = by.pk
    case = watch_share.case_of(row)
    if case is not None:
        sealer = keys.sealer(row.sealed_owner, centre_uid=row.centre.uid)
        sealer.seal(row, "verdict_person", entry.person.strip())
        sealer.seal(row, "verdict_words", entry.words.strip())
    row.save(
        update_fields=[
            "verdict", "verdict_on", "verdict_by", "verdict_noted_by", "verdict_person", "verdict_words",
        ]
    )  # fmt: skip
    words = watch_share.rated_words(row)
    watch_share.note(audit.entry("WATCH_RATED", by=by, case=case, centre=row.centre, reason=words), row)
    return row


def _faults(row: WatchShare, entry: VerdictEntry) -> dict[str, str]:
    found = {}
    if not calendar.local_date(row.shared_at) <= entry.said_on <= calendar.today():
        found["said_on"] = _("渡した日から今日までの日付にしてください。")
    for name, given, allowed in (
        ("verdict", entry.verdict, Verdict.values),
        ("said_by", entry.said_by, WatchShare.SaidBy.values),
    ):
        if given not in allowed:
            found[name] = _("選び直してください。")
    for name, text, most in (("person", entry.person, NAME_LENGTH), ("words", entry.words, TEXT_LENGTH)):
        if len(text) > most:
            found[name] = _("%(most)s文字以内で入力してください。") % {"most": f"{most:,}"}
    return found


# --- counted ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class MemberCount:
    """What went to one member in a 年度 and what it said of it. `member_uid` None: typed, not from the list.

    `verdicts`: by verdict, `NOT_SAID` among them; None where they are too few to be told.
    """

    member_uid: uuid.UUID | None
    name: str
    shared: int
    verdicts: dict[str, int] | None

    @property
    def is_told(self) -> bool:
        return self.verdicts is not None


def by_member(centre_ids: Collection[int], fiscal_year: int) -> list[MemberCount]:
    """For the desk: every recipient to whom something went in the 年度, most first. What answers one is none.

    A share that the log does not vouch for is not counted, nor is such a verdict. A fixed number of queries.
    """
    start, end = calendar.fiscal_year_range(fiscal_year)
    rows = WatchShare.objects.filter(
        centre_id__in=centre_ids, shared_at__date__gte=start, shared_at__date__lt=end, answers__isnull=True
    ).defer(*WatchShare.SEALED)
    names: dict[object, str] = {}
    verdicts: dict[object, Counter[str]] = {}
    members: dict[object, uuid.UUID | None] = {}
    for standing in watch_share.standing_of(list(rows.order_by("shared_at", "pk"))).values():
        share = standing.share
        key = share.member_uid or share.recipient
        names[key], members[key] = share.recipient, share.member_uid  # as it was called last
        verdicts.setdefault(key, Counter())[share.verdict if standing.is_rated else NOT_SAID] += 1
    counts = [
        MemberCount(members[key], names[key], sum(of.values()), dict(of)) for key, of in verdicts.items()
    ]
    return sorted(counts, key=lambda one: (-one.shared, one.name))


@dataclass(frozen=True)
class ForOutreach:
    """What 啓発 is told of a 年度; `least`: below so many shares a member is left out."""

    fiscal_year: int
    least: int
    members: list[MemberCount]


def for_outreach(centre: Centre, fiscal_year: int) -> ForOutreach:
    """The same as far as 啓発 may know it: members of the list alone, of a 年度 that is over, none of few.

    The smallest number that is told is that of what goes to members (`releases.rules`). A member with fewer is left
    out like one with none, so its absence says nothing; where any verdict is that rare, none is told of the member,
    so that nothing follows from the rest. The running 年度 is not told: from one day to the next, one more would be
    one case.
    """
    least = rules.rule_of(centre).members_below
    if fiscal_year >= calendar.fiscal_year(calendar.today()):
        return ForOutreach(fiscal_year, least, [])
    told = [
        one if all(n >= least for n in (one.verdicts or {}).values())
        else MemberCount(one.member_uid, one.name, one.shared, None)
        for one in by_member({centre.pk}, fiscal_year)
        if one.member_uid is not None and one.shared >= least
    ]  # fmt: skip
    return ForOutreach(fiscal_year, least, told)
