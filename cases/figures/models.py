"""Rows of the figures room: the signed log of facts, and figures published before."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CaseFact(models.Model):
    """One signed, coded statement about one case or one 経過; only `cases.figures.facts` writes, and only appends.

    A correction is −1 of what was stated, then +1 of what holds now: the sum over `seq <= n` is the figure as
    of n, for good. There is no foreign key: facts outlive erased cases, then without uids.
    Unknown amounts, ages, minutes and dates are NULL; an empty code is "not entered".
    """

    class What(models.TextChoices):
        CASE = "CASE", _("相談")
        # A 経過 of a case: its own day, kind and minutes, everything else as it is in the case.
        CONTACT = "CONTACT", _("経過")

    seq = models.BigAutoField(primary_key=True)
    sign = models.SmallIntegerField()
    what = models.CharField(max_length=8, choices=What.choices, default=What.CASE)
    case_uid = models.UUIDField(null=True, db_index=True)
    contact_uid = models.UUIDField(null=True)
    centre = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=8)

    # 受付日; of a 経過 the day it happened.
    received_on = models.DateField()
    closed_on = models.DateField(null=True)
    fiscal_year = models.PositiveSmallIntegerField()

    # 契約当事者
    age = models.PositiveSmallIntegerField(null=True)
    age_band = models.CharField(max_length=16)
    sex = models.CharField(max_length=32)
    area = models.CharField(max_length=32)
    occupation = models.CharField(max_length=32)
    relation = models.CharField(max_length=32)
    # "YES" or "NO": 判断不十分者契約.
    impaired = models.CharField(max_length=8, default="")

    # 相談者; where the 契約当事者 called, the same as above.
    caller_age_band = models.CharField(max_length=16, default="")
    caller_sex = models.CharField(max_length=32, default="")
    caller_area = models.CharField(max_length=32, default="")
    caller_occupation = models.CharField(max_length=32, default="")

    scam_main = models.CharField(max_length=32)
    # Every 手口 of the case, 主 first, joined by "|"; 内容別分類 likewise.
    scams = models.TextField()
    issue_main = models.CharField(max_length=32, default="")
    issues = models.TextField(default="")
    product = models.CharField(max_length=32)
    # 中分類 and 大分類 of the product when the fact was stated; the product itself where it stands that high.
    product_middle = models.CharField(max_length=32, default="")
    product_class = models.CharField(max_length=32)
    sales_method = models.CharField(max_length=32)
    channel = models.CharField(max_length=32)
    route = models.CharField(max_length=32, default="")
    kind = models.CharField(max_length=32)
    continuity = models.CharField(max_length=32, default="")
    outcome = models.CharField(max_length=32)
    harm = models.CharField(max_length=32, default="")
    harm_kind = models.CharField(max_length=32, default="")
    harm_degree = models.CharField(max_length=32, default="")

    contract_yen = models.BigIntegerField(null=True)
    paid_yen = models.BigIntegerField(null=True)
    recovered_yen = models.BigIntegerField(null=True)

    contact_kind = models.CharField(max_length=32, default="")
    minutes = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="fact_sign_is_one", condition=Q(sign__in=(-1, 1))),
            models.CheckConstraint(
                name="fact_is_of_case_or_contact", condition=Q(what__in=("CASE", "CONTACT"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sign:+d} {self.seq}"


class FactLog(models.Model):
    """The one row that names the log. Whoever changes old facts (erasure) gives it a new `uid`, and every copy
    of the log outside the database is then made anew."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    uid = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [models.CheckConstraint(name="fact_log_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.uid)


class PublishedFigure(models.Model):
    """A figure printed elsewhere or before this system: shown beside our counts, never added to them.

    `place`: whose figure it is where it is not the centre's own (a neighbouring city, the prefecture). `dimension` and
    `code` say which part it counts (年代, 60S) where ours has such a part; `label` and `year` are as printed
    (`cases.figures.history` reads the year).
    """

    centre = models.ForeignKey("cases.Centre", models.PROTECT, null=True, related_name="published_figures")
    place = models.CharField(_("どこの値か"), max_length=100, blank=True)
    name = models.CharField(_("項目"), max_length=100)
    dimension = models.CharField(_("集計項目"), max_length=32, blank=True)
    code = models.CharField(_("区分コード"), max_length=32, blank=True)
    label = models.CharField(_("区分"), max_length=100, blank=True)
    year = models.CharField(_("年・年度"), max_length=20)
    value = models.DecimalField(_("値"), max_digits=18, decimal_places=4)
    unit = models.CharField(_("単位"), max_length=10)
    definition = models.TextField(_("定義"))
    source = models.CharField(_("出典"), max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "place", "name", "dimension", "label", "year"],
                name="published_figure_once_per_centre",
            ),
            models.UniqueConstraint(
                fields=["place", "name", "dimension", "label", "year"],
                condition=Q(centre__isnull=True),
                name="published_figure_once",
            ),
            models.CheckConstraint(name="published_figure_has_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.place, self.name, self.label, self.year)))


class CodeMapVersion(models.Model):
    """Which codes of before count under which, as one centre decided; a change makes the next number, none is altered.

    `lines` is the whole table, [kind, old, new] each; `new` is empty where nothing of today compares. The centre's
    `code_map` names the one in force; where it names none, the shipped table holds (number 0).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("版"))
    lines = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["centre", "number"], name="code_map_number_once")]

    def __str__(self) -> str:
        return str(self.number)


class FigureFile(models.Model):
    """A file of published figures that was read and waits for a person's word: its lines as JSON, no file."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+")
    lines = models.JSONField()
    received_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return str(self.uid)
