"""What stands beneath a 〒: where it is, and the district that the case will get."""

import pytest
from django.urls import reverse

from cases.records.case import Case
from cases.records.centre import Area
from cases.services import followup
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def counsellor():
    centre = builders.centre("meguro", prefecture="東京都", municipality="目黒区")
    Area.objects.create(centre=centre, code="WEST", label="西部", postcodes="15300")
    return builders.account(at=centre)


@pytest.mark.parametrize(
    ("typed", "text", "understood"),
    [
        ("１５３－００５１", "東京都目黒区上目黒(居住地区: 西部)", True),
        ("225-0002", "神奈川県横浜市青葉区美しが丘(居住地区: 市外)", True),
        ("152-0022", "東京都目黒区柿の木坂", True),
        ("498-0000", "愛知県弥富市、三重県桑名郡木曽岬町(居住地区: 市外)", True),
        ("", "", True),
        ("999-9999", "この郵便番号は見つかりません(保存はできます)。", False),
    ],
)
def test_the_echo_of_a_postal_code(client, counsellor, typed, text, understood):
    client.force_login(counsellor)

    answer = client.post(reverse("echo"), {"party_postcode": typed, "caller_postcode": typed}).json()

    one = {"text": text, "understood": understood}
    assert answer == {"party_postcode": one, "caller_postcode": one}


@pytest.mark.parametrize(
    ("area", "postcode", "kept"),
    [
        ("UNKNOWN", "153-0051", ("WEST", "13110")),
        ("OUTSIDE", "153-0051", ("OUTSIDE", "13110")),  # somebody chose it
        ("UNKNOWN", "999-9999", ("UNKNOWN", "")),
        ("UNKNOWN", "", ("UNKNOWN", "")),
    ],
)
def test_district_and_municipality_are_derived_when_a_case_is_saved(counsellor, area, postcode, kept):
    case = builders.case(by=counsellor, area=area, party=builders.person(postcode=postcode))

    stored = Case.objects.get(pk=case.pk)
    assert (stored.party_area, stored.party_city) == kept
    assert (stored.caller_area, stored.caller_city) == ("", "")


def test_a_corrected_postal_code_moves_the_municipality(counsellor):
    case = builders.case(by=counsellor, caller=builders.person(postcode="153-0051"))
    moved = builders.entry(uid=case.uid, caller=builders.person(postcode="225-0002"), caller_city="13110")

    followup.correct_case(moved, revision=case.revision, by=counsellor)

    stored = Case.objects.get(pk=case.pk)
    assert (stored.caller_area, stored.caller_city) == ("OUTSIDE", "14117")
