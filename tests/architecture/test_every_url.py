"""Every address of the product, asked as a stranger and as every role: who gets in, who does not, what a GET changes.

A new address takes part by itself; one that names a row must say in ROWS which.
"""

import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from cases import jobs
from cases.backup.models import Backup, BackupCopy
from cases.figures.measures import Question
from cases.figures.models import PublishedFigure
from cases.figures.releases.asking import Asked as AskedTable
from cases.figures.releases.models import Release
from cases.figures.reports.models import Report, ReportExample
from cases.jobs.models import Job
from cases.law import calendar
from cases.law.watch_share import Basis
from cases.protection import masking
from cases.protection.models import MaskingWord
from cases.records.case import Case
from cases.records.centre import Centre
from cases.records.follow_up import FollowUp
from cases.records.later_review import LaterReview
from cases.records.papers import OfficePaper
from cases.records.requests import RequestPart
from cases.records.unusual import UnusualLooks
from cases.services import (
    accidents,
    alerts,
    answers,
    approval,
    attachments,
    callbacks,
    directory,
    disclosures,
    glass,
    help_calls,
    leak_notices,
    leaks,
    letters,
    oversight,
    papers,
    releases,
    requests,
    rumours,
    surge_rules,
    watch_share,
    worries,
)
from cases.services.alerts import AlertEntry
from cases.services.directory import BodyEntry
from cases.services.disclosures import InquiryEntry
from cases.services.history import keeping as history
from cases.services.leaks import LeakEntry
from cases.services.ledger import uploads, work
from cases.services.letters import LetterEntry
from cases.services.population import keeping as population
from cases.services.requests import RequestEntry
from cases.services.retention import disposal, erasure, holds
from cases.services.retention.models import Disposal, LegalHold
from cases.services.rumours import RumourEntry
from cases.services.traders import keeping, tracks
from cases.services.traders.keeping import TraderDetails
from cases.services.traders.tracks import TrackEntry
from cases.services.watch_share import ShareEntry
from cases.services.worries import WorryEntry, WorryWords
from consult.desk.searching import models as searches
from consult.desk.snippets import models as snippets
from consult.shell import drafts, roles
from consult.shell.accounts import Account
from outreach.applications import deciding as applications_deciding
from outreach.applications import letters as application_letters
from outreach.applications.files import work as application_files
from outreach.bulletins import variants
from outreach.bulletins.models import Bulletin
from outreach.bulletins.services import BulletinText
from outreach.bulletins.services import start as start_bulletin
from outreach.delivery import incoming, subscribers
from outreach.delivery.models import Mailing
from outreach.delivery.subscribers import Wish
from outreach.devices import letters as loan_letters
from outreach.devices import services as devices
from outreach.devices import stock as device_stock
from outreach.lectures.roster import services as roster
from outreach.lectures.school import services as school
from outreach.lectures.services import LecturePlan, plan_lecture
from outreach.network import services as network
from outreach.network.services import MemberEntry
from outreach.planning import keeping as keeping_plans
from outreach.planning import services as plans
from outreach.planning.models import Place, Proposal
from outreach.programme import inquiries as programme
from outreach.programme.models import Inquiry, Kpi, ProgrammeLine
from outreach.stock import services as stock
from outreach.supporters import services as supporters
from search.wave_rows import Wave
from tests import applications, builders, waves

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST")
# Addresses that need no sign-in, named one by one. The calendar has a secret in its address instead.
OPEN_TO_ALL = {"sign-in", "language", "healthz", "readyz", "lecture-feed"}
# The factors of a line of a plan, as an engine gives them.
A_LINE = {
    "cases": 3, "residents": None, "city": None, "excess": None, "expected": 3.0, "low": 1.0, "high": 6.0, "live": 0.0,
    "need": 3.0, "severity": 1.0, "reached": 0.0, "unreached": 1.0, "own": 1.0, "score": 3.0, "score_low": 1.0,
    "score_high": 6.0, "third": "UPPER", "certainty": 1.0, "best": 1, "worst": 1, "of": 1, "stand": "OPEN",
    "next": None, "goes_to": "", "loss": {"paid_class": "", "unrecovered": 1.0, "known": 0, "is_of_all": True},
    "is_own_severity": False,
}  # fmt: skip
# Rows that a look at a page may leave behind: the log, and the visitor's own session.
LEFT_BY_LOOKING = {"cases_auditentry", "cases_audithead", "django_session"}


# --- what the addresses are about ---------------------------------------------------------------------------


def _case(owner: Account) -> uuid.UUID:
    return builders.case(by=owner).uid


