"""The promise of every engine (`search.backends.base`), checked with each of them."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from search.backends.base import Document, Facet, Filters, Order, WordQuery
from search.backends.sqlite import SqliteBackend
from search.errors import EngineBroken, SearchRebuilding
from search.hashing import TermHasher
from tests import elastic
from tests.disk import bytes_of

HERE, THERE = 1, 2
EVERYWHERE = Filters(centres=[HERE, THERE])

hasher = TermHasher(lambda data: data.ljust(5, b"\x00") if len(data) <= 5 else data[-5:])


def term(word):
    return hasher.term(word)


def query(*wanted, without=()):
    return WordQuery(
        tuple(tuple(map(term, phrase.split())) for phrase in wanted),
        tuple(tuple(map(term, phrase.split())) for phrase in without),
    )


def document(number, words, *, revision=1, centre=HERE, received_on=date(2026, 4, 9), **codes):
    return Document(
        uuid.UUID(int=number), revision, centre, received_on, hasher.packed(words.split()), **codes
    )


def numbers(uids):
    return [uid.int for uid in uids]


def found(engine, *wanted, filters=EVERYWHERE, without=(), order=Order.NEWEST, limit=50, offset=0):
    page = engine.find(query(*wanted, without=without), filters, order, limit=limit, offset=offset)
    return numbers(page.uids), page.total


def candidates(engine, *words, filters=EVERYWHERE, limit=50):
    return sorted(d.uid.int for d in engine.candidates(dict.fromkeys(map(term, words), 1), filters, limit))


def elastic_backend(servers, version="v1", **more):
    """An engine with indices of its own in the suite's cluster."""
    from search.backends.elastic import ElasticBackend
    from search.backends.elastic_cluster import Access, Cluster

    cluster = Cluster(Access(tuple(servers.urls), elastic.USER, elastic.PASSWORD, servers.ca_file))
    return ElasticBackend(cluster, f"t{uuid.uuid4().hex[:10]}", version, **more)


@pytest.fixture(params=["sqlite", pytest.param("elastic", marks=pytest.mark.elastic)])
def incomplete(request, tmp_path):
    if request.param == "sqlite":
        made = SqliteBackend(tmp_path / "engine.sqlite3", "v1")
    else:
        made = elastic_backend(request.getfixturevalue("elastic"))
    made.wipe()
    return made


@pytest.fixture
def engine(incomplete):
    incomplete.complete()
    return incomplete


def test_a_new_engine_takes_writes_but_answers_nobody_until_it_is_complete(incomplete):
    incomplete.put([document(1, "a b")])

    for ask in (
        lambda: incomplete.find(query("a"), EVERYWHERE, Order.NEWEST, limit=5),
        lambda: incomplete.candidates({term("a"): 1}, EVERYWHERE, 5),
        lambda: incomplete.frequencies([term("a")]),
        lambda: incomplete.counts(None, EVERYWHERE, Facet.SCAM),
    ):
        with pytest.raises(SearchRebuilding):
            ask()
    assert (incomplete.is_complete(), incomplete.size()) == (False, 1)
    incomplete.complete()
    assert (found(incomplete, "a"), incomplete.is_complete()) == (([1], 1), True)


def test_words_and_phrases_are_found_together_and_exclusions_leave_out(engine):
    engine.put([document(1, "a b c"), document(2, "b a c"), document(3, "a b x"), document(4, "c")])

    assert found(engine, "a", "c") == ([2, 1], 2)
    assert found(engine, "a b") == ([3, 1], 2)
    assert found(engine, "a b", without=["x"]) == ([1], 1)
    assert found(engine, "nowhere") == ([], 0)


