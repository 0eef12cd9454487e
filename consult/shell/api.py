"""Conventions of `/api/v1/`: one named permission, problem details for errors, cursors for long lists."""

from typing import ClassVar

from rest_framework import pagination
from rest_framework.views import APIView

from consult.shell import access_schema  # noqa: F401 - the API description finds the class by itself
from consult.shell.accounts import Account


class StaffAPIView(APIView):
    """An API view of the staff: names a permission, narrows the user to `actor`."""

    permission: ClassVar[str] = ""

    @property
    def actor(self) -> Account:
        user = self.request.user
        if not isinstance(user, Account):  # the permission above has refused everybody else
            raise TypeError("no account")
        return user


class Cursor(pagination.CursorPagination):
    """Stable under inserts; at most 200 a page."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
