"""気づき from watchers: taken down, read at the desk, decided, rated, and forgotten when nothing came of them."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Final, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import erasing, watchers
from cases.errors import CasesError
from cases.held import Proven
from cases.jobs import registry
from cases.law import calendar
from cases.protection import audit, keys, office, watch, writings
from cases.protection.redaction import redact
from cases.protection.sealed import Owner
from cases.records import codes
from cases.records.case import Case, new_uid
from cases.records.centre import SYSTEM, Actor, Centre, area_choices
from cases.records.codes import Kind
from cases.records.worries import Worry, WorryQuerySet
from cases.services.entry import EntryRefused
from cases.services.marks import mark_of
from cases.watchers import Verdict, WatcherKind

SHORT_LENGTH: Final = 100
WORDS_LENGTH: Final = 4000
LATE_DAYS: Final = 3
"""A 気づき that nobody has decided after so many days is told on 今日; an urgent one at once."""
_proven: "Final[Proven[_Said]]" = Proven()


class WorryDecided(CasesError):
    """Somebody else has decided meanwhile, and a case may stand behind it."""

    code: ClassVar[str] = "worry_decided"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この気づきは、もう相談になっているか、つないで終わっています。"))


class WorryForgotten(CasesError):
    """What was sealed is gone: with its case, or because the time for keeping it was over."""

    code: ClassVar[str] = "worry_forgotten"
    status: ClassVar[int] = 410

    def __init__(self) -> None:
        super().__init__(_("この気づきの内容は消去されました。"))


@dataclass(frozen=True, kw_only=True)
class WorryWords:
    """What is sealed: about whom, what was seen, who told it. Never log it."""

    person: str = ""
    kana: str = ""
    phone: str = ""
    address: str = ""
    age: str = ""
    words: str = ""
    helper: str = ""

    def __repr__(self) -> str:
        return "<WorryWords>"


@dataclass(frozen=True, kw_only=True)
class WorryEntry:
    """A 気づき as it is typed. With `member_uid` its kind and name are those of the list; otherwise `member_kind`."""

    uid: uuid.UUID
    received_on: date
    channel: str
    consent: str
    sealed: WorryWords
    member_uid: uuid.UUID | None = None
    member_kind: str = WatcherKind.OTHER
    member_name: str = ""
    area: str = ""
    theme: str = ""
    is_urgent: bool = False


# --- taking it down ---------------------------------------------------------------------------------------------
@transaction.atomic
def record(entry: WorryEntry, *, centre: Centre, by: Actor) -> Worry:
    """Keep a 気づき. Idempotent by `entry.uid`. Raises EntryRefused; Worry.DoesNotExist for another centre's uid."""
    # Its lock hands out the numbers one by one, and lets the second of two savers of one uid find the first's. It stops
    # nobody who only refers to the centre.
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if Worry.objects.filter(uid=entry.uid).exists():
        return Worry.objects.visible_to(by).get(uid=entry.uid)
    member = watchers.find(entry.member_uid, {centre.pk}) if entry.member_uid else None
    _check(entry, centre, is_listed=member is not None)
    worry = Worry(
        uid=entry.uid, centre=centre, number=_next_number(centre, entry.received_on),
        received_on=entry.received_on, channel=entry.channel, consent=entry.consent,
        member_uid=member.uid if member else None,
        member_kind=member.kind if member else entry.member_kind,
        member_name=member.name if member else redact(entry.member_name.strip()).masked,
        area=entry.area, theme=entry.theme, is_urgent=entry.is_urgent, recorded_by_id=by.pk,
    )  # fmt: skip
    cohort = calendar.fiscal_year(entry.received_on)
    key, sealer = keys.create(worry.sealed_owner, centre_uid=centre.uid, cohort=cohort)
    key.save(force_insert=True)
    for name, text in asdict(entry.sealed).items():
        sealer.seal(worry, name, text.strip())
    worry.save(force_insert=True)
    audit.record("WORRY_RECORDED", by=by, centre=centre, reason=_words(worry))
    return worry


def _next_number(centre: Centre, day: date) -> str:
    begin = f"W{calendar.fiscal_year(day)}-"
    last = Worry.objects.filter(centre=centre, number__startswith=begin).order_by("-number").first()
    return f"{begin}{int(last.number.removeprefix(begin)) + 1 if last else 1:05d}"


