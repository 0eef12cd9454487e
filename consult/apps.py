"""The doors of staff: what all share (shell), the counsellors' desk, the managers' numbers."""

from django.apps import AppConfig


class ConsultConfig(AppConfig):
    name = "consult"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from consult.shell import drafts

        drafts.register_clean_up()
