"""Rows of the devices room: kinds with their stock, what moved it, who borrows, who was reminded."""

import uuid
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre


class DeviceKind(models.Model):
    """A kind of device (自動通話録音機 …): what it takes to borrow one, and how many are where.

    The three counts move only together with a `DeviceMove`; none is ever below zero, which the database holds too.
    `lent_before`: how many had been lent before this register was begun, for the 累計.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="device_kinds")
    name = models.CharField(_("種類"), max_length=60)
    unit = models.CharField(_("単位"), max_length=10, default="台")
    min_age = models.PositiveSmallIntegerField(_("対象の年齢(以上)"), null=True)
    condition = models.CharField(_("そのほかの貸出の条件"), max_length=200, blank=True)
    is_one_per_household = models.BooleanField(_("1世帯に1台まで"), default=True)
    loan_days = models.PositiveSmallIntegerField(_("貸出の日数"), null=True)
    keep_years = models.PositiveSmallIntegerField(_("返却の後に借りた人を残す年数"), default=1)
    lent_before = models.PositiveIntegerField(_("台帳を始める前の貸出の累計"), default=0)
    low_at = models.PositiveIntegerField(_("残りが少ないと知らせる数"), default=0)
    is_active = models.BooleanField(_("貸出を受け付ける"), default=True)

    in_store = models.PositiveIntegerField(_("在庫"), default=0)
    lent = models.PositiveIntegerField(_("貸出中"), default=0)
    broken = models.PositiveIntegerField(_("故障"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "name"], name="device_kind_once")]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_low(self) -> bool:
        return self.is_active and self.in_store <= self.low_at


class LoanQuerySet(models.QuerySet["Loan"]):
    def visible_to(self, actor: Actor) -> Self:
        """Loans of the actor's centres; others do not exist for them."""
        return self.filter(centre_id__in=actor.centre_ids)

    def lent_in(self, start: object, end: object) -> Self:
        """What was handed over in the half-open period [start, end), given back or not."""
        return self.filter(lent_on__gte=start, lent_on__lt=end)

    def holding(self) -> Self:
        """Whoever has a device or waits for one: what counts against 1世帯1台."""
        return self.filter(state__in=(Loan.State.WAITING, Loan.State.LENT))

    def waiting(self) -> Self:
        """In the order of their applications."""
        return self.filter(state=Loan.State.WAITING).order_by("applied_on", "pk")

    def overdue(self) -> Self:
        """Still with the borrower after the day it was due; the due day itself is in time."""
        return self.filter(state=Loan.State.LENT, due_on__lt=calendar.today()).order_by("due_on", "pk")

    def for_list(self) -> Self:
        return self.defer("name", "kana", "phone", "address").select_related("kind", "kind__centre")


class Loan(models.Model):
    """One application and what became of it. Who borrows is sealed under a key of their own; the rest counts.

    An age is asked for and not kept: only whether the condition is met. `exceptions` names the conditions that were
    not met and let pass, with the reason.
    """

    OWNER_KIND: ClassVar[str] = "borrower"
    SEALED: ClassVar[tuple[str, ...]] = ("name", "kana", "phone", "address")

    class State(models.TextChoices):
        WAITING = "WAITING", _("貸出待ち")
        LENT = "LENT", _("貸出中")
        RETURNED = "RETURNED", _("返却済み")
        LOST = "LOST", _("紛失")
        WITHDRAWN = "WITHDRAWN", _("取下げ")

    class Household(models.TextChoices):
        SAME = "SAME", _("同じ世帯")
        DIFFERENT = "DIFFERENT", _("別の世帯")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # With the kind, as those who look up persons ask by centre.
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="loans")
    kind = models.ForeignKey(DeviceKind, models.PROTECT, related_name="loans")
    name = SealedField(label="borrower.name")
    kana = SealedField(label="borrower.kana")
    phone = SealedField(label="borrower.phone")
    address = SealedField(label="borrower.address")
    area = models.CharField(_("地区"), max_length=32, blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.WAITING)
    device_no = models.CharField(_("機器番号"), max_length=30, blank=True)
    applied_on = models.DateField(_("申込日"))
    lent_on = models.DateField(_("貸出日"), null=True)
    due_on = models.DateField(_("返却期限"), null=True)
    ended_on = models.DateField(_("返却日"), null=True)
    exceptions = models.JSONField(default=list)
    # Longer than what may be typed: a mask such as 〔生年月日〕 is longer than what it hides.
    exception_reason = models.CharField(_("例外とした理由"), max_length=600, blank=True)
    note = models.CharField(_("メモ"), max_length=600, blank=True)
    # Uids of loans and applications that were perhaps of one household, but for a room left out; then the answer.
    perhaps_same = models.JSONField(default=list)
    household = models.CharField(max_length=9, choices=Household.choices, blank=True)
    forgotten_on = models.DateField(null=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = LoanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="loan_days_follow_its_state",
                condition=Q(state="LENT", lent_on__isnull=False, ended_on__isnull=True)
                | Q(state__in=("RETURNED", "LOST"), lent_on__isnull=False, ended_on__isnull=False)
                | Q(state__in=("WAITING", "WITHDRAWN"), lent_on__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["kind", "device_no"],
                condition=Q(state="LENT") & ~Q(device_no=""),
                name="device_lent_once",
            ),
        ]
        indexes = [models.Index(fields=["kind", "state", "applied_on"], name="loan_by_state")]

    def __str__(self) -> str:
        return f"{self.applied_on} {self.state}"

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)

    @property
    def is_overdue(self) -> bool:
        return self.state == self.State.LENT and self.due_on is not None and self.due_on < calendar.today()

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.RETURNED, self.State.LOST, self.State.WITHDRAWN)

    @property
    def asks_household(self) -> bool:
        """Whether somebody still has to say if it is one household with another."""
        return bool(self.perhaps_same) and not self.household and not self.forgotten_on

    @property
    def exception_words(self) -> list[str]:
        return [str(EXCEPTIONS[code]) for code in self.exceptions if code in EXCEPTIONS]