def _waiting(owner: Account) -> uuid.UUID:
    case = builders.case(by=owner, outcome="ADVICE", closed_on=date(2026, 11, 21))
    approval.ask(case.uid, uid=uuid.uuid4(), by=owner)
    return case.uid


def _draft(owner: Account) -> uuid.UUID:
    uid = uuid.uuid4()
    drafts.save(uid, {"narrative": ["屋根の点検"]}, sequence=1, by=owner)
    return uid


def _snippet(owner: Account) -> uuid.UUID:
    uid = uuid.uuid4()
    sign = f";{uid.hex[:8]}"
    return snippets.save(uid, trigger=sign, text="書面の受領日を確認", is_centres=False, by=owner).uid


def _saved_search(owner: Account) -> uuid.UUID:
    uid = uuid.uuid4()
    # Conditions alone: nobody feeds an index here, and words would be told that it is being made.
    given = {"scam": "INSPECTION"}
    searches.save(uid, name="点検", text="", given=given, is_shared=False, watches=True, by=owner)
    return uid


def _file(owner: Account) -> uuid.UUID:
    file = io.BytesIO("契約の写し".encode())
    case = builders.case(by=owner).uid
    return attachments.attach(case, "写し.txt", file, size=15, by=owner).uid


def _inquiry(owner: Account) -> uuid.UUID:
    ProgrammeLine.objects.get_or_create(
        centre=owner.centre, fiscal_year=2025, measure="出前講座", section="市民課", kind="講座"
    )
    due = calendar.today() + timedelta(days=9)
    return programme.ask(
        uuid.uuid4(), 2025, title="照会", words="", due_on=due, centre=owner.centre, by=owner
    ).uid


def _inquiry_section(owner: Account) -> uuid.UUID:
    return Inquiry.objects.get(uid=_inquiry(owner)).sections.get().uid


def _inquiry_answer(owner: Account) -> uuid.UUID:
    asked = Inquiry.objects.get(uid=_inquiry(owner))
    _section, content = programme.sheet(asked.sections.get().uid, by=owner)
    return programme.receive("回答.xlsx", content, into=asked, by=owner).uid


def _trader(owner: Account) -> uuid.UUID:
    return keeping.add(uuid.uuid4(), TraderDetails(name="ミドリ住設"), centre=owner.centre, by=owner).uid


def _track(owner: Account) -> uuid.UUID:
    entry = TrackEntry(
        uid=uuid.uuid4(), kind="URL", source="POLICE", about="fake.example.com", text="警察に連絡する",
        ends_on=calendar.today(),
    )  # fmt: skip
    return tracks.place(entry, centre=owner.centre, by=owner).uid


def _wave(owner: Account) -> uuid.UUID:
    today = calendar.today()
    return Wave.objects.create(
        centre=owner.centre, found_on=today, seen_on=today, terms=b"12345", weeks=[5], count=5, expected=0.1
    ).uid


def _report(owner: Account) -> uuid.UUID:
    first = date(2026, 4, 1)
    report, _is_new = Report.objects.get_or_create(
        centre=owner.centre, span="YEAR", start=first, state="DRAFT", defaults={"end": date(2026, 11, 21)}
    )
    return report.uid


def _report_example(owner: Account) -> uuid.UUID:
    report = Report.objects.get(uid=_report(owner))
    return ReportExample.objects.create(report=report, title="点検商法", text="屋根の工事").uid


def _kept_question(owner: Account) -> uuid.UUID:
    return answers.save_question(
        uuid.uuid4(), name="年代別", address="rows=sex", is_shared=False, centre=owner.centre, by=owner
    ).uid


def _answer(owner: Account) -> uuid.UUID:
    today = calendar.today()
    question = Question(frozenset({owner.centre_id}), today, today + timedelta(days=1), "sex")
    return answers.publish(
        uuid.uuid4(), title="一般質問", answered_on=today, address="rows=sex", question=question,
        centre=owner.centre, by=owner,
    ).uid  # fmt: skip


def _account(owner: Account) -> uuid.UUID:
    return builders.account(at=owner.centre).uid


def _surge(owner: Account) -> uuid.UUID:
    return waves.wave(owner.centre).uid


def _surge_break(owner: Account) -> uuid.UUID:
    uid, day = uuid.uuid4(), calendar.today() - timedelta(days=uuid.uuid4().int % 3000)
    row = surge_rules.add_break(
        uid, scam="INSPECTION", on=day, note="数え方を変えた", centre=owner.centre, by=owner
    )
    return row.uid


