"""定型文 of a counsellor, or of the whole centre: a short sign, and the words that stand for it.

They are the office's own words, so they lie in the open: nothing of a person belongs into them, and the page says so
when one looks like it.
"""

import re
import uuid
from typing import ClassVar, Final

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import presence, spelling
from cases.errors import CasesError
from cases.presence import Span
from cases.protection import audit
from cases.records.centre import Centre
from consult.shell.accounts import Account

LONGEST_TEXT: Final = 2_000
MOST: Final = 200  # of one account, and of one centre
_TRIGGER: Final = re.compile(r";[^\s;]{1,10}")


class TriggerNotUnderstood(CasesError):
    code: ClassVar[str] = "trigger_not_understood"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("合図は「;」と1から10文字にしてください。例: ;co"))


class TriggerTaken(CasesError):
    code: ClassVar[str] = "trigger_taken"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この合図はもう使われています。"))


class TooManySnippets(CasesError):
    code: ClassVar[str] = "too_many_snippets"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("定型文は%(most)s個までです。") % {"most": MOST})


class Snippet(models.Model):
    """One 定型文. Without an account it is the whole centre's; one's own goes before it."""

    uid = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    trigger = models.CharField(gettext_lazy("合図"), max_length=11)
    text = models.TextField(gettext_lazy("文"), max_length=LONGEST_TEXT)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["trigger", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "trigger"], name="snippet_once_per_account"),
            models.UniqueConstraint(
                fields=["centre", "trigger"], condition=Q(account=None), name="snippet_once_per_centre"
            ),
        ]

    def __str__(self) -> str:
        return self.trigger


def read_trigger(text: str) -> str:
    """The sign as it is looked for while typing: width and case count for nothing. Raises TriggerNotUnderstood."""
    plain = spelling.width(text).strip().lower()
    if not _TRIGGER.fullmatch(plain):
        raise TriggerNotUnderstood
    return plain


def of(account: Account) -> list[Snippet]:
    """One's own and the centre's, in order of their signs."""
    mine = Q(account=account) | Q(account=None, centre=account.centre)
    return list(Snippet.objects.filter(mine).select_related("account"))


def texts(account: Account) -> dict[str, str]:
    """Sign → words, for the page's script; one's own goes before the centre's."""
    found = sorted(of(account), key=lambda one: one.account_id is not None)
    return {one.trigger: one.text for one in found}


@transaction.atomic
def save(
    uid: uuid.UUID, *, trigger: str, text: str, is_centres: bool, by: Account, may_centres: bool = False
) -> Snippet:
    """Keep a 定型文, new or changed, as one's own or the centre's. Idempotent by uid.

    Raises TriggerNotUnderstood, TriggerTaken, TooManySnippets; Snippet.DoesNotExist for another's, and for the
    centre's where the person may not.
    """
    wanted = read_trigger(trigger)
    row = Snippet.objects.select_for_update().filter(uid=uid).first() or Snippet(uid=uid, centre=by.centre)
    is_of_centre = row.pk is not None and row.account_id is None
    if row.pk is not None and (row.centre_id != by.centre_id or row.account_id not in (None, by.pk)):
        raise Snippet.DoesNotExist
    if (is_of_centre or is_centres) and not may_centres:
        raise Snippet.DoesNotExist
    owner = None if is_centres else by
    same = Snippet.objects.filter(account=owner, centre=by.centre).exclude(uid=uid)
    if same.filter(trigger=wanted).exists():
        raise TriggerTaken
    if row.pk is None and same.count() >= MOST:
        raise TooManySnippets
    row.account, row.trigger, row.text, row.changed_by = owner, wanted, text, by
    row.save()
    audit.record("SNIPPET_SAVED", by=by, centre=by.centre)
    return row


@transaction.atomic
def remove(uid: uuid.UUID, *, by: Account, may_centres: bool) -> None:
    """Raises Snippet.DoesNotExist for another's, and for the centre's where the person may not."""
    row = Snippet.objects.select_for_update().get(uid=uid, centre=by.centre)
    if row.account_id != by.pk and not (row.account_id is None and may_centres):
        raise Snippet.DoesNotExist
    row.delete()
    audit.record("SNIPPET_REMOVED", by=by, centre=by.centre)


def typing(centre: Centre) -> list[Span]:
    """When the words of each were last written, and by whom."""
    rows = Snippet.objects.filter(centre=centre).values_list("changed_at", "changed_at", "changed_by__uid")
    return [Span(*row) for row in rows]


def register() -> None:
    """Called once when the app is ready."""
    presence.register_typing("snippets", typing)