HOUSEHOLD: Final = "HOUSEHOLD"
AGE: Final = "AGE"
EXCEPTIONS: Final = {HOUSEHOLD: _("同じ世帯に貸出か申込みがある"), AGE: _("対象の年齢に達していない")}


class DeviceMove(models.Model):
    """One change of the counts of a kind. `number` is above zero, but for a count by hand, which goes either way."""

    class What(models.TextChoices):
        RECEIVED = "RECEIVED", _("受入れ")
        LENT = "LENT", _("貸出")
        RETURNED = "RETURNED", _("返却")
        RETURNED_BROKEN = "RETURNED_BROKEN", _("返却(故障)")
        LOST = "LOST", _("紛失")
        BROKEN = "BROKEN", _("故障")
        REPAIRED = "REPAIRED", _("修理して戻した")
        DISPOSED = "DISPOSED", _("廃棄")
        COUNTED = "COUNTED", _("棚卸しの訂正")

    kind = models.ForeignKey(DeviceKind, models.PROTECT, related_name="moves")
    what = models.CharField(_("動き"), max_length=16, choices=What.choices)
    number = models.IntegerField(_("数"))
    on = models.DateField(_("日"))
    loan = models.ForeignKey(Loan, models.PROTECT, null=True, related_name="moves")
    reason = models.CharField(_("理由"), max_length=600, blank=True)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="device_move_has_a_number",
                condition=Q(number__gt=0) | (Q(what="COUNTED") & ~Q(number=0)),
            ),
            models.CheckConstraint(
                name="device_count_has_a_reason", condition=~Q(what="COUNTED") | ~Q(reason="")
            ),
        ]
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.on} {self.what} {self.number}"


class LoanReminder(models.Model):
    """A letter that asked for a device back: its number, how often that was, and its bytes, sealed, never made anew.

    Those of before letters were kept have neither number nor bytes.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    loan = models.ForeignKey(Loan, models.CASCADE, related_name="reminders")
    centre = models.ForeignKey(Centre, models.PROTECT, null=True, related_name="+")
    fiscal_year = models.PositiveIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    times = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    made_on = models.DateField()
    made_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "fiscal_year", "number"], name="loan_reminder_number_once"
            ),
            models.CheckConstraint(
                name="loan_reminder_kept_whole",
                condition=Q(digest="")
                | Q(
                    centre__isnull=False,
                    fiscal_year__isnull=False,
                    number__isnull=False,
                    made_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.made_on}"

    @property
    def sealed_owner(self) -> Owner:
        return Owner(Loan.OWNER_KIND, self.uid)

    @property
    def shown_number(self) -> str:
        """`令和8年度 返第3号`, as it stands on the paper; empty for one of before."""
        if self.fiscal_year is None:
            return ""
        first = calendar.fiscal_year_range(self.fiscal_year)[0]
        return f"{calendar.wareki_year(first)}度 返第{self.number}号"