def _lecture(owner: Account) -> uuid.UUID:
    plan = LecturePlan(
        title="悪質商法に気をつけて",
        held_on=date(2026, 12, 10),
        starts_at=time(10),
        ends_at=time(11),
        venue="公民館",
        audience="KOREISHA",
    )
    return plan_lecture(plan, centre=owner.centre, by=owner).lecture.uid


def _proposal(owner: Account) -> uuid.UUID:
    plan = keeping_plans.make_plan(owner.centre, by=owner)
    given = {"plan": plan, "theme": "INSPECTION", "age_group": "65_OVER", "area": ""}
    row, _is_new = Proposal.objects.get_or_create(**given, defaults={"position": 900, "factors": A_LINE})
    return row.uid


def _plan_choice(owner: Account) -> uuid.UUID:
    place = Place("INSPECTION", "65_OVER", "")
    return plans.choose(place, "PIN", note="自治会の希望", centre=owner.centre, by=owner).uid


def _member(owner: Account) -> uuid.UUID:
    uid = uuid.uuid4()
    entry = MemberEntry(kind="POLICE", name=f"架空署 {uid.hex[:8]}", channel="FAX")
    return network.add(uid, entry, centre=owner.centre, by=owner).uid


def _lecturer(owner: Account) -> uuid.UUID:
    entry = roster.LecturerEntry(label=f"講師{uuid.uuid4().hex[:8]}", kind="OUTSIDE", name="秘密 講師")
    return roster.add_lecturer(entry, centre=owner.centre, by=owner).uid


def _school_days(owner: Account) -> uuid.UUID:
    entry = school.DaysEntry(kind="EXAM", first=date(2027, 3, 1), school=uuid.uuid4().hex[:8])
    return school.add(entry, centre=owner.centre, by=owner).uid


def _room(owner: Account) -> uuid.UUID:
    entry = roster.RoomEntry(name=f"研修室{uuid.uuid4().hex[:8]}")
    return roster.save_room(entry, centre=owner.centre, by=owner).uid


def _application(owner: Account) -> uuid.UUID:
    return applications.received(by=owner).uid


def _application_file(owner: Account) -> uuid.UUID:
    data = "申込番号,団体名\n1,北町会\n".encode()
    return application_files.receive("a.csv", data, centre=owner.centre, by=owner).uid


def _application_letter(owner: Account) -> uuid.UUID:
    uid = _application(owner)
    applications_deciding.refuse(uid, reason="人数が少ないため", by=owner)
    return application_letters.issue(uid, "REFUSAL", by=owner).uid


def _bulletin(owner: Account) -> uuid.UUID:
    text = BulletinText(
        title="屋根の点検に注意", advice=("その場で契約しない", "家族に相談", "188に電話"), signs=("点検",)
    )
    return start_bulletin(text, centre=owner.centre, by=owner).bulletin.uid


def _varied_bulletin(owner: Account) -> uuid.UUID:
    uid = _bulletin(owner)
    variants.keep(uid, "ward", text="屋根の点検に注意。188に電話。", seen=True, by=owner)
    return uid


def _issued_bulletin(owner: Account) -> uuid.UUID:
    uid = _bulletin(owner)
    changes = {
        "state": "ISSUED",
        "number": Bulletin.objects.count(),
        "fiscal_year": 2000,
        "issued_at": timezone.now(),
        "approver": owner,
    }
    Bulletin.objects.filter(uid=uid).update(**changes, approved_alone=True)
    return uid


def _mailing(owner: Account) -> uuid.UUID:
    uid = uuid.uuid4()
    month = date(2000 + Mailing.objects.count(), 1, 1)
    Mailing.objects.create(
        uid=uid,
        centre=owner.centre,
        kind="DIGEST",
        month=month,
        readers="OTHERS",
        subject="まとめ",
        text="本文",
    )
    return uid


def _subscriber(owner: Account) -> uuid.UUID:
    wish = Wish(consent_on=date(2026, 4, 1), consent_source="PAPER")
    address = f"{uuid.uuid4().hex[:12]}@example.jp"
    return subscribers.subscribe(address, wish, centre=owner.centre, by=owner).uid


def _incoming_mail(owner: Account) -> uuid.UUID:
    mail = f"From: {uuid.uuid4().hex}@example.jp\n\nx\n".encode()
    row = incoming.receive(mail, centre=owner.centre, by=owner)
    assert row is not None
    return row.uid


def _line(owner: Account) -> int:
    return ProgrammeLine.objects.create(centre=owner.centre, fiscal_year=2026, measure=uuid.uuid4().hex).pk


