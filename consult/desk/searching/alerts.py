"""New cases held against the searches that watch: by the worker, as soon as search knows the case.

Saying so twice says nothing new. A search asks what it would find: the same words, the same conditions, the same scope.
"""

import logging
from collections.abc import Sequence
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.protection import audit
from cases.records.case import Case
from cases.records.centre import SYSTEM, Actor
from consult.desk.searching import models
from consult.desk.searching.forms import SearchForm
from consult.desk.searching.models import Kept, NewCase, SavedSearch
from consult.shell import roles
from consult.shell.accounts import Account
from search import index, watching
from search.backends.base import Document, Filters, WordQuery
from search.words import hashed_query, understood

log = logging.getLogger(__name__)

_AT_ONCE: Final = 500


def notice(documents: Sequence[Document]) -> None:
    """Keep which of these cases are new to whose searches. Idempotent."""
    watched = models.watching({document.centre for document in documents})
    if not watched:
        return
    audit.record("SEARCHES_COMPARED", by=SYSTEM, count=len(watched))
    by_uid = {document.uid: document for document in documents}
    cases = list(
        Case.objects.filter(uid__in=by_uid).only("pk", "uid", "entered_at", "counsellor_id", "centre_id")
    )
    found = []
    for row, kept in watched:
        asked = _asked(kept, row.account)
        if asked is None or not row.account.may(roles.VIEW_CASES):
            continue
        found += [
            NewCase(search=row, case=case)
            for case in cases
            if _is_new(case, row) and watching.fits(by_uid[case.uid], *asked)
        ]
    NewCase.objects.bulk_create(found, ignore_conflicts=True, batch_size=_AT_ONCE)


def _is_new(case: Case, row: SavedSearch) -> bool:
    """Entered since the search began to watch, and not by its own reader, who knows of it."""
    is_later = row.watched_from is not None and case.entered_at >= row.watched_from
    return is_later and case.counsellor_id != row.account_id


def form_of(kept: Kept, account: Account) -> SearchForm:
    """The kept search as the page asks it."""
    given = QueryDict(mutable=True)
    given.update({**kept.given, "text": kept.text})
    return SearchForm(given, by=account)


def _asked(kept: Kept, account: Account) -> tuple[WordQuery | None, Filters] | None:
    """What it asks of a document; None where nothing can be looked for any more."""
    form = form_of(kept, account)
    if not form.is_valid():
        log.warning("A saved search cannot be asked any more")
        return None
    query = hashed_query(understood(kept.text))
    if query is None and kept.text.strip():
        return None
    return query, watching.within(form.filters, account.centre_ids)


def card(actor: Actor) -> today.Card | None:
    """今日: how many cases are new to one's searches."""
    count = models.news_of(actor) if isinstance(actor, Account) else 0
    if not count:
        return None
    title = ngettext(
        "保存した検索に新しい相談が%(n)d件あります", "保存した検索に新しい相談が%(n)d件あります", count
    )
    return today.Card(title % {"n": count}, url_name="find", link=_("保存した検索を見る"))


def register() -> None:
    """Called once when the app is ready."""
    models.register()
    index.listeners.append(notice)
    today.register("saved searches", roles.VIEW_CASES, card)
