"""The counts of a run as a table that can be read, and whether they are as they must be."""

from collections.abc import Mapping
from typing import Any, Final

_ROWS: Final = {
    "recipients": "recipients",
    "kills_of_worker": "kills of the worker",
    "kills_of_server": "kills of the mail server",
    "resumed_by_hand": "times a person had to press 再開 while it drained",
    "unknown_after_kills": "要確認 after the kills",
    "duplicates_before_settling": "got it twice, before settling",
    "settled_sent": "settled by the log: taken",
    "settled_missing": "settled by the log: never taken",
    "unsettled": "left unsettled",
    "sent_again": "sent again by a person's word",
    "received": "mailboxes that got it",
    "refused": "mailboxes that the server refuses",
    "nothing_left": "readers of whose topics nothing was in it: no mail, and written down so",
    "duplicates": "got it twice",
    "missed": "missed",
    "cut_wrongly": "mails that hold something else than their reader asked for",
    "told_wrongly": "said to be sent and not, or the other way round",
    "seconds": "seconds",
}


def is_clean(sums: Mapping[str, Any]) -> bool:
    return not any(
        sums[name]
        for name in (
            "duplicates_before_settling",
            "duplicates",
            "missed",
            "unsettled",
            "cut_wrongly",
            "told_wrongly",
        )
    )


def as_text(found: Mapping[str, Mapping[str, Any]], seed: int, what: str) -> str:
    names = list(found)
    lines = [
        "# A mailing, killed at random"
        if what == "issue"
        else "# A digest cut to its readers, killed at random",
        "",
        "Worker (`manage.py worker`) and mail server (SMTP on the loopback, a log as Postfix writes it) are killed",
        "with -9 at random moments and started again. Counted is what the server took, not what the product says.",
        f"One mailbox in fifty is refused. Seed {seed}. `python -m benchmarks.mail --what {what}`.",
        "",
        f"| | {' | '.join(names)} |",
        f"| --- |{' ---: |' * len(names)}",
    ]
    lines += [
        f"| {label} | {' | '.join(str(found[n][name]) for n in names)} |" for name, label in _ROWS.items()
    ]
    return "\n".join(lines) + "\n"
