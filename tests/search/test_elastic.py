"""What the second engine does that the first has no need of, and that the two answer alike; on a real server."""

import base64
import time
import uuid
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from django.utils import timezone

from cases import feed
from cases.feed.models import FeedRow
from cases.protection import keys
from cases.records.case import Case
from cases.records.tombstone import Tombstone
from search import engine as engines
from search import index
from search.backends.base import Document, Facet, Filters, Order, WordQuery
from search.backends.elastic import ElasticBackend
from search.backends.elastic_cluster import Access, Cluster
from search.backends.sqlite import SqliteBackend
from search.dead_letters import DeadLetter
from search.engine import engine, heal
from search.errors import EngineBroken, SearchRebuilding, SearchUnavailable
from search.hashing import TERM_BYTES, TermHasher
from search.ranked import ranked
from search.similar import similar
from search.words import find
from tests import certificates
from tests import elastic as server
from tests.services import free_port

pytestmark = pytest.mark.elastic


def with_postgres(test):
    """The product on this engine: with the database that goes with it."""
    return pytest.mark.postgres(pytest.mark.django_db(test))


HERE = Filters(centres=[1])
hasher = TermHasher(lambda data: data.ljust(TERM_BYTES, b"\x00")[:TERM_BYTES])


def document(number, words, revision=1, **codes):
    return Document(
        uuid.UUID(int=number), revision, 1, codes.pop("received_on", date(2026, 4, 9)), hasher.packed(words.split()),
        **codes,
    )  # fmt: skip


def access(servers, **changes):
    given = {
        "urls": tuple(servers.urls), "user": server.USER, "password": server.PASSWORD, "ca_file": servers.ca_file,
    }  # fmt: skip
    return Access(**(given | changes))


def backend(servers, prefix=None, version="v1", **more):
    prefix = prefix or f"t{uuid.uuid4().hex[:10]}"
    return ElasticBackend(Cluster(access(servers)), prefix, version, **more)


@pytest.fixture
def store(elastic):
    made = backend(elastic)
    made.wipe()
    made.complete()
    return made


@pytest.fixture
def on_elastic(elastic, settings):
    """The product, set up for a cluster; its index complete and empty."""
    settings.ELASTICSEARCH_URLS = elastic.urls
    settings.ELASTICSEARCH_USER, settings.ELASTICSEARCH_PASSWORD = server.USER, server.PASSWORD
    settings.ELASTICSEARCH_CA_FILE = elastic.ca_file
    settings.ELASTICSEARCH_PREFIX = f"t{uuid.uuid4().hex[:10]}"
    engine().wipe()
    engine().complete()
    return settings


# --- Nothing is left of what was erased -------------------------------------------------------------------------
MARKS = [uuid.uuid4().hex[:TERM_BYTES] for _number in range(2)]
TRACES = [hasher.term(word) for word in MARKS]


@pytest.fixture(scope="module", autouse=True)
def erased_before(elastic):
    """Erased before the other tests run: the cluster keeps what it could need for a copy, for half a minute."""
    made = backend(elastic)
    made.wipe()
    made.complete()
    made.put([document(number, f"w{number:03} common") for number in range(300)])
    made.put([document(999, " ".join(MARKS))])
    assert made.optimise()
    before = elastic.bytes_on_disk()
    assert [term for term in TRACES if term.hex().encode() not in before] == []
    made.bury([uuid.UUID(int=999)])
    return made


def test_it_never_says_clean_before_it_is(elastic):
    made = backend(elastic)
    made.wipe()
    made.put([document(1, "mark3"), document(2, "common")])
    made.optimise()
    made.bury([uuid.UUID(int=1)])

    is_clean = made.optimise()

    is_left = hasher.term("mark3").hex().encode() in elastic.bytes_on_disk()
    assert is_clean is not is_left


@pytest.mark.parametrize("way", ["delete", "bury"])
def test_a_write_that_comes_when_the_cluster_has_forgotten_the_deletion(elastic, way):
    """The cluster's own memory of deletions ends; what was erased is buried and needs none of it."""
    made = backend(elastic, gc_deletes="1s")
    made.wipe()
    made.complete()
    made.put([document(1, "a", revision=6)])
    getattr(made, way)([uuid.UUID(int=1)])
    time.sleep(1.5)

    made.put([document(1, "a", revision=4)])

    assert made.size() == (1 if way == "delete" else 0)