def _population(owner: Account) -> uuid.UUID:
    table = "町丁目,総数,男\n本町,30,10\n".encode()
    return population.receive(
        "人口.csv", table, as_of=date(2026, 1, 1), source="住民基本台帳", centre=owner.centre, by=owner
    ).uid


def _figure_file(owner: Account) -> uuid.UUID:
    given = {"name": "件数", "unit": "件", "definition": "新規", "source": "概要"}
    lines = "年度,値\n2020,3\n".encode()
    return history.receive("公表値.csv", lines, given=given, centre=owner.centre, by=owner).uid


def _figure(owner: Account) -> int:
    given = {"name": uuid.uuid4().hex, "unit": "件", "definition": "新規", "source": "概要"}
    return PublishedFigure.objects.create(centre=owner.centre, year="2020年度", value=3, **given).pk


def _import(owner: Account) -> uuid.UUID:
    ledger = "受付日,相談概要\n2026-11-20,屋根の点検\n".encode()
    return uploads.receive("ledger.csv", ledger, centre=owner.centre, by=owner).uid


def _later_review(owner: Account) -> uuid.UUID:
    by = builders.account(at=owner.centre)
    return oversight.note_alone(LaterReview.Kind.BREAK_GLASS, uuid.uuid4(), centre=owner.centre, by=by).uid


def _leak(owner: Account) -> uuid.UUID:
    case = builders.case(by=owner, caller=builders.person())
    entry = LeakEntry(
        uid=uuid.uuid4(), kind="LOSS", found_at=timezone.now(), scope="CASES", summary="紛失",
        case_uids=(case.uid,),
    )  # fmt: skip
    incident = leaks.report(entry, centre=owner.centre, by=owner)
    jobs.claim_and_run(incident.job.uid, worker="walk")
    return incident.uid


def _leak_list(owner: Account) -> uuid.UUID:
    return leak_notices.ask(_leak(owner), 1, by=owner).uid


def _disclosure(owner: Account) -> uuid.UUID:
    entry = InquiryEntry(
        uid=uuid.uuid4(), requester="POLICE", requester_name="警察署", document_number="", answer_by=None,
        ground="INVESTIGATION", received_on=date(2026, 11, 2), consent="NOT_NEEDED",
        case_uids=(builders.case(by=owner).uid,), asked_fields=("narrative",),
    )  # fmt: skip
    return disclosures.enter(entry, centre=owner.centre, by=owner).uid


def _request(owner: Account) -> uuid.UUID:
    entry = RequestEntry(
        uid=uuid.uuid4(), received_on=date(2026, 11, 2), requester_name="山田", requester_address="北町",
        identity="PHOTO_CARD", agent="SELF", stands_as="CALLER", days=30,
        case_uids=(builders.case(by=owner, caller=builders.person()).uid,),
    )  # fmt: skip
    row = requests.enter(entry, centre=owner.centre, by=owner)
    return requests.prepare(row.uid, by=owner, looks=lambda _uid: "").uid


def _request_part(owner: Account) -> uuid.UUID:
    return RequestPart.objects.filter(request__uid=_request(owner))[0].uid


def _paper(owner: Account) -> uuid.UUID:
    kept = papers.keep(
        b"%PDF", OfficePaper.Kind.GIVEN, "pdf", subject_uid=uuid.uuid4(), centre=owner.centre, by=owner
    )
    return kept.uid


def _glass(owner: Account) -> uuid.UUID:
    case, by = builders.case(by=owner), builders.account("MANAGER", at=owner.centre)
    reason = "本人が危ないと警察から連絡があった"
    return glass.break_glass(case.uid, reason=reason, by=by, told=[]).uid


def _unusual(owner: Account) -> uuid.UUID:
    by = builders.account(at=owner.centre)
    row = UnusualLooks(account=by, centre=owner.centre, kind="REVEALS", span="HOUR", count=50, limit=40)
    row.since = timezone.now()
    row.save()
    return row.uid


def _backup(owner: Account) -> uuid.UUID:
    return Backup.objects.create(taken_at=timezone.now(), file_name="x.backup").uid


def _backup_copy(owner: Account) -> uuid.UUID:
    row = Backup.objects.get(uid=_backup(owner))
    return BackupCopy.objects.create(backup=row, place="金庫", made_on=date(2026, 11, 20)).uid


def _job(owner: Account) -> uuid.UUID:
    return Job.objects.create(kind=work.KIND, created_by=owner, centre=owner.centre).uid


def _hold(owner: Account) -> uuid.UUID:
    return holds.place(_case(owner), ground=LegalHold.Ground.AUDIT, by=owner).uid


