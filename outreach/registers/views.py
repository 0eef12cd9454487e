"""台帳: one page that leads to each register."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consult.shell import roles
from consult.shell.web import StaffView


class Registers(StaffView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "outreach/registers/registers.html")
