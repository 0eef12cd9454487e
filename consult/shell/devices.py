"""From which device somebody worked: one row per sign-in, so that a lost PC can be asked what it had on its screen.

A device is one browser of one machine, known by a random number in a signed cookie. It tells nothing about the
person, and nothing of what a browser says of itself is kept but family and system.
"""

import ipaddress
import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import presence
from cases.jobs import registry
from cases.law import calendar
from cases.presence import Span
from cases.records.centre import Centre
from consult.shell.accounts import Account

COOKIE: Final = "device"
KEPT: Final = timedelta(days=3 * 365 + 1)
"""Three years: as long as a leak that is found late may be asked about."""
_SALT: Final = "consult.shell.devices"
_COOKIE_SECONDS: Final = 400 * 24 * 60 * 60  # what browsers allow at most; renewed at each sign-in
_SESSION_NAME: Final = "signed_in"
# The first that fits: Edge and Opera call themselves Chrome too, and everybody calls themselves Safari.
_BROWSERS: Final = (
    ("Edge", r"\bEdg(?:A|iOS|e)?/"), ("Opera", r"\bOPR/"), ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|CriOS)/"), ("Safari", r"\bSafari/"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("Windows", r"\bWindows\b"), ("Android", r"\bAndroid\b"), ("iOS", r"\b(?:iPhone|iPad)\b"),
    ("macOS", r"\bMac OS X\b"), ("ChromeOS", r"\bCrOS\b"), ("Linux", r"\bLinux\b"),
)  # fmt: skip


class SignedIn(models.Model):
    """One sign-in: who, from which device and address, from when until when.

    `ended_at` is empty where nobody signed out: the session then ended by itself after SESSION_COOKIE_AGE.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    device_uid = models.UUIDField()
    device = models.CharField(gettext_lazy("端末"), max_length=40, blank=True)
    address = models.GenericIPAddressField(gettext_lazy("アドレス"), null=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["device_uid", "-at"], name="signed_in_device")]

    def __str__(self) -> str:
        return str(self.device_uid)

    @property
    def last_at(self) -> datetime:
        """The last moment at which something could be seen."""
        latest = self.at + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return min(self.ended_at or latest, latest)


@dataclass(frozen=True)
class KnownDevice:
    """A device as people recognise it: by what it is, where it was and who sat there last."""

    uid: uuid.UUID
    label: str


def begin(request: HttpRequest, account: Account) -> SignedIn:
    """Note a sign-in that has just been let through. In the caller's transaction.

    The session then ends at a fixed moment, whatever is written to it later: the row says until when at most.
    """
    row = SignedIn.objects.create(
        account=account,
        device_uid=_device_of(request) or uuid.uuid4(),
        device=words_of(request.headers.get("User-Agent", "")),
        address=address_of(request),
    )
    request.session[_SESSION_NAME] = str(row.uid)
    request.session.set_expiry(row.last_at)
    return row


def end(request: HttpRequest) -> None:
    """Note that whoever is signed in at this browser is so no longer; nothing where nobody is."""
    uid = request.session.get(_SESSION_NAME)
    if uid:
        SignedIn.objects.filter(uid=uid, ended_at=None).update(ended_at=timezone.now())


def end_all(account: Account) -> None:
    """Note that the account was signed out everywhere."""
    SignedIn.objects.filter(account=account, ended_at=None).update(ended_at=timezone.now())


def remember(response: HttpResponse, row: SignedIn) -> None:
    """Let the browser carry its device's number, out of reach of scripts and of other sites."""
    response.set_signed_cookie(
        COOKIE,
        row.device_uid.hex,
        salt=_SALT,
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _device_of(request: HttpRequest) -> uuid.UUID | None:
    """The number in the cookie; None where there is none or it was not signed here."""
    text = request.get_signed_cookie(COOKIE, default=None, salt=_SALT)
    return uuid.UUID(hex=text) if text else None


def words_of(agent: str) -> str:
    """「Windows Edge」 of what a browser says of itself; empty where it is neither known."""
    found = [
        next((name for name, pattern in names if re.search(pattern, agent)), "")
        for names in (_SYSTEMS, _BROWSERS)
    ]
    return " ".join(filter(None, found))


def address_of(request: HttpRequest) -> str | None:
    """The address that the server sees; behind the proxy of HTTPS the one that the proxy saw; None where there is none.

    A proxy puts what it saw at the end of X-Forwarded-For; what stands before is the visitor's own word.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or seen
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return None


def known(centre: Centre) -> list[KnownDevice]:
    """The devices from which accounts of the centre signed in, the last used first."""
    rows = SignedIn.objects.filter(account__centre=centre)
    last = rows.filter(device_uid=OuterRef("device_uid")).order_by("-at", "-pk").values("pk")[:1]
    newest = rows.annotate(last=Subquery(last)).filter(pk=F("last")).select_related("account")
    return [KnownDevice(row.device_uid, _label(row)) for row in newest]


def _label(row: SignedIn) -> str:
    """The first letters of its number tell apart what looks alike; the log shows them too."""
    return _("%(device)s、%(address)s、最後 %(at)s %(name)s(%(uid)s)") % {
        "device": row.device or _("種類の分からない端末"),
        "address": row.address or _("アドレスなし"),
        "at": f"{row.at.astimezone(calendar.TOKYO):%Y-%m-%d %H:%M}",
        "name": row.account,
        "uid": str(row.device_uid)[:8],
    }


def spans(devices: Collection[uuid.UUID], centre: Centre) -> list[Span]:
    """When accounts of the centre worked at these devices."""
    rows = SignedIn.objects.filter(device_uid__in=list(devices), account__centre=centre)
    return [Span(row.at, row.last_at, row.account.uid) for row in rows.select_related("account")]


def clean_up() -> None:
    """Rows older than three years go."""
    SignedIn.objects.filter(at__lt=timezone.now() - KEPT).delete()


def register() -> None:
    """Called once when the app is ready."""
    registry.every(seconds=24 * 3600, name="devices.clean_up")(clean_up)
    presence.register_devices("signed in", spans)
