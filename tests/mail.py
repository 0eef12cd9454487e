"""Mail servers on the loopback, in threads, that settings name: relays, plain or with TLS, and a mailbox."""

import base64
import contextlib
import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.mail.server import Server, Session

AnyServer = TypeVar("AnyServer", bound=Server)
SENDER = "mimamori@city.example.jp"


class SafeSession(Session):
    """As much of RFC 3207 and RFC 4954 as is asked of it."""

    server: "SafeServer"

    def setup(self) -> None:
        self.is_safe = self.server.is_tls_first
        if self.is_safe:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.request.close()

    def other(self, line: bytes) -> bool:
        word = line[:4].upper()
        if word in (b"EHLO", b"HELO"):
            self.say("250-relay.example")
            for offer in self.server.offers(is_safe=self.is_safe):
                self.say(f"250-{offer}")
            self.say("250 8BITMIME")
        elif word == b"STAR" and "STARTTLS" in self.server.offers(is_safe=self.is_safe):
            self.say("220 2.0.0 Ready")
            if self.server.hangs_up_at == "STARTTLS":
                return False
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
            self.is_safe = True
            super().setup()
        elif word == b"AUTH":
            return self._sign_in(line)
        else:
            return super().other(line)
        return True

    def _sign_in(self, line: bytes) -> bool:
        if self.server.hangs_up_at == "AUTH":
            return False
        given = base64.b64decode(line.split()[2]).split(b"\0")[1:]
        self.server.signed_in = given == [b"mimamori", b"right"] and self.is_safe
        # A server may well say what it was told.
        self.say("235 2.7.0 Ok" if self.server.signed_in else f"535 5.7.8 not {given[1].decode()}")
        return True


class SafeServer(Server):
    """`certificate`: a name of `tests.certificates`. `hangs_up_at`: STARTTLS or AUTH, and there the line ends."""

    session = SafeSession

    def __init__(
        self, folder: Path, certificates: Path, certificate: str = "node", way: str = "starttls"
    ) -> None:
        super().__init__(0, folder)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificates / f"{certificate}.pem", certificates / "node.key")
        self.is_tls_first = way == "tls"
        self.hides: set[str] = set()
        self.hangs_up_at = ""
        self.signed_in = False

    def offers(self, *, is_safe: bool) -> list[str]:
        found = ["AUTH PLAIN"] if is_safe else ["STARTTLS"]
        return [offer for offer in found if offer not in self.hides]


@contextmanager
def relay_in(folder: Path, settings: Any) -> Iterator[Server]:
    """Without TLS and without a limit of speed; `settings` is the fixture that puts things back."""
    with serving(Server(0, folder), settings) as made:
        settings.SMTP_TLS, settings.SMTP_USER = "none", ""
        yield made


@contextmanager
def serving(made: AnyServer, settings: Any) -> Iterator[AnyServer]:
    with made:
        settings.SMTP_HOST, settings.SMTP_PORT = "127.0.0.1", made.server_address[1]
        settings.SMTP_SECONDS = 5
        settings.MAIL_FROM = settings.MAIL_RETURN_TO = SENDER
        settings.MAIL_PER_MINUTE = 1_000_000
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        made.kept.close()


class Box(socketserver.ThreadingTCPServer):
    """As much of RFC 3501 as is asked of it."""

    daemon_threads = True
    mails: dict[str, bytes]
    seen: set[str]
    tls: ssl.SSLContext | None = None
    hangs_up_at = ""

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that does not trust us is what this is for."""


class BoxSession(socketserver.StreamRequestHandler):
    server: Box

    def setup(self) -> None:
        if self.server.tls is not None:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.request.close()

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self._talk()

    def _talk(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode():
            tag, words = line.split(" ", 1)
            if self.server.hangs_up_at and words.startswith(self.server.hangs_up_at):
                return
            if words.startswith("CAPABILITY"):
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif words.startswith("LOGIN") and "right" not in words:
                self.wfile.write(f"{tag} NO not {words.split()[-1]}\r\n".encode())
                continue
            elif words.startswith("SELECT") and "INBOX" not in words:
                self.wfile.write(f"{tag} NO no such mailbox\r\n".encode())
                continue
            elif words.startswith("UID SEARCH"):
                unread = " ".join(name for name in self.server.mails if name not in self.server.seen)
                self.wfile.write(f"* SEARCH {unread}\r\n".encode())
            elif found := re.match(r"UID FETCH (\d+)", words):
                mail = self.server.mails[found[1]]
                self.wfile.write(
                    f"* {found[1]} FETCH (UID {found[1]} BODY[] {{{len(mail)}}}\r\n".encode() + mail
                )
                self.wfile.write(b")\r\n")
            elif found := re.match(r"UID STORE (\d+)", words):
                self.server.seen.add(found[1])
            self.wfile.write(f"{tag} OK done\r\n".encode())


@contextmanager
def mailbox_in(settings: Any) -> Iterator[Box]:
    """Without TLS; the password is right."""
    with Box(("127.0.0.1", 0), BoxSession) as made:
        made.mails, made.seen = {}, set()
        settings.IMAP_HOST, settings.IMAP_PORT = "127.0.0.1", made.server_address[1]
        settings.IMAP_TLS, settings.IMAP_USER, settings.IMAP_PASSWORD = "none", "mimamori", "right"
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield made
        made.shutdown()
