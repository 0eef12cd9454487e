"""Files of a case: sealed under a key of their own, bound to the case, gone when they are taken away."""

import io
import json
import tracemalloc
import uuid
from datetime import date

import pytest
from django.utils import timezone

from cases import erasing
from cases.documents import content, kinds
from cases.documents.errors import FileIsOther
from cases.protection import attached, audit, file_names, keys, streams
from cases.protection.keys import KeyMissing
from cases.protection.models import AuditEntry, DataKey, SealedChunk
from cases.protection.purpose import Purpose, PurposeNeeded
from cases.protection.reveal import reveal
from cases.protection.sealed import SealBroken
from cases.records.attachment import Attachment
from cases.records.case import Case
from cases.services import attachments, followup
from cases.services.attachments import RemovalReason, RemovalReasonNeeded, TooManyFiles
from tests import builders, samples

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "山田花子が署名した契約書".encode()


@pytest.fixture
def counsellor():
    return builders.account()


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor)


def attach(case, by, name="山田花子の契約書.txt", data=WORDS):
    return attachments.attach(case.uid, name, io.BytesIO(data), size=len(data), by=by)


def opened(row, by, purpose=Purpose.CONSULTATION):
    name, pieces = attached.open_file(attachments.find(row.uid, by=by), "FILE_TAKEN", by=by, purpose=purpose)
    return name, b"".join(pieces)


def test_a_file_comes_back_as_it_was_and_the_log_knows(case, counsellor):
    row = attach(case, counsellor)

    assert opened(row, counsellor) == ("山田花子の契約書.txt", WORDS)
    logged = AuditEntry.objects.filter(case_uid=case.uid).order_by("pk").values_list("action", "purpose")
    assert list(logged)[-2:] == [("FILE_ATTACHED", ""), ("FILE_TAKEN", "CONSULTATION")]


def test_neither_name_nor_content_is_stored_in_the_open(case, counsellor):
    row = attach(case, counsellor)

    stored = SealedChunk.objects.get(owner_uid=row.uid).data.envelope + row.name.envelope
    assert "山田".encode() not in stored
    assert str(attachments.find(row.uid, by=counsellor).name) == "●●●"


def test_names_come_with_the_reveal_of_the_case(case, counsellor):
    row = attach(case, counsellor)

    values = reveal(case.uid, ["attachments"], by=counsellor, purpose=Purpose.CONSULTATION)

    assert values == {f"attachment.{row.uid}": "山田花子の契約書.txt"}


def test_the_same_file_again_is_the_same_attachment(case, counsellor):
    first, second = attach(case, counsellor), attach(case, counsellor, name="写し.txt")
    other = attach(builders.case(by=counsellor), counsellor)

    assert first.uid == second.uid
    assert other.uid != first.uid
    assert bytes(other.content_digest) != bytes(first.content_digest), (
        "nobody sees that two cases share a file"
    )


def test_a_refused_file_leaves_nothing(case, counsellor):
    with pytest.raises(FileIsOther):
        attach(case, counsellor, name="契約.pdf")

    assert (Attachment.objects.count(), SealedChunk.objects.count()) == (0, 0)


@pytest.mark.parametrize("fails_at", ["seal", "record"])
def test_an_attachment_is_whole_or_not_there(fails_at, case, counsellor, monkeypatch):
    def broken(*_args, **_more):
        raise OSError("in the middle")

    monkeypatch.setattr(file_names if fails_at == "seal" else audit, fails_at, broken)
    with pytest.raises(OSError, match="in the middle"):
        attach(case, counsellor)

    left = Attachment.objects.count(), SealedChunk.objects.count()
    assert left == (0, 0)
    assert not DataKey.objects.filter(owner_kind="attachment").exists()


