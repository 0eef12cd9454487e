"""`manage.py worker`: does the jobs and the periodic tasks."""

from argparse import ArgumentParser
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from cases.jobs.lanes import EVERY, Lane
from cases.jobs.worker import Worker


class Command(BaseCommand):
    help = _("裏で行う処理(取込、索引の更新など)を続けて実行します。TERM または INT で止まります。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--lane",
            choices=[str(lane) for lane in Lane],
            help=_(
                "この仕事だけを行う: feed は反映と急ぎの仕事、jobs は時間のかかる仕事(指定しなければ両方)"
            ),
        )
        parser.add_argument("--once", action="store_true", help=_("今すぐできる処理だけを行って終わる"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuses to start with bad keys, or without one that the database needs."""
        self.check(tags=[Tags.security, Tags.database], databases=["default"])
        worker = Worker(frozenset({Lane(options["lane"])}) if options["lane"] else EVERY)
        if options["once"]:
            worker.run_once()
        else:
            worker.run()
