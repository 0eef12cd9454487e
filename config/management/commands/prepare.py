"""`manage.py prepare`: folders, keys and tables, without serving."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from config import set_up


class Command(BaseCommand):
    help = _("データフォルダ、鍵、データベースの表を用意します。")
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        set_up.make_data_folder()
        set_up.make_keys()
        set_up.bring_tables_up_to_date()
        self.stderr.write(_("準備ができました。"), self.style.SUCCESS)
