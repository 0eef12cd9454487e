"""The rules as data: each can be checked against its law."""

from datetime import date, timedelta

import pytest

from cases.law.rights import TRANSACTIONS, wire
from cases.law.rights.facts import DATES, INPUT_LABELS, INPUTS
from cases.law.rights.gates import judge
from cases.law.rights.laws import COVERED_FROM, LAWS, NOTICE_FORMS, notice_form
from cases.law.rights.others import ARTICLES, CREDIT_ARTICLES
from cases.law.rights.table import RULES, WITHOUT_RIGHT
from cases.law.rights.words import QUESTIONS
from tests.cases.law.rights.plain import facts

NAMES = [rule.name for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_a_rule_names_law_article_period_start_validity_and_source(rule):
    assert rule.basis.law in LAWS
    assert rule.basis.article
    assert bool(rule.period.days) != bool(rule.period.months)
    assert set(rule.start.inputs) <= set(DATES)
    assert rule.valid_from >= COVERED_FROM
    assert rule.valid_until is None or rule.valid_until > rule.valid_from
    assert rule.basis in rule.sources
    assert all(source.law in LAWS and source.article for source in rule.sources)
    assert all(judge(gate, facts(rule.transaction)) for gate in rule.gates)


def test_every_transaction_has_a_rule_or_words_and_every_name_is_used_once():
    with_rule = {rule.transaction for rule in RULES}

    assert with_rule | WITHOUT_RIGHT.keys() == set(TRANSACTIONS)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("article", [*ARTICLES, *CREDIT_ARTICLES])
def test_another_right_names_law_article_and_validity(article):
    assert article.basis.law in LAWS
    assert article.transaction in TRANSACTIONS
    assert article.valid_from >= COVERED_FROM
    assert article.valid_until is None or article.valid_until > article.valid_from


def test_rules_of_one_kind_follow_each_other_without_a_gap():
    by_kind = {}
    for rule in RULES:
        by_kind.setdefault((rule.transaction, rule.when), []).append(rule)
    for rules in by_kind.values():
        ordered = sorted(rules, key=lambda rule: rule.valid_from)
        assert [rule.valid_until for rule in ordered] == [rule.valid_from for rule in ordered[1:]] + [None]


@pytest.mark.parametrize("law", sorted({rule.basis.law for rule in RULES}))
def test_every_law_says_in_which_form_it_takes_the_notice_on_any_day(law):
    days = [form.valid_from for form in NOTICE_FORMS[law]]

    assert days == sorted(set(days))
    assert days[0] == COVERED_FROM
    for day in days:
        assert notice_form(law, day).valid_from == day
        assert notice_form(law, max(day - timedelta(days=1), COVERED_FROM)).valid_from <= day
    assert notice_form(law, date(2090, 1, 1)).source.law == law


def test_every_input_has_a_label_and_every_missing_one_a_question():
    assert set(INPUT_LABELS) == set(INPUTS)
    assert set(QUESTIONS) >= set(INPUTS) - {
        "as_of", "document_form", "for_business", "exempt_item", "invited_by_consumer", "noticed_on", "spiritual_claim",
    }  # fmt: skip


def test_the_table_as_objects_has_a_row_per_rule():
    assert [row["name"] for row in wire.rules()] == NAMES
    assert len(list(wire.other_rules())) == len(ARTICLES) + len(CREDIT_ARTICLES)
