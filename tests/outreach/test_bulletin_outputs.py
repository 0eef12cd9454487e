"""The shapes of a bulletin: each fits its frame, cuts at sentence ends, tells what is missing, and names 188."""

import io
import re
import uuid
from collections.abc import Callable
from html.parser import HTMLParser

import openpyxl
import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases.protection.models import AuditEntry
from cases.watchers import WatcherKind
from consult.shell.accounts import Account
from consult.shell.paper import BulletList, Document, Heading, Notice, Paragraph
from outreach.bulletins import counts
from outreach.bulletins.models import Bulletin
from outreach.bulletins.outputs import loudspeaker, mail_text, short, ward
from outreach.bulletins.outputs.fragment import fragment
from outreach.bulletins.outputs.morae import morae
from outreach.bulletins.outputs.sentences import sentences
from outreach.bulletins.outputs.taking import SHAPES, Options, file_of
from outreach.bulletins.outputs.words import ADVICE, COUNT, EXAMPLE, SIGNS, Words
from outreach.network import services as network
from outreach.network.services import MemberEntry
from tests.verapdf import Faults

MakeBulletin = Callable[..., Bulletin]
SignIn = Callable[[Account], Client]

WORDS = Words(
    title="屋根の点検にご注意", centre="みなと市消費生活センター", is_draft=False,
    groups={
        EXAMPLE: ["「無料です。すぐ終わります」と業者が来た。", "高い工事を契約した。(70歳代)"],
        COUNT: ["相談が12件ありました。"],
        ADVICE: ["その場で決めない。", "家族に話す。", "見積もりを比べる。"],
        SIGNS: ["足場がある"],
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一つ目。二つ目", ["一つ目。", "二つ目"]),
        ("「無料です。すぐです」と言う。次。", ["「無料です。すぐです」と言う。", "次。"]),
        ("契約した。(70歳代)次に払った。", ["契約した。(70歳代)", "次に払った。"]),
        ("本当!?\nはい", ["本当!?", "はい"]),
        ("「閉じない。次", ["「閉じない。次"]),
        ("", []),
    ],
)
def test_a_text_is_cut_at_the_ends_of_its_sentences(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_a_ward_paper_takes_whole_sentences_by_rank_and_tells_what_is_missing() -> None:
    whole, cut = ward.ward_text(WORDS, 300), ward.ward_text(WORDS, 80)

    assert whole.left_out == []
    assert whole.text.splitlines()[0] == "屋根の点検にご注意"
    assert cut.text.endswith(ward.CALL)
    assert "見積もりを比べる。" in cut.text  # the advice goes before the example
    assert ("example", "高い工事を契約した。(70歳代)") in cut.left_out
    kept = [line for lines in WORDS.groups.values() for line in lines if line in cut.text]
    assert len(kept) + len(cut.left_out) == sum(map(len, WORDS.groups.values()))


@given(
    st.lists(st.text("あ漢字、。「」", min_size=1, max_size=60), max_size=6),
    st.integers(ward.LEAST, 400),
)
def test_no_output_is_longer_than_its_frame_and_every_one_ends_as_it_should(
    advice: list[str], limit: int
) -> None:
    words = Words("題" * 40, "市", False, {EXAMPLE: [], COUNT: [], ADVICE: advice, SIGNS: []})

    paper, post = ward.ward_text(words, limit), short.short_text(words)

    assert ward.length(paper.text) <= limit
    assert paper.fits
    assert short.length(post.text) <= 140
    assert post.text.endswith("188")


@pytest.mark.parametrize(
    ("text", "characters", "weighted"),
    [("188へ電話", 6, 4.5), ("か\u3099", 1, 1), ("https://example.com/a-long-address", 34, 11.5)],
)
def test_the_place_that_it_is_posted_to_says_how_it_counts(
    text: str, characters: int, weighted: float
) -> None:
    assert short.length(text) == characters
    assert short.length(text, short.Counted.WEIGHTED) == weighted


@pytest.mark.parametrize(
    ("text", "count"),
    [("かんじ", 3), ("ショック", 3), ("相談", 4), ("1,300円", 8), ("188", 8), ("、。「」", 0), ("東京", 4)],
)
def test_morae_are_counted_as_they_are_said(text: str, count: int) -> None:
    assert morae(text) == count


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1つ", "ヒトツ"), ("3つ", "ミッツ"), ("8つの", "ヤッツノ"), ("1人", "ヒトリ"), ("2人暮らし", "フタリグラシ"),
        ("1人前", "イチニンマエ"), ("4人", "ヨニン"), ("14人", "ジューヨニン"), ("11人", "ジューイチニン"),
        ("2日", "フツカ"), ("3日前", "ミッカマエ"), ("4日間", "ヨッカカン"), ("8日以内", "ヨーカイナイ"),
        ("10日", "トーカ"), ("12日", "ジューニニチ"), ("14日", "ジューヨッカ"), ("19日", "ジュークニチ"),
        ("20日", "ハツカ"), ("24日", "ニジューヨッカ"), ("30日", "サンジューニチ"), ("4月9日", "シガツココノカ"),
        ("9月", "クガツ"), ("4時", "ヨジ"), ("24時間", "ニジューヨジカン"), ("9時", "クジ"), ("4円", "ヨエン"),
        ("104円", "ヒャクヨエン"), ("4万円", "ヨンマンエン"), ("令和4年度", "レーワヨネンド"), ("20歳", "ハタチ"),
        ("20歳代", "ニジューサイダイ"), ("70歳", "ナナジューサイ"), ("4件", "ヨンケン"), ("1.5倍", "イチテンゴバイ"),
        ("2通り", "フタトーリ"), ("2通", "ニツー"), ("3か月", "サンカゲツ"), ("5か所", "ゴカショ"),
        ("2口座", "ニコーザ"), ("30%", "サンジューパーセント"), ("600円", "ロッピャクエン"), ("9人", "キューニン"),
    ],
)  # fmt: skip
def test_figures_with_a_counter_count_as_many_morae_as_they_are_said(text: str, said: str) -> None:
    assert morae(text) == morae(said)


