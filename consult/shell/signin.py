"""Signing in and out, and the language. Each sign-in, failure and sign-out is in the log."""

from typing import Any

from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from cases.protection import audit
from cases.records.centre import SYSTEM
from consult.shell import devices, roles
from consult.shell.accounts import Account
from consult.shell.web import LANGUAGE_COOKIE, StaffView


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("利用者IDかパスワードが違います。"),
        "inactive": _("この利用者は停止されています。"),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["password"].label = _("パスワード")


def safe_next(request: HttpRequest) -> str:
    """Where to go after signing in: a page of ours, else the start page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("today")


class SignIn(StaffView):
    permission = roles.PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Account):
            return redirect("today")
        return self._page(request, SignInForm(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignInForm(request, data=request.POST)
        if not form.is_valid():
            tried = Account.objects.filter(username=request.POST.get("username", "")).first()
            audit.record("SIGN_IN_REFUSED", by=tried or SYSTEM, centre=tried.centre if tried else None)
            return self._page(request, form, status=422)
        account = form.get_user()
        with transaction.atomic():
            devices.end(request)  # somebody else may still have been signed in at this browser
            login(request, account)
            row = devices.begin(request, account)
            # The log is chained, the rows of devices are not: it tells the device too.
            audit.record("SIGNED_IN", by=account, centre=account.centre, reason=str(row.device_uid))
        response = HttpResponseRedirect(safe_next(request))
        devices.remember(response, row)
        return response

    def _page(self, request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
        return render(
            request, "shell/sign_in.html", {"form": form, "next": safe_next(request)}, status=status
        )


class SignOut(StaffView):
    permission = roles.SIGNED_IN

    def post(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            audit.record("SIGNED_OUT", by=self.actor, centre=self.actor.centre)
            devices.end(request)
        logout(request)
        return redirect("sign-in")


class Language(StaffView):
    permission = roles.PUBLIC

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = "en" if request.POST.get("language") == "en" else "ja"
        response = HttpResponseRedirect(safe_next(request))
        response.set_cookie(LANGUAGE_COOKIE, chosen, samesite="Lax", httponly=True)
        if isinstance(request.user, Account):
            request.user.language = chosen
            request.user.save(update_fields=["language"])
        return response
