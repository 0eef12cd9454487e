"""Lengths of time and sizes as a person says them."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def span(length: timedelta) -> str:
    """「90秒」「12分」「3時間」「2日」, rounded down; under a minute 「1分未満」."""
    seconds = int(length.total_seconds())
    if seconds < 60:
        return _("1分未満")
    if seconds < 120:
        return _("%(seconds)d秒") % {"seconds": seconds}
    minutes = seconds // 60
    if minutes < 120:
        return ngettext("%(n)d分", "%(n)d分", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d時間", "%(n)d時間", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(days)d日", "%(days)d日", days) % {"days": days}


def size(count: int) -> str:
    """「1.5 GB」「300 MB」, by thousands as disks are sold."""
    if count >= 10**9:
        return f"{count / 10**9:.1f} GB"
    return f"{count / 10**6:.0f} MB"


def items(count: int) -> str:
    return ngettext("%(items)s件", "%(items)s件", count) % {"items": f"{count:,}"}
