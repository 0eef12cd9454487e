"""Pages of kept questions and published answers."""

import io
import uuid
from datetime import date

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from cases.figures.differences import Causes, Difference
from cases.records.answers import AnswerCorrection, NumbersQuestion, PublishedAnswer
from consult.manage.answers import words
from tests import builders
from tests.consult.manage.conftest import on, signed_in

NUMBERS = reverse("numbers")
NEW = reverse("answer-new")


@pytest.fixture
def answer(desk_of_numbers, cards):
    query = desk_of_numbers.get(NUMBERS).context["fixed_query"]
    sent = desk_of_numbers.post(f"{NEW}?{query}", published())
    assert sent.status_code == 302
    return PublishedAnswer.objects.get()


def published(**more):
    return {"uid": str(uuid.uuid4()), "title": "12月定例会", "answered_on": "11/19", **more}


def test_an_answer_is_kept_with_the_numbers_of_the_page(answer, desk_of_numbers, counsellor):
    builders.case(by=counsellor, received_at=on(2026, 9, 9))

    response = desk_of_numbers.get(reverse("answer", args=[answer.uid]))

    assert response.context["table"].total.total == 6
    assert response.context["sentence"] == "6件が、今は7件です(後から登録1件)。"
    assert [(cell.row, cell.told, cell.now) for cell in response.context["changed"]] == [("点検商法", 1, 2)]
    lines = {line.label: line.text for line in response.context["lines"]}
    assert lines["期間"] == "受付日 令和8年4月1日から令和8年11月20日まで"
    assert "通し番号" in lines["時点"]
    assert lines["速報・確定"] == "公表したときは速報"


