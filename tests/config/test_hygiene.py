"""No value in a report, a log line or on the terminal, whatever way it came into an error."""

import json
import logging
import subprocess
import sys
import traceback
import uuid
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction
from django.template import Context, Engine
from django.test import RequestFactory
from django.views.debug import get_exception_reporter_class

from config import logs

CANARY = "山田花子"
PHONE = "090-1234-5678"


def in_the_message():
    raise ValueError(f"{CANARY} is not a date")


def in_a_variable():
    name = CANARY
    raise ValueError(len(name))


def in_a_chain():
    try:
        in_the_message()
    except ValueError as first:
        raise RuntimeError("could not save") from first


def in_a_context():
    try:
        in_the_message()
    except ValueError:
        raise RuntimeError("could not save")  # noqa: B904 - the implicit chain is what is tested


def in_a_template():
    engine = Engine(debug=True)

    def fails():
        raise ValueError(CANARY)

    engine.from_string("{{ name }} {% if fails %}{{ fails }}{% endif %}").render(
        Context({"name": CANARY, "fails": fails})
    )


def in_a_constraint():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE named (name VARCHAR(20) UNIQUE)")
        cursor.execute("INSERT INTO named VALUES (%s)", [CANARY])
        cursor.execute("INSERT INTO named VALUES (%s)", [CANARY])


WAYS = [in_the_message, in_a_variable, in_a_chain, in_a_context, in_a_template, in_a_constraint]


def caught(way):
    try:
        way()
    except Exception:
        return sys.exc_info()
    raise AssertionError("it did not fail")


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.django_db
def test_a_report_says_what_failed_where_and_for_nobody(way, debug, settings):
    settings.DEBUG = debug
    request = RequestFactory().post(
        f"/cases/?name={CANARY}", {"narrative": CANARY}, HTTP_COOKIE=f"name={CANARY}"
    )
    info = caught(way)

    reporter = get_exception_reporter_class(request)(request, *info)

    for told in (reporter.get_traceback_text(), reporter.get_traceback_html()):
        assert CANARY not in told
        assert info[0].__name__ in told
        assert "test_hygiene.py" in told


@pytest.mark.django_db
def test_a_database_that_quotes_the_value_is_what_is_tested():
    """On PostgreSQL the DETAIL of a constraint holds the value; the error itself is IntegrityError on both."""
    kind, value, _step = caught(in_a_constraint)

    assert kind is IntegrityError
    if connection.vendor == "postgresql":
        assert CANARY in str(value)


# --- the log --------------------------------------------------------------------------------------------------
@pytest.fixture(params=["text", "json"])
def write(request):
    """Makes the line that the product's handler would write of a record."""
    formatter = logs.Json() if request.param == "json" else logs.Line()

    def make(message, *args, name="consult.desk", exc_info=None, **more):
        record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, exc_info)
        record.__dict__.update(more)
        assert logs.WithoutValues().filter(record)
        return formatter.format(record)

    return make


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.django_db
def test_an_error_is_logged_as_kind_and_places(way, write):
    info = caught(way)

    line = write("Saving failed", exc_info=info)

    assert CANARY not in line
    assert info[0].__name__ in line
    assert "test_hygiene.py" in line


@pytest.mark.parametrize(
    ("argument", "kept"),
    [
        (3, "3"),
        (uuid.UUID(int=7), str(uuid.UUID(int=7))),
        ("figures.columns", "figures.columns"),
        (f"/cases/{uuid.UUID(int=7)}/", f"/cases/{uuid.UUID(int=7)}/"),
        (CANARY, logs.MASK),
        (PHONE, logs.MASK),
        ("(090) 1234 5678", logs.MASK),
        ("hanako@example.jp", logs.MASK),
        (ValueError(CANARY), logs.MASK),
        ({"name": CANARY}, logs.MASK),
        ([CANARY], logs.MASK),
        (CANARY.encode(), logs.MASK),
    ],
)
def test_only_ids_counts_and_names_of_ours_are_arguments(argument, kept, write):
    line = write("Something about %s happened", argument)

    assert f"about {kept} happened" in line


def test_named_arguments_are_held_to_the_same(write):
    assert CANARY not in write("of %(name)s", {"name": CANARY})


@pytest.mark.parametrize("matched", [True, False])
def test_an_address_is_logged_by_its_pattern(matched, write):
    match = SimpleNamespace(route="cases/<uuid:uid>/") if matched else None
    request = SimpleNamespace(path="/cases/hanako-09012345678/", resolver_match=match)

    line = write("%s: %s", "Not Found", request.path, name="django.request", request=request)

    assert "hanako" not in line
    assert ("/cases/<uuid:uid>/" in line) == matched


def test_a_refused_request_is_not_quoted(write):
    assert CANARY not in write(
        f"Invalid HTTP_HOST header: '{CANARY}'.", name="django.security.DisallowedHost"
    )


@pytest.mark.parametrize("mean", ["\n2026-11-23 ERROR forged", "\r\x1b[2J", "\u2028x", "\x9b31m"])
def test_nobody_can_forge_a_line(mean, write):
    line = write(f"typed {mean}")

    assert len(line.splitlines()) == 1
    assert line.isprintable()


def test_a_line_of_json_has_the_keys_of_the_list_alone():
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "a", (), caught(in_the_message))
    record.__dict__.update(narrative=CANARY, user=CANARY, request=CANARY, stack_info=CANARY)
    logs.WithoutValues().filter(record)

    told = json.loads(logs.Json().format(record))

    assert tuple(told) == logs.KEYS
    assert CANARY not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize(("form", "begins"), [("json", "{"), ("text", "20")])
def test_the_form_of_the_log_is_chosen_by_the_environment(form, begins, tmp_path):
    code = (
        "import django; django.setup(); import logging; logging.getLogger('cases').warning('one %s', 'two')"
    )
    done = run(code, tmp_path, LOG_FORMAT=form)

    assert done.stderr.startswith(begins)


def test_a_command_that_fails_quotes_nothing_on_the_terminal(tmp_path):
    code = f"from config import logs; logs.hide_values_on_the_terminal(); raise ValueError('{CANARY}')"
    done = run(code, tmp_path)

    assert done.returncode == 1
    assert CANARY not in done.stderr + done.stdout
    assert done.stderr.startswith("ValueError | ")
    assert CANARY in "".join(traceback.format_exception(ValueError(CANARY))), (
        "what Python itself would have said"
    )


def run(code, folder, **more):
    base = {"DATA_DIR": str(folder), "KEY_DIR": str(folder / "keys"), "SECRET_KEY": "x" * 50}
    return subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=django_settings.BASE_DIR,
        env={**base, "DJANGO_SETTINGS_MODULE": "config.settings", "LANG": "C.UTF-8", **more}, timeout=60,
    )  # fmt: skip
