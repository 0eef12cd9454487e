"""What every page shares: permission, actor, language, request id, page frame, uploads that never touch the disk."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import ResolverMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View

from cases import trace
from cases.protection import audit
from cases.protection.spool import SealedSpool
from consult.shell import roles
from consult.shell.accounts import Account

GetResponse = Callable[[HttpRequest], HttpResponseBase]
LANGUAGE_COOKIE = "language"


class StaffView(View):
    """A page of the staff. Names one permission; narrows `request.user` to `actor` once."""

    permission: ClassVar[str] = ""
    actor: Account

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.permission:
            raise ImproperlyConfigured(f"{cls.__name__} names no permission")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.permission != roles.PUBLIC:
            if not isinstance(request.user, Account):
                return self.ask_to_sign_in(request)
            if not request.user.may(self.permission):
                note_refusal(request.user, request)
                raise PermissionDenied
            self.actor = request.user
        return super().dispatch(request, *args, **kwargs)

    def ask_to_sign_in(self, request: HttpRequest) -> HttpResponseBase:
        """A page leads to the sign-in and back; a fragment asked for by a script is told, so that nothing is lost."""
        if getattr(request, "htmx", False) or request.headers.get("X-Draft"):
            return HttpResponse(
                _("サインインし直してください。入力中の内容はこの画面に残っています。"), status=401
            )
        if request.method == "POST" and came_from_here(request):
            return send_again(
                request,
                status=401,
                message=_("サインインが切れていました。サインインしてから、もう一度送ってください。"),
            )
        # Only where a page can be asked for again: any other lost POST leads to the start page.
        return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("today"))


def note_refusal(account: Account, request: HttpRequest) -> None:
    """Somebody signed in asked for what their role may not: the address's name, never its parts, goes into the log."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    audit.record("ACCESS_REFUSED", by=account, centre=account.centre, reason=name or "")


def came_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of ours sent this; a page of others cannot claim it."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def send_again(request: HttpRequest, *, status: int, message: str) -> HttpResponse:
    """A refused POST of our own page is not lost: its fields come back hidden, to be sent once more.

    Only for `came_from_here`. Files cannot come back; nothing is stored here.
    """
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    context = {
        "message": message,
        "fields": fields,
        "action": request.get_full_path(),
        "has_files": bool(request.FILES),
    }
    return render(request, "shell/send_again.html", context, status=status)


class RequestIdMiddleware:
    """A fresh id per request: on error pages, in the log and in audit entries."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = trace.request_id.set(str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = trace.request_id.get()
            return response
        finally:
            trace.request_id.reset(token)


class AccountLanguageMiddleware:
    """The account's language; before sign-in the one chosen on the page, Japanese unless chosen."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        chosen = user.language if isinstance(user, Account) else request.COOKIES.get(LANGUAGE_COOKIE, "")
        known = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(known):
            request.LANGUAGE_CODE = known
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", known)
            return response


class NoStoreMiddleware:
    """Pages of the staff are not kept by browsers or proxies. Static files are served before this."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class SealedUploadHandler(FileUploadHandler):
    """Keeps an upload of up to UPLOAD_LIMIT without filling the memory: what touches the disk is sealed first."""

    _FRAME: Final = 64 * 1024  # what a form has around its file

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:  # fmt: skip
        if content_length > settings.UPLOAD_LIMIT + self._FRAME:
            raise RequestDataTooBig

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._spool = SealedSpool()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._spool.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        return UploadedFile(
            self._spool.reader(),
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )


NAV: list[tuple[str, str, Any]] = []
"""(permission, url name, label) of the main navigation, in order; each door adds its own in `ready()`."""


def add_to_nav(permission: str, url_name: str, label: Any) -> None:
    NAV.append((permission, url_name, label))


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """What `shell/base.html` needs on every page."""
    user = getattr(request, "user", None)
    frame: dict[str, Any] = {"request_id": trace.request_id.get(), "nav": [], "actor": None}
    if isinstance(user, Account):
        match = request.resolver_match
        current = match.view_name if match else ""
        entries = [(label, name, reverse(name)) for permission, name, label in NAV if user.may(permission)]
        nearest = _nearest(request.path, [url for _label, _name, url in entries])
        frame |= {
            "actor": user,
            "centre": user.centre,
            "is_made_up": user.centre.is_made_up,
            "may_record": user.may(roles.RECORD_CASES),
            "answers_help": user.may(roles.ANSWER_HELP),
            "help_place": _place(match),
            "nav": [
                {
                    "label": label,
                    "url": url,
                    "key": name,
                    "current": "page" if current == name else "true" if url == nearest else "",
                }
                for label, name, url in entries
            ],
        }
    return frame


def _place(match: ResolverMatch | None) -> str:
    """What a page says of itself to whoever is called for help: taking a call, or the case that is open."""
    name = (match.url_name if match else "") or ""
    if name.startswith("intake"):
        return "call"
    uid = match.kwargs.get("uid") if match and name.startswith("case") else None
    return str(uid) if uid else ""


def _nearest(path: str, urls: Sequence[str]) -> str:
    """The entry that a page lies behind: the longest of those that its address begins with; empty for none."""
    return max((url for url in urls if url != "/" and path.startswith(url)), key=len, default="")