def test_a_number_of_any_length_is_counted() -> None:
    assert morae("4" * 13 + "円") == 13 * 2 + 2
    assert morae("0件") == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("局番なしの188(いやや)へ。", "局番なしのいちはちはちへ。"),
        ("#9110へ。", "しゃーぷきゅーいちいちぜろへ。"),
        ("クーリング・オフ、年齢・性別", "クーリングオフ、年齢、性別"),
        ("03-1234-5678", "ぜろさんのいちにさんよんのごろくななはち"),
        ("「3日で」80歳の人が188万円", "3日で80歳の人が188万円"),
    ],
)
def test_what_is_read_aloud_has_no_brackets_and_telephone_numbers_digit_by_digit(
    text: str, said: str
) -> None:
    assert loudspeaker.spoken(text) == said


def test_a_reading_fits_sixty_seconds_at_the_asked_speed() -> None:
    usual, slow = loudspeaker.reading(WORDS), loudspeaker.reading(WORDS, 160)

    assert 20 < loudspeaker.seconds(usual.text) <= 60
    assert loudspeaker.seconds(slow.text, 160) <= 60
    assert len(slow.left_out) > len(usual.left_out) == 2  # the number and the sign
    assert "いちはちはち、いやや" in slow.text
    assert not re.search(r"[「」()()〔〕]", usual.text)
    assert loudspeaker.long_sentences(usual.text, 20)
    assert loudspeaker.long_sentences(usual.text, 60) == []


