"""`python -m benchmarks.protection.redaction`: masks on generated texts: known persons, patterns, addresses.

How often names that nobody told us about are found is measured by `manage.py redact_evaluate` on annotated texts.
"""

from benchmarks.protection import place  # isort: skip

import argparse
from random import Random

from benchmarks.protection.generated import addresses, known, negatives, patterns, phones, unrelated


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seed", type=int, default=4)
    given.add_argument("--mentions", type=int, default=3_000)
    given.add_argument("--each", type=int, default=500, help="texts of each other kind")
    options = given.parse_args()
    random = Random(options.seed)
    found = {
        "seed": options.seed,
        "known_parties": known(random, options.mentions),
        "unrelated_parties": unrelated(random, 4 * options.each),
        "phones": phones(random, options.each),
        "patterns": patterns(random, options.each),
        "negatives": negatives(),
        "addresses": addresses(random, options.each),
    }
    place.write("protection-redaction", found)


if __name__ == "__main__":
    main()