def test_three_writers_and_a_reader_do_not_get_in_each_others_way(engine):
    each, batch = 300, 50
    asked: list[int] = []

    def write(first: int) -> None:
        for start in range(first, first + each, batch):
            engine.put([document(number, "a b") for number in range(start, start + batch)])

    with ThreadPoolExecutor(3) as writers:
        writing = [writers.submit(write, first) for first in (1000, 2000, 3000)]
        while not all(one.done() for one in writing):
            asked.append(found(engine, "a")[1])
        for one in writing:
            one.result()

    assert found(engine, "a b", limit=1)[1] == engine.size() == 3 * each
    assert asked == sorted(asked)


def test_a_put_is_idempotent_and_equal_revisions_are_replaced(engine):
    for _again in range(3):
        engine.put([document(1, "a a b")])
    assert (engine.size(), engine.mean_length(), engine.frequencies([term("a")])) == (1, 3.0, {term("a"): 1})

    engine.put([document(1, "b c")])

    assert (found(engine, "a"), found(engine, "b c")) == (([], 0), ([1], 1))
    assert engine.frequencies([term("a"), term("c")]) == {term("c"): 1}
    assert (engine.size(), engine.mean_length()) == (1, 2.0)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_late_older_revision_never_wins(engine, at_once):
    new, old = document(1, "new", revision=3), document(1, "old", revision=2)
    for batch in [[new, old]] if at_once else [[new], [old]]:
        engine.put(batch)

    assert (found(engine, "new"), found(engine, "old")) == (([1], 1), ([], 0))
    assert engine.revisions([new.uid, uuid.UUID(int=9)]) == {new.uid: 3}


def test_deleted_documents_are_found_no_more_and_unknown_ones_passed_over(engine):
    engine.put([document(1, "a b"), document(2, "a")])

    engine.delete([uuid.UUID(int=1), uuid.UUID(int=99)])

    assert (found(engine, "a"), found(engine, "b")) == (([2], 1), ([], 0))
    assert (engine.size(), engine.frequencies([term("b"), term("a")])) == (1, {term("a"): 1})


def test_without_a_centre_nothing_is_found_and_another_centre_is_never_seen(engine):
    engine.put([document(1, "a", scams=("X",)), document(2, "a", centre=THERE, scams=("Y",))])

    for filters, expected in [
        (Filters(centres=[HERE]), [1]),
        (Filters(centres=[THERE]), [2]),
        (Filters(), []),
    ]:
        assert found(engine, "a", filters=filters) == (expected, len(expected))
        assert candidates(engine, "a", filters=filters) == expected
        assert sum(engine.counts(query("a"), filters, Facet.SCAM).values()) == len(expected)
        assert sum(engine.counts(None, filters, Facet.SCAM).values()) == len(expected)
        assert engine.counts(query("a"), filters, Facet.CENTRE) == {str(centre): 1 for centre in expected}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, [1, 2]),
        ({"scams": ["B"]}, [1, 2]),
        ({"scams": ["A"]}, [1]),
        ({"main_scams": ["B"]}, [2]),
        ({"main_scams": ["A", "C"]}, [1]),
        ({"scams": ["A", "C"]}, [1]),
        ({"products": ["P1"]}, [1]),
        ({"sales_methods": ["S2"]}, [2]),
        ({"age_bands": ["70S", "80S"]}, [1]),
        ({"outcomes": ["ADVICE"]}, [2]),
        ({"is_open": True}, [1]),
        ({"is_open": False}, [2]),
        ({"received_from": date(2026, 4, 2)}, [2]),
        ({"received_before": date(2026, 4, 2)}, [1]),
        ({"received_before": date(2026, 4, 1)}, []),
        ({"contract_yen_from": 0, "contract_yen_to": 50_000}, [1]),
        ({"contract_yen_from": 50_001}, []),
        ({"leave_out": uuid.UUID(int=1)}, [2]),
    ],
)
def test_filters_narrow_every_answer_alike(engine, conditions, expected):
    engine.put(
        [
            document(
                1, "a", received_on=date(2026, 4, 1), scams=("A", "B"), product="P1", age_band="70S",
                contract_yen=50_000,
            ),
            document(
                2, "a", received_on=date(2026, 4, 2), scams=("B",), sales_method="S2", outcome="ADVICE", is_open=False
            ),
        ]
    )  # fmt: skip
    filters = Filters(centres=[HERE], **conditions)

    assert candidates(engine, "a", filters=filters) == expected
    assert sorted(found(engine, "a", filters=filters)[0]) == expected
    assert sum(engine.counts(query("a"), filters, Facet.PRODUCT).values()) == len(expected)


