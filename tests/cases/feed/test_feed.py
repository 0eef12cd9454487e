import threading
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from cases import feed
from cases.feed.models import FeedRow
from cases.jobs import registry
from cases.jobs.tasks import Timetable

pytestmark = pytest.mark.django_db


def uids(count):
    return [uuid.UUID(int=number + 1) for number in range(count)]


def change(*uids, revision=1):
    with transaction.atomic():
        feed.changed([(uid, revision) for uid in uids])


def age(uid, **back):
    """As if the row had been queued that long ago."""
    then = timezone.now() - timedelta(**back)
    FeedRow.objects.filter(case_uid=uid).update(queued_at=then, due_at=then)


def bring_forward():
    FeedRow.objects.update(due_at=timezone.now())


def waiting():
    return set(FeedRow.objects.values_list("case_uid", flat=True))


def test_every_consumer_gets_one_row_per_case_however_often_it_changes(consumer):
    consumer(print, name="first")
    consumer(print, name="second")
    one, two = uids(2)

    change(one, two)
    change(one, revision=2)
    change(one, one, revision=3)

    rows = FeedRow.objects.values_list("consumer", "case_uid", "revision")
    assert set(rows) == {("first", one, 3), ("first", two, 1), ("second", one, 3), ("second", two, 1)}


def test_thousands_of_cases_are_left_word_of_at_once(consumer, django_assert_max_num_queries):
    consumer(print)
    cases = [(uuid.uuid4(), 1) for _number in range(3000)]

    with django_assert_max_num_queries(30), transaction.atomic():
        feed.changed(iter(cases))

    assert feed.lag("first").waiting == 3000


def test_without_consumers_nothing_is_written(consumer):
    change(*uids(2))

    assert not FeedRow.objects.exists()


def test_word_of_a_change_that_rolls_back_is_rolled_back(consumer):
    name = consumer(print)

    with transaction.atomic():
        feed.changed([(uuid.uuid4(), 1)])
        assert feed.lag(name).waiting == 1
        transaction.set_rollback(True)

    assert feed.lag(name) == feed.Lag(0, None)


@pytest.mark.django_db(transaction=True)
def test_word_of_a_change_outside_its_transaction_is_refused(consumer):
    consumer(print)

    with pytest.raises(transaction.TransactionManagementError):
        feed.changed([(uuid.uuid4(), 1)])


def test_cases_are_handed_over_oldest_first_in_batches_and_then_forgotten(consumer):
    batches = []
    name = consumer(batches.append, batch=2)
    old, older, oldest = uids(3)
    change(old, older, oldest)
    for uid, hours in ((old, 1), (older, 2), (oldest, 3)):
        age(uid, hours=hours)

    assert feed.drain(name, 10) == 3

    assert batches == [[oldest, older], [old]]
    assert not FeedRow.objects.exists()
    assert feed.drain(name, 10) == 0


def test_draining_stops_at_its_limit(consumer):
    name = consumer(lambda uids: None, batch=2)
    change(*uids(5))

    assert feed.drain(name, 3) == 3
    assert feed.lag(name).waiting == 2


def test_a_consumer_does_not_take_the_rows_of_another(consumer):
    first = consumer(lambda uids: None, name="first")
    second = consumer(lambda uids: None, name="second")
    change(*uids(2))

    feed.drain(first, 10)

    assert (feed.lag(first).waiting, feed.lag(second).waiting) == (0, 2)


@pytest.mark.parametrize("revision", [2, 1], ids=["a new revision", "the same revision again"])
def test_a_case_that_changes_while_it_is_handled_stays_in_the_feed(consumer, revision):
    changing, quiet = uids(2)
    told = []

    def handle(uids):
        told.extend(uids)
        if told.count(changing) == 1:
            change(changing, revision=revision)

    name = consumer(handle, batch=2)
    change(changing, quiet)
    age(quiet, hours=1)

    feed.drain(name, 2)
    assert waiting() == {changing}

    feed.drain(name, 2)
    assert told == [quiet, changing, changing]
    assert waiting() == set()


def test_one_poisonous_case_holds_up_nobody(consumer, caplog):
    poison, *sound = uids(5)
    told = []

    def handle(uids):
        if poison in uids:
            raise ValueError(f"山田花子 {poison}")
        told.extend(uids)

    name = consumer(handle, batch=5)
    change(poison, *sound)

    assert feed.drain(name, 10) == 4

    assert sorted(told) == sound
    row = FeedRow.objects.get()
    assert (row.case_uid, row.attempts) == (poison, 1)
    assert row.due_at > timezone.now()
    assert "5 cases failed with ValueError" in caplog.text
    assert "山田" not in caplog.text
    assert str(poison) not in caplog.text


