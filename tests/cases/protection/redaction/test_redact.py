"""What holds for every text: offsets, order, masks, and time in proportion to length."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases.protection.redaction import KINDS, Party, Span, redact
from cases.protection.redaction.forms import folded, name_forms
from cases.protection.redaction.masks import merged
from cases.protection.redaction.view import view_of

PARTY = Party(
    name="髙橋 良子",
    kana="タカハシ リョウコ",
    phones=("042-322-1234",),
    address="東京都小金井市本町6-6-3 コーポ田中203号",
    email="ryoko@example.com",
)
SNIPPETS = st.sampled_from(
    [
        *(
            "高橋",
            "良子",
            "ﾀｶﾊｼ",
            "ｶﾞｷﾞ",
            "㈱",
            "ﬁ",
            "㍿",
            "さん",
            "様",
            "山田",
            "太郎",
            "と名乗る",
            "・",
            "ー",
            "一",
            "1",
        ),
        *(
            "042-322-1234",
            "０９０",
            "〒184-0004",
            "本町6-6-3",
            "@",
            "a@b.co",
            "生",
            "昭和28年5月3日",
            "(",
            "+",
            "-",
        ),
        *("4111111111111111", "49012345678940", "378282246310005", "普通", "1234567", "カード番号"),
        *("\u3000", "\n", "\u200f", "\u3099", "\U000e0100", "\ud800", "\x00", "👨\u200d👩\u200d👧"),
    ]
)
LONG_NAME = "".join(chr(0x4E00 + place) for place in range(200))
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60), st.lists(SNIPPETS, max_size=25).map("".join)
)


def replaced(text, spans):
    for start, end, kind in reversed([(span.start, span.end, span.kind) for span in spans]):
        text = f"{text[:start]}〔{kind}〕{text[end:]}"
    return text


@given(
    TEXTS,
    st.sampled_from([(), (PARTY,), (PARTY, Party(name="山田太郎"))]),
    st.sampled_from([(), ("山田", "ﾀｶﾊｼ商店")]),
)
@example("ﾀｶﾊｼ\uff9e㈱", (PARTY,), ())
@settings(deadline=None, max_examples=300)
def test_spans_are_sorted_disjoint_and_what_the_masks_replace(text, parties, allow):
    redaction = redact(text, parties, allow=allow)

    done = 0
    for span in redaction.spans:
        assert done <= span.start < span.end <= len(text)
        assert span.kind in KINDS
        assert span.tier in {"auto", "suggest"}
        done = span.end
    assert redaction.masked == replaced(text, redaction.spans)
    assert redaction.masked_auto == replaced(text, [span for span in redaction.spans if span.tier == "auto"])


@given(st.text(st.characters(exclude_categories=()), max_size=80))
@settings(deadline=None)
def test_a_view_leads_back_to_the_typed_text(text):
    view = view_of(text)
    tight = view.without_blanks()

    for read in (view, tight):
        places = [read.typed(at, at + 1) for at in range(len(read.text))]
        assert places == sorted(places)
        assert all(start < end for start, end in places)
    assert all(end <= len(text) for _, end in (view.typed(at, at + 1) for at in range(len(view.text))))


SPANS = st.lists(
    st.builds(
        lambda start, length, kind, tier: Span(start, start + length, kind, tier),
        st.integers(0, 30),
        st.integers(1, 12),
        st.sampled_from(KINDS),
        st.sampled_from(["auto", "suggest"]),
    ),
    max_size=8,
)


@given(SPANS)
def test_laying_spans_over_each_other_loses_no_place_and_no_sure_one(spans):
    def places(of, *tiers):
        return {place for span in of for place in range(span.start, span.end) if span.tier in tiers}

    laid = merged(list(spans))

    assert places(laid, "auto", "suggest") == places(spans, "auto", "suggest")
    assert places(laid, "auto") == places(spans, "auto")
    assert all(one.end <= other.start for one, other in pairwise(laid))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("電話はﾀｶﾞｼﾗﾀﾛｳ様", "ﾀｶﾞｼﾗﾀﾛｳ"),
        ("㈱の高\u200b橋さん", "高\u200b橋"),
        ("①②③髙橋\U000e0100さん", "髙橋\U000e0100"),
    ],
)
def test_offsets_count_the_characters_as_typed(text, typed):
    parties = [PARTY, Party(name="田頭 太郎", kana="タガシラ タロウ")]
    start = text.index(typed)

    assert Span(start, start + len(typed), "氏名", "auto") in redact(text, parties).spans


@pytest.mark.parametrize(
    "unit",
    [
        "090-",
        "〒",
        "山田",
        "1",
        "1-",
        "a@",
        "@",
        "(",
        " ",
        "\u200f",
        "ア",
        "アン・",
        "サービス・",
        "一",
        "ｶﾞ",
        "\u0300\u0316",
        "本町1-2 ",
        "普通 ",
        "記号12345",
        "1年1月",
        "2024年5月3日(",
        "4111-",
        "高橋良子",
        "りょうこ",
        "\ud800",
        "👨‍👩‍👧",
        "東京都",
        "さん",
        "Aa ",
        "山田 ",
    ],
)
def test_long_repetitions_are_read_to_the_end(unit):
    # Quadratic work on 200,000 characters would keep the suite busy for hours: nobody would miss it.
    text = unit * (200_000 // len(unit))

    assert redact(text, [PARTY], allow=["山田"]).masked


def test_a_megabyte_is_read_with_every_mention_found():
    sentence = "高橋良子さんは042-322-1234に電話した。契約は2024年5月3日。"
    redaction = redact(sentence * 25_000, [PARTY])

    assert len(redaction.spans) == 50_000


def test_nothing_in_a_party_or_a_redaction_shows_when_printed():
    redaction = redact("高橋良子", [PARTY])

    assert "高橋" not in f"{redaction!r}{[PARTY]!r}{PARTY}"


def test_an_empty_text_has_no_spans():
    assert redact("", [PARTY]).masked == ""


def test_a_pasted_text_in_the_field_of_a_name_is_sought_whole_and_not_in_every_part():
    assert [form.text for form in name_forms(Party(name=LONG_NAME))] == [folded(LONG_NAME)]
    assert len(name_forms(Party(name=LONG_NAME[:6]))) > 1
    assert redact(f"名義は{LONG_NAME}。", [Party(name=LONG_NAME)]).masked == "名義は〔氏名〕。"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("山田花子さん090-1234-5678", "〔氏名〕さん〔電話〕"),
        ("山田花子090-1234-5678へ", "〔氏名〕〔電話〕へ"),
        ("緑町3-2-1 090-1234-5678", "〔住所〕〔電話〕"),
        ("緑町3-2-1、090-1234-5678", "〔住所〕、〔電話〕"),
    ],
)
def test_a_number_beside_a_name_or_an_address_keeps_its_own_kind(text: str, masked: str) -> None:
    assert redact(text, [Party(name="山田 花子")]).masked == masked
