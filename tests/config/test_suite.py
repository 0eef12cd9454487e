"""The suite's own guards."""

import socket

import pytest
from django.conf import settings
from django.db import connection

from tests.conftest import OutsideWorld


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_no_other_machine_is_reached_by_address(address):
    with pytest.raises(OutsideWorld):
        socket.create_connection((address, 80), timeout=1)


def test_no_other_machine_is_reached_by_name():
    with pytest.raises(OutsideWorld):
        socket.getaddrinfo("madoguchi.example", 80)


def test_loopback_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for():
    from tests import environment

    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[environment.DATABASE]


def test_data_and_keys_of_the_suite_are_its_own():
    assert "madoguchi-tests-" in str(settings.DATA_DIR)
    assert "madoguchi-tests-" in str(settings.KEY_DIR)


@pytest.mark.redis
def test_redis_answers(redis_url):
    import redis

    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()
