"""Accounts of staff. An account belongs to one centre and holds roles."""

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Centre
from consult.shell import roles

DEMO_PASSWORD: Final = "madoguchi-demo"  # noqa: S105 - printed at start, made-up data only


class AccountManager(BaseUserManager["Account"]):
    def create_account(
        self, username: str, password: str, *, centre: Centre, role_codes: list[str], display_name: str = ""
    ) -> "Account":
        """A new account that can sign in. The caller has validated the password."""
        account = self.model(
            username=self.model.normalize_username(username),
            centre=centre,
            role_codes=role_codes,
            display_name=display_name or username,
        )
        account.set_password(password)
        account.save(using=self._db)
        return account

    def holding(self, centre: Centre, permission: str) -> "list[Account]":
        """The working accounts of a centre that hold a permission (roles are JSON, so they are read, not queried)."""
        at_work = self.filter(centre=centre, is_active=True).order_by("display_name", "pk")
        return [account for account in at_work if account.may(permission)]


class Account(AbstractBaseUser):
    """One person of the staff. `uid` goes into the audit log."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(_("利用者ID"), max_length=64, unique=True)
    display_name = models.CharField(_("表示名"), max_length=60)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="accounts")
    role_codes = models.JSONField(_("役割"), default=list)
    language = models.CharField(
        _("言語"), max_length=5, choices=[("ja", "日本語"), ("en", "English")], default="ja"
    )
    is_active = models.BooleanField(_("有効"), default=True)

    objects = AccountManager()

    USERNAME_FIELD: ClassVar[str] = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.display_name

    @property
    def role(self) -> str:
        """The roles as one text, for the audit log."""
        return "+".join(self.role_codes)

    @property
    def role_labels(self) -> list[str]:
        return [str(roles.ROLES[code].label) for code in self.role_codes if code in roles.ROLES]

    @property
    def centre_ids(self) -> frozenset[int]:
        """The centres whose cases this account may meet (`cases.records.centre.Actor`)."""
        return frozenset({self.centre_id})

    def may(self, permission: str) -> bool:
        return self.is_active and permission in roles.permissions_of(self.role_codes)

    def has_perm(self, perm: str, _obj: Any = None) -> bool:
        return self.may(perm)


@dataclass(frozen=True)
class DemoSignIn:
    role: str
    username: str
    password: str


DEMO_ACCOUNTS: Final = (
    ("COUNSELLOR", "soudan", _("窓口 花子")),
    ("MANAGER", "kanri", _("管理 太郎")),
    ("APPROVER", "kessai", _("決裁 恵")),
    ("OUTREACH", "keihatsu", _("啓発 咲")),
    ("ADMIN", "system", _("庁内 守")),
)


def make_demo_accounts(centre: Centre) -> None:
    """One account per role at a made-up centre. Raises ValueError for a real one."""
    if not centre.is_made_up:
        raise ValueError("demo accounts belong to made-up centres")
    for role, username, name in DEMO_ACCOUNTS:
        if not Account.objects.filter(username=username).exists():
            Account.objects.create_account(
                username, DEMO_PASSWORD, centre=centre, role_codes=[role], display_name=str(name)
            )


def demo_sign_ins() -> list[DemoSignIn]:
    """The sign-ins that the start-up prints; empty where there is no demo data."""
    usernames = set(
        Account.objects.filter(centre__is_made_up=True, is_active=True).values_list("username", flat=True)
    )
    return [
        DemoSignIn(str(roles.ROLES[role].label), username, DEMO_PASSWORD)
        for role, username, _name in DEMO_ACCOUNTS
        if username in usernames
    ]