class _Page(HTMLParser):
    """Open tags must be closed in order; what tags and attributes there are."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_piece_for_the_citys_site_is_plain_whole_and_escaped() -> None:
    hostile = '<script>alert(1)</script> & "x"'
    page = _Page()

    page.feed(
        fragment(
            Document(
                hostile,
                [
                    Heading("見出し"),
                    Notice(hostile, [hostile], "call"),
                    Paragraph("一\n二"),
                    BulletList([hostile]),
                ],
            )
        )
    )

    assert page.open == []
    assert set(page.tags) <= {"h2", "h3", "p", "ol", "ul", "li", "br", "a"}
    assert page.tags[0] == "h2"
    assert page.attributes == [("href", "tel:188")]


@pytest.mark.parametrize(("shape", "least"), [("large", 14), ("mono", 8.5)])
def test_print_for_few_eyes_and_for_copiers_has_no_colour_and_no_small_letter(
    shape: str, least: float, db: None, a_bulletin: MakeBulletin, ua_faults: Faults
) -> None:
    _name, _type, content = file_of(a_bulletin("ISSUED"), shape, Options())
    pdf = pikepdf.open(io.BytesIO(content))
    parts = [[(i.operands, i.operator) for i in pikepdf.parse_content_stream(page)] for page in pdf.pages]
    done = [
        (str(op), [*map(float, args)])
        for page in parts
        for args, op in page
        if str(op) in ("rg", "RG", "scn")
    ]
    sizes = [float(args[1]) for page in parts for args, op in page if str(op) == "Tf"]

    assert ua_faults(content) == []
    assert {tuple(values) for _op, values in done if len(set(values)) > 1} == set()
    assert min(sizes) >= least


# --- on its pages ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["DRAFT", "ISSUED"])
def test_every_shape_is_taken_as_a_file_marked_while_it_is_a_draft(
    state: str, a_bulletin: MakeBulletin, writer: Account, signed_in: SignIn
) -> None:
    bulletin, client = a_bulletin(state), signed_in(writer)

    for shape in SHAPES.keys() - {"large", "mono", "easy"}:
        answer = client.get(reverse("bulletin-output", args=[bulletin.uid, shape]))
        text = answer.content.decode("cp932" if shape == "mail" else "utf-8-sig")

        assert answer.status_code == 200
        assert ("案" in text) == (state == "DRAFT"), shape
        assert "188" in text or "いちはちはち" in text
    assert AuditEntry.objects.filter(action="BULLETIN_TAKEN").count() == len(SHAPES) - 3
    assert client.get(reverse("bulletin-output", args=[bulletin.uid, "odt"])).status_code == 404


@pytest.mark.django_db
def test_the_sizes_asked_for_hold_for_the_page_and_its_files(
    a_bulletin: MakeBulletin, writer: Account, stranger: Account, signed_in: SignIn
) -> None:
    bulletin = a_bulletin("ISSUED")
    client, page = signed_in(writer), reverse("bulletin-outputs", args=[bulletin.uid])

    asked = client.get(page, {"letters": "90", "columns": "25", "speed": "x"}).content.decode()
    file = client.get(reverse("bulletin-output", args=[bulletin.uid, "ward"]), {"letters": "90"})

    assert "決めた字数は90字" in asked
    assert file.content.decode("utf-8-sig").replace("\r\n", "\n").strip() in asked
    assert "入らなかった文" in asked
    assert "1分間に300拍" in asked  # nonsense is told, and the usual speed stands
    assert 'id="id_speed_error"' in asked or "整数" in asked
    assert signed_in(stranger).get(page).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("audience", "in_public"), [("members", False), ("public", True)])
def test_a_number_for_members_stays_with_members(
    audience: str, in_public: bool, a_bulletin: MakeBulletin, writer: Account, signed_in: SignIn,
    stated: Callable[..., None], today: object,
) -> None:  # fmt: skip
    stated(24)
    bulletin = a_bulletin("ISSUED", period="FOUR_WEEKS", audience=audience)
    number = counts.released(bulletin)
    page = signed_in(writer).get(reverse("bulletin-outputs", args=[bulletin.uid])).content.decode()

    assert number
    assert (number in mail_text(bulletin).text) == in_public
    assert number in mail_text(bulletin, to=Bulletin.Audience.MEMBERS).text
    assert (number in page) == in_public
    assert ("公開する形には入りません" in page) != in_public


@pytest.mark.django_db
def test_the_print_run_sums_who_gets_paper_by_each_way(
    a_bulletin: MakeBulletin, writer: Account, stranger: Account, signed_in: SignIn, ua_faults: Faults
) -> None:
    bulletin, client = a_bulletin("ISSUED"), signed_in(writer)
    for name, channel, copies, topics in [
        ("北包括支援センター", "POST", 20, ()),
        ("本町老人会", "CIRCULAR", 35, ("INSPECTION",)),
        ("南銀行", "HAND", 5, ("FAKE_POLICE",)),
        ("西包括支援センター", "MAIL", 9, ()),
    ]:
        entry = MemberEntry(
            kind=WatcherKind.values[0], name=name, channel=channel, copies=copies, topics=topics
        )
        network.add(uuid.uuid4(), entry, centre=writer.centre, by=writer)

    page = client.get(reverse("bulletin-outputs", args=[bulletin.uid])).content.decode()
    take = {form: reverse("bulletin-print-run", args=[bulletin.uid, form]) for form in ("csv", "xlsx", "pdf")}
    rows = [line.split(",") for line in client.get(take["csv"]).content.decode("utf-8-sig").splitlines()]
    book = openpyxl.load_workbook(io.BytesIO(client.get(take["xlsx"]).content))

    assert [row[2:] for row in rows[1:]] == [
        ["北包括支援センター", "20"],
        ["小計", "20"],
        ["小計", "0"],
        ["本町老人会", "35"],
        ["小計", "35"],
        ["合計", "55"],
    ]
    assert [row[3] for row in book.active.iter_rows(min_row=2, values_only=True)][-1] == 55
    assert ua_faults(client.get(take["pdf"]).content) == []
    assert ">55<" in page
    assert AuditEntry.objects.filter(action="PRINT_RUN_TAKEN").count() == 3
    assert signed_in(stranger).get(take["csv"]).status_code == 404
