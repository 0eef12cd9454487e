"""What a process that answered every page holds in memory: alone, beside another one, and who asked for it.

`python -m benchmarks.figures.remembering FOLDER [beside|sites]`, over what `measured` left there. The last line of
standard output is JSON, proportional MB. `beside`: of one of two processes that answered the same pages, as in a
server of two. `sites`: Python's own count by the package that asked for it, which slows everything down and holds more.
"""

import json
import subprocess
import sys
import tracemalloc
from typing import Any, Final

if __name__ == "__main__" and sys.argv[2:] == ["sites"]:
    tracemalloc.start()

from benchmarks import django_alone

if __name__ == "__main__":
    django_alone.set_up(sys.argv[1])

from benchmarks.figures import memory
from benchmarks.figures.addresses import PAGES
from benchmarks.figures.visiting import looking, manager_of
from cases.records.centre import Centre

ROUNDS: Final = 20


def alone() -> dict[str, Any]:
    """After the start, after one page and after all of them."""
    found = {"begun": memory.split()}
    client = manager_of(Centre.objects.get(code="bench"))
    looks = [looking(client, url) for url in PAGES.values()]
    looks[0]()
    found["one_page"] = memory.split()
    for _n in range(ROUNDS):
        for look in looks:
            look()
    return {**found, "every_page": memory.split()}


def beside(folder: str) -> dict[str, Any]:
    """The other asks and tells while this one still holds what it read."""
    alone()
    other = subprocess.run(
        [sys.executable, "-m", "benchmarks.figures.remembering", folder],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: dict[str, Any] = json.loads(other.stdout.splitlines()[-1])
    return told


def sites() -> dict[str, Any]:
    before = memory.by_package()
    alone()
    return {"begun": before, "every_page": memory.by_package()}


if __name__ == "__main__":
    asked = sys.argv[2] if len(sys.argv) > 2 else "alone"
    print(json.dumps({"alone": alone, "beside": lambda: beside(sys.argv[1]), "sites": sites}[asked]()))
