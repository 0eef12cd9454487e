"""`manage.py serve`: everything that one machine needs, from one command; TERM or Ctrl-C ends all of it."""

import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from cases.jobs import Lane
from cases.records.case import Case
from config import set_up
from config.processes import Child, Restarted, stop
from consult.shell import accounts

THREADS: Final = 8
START_SECONDS: Final = 60
# gunicorn lets a request end within 5 seconds, the worker its step within 3.
REQUEST_SECONDS: Final = 5
STOP_SECONDS: Final = 10
_MANAGE: Final = str(settings.BASE_DIR / "manage.py")


class Command(BaseCommand):
    help = _("この機械を準備し、ウェブサーバとワーカーを動かします。TERM か Ctrl-C で止まります。")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--host", default=settings.HOST, help=_("待ち受けるアドレス(HOST)"))
        add("--port", type=int, default=settings.PORT, help=_("待ち受けるポート(PORT)。0 なら空いているもの"))
        add(
            "--web-workers", type=int, default=settings.WEB_WORKERS, help=_("ウェブのプロセス数(WEB_WORKERS)")
        )
        add(
            "--demo-cases",
            type=int,
            default=5000,
            help=_("空のデータベースに入れるデモの件数。0 なら入れない"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, _leave)
        os.umask(0o077)
        lock = _locked(set_up.make_data_folder() / ".lock")
        with lock, _bound(options["host"], options["port"]) as door:
            set_up.make_keys()
            self._say(_("準備しています…"))
            set_up.bring_tables_up_to_date()
            self._load_demo(options["demo_cases"])
            self._serve(door, options["web_workers"])

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _load_demo(self, cases: int) -> None:
        """Fill an empty database; a load that was broken off goes on. In a child, so its memory is given back."""
        unfinished = Path(settings.DATA_DIR) / ".demo-unfinished"
        is_empty = not (accounts.Account.objects.exists() or Case.objects.exists())
        if not cases or not (is_empty or unfinished.exists()):
            return
        if "demo_data" not in get_commands():
            self._say(_("デモデータはまだありません。空のまま始めます。"))
            return
        unfinished.touch()
        self._say(_("デモデータを入れています(初回だけ)…"))
        child = Child([sys.executable, _MANAGE, "demo_data", "--cases", str(cases)])
        try:
            failed = child.process.wait() != 0
        except BaseException:
            _quietly_stop([child])
            raise
        if failed:
            raise CommandError(_("デモデータを入れられませんでした。"))
        unfinished.unlink()

    def _serve(self, door: socket.socket, web_workers: int) -> None:
        web = Child(_web_command(door, web_workers), pass_fds=[door.fileno()])
        workers = [Restarted(command) for command in _worker_commands(settings.WORKERS)]
        is_open, deadline = False, time.monotonic() + START_SECONDS
        try:
            while not web.ended:
                renewed = [
                    worker.renewed() for worker in workers
                ]  # each is looked after, whatever the first says
                if any(renewed):
                    self.stderr.write(_("ワーカーが止まったので、もう一度始めました。"))
                if not is_open and _answers(door):
                    is_open = True
                    self._announce(door)
                if not is_open and time.monotonic() > deadline:
                    raise CommandError(_("ウェブサーバが応答しません。"))
                time.sleep(0.2)
            raise CommandError(_("ウェブサーバが止まりました。"))
        finally:
            _quietly_stop([web, *(worker.child for worker in workers)])

    def _announce(self, door: socket.socket) -> None:
        host, port = door.getsockname()[:2]
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::1", "::"} else host  # noqa: S104 - compared, not bound
        self._say("\n" + _("窓口が開きました: %(url)s") % {"url": f"http://{shown}:{port}"})
        for demo in accounts.demo_sign_ins():
            self._say(f"  {demo.role}: {demo.username} / {demo.password}")
        self._say(_("止めるには Ctrl-C を押してください。"))
        connection.close()  # from here on the launcher only watches


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Raised wherever the command stands; the `finally` blocks end the children."""
    raise SystemExit(0)


def _quietly_stop(children: list[Child]) -> None:
    """A second Ctrl-C must not leave children behind."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    stop(children, within=STOP_SECONDS)


def _locked(path: Path) -> IO[str]:
    """The lock of this data folder, held until the file is closed or the process is gone."""
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        problem = _("このデータフォルダはもう使われています: %(folder)s") % {"folder": path.parent}
        raise CommandError(
            problem + "\n" + _("動いている窓口を止めるか、別の DATA_DIR を指定してください。")
        ) from None
    return file


def _bound(host: str, port: int) -> socket.socket:
    """The socket that the web server will listen on, so that the port is ours from the first moment."""
    try:
        address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
        door = socket.socket(address[0], address[1])
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((address[4][0], port))
    except (OSError, OverflowError) as failure:  # OverflowError: no such port number
        problem = _("%(host)s のポート %(port)s を開けません(%(reason)s)。") % {
            "host": host,
            "port": port,
            "reason": getattr(failure, "strerror", None) or failure,
        }
        raise CommandError(problem + "\n" + _("別のポートは PORT=8001 のように指定できます。")) from failure
    return door


def _web_command(door: socket.socket, workers: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
        *("--bind", f"fd://{door.fileno()}", "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", str(workers), "--threads", str(THREADS)),
        *("--graceful-timeout", str(REQUEST_SECONDS), "--log-level", "warning"),
    ]


def _worker_commands(number: int) -> list[list[str]]:
    """One process for short work and the others for long; a single one does both by turns."""
    worker = [sys.executable, _MANAGE, "worker"]
    if number < len(Lane):
        return [worker] * number
    return [[*worker, "--lane", Lane.FEED], *[[*worker, "--lane", Lane.JOBS]] * (number - 1)]


def _answers(door: socket.socket) -> bool:
    """Whether the web server answers at all; what it says is its own business."""
    host, port = door.getsockname()[:2]
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(near, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()