def test_counts_by_code_take_the_main_scam_type_alone(engine):
    engine.put(
        [document(1, "a", scams=("A", "B")), document(2, "a", scams=("B",)), document(3, "b", scams=("B",))]
    )

    assert engine.counts(query("a"), EVERYWHERE, Facet.SCAM) == {"A": 1, "B": 1}
    assert engine.counts(None, EVERYWHERE, Facet.SCAM) == {"A": 1, "B": 2}


def test_newest_comes_first_whatever_the_order_of_writing_and_pages_do_not_overlap(engine):
    days = list(range(1, 21))
    Random(5).shuffle(days)
    for day in days:
        engine.put([document(day, "a", received_on=date(2026, 4, day))])
    engine.put([document(7, "a", revision=2, received_on=date(2026, 5, 1))])

    pages = [found(engine, "a", limit=6, offset=offset) for offset in (0, 6, 12, 18)]

    assert [number for page, _total in pages for number in page] == [
        7,
        *[n for n in range(20, 0, -1) if n != 7],
    ]
    assert {total for _page, total in pages} == {20}


def test_best_puts_the_document_that_says_it_more_first(engine):
    engine.put([document(1, "a b c d e f g h"), document(2, "a a a"), document(3, "x y z")])

    assert found(engine, "a", order=Order.BEST)[0] == [2, 1]


def test_candidates_hold_any_of_the_terms_bring_what_ranking_needs_and_are_limited(engine):
    first = document(
        1,
        "a b",
        scams=("A", "B"),
        product="P",
        outcome="ADVICE",
        is_open=False,
        age_band="70S",
        contract_yen=0,
    )
    engine.put([first, document(2, "b b b"), document(3, "c")])

    assert candidates(engine, "a", "b") == [1, 2]
    assert candidates(engine) == []
    assert engine.candidates({term("a"): 1}, EVERYWHERE, 5) == [first]


def test_candidates_are_those_with_the_highest_sums_then_the_later_ones_then_the_smaller_uids(engine):
    late, early = date(2026, 4, 10), date(2026, 4, 9)
    engine.put(
        [document(4, "a b"), document(2, "a c c c", received_on=late), document(7, "c b", received_on=early)]
    )
    engine.put([document(3, "b a", received_on=late), document(1, "a c", received_on=late), document(9, "c")])
    weights = {term("a"): 3, term("b"): 2, term("c"): 1}

    order = [3, 4, 1, 2, 7, 9]

    for limit in range(1, len(order) + 1):
        assert numbers(d.uid for d in engine.candidates(weights, EVERYWHERE, limit)) == order[:limit]


def test_candidates_are_found_behind_any_number_that_a_filter_takes_away(engine):
    engine.put([document(number, "a b", centre=THERE) for number in range(1, 1_500)])
    engine.put([document(2_000, "a", centre=HERE)])
    weights = {term("a"): 1, term("b"): 5}

    assert numbers(d.uid for d in engine.candidates(weights, Filters(centres=[HERE]), 5)) == [2_000]


def test_its_own_side_of_a_comparison_comes_in_pages_by_uid(engine):
    engine.put([document(number, "a", revision=number) for number in (3, 1, 2)])

    first = engine.stored(limit=2)
    rest = engine.stored(after=first[-1].uid, limit=2)

    assert [(row.uid.int, row.revision) for row in [*first, *rest]] == [(1, 1), (2, 2), (3, 3)]
    assert engine.stored(after=rest[-1].uid, limit=2) == []


