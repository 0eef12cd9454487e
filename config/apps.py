"""The composition root as an app: joins what no lower layer may know of each other."""

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks

        checks.register_all()
        if settings.CELERY_BROKER_URL:
            # Here and not above: without a broker Celery is never imported.
            from cases import jobs
            from config import celery

            jobs.nudges.append(celery.nudge)