def test_the_page_and_a_second_answer_say_what_was_published_before(answer, desk_of_numbers, counsellor):
    builders.case(by=counsellor, received_at=on(2026, 9, 9))

    page = desk_of_numbers.get(NUMBERS).content.decode()
    second = desk_of_numbers.get(NEW).content.decode()
    elsewhere = desk_of_numbers.get(NUMBERS, {"only_sex": "FEMALE"}).content.decode()

    said = "同じ定義の数字を、令和8年11月19日に第1号として公表しています:"
    assert said in page
    assert said in second
    assert "6件が、今は7件です(後から登録1件)。" in second
    assert said not in elsewhere


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": ""}, "title"),
        ({"answered_on": "あした"}, "answered_on"),
        ({"answered_on": "2027-01-01"}, "answered_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(given, field, desk_of_numbers, cards):
    response = desk_of_numbers.post(NEW, published(**given))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not PublishedAnswer.objects.exists()


def test_an_answer_without_columns_can_be_kept(desk_of_numbers, cards):
    asked = f"{NEW}?rows=sex&columns=none"
    assert desk_of_numbers.get(asked).status_code == 200

    desk_of_numbers.post(asked, published())

    page = desk_of_numbers.get(reverse("answer", args=[PublishedAnswer.objects.get().uid]))
    assert page.context["table"].columns == ()


def test_a_correction_is_published_with_its_notice(answer, desk_of_numbers, counsellor):
    builders.case(by=counsellor, received_at=on(2026, 9, 9))
    given = {"uid": str(uuid.uuid4()), "notice": "登録漏れを加えました"}

    desk_of_numbers.post(reverse("answer-correct", args=[answer.uid]), given)

    page = desk_of_numbers.get(reverse("answer", args=[answer.uid])).content.decode()
    assert AnswerCorrection.objects.get().number == 1
    assert "訂正第1号(2026-11-20): 7件" in page
    assert "登録漏れを加えました" in page
    assert "今も7件です。" in page
    assert "登録漏れを加えました" in desk_of_numbers.get(NUMBERS).content.decode()


def test_a_correction_stands_on_the_page_of_the_day(answer, desk_of_numbers, counsellor):
    assert "公表した数字の訂正" not in desk_of_numbers.get(reverse("today")).content.decode()
    builders.case(by=counsellor, received_at=on(2026, 9, 9))
    given = {"uid": str(uuid.uuid4()), "notice": "登録漏れ"}
    desk_of_numbers.post(reverse("answer-correct", args=[answer.uid]), given)

    page = desk_of_numbers.get(reverse("today")).content.decode()

    assert "公表した数字の訂正があります: 訂正第1号(回答第1号)" in page


def test_where_nothing_differs_a_correction_is_refused(answer, desk_of_numbers):
    given = {"uid": str(uuid.uuid4()), "notice": "訂正"}

    response = desk_of_numbers.post(reverse("answer-correct", args=[answer.uid]), given)

    assert response.status_code == 422
    assert "訂正するところはありません" in response.content.decode()


def test_an_answer_that_the_log_does_not_know_shows_no_number(answer, desk_of_numbers):
    PublishedAnswer.objects.update(title="ほかの質問")

    response = desk_of_numbers.get(reverse("answer", args=[answer.uid]))

    assert "操作記録に残っている内容と合いません" in response.content.decode()
    assert "table" not in response.context
    file = reverse("answer-file", args=[answer.uid, "xlsx"])
    assert desk_of_numbers.get(file).status_code == 404
    assert "操作記録と合いません" in desk_of_numbers.get(reverse("answers")).content.decode()


def test_the_file_of_an_answer_holds_what_was_published(answer, desk_of_numbers, counsellor):
    builders.case(by=counsellor, received_at=on(2026, 9, 9))

    response = desk_of_numbers.get(reverse("answer-file", args=[answer.uid, "xlsx"]))

    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert list(book["集計"].iter_rows(values_only=True))[-1][1] == "合計"
    told = dict(row[:2] for row in book["定義"].iter_rows(min_row=2, values_only=True))
    assert told["公表"] == "第1号 12月定例会"
    table = desk_of_numbers.get(reverse("answer", args=[answer.uid])).context["table"]
    rows = list(book["集計"].iter_rows(min_row=2, values_only=True))
    assert [row[2 : 2 + len(table.columns) + 1] for row in rows] == [
        (*row.cells, row.total) for row in (*table.rows, table.total)
    ]


@pytest.mark.parametrize(
    ("role", "list_status", "new_status"), [("MANAGER", 200, 200), ("OUTREACH", 200, 403)]
)
def test_who_may_read_and_who_may_publish(role, list_status, new_status, centre, cards):
    client = signed_in(builders.account(role, at=centre))

    assert client.get(reverse("answers")).status_code == list_status
    assert client.get(NEW).status_code == new_status


def test_another_centres_answer_does_not_exist(answer):
    stranger = signed_in(builders.account("MANAGER", at=builders.centre("kita")))

    assert stranger.get(reverse("answer", args=[answer.uid])).status_code == 404


def test_a_question_is_kept_as_it_is_asked(desk_of_numbers, cards):
    page = desk_of_numbers.get(NUMBERS, {"rows": "sex", "columns": "none"})
    address = page.context["keep_form"]["address"].value()
    given = {
        "keep-uid": str(uuid.uuid4()),
        "keep-address": address,
        "keep-name": "性別だけ",
        "keep-counts": "days",
    }

    response = desk_of_numbers.post(reverse("numbers-keep"), given, follow=True)

    assert response.context["asked"].rows == "sex"
    assert [one.row.name for one in response.context["kept"]] == ["性別だけ"]
    row = NumbersQuestion.objects.get()
    assert "as_of" not in row.address
    desk_of_numbers.post(reverse("numbers-forget", args=[row.uid]))
    assert not NumbersQuestion.objects.exists()


def test_a_question_can_be_kept_with_its_numbers(desk_of_numbers, cards, counsellor):
    page = desk_of_numbers.get(NUMBERS)
    address = page.context["keep_form"]["address"].value()
    given = {
        "keep-uid": str(uuid.uuid4()),
        "keep-address": address,
        "keep-name": "今",
        "keep-counts": "fixed",
    }
    desk_of_numbers.post(reverse("numbers-keep"), given)
    builders.case(by=counsellor, received_at=on(2026, 9, 9))

    kept = desk_of_numbers.get(f"{NUMBERS}?{NumbersQuestion.objects.get().address}")

    assert kept.context["table"].total.total == 6


@pytest.mark.parametrize(
    ("counts", "since", "until", "told"),
    [
        ("moving", date(2026, 11, 1), date(2026, 11, 30), "先月"),
        ("days", date(2026, 10, 1), date(2026, 10, 31), ""),
        ("fixed", date(2026, 10, 1), date(2026, 10, 31), ""),
    ],
)
def test_a_month_that_moves_is_kept_so_or_by_its_days(
    counts, since, until, told, desk_of_numbers, cards, manager
):
    page = desk_of_numbers.get(NUMBERS, {"period": "last_month"})
    address = page.context["keep_form"]["address"].value()
    given = {"keep-uid": str(uuid.uuid4()), "keep-address": address, "keep-name": "月", "keep-counts": counts}
    desk_of_numbers.post(reverse("numbers-keep"), given)

    with time_machine.travel(on(2026, 12, 3), tick=False):
        later = signed_in(manager)
        (kept,) = later.get(NUMBERS).context["kept"]
        asked = later.get(kept.url).context["asked"]

    assert (asked.since, asked.until, kept.period) == (since, until, told)


def test_a_question_of_chosen_days_cannot_be_kept_as_one_that_moves(desk_of_numbers, cards):
    page = desk_of_numbers.get(NUMBERS, {"since": "2026-10-02", "until": "2026-10-31"})
    address = page.context["keep_form"]["address"].value()
    given = {
        "keep-uid": str(uuid.uuid4()), "keep-address": address, "keep-name": "月", "keep-counts": "moving",
    }  # fmt: skip

    response = desk_of_numbers.post(reverse("numbers-keep"), given)

    assert list(response.context["keep_form"].errors) == ["counts"]


def test_a_question_without_a_name_is_told_so(desk_of_numbers, cards):
    response = desk_of_numbers.post(
        reverse("numbers-keep"),
        {"keep-uid": str(uuid.uuid4()), "keep-address": "rows=sex", "keep-counts": "days"},
    )

    assert response.status_code == 422
    assert list(response.context["keep_form"].errors) == ["name"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "今も9件です。"),
        (
            {"now": 40, "causes": Causes(31, 1, 2, 1, 0), "erased": 2},
            "9件が、今は40件です(後から登録31件、訂正で増えた1件、訂正で減った2件、訂正で表の中を移った1件、消去2件)。",
        ),
        (
            {"now": 9, "causes": Causes(0, 0, 0, 1, 0), "changed": {("A", "ALL"): (1, 0)}},
            "件数は9件のままですが、中身が変わりました(訂正で表の中を移った1件)。",
        ),
        (
            {"now": 8, "erased": 1, "erased_moved": -1, "changed": {("A", "ALL"): (1, 0)}},
            "9件が、今は8件です(消去1件、消去で日や区分が粗くなった分−1件)。",
        ),
    ],
)
def test_the_difference_is_said_in_one_sentence(given, said):
    changed = {("A", "ALL"): (0, 1)} if given else {}
    plain = {
        "before": 9, "now": 9, "as_of": 5, "causes": Causes(0, 0, 0, 0, 0), "erased": 0, "erased_moved": 0,
        "changed": changed,
    }  # fmt: skip

    assert words.sentence(Difference(**{**plain, **given})) == said
