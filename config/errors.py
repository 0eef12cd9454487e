"""What an error means over HTTP, decided once; and reports that carry no values."""

from collections.abc import Callable, ItemsView, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.debug import SafeExceptionReporterFilter
from rest_framework import exceptions
from rest_framework.response import Response

from cases import trace
from cases.errors import CasesError
from cases.services.entry import EntryRefused
from consult.shell.web import came_from_here, send_again

PROBLEM: Final = "application/problem+json"


class CasesErrorMiddleware:
    """A refusal that a page did not handle itself becomes the error page with its own words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, CasesError):
            return _page(request, exception.status, str(exception))
        return None


def _page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    title, standard = _words(status)
    context = {"status": status, "title": title, "message": message or standard}
    return render(request, "shell/error.html", context, status=status)


def _words(status: int) -> tuple[str, str]:
    known = {
        400: (
            _("この操作はできません"),
            _("送られた内容を読み取れませんでした。前の画面からやり直してください。"),
        ),
        403: (
            _("権限がありません"),
            _("この画面は、あなたの役割では使えません。必要なときは管理者に伝えてください。"),
        ),
        404: (_("見つかりません"), _("ページや相談が見つかりません。番号やアドレスを確認してください。")),
        413: (_("ファイルが大きすぎます"), _("ファイルを分けてから、もう一度取り込んでください。")),
        500: (
            _("問題が起きました"),
            _("保存済みの内容は失われていません。続くときは、下の番号を管理者に伝えてください。"),
        ),
    }
    return known.get(status, (_("この操作はできません"), ""))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(_problem_body(404, "not_found", _words(404)[0]), status=404, content_type=PROBLEM)
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(
            _problem_body(500, "server_error", _words(500)[0]), status=500, content_type=PROBLEM
        )
    return _page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open over a sign-in, or comes from elsewhere. What our own page sent is not lost."""
    if request.resolver_match and request.resolver_match.view_name == "sign-in":
        return redirect("sign-in")  # the form's fields are secrets, and typed again in a moment
    if came_from_here(request) and request.method == "POST":
        return send_again(
            request,
            status=403,
            message=_(
                "画面を開いた後にサインインし直したため、まだ保存していません。もう一度送ると保存します。"
            ),
        )
    message = _(
        "画面を開いてから時間がたったか、サインインし直したため、送信を受け付けられませんでした。前の画面を開き直してください。"
    )
    return _page(request, 403, message)


# --- API: RFC 9457 --------------------------------------------------------------------------------------------
def _problem_body(status: int, code: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "type": f"/api/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
        "request_id": trace.request_id.get(),
        **more,
    }


def problem(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an error in the API: problem details with a stable `code`. None lets Django answer (500)."""
    if isinstance(exception, CasesError):
        more = {"errors": _pointers(exception.errors)} if isinstance(exception, EntryRefused) else {}
        body = _problem_body(exception.status, exception.code, str(exception), **more)
        return Response(body, status=exception.status, content_type=PROBLEM)
    if isinstance(exception, Http404):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied()
    if not isinstance(exception, exceptions.APIException):
        return None
    status = exception.status_code
    more = {}
    if isinstance(exception, exceptions.ValidationError):
        more["errors"] = _pointers(exception.detail)
    headers = {"WWW-Authenticate": auth} if (auth := getattr(exception, "auth_header", "")) else {}
    code = "invalid" if more else str(exception.default_code)
    body = _problem_body(status, code, _words(status)[0] or HTTPStatus(status).phrase, **more)
    return Response(body, status=status, content_type=PROBLEM, headers=headers)


def _pointers(errors: Any, path: str = "") -> list[dict[str, str]]:
    """Field errors as JSON pointers; the reasons quote no value."""
    if isinstance(errors, Mapping):
        return [item for name, below in errors.items() for item in _pointers(below, f"{path}/{name}")]
    if isinstance(errors, list):
        return [item for below in errors for item in _pointers(below, path)]
    # A choice field repeats what it was given; say only that it does not fit.
    quoting = getattr(errors, "code", "") == "invalid_choice"
    return [{"pointer": path or "/", "detail": _("選べない値です。") if quoting else str(errors)}]


# --- Reports -----------------------------------------------------------------------------------------
class NothingInReports(SafeExceptionReporterFilter):
    """Error reports name places in the code, never values of variables, forms or cookies."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: Any
    ) -> ItemsView[str, Any]:
        return {}.items()

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return {}
