"""What people say of a wave: 真・偽・不明, with a note; and how many waves were chance, as observed.

A verdict counts where a genuine entry of the log says the same. Said anew it is another row: nothing is overwritten.
"""

import hashlib
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.figures import intervals
from cases.figures.surge_log import reading
from cases.figures.surge_log.models import SurgeVerdict, SurgeWave
from cases.held import Proven
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services.entry import EntryRefused

NOTE_LENGTH: Final = 200
ACTION: Final = "SURGE_JUDGED"
Verdict = SurgeVerdict.Verdict
_proven: Final = Proven[tuple[uuid.UUID, str]]()


@dataclass(frozen=True)
class FalseShare:
    """Of the waves that people judged those that were chance. 不明 and those nobody judged stand apart.

    `low` and `high`: the exact 95 % interval of the share (Clopper–Pearson); None without a judged wave.
    """

    true: int
    false: int
    unknown: int
    undecided: int
    low: float | None
    high: float | None

    @property
    def judged(self) -> int:
        return self.true + self.false

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.false, self.judged) if self.judged else None


@transaction.atomic
def decide(
    wave_uid: uuid.UUID, *, verdict: str, note: str = "", by: Actor, uid: uuid.UUID | None = None
) -> SurgeVerdict:
    """Say of a wave what it is. `uid` is minted when the form opens; again, it is the same verdict.

    Raises EntryRefused; SurgeWave.DoesNotExist, also for a wave of another centre.
    """
    wave = reading.wave_of(wave_uid, by=by)
    if verdict not in Verdict.values:
        raise EntryRefused({"verdict": _("一覧から選んでください。")})
    uid = uid or uuid.uuid4()
    list(Centre.objects.select_for_update(no_key=True).filter(pk=wave.centre_id))
    if (known := SurgeVerdict.objects.filter(uid=uid).select_related("wave").first()) is not None:
        if known.wave_id != wave.pk:
            raise SurgeWave.DoesNotExist
        return known
    row = SurgeVerdict(
        uid=uid, wave=wave, card=reading.history(wave)[0], verdict=verdict, note=audit.typed(note)[:NOTE_LENGTH],
        by_id=by.pk,
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record("SURGE_JUDGED", by=by, centre=wave.centre, reason=_said(row))
    return row


def said(wave: SurgeWave) -> list[SurgeVerdict]:
    """Every verdict that counts, the newest first; those on waves merged into this one too."""
    return _of([wave]).get(wave.pk, [])


def standing(waves: Iterable[SurgeWave]) -> dict[int, SurgeVerdict]:
    """By the key of the wave what was said of it last."""
    return {wave: verdicts[0] for wave, verdicts in _of(list(waves)).items()}


def false_share(centre: Centre, since: date) -> FalseShare:
    """Over the waves that began on the day or later."""
    waves = list(SurgeWave.objects.filter(centre=centre, merged_into=None, first_alarmed_on__gte=since))
    found = [row.verdict for row in standing(waves).values()]
    true, false, unknown = (
        found.count(verdict) for verdict in (Verdict.TRUE, Verdict.FALSE, Verdict.UNKNOWN)
    )
    low, high = intervals.share(false, true + false) if true + false else (None, None)
    return FalseShare(true, false, unknown, len(waves) - len(found), low, high)


def _of(waves: Collection[SurgeWave]) -> dict[int, list[SurgeVerdict]]:
    keys = [wave.pk for wave in waves]
    merged = dict(SurgeWave.objects.filter(merged_into__in=keys).values_list("pk", "merged_into_id"))
    rows = SurgeVerdict.objects.filter(wave__in=[*keys, *merged])
    found: dict[int, list[SurgeVerdict]] = {}
    for row in rows.select_related("wave__centre", "card__evaluation", "by").order_by("-pk"):
        if is_vouched(row):
            found.setdefault(merged.get(row.wave_id, row.wave_id), []).append(row)
    return found


def is_vouched(row: SurgeVerdict) -> bool:
    """Whether the log holds what the row says."""
    told = _said(row)
    return _proven.holds(
        (row.wave.centre.uid, told),
        lambda: next(audit.vouched(ACTION, centre_uid=row.wave.centre.uid, reason=told), None) is not None,
    )


def _said(row: SurgeVerdict) -> str:
    """`<uid> <wave> <card> <verdict> <digest of the note>`: what the log keeps."""
    digest = hashlib.sha256(row.note.encode()).hexdigest()[:32]
    return f"{row.uid} {row.wave.uid} {row.card_id} {row.verdict} {digest}"