def test_a_failing_case_waits_longer_each_time_and_its_true_age_is_shown(consumer, time_machine):
    def handle(uids):
        raise ValueError

    time_machine.move_to("2026-04-01T09:00+09:00", tick=False)
    name = consumer(handle)
    change(*uids(1))
    age(uids(1)[0], hours=3)

    waits = []
    for _attempt in range(7):
        assert feed.drain(name, 1) == 0
        waits.append((FeedRow.objects.get().due_at - timezone.now()).total_seconds())
        bring_forward()

    assert waits == [30, 60, 120, 240, 480, 600, 600]
    assert feed.lag(name).oldest == timedelta(hours=3)
    assert feed.lag(name, most=1) == feed.Lag(1, timedelta(hours=3), is_more=True)
    assert feed.lag(name, most=2) == feed.Lag(1, timedelta(hours=3))


def test_a_consumer_that_is_down_is_asked_a_few_times_and_few_cases_wait_for_it(consumer):
    asked = []

    def handle(uids):
        asked.append(len(uids))
        raise ConnectionError

    name = consumer(handle)
    change(*uids(50))

    with pytest.raises(feed.ConsumerFails):
        feed.drain(name, 100)

    assert asked == [50, 1, 1, 1]
    assert FeedRow.objects.filter(attempts=0, due_at__lte=timezone.now()).count() == 47


@pytest.mark.parametrize("is_known", [True, False])
def test_while_a_consumer_says_that_it_is_away_no_case_waits_longer_for_that(consumer, is_known):
    asked = []

    def handle(uids):
        asked.append(len(uids))
        raise ConnectionError

    name = consumer(handle, away=(ConnectionError,) if is_known else ())
    change(*uids(50))

    for _again in range(5):
        with pytest.raises(feed.ConsumerFails):
            feed.drain(name, 100)

    late = FeedRow.objects.filter(attempts__gt=0).count()
    assert (asked, late) == ([50] * 5, 0) if is_known else late == 15


def test_many_poisonous_cases_do_not_hold_up_the_others_for_good(consumer):
    poison = set(uids(5))
    told = []

    def handle(uids):
        if poison & set(uids):
            raise ValueError
        told.extend(uids)

    name = consumer(handle)
    change(*uids(8))

    with pytest.raises(feed.ConsumerFails):
        feed.drain(name, 100)
    feed.drain(name, 100)

    assert sorted(told) == uids(8)[5:]
    assert waiting() == poison


def test_a_change_of_a_failing_case_brings_it_back_at_once(consumer):
    broken = [True]

    def handle(uids):
        if broken:
            raise ValueError

    name = consumer(handle)
    (case,) = uids(1)
    change(case)
    feed.drain(name, 1)
    broken.clear()
    assert feed.drain(name, 1) == 0

    change(case, revision=2)

    assert feed.drain(name, 1) == 1


def test_when_the_database_fails_no_case_is_blamed(consumer):
    def handle(uids):
        raise OperationalError("no connection")

    name = consumer(handle)
    change(*uids(3))

    with pytest.raises(OperationalError):
        feed.drain(name, 3)

    assert set(FeedRow.objects.values_list("attempts", flat=True)) == {0}
    assert len(waiting()) == 3


def test_the_worker_loop_drains_every_consumer_until_nothing_is_left(consumer):
    told = []
    consumer(told.extend, name="first", batch=2)
    consumer(told.extend, name="second", batch=2)
    change(*uids(3))
    timetable = Timetable()

    while timetable.run_due("w"):
        pass

    assert sorted(told) == sorted(uids(3) * 2)
    assert set(registry.periodic) == {"feed.first", "feed.second"}


def test_one_name_is_one_consumer(consumer):
    consumer(print)

    with pytest.raises(ValueError, match="twice"):
        consumer(print)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_row_being_rewritten_by_an_open_save_stays(consumer):
    """On SQLite a save holds the only write lock: there the deletion waits for it and sees its revision."""
    (case,) = uids(1)
    rewritten, drained = threading.Event(), threading.Event()

    def save():
        try:
            with transaction.atomic():
                feed.changed([(case, 2)])
                rewritten.set()
                drained.wait(30)
        finally:
            connection.close()

    saver = threading.Thread(target=save)

    def handle(uids):
        saver.start()
        rewritten.wait(30)

    name = consumer(handle)
    change(case)

    feed.drain(name, 1)
    drained.set()
    saver.join()

    assert FeedRow.objects.get().revision == 2