# --- One promise, two engines -----------------------------------------------------------------------------------
def test_the_same_writes_leave_two_engines_that_answer_alike(store, tmp_path):
    other = SqliteBackend(tmp_path / "engine.sqlite3", "v1")
    other.wipe()
    other.complete()
    dice = Random(23)
    for step in range(40):
        batch = [
            document(
                dice.randrange(40),
                " ".join(dice.choices("abcdefgh", k=dice.randrange(9))),
                dice.randrange(5),
                received_on=date(2026, 4, 1 + dice.randrange(25)),
                scams=tuple(dice.sample(["S1", "S2", "S3"], dice.randrange(3))),
                product=dice.choice(["", "P1", "P2"]),
                is_open=dice.random() < 0.5,
                contract_yen=dice.choice([None, 0, 30_000]),
            )
            for _one in range(dice.randrange(8))
        ]
        gone = [uuid.UUID(int=dice.randrange(40)) for _one in range(dice.randrange(3))]
        for made in (store, other):
            made.put(batch)
            (made.bury if step % 7 == 0 else made.delete)(gone)
            if step == 15:
                made.begin()
                made.building().put(made.documents([row.uid for row in made.stored(limit=99)]))
            if step == 30:
                made.building().complete()
                made.swap()

    def answers(made):
        query = WordQuery(((hasher.term("a"),), (hasher.term("b"), hasher.term("c"))), ((hasher.term("h"),),))
        words = [hasher.term(letter) for letter in "abcdefgh"]
        narrow = Filters(centres=[1], scams=["S1", "S2"], is_open=True, received_from=date(2026, 4, 5))
        uids = [row.uid for row in made.stored(limit=99)]
        return (
            made.stored(limit=99), made.size(), made.mean_length(), made.frequencies(words),
            sorted(made.documents(uids), key=lambda one: one.uid),
            [made.find(query, filters, Order.NEWEST, limit=99).total for filters in (HERE, narrow)],
            sorted(made.find(WordQuery(((words[0],),)), narrow, Order.NEWEST, limit=99).uids),
            [made.counts(None, HERE, facet) for facet in Facet], made.counts(query, narrow, Facet.PRODUCT),
        )  # fmt: skip

    assert store.size() > 10
    assert answers(store) == answers(other)


def test_the_same_question_has_the_same_ten_answers(store, tmp_path):
    other = SqliteBackend(tmp_path / "engine.sqlite3", "v1")
    other.wipe()
    other.complete()
    dice = Random(5)
    words = [f"w{number:03}" for number in range(400)]
    often = [1 / (number + 3) for number in range(400)]
    texts = [" ".join(dice.choices(words, often, k=dice.randrange(20, 60))) for _one in range(600)]
    for made in (store, other):
        made.put([document(number, text) for number, text in enumerate(texts)])
    questions = [Counter(dice.choices(words, often, k=25)) for _one in range(100)]

    def best(made, question):
        return [one.uid.int for one, _score in ranked(made, hasher, question, HERE).documents[:10]]

    alike = [best(store, question) == best(other, question) for question in questions]

    assert sum(alike) >= 99


# --- Documents that it refuses ----------------------------------------------------------------------------------
def test_a_document_that_is_refused_for_good_keeps_no_other_out(store):
    too_long = "x" * 40_000

    refused = store.put([document(1, "a"), document(2, "a", product=too_long), document(3, "a")])

    assert set(refused) == {uuid.UUID(int=2)}
    assert refused[uuid.UUID(int=2)].endswith("exception")
    assert too_long not in refused[uuid.UUID(int=2)]
    assert [row.uid.int for row in store.stored(limit=9)] == [1, 3]


# --- The product on it ------------------------------------------------------------------------------------------
@with_postgres
def test_a_saved_case_is_found_by_words_and_as_similar_and_an_erased_one_is_not(on_elastic, record, staff):
    case, erased = (
        record("屋根の無料点検に来た業者と契約した。"),
        record("屋根の点検のあと、契約を断れない。"),
    )
    feed.drain("search", 100)
    assert set(find("契約", by=staff).uids) == {case.uid, erased.uid}
    assert {hit.uid for hit in similar("屋根の点検で契約", by=staff).hits} == {case.uid, erased.uid}

    keys.destroy(erased.sealed_owner)
    index.apply([erased.uid])
    index.apply([case.uid, case.uid])

    assert find("契約", by=staff).uids == [case.uid]
    assert engine().revisions([case.uid, erased.uid]) == {case.uid: case.revision}


@with_postgres
def test_it_is_made_anew_beside_the_store_that_answers_meanwhile(
    on_elastic, record, worked, staff, monkeypatch
):
    cases = {record(f"給湯器の点検 {number}").uid for number in range(3)}
    worked()
    seen = []
    put = index._put

    def looked(rows, into):
        seen.append(set(find("給湯器", by=staff).uids))
        return put(rows, into)

    monkeypatch.setattr(index, "_put", looked)
    engines.request_rebuild(anew=False)
    worked()

    assert seen == [cases]
    assert set(find("給湯器", by=staff).uids) == cases
    index.tidy()
    assert not engine().drop_old(timezone.now() - timedelta(days=1)), "kept for readers still at work"
    assert engine().drop_old(timezone.now() + timedelta(seconds=1))


@with_postgres
def test_a_missing_index_heals_by_itself(on_elastic, record, worked, staff):
    case = record("給湯器の点検")
    worked()
    engine().remove()

    with pytest.raises(SearchRebuilding):
        find("給湯器", by=staff)
    worked()

    assert find("給湯器", by=staff).uids == [case.uid]


