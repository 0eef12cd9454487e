"""From a proposal to a publication. Each verb is one transaction with its entry in the log."""

import uuid
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import jobs
from cases.figures.releases import asking, rules
from cases.figures.releases.asking import Asked, NotReleasable
from cases.figures.releases.models import Release
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.records.later_review import LaterReview
from cases.services import oversight
from cases.services.entry import EntryRefused
from cases.services.releases import kept
from cases.services.releases.judgement import JUDGE, clear
from cases.services.releases.kept import LedgerGrew, ReleaseNotJudged, ReleaseNotOpen

State = Release.State


@transaction.atomic
def propose(
    centre: Centre,
    asked: Sequence[Asked],
    *,
    kind: str,
    audience: str,
    title: str,
    subject: str = "",
    form: str | None = None,
    uid: uuid.UUID | None = None,
    by: Actor,
) -> Release:
    """Ask whether these tables may be published; the worker judges. `form`: left out it is the usual one of the kind.

    `uid` is minted with the page: the same of the same centre and person is the proposal that was made with it.
    Raises NotReleasable for what never leaves the staff, EntryRefused without a title or for a uid of another proposal.
    """
    # Two of one page, or two of one subject, wait here for each other.
    centre = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if uid is not None and (made := Release.objects.filter(uid=uid).first()) is not None:
        return _made_before(made, centre, by)
    if not asked:
        raise NotReleasable(_("公表する表がありません。"))
    fitted = [asking.fit(of, centre.pk) for of in asked]
    release = Release(
        uid=uid or uuid.uuid4(), centre=centre, kind=Release.Kind(kind), audience=Release.Audience(audience),
        title=title_of(title),
        subject=subject, asked=[asking.plain(of) for of in fitted], proposed_by_id=by.pk,
        form=_form_of(fitted, form or "", rules.default_form(centre, kind, audience)),
    )  # fmt: skip
    release.save(force_insert=True)
    _to_worker(release, by)
    audit.record("RELEASE_PROPOSED", by=by, centre=centre, reason=str(release.uid))
    return release


def _form_of(asked: Sequence[Asked], form: str, usual: Release.Form) -> Release.Form:
    """How counts are printed. Amounts are printed as they are: rounded counts would hide too many of them."""
    if not any(one.is_of_money for one in asked):
        return Release.Form(form or usual)
    if form and form != Release.Form.EXACT:
        raise NotReleasable(_("金額の表の件数は丸められません。「そのままの件数」を選んでください。"))
    return Release.Form.EXACT


def _made_before(made: Release, centre: Centre, by: Actor) -> Release:
    if made.centre_id != centre.pk or made.proposed_by_id != by.pk:
        raise EntryRefused({"title": _("画面が古くなっています。開き直してください。")})
    return made


def title_of(typed: str) -> str:
    """The title as it is kept: what looks like a person's is masked. Raises EntryRefused."""
    title = audit.typed(typed)[: Release.TITLE_LENGTH]
    if not title:
        raise EntryRefused({"title": _("題名を入力してください。")})
    return title


def _to_worker(release: Release, by: Actor) -> None:
    release.state, release.refused = State.QUEUED, ""
    release.job = jobs.start(JUDGE, {"release": str(release.uid)}, by=by, centre=release.centre)
    release.save(update_fields=["state", "refused", "job"])


def _anew(release: Release, by: Actor) -> None:
    """Back to the worker, without what the judgement before found."""
    clear(release)
    release.save()
    _to_worker(release, by)


@transaction.atomic
def revise(
    uid: uuid.UUID,
    *,
    asked: Sequence[Asked] | None = None,
    form: str | None = None,
    title: str | None = None,
    by: Actor,
) -> Release:
    """Judge a proposal anew, with other questions (such as merged codes) or in another form.

    Raises Release.DoesNotExist, ReleaseNotJudged, NotReleasable, EntryRefused.
    """
    release = locked(uid, by, State.JUDGED, State.REFUSED)
    centre = centre_of(release)
    if asked is not None:
        release.asked = [asking.plain(asking.fit(of, centre.pk)) for of in asked]
    if form is not None:
        now = [asking.of_plain(one, centre.pk) for one in release.asked]
        release.form = _form_of(now, form, Release.Form.EXACT)
    if title is not None:
        release.title = title_of(title)
    _anew(release, by)
    audit.record("RELEASE_REVISED", by=by, centre=centre, reason=str(uid))
    return release


