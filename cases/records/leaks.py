"""漏えい: what happened, what each computation found, the drafts of the reports, the lists of persons to tell."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.jobs.models import Job
from cases.law.leaks import Answer, Duty
from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre


class LeakQuerySet(models.QuerySet["LeakIncident"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)


class LeakIncident(models.Model):
    """One leak, or the danger of one. `uid` is minted when its form opens. Words about it are sealed."""

    OWNER_KIND: ClassVar[str] = "leak"

    class Kind(models.TextChoices):
        LOSS = "LOSS", _("紛失")
        THEFT = "THEFT", _("盗難・持ち出し")
        MISSENT = "MISSENT", _("誤送付・誤送信")
        LOOK = "LOOK", _("権限のない閲覧")
        MALWARE = "MALWARE", _("不正プログラム・不正アクセス")
        OTHER = "OTHER", _("その他")

    class Scope(models.TextChoices):
        ACCOUNT = "ACCOUNT", _("利用者が見たもの")
        DEVICE = "DEVICE", _("端末で見たもの")
        PERIOD = "PERIOD", _("期間中に見られたもの")
        CASES = "CASES", _("相談(番号で指定)")
        DATABASE = "DATABASE", _("データベース(その時点の全件)")
        BACKUP = "BACKUP", _("控え(バックアップ)のファイル")
        ATTACHMENT = "ATTACHMENT", _("添付ファイル")
        EXPORT = "EXPORT", _("出力したファイル")
        IMPORT = "IMPORT", _("取り込んだ台帳のファイル")
        DISCLOSURE = "DISCLOSURE", _("外部へ提供した写し")
        OTHER = "OTHER", _("その他(人数を入力)")

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    kind = models.CharField(_("何が起きたか"), max_length=12, choices=Kind.choices)
    found_at = models.DateTimeField(_("知った日時"))
    scope = models.CharField(_("範囲"), max_length=12, choices=Scope.choices)
    # Which account, backup, import, disclosure or attachment, by uid, or the request that carried a file out; which
    # cases (of an attachment its own); which devices; which time. Empty where the scope needs none.
    scope_uid = models.UUIDField(null=True)
    case_uids = models.JSONField(default=list)
    device_uids = models.JSONField(default=list)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    persons_known = models.PositiveIntegerField(_("確かめた本人の数"), null=True)

    sensitive = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    property_damage = models.CharField(max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    wrongful_intent = models.CharField(max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    key_safe = models.CharField(max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    open_columns_identify = models.CharField(max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    recovered_unseen = models.CharField(max_length=8, choices=Answer.choices, default=Answer.NO)

    summary = SealedField(label="leak.summary")
    closing_reason = SealedField(label="leak.closing_reason")
    opened_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    preliminary_sent_on = models.DateField(_("速報を出した日"), null=True)
    final_sent_on = models.DateField(_("確報を出した日"), null=True)
    closed_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    objects = LeakQuerySet.as_manager()

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="leak_scope_whole",
                condition=(
                    Q(scope__in=["ACCOUNT", "BACKUP", "IMPORT", "DISCLOSURE", "ATTACHMENT", "EXPORT"])
                    & Q(scope_uid__isnull=False)
                )
                | (
                    Q(scope__in=["DEVICE", "PERIOD", "CASES", "DATABASE", "OTHER"])
                    & Q(scope_uid__isnull=True)
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.found_at:%Y-%m-%d}"

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)

    @property
    def subject(self) -> uuid.UUID:
        """The one account, copy or file that the scope names. Raises LookupError where it names none."""
        if self.scope_uid is None:
            raise LookupError(f"the scope {self.scope} names nothing")
        return self.scope_uid

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class LeakFinding(models.Model):
    """One computation: which cases, persons and fields, and the duty that followed from the facts of that moment.

    Later computations stand beside it, so that every number that was ever reported can be shown again.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(LeakIncident, models.CASCADE, related_name="findings")
    as_of = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    cases = models.PositiveIntegerField(default=0)
    # Caller and contract party of each case; somebody in two cases counts twice.
    persons = models.PositiveIntegerField(default=0)
    guarded = models.PositiveIntegerField(default=0)
    sensitive_cases = models.PositiveIntegerField(default=0)
    fields = models.JSONField(default=dict)
    # Looks that the log does not place at a case, by action.
    unplaced = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    duty = models.CharField(max_length=8, choices=Duty.choices, default=Duty.UNCLEAR)
    grounds = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    exemption = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ["-as_of", "-pk"]

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d %H:%M}"


class LeakCase(models.Model):
    """A case within a finding, and the fields of it that were touched. It outlives neither the case nor the finding."""

    finding = models.ForeignKey(LeakFinding, models.CASCADE, related_name="touched")
    case_uid = models.UUIDField(db_index=True)
    fields = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "case_uid"], name="leak_case_once")]

    def __str__(self) -> str:
        return str(self.case_uid)


class LeakReport(models.Model):
    """One saved version of a draft: the nine items as JSON, sealed. The newest counts; none is overwritten."""

    class Kind(models.TextChoices):
        PRELIMINARY = "PRELIMINARY", _("速報")
        FINAL = "FINAL", _("確報")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(LeakIncident, models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    saved_at = models.DateTimeField(auto_now_add=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    items = SealedField(label="leak_report.items")

    class Meta:
        ordering = ["-saved_at", "-pk"]

    def __str__(self) -> str:
        return self.kind

    @property
    def sealed_owner(self) -> Owner:
        return self.incident.sealed_owner


class LeakNotice(models.Model):
    """A list of persons to tell: asked for by one, let through by another, taken away once."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    finding = models.ForeignKey(LeakFinding, models.CASCADE, related_name="notices")
    part = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    exported_at = models.DateTimeField(null=True)
    exported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["part"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "part"],
                name="leak_notice_waiting_once",
                condition=Q(exported_at__isnull=True),
            ),
            models.CheckConstraint(
                name="leak_notice_approved_first",
                condition=Q(exported_at__isnull=True) | Q(approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part}"