def _check(entry: WorryEntry, centre: Centre, *, is_listed: bool) -> None:
    today, errors = calendar.today(), {}
    if not today - timedelta(days=366) <= entry.received_on <= today:
        errors["received_on"] = _("受けた日は、1年前から今日までの日付にしてください。")
    if entry.member_uid is not None and not is_listed:
        errors["member"] = _("選び直してください。")
    for name, given, allowed in (
        ("channel", entry.channel, Worry.Channel.values),
        ("consent", entry.consent, Worry.Consent.values),
        ("member_kind", entry.member_kind, WatcherKind.values),
        ("area", entry.area, ["", *(code for code, _label in area_choices(centre))]),
        ("theme", entry.theme, ["", *codes.codes(Kind.SCAM_TYPE).by_code]),
    ):
        if given not in allowed:
            errors[name] = _("選び直してください。")
    texts = {**asdict(entry.sealed), "member_name": entry.member_name}
    for name, text in texts.items():
        most = WORDS_LENGTH if name == "words" else SHORT_LENGTH
        if len(text) > most:
            errors[name] = _("%(most)s文字以内で入力してください。") % {"most": f"{most:,}"}
    if not entry.sealed.words.strip():
        errors["words"] = _("気づいたことを入力してください。")
    if errors:
        raise EntryRefused(errors)


def opened(uid: uuid.UUID, *, by: Actor) -> WorryWords:
    """What was told, for the desk; logged before. Where a case stands behind it, the rule of that case holds, too.

    Not inside a transaction. Raises Worry.DoesNotExist, WorryForgotten, BreakGlassNeeded, KeyMissing, SealBroken.
    """
    worry = Worry.objects.visible_to(by).select_related("centre").with_case().get(uid=uid)
    if worry.forgotten_at is not None:
        raise WorryForgotten
    if (case := _case_behind(worry)) is not None:
        writings.may_open(case, by)
    names = [one.name for one in fields(WorryWords)]
    texts = office.opened(
        "WORRY_OPENED", [(worry, name) for name in names], by=by, centre=worry.centre, about=worry.uid
    )
    watch.note(watch.Kind.REVEALS, by=by, centre=worry.centre)
    return WorryWords(**dict(zip(names, texts, strict=True)))


def _case_behind(worry: Worry) -> Case | None:
    """`worry` comes from `with_case`."""
    became = getattr(worry, "became_uid", None)
    return Case.objects.select_related("centre").filter(uid=became).first() if became else None


# --- deciding ---------------------------------------------------------------------------------------------------
@transaction.atomic
def begin_case(uid: uuid.UUID, *, by: Actor) -> uuid.UUID:
    """The uid of the form that takes the call as a case; again: the same form, until the case is saved.

    Raises Worry.DoesNotExist, WorryDecided, WorryForgotten.
    """
    worry = _undecided(uid, by)
    if worry.state == Worry.State.CASE and worry.intake_uid is not None:
        return worry.intake_uid
    worry.intake_uid = new_uid()
    _decide(worry, Worry.State.CASE, by)
    return worry.intake_uid


@transaction.atomic
def begin_again(uid: uuid.UUID, *, by: Actor) -> uuid.UUID:
    """A new form, where the one begun was thrown away. Raises as `begin_case`."""
    worry = _undecided(uid, by)
    worry.intake_uid = new_uid()
    _decide(worry, Worry.State.CASE, by)
    return worry.intake_uid


@transaction.atomic
def join(uid: uuid.UUID, case_uid: uuid.UUID, *, by: Actor) -> Worry:
    """It belongs to a case that is there already. Raises Worry.DoesNotExist, Case.DoesNotExist, WorryDecided."""
    case = Case.objects.visible_to(by).select_related("centre").get(uid=case_uid)
    worry = _undecided(uid, by)
    if case.centre_id != worry.centre_id:
        raise Case.DoesNotExist
    worry.case_uid, worry.intake_uid = case.uid, None
    _decide(worry, Worry.State.JOINED, by, case=case)
    return worry


@transaction.atomic
def pass_on(uid: uuid.UUID, *, to: str, by: Actor) -> Worry:
    """Not ours: who took it on, an office. Raises Worry.DoesNotExist, EntryRefused, WorryDecided."""
    if not to.strip() or len(to) > SHORT_LENGTH:
        reason = _("つないだ先を%(most)s文字以内で入力してください。") % {"most": SHORT_LENGTH}
        raise EntryRefused({"to": reason})
    worry = _undecided(uid, by)
    worry.intake_uid, worry.passed_to = None, audit.typed(to.strip())
    _decide(worry, Worry.State.PASSED, by)
    return worry


@transaction.atomic
def wait(uid: uuid.UUID, *, until: date, by: Actor) -> Worry:
    """The person has not agreed yet: asked again on that day. Raises Worry.DoesNotExist, EntryRefused, WorryDecided."""
    today = calendar.today()
    if not today <= until <= today + timedelta(days=366):
        raise EntryRefused({"until": _("今日から1年以内の日にしてください。")})
    worry = _undecided(uid, by)
    worry.intake_uid, worry.follow_up_on = None, until
    _decide(worry, Worry.State.WAITING, by)
    return worry