def _disposal(owner: Account) -> uuid.UUID:
    return disposal.propose_one(_case(owner), ground=Disposal.Ground.REQUEST, by=owner).uid


def _erased(owner: Account) -> uuid.UUID:
    return erasure.erase_case(_case(owner), reason=Disposal.Ground.REQUEST, by=owner).uid


def _letter(owner: Account) -> uuid.UUID:
    entry = LetterEntry(
        uid=uuid.uuid4(), letter_uid=uuid.uuid4(), kind="RESCISSION", template="RESCISSION/-/v1", medium="LETTER",
        text="取り消します。", addressee="", sender="",
    )  # fmt: skip
    return letters.keep(_case(owner), entry, by=owner).uid


def _accident(owner: Account) -> uuid.UUID:
    uid = uuid.uuid4()
    return accidents.decide(_case(owner), uid=uid, answers={"fire": "yes"}, items={}, by=owner).uid


def _share(owner: Account) -> uuid.UUID:
    entry = ShareEntry(
        uid=uuid.uuid4(), basis=Basis(ground="COUNCIL", is_council=True), recipient_kind="POLICE",
        recipient="架空署", person="", purpose="VISIT", fields=(), means="ORAL", note="見守りを頼む",
        dispose_by=calendar.today(),
    )  # fmt: skip
    return watch_share.share(_case(owner), entry, by=owner).uid


def _worry(owner: Account) -> uuid.UUID:
    entry = WorryEntry(
        uid=uuid.uuid4(), received_on=calendar.today(), channel="PHONE", consent="NOT_ASKED",
        sealed=WorryWords(words="見慣れない請求書"),
    )  # fmt: skip
    return worries.record(entry, centre=owner.centre, by=owner).uid


def _rumour(owner: Account) -> uuid.UUID:
    entry = RumourEntry(uid=uuid.uuid4(), heard_on=calendar.today(), words="変な電話が回っている")
    return rumours.record(entry, centre=owner.centre, by=owner).rumour.uid


def _masking_word(owner: Account) -> uuid.UUID:
    masking.suggest(f"言葉{uuid.uuid4().hex[:6]}", "ALLOW", centre=owner.centre, by=owner)
    return MaskingWord.objects.order_by("-pk")[0].uid


def _callback(owner: Account) -> uuid.UUID:
    entry = callbacks.aftercare(builders.case(by=owner), 2, uid=uuid.uuid4())
    return callbacks.plan(Case.objects.latest("pk").uid, entry, by=owner).uid


def _help_call(owner: Account) -> uuid.UUID:
    return help_calls.call(centre=owner.centre, by=owner).uid


def _body(owner: Account) -> uuid.UUID:
    entry = BodyEntry(kind="WELFARE", name="地域包括支援センター")
    return directory.save_body(uuid.uuid4(), entry, revision=0, centre=owner.centre, by=owner).uid


def _alert(owner: Account) -> uuid.UUID:
    entry = AlertEntry(
        uid=uuid.uuid4(), source="POLICE", title="屋根の点検に注意", text="", scam_type="INSPECTION", link="",
        valid_from=date(2026, 11, 20), valid_until=None,
    )  # fmt: skip
    return alerts.enter(entry, centre=owner.centre, by=owner).uid


def _release(owner: Account) -> uuid.UUID:
    """As if it were judged: the worker's part is not walked here."""
    today = calendar.today()
    question = Question(frozenset({owner.centre_id}), today - timedelta(days=90), today, "sex")
    made = releases.propose(
        owner.centre, [AskedTable(question)], kind="PAGE", audience="public", title="性別", by=owner
    )
    Release.objects.filter(pk=made.pk).update(state=Release.State.JUDGED)
    return made.uid


def _device_kind(owner: Account) -> uuid.UUID:
    entry = devices.KindEntry(name=uuid.uuid4().hex)
    return devices.save_kind(uuid.uuid4(), entry, centre=owner.centre, by=owner).uid


def _loan(owner: Account) -> uuid.UUID:
    borrower = devices.Borrower(name="架空 花子", phone="03-0000-0101", address="見本町1-2-3")
    entry = devices.LoanEntry(borrower=borrower, applied_on=calendar.today())
    return devices.apply(_device_kind(owner), entry, by=owner)[0].uid


