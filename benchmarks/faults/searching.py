"""Rounds on several machines: three nodes of Elasticsearch on loopback, cases saved and erased, something killed.

After each round the index holds what the database holds, each word is found in its own case alone, and nothing erased
has come back, though word of it comes again, doubled and late.
"""

import atexit
import os
import random
import time
import uuid
from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.db import transaction

from benchmarks.faults import checks
from benchmarks.faults.children import at_work, kill, spawn, wait_for, worker
from benchmarks.faults.entries import entry, word
from benchmarks.faults.sums import Tally
from cases import feed
from cases.jobs import Job
from cases.protection import keys
from cases.protection.models import DataKey
from cases.protection.sealed import Owner
from cases.records.case import Case
from cases.records.centre import SYSTEM, Centre
from cases.services.intake import record_cases
from search import index
from search.engine import engine, request_rebuild
from search.errors import SearchUnavailable
from tests import elastic, services

CASES = 60
# Looked for by their words, each; all are compared.
LOOKED_FOR = 15
SETTLED_WITHIN = 240


@cache
def cluster() -> elastic.Servers:
    """The nodes of this run, and the product set up for them, here and in every child."""
    servers = elastic.start(3)
    atexit.register(servers.stop)
    given = {
        "URLS": ",".join(servers.urls),
        "USER": elastic.USER,
        "PASSWORD": elastic.PASSWORD,
        "PREFIX": "faults",
        "CA_FILE": servers.ca_file,
    }
    os.environ.update({f"ELASTICSEARCH_{name}": value for name, value in given.items()})
    settings.ELASTICSEARCH_URLS = servers.urls
    settings.ELASTICSEARCH_USER, settings.ELASTICSEARCH_PASSWORD = elastic.USER, elastic.PASSWORD
    settings.ELASTICSEARCH_PREFIX, settings.ELASTICSEARCH_CA_FILE = "faults", servers.ca_file
    engine().wipe()
    engine().complete()
    servers.wait()
    return servers


def worker_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """The worker killed while it writes; cases erased before and meanwhile."""
    cluster()
    erased = _saved_and_erased(seed, dice, centre, tally)
    process = spawn("manage.py", "worker")
    uids = [entry(seed, n).uid for n in range(CASES)]
    if dice.random() < 0.5:  # between the write and the word that it is done
        wait_for(lambda: bool(engine().revisions(uids)), 60)
    else:  # anywhere from its start on
        time.sleep(dice.uniform(2.0, 10.0))
    erased |= _erase(seed, dice.sample(range(CASES), 5))
    kill(process)
    left, held = feed.lag(index.CONSUMER).waiting, len(engine().revisions(uids))
    with worker():
        _check(seed, erased, tally)
    return f"killed with {held} of {CASES} in the index and {left} to go"


def refused_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """A worker that nobody answers for a while; then one that is answered."""
    cluster()
    erased = _saved_and_erased(seed, dice, centre, tally)
    there = os.environ["ELASTICSEARCH_URLS"]
    os.environ["ELASTICSEARCH_URLS"] = f"https://127.0.0.1:{services.free_port()}"
    process = spawn("manage.py", "worker")
    time.sleep(dice.uniform(3.0, 6.0))
    kill(process)
    os.environ["ELASTICSEARCH_URLS"] = there
    left = feed.lag(index.CONSUMER).waiting
    with worker():
        _check(seed, erased, tally)
    return f"refused with {left} to go"


def node_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """The node that writes first, killed while people save."""
    nodes = cluster()
    victim = nodes.node_of(engine().stores()[0])
    with worker(), at_work(seed, pause=0.1) as people:
        time.sleep(dice.uniform(0.2, 2.0))
        victim.kill()
        time.sleep(3)
    checks.check_people(seed, people.saved(), people.only_tried(), tally)
    with worker():
        _settle(tally)
    _compare(tally)
    nodes.start(victim)
    nodes.wait()
    return f"{victim.name} of three"


def rebuild_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """The node that the new store is written to, killed during a rebuild; cases saved and erased meanwhile."""
    nodes = cluster()
    with worker():
        _settle(tally)
        request_rebuild(anew=False)
        begun = wait_for(lambda: engine().building() is not None, 60)
        erased = _saved_and_erased(seed, dice, centre, tally)
        second = engine().building()
        victim = nodes.node_of((second or engine()).stores()[0])
        victim.kill()
        ended = wait_for(lambda: not Job.objects.unfinished().exists(), SETTLED_WITHIN)
        _check(seed, erased, tally)
    job = Job.objects.filter(kind="search.rebuild").latest("pk")
    tally.stuck += not (begun and ended and job.state == Job.State.DONE)
    nodes.start(victim)
    nodes.wait()
    return f"{victim.name} of three" + ("" if second is not None else ", after the swap")


# --- Cases ------------------------------------------------------------------------------------------------------
def _saved_and_erased(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> set[uuid.UUID]:
    record_cases([entry(seed, n) for n in range(CASES)], centre=centre, by=SYSTEM)
    tally.acknowledged += CASES
    return _erase(seed, dice.sample(range(CASES), 10))


def _erase(seed: str, numbers: Iterable[int]) -> set[uuid.UUID]:
    """Their keys are destroyed, and word of it is left, with revisions in any order."""
    uids = {entry(seed, n).uid for n in numbers}
    with transaction.atomic():
        for uid in sorted(uids):
            if DataKey.objects.filter(owner_kind=Case.OWNER_KIND, owner_uid=uid).exists():
                keys.destroy(Owner(Case.OWNER_KIND, uid))
        feed.changed([(uid, 1 + place % 3) for place, uid in enumerate(sorted(uids))])
    return uids


# --- Checks -----------------------------------------------------------------------------------------------------
def _check(seed: str, erased: set[uuid.UUID], tally: Tally) -> None:
    _settle(tally)
    kept = [n for n in range(CASES) if entry(seed, n).uid not in erased][:LOOKED_FOR]
    checks.wait_until_found({word(seed, n): entry(seed, n).uid for n in kept}, tally)
    index.apply([*erased, *erased])
    _compare(tally)


def _settle(tally: Tally) -> None:
    tally.stuck += not wait_for(lambda: feed.lag(index.CONSUMER).waiting == 0, SETTLED_WITHIN)


def _compare(tally: Tally) -> None:
    """What the index holds and the database does not counts as duplicated, the reverse as lost."""
    keyed = DataKey.objects.filter(owner_kind=Case.OWNER_KIND).values("owner_uid")
    wanted = dict(Case.objects.filter(uid__in=keyed).values_list("uid", "revision"))
    held = _held()
    tally.duplicated += len(held.keys() - wanted.keys())
    tally.lost += sum(held.get(uid) != revision for uid, revision in wanted.items())


def _held() -> dict[uuid.UUID, int]:
    for _try in range(10):
        try:
            return {one.uid: one.revision for one in engine().stored(limit=40_000)}
        except SearchUnavailable:
            time.sleep(2)
    return {}
