"""伏せ字の確認 on the desk: opened by a key, changed with Tab and Space, confirmed with one key, without a script."""

import re

import pytest
from django.urls import reverse

from cases.protection import masking
from cases.protection.models import AuditEntry, ConfirmedText
from cases.protection.redacted import confirmed_text
from cases.records.case import Case
from consult.shell.accounts import Account
from tests import builders
from tests.consult.desk.conftest import client_of

WORDS = "山田花子さんが布団を買った。鬼塚という男が来た。"


@pytest.fixture
def case(counsellor: Account) -> Case:
    masking.forget()
    return builders.case(by=counsellor, narrative=WORDS, caller=builders.person())


def fields(page) -> dict[str, list[str]]:
    """What a browser would send of the form as it is shown."""
    text = page.content.decode()
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_sent = 'type="hidden"' in tag or " checked" in tag
        if name and value and is_sent and name[1] != "csrfmiddlewaretoken":
            sent.setdefault(name[1], []).append(value[1])
    return sent


def test_one_key_confirms_what_is_proposed(desk, counsellor, case):
    address = reverse("case-masks", args=[case.uid])
    page = desk.post(address)
    assert "鬼塚" in page.content.decode()
    assert 'data-shortcut="Ctrl+Enter"' in page.content.decode()

    answer = desk.post(address, {**fields(page), "do": "confirm"}, follow=True)

    assert answer.redirect_chain == [(reverse("case", args=[case.uid]), 302)]
    assert confirmed_text([case.uid], by=counsellor)[case.uid].narrative == (
        "〔氏名〕さんが布団を買った。〔氏名〕という男が来た。"
    )
    assert "確定済み" in desk.post(address).content.decode()


def test_a_box_left_open_stays_open_when_a_further_word_is_masked(desk, counsellor, case):
    address = reverse("case-masks", args=[case.uid])
    sent = fields(desk.post(address))
    sent["mask"] = []

    again = fields(desk.post(address, {**sent, "do": "show", "words": "布団 畳"}))
    page = desk.post(address, {**sent, "do": "show", "words": "布団 畳"})

    assert [value.split(":")[3] for value in again["mask"]] == ["その他"]
    assert "「畳」は文の中にありません" in page.content.decode()
    desk.post(address, {**again, "do": "confirm"})
    assert confirmed_text([case.uid], by=counsellor)[case.uid].narrative == (
        "〔氏名〕さんが〔その他〕を買った。鬼塚という男が来た。"
    )


def test_what_changed_meanwhile_is_shown_anew_and_not_confirmed(desk, case):
    address = reverse("case-masks", args=[case.uid])
    sent = fields(desk.post(address)) | {"digest.narrative": ["00"]}

    answer = desk.post(address, {**sent, "do": "confirm"})

    assert answer.status_code == 409
    assert "もう一度確かめてください" in answer.content.decode()
    assert not ConfirmedText.objects.exists()


def test_the_words_are_for_counsellors_and_guarded_ones_for_their_own(desk, manager, case):
    address = reverse("case-masks", args=[case.uid])
    assert client_of(manager).post(address).status_code == 403
    assert desk.get(address).status_code == 405
    Case.objects.update(is_guarded=True)
    colleague = client_of(builders.account(at=case.centre))

    assert colleague.post(address).status_code == 302
    assert AuditEntry.objects.filter(action="MASKS_OPENED").count() == 0
