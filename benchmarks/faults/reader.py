"""A child that reads consultations in a database of its own (a restored one): seed, then numbers; prints the sums."""

import json
import sys
from dataclasses import asdict

import django

django.setup()

from benchmarks.faults import checks
from benchmarks.faults.sums import Tally


def main(seed: str, numbers: list[int]) -> None:
    tally = Tally()
    checks.check_numbers(seed, set(numbers), tally)
    print(json.dumps(asdict(tally)))


if __name__ == "__main__":
    main(sys.argv[1], [int(number) for number in sys.argv[2:]])
