"""Words and codes to the hits of one page: cases, the passages where the words stand, and what was passed over."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from cases import feed
from cases.protection import audit
from cases.protection.redacted import RedactedText, redacted_text
from cases.protection.sealed import SealBroken
from cases.records.case import Case
from consult.desk.searching import facets
from consult.desk.searching.facets import Group
from consult.desk.searching.forms import SearchForm
from consult.shell.accounts import Account
from search import completing, words
from search.backends.base import Filters, Order
from search.errors import SearchUnavailable
from search.marking import Passage, passages
from search.words import Found, Terms

PAGE: Final = 10
"""Hits of a page: the texts of each are opened and analysed again."""


@dataclass(frozen=True)
class Hit:
    """A case found, its 件名 and the passages that hold the words, redacted."""

    case: Case
    subject: str
    passages: list[Passage]


@dataclass(frozen=True)
class Results:
    """A page of hits. `groups` are the ways to narrow; empty where the engine did not answer them."""

    hits: list[Hit]
    total: int
    is_more: bool
    first: int
    ignored: list[str]
    is_by_words: bool
    lag: feed.Lag
    groups: list[Group] = field(default_factory=list)
    unavailable: str = ""
    meant: str = ""
    """The words as they were probably meant, where nothing was found."""

    @property
    def last(self) -> int:
        return self.first + len(self.hits) - 1


def search(form: SearchForm, *, by: Account, size: int = PAGE) -> Results:
    """What a valid form finds. Raises SearchUnavailable where words are asked for, KeyMissing.

    Conditions alone are answered by the database: their list is there while the engine is away.
    """
    given = form.cleaned_data
    text = given["text"].strip()
    return look(text, given, form.filters, order=form.sort, page=given["page"] or 1, by=by, size=size)


def look(
    text: str,
    given: Mapping[str, Any],
    filters: Filters,
    *,
    order: Order,
    page: int,
    by: Account,
    size: int = PAGE,
) -> Results:
    """`search` with its parts by themselves. `given`: the conditions by name, for what can be narrowed still."""
    offset = (page - 1) * size
    if text:
        found = words.find(text, by=by, filters=filters, order=order, limit=size, offset=offset)
        audit.record("WORDS_LOOKED_UP", by=by, centre=by.centre, count=found.total)
    else:
        found = words.listed(by=by, filters=filters, limit=size, offset=offset)
        audit.record("CASES_LISTED", by=by, centre=by.centre, count=len(found.uids))
    told: list[Group] = []
    unavailable = meant = ""
    try:
        told = facets.groups(text, given, filters, by=by) if found.total > 1 else []
        meant = completing.did_you_mean(text, by=by) if text and not found.total else ""
    except SearchUnavailable as refusal:
        unavailable = str(refusal)
    return Results(
        hits=_hits(found, by),
        total=found.total,
        is_more=found.is_more,
        first=offset + 1,
        ignored=found.ignored,
        is_by_words=bool(text),
        lag=feed.lag("search"),
        groups=told,
        unavailable=unavailable,
        meant=meant,
    )


def _hits(found: Found, by: Account) -> list[Hit]:
    shown = Case.objects.visible_to(by).for_list().of_uids(found.uids)
    by_uid = {case.uid: case for case in shown}
    ordered = [by_uid[uid] for uid in found.uids if uid in by_uid]
    texts = _texts([case.uid for case in ordered], by)
    return [_hit(case, texts.get(case.uid), found.wanted) for case in ordered]


def _hit(case: Case, texts: RedactedText | None, wanted: Sequence[Terms]) -> Hit:
    if texts is None:
        return Hit(case, "", [])
    sources = [
        (_("相談の内容"), texts.narrative),
        (_("処理概要"), texts.advice),
        *((_("経過"), text) for text in texts.follow_ups.values()),
    ]
    return Hit(case, texts.subject, passages(sources, wanted))


def _texts(uids: Sequence[UUID], by: Account) -> dict[UUID, RedactedText]:
    """The redacted texts; a case whose words do not open is shown without them and does not hide the others."""
    if not uids:
        return {}
    try:
        return redacted_text(uids, by=by, with_follow_ups=True)
    except SealBroken:
        found: dict[UUID, RedactedText] = {}
        for uid in uids:
            with suppress(SealBroken):
                found |= redacted_text([uid], by=by, with_follow_ups=True)
        return found