def _loan_letter(owner: Account) -> uuid.UUID:
    lent_on = calendar.today() - timedelta(days=40)
    kind = devices.save_kind(
        uuid.uuid4(), devices.KindEntry(name=uuid.uuid4().hex, loan_days=30), centre=owner.centre, by=owner
    )
    device_stock.move(kind.uid, what="RECEIVED", number=1, on=lent_on, by=owner)
    borrower = devices.Borrower(name="架空 花子", phone="03-0000-0101", address="見本町1-2-3")
    loan, _questions = devices.apply(
        kind.uid, devices.LoanEntry(borrower=borrower, applied_on=lent_on), by=owner
    )
    devices.lend(loan.uid, on=lent_on, by=owner)
    return loan_letters.remind([loan.uid], centre=owner.centre, by=owner)[0].row.uid


def _stock_item(owner: Account) -> uuid.UUID:
    entry = stock.ItemEntry(name=uuid.uuid4().hex)
    return stock.save_item(uuid.uuid4(), entry, centre=owner.centre, by=owner).uid


def _stock_version(owner: Account) -> uuid.UUID:
    return stock.add_version(_stock_item(owner), name="第1版", issued_on=None, by=owner).uid


def _supporter(owner: Account) -> uuid.UUID:
    entry = supporters.SupporterEntry(person=supporters.Person(name="架空 花子"), joined_on=calendar.today())
    return supporters.enter(entry, centre=owner.centre, by=owner)[0].uid


def _kpi(owner: Account) -> int:
    return Kpi.objects.create(centre=owner.centre, name=uuid.uuid4().hex, year=2025, value=3).pk


# Start of the address → makes the row that its uid (or pk) names, as somebody's own.
ROWS: dict[str, Callable[[Account], uuid.UUID | int]] = {
    "cases/": _case,
    "snippets/": _snippet,
    "cases/find/kept/": _saved_search,
    "approvals/": _waiting,
    "api/v1/cases/": _case,
    "callbacks/": _callback,
    "help/": _help_call,
    "hand-over/": _account,
    "files/": _file,
    "intake/": _draft,
    "traders/": _trader,
    "tracks/": _track,
    "guidance/alerts/": _alert,
    "guidance/waves/": _wave,
    "guidance/bodies/": _body,
    "accounts/": _account,
    "reports/": _report,
    "releases/": _release,
    "editions/": _release,
    "report-examples/": _report_example,
    "imports/": _import,
    "population/": _population,
    "published/files/": _figure_file,
    "published/figures/": _figure,
    "letters/": _letter,
    "accidents/": _accident,
    "watch-shares/": _share,
    "worries/": _worry,
    "rumours/": _rumour,
    "jobs/": _job,
    "protection/cases/": _case,
    "protection/backups/": _backup,
    "protection/backup-copies/": _backup_copy,
    "protection/reviews/": _later_review,
    "numbers/kept/": _kept_question,
    "numbers/answers/": _answer,
    "protection/retention/cases/": _case,
    "protection/retention/holds/": _hold,
    "protection/retention/disposals/": _disposal,
    "protection/retention/erased/": _erased,
    "protection/leaks/": _leak,
    "protection/masking/": _masking_word,
    "protection/leak-lists/": _leak_list,
    "protection/papers/": _paper,
    "protection/disclosures/": _disclosure,
    "protection/requests/": _request,
    "protection/request-parts/": _request_part,
    "protection/looks/glass/": _glass,
    "protection/looks/unusual/": _unusual,
    "surges/": _surge,
    "surges/rules/breaks/": _surge_break,
    "outreach/plan/": _proposal,
    "outreach/plan/kept/": lambda owner: keeping_plans.make_plan(owner.centre, by=owner).uid,
    "outreach/plan/choices/": _plan_choice,
    "outreach/devices/kinds/": _device_kind,
    "outreach/devices/loans/": _loan,
    "outreach/stock/items/": _stock_item,
    "outreach/stock/versions/": _stock_version,
    "outreach/stock/lectures/": _lecture,
    "outreach/registers/devices/kinds/": _device_kind,
    "outreach/registers/devices/loans/": _loan,
    "outreach/registers/devices/letters/": _loan_letter,
    "outreach/registers/stock/items/": _stock_item,
    "outreach/registers/stock/versions/": _stock_version,
    "outreach/registers/stock/lectures/": _lecture,
    "outreach/registers/supporters/": _supporter,
    "outreach/programme/kpis/": _kpi,
    "outreach/lectures/": _lecture,
    "outreach/lectures/roster/lecturers/": _lecturer,
    "outreach/lectures/roster/rooms/": _room,
    "outreach/lectures/schools/": _school_days,
    "outreach/applications/": _application,
    "outreach/applications/files/": _application_file,
    "outreach/applications/letters/": _application_letter,
    "api/v1/lectures/": _lecture,
    "api/v1/applications/": _application,
    "outreach/bulletins/": _bulletin,
    "outreach/bulletins/<uuid:uid>/variants/": _varied_bulletin,
    "api/v1/bulletins/": _bulletin,
    "outreach/network/": _member,
    "outreach/mail/issues/": _issued_bulletin,
    "outreach/mail/sent/": _mailing,
    "outreach/mail/subscribers/": _subscriber,
    "outreach/mail/inbox/": _incoming_mail,
    "outreach/programme/inquiries/sections/": _inquiry_section,
    "outreach/programme/inquiries/answers/": _inquiry_answer,
    "outreach/programme/inquiries/": _inquiry,
    "outreach/programme/lines/": _line,
}
OF_A_ROW = {"uid", "pk"}
# Other parts of an address.
PARTS = {"form": "csv", "year": 2026, "month": 11, "day": 20, "token": "nobody-was-given-this-one", "name": "phone",
         "code": "INSPECTION", "shape": "html", "kind": "ward", "letter": "DECISION",
         "verb": "pause"}  # fmt: skip
