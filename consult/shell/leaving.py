"""By which doors something reaches a reader, and who that reader is: staff, one addressee, members, the public.

A page is read by accounts, and accounts are staff: pages need no line here. Whatever else the product hands out does:
a file, a paper, a text to copy, an answer without sign-in, a command. `tests/architecture/test_what_leaves.py` walks
every address and command: one that is not listed fails, and of those that leave the staff with counts of cases every
number must stand in a release (`cases.figures.releases`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Reader(StrEnum):
    """Who reads it. `PUBLIC` is also whoever holds a secret address, and monitoring."""

    STAFF = "staff"
    ADDRESSEE = "addressee"
    MEMBERS = "members"
    PUBLIC = "public"


class Holds(StrEnum):
    """Which numbers it carries.

    COUNTS: of many cases. ONE_CASE: of one case or person, in words of its file. ACTIVITY: what the office did
    (回数, 人数, 枚数), logged and without threshold. WORK: of the product's own work: rows read, bytes, levels.
    """

    COUNTS = "counts"
    ONE_CASE = "one_case"
    ACTIVITY = "activity"
    WORK = "work"


@dataclass(frozen=True)
class Door:
    reader: Reader
    holds: Holds

    @property
    def needs_release(self) -> bool:
        """Whether every count in it has to be released."""
        return self.reader in (Reader.MEMBERS, Reader.PUBLIC) and self.holds is Holds.COUNTS


def _staff(*names: str, holds: Holds) -> dict[str, Door]:
    return dict.fromkeys(names, Door(Reader.STAFF, holds))


ADDRESSES: Final[Mapping[str, Door]] = {
    # For the centre's own use: counts are not hidden, every file says so.
    **_staff(
        "numbers-export", "plan-file", "report-file", "answer-file", "day-log-file", "disclosures-xlsx",
        "disclosures-csv", "retention-register-csv", holds=Holds.COUNTS,
    ),
    **_staff(
        "file-view", "file-take", "case-print", "case-print-masked", "case-print-names", "paper-file",
        "pionet-cards", "pionet-card", "leak-list-take", holds=Holds.ONE_CASE,
    ),
    # To the sections of the town hall and back: what the office did, by section.
    **_staff("inquiry-sheet", "inquiry-answer-file", holds=Holds.ACTIVITY),
    # Papers for the council: the office's own activity, of need words alone; every issue is a release of that kind.
    **dict.fromkeys(("programme-paper", "plan-paper"), Door(Reader.PUBLIC, Holds.ACTIVITY)),
    # A paper for the council: the office's own activity; every issue is a release of that kind.
    "programme-paper": Door(Reader.PUBLIC, Holds.ACTIVITY),
    "lecture-year": Door(Reader.PUBLIC, Holds.ACTIVITY),
    # Who gets a bulletin on paper and how many copies: for the press and whoever carries it out.
    **_staff("bulletin-print-run", holds=Holds.ACTIVITY),
    **_staff("import-rows", "blank-sheet-file", "code-map-csv", "network-export", holds=Holds.WORK),
    # Of the office's own work: no consultation is counted.
    **_staff("devices-file", "stock-file", holds=Holds.ACTIVITY),
    **_staff("application-file-rest", holds=Holds.ONE_CASE),
    # To the one they are written to.
    **dict.fromkeys(
        (
            "letter-pdf", "accident-pdf", "watch-share-print", "worry-thanks", "erased-receipt", "loan-letters",
            "loan-letter", "application-letter",
        ),
        Door(Reader.ADDRESSEE, Holds.ONE_CASE),
    ),
    # To members: the paper, and on its page the text for mail, which `outreach.delivery` sends word for word.
    "bulletin-pdf": Door(Reader.MEMBERS, Holds.COUNTS),
    "bulletin": Door(Reader.MEMBERS, Holds.COUNTS),
    # The same text in its other shapes: large print, the city's site, the ward paper, mail, loudspeakers.
    "bulletin-outputs": Door(Reader.PUBLIC, Holds.COUNTS),
    "bulletin-output": Door(Reader.PUBLIC, Holds.COUNTS),
    # To whom it was published for.
    "release-file": Door(Reader.PUBLIC, Holds.COUNTS),
    # To everybody: open data, the public edition of a report, a paper for the council; and the page that shows them.
    "edition-file": Door(Reader.PUBLIC, Holds.COUNTS),
    "edition": Door(Reader.PUBLIC, Holds.COUNTS),
    # Without sign-in: what is planned, behind a secret address; whether the machine works.
    "lecture-feed": Door(Reader.PUBLIC, Holds.ACTIVITY),
    **dict.fromkeys(("healthz", "readyz", "sign-in", "language"), Door(Reader.PUBLIC, Holds.WORK)),
}  # fmt: skip
"""By the name of the address."""

COMMANDS: Final[Mapping[str, Door]] = {
    **_staff("breakdown", holds=Holds.COUNTS),
    **_staff("redact", holds=Holds.ONE_CASE),
    **_staff("programme_report", "programme_import", holds=Holds.ACTIVITY),
    **_staff(
        "audit_verify", "backup", "cases_import", "cooling_off", "demo_data", "figures_recount", "keys_create",
        "keys_destroy", "keys_recovery", "keys_rotate", "keys_status", "lookup_reindex", "mail_check",
        "postal_codes_make", "prepare", "redact_evaluate", "restore", "restore_check", "restore_finish",
        "retention_status", "search_check", "search_evaluate", "search_judgements", "search_rebuild", "serve",
        "suppress", "surge_check", "surges", "translations_check", "worker", holds=Holds.WORK,
    ),
}  # fmt: skip
"""`manage.py NAME`: printed to whoever runs the machine, who is staff."""
