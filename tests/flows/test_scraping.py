"""Everything that leaves the staff is read as its reader gets it, in every role, and each number is held to a release.

One centre with small counts in every table publishes all there is: a bulletin to members, one to the public, open
data, the public edition of a report, a paper for the council. Numbers planted on purpose show that the look sees them.
"""

import html
import json
import random
import re
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from cases.figures import facts, measures
from cases.figures.questions import Question
from cases.figures.releases import reading
from cases.figures.reports.lines import percent
from cases.figures.reports.scope import Span
from cases.jobs.work import claim_and_run
from cases.law import calendar
from cases.models import Case
from cases.records.codes import Kind, codes
from cases.services import answers, editions, releases, reports
from consult.manage import exports
from consult.manage.editions import open_data, pages, printing
from consult.shell import leaving, roles
from outreach.bulletins import counts, variants
from outreach.bulletins import services as bulletins
from outreach.bulletins.models import Bulletin
from outreach.bulletins.outputs import taking as outputs
from outreach.bulletins.services import BulletinText
from tests import builders
from tests.architecture.test_every_url import holder_of, signed_in
from tests.scraping import unreleased, words_of, words_of_page

pytestmark = pytest.mark.django_db

TODAY = "2026-11-20 10:00:00+09:00"
CASES = 260
ADVICE = ("その場で決めない。", "家族に話す。", "188に電話する。")
SIGNS = ("足場がある", "見慣れない車がある")
EXAMPLE = "無料で点検すると言われ、高い工事を契約した。(70歳代 女性)"


@pytest.fixture(autouse=True)
def a_day(tmp_path, settings, monkeypatch):
    """A few of the tables: the others are printed alike, and judging them all takes the worker longer."""
    settings.COLUMNS_DIR = tmp_path / "columns"
    monkeypatch.setattr(editions, "PARTS", [part for part in editions.PARTS if part.number in (1, 2, 9, 14)])
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def centre(db):
    made = builders.centre()
    dice = random.Random(7)

    def one_of(kind):
        known = list(codes(kind).by_code)
        return known[min(int(dice.expovariate(1) * 3), len(known) - 1)]

    facts.record(
        [
            (
                Case(
                    uid=uuid.uuid4(), centre=made, received_on=date(2025, 4, 1) + timedelta(days=dice.randrange(365)),
                    fiscal_year=2025, channel=one_of(Kind.CHANNEL), kind=one_of(Kind.KIND),
                    party_age_band=dice.choice(["70_74", "70_74", "75_79", "40S", "20S", "UNKNOWN"]),
                    party_sex=one_of(Kind.SEX), sales_method=one_of(Kind.SALES_METHOD),
                    product=one_of(Kind.PRODUCT),
                ),
                one_of(Kind.SCAM_TYPE),
                (),
            )
            for _n in range(CASES)
        ]
        + [
            (Case(uid=uuid.uuid4(), centre=made, received_on=date(2026, 11, 2), fiscal_year=2026, channel="PHONE",
                  kind="COMPLAINT", party_age_band="70_74"), "INSPECTION", ())
            for _n in range(14)
        ]
    )  # fmt: skip
    return made


@pytest.fixture
def people(centre):
    """Who prepares and who approves; each role has a reader."""
    return holder_of(centre, *roles.ROLES), holder_of(centre, *roles.ROLES)


def work():
    while claim_and_run(worker="test"):
        pass


def published(release, by):
    release.refresh_from_db()
    assert release.state == "JUDGED", release.refused
    return releases.approve(release.uid, by=by)


def a_bulletin(audience, people, **more):
    writer, approver = people
    text = BulletinText(
        title="屋根の点検にご注意", theme="INSPECTION", example=EXAMPLE, advice=ADVICE, signs=SIGNS,
        period="FOUR_WEEKS", audience=audience, **more,
    )  # fmt: skip
    uid = bulletins.start(text, centre=writer.centre, by=writer).bulletin.uid
    bulletins.submit(uid, by=writer, suggestions_seen=True)
    work()
    bulletins.approve(uid, by=approver)
    bulletins.issue(uid, by=writer)
    work()
    return Bulletin.objects.get(uid=uid)


def an_edition(people):
    writer, approver = people
    proposed = editions.propose_open_data(writer.centre, 2025, by=writer)
    work()
    return published(proposed, approver)


# --- what each thing may say ----------------------------------------------------------------------------------------


def numbers_of(release):
    """What the gate let out, and the shares that two exact numbers make."""
    for table in reading.tables(release):
        for row in table.cells:
            for across in row:
                yield from (cell.text for cell in across if not cell.is_hidden)
                yield from (
                    str(end) for cell in across for end in (cell.low, cell.high) if not cell.is_hidden
                )
        whole = table.cells[-1][0][0] if table.cells else None
        if whole is not None and whole.is_exact and len(table.columns) == 1:
            parts = [row[0][0] for row in table.cells if row[0][0].is_exact]
            yield from (str(percent(part.low, whole.low)) for part in parts)


