"""A child that saves consultations one after the other and says so, until it is killed."""

import sys
import time

import django

django.setup()

from benchmarks.faults.entries import entry
from cases.records.centre import SYSTEM, Centre
from cases.services.intake import record_case


def main(seed: str, start: int, pause: float) -> None:
    centre = Centre.objects.get(code="faults")
    number = start
    while True:
        print(f"try {number}", flush=True)
        record_case(entry(seed, number), centre=centre, by=SYSTEM)
        print(f"ack {number}", flush=True)
        number += 1
        time.sleep(pause)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