@transaction.atomic
def close(uid: uuid.UUID, *, reason: str, by: Actor) -> Worry:
    """Nothing more is done. Raises Worry.DoesNotExist, EntryRefused, WorryDecided."""
    if reason not in Worry.CloseReason.values:
        raise EntryRefused({"reason": _("選び直してください。")})
    worry = _undecided(uid, by)
    worry.intake_uid, worry.close_reason = None, reason
    _decide(worry, Worry.State.CLOSED, by)
    return worry


@transaction.atomic
def assign(uid: uuid.UUID, *, to: uuid.UUID, by: Actor) -> Worry:
    """Who has to look at it next, of the same centre. Raises Worry.DoesNotExist, EntryRefused, WorryDecided."""
    worry = _undecided(uid, by)
    people = get_user_model().objects.filter(uid=to, centre=worry.centre, is_active=True)
    if (person := people.first()) is None:
        raise EntryRefused({"to": _("選び直してください。")})
    worry.assigned_to_id = person.pk
    worry.save(update_fields=["assigned_to"])
    audit.record("WORRY_ASSIGNED", by=by, centre=worry.centre, reason=str(worry.uid))
    return worry


def _locked(uid: uuid.UUID, by: Actor) -> Worry:
    return Worry.objects.visible_to(by).select_related("centre").select_for_update(of=("self",)).get(uid=uid)


def _undecided(uid: uuid.UUID, by: Actor) -> Worry:
    worry = _locked(uid, by)
    if worry.forgotten_at is not None:
        raise WorryForgotten
    if not Worry.objects.filter(pk=worry.pk).waiting().exists():
        raise WorryDecided
    return worry


def _decide(worry: Worry, state: Worry.State, by: Actor, *, case: Case | None = None) -> None:
    worry.state = state
    worry.decided_at, worry.decided_by_id = timezone.now(), by.pk
    worry.save()
    audit.record("WORRY_DECIDED", by=by, case=case, centre=worry.centre, reason=_words(worry))


# --- what the log says ------------------------------------------------------------------------------------------
def _words(worry: Worry) -> str:
    decided = _stamp(worry.decided_at)
    says = (worry.intake_uid, worry.case_uid, worry.passed_to, worry.follow_up_on, worry.close_reason)
    return f"{worry.uid} {worry.state} {mark_of(*says, decided, worry.decided_by_id)}"


