"""Rows of the applications room: what groups ask for, the rules they are judged by, letters to them, files of many."""

import uuid
from datetime import date
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.jobs.models import Job
from cases.law import calendar
from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre
from outreach.applications.rules import Known, Purpose, Rule, RuleBook
from outreach.lectures.models import Lecture

OWNER_KIND: Final = "applicant"
"""Of applications, their letters and the files they came in: all in the key domain of contacts."""


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, actor: Actor) -> Self:
        """Applications to the actor's centres; others do not exist for them."""
        return self.filter(centre_id__in=actor.centre_ids)

    def for_list(self) -> Self:
        """Without what is sealed, with what tells whose turn it is."""
        return (
            self.defer(*Application.SEALED)
            .select_related("centre", "assigned_to", "lecture")
            .defer("lecture__lecturer", "lecture__meeting")
            .prefetch_related("candidates", "letters")
        )

    def under_way(self) -> Self:
        """Those for which something is still to be done, whoever's turn it is."""
        return self.filter(is_finished=False)


class Application(models.Model):
    """One application for a 出前講座. Who applied is sealed under a key of its own; a group's name is no person's."""

    OWNER_KIND: ClassVar[str] = OWNER_KIND
    SEALED: ClassVar = ("representative", "contact", "phone", "mobile", "mail", "postcode", "address")

    class State(models.TextChoices):
        RECEIVED = "RECEIVED", _("受付")
        CHECKING = "CHECKING", _("確認中")
        ARRANGING = "ARRANGING", _("調整中")
        DECIDED = "DECIDED", _("決定")
        REFUSED = "REFUSED", _("不承認")
        WITHDRAWN = "WITHDRAWN", _("取下げ")

    OPEN: ClassVar = (State.RECEIVED, State.CHECKING, State.ARRANGING)

    class Channel(models.TextChoices):
        PAPER = "PAPER", _("紙")
        PHONE = "PHONE", _("電話")
        ONLINE = "ONLINE", _("電子申請")
        COUNTER = "COUNTER", _("窓口")

    class Kind(models.TextChoices):
        LECTURE = "LECTURE", _("出前講座")
        CLASS = "CLASS", _("学校の授業")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="applications")
    # 受付番号: counted within the centre and the 年度 of the day of receipt.
    fiscal_year = models.PositiveIntegerField(editable=False)
    number = models.PositiveIntegerField(_("受付番号"), editable=False)
    channel = models.CharField(_("受付方法"), max_length=8, choices=Channel.choices)
    received_on = models.DateField(_("受付日"))
    kind = models.CharField(_("種類"), max_length=8, choices=Kind.choices, default=Kind.LECTURE)

    # Longer than what may be typed: a mask such as 〔生年月日〕 is longer than what it hides.
    group_name = models.CharField(_("団体名"), max_length=240)
    # Applications of one group share it (`groups`); it means nothing by itself.
    group_uid = models.UUIDField(db_index=True, editable=False)
    group_key = models.CharField(max_length=240, editable=False)
    representative = SealedField(label="applicant.representative")
    contact = SealedField(label="applicant.contact")
    phone = SealedField(label="applicant.phone")
    mobile = SealedField(label="applicant.mobile")
    mail = SealedField(label="applicant.mail")
    postcode = SealedField(label="applicant.postcode")
    address = SealedField(label="applicant.address")
    erased_at = models.DateTimeField(null=True, editable=False)

    purpose = models.CharField(_("目的"), max_length=1200, blank=True)
    purpose_kind = models.CharField(_("目的の区分"), max_length=10, choices=Purpose.choices)
    theme = models.CharField(_("テーマ(手口)"), max_length=32, blank=True)
    audience = models.CharField(_("対象"), max_length=12)
    expected_people = models.PositiveIntegerField(_("予定人数"), null=True)
    people_in_city = models.CharField(_("参加者の半数以上が市内"), max_length=8, choices=Known.choices)
    venue = models.CharField(_("会場"), max_length=240, blank=True)
    area = models.CharField(_("地区"), max_length=32, blank=True)
    venue_in_city = models.CharField(_("会場が市内"), max_length=8, choices=Known.choices)
    projector = models.CharField(_("プロジェクター"), max_length=8, choices=Known.choices)
    microphone = models.CharField(_("マイク"), max_length=8, choices=Known.choices)
    parking = models.CharField(_("駐車場"), max_length=8, choices=Known.choices)
    may_publish = models.CharField(_("広報してよい"), max_length=8, choices=Known.choices)
    note = models.CharField(_("メモ"), max_length=1200, blank=True)

    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.RECEIVED)
    state_at = models.DateTimeField()
    # What the applicant still has to tell, or why it was refused or withdrawn.
    state_note = models.CharField(max_length=1200, blank=True)
    is_finished = models.BooleanField(default=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("担当")
    )
    lecture = models.OneToOneField(Lecture, models.PROTECT, null=True, related_name="applied")
    # The proposal of the planner that it began at (`planning.links`), followed once there is a lecture.
    proposal = models.UUIDField(null=True, editable=False)
    # Of a line of a file: a keyed digest of its number, and one of what stood in it.
    source_key = models.BinaryField(max_length=32, null=True, editable=False)
    source_digest = models.BinaryField(max_length=32, null=True, editable=False)

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "fiscal_year", "number"], name="application_number_once"
            ),
            models.UniqueConstraint(
                fields=["centre", "source_key"],
                condition=Q(source_key__isnull=False),
                name="application_line_once",
            ),
            models.CheckConstraint(
                name="application_decided_has_lecture",
                condition=Q(state="DECIDED", lecture__isnull=False)
                | Q(state="WITHDRAWN")
                | (~Q(state="DECIDED") & Q(lecture__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "is_finished", "state_at"], name="application_waiting"),
            models.Index(fields=["centre", "group_key"], name="application_group"),
        ]

    def __str__(self) -> str:
        return self.group_name

    @property
    def sealed_owner(self) -> Owner:
        return Owner(OWNER_KIND, self.uid)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.state in self.OPEN

    @property
    def has_persons(self) -> bool:
        return self.erased_at is None


