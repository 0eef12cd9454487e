"""定型文: one's own and the centre's, found by their sign; nobody changes another's."""

import uuid

import pytest
from django.urls import reverse

from consult.desk.snippets.models import Snippet, TriggerNotUnderstood, read_trigger, save, texts
from tests import builders
from tests.consult.desk.conftest import client_of

pytestmark = pytest.mark.django_db


def sent(**more):
    return {"uid": str(uuid.uuid4()), "trigger": "；ＣＯ", "text": "クーリング・オフの書き方を説明。", **more}


def made(by, **more):
    given = {"trigger": ";co", "text": "説明済み。", "is_centres": False, **more}
    return save(uuid.uuid4(), by=by, may_centres=True, **given)


def test_a_snippet_is_kept_and_comes_with_the_form(desk, counsellor):
    again = sent()
    answers = [desk.post(reverse("snippets"), again) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert texts(counsellor) == {";co": "クーリング・オフの書き方を説明。"}
    assert desk.get(reverse("intake-new"), follow=True).context["snippets"] == texts(counsellor)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"trigger": "co"}, "trigger"),
        ({"trigger": ";"}, "trigger"),
        ({"trigger": ";a b"}, "trigger"),
        ({"trigger": ";old"}, "trigger"),
        ({"text": " "}, "text"),
        ({"text": "あ" * 2_001}, "text"),
    ],
)
def test_what_cannot_be_kept_says_why_and_stays(desk, counsellor, more, field):
    made(counsellor, trigger=";old")

    answer = desk.post(reverse("snippets"), sent(**more))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Snippet.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "is_warned"), [("090-1234-5678に電話する", True), ("書面の日付を確認", False)]
)
def test_what_looks_like_a_person_is_warned_of(desk, text, is_warned):
    page = desk.post(reverse("snippets"), sent(text=text), follow=True).content.decode()

    assert ("電話番号・住所に見える" in page) == is_warned


def test_ones_own_goes_before_the_centres(counsellor):
    other = builders.account(at=counsellor.centre)
    made(other, text="みんなの文", is_centres=True)
    made(counsellor, text="わたしの文")

    assert (texts(counsellor), texts(other)) == ({";co": "わたしの文"}, {";co": "みんなの文"})


@pytest.mark.parametrize("name", ["snippet", "snippet-remove"])
def test_anothers_does_not_exist(counsellor, name):
    row = made(counsellor)
    client = client_of(builders.account(at=counsellor.centre))
    url = reverse(name, args=[row.uid])

    assert (client.get(url) if name == "snippet" else client.post(url)).status_code == 404
    assert client.post(reverse("snippets"), sent(uid=str(row.uid))).status_code == 404
    assert Snippet.objects.get().text == "説明済み。"


def test_a_snippet_is_changed_and_removed(desk, counsellor):
    row = made(counsellor)
    form = desk.get(reverse("snippet", args=[row.uid])).context["form"]
    assert form["text"].value() == "説明済み。"

    desk.post(reverse("snippets"), sent(uid=str(row.uid), text="新しい文"))
    assert Snippet.objects.get().text == "新しい文"
    desk.post(reverse("snippet-remove", args=[row.uid]))

    assert not Snippet.objects.exists()


@pytest.mark.parametrize(("text", "trigger"), [("；ＣＯ", ";co"), (" ;く ", ";く"), (";A1", ";a1")])
def test_a_sign_is_the_same_however_it_is_typed(text, trigger):
    assert read_trigger(text) == trigger
    with pytest.raises(TriggerNotUnderstood):
        read_trigger(text + ";")


@pytest.mark.parametrize("is_centres", [True, False])
def test_the_centres_is_not_taken_over_by_who_may_not_change_it(counsellor, is_centres):
    row = made(builders.account(at=counsellor.centre), is_centres=True)

    with pytest.raises(Snippet.DoesNotExist):
        save(row.uid, trigger=";co", text="別の文", is_centres=is_centres, by=counsellor)
    with pytest.raises(Snippet.DoesNotExist):
        save(uuid.uuid4(), trigger=";new", text="文", is_centres=True, by=counsellor)

    assert [(one.text, one.account_id) for one in Snippet.objects.all()] == [("説明済み。", None)]


def test_one_is_changed_on_its_own_page_too(desk, counsellor):
    row = made(counsellor)

    assert desk.post(reverse("snippet", args=[row.uid]), sent(uid=str(row.uid))).status_code == 302
    assert Snippet.objects.get().text == "クーリング・オフの書き方を説明。"
