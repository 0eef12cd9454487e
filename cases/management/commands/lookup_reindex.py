"""`manage.py lookup_reindex`: make the look-up tags of a centre anew, with progress; the worker does it by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases import jobs
from cases.jobs.models import Job
from cases.protection import lookup, reindex
from cases.records.centre import SYSTEM, Centre


class Command(BaseCommand):
    """Queues the job that the worker would queue on growth, and runs it here unless a worker has it already."""

    help = (
        "電話とカナの検索の印を作り直します。仕事を止めずに実行でき、途中で止めても続きから始まります。"
        "ふだんは自動で行われます。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--centre", metavar="CODE", help="センターコード。なければ、作り直しが要るセンターすべて"
        )
        parser.add_argument("--all", action="store_true", help="要らないものも含めて、すべてのセンター")

    def handle(self, *args: Any, **options: Any) -> None:
        centres = _centres(options["centre"], everyone=options["all"])
        if not centres:
            self.stderr.write("作り直しが要るセンターはありません。")
        for centre in centres:
            job = reindex.start(centre, by=SYSTEM)
            self.stderr.write(f"{centre.code}: 始めました(処理 {job.uid})")
            jobs.claim_and_run(job.uid, worker=jobs.worker_name())
            job.refresh_from_db()
            self.stderr.write(f"{centre.code}: {job.state} {job.done}/{job.total or 0}")
            if job.state not in (Job.State.DONE, Job.State.RUNNING):
                raise CommandError(job.error or job.error_code or job.state, returncode=1)
            if job.state == Job.State.DONE:
                bits = ", ".join(
                    f"{field} {length}ビット" for field, length in sorted(job.result["bits"].items())
                )
                self.stdout.write(f"{centre.code}: {job.result['cases']}件、{bits}")


def _centres(code: str | None, *, everyone: bool) -> list[Centre]:
    if code is not None:
        found = list(Centre.objects.filter(code=code))
        if not found:
            raise CommandError(f"センターコード {code} はありません。", returncode=2)
        return found
    return list(Centre.objects.all()) if everyone else lookup.outgrown()