def test_a_case_holds_so_many_files(case, counsellor, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_FILES", 1)
    attach(case, counsellor)

    with pytest.raises(TooManyFiles):
        attach(case, counsellor, data=b"another")


@pytest.mark.parametrize("broken", ["purpose", "audit"])
def test_nothing_is_opened_that_the_log_does_not_know(broken, case, counsellor, monkeypatch):
    row = attach(case, counsellor)
    if broken == "purpose":
        with pytest.raises(PurposeNeeded):
            opened(row, builders.account(at=counsellor.centre), purpose="")
        return

    def refuses(_row):
        raise OSError("the log is full")

    monkeypatch.setattr(audit, "committed", refuses)
    monkeypatch.setattr(keys, "sealer", lambda _owner: pytest.fail("opened before it was logged"))
    with pytest.raises(OSError, match="the log is full"):
        opened(row, counsellor)


def test_another_centre_has_no_such_file(case, counsellor):
    row = attach(case, counsellor)
    elsewhere = builders.account(at=builders.centre("kita"))

    with pytest.raises(Attachment.DoesNotExist):
        attachments.find(row.uid, by=elsewhere)
    with pytest.raises(Case.DoesNotExist):
        attach(case, elsewhere, data=b"mine")
    with pytest.raises(Attachment.DoesNotExist):
        attachments.remove(row.uid, reason=RemovalReason.ASKED, by=elsewhere)


# --- a database in other hands --------------------------------------------------------------------------------
def moved_to_another_case(row, other, case):
    Attachment.objects.filter(pk=row.pk).update(case=other.case, number=9)


def content_of_another_file(row, other, case):
    SealedChunk.objects.filter(owner_uid=row.uid).delete()
    SealedChunk.objects.filter(owner_uid=other.uid).update(owner_uid=row.uid)


def content_and_key_of_another_file(row, other, case):
    for model in (SealedChunk, DataKey):
        model.objects.filter(owner_uid=row.uid).delete()
        model.objects.filter(owner_uid=other.uid).update(owner_uid=row.uid)


def name_of_another_file(row, other, case):
    Attachment.objects.filter(pk=row.pk).update(name=other.name)


def emptied_name(row, other, case):
    Attachment.objects.filter(pk=row.pk).update(name=None)


def end_cut_off(row, other, case):
    SealedChunk.objects.filter(owner_uid=row.uid).order_by("position").last().delete()


def pieces_swapped(row, other, case):
    first, second = SealedChunk.objects.filter(owner_uid=row.uid).order_by("position")[:2]
    first.data, second.data = second.data, first.data
    first.save()
    second.save()


def piece_doubled(row, other, case):
    last = SealedChunk.objects.filter(owner_uid=row.uid).order_by("position").last()
    last.pk, last.uid, last.position = None, uuid.uuid4(), last.position + 1
    last.save()


def one_bit_turned(row, other, case):
    piece = SealedChunk.objects.filter(owner_uid=row.uid).first()
    envelope = bytearray(piece.data.envelope)
    envelope[-1] ^= 1
    piece.data = type(piece.data)(bytes(envelope))
    piece.save()


def header_turned(row, other, case):
    piece = SealedChunk.objects.filter(owner_uid=row.uid).first()
    envelope = bytearray(piece.data.envelope)
    envelope[0] ^= 1
    piece.data = type(piece.data)(bytes(envelope))
    piece.save()


def another_size_told(row, other, case):
    Attachment.objects.filter(pk=row.pk).update(size=row.size - 1)


@pytest.mark.parametrize(
    "attack",
    [
        moved_to_another_case, content_of_another_file, content_and_key_of_another_file, name_of_another_file,
        emptied_name, end_cut_off, pieces_swapped, piece_doubled, one_bit_turned, header_turned, another_size_told,
    ],
)  # fmt: skip
def test_a_file_that_was_tampered_with_gives_not_one_byte(attack, case, counsellor):
    long = b"a" * streams.PIECE_BYTES + b"b" * streams.PIECE_BYTES + b"c"
    row = attach(case, counsellor, data=long)
    other = attach(builders.case(by=counsellor), counsellor, data=long + b"d")
    assert opened(row, counsellor)[1] == long

    attack(row, other, case)

    with pytest.raises((SealBroken, KeyMissing)):
        attached.open_file(
            attachments.find(row.uid, by=counsellor),
            "FILE_TAKEN",
            by=counsellor,
            purpose="CONSULTATION",
        )


# --- an end ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("reason", "refused"), [("WRONG_FILE", False), ("", True), ("山田花子の希望", True)])
def test_a_file_is_taken_away_for_a_reason_of_the_list(reason, refused, case, counsellor):
    row = attach(case, counsellor)

    if refused:
        with pytest.raises(RemovalReasonNeeded):
            attachments.remove(row.uid, reason=reason, by=counsellor)
        assert opened(row, counsellor)[1] == WORDS
        return
    attachments.remove(row.uid, reason=reason, by=counsellor)
    assert not DataKey.objects.filter(owner_uid=row.uid).exists()
    assert (Attachment.objects.count(), SealedChunk.objects.count()) == (0, 0)
    assert AuditEntry.objects.get(action="FILE_REMOVED").reason == reason


def test_erasing_a_case_erases_its_files_and_no_others(case, counsellor):
    gone, stays = attach(case, counsellor), attach(builders.case(by=counsellor), counsellor)

    erasing.run(case.uid)
    erasing.run(case.uid)

    assert list(Attachment.objects.all()) == [stays]
    assert not DataKey.objects.filter(owner_uid=gone.uid).exists()
    assert opened(stays, counsellor)[1] == WORDS


def test_a_file_lies_under_the_year_that_its_case_lies_under(case, counsellor):
    DataKey.objects.filter(owner_uid=case.uid).update(cohort=2031)  # as if it had been closed later

    row = attach(case, counsellor)

    assert DataKey.objects.get(owner_uid=row.uid).cohort == 2031


def test_a_file_goes_to_the_year_in_which_its_case_is_closed(counsellor, time_machine):
    time_machine.move_to("2026-03-20 10:00 +0900", tick=True)
    case = builders.case(by=counsellor, received_at=timezone.now())
    row = attach(case, counsellor)
    time_machine.move_to("2026-04-09 10:00 +0900", tick=True)

    followup.close_case(case.uid, outcome="ADVICE", closed_on=date(2026, 4, 9), by=counsellor)

    years = DataKey.objects.filter(owner_uid__in=[case.uid, row.uid]).values_list("cohort", flat=True)
    assert list(years) == [2026, 2026]
    assert opened(row, counsellor)[1] == WORDS


# --- names ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("契約書.pdf", "契約書.pdf"),
        ("契約書.PDF", "契約書.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\契約書.pdf", "契約書.pdf"),
        ("nul\x00l.pdf", "null.pdf"),
        ("契約\u202efdp.pdf", "契約fdp.pdf"),
        ("a\r\nSet-Cookie: b=c.pdf", "aSet-Cookie_ b=c.pdf"),
        ('a";filename="b.pdf', "a_filename=_b.pdf"),
        ("100%.pdf", "100.pdf"),
        (".pdf", "pdf.pdf"),
        ("...pdf", "pdf.pdf"),
        ("CON.pdf", "file.pdf"),
        ("長" * 300 + ".pdf", "長" * 116 + ".pdf"),
        ("", "file.pdf"),
    ],
)
def test_a_name_is_kept_in_a_form_that_harms_nobody(name, kept):
    assert attachments.safe_name(name, kinds.KINDS["PDF"]) == kept