def told_beside(release):
    """Names, days and definitions: no count of cases is among them."""
    yield from (
        release.title,
        release.numbered,
        *reading.rule(release),
        printing.mark_line(),
        open_data.LICENCE,
    )
    yield from (text for pair in reading.said(release) for text in pair)
    yield from (f"{label}: {text}" for label, text in reading.said(release))
    yield from (f"表{number}: {why}" for number, why in editions.stays_out(release))
    yield from (why for _number, why in editions.stays_out(release))
    yield from (str(field.told) for field in open_data.FIELDS)
    yield from (
        "utf-8",
        "http://www.w3.org/ns/csvw",
        *open_data.titles(),
        "クリエイティブ・コモンズ 表示 4.0 国際(CC BY 4.0)",
        str(release.centre),
    )
    yield from (field.name for field in open_data.FIELDS)
    yield calendar.local_date(release.released_at).isoformat()
    for table in reading.tables(release):
        yield from (table.title, table.withheld)
        for headings in (table.rows, table.columns, table.layers):
            yield from (heading.label for heading in headings)
            yield from (heading.code for heading in headings)
        if table.question:
            yield table.question["from"]
            yield (date.fromisoformat(table.question["to"]) - timedelta(days=1)).isoformat()


def faults_of_edition(client, release):
    """Every form of the file, and the page."""
    found = {}
    for form in pages.FORMS:
        answer = client.get(reverse("edition-file", args=[release.uid, form]))
        assert answer.status_code == 200
        kind = answer["Content-Type"]
        beside = [*told_beside(release), pages.file_of(release, "csv")[0]]
        found[form] = unreleased(
            words_of(kind, answer.content), released=numbers_of(release), declared=beside
        )
    for form in exports.FORMATS:
        answer = client.get(reverse("release-file", args=[release.uid, form]))
        data = answer.content.decode("cp932").encode() if form == exports.CSV_CP932 else answer.content
        beside = [*told_beside(release), "Shift_JIS(CP932)で表せず〓にした文字 0字"]
        found[f"plain {form}"] = unreleased(
            words_of(answer["Content-Type"], data), released=numbers_of(release), declared=beside
        )
    page = client.get(reverse("edition", args=[release.uid])).content.decode()
    paper = re.search(r'<div class="sheet edition">.*?</article>', page, re.DOTALL).group()
    found["page"] = unreleased(
        words_of_page(paper), released=numbers_of(release), declared=told_beside(release)
    )
    return {form: numbers for form, numbers in found.items() if numbers}


SAID_BESIDE = ("消費者ホットライン188", "188に電話する", "188に電話します", "tel:188")


def other_shapes(client, bulletin):
    """(name, words) of each file of the bulletin, and of the page with all of them to copy."""
    variants.keep(bulletin.uid, "easy", title="題", text="188に電話します。", by=bulletin.author)
    for shape in outputs.SHAPES:
        answer = client.get(reverse("bulletin-output", args=[bulletin.uid, shape]))
        assert answer.status_code == 200
        data = answer.content.decode("cp932").encode() if shape == "mail" else answer.content
        yield f"taken {shape}", words_of(answer["Content-Type"], data)
    page = client.get(reverse("bulletin-outputs", args=[bulletin.uid])).content.decode()
    texts = re.findall(r"<textarea.*?</textarea>", page, re.DOTALL)
    assert len(texts) == len(outputs.SHAPES) - len(("large", "mono", "easy"))
    yield "outputs", words_of_page(html.unescape("\n".join(texts)))


def faults_of_bulletin(client, bulletin, *, in_all_shapes=True):
    """The paper, the text for mail and the same paper on the page; the other shapes, which no reader's role changes."""
    days, is_ours, _rest = counts.sentence(bulletin).partition("、当センターへこの手口の相談が")
    declared = [
        bulletin.title, bulletin.example, *bulletin.advice, *bulletin.signs, bulletin.issue_name,
        days if is_ours else "", "消費者ホットライン 188(いやや)", "局番なしの188で、",
        calendar.wareki(calendar.local_date(bulletin.issued_at)),
    ]  # fmt: skip
    declared += [f"{n}. {line}" for n, line in enumerate(bulletin.advice, start=1)]
    released = list(numbers_of(bulletin.release)) if bulletin.release.has_tables else []
    pdf = client.get(reverse("bulletin-pdf", args=[bulletin.uid]))
    page = client.get(reverse("bulletin", args=[bulletin.uid])).content.decode()
    mail = re.search(r'<textarea id="mail-text".*?</textarea>', page, re.DOTALL).group()
    paper = re.search(r'<div class="sheet">.*?</article>', page, re.DOTALL).group()
    # On paper the items of a list have their numbers; words are squeezed, so that they stand before the line.
    listed = [f"{n}{dot}{line}" for n, line in enumerate(bulletin.advice, start=1) for dot in (".", "．", "")]
    found = {
        "pdf": unreleased(
            words_of("application/pdf", pdf.content), released=released, declared=[*declared, *listed],
        ),
        "mail": unreleased(words_of_page(mail), released=released, declared=[*declared, *listed]),
        "page": unreleased(words_of_page(paper), released=released, declared=declared),
    }  # fmt: skip
    found |= {
        shape: unreleased(words, released=released, declared=[*declared, *listed, *SAID_BESIDE])
        for shape, words in (other_shapes(client, bulletin) if in_all_shapes else ())
    }
    return {form: numbers for form, numbers in found.items() if numbers}


