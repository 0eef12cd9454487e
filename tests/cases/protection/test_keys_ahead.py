"""On 1 April saving goes on: the new year's key was made before, by the worker, not by whoever takes the first call."""

import io
import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.core.management import CommandError, call_command

from cases.jobs.registry import periodic
from cases.protection import keys
from cases.protection.keys import ahead, ceremony, files, recovery
from cases.protection.keys.models import KeyVersion
from cases.protection.keys.providers import KeyFiles
from tests import builders

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.KEY_DIR, settings.KEY_ESCROW_DIR = tmp_path / "keys", tmp_path / "copies"
    keys.forget()
    keys.prepare()
    yield
    keys.forget()


@pytest.fixture
def web_makes_no_keys(monkeypatch):
    """A function: from its call on, this process is refused every new key, as a web server with a read-only folder."""

    def refuse(_self, kek):
        raise keys.KeyNotMade(str(kek))

    return lambda: monkeypatch.setattr(KeyFiles, "make", refuse)


@pytest.mark.parametrize("worker_ran", [True, False])
def test_saving_passes_from_31_march_to_1_april(time_machine, web_makes_no_keys, worker_ran):
    time_machine.move_to(datetime(2027, 3, 31, 16, 0, tzinfo=TOKYO))
    counsellor = builders.account()
    builders.case(by=counsellor, received_at=datetime(2027, 3, 31, 15, 50, tzinfo=TOKYO))
    if worker_ran:
        assert ahead.is_wanted()
        periodic["keys.ahead"].run()
        assert not ahead.is_wanted()
    web_makes_no_keys()
    keys.forget()
    builders.case(by=counsellor, received_at=datetime(2027, 3, 31, 15, 55, tzinfo=TOKYO))
    time_machine.move_to(datetime(2027, 4, 1, 9, 1, tzinfo=TOKYO))

    if not worker_ran:
        with pytest.raises(keys.KeyNotMade):
            builders.case(by=counsellor, received_at=datetime(2027, 4, 1, 9, 0, tzinfo=TOKYO))
        return
    case = builders.case(by=counsellor, received_at=datetime(2027, 4, 1, 9, 0, tzinfo=TOKYO))
    assert case.fiscal_year == 2027
    assert keys.sealer(case.sealed_owner).open(case, "narrative")


@pytest.mark.parametrize(
    ("day", "years"),
    [
        ((2026, 12, 31), {2026}),
        ((2027, 1, 1), {2026, 2027}),
        ((2027, 3, 31), {2026, 2027}),
        ((2027, 4, 1), {2027}),
    ],
)
def test_next_years_keys_are_wanted_from_january(time_machine, day, years):
    time_machine.move_to(datetime(*day, 12, tzinfo=TOKYO))
    centre = builders.centre()

    assert {cohort for domain, uid, cohort in ahead.missing() if (domain, uid) == ("case", centre.uid)} == {
        keys.NO_YEAR,
        *years,
    }
    assert ("contact", centre.uid, keys.NO_YEAR) in ahead.missing()


def test_keys_without_a_sealed_copy_are_sealed_by_the_worker():
    builders.centre()
    ahead.make()
    ceremony.begin(X25519PrivateKey.generate().private_bytes_raw())
    copy = recovery.copy_of(files.path_of("audit", "v1"))
    copy.unlink()
    assert recovery.fingerprint() == KeyVersion.objects.first().escrowed_to

    assert ahead.is_wanted()
    ahead.task()
    assert copy.is_file()
    assert not ahead.is_wanted()


def test_a_running_process_seals_to_a_recovery_key_that_another_one_made():
    assert recovery.public_key() is None
    public = X25519PrivateKey.generate().public_key().public_bytes_raw()
    (files.path_of("index", "v1").parent.parent / "recovery.pub").write_bytes(public)

    builders.case()

    assert set(KeyVersion.objects.values_list("escrowed_to", flat=True)) == {recovery.fingerprint(public)}


def test_keys_are_made_by_hand_for_an_old_ledger():
    centre = builders.centre()

    def run(*options: str) -> list[str]:
        out = io.StringIO()
        call_command("keys_create", *options, stdout=out)
        return json.loads(out.getvalue())

    assert run("--centre", centre.code, "--cohort", "2019") == [f"case/{centre.uid.hex}-2019-v1"]
    assert run("--cohort", "2019", "--domain", "contact") == [f"contact/{centre.uid.hex}-2019-v1"]
    assert len(run()) == len(ahead.missing()) + KeyVersion.objects.exclude(cohort=2019).count()
    assert run() == []
    with pytest.raises(CommandError) as refused:
        run("--centre", centre.code)
    assert refused.value.returncode == 2
