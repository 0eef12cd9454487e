"""What a caller's first sentences cost at the desk: `search.similar` whole, in an installation with its cases.

A process of its own with Django (`benchmarks.bench.machine`): JSON in, JSON out.
"""

import json
import os
import sys
from typing import Any, Final

import django

django.setup()

from django.core.management import call_command

from benchmarks.similar.judged import questions
from benchmarks.timing import Took, timed, wall_and_cpu
from cases import feed
from consult.shell.accounts import DEMO_ACCOUNTS, Account
from search import analysis, index
from search.engine import engine, heal
from search.similar import similar

_WARM: Final = 20


def filled(cases: int) -> dict[str, Any]:
    """An installation with its cases and search in step with them; the worker's nightly tasks are left out."""
    call_command("prepare")
    call_command("demo_data", cases=cases, seed=1)
    heal()
    while feed.drain(index.CONSUMER, cases):
        pass
    engine().complete()
    return {"cases": cases}


def asked(every: int) -> dict[str, Any]:
    """ms of a question beyond the analysis of its own text, which is timed apart, and how many cases it is shown."""
    _role, username, _name = DEMO_ACCOUNTS[0]
    counsellor = Account.objects.get(username=username)
    texts = [question.text for question in questions()[::every]]
    for text in texts[:_WARM]:
        similar(text, by=counsellor)
    spent: list[Took] = []
    shown = 0
    for text in texts:
        own, _terms = timed(analysis.terms, text)
        whole, answer = timed(lambda words: similar(words, by=counsellor), text)
        spent.append(Took(whole.wall - own.wall, whole.cpu - own.cpu))
        shown += len(answer.hits)
    return {"questions": len(texts), "shown": round(shown / len(texts), 1)} | wall_and_cpu(spent)


def main() -> None:
    given = json.load(sys.stdin)
    found = filled(given["cases"]) | asked(given["every"])
    print(json.dumps(found | {"load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()
