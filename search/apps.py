"""Redacted words in, similar cases out. It serves no HTTP."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from search import health, judgements, near, near_demo, schedule

        schedule.register()
        judgements.register()
        near.register()
        near_demo.register()
        health.register_all()
