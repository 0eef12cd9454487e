"""Rows of the bulletins room: 見守り通信, the steps each took, and its PDF."""

import hashlib
import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Actor, Centre
from outreach.years import fiscal_year_name


def digest_of(*texts: str) -> str:
    """32 hexadecimal digits of SHA-256 over the texts and where each ends."""
    return hashlib.sha256("\x00".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def visible_to(self, actor: Actor) -> Self:
        """Bulletins of the actor's centres; others do not exist for them."""
        return self.filter(centre_id__in=actor.centre_ids)

    def waiting_afterwards(self) -> Self:
        """Issued in a hurry, and nobody has approved or objected since."""
        objected = BulletinStep.objects.filter(bulletin=OuterRef("pk"), kind=BulletinStep.Kind.OBJECTED)
        return self.filter(~Exists(objected), is_urgent=True, approver__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


class Bulletin(models.Model):
    """One issue of the 見守り通信. It holds no personal data: every text is masked when it is saved."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("下書き")
        IN_REVIEW = "IN_REVIEW", _("確認待ち")
        RETURNED = "RETURNED", _("差し戻し")
        APPROVED = "APPROVED", _("承認済み")
        ISSUED = "ISSUED", _("発行済み")

    class Period(models.TextChoices):
        """Which count of the 手口 is printed, if it is large enough."""

        NONE = "NONE", _("件数を載せない")
        FOUR_WEEKS = "FOUR_WEEKS", _("直近4週の件数を載せる")
        FISCAL_YEAR = "FISCAL_YEAR", _("今年度の件数を載せる")

    class Audience(models.TextChoices):
        """Who reads it: the gate hides more from the public."""

        MEMBERS = "members", _("見守りネットワークの構成員")
        PUBLIC = "public", _("一般(広報紙・ホームページ)")

    EDITABLE: ClassVar = (State.DRAFT, State.RETURNED)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="bulletins")
    fiscal_year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveSmallIntegerField(_("号"), null=True)
    theme = models.CharField(_("手口"), max_length=32, blank=True)
    # Longer than what may be typed: a mask such as 〔生年月日〕 is longer than what it hides.
    title = models.CharField(_("題"), max_length=120)
    example = models.TextField(_("事例"), blank=True)
    more_examples = models.JSONField(_("ほかの事例"), default=list)
    # The report examples that its writer had beside them, as uids: texts of a person, never cases.
    sources = models.JSONField(default=list)
    advice = models.JSONField(_("ひとこと助言"), default=list)
    signs = models.JSONField(_("気づきのポイント"), default=list)
    period = models.CharField(_("件数"), max_length=12, choices=Period.choices, default=Period.NONE)
    audience = models.CharField(_("読む人"), max_length=8, choices=Audience.choices, default=Audience.MEMBERS)
    release = models.ForeignKey("cases.Release", models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Nobody else worked at the centre: its author approved it, and somebody looks at that later.
    approved_alone = models.BooleanField(default=False)
    # Issued because it could not wait, before anybody approved it; why, as its writer typed it.
    is_urgent = models.BooleanField(_("至急"), default=False)
    urgent_reason = models.CharField(_("至急の理由"), max_length=400, blank=True, default="")
    # The surge that it answers (`cases` knows its card); no foreign key, as a bulletin outlives it.
    wave = models.UUIDField(null=True, editable=False)
    job = models.ForeignKey("cases.Job", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    issued_at = models.DateTimeField(_("発行日時"), null=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "fiscal_year", "number"], name="bulletin_number_once"),
            models.CheckConstraint(
                name="bulletin_issued_is_whole",
                condition=(
                    Q(state="ISSUED")
                    & Q(number__isnull=False, fiscal_year__isnull=False, issued_at__isnull=False)
                    & (Q(approver__isnull=False) | Q(is_urgent=True))
                )
                | (
                    ~Q(state="ISSUED")
                    & Q(number__isnull=True, fiscal_year__isnull=True, issued_at__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="bulletin_approved_by_other",
                condition=Q(approver__isnull=True) | ~Q(approver=models.F("author")) | Q(approved_alone=True),
            ),
            models.CheckConstraint(
                name="bulletin_urgent_prints_no_number",
                condition=Q(is_urgent=False) | (Q(period="NONE") & ~Q(urgent_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["centre", "-created_at"], name="bulletin_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def examples(self) -> list[str]:
        """The examples that there are, in their order."""
        return [example for example in (self.example, *self.more_examples) if example]

    @property
    def words(self) -> list[str]:
        """Every text that its writer typed, in the order of the paper."""
        return [self.title, *self.examples, *self.advice, *self.signs]

    @property
    def digest(self) -> str:
        """Of its words: a kept variant knows by it what it was written from."""
        return digest_of(*self.words)

    @property
    def is_editable(self) -> bool:
        return self.state in self.EDITABLE

    @property
    def said_of_hurry(self) -> str:
        """What the entry of the log about its issue in a hurry says."""
        return f"{self.uid} {self.urgent_reason}"

    @property
    def issue_name(self) -> str:
        """「令和8年度 第3号」, or that the number is given at issue."""
        if self.number is None or self.fiscal_year is None:
            return gettext("号数は発行時に付きます")
        return gettext("%(year)s 第%(number)d号") % {
            "year": fiscal_year_name(self.fiscal_year),
            "number": self.number,
        }


class BulletinStep(models.Model):
    """Who did what with a bulletin, and when."""

    class Kind(models.TextChoices):
        STARTED = "STARTED", _("作成")
        SUBMITTED = "SUBMITTED", _("確認依頼")
        RETURNED = "RETURNED", _("差し戻し")
        APPROVED = "APPROVED", _("承認")
        ISSUED = "ISSUED", _("発行")
        URGENT = "URGENT", _("至急で発行(承認前)")
        AFTERWARDS = "AFTERWARDS", _("発行後の承認")
        OBJECTED = "OBJECTED", _("発行後の不承認")
        VARIANT = "VARIANT", _("手直しした文の承認")

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    comment = models.CharField(_("コメント"), max_length=1200, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.kind


class BulletinPaper(models.Model):
    """The PDF of an issued bulletin, kept byte for byte."""

    bulletin = models.OneToOneField(Bulletin, models.CASCADE, related_name="paper")
    pdf = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"


class BulletinVariant(models.Model):
    """A short output as somebody worked it over, or the やさしい日本語 that somebody typed. Masked when it is saved.

    It is approved when a genuine entry of the log says so of these very words (`said`); no column tells it.
    """

    class Kind(models.TextChoices):
        WARD = "ward", _("広報紙")
        SHORT = "short", _("140字")
        READING = "reading", _("読み上げ")
        EASY = "easy", _("やさしい日本語")

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="variants")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(_("題"), max_length=120, blank=True)
    text = models.TextField(_("文"))
    of_digest = models.CharField(max_length=32)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "kind"], name="bulletin_variant_once")]

    def __str__(self) -> str:
        return self.kind

    @property
    def said(self) -> str:
        """What the entry of the log about its approval says: which words of which bulletin."""
        return f"{self.bulletin.uid} {self.kind} {digest_of(self.title, self.text)}"

    @property
    def is_of_these_words(self) -> bool:
        """Whether the bulletin still reads as it did when the variant was written."""
        return self.of_digest == self.bulletin.digest


class BulletinRules(models.Model):
    """What a centre calls too long, too many kanji, too many pages. No row: the usual ones (`rules.USUAL`)."""

    centre = models.OneToOneField(Centre, models.PROTECT, related_name="+")
    sentence_letters = models.PositiveSmallIntegerField(_("1文の長さ(字)"))
    kanji_percent = models.PositiveSmallIntegerField(_("漢字の割合(%)"))
    large_pages = models.PositiveSmallIntegerField(_("大きな文字のページ数"))
    reading_morae = models.PositiveSmallIntegerField(_("読み上げる速さ(1分間の拍数)"))
    spoken_letters = models.PositiveSmallIntegerField(_("読み上げの1文の長さ(字)"))

    def __str__(self) -> str:
        return str(self.centre)
