"""鍵: what each key protects, where its copies are, what is wrong, and which command mends it. It shows no key."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.protection.keys.status import status
from consult.shell import roles
from consult.shell.web import StaffView


class Keys(StaffView):
    permission = roles.KEEP_BACKUPS

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "manage/protection/keys.html", {"status": status()})
