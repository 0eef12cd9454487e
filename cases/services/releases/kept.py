"""What is kept of releases, held against the log: the digest of everything a release says stands in its entry."""

import hashlib
import json
import uuid
from collections.abc import Iterable
from typing import ClassVar, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.releases import known as ledger_rows
from cases.figures.releases import reading
from cases.figures.releases.models import Release
from cases.held import Proven
from cases.protection import audit
from cases.protection.models import AuditEntry
from cases.records.centre import Actor, Centre

RELEASED: Final = "NUMBERS_RELEASED"
_OUT: Final = Release.State.RELEASED
_genuine: Final[Proven[tuple[uuid.UUID, str]]] = Proven()


class ReleaseNotJudged(CasesError):
    """It is not (or no longer) waiting for approval."""

    code: ClassVar[str] = "release_not_judged"
    status: ClassVar[int] = 409

    def __init__(self, release: Release) -> None:
        super().__init__(
            _("この公表は「%(state)s」のため、その操作はできません。")
            % {"state": release.get_state_display()}
        )


class ReleaseNotOpen(CasesError):
    """It is out, or withdrawn: it stays as it is."""

    code: ClassVar[str] = "release_not_open"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("公表したものは取り下げられません。直すときは訂正を公表してください。"))


class LedgerGrew(CasesError):
    """Something else was published since it was judged: it is being judged anew."""

    code: ClassVar[str] = "ledger_grew"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("判定の後にほかの公表があったため、もう一度判定しています。終わったら結果を見直してください。")
        )


class LedgerIncomplete(CasesError):
    """The log knows of a release that is not there as it was published."""

    code: ClassVar[str] = "ledger_incomplete"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "前に公表した数の控えが、操作記録と合いません。合わせて確かめられないため、公表できません。"
                "システム担当に伝えてください。"
            )
        )


def visible_to(by: Actor) -> QuerySet[Release]:
    """Releases of the actor's centres; others do not exist for them."""
    found = Release.objects.filter(centre_id__in=by.centre_ids)
    return found.select_related("centre", "job", "corrects", "proposed_by", "approved_by")


def released_for(subject: str, audience: str | None = None) -> Release | None:
    """The newest that is out for what it stands in, such as "bulletin:<uid>"."""
    found = Release.objects.filter(subject=subject, state=Release.State.RELEASED)
    if audience is not None:
        found = found.filter(audience=audience)
    return found.order_by("-released_at", "-pk").first()


def require_released(release: Release) -> None:
    """Raises NotReleased unless it is out as the log says."""
    reading.require_out(release)


def known_releases(centre: Centre) -> int:
    """How many releases a judgement of today knows."""
    return len(ledger_rows.out(centre))


# --- the log ----------------------------------------------------------------------------------------------------


def digest_of(release: Release) -> str:
    """SHA-256 of everything the release says and of the counts frozen for it."""
    told = {
        "uid": str(release.uid),
        "number": release.number,
        "kind": release.kind,
        "audience": release.audience,
        "form": release.form,
        "title": release.title,
        "subject": release.subject,
        "asked": release.asked,
        "figures": release.figures,
        "about": release.about,
        "notice": release.notice,
        "corrects": None if release.corrects is None else str(release.corrects.uid),
        "tables": [[row.place, row.title, row.content, row.withheld] for row in release.tables.all()],
        "days": [
            [row.start.isoformat(), row.end.isoformat(), row.as_of, row.edition]
            for row in sorted(release.frozen_days.all(), key=lambda row: row.pk)
        ],
        "counts": [
            [row.traits, row.data] for row in sorted(release.frozen_counts.all(), key=lambda row: row.pk)
        ],
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def reason_of(release: Release) -> str:
    """What the log says of a release that went out."""
    return f"{release.uid} sha256:{digest_of(release)}"


def is_vouched(release: Release) -> bool:
    """Whether a genuine entry says that this went out as it is stored. Single numbers of before have none."""
    if release.centre is None:
        return False
    centre, reason = release.centre, reason_of(release)

    def ask() -> bool:
        return next(audit.vouched(RELEASED, centre_uid=centre.uid, reason=reason), None) is not None

    return _genuine.holds((release.uid, reason), ask)


def whole(releases: QuerySet[Release]) -> QuerySet[Release]:
    """The same with everything that the log vouches for, read in a few queries for all of them."""
    read = releases.select_related("centre", "corrects")
    return read.prefetch_related("tables", "frozen_days", "frozen_counts")


def prove(centre: Centre, releases: Iterable[Release]) -> set[uuid.UUID]:
    """Which of the centre's releases the log vouches for; all that are not proven yet are asked about together."""
    facts = {(release.uid, reason_of(release)) for release in releases}

    def ask(new: list[tuple[uuid.UUID, str]]) -> list[tuple[uuid.UUID, str]]:
        vouched = audit.vouched_reasons(RELEASED, centre.uid, {reason for _uid, reason in new})
        return [fact for fact in new if fact[1] in vouched]

    return {uid for uid, _reason in _genuine.among(facts, ask)}


def require_complete(centre: Centre) -> None:
    """Every release that the log knows of is there as it was. Raises LedgerIncomplete."""
    told = AuditEntry.objects.filter(action=RELEASED, centre_uid=centre.uid).values_list("reason", flat=True)
    published = {reason.partition(" ")[0] for reason in told}
    held = {str(row.uid): row for row in whole(Release.objects.filter(centre=centre, state=_OUT))}
    if not published <= held.keys():
        raise LedgerIncomplete
    if len(prove(centre, (held[uid] for uid in published))) < len(published):
        raise LedgerIncomplete
