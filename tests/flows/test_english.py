"""With English chosen, nothing on a page is Japanese but what somebody wrote.

Every name and text in these rows is English, so a Japanese character is a message without a translation.
"""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve, reverse

from cases import feed, jobs
from cases.records.case import Case
from cases.records.centre import Area, Centre
from cases.services import followup
from cases.services.followup import FollowUpEntry
from cases.services.ledger.models import ImportRun
from consult.shell.accounts import Account
from outreach.bulletins import services as bulletins
from outreach.bulletins.services import BulletinText
from outreach.lectures.services import LecturePlan, plan_lecture, record_result
from tests import builders

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
# Kana, kanji, and the marks that only Japanese text has; half and full width.
JAPANESE = re.compile(r"[\u3001-\u30ff\u3400-\u9fff\uff01-\uff9d]")
READ_OUT = {"aria-label", "title", "alt", "placeholder", "data-say", "data-announce", "data-shortcut-label",
            "data-typing-text"}  # fmt: skip
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
MOST_OF_A_KIND = 4  # pages of one address pattern: months go on for ever

MAIN_PAGES = {
    "COUNSELLOR": {"today", "cases", "case", "case-correct", "intake", "jobs", "day-log", "callbacks", "accidents",
                   "watch-shares", "pionet", "traders", "guidance", "letters", "case-mediation", "case-course"},
    "MANAGER": {"today", "looks", "numbers", "cases", "case", "audit", "imports", "import", "jobs", "job", "outreach",
                "bulletins", "bulletin", "programme"},
    "OUTREACH": {"today", "numbers", "outreach", "lectures", "lecture", "lecture-new", "lecture-change",
                 "lecture-month", "bulletins", "bulletin", "bulletin-new", "bulletin-edit", "programme"},
    "ADMIN": {"today", "accounts", "account", "audit", "imports", "jobs"},
}  # fmt: skip


