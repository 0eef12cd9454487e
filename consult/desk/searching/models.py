"""保存した検索: words and conditions that one keeps and asks again with a key, told of when a new case fits.

Words and name are sealed: they may be a person's. Whose it is, whether colleagues see it and whether it watches stand
inside the seal too; the columns beside it only find it, so a row that was changed by hand is nobody's.
"""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db import models, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import presence
from cases.errors import CasesError
from cases.presence import Span
from cases.protection import audit, keys
from cases.protection.sealed import Owner, SealBroken, SealedField
from cases.records.case import Case
from cases.records.centre import Centre
from consult.shell import staff
from consult.shell.accounts import Account

MOST: Final = 30  # of one account
LONGEST_NAME: Final = 40


class TooManySearches(CasesError):
    code: ClassVar[str] = "too_many_searches"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(
            _("保存できる検索は%(most)s個までです。使わないものを消してください。") % {"most": MOST}
        )


class SavedSearch(models.Model):
    """One kept search of one account. `watched_from`: cases entered since then that fit are told of."""

    OWNER_KIND: ClassVar[str] = "search"

    uid = models.UUIDField(unique=True, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    is_shared = models.BooleanField(default=False)
    watched_from = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now=True)
    body = SealedField(label="search.body")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["centre", "watched_from"], name="saved_search_watches")]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)


class NewCase(models.Model):
    """A case that came to fit a watching search, until its owner has looked. Each case once per search."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="news")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    found_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "case"], name="new_case_once_per_search")]

    def __str__(self) -> str:
        return f"{self.search_id} {self.case_id}"


@dataclass(frozen=True)
class Kept:
    """A search as its owner wrote it. `given`: the conditions by name, as a form takes them. Prints no word."""

    uid: uuid.UUID
    name: str = field(repr=False)
    text: str = field(repr=False)
    given: Mapping[str, str]
    is_shared: bool
    watched_from: datetime | None
    is_own: bool
    news: int = 0


@transaction.atomic
def save(
    uid: uuid.UUID,
    *,
    name: str,
    text: str,
    given: Mapping[str, str],
    is_shared: bool,
    watches: bool,
    by: Account,
) -> SavedSearch:
    """Keep a search; the same uid again is the same search. Raises TooManySearches; DoesNotExist for another's."""
    row = SavedSearch.objects.select_for_update().filter(uid=uid).first()
    if row is not None and row.account_id != by.pk:
        raise SavedSearch.DoesNotExist
    if row is not None:
        sealer = keys.sealer(row.sealed_owner)
    else:
        if SavedSearch.objects.filter(account=by).count() >= MOST:
            raise TooManySearches
        row = SavedSearch(uid=uid, account=by, centre=by.centre)
        key, sealer = keys.create(row.sealed_owner, centre_uid=by.centre.uid, cohort=keys.NO_YEAR)
        key.save(force_insert=True)
    row.is_shared = is_shared
    row.watched_from = (row.watched_from or timezone.now()) if watches else None
    told = {
        "by": by.uid.hex,
        "centre": by.centre.uid.hex,
        "shared": is_shared,
        "watches": watches,
        "name": name,
        "text": text,
        "given": dict(given),
    }
    sealer.seal(row, "body", json.dumps(told, ensure_ascii=False))
    row.save()
    audit.record("SEARCH_SAVED", by=by, centre=by.centre)
    return row


@transaction.atomic
def remove(uid: uuid.UUID, *, by: Account) -> None:
    """With its key. Raises SavedSearch.DoesNotExist for another's."""
    row = SavedSearch.objects.select_for_update().get(uid=uid, account=by)
    row.delete()
    keys.destroy(row.sealed_owner)
    audit.record("SEARCH_REMOVED", by=by, centre=by.centre)


def kept_by(account: Account) -> list[Kept]:
    """One's own and what colleagues of the centre share, logged before: words and names may be a person's."""
    mine = Q(account=account) | Q(centre=account.centre, is_shared=True)
    rows = SavedSearch.objects.filter(mine).select_related("account", "centre")
    counted = rows.annotate(
        n=Count("news", filter=Q(news__seen_at=None, news__case__centre__in=account.centre_ids))
    )
    found = list(counted)
    if not found:
        return []
    audit.committed(audit.entry("SEARCHES_OPENED", by=account, centre=account.centre, count=len(found)))
    opened = _opened(found)
    return [
        _kept(row, opened[row.uid], account)
        for row in found
        if row.uid in opened and (row.account_id == account.pk or opened[row.uid]["shared"])
    ]


def one_of(uid: uuid.UUID, *, by: Account) -> Kept:
    """Raises SavedSearch.DoesNotExist."""
    found = next((kept for kept in kept_by(by) if kept.uid == uid), None)
    if found is None:
        raise SavedSearch.DoesNotExist
    return found


@transaction.atomic
def look_at(uid: uuid.UUID, *, by: Account) -> None:
    """The owner has looked: nothing of it is new any more."""
    NewCase.objects.filter(search__uid=uid, search__account=by, seen_at=None).update(seen_at=timezone.now())


def news_of(account: Account) -> int:
    """How many cases that the account may see came to fit its searches and were not looked at."""
    mine = Case.objects.visible_to(account)
    return NewCase.objects.filter(search__account=account, seen_at=None, case__in=mine).count()


def watching(centre_pks: Iterable[int]) -> list[tuple[SavedSearch, Kept]]:
    """The watching searches of these centres and their working accounts: for the worker, which compares alone."""
    rows = list(
        SavedSearch.objects.filter(
            centre__in=centre_pks, watched_from__isnull=False, account__is_active=True
        ).select_related("account", "centre")
    )
    opened = _opened(rows)
    return [
        (row, _kept(row, opened[row.uid], row.account))
        for row in rows
        if row.uid in opened and opened[row.uid]["watches"]
    ]


def forget_of(account: Account) -> None:
    """Everything that a leaving account kept, with its keys, in the caller's transaction."""
    rows = list(SavedSearch.objects.select_for_update().filter(account=account))
    for row in rows:
        row.delete()
        keys.destroy(row.sealed_owner)


def _opened(rows: Sequence[SavedSearch]) -> dict[uuid.UUID, dict[str, Any]]:
    """The bodies whose key is there and that say the same owner and centre as their row."""
    if not rows:
        return {}
    sealers = keys.sealers(SavedSearch.OWNER_KIND, [row.uid for row in rows])
    found = {}
    for row in rows:
        if row.uid not in sealers:
            continue
        try:
            body: dict[str, Any] = json.loads(sealers[row.uid].open(row, "body") or "{}")
        except SealBroken:
            continue
        if (body.get("by"), body.get("centre")) == (row.account.uid.hex, row.centre.uid.hex):
            found[row.uid] = body
    return found


def _kept(row: SavedSearch, body: Mapping[str, Any], reader: Account) -> Kept:
    is_own = row.account_id == reader.pk
    return Kept(
        uid=row.uid,
        name=body["name"],
        text=body["text"],
        given=body["given"],
        is_shared=bool(body["shared"]),
        watched_from=row.watched_from if body["watches"] else None,
        is_own=is_own,
        news=getattr(row, "n", 0) if is_own else 0,
    )


def typing(centre: Centre) -> list[Span]:
    """When the words of each were last written, and by whom."""
    rows = SavedSearch.objects.filter(centre=centre).values_list("changed_at", "changed_at", "account__uid")
    return [Span(*row) for row in rows]


def register() -> None:
    """Called once when the app is ready."""
    presence.register_typing("saved searches", typing)
    staff.when_stopped("saved searches", forget_of)