# These open nothing that is stored under the uid: throwing away what one does not have is no fault, and a hint
# only leaves the uid's own case out.
ANY_UID = {"intake-discard", "hint", "masking-word"}
# Backups are the machine's: whoever keeps them sees all.
OF_THE_MACHINE = {"backup", "backup-check", "backup-hold", "backup-copy", "backup-copy-destroyed"}
# Made later: no file is there before the bulletin is issued or the report made, not for its own centre either.
NOT_THERE_YET = {"bulletin-pdf", "edition-file", "release-file", "report-file"}


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf."""

    name: str
    route: str
    view: Any
    parts: tuple[str, ...]

    def permission(self, method: str) -> str:
        """The permission that the view names for a method."""
        named = getattr(self.view, "permission", "")
        if isinstance(named, property):
            view = self.view()
            view.request = SimpleNamespace(method=method)
            named = view.permission
        return str(named)

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")

    @property
    def start(self) -> str:
        """The one in ROWS that says which row it names."""
        return max((start for start in ROWS if self.route.startswith(start)), key=len)

    def url(self, owner: Account, rows: dict[str, uuid.UUID | int] | None = None) -> str:
        """The address of a row of the owner's: a new one, or that of `rows` where its kind is among them."""
        given: dict[str, Any] = {}
        for part in self.parts:
            given[part] = self._row(owner, {} if rows is None else rows) if part in OF_A_ROW else PARTS[part]
        return reverse(self.name, kwargs=given)

    def _row(self, owner: Account, rows: dict[str, uuid.UUID | int]) -> uuid.UUID | int:
        if self.start not in rows:
            rows[self.start] = ROWS[self.start](owner)
        return rows[self.start]

    def answers(self, method: str) -> bool:
        return hasattr(self.view, method.lower())

    def asked_by(self, account: Account, method: str, url: str, client: Client | None = None) -> int:
        """The status that a fresh sign-in meets, or `client`, with an empty form or body."""
        kind = {"content_type": "application/json"} if self.is_api and method == "POST" else {}
        return (client or signed_in(account)).generic(method, url, b"{}" if kind else b"", **kind).status_code


def _addresses(resolver: URLResolver, before: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern, route)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
            yield Address(pattern.name or "", route, view, tuple(pattern.pattern.converters))


ADDRESSES = list(_addresses(get_resolver()))


@pytest.fixture
def own(db: None) -> Centre:
    return builders.centre("minato")


@pytest.fixture
def other(db: None) -> Centre:
    return builders.centre("kita")


def holder_of(at: Centre, *role_codes: str) -> Account:
    account = builders.account(at=at)
    account.role_codes = list(role_codes)
    account.save()
    return account


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


# --- the rules ------------------------------------------------------------------------------------------------


def test_there_are_addresses_to_walk():
    assert len(ADDRESSES) > 30


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.route)
def test_every_address_has_a_name_and_its_view_names_a_known_permission(address):
    known = {roles.PUBLIC, roles.SIGNED_IN, *(p for role in roles.ROLES.values() for p in role.permissions)}

    assert address.name
    assert {address.permission(method) for method in METHODS} <= known


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.route)
def test_every_part_of_an_address_is_known_to_this_walk(address):
    known = OF_A_ROW if any(address.route.startswith(start) for start in ROWS) else set()

    assert set(address.parts) - known - PARTS.keys() == set()


def test_only_the_named_addresses_are_open_to_all():
    assert {a.name for a in ADDRESSES if roles.PUBLIC in map(a.permission, METHODS)} == OPEN_TO_ALL


