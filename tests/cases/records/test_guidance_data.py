"""The shipped guidance and directory hold together: every name they use is known, and both languages say the same."""

import re
import tomllib
from pathlib import Path

import pytest

from cases.records import codes
from cases.records.directory import ReferralBody
from cases.records.guidance import GENERAL
from cases.services import guidance
from cases.services.directory import MOST, TEXTS, is_web_address
from tests.cases.records.test_codes_data import COMMON, read

FOLDER = Path(codes.__file__).parent / "guidance_data"
PARTS = {"script", "ask", "keep", "advise"}
JAPANESE = re.compile(r"[぀-ヿ一-鿿]")


def table(name):
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def test_every_common_scam_type_and_the_rest_have_a_guidance():
    assert COMMON | {GENERAL} <= table("ja").keys()


def test_every_entry_is_about_a_known_scam_type_and_no_one_has_two():
    known = {row["code"] for row in read("scam_type")} | {GENERAL}
    written = [code for code, entry in table("ja").items() for code in (code, *entry.get("like", ()))]

    assert set(written) <= known
    assert len(written) == len(set(written))


def test_both_languages_have_the_same_lines():
    japanese, english = table("ja"), table("en")

    assert japanese.keys() == english.keys()
    for code, entry in japanese.items():
        assert {name: len(entry[name]) for name in guidance.LISTS} == {
            name: len(english[code][name]) for name in guidance.LISTS
        }
        assert entry.keys() - PARTS <= {"like", "refer"}
    assert not JAPANESE.search((FOLDER / "en.toml").read_text(encoding="utf-8").partition("\n[")[2])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_shipped_guidance_could_have_been_saved_by_hand(language):
    for code in table("ja"):
        words = guidance.shipped(code, language)
        assert words == guidance.checked(words)


def test_every_referral_is_in_the_directory():
    bodies = table("bodies")

    assert {code for entry in table("ja").values() for code in entry.get("refer", ())} <= bodies.keys()


def test_every_body_fits_its_columns_and_is_english_too():
    for code, body in table("bodies").items():
        assert [name for name in TEXTS if len(body.get(name, "")) > MOST[name]] == [], code
        assert body["kind"] in ReferralBody.Kind.values
        assert all(f"{name}_en" in body for name in ("name", "purpose", "area", "hours") if name in body), (
            code
        )
        assert "url" not in body or is_web_address(body["url"])


def test_the_limits_are_those_of_the_columns():
    assert {name: ReferralBody._meta.get_field(name).max_length for name in TEXTS} == MOST


def test_no_shipped_scam_type_takes_a_number_or_name_of_the_own_ones():
    numbers = [row["attributes"].split("no=")[1][:2] for row in read("scam_type")]

    assert max(map(int, numbers)) < 94
    assert not any(row["code"].startswith("OWN_") for row in read("scam_type"))
