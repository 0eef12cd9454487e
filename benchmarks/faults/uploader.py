"""A child that attaches files to consultations in turn and says so, until it is killed."""

import io
import sys

import django

django.setup()

from benchmarks.faults.entries import document, document_name, entry
from cases.records.centre import SYSTEM
from cases.services import attachments


def main(seed: str, cases: int) -> None:
    number = 0
    while True:
        content = document(seed, number)
        print(f"try {number}", flush=True)
        attachments.attach(
            entry(seed, number % cases).uid,
            document_name(number),
            io.BytesIO(content),
            size=len(content),
            by=SYSTEM,
        )
        print(f"ack {number}", flush=True)
        number += 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