def test_a_stranger_is_asked_to_sign_in(own):
    owner = holder_of(own, "COUNSELLOR")
    rows: dict[str, uuid.UUID | int] = {}  # nothing that a stranger sends changes them
    wrong = []
    for address in ADDRESSES:
        for method in METHODS:
            if address.permission(method) == roles.PUBLIC:
                continue
            response = Client().generic(method, address.url(owner, rows))
            led_to_sign_in = response.status_code == 302 and response.url.startswith(reverse("sign-in"))
            if not (response.status_code == 401 if address.is_api else led_to_sign_in):
                wrong.append((method, address.route, response.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", roles.ROLES)
def test_each_role_is_refused_exactly_where_it_lacks_the_permission(role, own):
    account = holder_of(own, role)
    held = roles.permissions_of([role]) | {roles.PUBLIC}
    client, rows = signed_in(account), dict[str, uuid.UUID | int]()
    wrong = []
    for address in ADDRESSES:
        for method in METHODS:
            may = address.permission(method) in held
            status = address.asked_by(account, method, address.url(account, rows), client)
            if (status in (401, 403)) == may:
                wrong.append((method, address.route, status))
            if may and method == "POST":
                # It may have done something: to the row, or to the sign-in.
                client, rows = signed_in(account), {}

    assert wrong == []


@pytest.mark.parametrize("method", METHODS)
def test_what_belongs_to_another_centre_does_not_exist(method, own, other):
    everybody, somebody_there = holder_of(own, *roles.ROLES), holder_of(other, "COUNSELLOR")
    rows_there: dict[str, uuid.UUID | int] = {}  # of the other centre: nobody here changes them
    wrong = []
    for address in ADDRESSES:
        if (
            OF_A_ROW.isdisjoint(address.parts)
            or address.name in ANY_UID | OF_THE_MACHINE
            or not address.answers(method)
        ):
            continue
        theirs = address.asked_by(everybody, method, address.url(somebody_there, rows_there))
        ours = address.asked_by(everybody, method, address.url(everybody))
        if theirs != 404 or (ours == 404 and address.name not in NOT_THERE_YET):
            wrong.append((address.route, theirs, ours))

    assert wrong == []


def test_a_draft_of_somebody_else_is_neither_shown_nor_taken(own, other):
    somebody_there = holder_of(other, "COUNSELLOR")
    uid = _draft(somebody_there)
    everybody = signed_in(holder_of(own, *roles.ROLES))

    names = ANY_UID | {"intake", "intake-draft", "intake-attach"}
    for address in (address for address in ADDRESSES if address.name in names):
        url = reverse(address.name, kwargs={part: PARTS.get(part, uid) for part in address.parts})
        answer = everybody.post(url, {"narrative": "別の人の文", "sequence": "9"})
        assert "屋根の点検" not in answer.content.decode()

    assert drafts.restore(uid, by=somebody_there)[0] == {"narrative": ["屋根の点検"]}


@pytest.mark.parametrize(("whose", "added"), [("own", 1), ("other", 0)])
def test_a_call_goes_on_with_a_case_of_the_own_centre_only(whose, added, request):
    case = _case(holder_of(request.getfixturevalue(whose), "COUNSELLOR"))
    client = signed_in(holder_of(request.getfixturevalue("own"), *roles.ROLES))

    client.post(
        reverse("intake-attach", args=[uuid.uuid4()]), {"case": str(case), "narrative": "続きの電話。"}
    )

    assert FollowUp.objects.count() == added


def test_looking_changes_nothing_but_the_log(own):
    account = holder_of(own, *roles.ROLES)
    client = signed_in(account)
    urls = {address.route: address.url(account) for address in ADDRESSES if address.answers("GET")}
    before = _rows()
    changed = []
    for route, url in urls.items():
        client.get(url)
        after = _rows()
        changed += [(route, table) for table in after if after[table] != before[table]]
        before = after

    assert changed == []


def test_the_look_at_the_rows_sees_a_change(own):
    before = _rows()
    _draft(holder_of(own, "COUNSELLOR"))
    after = _rows()

    assert {table for table in after if after[table] != before[table]} == {
        "cases_datakey",
        "cases_keyversion",
        "consult_account",
        "consult_draft",
    }


def _rows() -> dict[str, list[str]]:
    """Every row of every table as stored, sealed bytes and all."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in LEFT_BY_LOOKING:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
                found[table] = sorted(str([_plain(value) for value in row]) for row in cursor.fetchall())
    return found


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
