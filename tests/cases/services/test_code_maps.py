"""What codes of before count under: a centre's own table, changed line by line or from a file, honest as of any day."""

import io
import json
from datetime import date

import pytest
from django.core.management import call_command

from cases import jobs
from cases.figures import columns, measures, reclassified
from cases.figures.measures import Question
from cases.figures.models import CodeMapVersion
from cases.figures.reports.models import Report
from cases.figures.reports.scope import Span
from cases.files import write_csv
from cases.jobs.models import Job
from cases.models import AuditEntry, Centre
from cases.services import answers, code_maps, report_checks, reports
from cases.services.code_maps import CodeMapNotUnderstood
from tests import builders

pytestmark = pytest.mark.django_db
DAYS = (date(2026, 4, 1), date(2027, 4, 1))
SCAM = ("scam_type", "INSPECTION", "PHISHING")


@pytest.fixture(autouse=True)
def _columns(tmp_path, settings):
    settings.COLUMNS_DIR = tmp_path / "columns"


@pytest.fixture
def by():
    """A manager whose centre has one case of each of two 手口, in columns."""
    manager = builders.account("MANAGER")
    for scam in ("INSPECTION", "PHISHING"):
        builders.case(by=builders.account(at=manager.centre), scam_main=scam)
    columns.extend()
    return manager


def ask(by, **more):
    return measures.breakdown(Question(by.centre_ids, *DAYS, "scam_main", **more))


def counted(found):
    return {code: n for code, n in zip(found.row_codes, found.row_totals, strict=True) if n}


def test_a_code_counts_under_the_one_that_the_centre_chose_and_the_definition_says_so(by):
    assert code_maps.set_line(by.centre, SCAM, by=by).number == 1
    found = ask(by)

    assert counted(found) == {"PHISHING": 2}
    assert counted(ask(by, filters={"scam_any": ["PHISHING"]})) == {"PHISHING": 2}
    assert (found.definition["code_map"], found.definition["recoded"]) == (
        1,
        {"scam_type": {SCAM[1]: SCAM[2]}},
    )
    entry = AuditEntry.objects.get(action="CODE_MAP_CHANGED")
    assert (entry.count, entry.reason[:9]) == (39, "1 sha256:")

    # The same once more is no version; another centre goes on with the shipped table.
    assert code_maps.set_line(Centre.objects.get(pk=by.centre_id), SCAM, by=by).number == 1
    assert CodeMapVersion.objects.count() == 1
    stranger = builders.account("MANAGER", at=builders.centre("kita"))
    assert code_maps.of(stranger.centre) is reclassified.shipped()
    with pytest.raises(Centre.DoesNotExist):
        code_maps.set_line(by.centre, SCAM, by=stranger)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("scam_type", "NONE", "PHISHING"), "手口にない分類です: NONE"),
        (("scam_type", "INSPECTION", "INSPECTION"), "前の分類とは別の分類"),
        (("product", "OTHER_GOODS_TO_2020", "FOOD_TO_2020"), "最後に数える分類"),
        (("payment", "CASH", "CARD"), "集計に使う分類の種類ではありません"),
        (("scam_type", "", "PHISHING"), "前の分類を選んでください"),
        (("scam_type", "FAKE_SHOP", "INSPECTION"), "「点検商法」も読み替えられる分類です"),
    ],
)
def test_a_line_that_no_table_can_have_is_refused_in_words(line, said, by):
    code_maps.set_line(by.centre, SCAM, by=by)
    with pytest.raises(CodeMapNotUnderstood, match=said):
        code_maps.set_line(by.centre, line, by=by)
    assert counted(ask(by)) == {"PHISHING": 2}


def made(report) -> Report:
    assert jobs.claim_and_run(report.job.uid, worker="w")
    return Report.objects.select_related("centre", "job").get(pk=report.pk)


def test_what_was_issued_and_published_is_counted_by_the_table_of_its_day(by):
    issued = reports.issue(made(reports.start(by.centre, Span.YEAR, DAYS[0], by=by)).uid, by=by)
    question = Question(by.centre_ids, *DAYS, "scam_main")
    answer = answers.publish(
        builders.entry().uid, title="議会", answered_on=date(2026, 11, 20), address="", question=question,
        centre=by.centre, by=by,
    )  # fmt: skip
    code_maps.set_line(by.centre, SCAM, by=by)

    job = report_checks.start(issued.uid, by=by)
    jobs.claim_and_run(job.uid, worker="w")
    assert Job.objects.get(pk=job.pk).result["differing"] == 0
    assert answers.standing_of(answer).difference().is_none
    assert answers.published_before(question, centre=by.centre) == []

    later = made(reports.start(by.centre, Span.YEAR, DAYS[0], by=by))
    assert ("分類の読み替え", "このセンターの表 第1版") in reports.data_of(later).head.lines
    # By another table the first one would not come out: the number in its head is what holds it.
    Report.objects.filter(pk=later.pk).delete()
    Report.objects.filter(pk=issued.pk).update(
        data=issued.data.replace('"code_map":0', '"code_map":1'), state="DRAFT", number=None, issued_at=None
    )
    job = report_checks.start(issued.uid, by=by)
    jobs.claim_and_run(job.uid, worker="w")
    assert Job.objects.get(pk=job.pk).result["differing"] > 0


def test_a_file_goes_out_and_comes_in_again_by_codes_or_by_names(by):
    code_maps.set_line(by.centre, SCAM, by=by)
    centre = Centre.objects.get(pk=by.centre_id)
    table = write_csv(code_maps.as_rows(code_maps.of(centre))).data
    code_maps.back_to_shipped(centre, by=by)
    assert counted(ask(by)) == {"INSPECTION": 1, "PHISHING": 1}

    assert code_maps.import_file(centre, "表.csv", table, by=by).number == 3
    assert counted(ask(by)) == {"PHISHING": 2}
    named = "種類,前の分類,今の分類\n手口,フィッシング,点検商法\n".encode("cp932")
    assert code_maps.import_file(centre, "表.csv", named, by=by).lines == [
        ("scam_type", "PHISHING", "INSPECTION")
    ]
    with pytest.raises(CodeMapNotUnderstood) as refused:
        code_maps.import_file(
            centre, "表.csv", b"kind,old,new\nscam_type,PHISHING,X\nsex,FEMALE,MALE\nsex,FEMALE,\n", by=by
        )
    assert refused.value.faults == ["2行目: 手口にない分類です: X", "4行目: 「女性」の行が2つあります。"]
    with pytest.raises(CodeMapNotUnderstood, match="見出しがありません: old"):
        code_maps.import_file(centre, "表.csv", b"kind,new\nsex,MALE\n", by=by)


def test_a_recount_counts_by_the_table_too_and_a_changed_version_is_seen(by):
    code_maps.set_line(by.centre, SCAM, by=by)
    out = io.StringIO()
    call_command("figures_recount", stdout=out)
    assert json.loads(out.getvalue())["differences"] == []

    centre = Centre.objects.get(pk=by.centre_id)
    assert [(one.row.number, one.is_in_force, one.is_vouched) for one in code_maps.versions(centre)] == [
        (1, True, True)
    ]
    CodeMapVersion.objects.update(lines=[])
    assert not code_maps.versions(centre)[0].is_vouched
