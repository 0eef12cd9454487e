"""`python -m benchmarks.opening.fill COUNT SEED`: made-up cases into the demo's centre, by the road of all cases."""

import sys

import django

django.setup()

from cases.demo import loading
from cases.law import calendar
from cases.records.centre import Centre
from consult.shell.accounts import Account


def main() -> None:
    count, seed = (int(text) for text in sys.argv[1:3])
    centre = Centre.objects.get(code="demo")
    staff = [one for one in Account.objects.filter(centre=centre) if "COUNSELLOR" in one.role_codes]
    with loading.hurried():
        loading.load(centre, staff, count=count, seed=seed, today=calendar.today(), told=lambda _done: None)


if __name__ == "__main__":
    main()