# --- size -----------------------------------------------------------------------------------------------------
def test_the_memory_stays_flat_however_large_the_file(case, counsellor, monkeypatch):
    """50 MB in and out, and never more than a few pieces at once. The checks have their own processes."""
    monkeypatch.setattr(content, "checked", lambda *_more: kinds.KINDS["TXT"])
    monkeypatch.setattr(attachments, "checked", content.checked)
    size = 50 * 1024 * 1024

    class Long(io.RawIOBase):
        at = 0

        def seek(self, at, whence=0):
            self.at = at
            return at

        def read(self, count=-1):
            found = b"x" * min(count, size - self.at)
            self.at += len(found)
            return found

    tracemalloc.start()
    row = attachments.attach(case.uid, "長い.txt", Long(), size=size, by=counsellor)
    _name, pieces = attached.open_file(
        attachments.find(row.uid, by=counsellor), "FILE_TAKEN", by=counsellor, purpose="CONSULTATION"
    )
    assert sum(len(piece) for piece in pieces) == size
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 16 * 1024 * 1024


def test_the_open_columns_tell_kind_size_and_day_alone(case, counsellor):
    row = attach(case, counsellor, name="契約書.pdf", data=samples.pdf())
    stored = Attachment.objects.filter(pk=row.pk).values("kind", "size", "number").get()

    assert json.loads(json.dumps(stored)) == {"kind": "PDF", "size": len(samples.pdf()), "number": 1}
