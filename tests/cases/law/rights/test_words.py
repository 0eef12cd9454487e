"""What is read out and written down: always a weekday, what sending means, never that nothing can be done."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.law.rights import TRANSACTIONS, Basis, Facts, assess
from cases.law.rights.words import other_sentence, questions, read_out, reason
from tests.cases.law.rights.plain import FRIDAY, LAST, answer

D = date.fromisoformat
AFTER = LAST + timedelta(days=4)


@pytest.mark.parametrize(
    ("known", "as_of", "sentence"),
    [
        (
            {"contract_document_on": FRIDAY},
            FRIDAY,
            "11月27日金曜の消印まで。その日までに出せば、届くのが後でも間に合います。",
        ),
        (
            {"contract_document_on": FRIDAY},
            LAST,
            "今日、11月27日金曜の消印まで。今日出せば、届くのが後でも間に合います。",
        ),
        (
            {"contract_document_on": D("2026-12-27")},
            D("2026-12-28"),
            "2027年1月3日日曜の消印まで。その日までに出せば、届くのが後でも間に合います。",
        ),
        (
            {"contract_on": FRIDAY},
            FRIDAY,
            "早ければ11月27日金曜の消印まで。その日までに出せば、届くのが後でも間に合います。",
        ),
        (
            {"document_defect": "yes"},
            FRIDAY,
            "期間はまだ始まっていません。いまでも通知を出せます。早めに出してください。",
        ),
        (
            {"contract_document_on": FRIDAY},
            AFTER,
            "日数は過ぎています。取消しなど、ほかの権利を確かめます。",
        ),
        (
            {"contract_document_on": FRIDAY, "obstruction": None},
            AFTER,
            "日数では過ぎていますが、まだ間に合うことがあります。あと少し伺います。",
        ),
        (
            {},
            FRIDAY,
            "書面を受け取った日が分かると、最終日が出ます。分かるまでは、早めに出すのが安全です。",
        ),
        ({"for_business": "yes"}, FRIDAY, "ほかの権利と、契約の実態を確かめます。"),
        ({"contract_on": D("2009-01-01")}, FRIDAY, "契約したころの法律を確かめます。"),
    ],
)
def test_the_sentence_to_read_out(known, as_of, sentence):
    assert read_out(answer(**known, as_of=as_of)) == sentence


def test_a_home_for_the_aged_is_left_by_word_not_by_post():
    found = answer("care_home", moved_in_on=D("2026-07-01"), as_of=D("2026-09-01"))

    assert read_out(found) == "9月30日水曜までに解約を申し出て、契約を終えてください。"
    assert reason(found) == "9月30日(水)までに解約(入居日7月1日を1日目として3か月・老人福祉法29条)"


@pytest.mark.parametrize(
    ("known", "as_of", "sentence"),
    [
        (
            {"contract_document_on": FRIDAY},
            D("2026-11-22"),
            "11月27日(金)の消印まで(契約書面の受領日11月20日を1日目として8日間・特定商取引法9条)",
        ),
        (
            {"application_document_on": FRIDAY},
            LAST,
            "本日11月27日(金)の消印まで(申込書面の受領日11月20日を1日目として8日間・特定商取引法9条)",
        ),
        (
            {"contract_on": FRIDAY},
            FRIDAY,
            "早ければ11月27日(金)の消印まで(契約日11月20日を1日目として8日間・特定商取引法9条)",
        ),
        (
            {"contract_document_on": FRIDAY, "obstruction": None},
            AFTER,
            "期限の11月27日(金)を過ぎています・クーリング・オフ妨害の有無を要確認"
            "(契約書面の受領日11月20日を1日目として8日間・特定商取引法9条)",
        ),
        (
            {"contract_document_on": FRIDAY},
            AFTER,
            "期限の11月27日(金)を過ぎています・取消しなど他の権利を要確認"
            "(契約書面の受領日11月20日を1日目として8日間・特定商取引法9条)",
        ),
        (
            {"document_defect": "yes"},
            FRIDAY,
            "起算せず・期限は始まっていません(書面がないか不備がある・特定商取引法9条)",
        ),
        (
            {"contract_document_on": FRIDAY, "obstruction": "yes"},
            FRIDAY,
            "起算せず・新しい書面を受け取るまで期限は始まりません(クーリング・オフ妨害・特定商取引法9条)",
        ),
        ({}, FRIDAY, "契約日と契約書面の受領日が分からないため期限を出せません・要確認(特定商取引法9条)"),
    ],
)  # fmt: skip
def test_the_reason_in_one_sentence(known, as_of, sentence):
    assert reason(answer(**known, as_of=as_of)) == sentence


def test_what_is_missing_is_asked_as_questions():
    found = answer(
        contract_document_on=FRIDAY, consumable_used=None, total_yen=None, cash_fully_performed=None
    )

    assert questions(found) == [
        "その場で全額を現金で払い、品物も受け取りましたか。",
        "化粧品や健康食品などを、自分で開けて使いましたか。",
        "契約の総額はいくらですか。",
    ]


def test_another_right_names_its_day_and_articles():
    found = answer(contract_on=FRIDAY)

    assert [other_sentence(other, FRIDAY) for other in found.other_rights] == [
        "2027年11月20日(土)まで(特定商取引法9条の2)",
        "2031年11月20日(木)まで(特定商取引法9条の3・消費者契約法4条・消費者契約法7条)",
    ]


@pytest.mark.parametrize(
    ("law", "article", "text"),
    [
        ("割賦販売法", "35の3の10", "割賦販売法35条の3の10"),
        ("互助会約款", "クーリング・オフ", "互助会約款のクーリング・オフの定め"),
    ],
)
def test_an_article_as_it_is_cited(law, article, text):
    assert str(Basis(law, article)) == text


@given(st.sampled_from(["", *sorted(TRANSACTIONS)]), st.none() | st.dates(), st.none() | st.dates())
def test_every_answer_has_its_sentences_and_none_says_cannot(transaction, contract, document):
    documents = {"contract_document_on": document} if document and document.year < 9000 else {}
    found = assess(Facts(transaction, FRIDAY, contract_on=contract, **documents))
    said = [read_out(found), reason(found), *questions(found)]

    assert all(said)
    assert not any("できません。" in text for text in said)