class ApplicationCandidate(models.Model):
    """A time that the group wishes for; the first is the dearest. Local hours."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="candidates")
    position = models.PositiveSmallIntegerField()
    day = models.DateField()
    starts_at = models.TimeField()
    ends_at = models.TimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "position"], name="candidate_position_once"),
            models.CheckConstraint(
                name="candidate_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.day} {self.starts_at:%H:%M}"


class ApplicationAllowance(models.Model):
    """A rule that this application need not keep, and why. Never changed, never deleted."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="allowances")
    rule = models.CharField(max_length=12, choices=Rule.choices)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["application", "rule"], name="allowance_once")]

    def __str__(self) -> str:
        return self.rule


class ApplicationRuleSet(models.Model):
    """One version of a centre's rules; the newest holds. A centre without one has `RuleBook()`."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="application_rules")
    version = models.PositiveIntegerField()
    # `RuleBook.plain`: codes, numbers and hours; no text of a person.
    values = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["centre", "version"], name="application_rules_once")]

    def __str__(self) -> str:
        return f"{self.version}"

    @property
    def as_book(self) -> RuleBook:
        return RuleBook.of(self.values)


class ApplicationWording(models.Model):
    """One version of what a centre writes in a letter of one kind, with placeholders; the newest holds."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="application_wordings")
    kind = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=60)
    opening = models.CharField(max_length=1000)
    closing = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "kind", "version"], name="application_wording_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class ApplicationLetter(models.Model):
    """A letter that went out: its number, what it said of day and place, and its bytes, sealed, never made anew."""

    class Kind(models.TextChoices):
        DECISION = "DECISION", _("決定通知書")
        REFUSAL = "REFUSAL", _("不承認通知書")
        CHANGE = "CHANGE", _("変更通知書")
        CANCEL = "CANCEL", _("取消通知書")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    fiscal_year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    symbol = models.CharField(max_length=20, blank=True)
    dated = models.DateField()
    # What it told of the lecture, to see whether another letter is due; empty in a refusal.
    told = models.CharField(max_length=320, blank=True)
    wording = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "fiscal_year", "number"], name="application_letter_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.shown_number

    @property
    def sealed_owner(self) -> Owner:
        return Owner(OWNER_KIND, self.uid)

    @property
    def is_made(self) -> bool:
        """Whether its bytes are kept: a number may be taken and the paper not be made, where a machine stopped."""
        return bool(self.digest)

    @property
    def shown_number(self) -> str:
        """`令和8年度 港消第3号`, as it stands on the paper."""
        first: date = calendar.fiscal_year_range(self.fiscal_year)[0]
        return f"{calendar.wareki_year(first)}度 {self.symbol}第{self.number}号"


class ApplicationFile(models.Model):
    """A file of the city's e-application. It lies sealed until its lines are taken in and the rest is thrown away."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    ending = models.CharField(max_length=8)
    size = models.PositiveIntegerField(_("大きさ(バイト)"))
    lines = models.PositiveIntegerField(_("行"))
    # The field of each column in order: a name of `columns.FIELDS`, or "" for one that is not read.
    columns = models.JSONField(default=list)
    has_file = models.BooleanField(default=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def sealed_owner(self) -> Owner:
        return Owner(OWNER_KIND, self.uid)


class ApplicationLayout(models.Model):
    """Columns as somebody matched them, found again by a keyed digest of the header: a header may hold a name."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)
    columns = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "digest"], name="application_layout_once")]

    def __str__(self) -> str:
        return f"{self.pk}"


class ApplicationFault(models.Model):
    """A line that was not taken in, or was known already; `reason` is a code of `columns.REASONS`."""

    file = models.ForeignKey(ApplicationFile, models.CASCADE, related_name="faults")
    line = models.PositiveIntegerField()
    field = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=20)

    class Meta:
        ordering = ["line", "pk"]
        indexes = [models.Index(fields=["file", "line"], name="application_fault_list")]

    def __str__(self) -> str:
        return f"{self.line} {self.reason}"
