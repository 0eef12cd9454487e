"""Changes to accounts: one function each. An account is stopped, never deleted: the log keeps pointing at it."""

import uuid
from collections.abc import Callable, Sequence
from typing import ClassVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from consult.shell import devices, roles
from consult.shell.accounts import Account

_USERNAME = RegexValidator(r"\A[A-Za-z0-9._@-]{2,64}\Z")


class AccountRefused(CasesError):
    """What was typed cannot be an account; `errors` maps field names to reasons."""

    code: ClassVar[str] = "account_refused"
    status: ClassVar[int] = 422

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(_("入力内容を確認してください。"))


class NotOneself(CasesError):
    """Nobody takes their own access away: they could not give it back."""

    code: ClassVar[str] = "not_oneself"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("自分自身を停止したり、自分から利用者の管理を外したりはできません。"))


class LastManagerOfAccounts(CasesError):
    """Somebody at the centre must be able to manage its accounts."""

    code: ClassVar[str] = "last_manager_of_accounts"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("利用者を管理できる人がいなくなるため、できません。先に別の人に役割を付けてください。")
        )


_when_stopped: dict[str, Callable[[Account], None]] = {}


def when_stopped(name: str, forget: Callable[[Account], None]) -> None:
    """From now on `forget(account)` runs in the transaction that stops an account: what is its own alone goes."""
    if name in _when_stopped:
        raise ValueError(f"{name} is registered twice")
    _when_stopped[name] = forget


@transaction.atomic
def add_account(
    *, username: str, display_name: str, role_codes: Sequence[str], password: str, by: Account
) -> Account:
    """A new account at the actor's centre. Raises AccountRefused."""
    account = Account(username=username, display_name=display_name, centre=by.centre)
    errors = {**_faults(display_name, role_codes), **_password_faults(password, account)}
    if fault := _username_fault(username):
        errors["username"] = fault
    if errors:
        raise AccountRefused(errors)
    account = Account.objects.create_account(
        username,
        password,
        centre=by.centre,
        role_codes=_ordered(role_codes),
        display_name=display_name.strip(),
    )
    _recorded("ACCOUNT_ADDED", account, by, ["role_codes"])
    return account


@transaction.atomic
def change_account(uid: uuid.UUID, *, display_name: str, role_codes: Sequence[str], by: Account) -> Account:
    """Another name or other roles. Raises Account.DoesNotExist, AccountRefused, NotOneself, LastManagerOfAccounts."""
    account = _locked(uid, by)
    if errors := _faults(display_name, role_codes):
        raise AccountRefused(errors)
    ordered = _ordered(role_codes)
    wanted = {"display_name": display_name.strip(), "role_codes": ordered}
    changed = [name for name, value in wanted.items() if getattr(account, name) != value]
    if not changed:
        return account
    if roles.MANAGE_ACCOUNTS not in roles.permissions_of(ordered):
        _require_another_manager(account, by)
    for name in changed:
        setattr(account, name, wanted[name])
    account.save(update_fields=changed)
    _recorded("ACCOUNT_CHANGED", account, by, changed)
    return account


@transaction.atomic
def stop_account(uid: uuid.UUID, *, by: Account) -> Account:
    """The account can no longer sign in, and is signed out at its next step.

    Raises Account.DoesNotExist, NotOneself, LastManagerOfAccounts.
    """
    account = _locked(uid, by)
    if account.is_active:
        _require_another_manager(account, by, is_stopping=True)
        account.is_active = False
        account.save(update_fields=["is_active"])
        devices.end_all(account)
        for forget in _when_stopped.values():
            forget(account)
        _recorded("ACCOUNT_STOPPED", account, by)
    return account


@transaction.atomic
def restore_account(uid: uuid.UUID, *, by: Account) -> Account:
    """A stopped account can sign in again. Raises Account.DoesNotExist."""
    account = _locked(uid, by)
    if not account.is_active:
        account.is_active = True
        account.save(update_fields=["is_active"])
        _recorded("ACCOUNT_RESTORED", account, by)
    return account


@transaction.atomic
def set_password(uid: uuid.UUID, *, password: str, by: Account) -> Account:
    """Another password; whoever is signed in with the old one is signed out.

    Raises Account.DoesNotExist, AccountRefused.
    """
    account = _locked(uid, by)
    if errors := _password_faults(password, account):
        raise AccountRefused(errors)
    account.set_password(password)
    account.save(update_fields=["password"])
    devices.end_all(account)
    _recorded("PASSWORD_SET", account, by)
    return account


def _locked(uid: uuid.UUID, by: Account) -> Account:
    """The account, with all of its centre locked: two people cannot stop each other at the same moment."""
    held = {
        row.uid: row for row in Account.objects.select_for_update().filter(centre=by.centre).order_by("pk")
    }
    if uid not in held:
        raise Account.DoesNotExist
    return held[uid]


def _require_another_manager(account: Account, by: Account, *, is_stopping: bool = False) -> None:
    """Raises where `account` is the actor, or the last that can manage accounts and would no longer be."""
    loses = account.may(roles.MANAGE_ACCOUNTS)
    if account.pk == by.pk and (loses or is_stopping):
        raise NotOneself
    others = Account.objects.filter(centre=by.centre).exclude(pk=account.pk)
    if loses and not any(other.may(roles.MANAGE_ACCOUNTS) for other in others):
        raise LastManagerOfAccounts


def _recorded(action: str, account: Account, by: Account, fields: Sequence[str] = ()) -> None:
    audit.record(action, by=by, centre=by.centre, fields=fields, reason=str(account.uid))


def _ordered(role_codes: Sequence[str]) -> list[str]:
    return [code for code in roles.ROLES if code in role_codes]


def _faults(display_name: str, role_codes: Sequence[str]) -> dict[str, str]:
    errors = {}
    if not 0 < len(display_name.strip()) <= 60:
        errors["display_name"] = _("表示名を60文字以内で入力してください。")
    if not role_codes or set(role_codes) - set(roles.ROLES):
        errors["role_codes"] = _("役割を1つ以上選んでください。")
    return errors


def _username_fault(username: str) -> str:
    try:
        _USERNAME(username)
    except ValidationError:
        return _("利用者IDは、半角の英数字と . _ @ - で2文字から64文字までにしてください。")
    if Account.objects.filter(username__iexact=username).exists():
        return _("この利用者IDは使われています。")
    return ""


def _password_faults(password: str, account: Account) -> dict[str, str]:
    try:
        validate_password(password, account)
    except ValidationError as refusal:
        return {"password": " ".join(refusal.messages)}
    return {}
