"""Three nodes, one of them killed in the middle of the work: nothing is lost, nothing erased comes back."""

import random
import threading
import time
import uuid
from contextlib import suppress

import pytest
from django.db import transaction

from cases import feed
from cases.jobs import Job, claim_and_run
from cases.protection import keys
from cases.protection.models import DataKey
from cases.records.case import Case
from cases.services import followup
from search import engine as engines
from search import index
from search.engine import engine
from search.words import find
from tests import builders, services
from tests import elastic as server

# PostgreSQL is the database that goes with a cluster.
pytestmark = [pytest.mark.elastic, pytest.mark.faults, pytest.mark.postgres, pytest.mark.django_db]
SETTLED_WITHIN = 180


@pytest.fixture(scope="module")
def cluster():
    try:
        servers = server.start(3)
    except services.ServiceMissing as missing:
        pytest.skip(str(missing))
    yield servers
    servers.stop()


@pytest.fixture
def whole(cluster, settings):
    """All three nodes up, and an index of this test's own that has its copy."""
    for node in cluster.nodes:
        if node.process is None:
            cluster.start(node)
    settings.ELASTICSEARCH_URLS = cluster.urls
    settings.ELASTICSEARCH_USER, settings.ELASTICSEARCH_PASSWORD = server.USER, server.PASSWORD
    settings.ELASTICSEARCH_CA_FILE = cluster.ca_file
    settings.ELASTICSEARCH_PREFIX = f"t{uuid.uuid4().hex[:10]}"
    cluster.wait()
    engine().wipe()
    engine().complete()
    cluster.wait()
    return cluster


def settle():
    """What a worker does until nothing waits, however often the cluster is busy with itself."""
    end = time.monotonic() + SETTLED_WITHIN
    while feed.lag(index.CONSUMER).waiting or Job.objects.unfinished().exists():
        assert time.monotonic() < end
        with suppress(feed.ConsumerFails):
            feed.drain(index.CONSUMER, 1000)
        claim_and_run(worker="test")
        time.sleep(0.1)


def in_database():
    keyed = DataKey.objects.filter(owner_kind=Case.OWNER_KIND).values("owner_uid")
    return dict(Case.objects.filter(uid__in=keyed).values_list("uid", "revision"))


def in_engine():
    return {one.uid: one.revision for one in engine().stored(limit=1000)}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_node_is_killed_during_writes(whole, seed):
    dice, by = random.Random(seed), builders.account()
    victim = whole.node_of(engine().stores()[0])
    timer = threading.Timer(dice.uniform(0.2, 1.0), victim.kill)
    timer.start()
    erased = []
    for number in range(40):
        case = builders.case(by=by, narrative=f"布団の契約 {number}")
        if number % 4 == 1:
            keys.destroy(case.sealed_owner)
            erased.append(case.uid)
        with suppress(feed.ConsumerFails):
            feed.drain(index.CONSUMER, 5)
    timer.join()
    settle()

    assert victim.process is None
    index.apply(erased)  # word of them once more, late and doubled
    assert in_engine() == in_database()
    assert set(find("布団", by=by, limit=100).uids) == set(in_database())


@pytest.mark.parametrize("seed", [1, 2])
def test_a_node_is_killed_during_a_rebuild(whole, seed, monkeypatch):
    monkeypatch.setattr(index, "BATCH", 5)
    dice, by = random.Random(seed), builders.account()
    cases = [builders.case(by=by, narrative=f"布団の契約 {number}") for number in range(25)]
    settle()
    put, steps = index._put, iter(range(1, 1000))
    when = dice.randrange(2, 5)

    def killed(rows, into):
        if next(steps) == when:
            whole.node_of(engine().building().stores()[0]).kill()
            followup.close_case(cases[0].uid, outcome="ADVICE", closed_on=cases[0].received_on, by=by)
            keys.destroy(cases[1].sealed_owner)
            feed_word_of(cases[1])
        return put(rows, into)

    monkeypatch.setattr(index, "_put", killed)
    old = engine().stores()
    engines.request_rebuild(anew=False)
    settle()

    job = Job.objects.get(kind=engines.REBUILD)
    assert (job.state, [node.process for node in whole.nodes].count(None)) == (Job.State.DONE, 1)
    assert engine().stores() != old
    assert in_engine() == in_database()
    assert set(find("布団", by=by, limit=100).uids) == {case.uid for case in cases} - {cases[1].uid}


def feed_word_of(case):
    with transaction.atomic():
        feed.changed([(case.uid, case.revision + 1)])