class Page(HTMLParser):
    """What a page says, by eye or by ear, and where it leads; what is marked as Japanese is left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language = ""
        self.said: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        # A text area holds what somebody typed.
        is_left_out = self._is_left_out() or given.get("lang") == "ja" or tag in {"script", "textarea"}
        if not is_left_out:
            self.said += [given[name] for name in READ_OUT & given.keys()]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag not in VOID:
            self._open.append((tag, is_left_out))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_left_out():
            self.said.append(data.strip())

    def japanese(self) -> list[str]:
        """What is Japanese, but for the marks left by the redaction of a text: they are stored in it."""
        return [text for text in self.said if JAPANESE.search(re.sub("〔[^〕]*〕", "", text))]

    def _is_left_out(self) -> bool:
        return bool(self._open) and self._open[-1][1]


@pytest.fixture(autouse=True)
def monday(time_machine: Any, tmp_path: Path, settings: Any) -> None:
    time_machine.move_to("2026-11-23 10:00 +0900", tick=True)
    settings.COLUMNS_DIR = tmp_path / "columns"
    settings.SEARCH_FILE = tmp_path / "search.sqlite3"


@pytest.fixture
def centre(db: None) -> Centre:
    made = Centre.objects.create(
        code="river", name="川沿い市消費生活センター", name_en="Riverside Consumer Centre", is_made_up=True
    )
    Area.objects.create(centre=made, code="NORTH", label="北区域", label_en="North")
    return made


@pytest.fixture
def account(centre: Centre) -> Callable[[str], Account]:
    def make(role: str) -> Account:
        made = builders.account(role, at=centre)
        made.display_name, made.language = f"Alex {role.title()}", "en"
        made.save()
        return made

    return make


@pytest.fixture
def signed_in(account: Callable[[str], Account]) -> Callable[[str], Client]:
    def sign_in(role: str) -> Client:
        client = Client(headers={"origin": "http://testserver"})
        client.force_login(account(role))
        return client

    return sign_in


@pytest.fixture
def cases(account: Callable[[str], Account]) -> list[Case]:
    """A rising scam type; the first case is closed and has a follow-up, the last has every field."""
    by = account("COUNSELLOR")
    words = {"narrative": "A man offered a roof check and asked for a contract.", "area": "NORTH"}
    found = [
        builders.case(by=by, **words, received_at=builders.RECEIVED_AT - timedelta(days=days))
        for days in (*range(9), 100)
    ]
    followup.add_follow_up(
        found[0].uid,
        FollowUpEntry(uid=uuid.uuid4(), happened_at=builders.RECEIVED_AT, kind="NOTE", text="Rang the firm."),
        by=by,
    )
    followup.close_case(
        found[0].uid, outcome="ADVICE", closed_on=TODAY, recovered_yen=1000, advice=None, by=by
    )
    full = builders.case(
        by=by, **words, scam_others=("RESCUE_SERVICE",), product="ROOFING", sex="FEMALE", relation="CHILD",
        contract_yen=1_480_000, paid_yen=0, contracted_on=date(2026, 11, 20), trader_name="Roof Ltd",
        advice="Send the notice.", caller=builders.person(name="Ann", kana=""), is_provisional=True,
    )  # fmt: skip
    feed.drain("search", 1000)
    while jobs.claim_and_run(worker="test"):
        pass
    return [*found, full]


@pytest.fixture
def plans(account: Callable[[str], Account], cases: list[Case]) -> None:
    """Lectures before and after today, and a bulletin in every state."""
    writer, manager = account("OUTREACH"), account("MANAGER")
    for title, day in (("Roofs", TODAY - timedelta(days=9)), ("Roof checks", TODAY + timedelta(days=6))):
        plan = LecturePlan(
            title=title, held_on=day, starts_at=time(8), ends_at=time(12), venue="Hall", audience="KOREISHA",
            theme="INSPECTION", lecturer="Bob", area="NORTH", expected_people=20,
        )  # fmt: skip
        saved = plan_lecture(plan, centre=writer.centre, by=writer)
        if day < TODAY:
            record_result(saved.lecture.uid, sessions=1, people=20, kind="LECTURE", by=writer)
    for steps in range(4):
        text = BulletinText(
            title="Mind the roof", theme="INSPECTION", example="A free check.", advice=["Wait.", "Ask.", "Look."],
            signs=["Ladders"], period="FISCAL_YEAR",
        )  # fmt: skip
        uid = bulletins.start(text, centre=writer.centre, by=writer).bulletin.uid
        for step in (
            lambda: bulletins.submit(uid, by=writer, suggestions_seen=True),  # noqa: B023 - called at once
            lambda: bulletins.approve(uid, by=manager),  # noqa: B023
            lambda: bulletins.issue(uid, by=writer),  # noqa: B023
        )[:steps]:
            step()
            jobs.claim_and_run(worker="test")  # its number is judged


@pytest.fixture
def ledger(signed_in: Callable[[str], Client], cases: list[Case]) -> ImportRun:
    """An upload whose rows were checked: one row is good, one has a note, one cannot be imported."""
    client = signed_in("MANAGER")
    rows = "Date,Words,Scam,Other\n2026-10-01,A call,,x\n2026-10-02,A call,nothing known,x\n2026-13-01,A call,,x\n"
    client.post(reverse("imports"), {"file": SimpleUploadedFile("ledger.csv", rows.encode())})
    run = ImportRun.objects.get()
    form = client.get(reverse("import", args=[run.uid])).context["form"]
    names = [choice.html_name for _column, _letter, choice in form.rows]
    given = dict(zip(names, ("received_on", "narrative", "scam_main", ""), strict=True))
    client.post(reverse("import-columns", args=[run.uid]), given)
    while jobs.claim_and_run(worker="test"):
        pass
    return run


def walk(client: Client) -> Iterator[tuple[str, str, Page]]:
    """Every page that links lead to from the start: (name, address, page)."""
    waiting, seen, kinds = [reverse("today")], set[str](), Counter[str]()
    while waiting:
        address = waiting.pop(0)
        name = resolve(urlsplit(address).path).view_name
        if address in seen or kinds[name] >= MOST_OF_A_KIND:
            continue
        seen.add(address)
        answer = client.get(address, follow=True)
        if not answer["Content-Type"].startswith("text/html") or "Content-Disposition" in answer:
            continue
        assert answer.status_code == 200, address
        kinds[name] += 1
        path = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        page = Page(answer.content.decode())
        yield resolve(urlsplit(path).path).view_name, path, page
        links = [urljoin(path, link) for link in page.links]
        waiting += [link for link in links if link.startswith("/") and "#" not in link]


@pytest.mark.usefixtures("cases", "plans", "ledger")
@pytest.mark.parametrize("role", list(MAIN_PAGES))
def test_every_page_that_links_lead_to_speaks_english(role: str, signed_in: Callable[[str], Client]) -> None:
    client = signed_in(role)

    visited = list(walk(client))

    assert MAIN_PAGES[role] - {name for name, _address, _page in visited} == set()
    assert {page.language for _name, _address, page in visited} == {"en"}
    assert [(address, page.japanese()) for _name, address, page in visited if page.japanese()] == []


def test_names_of_centres_and_districts_are_the_english_ones(
    cases: list[Case], signed_in: Callable[[str], Client]
) -> None:
    said = Page(signed_in("COUNSELLOR").get(reverse("case", args=[cases[0].uid])).content.decode()).said

    assert {"Riverside Consumer Centre", "North"} <= set(said)


@pytest.mark.parametrize(
    ("role", "name", "sent", "status"),
    [
        ("COUNSELLOR", "find", {"text": "roof", "kind": "words"}, 200),
        ("COUNSELLOR", "find", {"text": "Ann", "kind": "surname"}, 200),
        ("COUNSELLOR", "find", {"text": "090-1234-5678", "kind": "phone"}, 200),
        ("COUNSELLOR", "find", {"text": ""}, 422),
        ("COUNSELLOR", "case-reveal", {"purpose": "CONSULTATION"}, 200),
        ("COUNSELLOR", "case-reveal", {}, 422),
        ("COUNSELLOR", "case-follow-up", {"happened_at": "soon"}, 422),
        ("COUNSELLOR", "case-close", {"outcome": "", "closed_on": "2199-01-01"}, 422),
        ("COUNSELLOR", "case-correct", {"revision": "0", "received_at": "2026-11-20", "age": "131"}, 422),
        ("COUNSELLOR", "intake", {"age": "abc", "contracted_on": "R1.4.30", "paid_yen": "lots"}, 422),
        ("COUNSELLOR", "hint/rights", {"contracted_on": "11/20"}, 200),
        ("COUNSELLOR", "hint/rights", {"document_received_on": "2026-01-05"}, 200),
        ("COUNSELLOR", "hint/rights", {"sales_method": "MAIL_ORDER"}, 200),
        ("COUNSELLOR", "hint/phone", {"caller_phone": "090-1234-5678"}, 200),
        ("COUNSELLOR", "hint/similar", {"narrative": "A man offered a roof check"}, 200),
        ("COUNSELLOR", "audit", {}, 403),
        ("MANAGER", "imports", {}, 422),
        ("ADMIN", "accounts", {"username": "!", "password": "short"}, 422),
        ("OUTREACH", "lecture-new", {"held_on": "2026-13-01", "starts_at": "25:00"}, 422),
        ("OUTREACH", "bulletin-new", {"title": "", "advice": "One"}, 422),
    ],
)
def test_answers_to_what_is_sent_speak_english(
    role: str,
    name: str,
    sent: dict[str, str],
    status: int,
    cases: list[Case],
    signed_in: Callable[[str], Client],
) -> None:
    name, _slash, part = name.partition("/")
    arguments = {"case": [cases[-1].uid], "hint": [uuid.uuid4(), part], "intake": [uuid.uuid4()]}

    answer = signed_in(role).post(reverse(name, args=arguments.get(name.partition("-")[0])), sent)

    assert answer.status_code == status
    page = Page(answer.content.decode())
    assert (page.japanese(), any(page.said)) == ([], True)


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("age", "72", "72 (70–74)"),
        ("age", "70s", "70s (details unknown)"),
        ("age", "under 20", "Under 20 (details unknown)"),
        ("age", "organisation", "Organisation"),
        ("age", "unknown", "Age unknown"),
        ("age", "S28.5.3", "Born May 3, Showa 28, 73 (70–74)"),
        ("contracted_on", "11/20", "Nov. 20, 2026 (Reiwa 8), Fri"),
        ("contracted_on", "yesterday", "Nov. 22, 2026 (Reiwa 8), Sun"),
        ("contracted_on", "R1.4.30", "That era has no such day. The era runs from May 1, Reiwa 1."),
        ("paid_yen", "1500000", "¥1,500,000"),
        ("happened_at", "today 9:30", "Nov. 23, 2026 (Reiwa 8), Mon 09:30"),
    ],
)
def test_what_was_understood_is_said_in_english(
    field: str, text: str, told: str, signed_in: Callable[[str], Client]
) -> None:
    answer = signed_in("COUNSELLOR").post(reverse("echo"), {field: text}).json()

    assert answer[field]["text"] == told


def test_the_last_day_of_cooling_off_is_one_english_sentence(signed_in: Callable[[str], Client]) -> None:
    sent = {"document_received_on": "11/20", "sales_method": "DOOR_TO_DOOR"}

    page = Page(
        signed_in("COUNSELLOR").post(reverse("hint", args=[uuid.uuid4(), "rights"]), sent).content.decode()
    )

    assert (
        "Postmark by November 27 (Fri) (Date the contract document was received: November 20 = day 1 of 8; "
        "Act on Specified Commercial Transactions, Article 9)"
    ) in page.said


@pytest.mark.usefixtures("cases")
def test_exported_figures_are_english_down_to_the_name_of_the_file(
    signed_in: Callable[[str], Client],
) -> None:
    answer = signed_in("MANAGER").get(reverse("numbers-export", args=["csv"]), {"rows": "area"})

    assert answer["Content-Disposition"].startswith('attachment; filename="figures_internal_')
    text = answer.content.decode("utf-8-sig")
    assert ("North" in text, JAPANESE.findall(text)) == (True, [])


def test_the_sign_in_page_speaks_the_language_chosen_there(db: None) -> None:
    client = Client()
    client.post(reverse("language"), {"language": "en"})

    page = Page(client.get(reverse("sign-in")).content.decode())

    assert (page.language, page.japanese()) == ("en", [])
