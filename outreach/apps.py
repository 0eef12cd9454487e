"""啓発: planning from figures only, lectures, bulletins, programme. It never sees a person of a case."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "outreach"
    default_auto_field = "django.db.models.BigAutoField"
