"""Codes suggested from words that were never learned from: how often right, against simpler ways.

    python -m benchmarks.suggest                       # writes results/suggest.md and results/suggest.json
    python -m benchmarks.suggest --learn 600 --test 300 --results /tmp/suggest    # a quick look

Compared on the same terms of the same texts: the most frequent codes, the nearest cases of an index (the product's
own ranking), and the linear classifier. The "ceiling" knows
what each sentence of a story fixes: what it misses is left to the dice of the card.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks import django_alone
from benchmarks.protection.results import RESULTS

LEARN: Final = 6000
TEST: Final = 3000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suggest")
    parser.add_argument("--learn", type=int, default=LEARN)
    parser.add_argument("--test", type=int, default=TEST)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="madoguchi-suggest-") as folder:
        django_alone.set_up(folder)
        from benchmarks.suggest import report

        found = report.run(Path(folder), learn=options.learn, test=options.test, say=_say)
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "suggest.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    (options.results / "suggest.md").write_text(report.as_text(found))
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    main()
