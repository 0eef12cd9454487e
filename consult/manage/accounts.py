"""利用者: who may sign in at this centre, and as what."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.records.case import Case
from consult.shell import roles, staff
from consult.shell.accounts import Account
from consult.shell.fields import tell
from consult.shell.staff import AccountRefused, LastManagerOfAccounts, NotOneself
from consult.shell.web import StaffView


def _password_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("パスワード"),
        help_text=gettext_lazy("12文字以上。本人に手渡し、ほかの人には伝えないでください"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class RolesForm(forms.Form):
    """Name and roles of an account."""

    display_name = forms.CharField(label=gettext_lazy("表示名"), max_length=60)
    role_codes = forms.MultipleChoiceField(
        label=gettext_lazy("役割"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(role.code, role.label) for role in roles.ROLES.values()],
    )


class AddForm(RolesForm):
    username = forms.CharField(
        label=gettext_lazy("利用者ID"),
        help_text=gettext_lazy("半角の英数字と . _ @ -"),
        max_length=64,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = _password_field()
    field_order = ("username", "display_name", "password", "role_codes")


class PasswordForm(forms.Form):
    password = _password_field()


class Accounts(StaffView):
    """The list, and the form that adds one."""

    permission = roles.MANAGE_ACCOUNTS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, AddForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AddForm(request.POST)
        if form.is_valid():
            try:
                account = staff.add_account(**form.cleaned_data, by=self.actor)
            except AccountRefused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("%(name)sさんを追加しました。") % {"name": account})
                return redirect("accounts")
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: AddForm, status: int = 200) -> HttpResponse:
        accounts = Account.objects.filter(centre=self.actor.centre).order_by("-is_active", "username")
        context = {
            "accounts": list(accounts),
            "form": form,
            "roles": roles.ROLES.values(),
            "has_errors": form.is_bound,
        }
        return render(request, "manage/accounts.html", context, status=status)


class AccountView(StaffView):
    """One account of the actor's centre; others answer 404, as if they did not exist."""

    permission = roles.MANAGE_ACCOUNTS

    def find(self, uid: uuid.UUID) -> Account:
        account = Account.objects.filter(centre=self.actor.centre, uid=uid).first()
        if account is None:
            raise Http404
        return account

    def page(
        self, request: HttpRequest, account: Account, *, status: int = 200, **forms_shown: forms.Form
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "account": account,
            "is_oneself": account.pk == self.actor.pk,
            "open_cases": Case.objects.filter(centre=account.centre_id)
            .open()
            .in_hands_of(account.pk)
            .count(),
            "may_order": self.actor.may(roles.ORDER_HAND_OVERS),
            "roles_form": RolesForm(
                initial={"display_name": account.display_name, "role_codes": account.role_codes}
            ),
            "password_form": PasswordForm(),
            "has_errors": bool(forms_shown),
            **forms_shown,
        }
        return render(request, "manage/account.html", context, status=status)


class AccountPage(AccountView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid))


class ChangeAccount(AccountView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        account = self.find(uid)
        form = RolesForm(request.POST)
        if form.is_valid():
            try:
                staff.change_account(uid, **form.cleaned_data, by=self.actor)
            except AccountRefused as refusal:
                tell(form, refusal)
            except (NotOneself, LastManagerOfAccounts) as refusal:
                form.add_error("role_codes", str(refusal))
            else:
                messages.success(request, _("変更しました。"))
                return redirect("account", uid=uid)
        return self.page(request, account, status=422, roles_form=form)


class SetPassword(AccountView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        account = self.find(uid)
        form = PasswordForm(request.POST)
        if form.is_valid():
            try:
                staff.set_password(uid, password=form.cleaned_data["password"], by=self.actor)
            except AccountRefused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("パスワードを設定し直しました。"))
                return redirect("accounts")
        return self.page(request, account, status=422, password_form=form)


class StopAccount(AccountView):
    """NotOneself and LastManagerOfAccounts become the page of the refusal."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        account = staff.stop_account(self.find(uid).uid, by=self.actor)
        messages.success(request, _("%(name)sさんを停止しました。") % {"name": account})
        return redirect("accounts")


class RestoreAccount(AccountView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        account = staff.restore_account(self.find(uid).uid, by=self.actor)
        messages.success(request, _("%(name)sさんを再開しました。") % {"name": account})
        return redirect("accounts")