def _stamp(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def genuine(rows: Sequence[Worry]) -> set[int]:
    """Keys of the rows whose state the log vouches for, as it stands there; a few queries for any number."""
    centres = dict(Centre.objects.filter(pk__in={row.centre_id for row in rows}).values_list("pk", "uid"))
    words = {row.pk: _Said(_action(row), centres[row.centre_id], _words(row)) for row in rows}
    proven = _proven.among(set(words.values()), _vouched)
    return {pk for pk, said in words.items() if said in proven}


class _Said(NamedTuple):
    """What the log must say of a row, where, by which action."""

    action: str
    centre_uid: uuid.UUID
    words: str


def _action(worry: Worry) -> str:
    return "WORRY_RECORDED" if worry.state == Worry.State.NEW else "WORRY_DECIDED"


def _vouched(asked: list[_Said]) -> set[_Said]:
    found: set[_Said] = set()
    for action, centre_uid in {one[:2] for one in asked}:
        some = {one.words: one for one in asked if one[:2] == (action, centre_uid)}
        found |= {some[words] for words in audit.vouched_reasons(action, centre_uid, set(some))}
    return found


# --- what is told, and how it went ------------------------------------------------------------------------------
@transaction.atomic
def thank(uid: uuid.UUID, *, by: Actor) -> Worry:
    """Note that the member was told 「受け取りました」: a number and a day, nothing of what came of it."""
    worry = _locked(uid, by)
    worry.thanked_on = calendar.today()
    worry.save(update_fields=["thanked_on"])
    audit.record("WORRY_THANKED", by=by, centre=worry.centre, reason=str(worry.uid))
    return worry


@transaction.atomic
def rate(uid: uuid.UUID, *, member: str = "", centre: str = "", by: Actor) -> Worry:
    """How the hand-over went, as the member answered and as the centre finds; an empty one leaves what is there.

    Raises Worry.DoesNotExist, EntryRefused.
    """
    for name, given in (("member", member), ("centre", centre)):
        if given and given not in Verdict.values:
            raise EntryRefused({name: _("選び直してください。")})
    worry = _locked(uid, by)
    worry.member_verdict = member or worry.member_verdict
    worry.centre_verdict = centre or worry.centre_verdict
    worry.save(update_fields=["member_verdict", "centre_verdict"])
    audit.record("WORRY_RATED", by=by, centre=worry.centre, reason=str(worry.uid))
    return worry


@dataclass(frozen=True)
class KindSummary:
    """気づき of one kind of member: how many came, what became of them, and how often which verdict was given."""

    kind: str
    received: int
    cases: int
    passed: int
    closed: int
    waiting: int
    member: dict[str, int]
    centre: dict[str, int]

    @property
    def label(self) -> str:
        return str(WatcherKind(self.kind).label)

    @property
    def rated_by_member(self) -> int:
        return sum(self.member.values())

    @property
    def rated_by_centre(self) -> int:
        return sum(self.centre.values())


def summary(centre_ids: Collection[int], since: date, until: date) -> list[KindSummary]:
    """By kind of member, of the 気づき received in [since, until); kinds that sent none are left out.

    `cases`: those behind which a case stands, or stood until it was erased. A decision that the log does not vouch
    for counts as received alone.
    """
    rows = list(
        Worry.objects.filter(centre_id__in=centre_ids, received_on__gte=since, received_on__lt=until)
        .with_case()
        .defer(*Worry.SEALED)
    )
    vouched = genuine(rows)
    by_kind: dict[str, list[Worry]] = {}
    for row in rows:
        by_kind.setdefault(row.member_kind, []).append(row)
    return [_summed(kind, by_kind[kind], vouched) for kind in WatcherKind.values if kind in by_kind]


def _summed(kind: str, rows: Sequence[Worry], vouched: set[int]) -> KindSummary:
    states = [stage_of(row) for row in rows if row.pk in vouched]
    return KindSummary(
        kind, len(rows),
        cases=sum(one in ("CASE", "JOINED") for one in states),
        passed=states.count("PASSED"), closed=states.count("CLOSED"),
        waiting=sum(one in ("NEW", "WAITING", "BEGUN") for one in states),
        member={one: sum(row.member_verdict == one for row in rows) for one in Verdict.values},
        centre={one: sum(row.centre_verdict == one for row in rows) for one in Verdict.values},
    )  # fmt: skip


def stage_of(worry: Worry) -> str:
    """Its state, and BEGUN for a case that is being typed. `worry` comes from `with_case`."""
    is_there = getattr(worry, "became_uid", None) is not None or worry.forgotten_at is not None
    return "BEGUN" if worry.state == Worry.State.CASE and not is_there else worry.state


# --- forgetting -------------------------------------------------------------------------------------------------
def _forget(worry: Worry) -> None:
    """What is sealed goes with its key; the bare line stays, so that earlier counts hold."""
    keys.destroy(worry.sealed_owner)
    for name in Worry.SEALED:
        setattr(worry, name, None)
    worry.forgotten_at = timezone.now()
    worry.save(update_fields=[*Worry.SEALED, "forgotten_at"])


def _forget_with_case(case_uid: uuid.UUID) -> None:
    for worry in Worry.objects.of_case(case_uid).filter(forgotten_at__isnull=True):
        _forget(worry)


def _owners_with_case(case_uid: uuid.UUID) -> list[Owner]:
    rows = Worry.objects.of_case(case_uid).filter(forgotten_at__isnull=True)
    return [row.sealed_owner for row in rows.only("uid")]


def is_old() -> bool:
    return _old().exists()


@transaction.atomic
def clean_up() -> bool:
    """Forget what was decided without a case `WORRY_KEPT_MONTHS` ago. True where there is more to do."""
    rows = list(_old().select_related("centre").select_for_update(of=("self",))[:100])
    for worry in rows:
        _forget(worry)
    audit.record_all(
        audit.entry("WORRY_FORGOTTEN", by=SYSTEM, centre=row.centre, reason=str(row.uid)) for row in rows
    )
    return bool(rows)


def _old() -> WorryQuerySet:
    before = timezone.now() - timedelta(days=round(settings.WORRY_KEPT_MONTHS * 365 / 12))
    ended = Q(state__in=(Worry.State.PASSED, Worry.State.CLOSED))
    return Worry.objects.filter(ended, decided_at__lt=before, forgotten_at__isnull=True).order_by("pk")


def register() -> None:
    """Called once when the app is ready."""
    erasing.register("worries", _forget_with_case, owners=_owners_with_case)
    registry.every(3600.0, "worries.clean_up", wanted=is_old)(clean_up)
