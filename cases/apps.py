"""The core: records, protection, law, figures, jobs. It serves no HTTP."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cases.records import codes

        # After every migration, so that a new release brings its code sets and a test database has them.
        post_migrate.connect(codes.load_after_migrate, sender=self)
