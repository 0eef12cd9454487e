"""The page of 居住地区."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import builders

pytestmark = pytest.mark.django_db
HEADER = "code,label,label_en,postcodes\n"


@pytest.fixture
def client():
    client = Client()
    client.force_login(
        builders.account("MANAGER", at=builders.centre("meguro", prefecture="東京都", municipality="目黒区"))
    )
    return client


def test_the_list_is_saved_and_what_it_lacks_is_shown(client):
    page = client.post(
        reverse("districts"), {"text": HEADER + "NORTH,北部,,1530051\n"}, follow=True
    ).content.decode()

    assert "居住地区を保存しました" in page
    assert "NORTH,北部,,1530051" in page
    assert "153-0051" not in page
    assert "153-0061" in page


def test_a_refused_list_stays_in_its_field(client):
    answer = client.post(reverse("districts"), {"text": HEADER + "NORTH,北部,,15\n"})

    assert answer.status_code == 422
    assert "2行目" in answer.content.decode()
    assert "NORTH,北部,,15" in answer.content.decode()
