"""Settings of Elasticsearch that cannot work, or would not be safe, are refused in words."""

import pytest

from config.search_checks import elasticsearch_can_be_used

POSTGRES, SQLITE = "django.db.backends.postgresql", "django.db.backends.sqlite3"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"URLS": []}, None),
        ({"URLS": [], "USER": ""}, None),
        ({"URLS": ["http://127.0.0.1:9200", "http://localhost:9200", "http://[::1]:9200"]}, None),
        ({"URLS": ["http://search.example:9200"]}, "暗号化されていません: search.example"),
        ({"URLS": ["https://a.example:9200", "http://10.0.0.2:9200"]}, "暗号化されていません: 10.0.0.2"),
        ({"URLS": ["search.example:9200"]}, "使えないアドレス"),
        ({"URLS": ["https://me:secret@search.example:9200"]}, "使えないアドレス"),
        ({"USER": ""}, "利用者名かパスワード"),
        ({"PASSWORD": ""}, "利用者名かパスワード"),
        ({"CA_FILE": "/nowhere/ca.pem"}, "認証局の証明書"),
        ({"PREFIX": "Madoguchi*"}, "使えない文字"),
        ({"PREFIX": ""}, "使えない文字"),
        ({"ENGINE": SQLITE}, "組み合わせられません"),
    ],
)
def test_what_cannot_work_is_said_and_nothing_else(settings, monkeypatch, changes, words):
    given = {
        "URLS": ["https://search.example:9200"], "USER": "madoguchi", "PASSWORD": "secret", "CA_FILE": "",
        "PREFIX": "madoguchi", "ENGINE": POSTGRES,
    } | changes  # fmt: skip
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", given.pop("ENGINE"))
    for name, value in given.items():
        setattr(settings, f"ELASTICSEARCH_{name}", value)

    found = elasticsearch_can_be_used()

    assert len(found) == (words is not None)
    assert all(words in one.msg and one.hint and one.id == "madoguchi.E006" for one in found)
    assert not any("secret" in one.msg for one in found)