def approve(
    uid: uuid.UUID, *, by: Actor, able: Collection[int] | None = None, is_checked: bool = False
) -> Release:
    """Publish what was judged, as the next number of the centre. From now on every reader has it, for good.

    By a second person; whoever works alone at the centre is let through and listed (`able`: who could do it).
    `is_checked`: the caller has held that rule itself. Raises Release.DoesNotExist, ReleaseNotJudged,
    SecondPersonNeeded; LedgerGrew where something else was published since: then it is judged anew.
    """
    if (grown := _approved(uid, by=by, able=able, is_checked=is_checked)) is None:
        raise LedgerGrew
    return grown


@transaction.atomic
def _approved(uid: uuid.UUID, *, by: Actor, able: Collection[int] | None, is_checked: bool) -> Release | None:
    """None where it was judged beside fewer releases than there are: that it goes back to the worker is kept."""
    # The centre's row is the lock on its ledger, one publication after the other; it comes before the releases' rows,
    # since a publication sends other proposals back to the worker.
    centre = Centre.objects.select_for_update(no_key=True).get(
        pk=centre_of(kept.visible_to(by).get(uid=uid)).pk
    )
    release = locked(uid, by, State.JUDGED)
    if release.has_tables and release.knew != kept.known_releases(centre):
        _anew(release, by)
        return None
    if not is_checked:
        listed = oversight.by_second_person(
            LaterReview.Kind.RELEASE, uid, first_pk=release.proposed_by_id, centre=centre, by=by, able=able
        )
        release.is_alone = listed is not None
    publish(release, centre, by)
    return release


def publish(release: Release, centre: Centre, by: Actor, *, is_approved: bool = True) -> None:
    """Give it its number and write into the log what it says; the caller holds the centre's row."""
    last = Release.objects.filter(centre=centre).aggregate(Max("number"))["number__max"]
    release.centre, release.number = centre, (last or 0) + 1
    release.state, release.released_at = State.RELEASED, timezone.now()
    if is_approved:
        release.approved_at, release.approved_by_id = release.released_at, by.pk
    release.save()
    if release.has_tables:
        _judge_others_anew(centre, by)
    # The heads of the log's chains are the last lock, as everywhere.
    audit.record("NUMBERS_RELEASED", by=by, centre=centre, reason=kept.reason_of(release))


def _judge_others_anew(centre: Centre, by: Actor) -> None:
    """What waits for approval was judged beside one release fewer."""
    waiting = Release.objects.select_for_update().filter(centre=centre, state=State.JUDGED)
    for release in waiting.exclude(kind__in=(Release.Kind.ACTIVITY, Release.Kind.WARNING)):
        _anew(release, by)


@transaction.atomic
def withdraw(uid: uuid.UUID, *, by: Actor) -> Release:
    """Give a proposal up. Raises Release.DoesNotExist, ReleaseNotOpen."""
    release = locked(uid, by)
    if not release.is_open:
        raise ReleaseNotOpen
    if release.job is not None and not release.job.is_finished:
        jobs.cancel(release.job, by)
    clear(release)
    release.state = State.WITHDRAWN
    release.save()
    audit.record("RELEASE_WITHDRAWN", by=by, centre=release.centre, reason=str(uid))
    return release


@transaction.atomic
def correct(uid: uuid.UUID, *, notice: str, title: str | None = None, by: Actor) -> Release:
    """Propose the same tables counted anew, with the number of what they correct and a notice that is printed.

    Raises Release.DoesNotExist, ReleaseNotJudged (it is not out), EntryRefused without a notice.
    """
    wrong = locked(uid, by, State.RELEASED)
    said = audit.typed(notice)[: Release.NOTICE_LENGTH]
    if not said:
        raise EntryRefused({"notice": _("訂正のお知らせを入力してください。")})
    if not wrong.asked:
        raise NotReleasable(_("この公表には表がないため、数え直せません。"))
    release = Release(
        centre=wrong.centre, kind=wrong.kind, audience=wrong.audience, subject=wrong.subject, asked=wrong.asked,
        form=wrong.form, title=title_of(title or wrong.title), corrects=wrong, notice=said, proposed_by_id=by.pk,
    )  # fmt: skip
    release.save(force_insert=True)
    _to_worker(release, by)
    audit.record("RELEASE_CORRECTION", by=by, centre=wrong.centre, reason=f"{release.uid} {wrong.uid}")
    return release


def locked(uid: uuid.UUID, by: Actor, *states: str) -> Release:
    """Raises Release.DoesNotExist, ReleaseNotJudged."""
    release = kept.visible_to(by).select_for_update(of=("self",)).get(uid=uid)
    if states and release.state not in states:
        raise ReleaseNotJudged(release)
    return release


def centre_of(release: Release) -> Centre:
    """Every release that verbs make has one."""
    if release.centre is None:
        raise Release.DoesNotExist
    return release.centre
