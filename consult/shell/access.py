"""Who may call the API. Apart from `consult.shell.api`, for the framework loads this while it loads itself."""

from typing import Any

from rest_framework import authentication, permissions
from rest_framework.request import Request

from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import note_refusal


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's sign-in. A stranger gets 401, not 403, so that a client knows to sign in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class NamedPermission(permissions.BasePermission):
    """The view names one permission; nothing else decides."""

    def has_permission(self, request: Request, view: Any) -> bool:
        permission: str = getattr(view, "permission", "")
        if permission == roles.PUBLIC:
            return True
        if not permission or not isinstance(request.user, Account):
            return False
        if not request.user.may(permission):
            note_refusal(request.user, request._request)
            return False
        return True
