"""Centres, their districts, and the one scope rule: who may see the cases of which centre."""

import uuid
from datetime import time
from typing import Final, Protocol

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.records.ages import SENIOR_FROM

# 高齢者 from and 若者 up to this age, where a centre set nothing else; and what it can set: limits that bands of ages
# can tell (`cases.records.ages`).
YOUNG_TO: Final = 29
SENIOR_LIMITS: Final = (60, 65, 70, 75)
YOUNG_LIMITS: Final = (17, 19, 29, 39)


class Actor(Protocol):
    """Whoever acts: an account of staff, or the system itself (`cases.records.centre.SYSTEM`)."""

    @property
    def pk(self) -> int | None: ...
    @property
    def uid(self) -> uuid.UUID: ...
    @property
    def role(self) -> str: ...
    @property
    def centre_ids(self) -> frozenset[int]: ...


class System:
    """The machine acting for itself: imports by command, the worker. It sees every centre."""

    pk = None
    uid = uuid.UUID(int=0)
    role = "SYSTEM"

    @property
    def centre_ids(self) -> frozenset[int]:
        return frozenset(Centre.objects.values_list("pk", flat=True))


SYSTEM = System()


class Centre(models.Model):
    """A 消費生活センター or 相談窓口. Its `uid`, never its name, is bound into keys."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("センターコード"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    name_en = models.CharField(_("英語名称"), max_length=100, blank=True)
    prefecture = models.CharField(_("都道府県"), max_length=20, blank=True)
    municipality = models.CharField(_("市区町村"), max_length=40, blank=True)
    phone = models.CharField(_("相談電話"), max_length=20, blank=True)
    is_made_up = models.BooleanField(_("架空のセンター"), default=False)
    # Whom this centre's figures call 高齢者 and 若者.
    senior_from = models.PositiveSmallIntegerField(_("高齢者とする年齢(以上)"), default=SENIOR_FROM)
    young_to = models.PositiveSmallIntegerField(_("若者とする年齢(以下)"), default=YOUNG_TO)
    # The version of its table of codes of before (`cases.figures.code_maps`); none is the shipped one.
    code_map = models.UUIDField(null=True, editable=False)
    # When calls are taken on a working day: what a silence is measured in.
    opens_at = models.TimeField(_("開所"), default=time(9))
    closes_at = models.TimeField(_("閉所"), default=time(17))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="centre_age_limits_of_bands",
                condition=models.Q(senior_from__in=SENIOR_LIMITS) & models.Q(young_to__in=YOUNG_LIMITS),
            ),
            models.CheckConstraint(
                name="centre_closes_after_it_opens", condition=models.Q(opens_at__lt=models.F("closes_at"))
            ),
        ]

    def __str__(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" and self.name_en else self.name


class Area(models.Model):
    """A district of a centre's municipality, as a code on cases. 市外・国外・不明 hold for every centre."""

    OUTSIDE = "OUTSIDE"
    ABROAD = "ABROAD"
    UNKNOWN = "UNKNOWN"
    EVERYWHERE = {OUTSIDE: _("市外"), ABROAD: _("国外"), UNKNOWN: _("不明")}

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="areas")
    code = models.CharField(_("地区コード"), max_length=32)
    label = models.CharField(_("地区"), max_length=60)
    label_en = models.CharField(_("地区(英語)"), max_length=60, blank=True)
    position = models.PositiveIntegerField(default=0)
    # Beginnings of the postal codes that lie in it: 3 to 7 digits each, parted by commas (`districts.derive_area`).
    postcodes = models.TextField(_("郵便番号"), blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "code"], name="area_once_per_centre")]
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The label in the reader's language."""
        return self.label_en if get_language() == "en" and self.label_en else self.label


def area_choices(centre: Centre) -> list[tuple[str, str]]:
    """(code, label) of the centre's districts, then 市外・国外・不明."""
    own = [(area.code, area.text) for area in centre.areas.all()]
    return own + [(code, str(label)) for code, label in Area.EVERYWHERE.items()]
