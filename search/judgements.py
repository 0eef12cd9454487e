"""What counsellors say of the similar cases that they were shown: it helped, or it is not similar. No word in it.

A judgement counts where a genuine entry of the log stands behind it: a row that somebody slips in hides no case and
praises none.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import erasing
from cases.jobs.registry import every
from cases.protection import audit
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.tombstone import refuse_erased
from cases.services.entry import EntryRefused

ACTION: Final = "SIMILAR_JUDGED"
TAKEN_BACK: Final = "-"
# Of the newest praises of the cases shown, so many are looked up in the log.
_MOST: Final = 200
# A draft that became no case is thrown away by then; so is what was judged beside it.
_DRAFT_DAYS: Final = 40


class Verdict(models.TextChoices):
    HELPED = "HELPED", gettext_lazy("役に立った")
    NOT_SIMILAR = "NOT_SIMILAR", gettext_lazy("似ていない")


class Judgement(models.Model):
    """What was said last of one hit for one case, or for the draft that shares its uid with the case to be."""

    about = models.UUIDField()
    hit = models.ForeignKey(Case, models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "hit"], name="judgement_once")]
        indexes = [models.Index(fields=["at"], name="judgement_age")]

    def __str__(self) -> str:
        return f"{self.about} {self.verdict}"


@transaction.atomic
def judge(about: UUID, hit_uid: UUID, *, verdict: str, by: Actor) -> None:
    """Say what a hit was for the case (or draft) at hand; a later word replaces it, an empty one takes it back.

    Both must lie in the actor's scope; a draft has none yet, so its uid may be unknown here.
    Raises Case.DoesNotExist, CaseErased, EntryRefused.
    """
    if (verdict and verdict not in Verdict.values) or about == hit_uid:
        raise EntryRefused({"verdict": _("選び直してください。")})
    hit = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=hit_uid)
    )
    if Case.objects.filter(uid=about).exclude(centre_id__in=by.centre_ids).exists():
        raise Case.DoesNotExist
    refuse_erased([about])
    known = Judgement.objects.filter(about=about, hit=hit)
    if (known.values_list("verdict", flat=True).first() or "") == verdict:
        return
    if verdict:
        said = {"verdict": verdict, "by_id": by.pk, "at": timezone.now()}
        Judgement.objects.update_or_create(about=about, hit=hit, defaults=said)
    else:
        known.delete()
    audit.record("SIMILAR_JUDGED", by=by, case=hit, reason=_said(about, verdict or TAKEN_BACK))


def verdicts(about: UUID) -> dict[UUID, str]:
    """What was said of hits for this case or draft, by the uid of the hit."""
    rows = Judgement.objects.filter(about=about).order_by("pk")
    said = dict(rows.values_list("hit__uid", "verdict"))
    genuine = _genuine((hit, _said(about, verdict)) for hit, verdict in said.items())
    return {hit: verdict for hit, verdict in said.items() if (hit, _said(about, verdict)) in genuine}


def said_unlike(case: Case, others: Collection[UUID]) -> set[UUID]:
    """Those of the others that were said not to be similar to the case, from either side."""
    pairs = models.Q(about=case.uid, hit__uid__in=others) | models.Q(about__in=others, hit=case)
    rows = Judgement.objects.filter(pairs, verdict=Verdict.NOT_SIMILAR).values_list("about", "hit__uid")
    said = {(hit, _said(about, Verdict.NOT_SIMILAR)): (about, hit) for about, hit in rows}
    return {uid for key in _genuine(said) for uid in said[key] if uid != case.uid}


def helped(hit_uids: Collection[UUID]) -> Counter[UUID]:
    """For how many cases each of these helped, by its uid: a number, and never which."""
    rows = Judgement.objects.filter(hit__uid__in=hit_uids, verdict=Verdict.HELPED).order_by("-at", "-pk")
    said = [
        (hit, _said(about, Verdict.HELPED)) for about, hit in rows.values_list("about", "hit__uid")[:_MOST]
    ]
    genuine = _genuine(said)
    return Counter(hit for hit, reason in said if (hit, reason) in genuine)


def _said(about: UUID, verdict: str) -> str:
    return f"{about} {verdict}"


def _genuine(said: Iterable[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    known = list(said)
    return audit.vouched_among(ACTION, known) if known else set()


def all_of(centre_pks: Collection[int] | None = None) -> Iterator[tuple[UUID, UUID, str]]:
    """(case at hand, hit, verdict) of every judgement, oldest first, to measure a ranking by: uids and no word."""
    rows = Judgement.objects.order_by("at", "pk")
    if centre_pks is not None:
        rows = rows.filter(hit__centre_id__in=centre_pks)
    held = list(rows.values_list("about", "hit__uid", "verdict"))
    genuine = _genuine((hit, _said(about, verdict)) for about, hit, verdict in held)
    for about, hit, verdict in held:
        if (hit, _said(about, verdict)) in genuine:
            yield about, hit, verdict


def forget_with(case_uid: UUID) -> None:
    """Those about an erased case; those that name it as a hit go with its row."""
    Judgement.objects.filter(about=case_uid).delete()


def clean_up() -> None:
    """Judgements beside a call that was never saved."""
    old = Judgement.objects.filter(at__lt=timezone.now() - timedelta(days=_DRAFT_DAYS))
    cases = Case.objects.filter(uid=models.OuterRef("about"))
    old.filter(~models.Exists(cases)).delete()


def register() -> None:
    """Called once, when the apps are ready."""
    erasing.register("judgements", forget_with)
    every(timedelta(days=1).total_seconds(), "search.judgements")(clean_up)