def test_a_document_without_terms_is_held_and_found_by_nothing(engine):
    engine.put([document(1, "")])

    assert (engine.size(), engine.mean_length(), found(engine, "a")) == (1, 0.0, ([], 0))
    engine.delete([uuid.UUID(int=1)])
    assert engine.size() == 0


def test_wiping_leaves_an_empty_incomplete_engine(engine):
    engine.put([document(1, "a")])

    engine.wipe()

    assert (engine.size(), engine.is_complete(), engine.stored(limit=5)) == (0, False, [])


def test_what_is_held_of_documents_comes_back_as_it_was_put(engine):
    full = document(
        1, "a b a", revision=7, scams=("B", "A"), product="P", sales_method="S", age_band="70S", outcome="ADVICE",
        is_open=False, contract_yen=12_000_000_000,
    )  # fmt: skip
    bare = document(2, "")
    engine.put([full, bare, document(3, "c")])

    found = engine.documents([full.uid, bare.uid, uuid.UUID(int=9)])

    assert sorted(found, key=lambda one: one.uid) == [full, bare]


def test_a_buried_document_never_comes_back_however_late_and_new_it_is(engine):
    engine.put([document(1, "a"), document(2, "a")])

    engine.bury([uuid.UUID(int=1), uuid.UUID(int=5)])
    engine.put([document(1, "a", revision=99), document(2, "a b"), document(5, "a")])
    engine.delete([uuid.UUID(int=1)])
    engine.put([document(1, "a", revision=100)])

    assert (found(engine, "a"), engine.size(), engine.mean_length()) == (([2], 1), 1, 2.0)
    assert [row.uid.int for row in engine.stored(limit=9)] == [2]
    assert (engine.revisions([uuid.UUID(int=1)]), engine.documents([uuid.UUID(int=1)])) == ({}, [])
    engine.wipe()
    engine.put([document(1, "a")])
    assert engine.size() == 1


# --- A second store ----------------------------------------------------------------------------------------------
def test_a_second_store_takes_the_place_of_the_first_with_all_that_happened_meanwhile(engine):
    engine.put([document(n, "a") for n in (1, 2, 3, 4)])
    engine.begin()
    second = engine.building()

    engine.put([document(1, "a new", revision=2), document(5, "a")])
    engine.delete([uuid.UUID(int=2)])
    engine.bury([uuid.UUID(int=3)])
    second.put([document(n, "a") for n in (1, 3, 4)])  # what the cases were when the rebuild read them
    assert (sorted(found(engine, "a")[0]), found(engine, "new")[0]) == ([1, 4, 5], [1])
    assert (second.size(), second.is_complete(), engine.is_complete()) == (3, False, True)
    second.complete()
    engine.swap()

    assert (sorted(found(engine, "a")[0]), found(engine, "new")[0], engine.size()) == ([1, 4, 5], [1], 3)
    assert engine.building() is None
    engine.put([document(6, "a"), document(3, "a", revision=9)])
    assert engine.size() == 4


def test_a_second_store_answers_nobody_until_it_has_taken_over_and_can_be_thrown_away(engine):
    engine.put([document(1, "a")])
    assert engine.building() is None
    with pytest.raises(EngineBroken):
        engine.swap()

    engine.begin()
    engine.building().put([document(2, "a")])
    assert found(engine, "a") == ([1], 1)
    engine.begin()
    assert engine.building().size() == 0, "begun again from nothing"
    engine.abandon()
    engine.abandon()

    assert (engine.building(), found(engine, "a")) == (None, ([1], 1))


def test_a_replaced_store_is_kept_for_a_while_and_called_clean_only_once_it_is_gone(engine):
    engine.put([document(1, "a")])
    engine.begin()
    engine.building().complete()
    before = datetime.now(UTC) - timedelta(minutes=1)
    engine.swap()

    assert not engine.drop_old(before)
    assert not engine.optimise()
    assert engine.drop_old(datetime.now(UTC) + timedelta(minutes=1))
    assert engine.drop_old(before)
    assert (engine.size(), engine.is_complete()) == (0, True)


