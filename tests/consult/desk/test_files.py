"""Files on the page of a case: handed in, looked at, taken away, and what the browser is told about them."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.documents import pictures
from cases.documents.pictures import NotShown
from cases.protection.models import AuditEntry, SealedChunk
from cases.records.attachment import Attachment
from cases.services import attachments
from tests import builders, samples
from tests.consult.desk.conftest import client_of, queries_of

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "山田花子が署名した<b>契約書</b>".encode()
NAME = "山田花子の契約書.txt"
PURPOSE = {"purpose": "CONSULTATION"}


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor)


def put(case, by, name=NAME, data=WORDS):
    return attachments.attach(case.uid, name, io.BytesIO(data), size=len(data), by=by)


def send(client, case, *files, **more):
    given = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(reverse("case-files", args=[case.uid]), {"files": given}, **more)


def test_several_files_are_attached_at_once(desk, case, counsellor):
    answer = send(desk, case, (NAME, WORDS), ("画面.png", samples.picture()), ("契約.pdf", samples.pdf()))

    assert answer.status_code == 302
    page = desk.get(answer.url).content.decode()
    assert "3個のファイルを添付しました。" in page
    assert [row.kind for row in Attachment.objects.filter(case=case)] == ["TXT", "PNG", "PDF"]
    assert "山田花子" not in page


def test_what_is_refused_is_told_by_its_place_and_the_rest_is_kept(desk, case):
    answer = send(desk, case, (NAME, WORDS), ("山田花子.html", b"<html>"), ("山田花子.png", WORDS))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2番目のファイル" in page
    assert "3番目のファイル" in page
    assert "山田花子" not in page
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("files", [[], [("空.txt", b"")]])
def test_nothing_to_attach_is_said(files, desk, case):
    assert send(desk, case, *files).status_code == 422
    assert not Attachment.objects.exists()


def test_the_script_gets_the_new_list_and_the_reasons(desk, case):
    answer = send(desk, case, (NAME, WORDS), ("a.html", b"<html>"), headers={"X-Progress": "1"}).json()

    assert [one["place"] for one in answer["refused"]] == [2]
    assert 'id="files"' in answer["section"]
    assert "1個" in answer["section"]


@pytest.mark.parametrize(("more", "status"), [(0, 302), (1, 413)])
def test_a_request_has_its_limit(more, status, desk, case, settings):
    settings.UPLOAD_LIMIT = 3 * 1024 * 1024
    frame = 64 * 1024

    answer = send(desk, case, (NAME, b"x" * (settings.UPLOAD_LIMIT + more * frame)))

    assert answer.status_code == status
    assert Attachment.objects.count() == (status == 302)


def test_an_upload_that_breaks_off_leaves_nothing(counsellor, case):
    body = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n' + WORDS
    client = client_of(counsellor)

    answer = client.generic(
        "POST", reverse("case-files", args=[case.uid]), body, content_type="multipart/form-data; boundary=b"
    )

    assert answer.status_code == 422  # Django counts a file once its end was seen
    assert (Attachment.objects.count(), SealedChunk.objects.count()) == (0, 0)


# --- looking --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "data", "seen"),
    [
        (NAME, WORDS, "山田花子が署名した&lt;b&gt;契約書&lt;/b&gt;"),
        ("a.png", samples.picture(), "data:image/png;base64,"),
        ("a.pdf", samples.pdf(script="app.alert('run')"), "data:image/png;base64,"),
        ("a.wav", samples.sound(), "この種類は画面では見られません"),
    ],
)
def test_a_file_is_looked_at_without_a_program_of_its_own(name, data, seen, desk, case, counsellor):
    row = put(case, counsellor, name, data)

    answer = desk.post(reverse("file-view", args=[row.uid]), PURPOSE)

    page = answer.content.decode()
    assert seen in page
    assert "app.alert" not in page
    assert "<b>" not in page
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    logged = AuditEntry.objects.get(action="FILE_VIEWED")
    assert (logged.case_uid, logged.purpose) == (case.uid, "CONSULTATION")


@pytest.mark.parametrize(
    ("page", "told"), [("", "1 / 3"), ("2", "2 / 3"), ("99", "3 / 3"), ("x", "1 / 3"), ("-1", "1 / 3")]
)
def test_a_document_is_leafed_through(page, told, desk, case, counsellor):
    row = put(case, counsellor, "a.pdf", samples.pdf(pages=3))

    answer = desk.post(reverse("file-view", args=[row.uid]), {**PURPOSE, "page": page})

    assert f"{told} ページ" in answer.content.decode()


def test_what_cannot_be_drawn_can_still_be_taken_away(desk, case, counsellor, monkeypatch):
    row = put(case, counsellor, "a.png", samples.picture())
    monkeypatch.setattr(pictures, "drawn", lambda *_given: NotShown.TOO_LARGE)

    shown = desk.post(reverse("file-view", args=[row.uid]), PURPOSE)
    taken = desk.post(reverse("file-take", args=[row.uid]), PURPOSE)

    assert "ここでは見られません" in shown.content.decode()
    assert b"".join(taken.streaming_content) == samples.picture()


# --- taking away ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "told"),
    [
        (NAME, "UTF-8''%E5%B1%B1%E7%94%B0%E8%8A%B1%E5%AD%90%E3%81%AE%E5%A5%91%E7%B4%84%E6%9B%B8.txt"),
        ('a"; filename="b.html.txt', "UTF-8''a_%20filename%3D_b.html.txt"),
        ("a\r\nSet-Cookie: b=c.txt", "UTF-8''aSet-Cookie_%20b%3Dc.txt"),
    ],
)
def test_a_file_taken_away_is_saved_and_not_opened(name, told, desk, case, counsellor):
    row = put(case, counsellor, name)

    answer = desk.post(reverse("file-take", args=[row.uid]), PURPOSE)

    assert b"".join(answer.streaming_content) == WORDS
    plain = f'filename="{case.number}-{row.number}.txt"'
    assert answer["Content-Disposition"] == f"attachment; {plain}; filename*={told}"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Length"] == str(len(WORDS))
    assert answer["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer
    assert AuditEntry.objects.filter(action="FILE_TAKEN", purpose="CONSULTATION").count() == 1


@pytest.mark.parametrize("door", ["file-view", "file-take"])
@pytest.mark.parametrize("who", ["without a purpose", "a manager", "another centre", "nobody", "by GET"])
def test_a_file_is_opened_for_those_alone_who_may(door, who, case, counsellor, manager, elsewhere, client):
    row = put(case, counsellor)
    desk = client_of(builders.account(at=counsellor.centre))  # a colleague: the case is not theirs
    asking = {"a manager": client_of(manager), "another centre": client_of(elsewhere), "nobody": client}.get(
        who, desk
    )
    url = reverse(door, args=[row.uid])

    answer = (
        asking.get(url)
        if who == "by GET"
        else asking.post(url, {} if who == "without a purpose" else PURPOSE)
    )

    expected = {
        "without a purpose": 422,
        "a manager": 403,
        "another centre": 404,
        "nobody": 302,
        "by GET": 405,
    }
    assert answer.status_code == expected[who]
    assert not AuditEntry.objects.filter(action__in=["FILE_VIEWED", "FILE_TAKEN"]).exists()


def test_on_one_s_own_open_case_nothing_is_asked(desk, case, counsellor):
    row = put(case, counsellor)

    assert desk.post(reverse("file-view", args=[row.uid])).status_code == 200
    assert AuditEntry.objects.get(action="FILE_VIEWED").purpose == "CONSULTATION"


def test_who_is_asked_for_a_purpose_can_say_it_and_go_on(case, counsellor):
    row = put(case, counsellor)
    colleague = client_of(builders.account(at=counsellor.centre))
    url = reverse("file-take", args=[row.uid])

    asked = colleague.post(url, {"purpose": "INSPECTION"})

    assert asked.status_code == 422
    assert f'action="{url}"' in asked.content.decode()
    assert "山田花子" not in asked.content.decode()
    assert colleague.post(url, {"purpose": "INSPECTION", "reason": "月例の点検"}).status_code == 200


def test_a_guarded_case_keeps_its_files_to_its_own_people(case, counsellor):
    row = put(case, counsellor)
    type(case).objects.filter(pk=case.pk).update(is_guarded=True)
    colleague = client_of(builders.account(at=counsellor.centre))

    assert colleague.post(reverse("file-view", args=[row.uid]), PURPOSE).status_code == 403
    assert "見る(別のタブ)" not in colleague.get(reverse("case", args=[case.uid])).content.decode()


def test_names_show_with_the_other_personal_values(desk, case, counsellor):
    put(case, counsellor)

    closed = desk.get(reverse("case", args=[case.uid])).content.decode()
    shown = desk.post(reverse("case-reveal", args=[case.uid]), PURPOSE).content.decode()

    assert (NAME in closed, NAME in shown) == (False, True)


def test_a_file_is_removed_for_a_reason(desk, case, counsellor):
    row = put(case, counsellor)
    url = reverse("case-file-remove", args=[case.uid])

    without = desk.post(url, {"file": row.uid, "reason": ""})
    foreign = desk.post(url, {"file": uuid.uuid4(), "reason": "ASKED"})
    assert (without.status_code, foreign.status_code, Attachment.objects.count()) == (422, 422, 1)

    assert desk.post(url, {"file": row.uid, "reason": "ASKED"}).status_code == 302
    assert not Attachment.objects.exists()


def test_more_files_ask_the_database_no_more_often(desk, case, counsellor):
    def page():
        assert desk.get(reverse("case", args=[case.uid])).status_code == 200

    put(case, counsellor)
    page()
    one = queries_of(page)
    for number in range(5):
        put(case, counsellor, data=b"%d" % number)

    assert queries_of(page) == one