@with_postgres
def test_an_erased_case_is_called_gone_only_when_the_cluster_has_rewritten_its_files(on_elastic, record):
    case = record("給湯器の点検")
    feed.drain("search", 100)
    Tombstone.objects.create(
        case_uid=case.uid, centre=case.centre, number=case.number, record_class="x", ground="x",
        erased_at=timezone.now(),
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).delete()
    index.apply([case.uid])
    engine().put([index._document(case, hasher.packed(["late"]))])
    assert engine().revisions([case.uid]) == {}

    index.forget_words()

    assert (Tombstone.objects.get().words_gone_at is not None) == engine().optimise()


@with_postgres
def test_a_case_that_the_cluster_refuses_becomes_a_letter(on_elastic, record, staff, monkeypatch):
    fine, bad = record("屋根の点検"), record("屋根の工事")
    made = index._document

    def too_long(case, packed):
        return (
            made(case, packed) if case.uid == fine.uid else replace(made(case, packed), product="x" * 40_000)
        )

    monkeypatch.setattr(index, "_document", too_long)

    feed.drain("search", 100)

    letter = DeadLetter.objects.get()
    assert (letter.uid, letter.attempts, FeedRow.objects.count()) == (bad.uid, 1, 0)
    assert find("屋根", by=staff).uids == [fine.uid]


# --- While it is away -------------------------------------------------------------------------------------------
@with_postgres
def test_while_nobody_answers_saving_goes_on_and_what_was_saved_is_found_later(on_elastic, record, staff):
    there = on_elastic.ELASTICSEARCH_URLS
    on_elastic.ELASTICSEARCH_URLS = [f"https://127.0.0.1:{free_port()}"]
    case = record("屋根の点検")

    for _again in range(3):
        with pytest.raises(feed.ConsumerFails):
            feed.drain("search", 100)
    with pytest.raises(SearchUnavailable):
        find("屋根", by=staff)
    with pytest.raises(SearchUnavailable):
        heal()
    assert not engines.is_ill()
    assert FeedRow.objects.get(consumer="search").attempts == 0

    on_elastic.ELASTICSEARCH_URLS = there
    feed.drain("search", 100)

    assert find("屋根", by=staff).uids == [case.uid]


def test_a_cluster_that_did_not_answer_is_left_alone_for_a_moment(store, elastic, monkeypatch):
    asked = []
    away = ElasticBackend(Cluster(access(elastic, urls=(f"https://127.0.0.1:{free_port()}",))), "t", "v1")
    send = type(away._cluster.desk.transport).perform_request

    def counted(self, *given, **more):
        asked.append(1)
        return send(self, *given, **more)

    monkeypatch.setattr(type(away._cluster.desk.transport), "perform_request", counted)

    for _key in range(5):
        with pytest.raises(SearchUnavailable):
            away.frequencies([hasher.term("a")])

    assert len(asked) == 1
    away._cluster._silent_until = 0.0
    with pytest.raises(SearchUnavailable):
        away.is_complete()
    assert len(asked) == 2


def test_a_wrong_password_is_no_broken_index(elastic):
    refused = ElasticBackend(Cluster(access(elastic, password="wrong")), "t", "v1")

    for use in (refused.is_complete, refused.wipe, lambda: refused.put([document(1, "a")])):
        with pytest.raises(SearchUnavailable):
            use()


def test_a_cluster_whose_certificate_is_of_another_authority_is_not_spoken_to(elastic, tmp_path):
    certificates.write(tmp_path)
    stranger = ElasticBackend(Cluster(access(elastic, ca_file=str(tmp_path / "ca.pem"))), "t", "v1")

    with pytest.raises(SearchUnavailable):
        stranger.is_complete()


# --- Two versions of the product --------------------------------------------------------------------------------
def test_another_analysis_has_an_index_of_its_own_and_the_old_one_goes_once_it_is_complete(elastic):
    prefix = f"t{uuid.uuid4().hex[:10]}"
    old, new = backend(elastic, prefix, "v1"), backend(elastic, prefix, "v2")
    old.wipe()
    old.put([document(1, "a")])
    old.complete()

    with pytest.raises(EngineBroken):
        new.is_complete()
    new.wipe()
    assert not new.drop_old(timezone.now() + timedelta(days=1)), (
        "it still answers programs of the old version"
    )
    assert old.frequencies([hasher.term("a")])
    new.complete()

    assert new.drop_old(timezone.now() + timedelta(seconds=1))
    with pytest.raises(EngineBroken):
        old.size()


# --- The one that takes longest ----------------------------------------------------------------------------------
def test_nothing_of_a_buried_document_is_in_any_byte_of_the_cluster(elastic, erased_before):
    end = time.monotonic() + 120
    while not erased_before.optimise():
        assert time.monotonic() < end
        time.sleep(1)

    stored = elastic.bytes_on_disk()

    packed = base64.b64encode(b"".join(TRACES))
    assert b"w001".hex().encode() in stored, "what is not erased is there"
    assert [
        trace for trace in (*TRACES, *(t.hex().encode() for t in TRACES), packed) if trace in stored
    ] == []
    assert erased_before.size() == 300
