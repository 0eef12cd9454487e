"""A child that adds 経過 to consultations in turn and says so, until it is killed."""

import sys
import time

import django

django.setup()

from benchmarks.faults.entries import edit, entry
from cases.records.centre import SYSTEM
from cases.services import followup


def main(seed: str, cases: int, pause: float) -> None:
    number = 0
    while True:
        print(f"try {number}", flush=True)
        followup.add_follow_up(entry(seed, number % cases).uid, edit(seed, number), by=SYSTEM)
        print(f"ack {number}", flush=True)
        number += 1
        time.sleep(pause)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