# --- the tests ------------------------------------------------------------------------------------------------------


def test_every_door_out_is_scraped_here():
    out = {name for name, door in leaving.ADDRESSES.items() if door.needs_release}

    assert (
        out
        - {
            "bulletin",
            "bulletin-output",
            "bulletin-outputs",
            "bulletin-pdf",
            "edition",
            "edition-file",
            "release-file",
        }
        == set()
    )


def test_no_number_leaves_that_the_gate_has_not_passed(people, centre):
    writer, approver = people
    to_members, to_all = a_bulletin("members", people), a_bulletin("public", people)
    report = reports.start(centre, Span.YEAR, date(2025, 4, 1), by=writer)
    work()
    year = Question(frozenset({centre.pk}), date(2025, 4, 1), date(2026, 4, 1), "scam_main", "age_group")
    answer = answers.publish(
        uuid.uuid4(), title="12月定例会", answered_on=date(2026, 11, 19), address="", question=year, centre=centre,
        by=writer,
    )  # fmt: skip
    out = [an_edition(people)]
    for propose in (editions.propose_report, editions.propose_answer):
        proposed = propose(report if propose is editions.propose_report else answer, by=writer)
        work()
        out.append(published(proposed, approver))

    readers = [holder_of(centre, role) for role in roles.ROLES]
    faults = []
    for reader in readers:
        client = signed_in(reader)
        if reader.may(roles.EXPORT_NUMBERS):
            faults += [(reader.role, release.kind, faults_of_edition(client, release)) for release in out]
        if reader.may(roles.VIEW_BULLETINS):
            faults += [
                (
                    reader.role,
                    one.audience,
                    faults_of_bulletin(client, one, in_all_shapes=reader.role == "OUTREACH"),
                )
                for one in (to_members, to_all)
            ]

    assert counts.released(to_members) == "14件"
    assert sum(reading.hidden_count(release) for release in out) > 20
    assert [fault for fault in faults if fault[-1]] == []


@pytest.mark.parametrize("door", ["edition", "bulletin"])
def test_a_number_planted_on_purpose_is_found(door, people, centre, monkeypatch):
    client = signed_in(people[0])
    small = measures.breakdown(
        Question(frozenset({centre.pk}), date(2025, 4, 1), date(2026, 4, 1), "sales_method")
    )
    if door == "bulletin":
        monkeypatch.setattr(counts, "sentence", lambda bulletin: f"今年度は{small.total + 3000}件でした。")
        found = faults_of_bulletin(client, a_bulletin("members", people))
        # It was typed where a number for members stands: in what goes to the public there is none at all.
        papers = ("pdf", "mail", "page", "taken large", "taken mono")
        assert found == {form: [str(small.total + 3000)] for form in papers}
        return
    release = an_edition(people)
    assert faults_of_edition(client, release) == {}
    monkeypatch.setattr(reading, "HIDDEN_MARK", "7777")
    monkeypatch.setattr(printing, "mark_line", lambda: "年報では7,777件です。")

    found = faults_of_edition(client, release)
    assert found.keys() == {"pdf", "xlsx", "schema", "page", "plain xlsx", "plain csv", "plain csv-cp932"}


def test_staff_are_the_only_ones_who_get_the_reasons_and_what_is_not_out_yet(people, centre):
    client = signed_in(people[0])
    proposed = editions.propose_open_data(centre, 2025, by=people[0])
    before = client.get(reverse("edition-file", args=[proposed.uid, "csv"]))
    work()
    waiting = client.get(reverse("edition-file", args=[proposed.uid, "csv"]))
    release = published(proposed, people[1])
    out = client.get(reverse("edition-file", args=[release.uid, "csv"]))

    assert (before.status_code, waiting.status_code, out.status_code) == (404, 404, 200)
    reasons = {
        cell.why for table in reading.tables(release) for r in table.cells for c in r for cell in c
    } - {""}
    text = out.content.decode("utf-8-sig") + json.dumps(json.loads(open_data.schema_of(release, "a.csv")))
    assert reasons
    assert not any(reason in text for reason in reasons)
    assert text.count(",X,") == reading.hidden_count(release)
