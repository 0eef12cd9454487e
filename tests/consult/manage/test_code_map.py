"""The page of 分類の読み替え."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.models import Centre
from cases.services import code_maps
from tests.consult.manage.conftest import signed_in

PAGE = reverse("code-map")
LINE = {"kind": "scam_type", "old": "INSPECTION", "new": "PHISHING"}


def lines(centre, kind="scam_type"):
    return dict(code_maps.of(Centre.objects.get(pk=centre.pk)).of(kind))


@pytest.mark.parametrize("role", ["manager", "administrator"])
def test_a_line_is_set_seen_in_the_figures_and_taken_back(role, request, desk_of_numbers, centre, cards):
    client = signed_in(request.getfixturevalue(role))
    assert "初めの表" in client.get(PAGE).content.decode()

    before = desk_of_numbers.get(reverse("numbers"))
    saved = client.post(reverse("code-map-set"), LINE, follow=True).content.decode()
    assert "分類の読み替えを保存しました" in saved
    assert "今も使う" in saved
    numbers = desk_of_numbers.get(reverse("numbers"))
    told = {line.label: line.text for line in numbers.context["lines"]}
    assert (told["読み替えた分類"], told["分類の読み替え"]) == (
        "点検商法はフィッシングに数える", "このセンターの表 第1版",
    )  # fmt: skip
    # A link to the numbers as they were shows them by the table of then; so does the API.
    again = desk_of_numbers.get(f"{reverse('numbers')}?{before.context['fixed_query']}")
    assert again.context["table"] == before.context["table"]
    asked = {"from": "2026-04-01", "to": "2027-04-01", "rows": "scam_main"}
    counts = {
        table: desk_of_numbers.get(reverse("api-numbers"), {**asked, "code_map": table}).json()["row_codes"]
        for table in (0, 1)
    }
    assert ("INSPECTION" in counts[0], "INSPECTION" in counts[1]) == (True, False)
    assert desk_of_numbers.get(reverse("api-numbers"), {**asked, "code_map": 2}).status_code == 409
    assert desk_of_numbers.get(reverse("numbers"), {"as_of": 1, "codes": 2}).status_code == 422
    labels = [row.label for row in numbers.context["table"].rows]
    assert "フィッシング(旧分類を含む)" in labels
    assert "点検商法" not in labels
    form = client.get(PAGE, {"kind": "scam_type", "old": "INSPECTION"}).context["line_form"]
    assert form.initial == {"old": "INSPECTION", "new": "PHISHING"}

    client.post(reverse("code-map-drop"), {"kind": "scam_type", "old": "INSPECTION"})
    assert lines(centre) == {}
    rows = [row.label for row in desk_of_numbers.get(reverse("numbers")).context["table"].rows]
    assert "点検商法" in rows


def test_a_class_that_compares_with_none_stands_for_itself(desk_of_numbers, centre):
    given = {"kind": "product", "old": "FOOD_TO_2020", "new": "-"}
    desk_of_numbers.post(reverse("code-map-set"), given)
    assert lines(centre, "product")["FOOD_TO_2020"] == ""
    page = desk_of_numbers.get(PAGE).content.decode()
    assert "センターが決めた読み替え" in page
    desk_of_numbers.post(reverse("code-map-reset"))
    assert lines(centre, "product")["FOOD_TO_2020"] == "FOOD"


@pytest.mark.parametrize(
    ("address", "given", "status", "said"),
    [
        ("code-map-set", LINE | {"old": ""}, 422, ""),
        ("code-map-set", LINE | {"new": "INSPECTION"}, 422, "前の分類とは別の分類を選んでください。"),
        ("code-map-set", LINE | {"kind": "payment"}, 404, ""),
        ("code-map-file", {}, 422, ""),
        ("code-map-file", {"file": b""}, 422, ""),
        ("code-map-file", {"file": b"kind,old,new\nsex,A,B\n"}, 422, "2行目: 性別にない分類です: A"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(address, given, status, said, desk_of_numbers, centre):
    if "file" in given:
        given = {"file": SimpleUploadedFile("表.csv", given["file"])}
    answer = desk_of_numbers.post(reverse(address), given)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert Centre.objects.get(pk=centre.pk).code_map is None


def test_the_file_that_is_taken_is_read_again(desk_of_numbers, centre):
    desk_of_numbers.post(reverse("code-map-set"), LINE)
    taken = desk_of_numbers.get(reverse("code-map-csv"))
    assert (
        "第1版" in taken.headers["Content-Disposition"]
        or "%E7%AC%AC1" in taken.headers["Content-Disposition"]
    )
    desk_of_numbers.post(reverse("code-map-reset"))
    assert lines(centre) == {}

    desk_of_numbers.post(reverse("code-map-file"), {"file": SimpleUploadedFile("表.csv", taken.content)})
    assert lines(centre) == {"INSPECTION": "PHISHING"}
