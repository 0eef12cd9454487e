"""A mail server on the loopback: speaks SMTP on a socket, keeps what it took, and logs as Postfix does.

    python -m benchmarks.mail.server PORT FOLDER SEED

What it answers with 250 lies in FOLDER before; so do its log lines, of which a killed server's last may be cut. Some
recipients are put off at first or refused, by the seed. It needs no settings.
"""

import contextlib
import random
import re
import secrets
import socketserver
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

_TOKYO: Final = timezone(timedelta(hours=9))
_ANGLES: Final = re.compile(rb"<([^>]*)>")
_MESSAGE_ID: Final = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.MULTILINE | re.IGNORECASE)
Verdict = Callable[[str], "tuple[int, str] | None"]
"""What to answer to RCPT; None: 250."""


class Kept:
    """The folder: a file for each mail that was taken, and the log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "mails").mkdir(parents=True, exist_ok=True)
        self._log = (folder / "mail.log").open("ab", buffering=0)

    def log(self, program: str, text: str) -> None:
        at = datetime.now(_TOKYO).isoformat(timespec="milliseconds")
        self._log.write(f"{at} relay postfix/{program}[{secrets.randbelow(9000) + 1000}]: {text}\n".encode())

    def keep(self, queue_id: str, recipient: str, content: bytes) -> None:
        """The mail, there for good under its queue id when this returns."""
        made = self.folder / "mails" / f"{queue_id}.part"
        made.write_bytes(recipient.encode() + b"\n" + content)
        made.rename(made.with_suffix(".eml"))

    def send_on(self, queue_id: str) -> None:
        """What Postfix logs of a mail that lies in its queue, as soon as its queue manager finds it."""
        recipient = (self.folder / "mails" / f"{queue_id}.eml").read_bytes().partition(b"\n")[0].decode()
        self.log("qmgr", f"{queue_id}: from=<sender@example.jp>, size=1, nrcpt=1 (queue active)")
        self.log("smtp", f"{queue_id}: to=<{recipient}>, relay=mx.example, dsn=2.0.0, status=sent (250 OK)")
        self.log("qmgr", f"{queue_id}: removed")

    def pick_up(self) -> None:
        """At a start: what lies in the queue from before and was not sent on."""
        logged = (self.folder / "mail.log").read_bytes()
        for path in sorted((self.folder / "mails").glob("*.eml")):
            if f"{path.stem}: removed".encode() not in logged:
                self.send_on(path.stem)

    def close(self) -> None:
        self._log.close()


def taken(folder: Path) -> list[tuple[str, bytes]]:
    """(recipient, content) of every mail that was taken."""
    found = []
    for path in sorted((folder / "mails").glob("*.eml")):
        recipient, _newline, content = path.read_bytes().partition(b"\n")
        found.append((recipient.decode(), content))
    return found


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: "Server"
    timeout = 60

    def handle(self) -> None:
        kept = self.server.kept
        kept.log("smtpd", "connect from localhost[127.0.0.1]")
        with contextlib.suppress(OSError):
            self._talk()
        kept.log("smtpd", "disconnect from localhost[127.0.0.1]")

    def _talk(self) -> None:
        self.say(self.server.greeting)
        recipient = ""
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"RCPT":
                recipient = _in_angles(line)
                refused = self.server.verdict(recipient)
                self.say("250 2.1.5 Ok" if refused is None else f"{refused[0]} {refused[1]}")
            elif word == b"DATA":
                self.say("354 End data with <CR><LF>.<CR><LF>")
                if not self._take(recipient):
                    return
            elif word == b"QUIT":
                self.say("221 2.0.0 Bye")
                return
            elif word in (b"MAIL", b"RSET", b"NOOP"):
                self.say("250 2.0.0 Ok")
            elif not self.other(line):
                return

    def other(self, line: bytes) -> bool:
        """What is said besides; False ends the line. More than a greeting is known to servers that offer more."""
        is_greeting = line[:4].upper() in (b"EHLO", b"HELO")
        self.say("250 2.0.0 Ok" if is_greeting else "500 5.5.2 Error: command not recognized")
        return True

    def _take(self, recipient: str) -> bool:
        """Read the text to its dot; False where the sender went away before."""
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                self.server.kept.log("smtpd", "lost connection after DATA from localhost[127.0.0.1]")
                return False
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        content = b"".join(lines)
        kept, queue_id = self.server.kept, secrets.token_hex(6).upper()
        found = _MESSAGE_ID.search(content)
        kept.log("cleanup", f"{queue_id}: message-id={found[1].decode() if found else ''}")
        if self.server.before_keeping(recipient):
            return False
        kept.keep(queue_id, recipient, content)
        kept.send_on(queue_id)
        if self.server.before_answering(recipient):
            return False
        self.say(f"250 2.0.0 Ok: queued as {queue_id}")
        return True

    def say(self, text: str) -> None:
        self.wfile.write(text.encode("ascii") + b"\r\n")


def _in_angles(line: bytes) -> str:
    found = _ANGLES.search(line)
    return found[1].decode() if found else ""


def _never(_recipient: str) -> bool:
    return False


class Server(socketserver.ThreadingTCPServer):
    """`before_keeping`, `before_answering`: True hangs up there."""

    allow_reuse_address = True
    daemon_threads = True

    session: type[Session] = Session

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__(("127.0.0.1", port), self.session)
        self.greeting = "220 relay.example ESMTP"
        self.kept = Kept(folder)
        self.verdict: Verdict = lambda _recipient: None
        self.before_keeping: Callable[[str], bool] = _never
        self.before_answering: Callable[[str], bool] = _never

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that is killed in mid-sentence is what this is for."""


def is_refused(recipient: str, seed: int) -> bool:
    """One in fifty mailboxes is not there."""
    return random.Random(f"{seed}/refused/{recipient}").random() < 0.02


def by_chance(seed: int) -> Verdict:
    """One in fifty is refused, always."""
    return lambda recipient: (550, "5.1.1 User unknown") if is_refused(recipient, seed) else None


def _slowly(seed: int) -> Callable[[str], bool]:
    """A pause of up to 20 ms, so that a kill meets a mail that is taken and not yet answered."""
    dice = random.Random(f"{seed}/{time.monotonic_ns()}")

    def pause(_recipient: str) -> bool:
        time.sleep(dice.random() * 0.02)
        return False

    return pause


def main(port: int, folder: Path, seed: int) -> None:
    server = Server(port, folder)
    server.verdict = by_chance(seed)
    server.before_keeping, server.before_answering = _slowly(seed), _slowly(seed + 1)
    server.kept.log("master", "daemon started")
    server.kept.pick_up()
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
