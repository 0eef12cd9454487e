"""Fixtures of the whole suite."""

import importlib
import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoDbBlocker

from tests import elastic as elastic_server
from tests import services, verapdf


class OutsideWorld(RuntimeError):
    """A test tried to reach another machine."""


@pytest.fixture(scope="session", autouse=True)
def no_network_but_loopback() -> Iterator[None]:
    """No test reaches another machine, by name or by address."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            _refuse_outside(address[0])
        connect(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_outside(host)
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


def _refuse_outside(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return
    try:
        inside = ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise OutsideWorld(f"{name} is not this machine")


@pytest.fixture(autouse=True)
def _nothing_is_held_from_the_test_before() -> None:
    from cases import held
    from cases.figures import column_files

    held.forget_all()
    column_files.give_up()  # with columns that another test's facts were copied to, a count asks once more


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_for_once() -> Iterator[None]:
    """Each client of a test loads the middleware anew: what it found the first time serves all of them."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    look = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def remembered(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", remembered)
        yield


@pytest.fixture(scope="session", autouse=True)
def _keys() -> Iterator[None]:
    """All keys, or those of the domains in MADOGUCHI_TEST_KEYS alone: a process that holds no others."""
    from cases.protection import keys

    held = os.environ.get("MADOGUCHI_TEST_KEYS")
    if held is None:
        keys.prepare()
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        _hold_only(held.split(), patch)
        yield


def _hold_only(domains: list[str], patch: pytest.MonkeyPatch) -> None:
    from cases.protection.keys import files
    from cases.protection.keys.errors import KeyMissing

    def guarded(inner: Callable[[str, str], bytes]) -> Callable[[str, str], bytes]:
        def asked(domain: str, name: str) -> bytes:
            if domain not in domains:
                raise KeyMissing
            return inner(domain, name)

        return asked

    for name in ("read", "ensure"):
        patch.setattr(files, name, guarded(getattr(files, name)))
    for domain, name in [*((single, "v1") for single in files.SINGLE), *files.OF_CHAINS]:
        if domain in domains:
            files.ensure(domain, name)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file, as in use: threads and other processes see the same rows."""
    test = settings.DATABASES["default"].setdefault("TEST", {})
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        test["NAME"] = str(Path(settings.DATA_DIR) / "tests.sqlite3")


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """No: the models give the tables in a tenth of the time; tests/config/test_migrations.py compares both ways."""
    return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """What the migrations would have left behind: they stand as applied, and what no model says is done, too."""
    settings.MIGRATION_MODULES = {}
    with django_db_blocker.unblock():
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations:
            recorder.record_applied(app, name)
        with connection.schema_editor() as editor:
            importlib.import_module("cases.migrations.0020_keys_out_of_statistics").no_samples(None, editor)


@pytest.fixture(scope="session", autouse=True)
def _the_log_lets_itself_be_emptied_between_tests() -> Iterator[None]:
    """The triggers that keep the log append-only stand in every test; only the flush that ends a test with real
    transactions takes them away, and puts them back."""
    from django.db import connections
    from django.db.backends.base.operations import BaseDatabaseOperations

    from cases.protection.audit import append_only

    flush = BaseDatabaseOperations.execute_sql_flush

    def without_triggers(self: Any, sql_list: list[str]) -> None:
        connection = connections[self.connection.alias]
        append_only.remove(connection)
        flush(self, sql_list)
        append_only.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", without_triggers)
        yield


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of this process's own."""
    service = services.start_redis()
    yield service.url
    service.stop()


@pytest.fixture(scope="session")
def elastic() -> Iterator[elastic_server.Servers]:
    """An Elasticsearch of one node, of this process's own."""
    try:
        servers = elastic_server.start()
    except services.ServiceMissing as missing:
        pytest.skip(str(missing))
    yield servers
    servers.stop()


@pytest.fixture(scope="session")
def ua_faults() -> Iterator[verapdf.Faults]:
    """What PDF/UA-1 has against a PDF, as veraPDF says."""
    try:
        checker = verapdf.Checker()
    except services.ServiceMissing as missing:
        pytest.skip(str(missing))
    yield checker.faults
    checker.stop()