def test_a_wipe_ends_a_second_store_too(engine):
    engine.begin()

    engine.wipe()

    assert (engine.building(), engine.is_complete()) == (None, False)


def test_random_writes_leave_what_a_fresh_engine_would_hold(engine, tmp_path):
    random = Random(11)
    truth = {}
    for _step in range(60):
        batch = [
            document(
                random.randrange(30),
                " ".join(random.choices("abcdefgh", k=random.randrange(6))),
                revision=random.randrange(5),
                received_on=date(2026, 4, random.randrange(1, 5)),
            )
            for _one in range(random.randrange(6))
        ]
        engine.put(batch)
        for one in batch:
            if one.uid not in truth or truth[one.uid].revision <= one.revision:
                truth[one.uid] = one
        gone = [uuid.UUID(int=random.randrange(30)) for _one in range(random.randrange(3))]
        engine.delete(gone)
        for uid in gone:
            truth.pop(uid, None)

    assert {row.uid: row.revision for row in engine.stored(limit=99)} == {
        u: d.revision for u, d in truth.items()
    }
    for word in "abcdefgh":
        holding = {
            uid.int
            for uid, one in truth.items()
            if term(word) in [one.terms[i : i + 5] for i in range(0, len(one.terms), 5)]
        }
        assert set(found(engine, word)[0]) == holding
        assert engine.frequencies([term(word)]).get(term(word), 0) == len(holding)


# --- The embedded engine alone ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"no database at all" * 500),
        lambda file: file.write_bytes(file.read_bytes()[:100] + b"\xff" * 30_000),
    ],
)
def test_a_harmed_file_is_broken_for_readers_and_writers_until_it_is_wiped(tmp_path, harm):
    file = tmp_path / "engine.sqlite3"
    SqliteBackend(file, "v1").wipe()
    harm(file)
    engine = SqliteBackend(file, "v1")

    for use in (engine.size, engine.is_complete, lambda: engine.put([document(1, "a")])):
        with pytest.raises(EngineBroken):
            use()
    engine.wipe()
    engine.put([document(1, "a")])
    assert engine.size() == 1


def test_a_file_of_another_version_is_broken(tmp_path):
    SqliteBackend(tmp_path / "engine.sqlite3", "v1").wipe()

    with pytest.raises(EngineBroken):
        SqliteBackend(tmp_path / "engine.sqlite3", "v2").size()


def test_open_readers_move_over_to_a_file_made_anew(tmp_path):
    file = tmp_path / "engine.sqlite3"
    reader, writer = SqliteBackend(file, "v1"), SqliteBackend(file, "v1")
    writer.wipe()
    writer.put([document(1, "a")])
    assert reader.size() == 1

    writer.wipe()
    writer.put([document(2, "a"), document(3, "a")])

    assert reader.size() == 2


def test_nothing_of_a_deleted_document_is_left_after_optimising(tmp_path):
    file = tmp_path / "engine.sqlite3"
    engine = SqliteBackend(file, "v1")
    engine.wipe()
    engine.put([document(number, f"w{number:03} common") for number in range(300)])
    marked = hasher.packed(["mark1", "mark2"])
    engine.put([document(999, "mark1 mark2")])
    # FTS5 stores what differs from the term before: the end of the digits is always there.
    traces = [
        marked,
        uuid.UUID(int=999).bytes,
        b"mark1".hex()[-4:].encode() + b"\x04",
        b"mark1".hex()[-6:].encode(),
    ]
    engine.optimise()
    assert len([trace for trace in traces if trace in bytes_of([file])]) >= 3

    engine.delete([uuid.UUID(int=999)])
    engine.optimise()

    stored = bytes_of(tmp_path.iterdir())
    assert not [trace for trace in traces if trace in stored]
