"""The suite's machine, set up before the settings load: own folders, own keys, the chosen database.

Loaded by `-p tests.environment`. `MADOGUCHI_TEST_DATABASE` chooses `sqlite` (default) or `postgres`: a real server,
started here. Each xdist worker has folders of its own; they share the server.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

from tests import services

DATABASE = os.environ.get("MADOGUCHI_TEST_DATABASE", "sqlite")
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
# Where nobody reads why a test was skipped, a skip is a failure.
NOTHING_SKIPPED = os.environ.get("CI") == "true"
SKIPPED = "skipped, which counts as a failure where CI=true"

_folder = Path(tempfile.mkdtemp(prefix="madoguchi-tests-"))
_server: services.Service | None = None

# Whatever the developer's shell holds, the suite starts from the defaults.
for name in (
    "DEBUG",
    "HTTPS",
    "ALLOWED_HOSTS",
    "CELERY_BROKER_URL",
    "ELASTICSEARCH_URLS",
    "ELASTICSEARCH_USER",
    "ELASTICSEARCH_PASSWORD",
    "ELASTICSEARCH_CA_FILE",
    "ELASTICSEARCH_PREFIX",
    "HOST",
    "PORT",
    "WEB_WORKERS",
    "WORKERS",
    "LOG_LEVEL",
    "KEY_COMMAND",
    "LOG_FORMAT",
    "SCAN_COMMAND",
    "KEY_ESCROW_DIR",
    "BACKUP_DIR",
    "KEY_BACKUP_DIR",
    "BACKUP_AT",
    "BACKUP_DAYS",
    "BACKUP_WEEKS",
    "BACKUP_LONGEST_DAYS",
):
    os.environ.pop(name, None)
os.environ.update(
    DATA_DIR=str(_folder / "data"),
    KEY_DIR=str(_folder / "data.keys"),
    SECRET_KEY="for tests only, signs nothing that anybody trusts",
)
(_folder / "data").mkdir(mode=0o700)

# A busy machine fails nothing: no example has a time to keep.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")

if not IS_WORKER:
    os.environ.pop("DATABASE_URL", None)
    if DATABASE == "postgres":
        _server = services.start_postgres()
        os.environ["DATABASE_URL"] = _server.url
    elif DATABASE != "sqlite":
        raise pytest.UsageError("MADOGUCHI_TEST_DATABASE is sqlite or postgres")


@atexit.register  # also where the suite could not start
def pytest_unconfigure() -> None:
    if _server is not None and _server.process.poll() is None:
        _server.stop()
    shutil.rmtree(_folder, ignore_errors=True)


# Files of minutes stand first, so that no worker of two is left alone with one of them at the end.
LONG = (
    "flows/test_faults.py",
    "search/test_elastic_cluster.py",
    "browser/",
    "benchmarks/",
    "flows/",
    "architecture/",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """SQLite runs all but `postgres`; PostgreSQL runs what reads or writes the database, but `browser` and `sqlite`."""
    kept, left_out = [], []
    for item in items:
        (kept if _belongs(item) else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    items[:] = sorted(kept, key=_turn)


def _turn(item: pytest.Item) -> int:
    within = item.path.relative_to(Path(__file__).parent).as_posix()
    return next((place for place, part in enumerate(LONG) if within.startswith(part)), len(LONG))


def _belongs(item: pytest.Item) -> bool:
    if DATABASE == "sqlite":
        return item.get_closest_marker("postgres") is None
    if any(item.get_closest_marker(name) for name in ("browser", "sqlite")):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & {"db", "transactional_db"})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if _is_skip(report):
        report.outcome, report.longrepr = "failed", f"{SKIPPED}: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if _is_skip(report):
        report.outcome, report.longrepr = "failed", f"{SKIPPED}: {report.longrepr}"
    return report


def _is_skip(report: pytest.TestReport | pytest.CollectReport) -> bool:
    return NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail")
