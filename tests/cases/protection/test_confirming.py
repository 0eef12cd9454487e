"""Masks that a person confirms: sealed, void as soon as anything changes, and the only text that leaves the centre."""

from unittest import mock

import pytest
from django.utils import timezone

from cases import jobs
from cases.protection import confirming, keys, masking, match, remasking
from cases.protection.confirming import Choice, Proposal, WordsChanged
from cases.protection.models import AuditEntry, ConfirmedText, MaskingWord
from cases.protection.purpose import BreakGlassNeeded
from cases.protection.redacted import confirmed_text, redacted_text
from cases.protection.redaction import Span
from cases.records.case import Case, CaseQuerySet, new_uid
from cases.records.links import CaseLink
from cases.services import custody, followup
from cases.services.followup import FollowUpEntry
from consult.shell.accounts import Account
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "山田花子さんが瀬戸の店で布団を買った。担当の鬼塚という男が来た。"


@pytest.fixture
def by() -> Account:
    masking.forget()
    return builders.account()


@pytest.fixture
def case(by: Account) -> Case:
    return builders.case(by=by, narrative=WORDS, caller=builders.person())


def as_proposed(case: Case, by: Account) -> dict[str, Choice]:
    return {one.key: Choice(one.digest, one.spans) for one in confirming.proposals(case.uid, by=by)}


def narrative(case: Case, by: Account) -> Proposal:
    return next(one for one in confirming.proposals(case.uid, by=by) if one.key == "narrative")


def test_what_is_confirmed_as_proposed_is_what_the_centre_reads(case: Case, by: Account) -> None:
    assert confirmed_text([case.uid], by=by) == {}

    assert confirming.confirm(case.uid, as_proposed(case, by), by=by) == 1

    assert (
        confirmed_text([case.uid], by=by)[case.uid].narrative
        == redacted_text([case.uid], by=by)[case.uid].narrative
    )
    assert "花子" not in confirmed_text([case.uid], by=by)[case.uid].narrative


def test_a_mask_taken_off_and_one_put_on_are_kept(case: Case, by: Account) -> None:
    shown = narrative(case, by)
    taken_off = next(span for span in shown.spans if WORDS[span.start : span.end] == "鬼塚")
    put_on = Span(WORDS.index("布団"), WORDS.index("布団") + 2, "その他", "auto")
    chosen = (*(span for span in shown.spans if span != taken_off), put_on)

    confirming.confirm(case.uid, {"narrative": Choice(shown.digest, chosen)}, by=by, suggest_denied=True)

    text = confirmed_text([case.uid], by=by)[case.uid].narrative
    assert "鬼塚" in text
    assert "〔その他〕を買った" in text
    assert {(word.kind, word.text) for word in masking.words(by=by, centre=by.centre) if word.is_suggested} == {
        ("ALLOW", "鬼塚"), ("DENY", "布団"),
    }  # fmt: skip


def test_nobody_unmasks_a_person_of_the_case(case: Case, by: Account) -> None:
    shown = narrative(case, by)

    confirming.confirm(case.uid, {"narrative": Choice(shown.digest, ())}, by=by)

    assert confirmed_text([case.uid], by=by)[case.uid].narrative.startswith("〔氏名〕さんが")


def test_a_confirmation_is_void_once_the_words_or_the_persons_change(case: Case, by: Account) -> None:
    confirming.confirm(case.uid, as_proposed(case, by), by=by)
    same = builders.entry(uid=case.uid, narrative=WORDS, caller=builders.person(), age=79)
    case = followup.correct_case(same, revision=case.revision, by=by)
    assert case.uid in confirmed_text([case.uid], by=by)

    renamed = builders.entry(uid=case.uid, narrative=WORDS, caller=builders.person(name="布団 一子"))
    case = followup.correct_case(renamed, revision=case.revision, by=by)
    assert confirmed_text([case.uid], by=by) == {}


def test_what_changed_behind_the_open_page_is_not_confirmed(case: Case, by: Account) -> None:
    choices = as_proposed(case, by)
    changed = builders.entry(uid=case.uid, narrative=WORDS + "続き。", caller=builders.person())
    followup.correct_case(changed, revision=case.revision, by=by)

    with pytest.raises(WordsChanged):
        confirming.confirm(case.uid, choices, by=by)
    assert not ConfirmedText.objects.exists()


@pytest.mark.parametrize(
    "span", [Span(0, 999, "氏名", "auto"), Span(3, 3, "氏名", "auto"), Span(0, 1, "何か", "auto")]
)
def test_places_that_the_text_does_not_have_are_refused(case: Case, by: Account, span: Span) -> None:
    shown = narrative(case, by)

    with pytest.raises(WordsChanged):
        confirming.confirm(case.uid, {"narrative": Choice(shown.digest, (span,))}, by=by)


def test_a_case_of_another_centre_is_read_only_as_it_was_confirmed(
    case: Case, by: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As soon as the scope rule shows a case of another centre, its unconfirmed words still do not leave."""
    stranger = builders.account(at=builders.centre("kita"))
    monkeypatch.setattr(CaseQuerySet, "visible_to", lambda self, _actor: self.all())

    assert redacted_text([case.uid], by=stranger) == {}
    confirming.confirm(case.uid, as_proposed(case, by), by=by)
    assert redacted_text([case.uid], by=stranger)[case.uid].narrative.startswith("〔氏名〕さんが")


def test_looking_at_the_masks_is_logged_first_and_guarded_cases_stay_closed(case: Case, by: Account) -> None:
    with (
        mock.patch("cases.protection.audit.chain._link", side_effect=OSError("disk full")),
        pytest.raises(OSError, match="disk full"),
    ):
        confirming.proposals(case.uid, by=by)
    confirming.proposals(case.uid, by=by)
    assert AuditEntry.objects.filter(action="MASKS_OPENED", case_uid=case.uid).count() == 1

    Case.objects.update(is_guarded=True)
    with pytest.raises(BreakGlassNeeded):
        confirming.proposals(case.uid, by=builders.account())


def test_the_confirmed_text_and_the_words_of_the_lists_are_sealed(case: Case, by: Account) -> None:
    confirming.confirm(case.uid, as_proposed(case, by), by=by)
    masking.add("布団", "DENY", centre=by.centre, by=by)

    assert str(ConfirmedText.objects.get().text) == str(MaskingWord.objects.get().word) == "●●●"
    keys.destroy(case.sealed_owner)
    assert confirmed_text([case.uid], by=by) == {}


# --- Lists -----------------------------------------------------------------------------------------------------
def test_the_lists_hold_for_what_is_saved_from_now_on(by: Account) -> None:
    before = builders.case(by=by, narrative="鬼塚という男が布団を売りに来た。")
    masking.add("布団", "DENY", centre=by.centre, by=by)
    masking.add("鬼塚", "ALLOW", centre=by.centre, by=by)
    after = builders.case(by=by, narrative="鬼塚という男が布団を売りに来た。")

    texts = redacted_text([before.uid, after.uid], by=by)
    assert texts[before.uid].narrative == "〔氏名〕という男が布団を売りに来た。"
    assert texts[after.uid].narrative == "鬼塚という男が〔その他〕を売りに来た。"
    assert masking.lists_of(builders.centre("kita")) == masking.Lists()


def test_a_person_of_the_case_is_masked_though_the_list_says_not(by: Account) -> None:
    masking.add("山田花子", "ALLOW", centre=by.centre, by=by)
    masking.add("山田", "ALLOW", centre=by.centre, by=by)
    case = builders.case(by=by, narrative="山田花子が来た。山田は怒った。", caller=builders.person())

    assert redacted_text([case.uid], by=by)[case.uid].narrative == "〔氏名〕が来た。〔氏名〕は怒った。"


def test_a_word_moves_between_the_lists_and_goes_with_its_key(by: Account) -> None:
    masking.add("布団", "DENY", centre=by.centre, by=by)
    masking.add("布団", "ALLOW", centre=by.centre, by=by)
    masking.suggest("布団", "DENY", centre=by.centre, by=by)
    masking.suggest("男", "DENY", centre=by.centre, by=by)
    [word] = masking.words(by=by, centre=by.centre)
    assert (word.kind, word.text) == ("ALLOW", "布団")

    masking.remove(word.uid, by=by, centre=by.centre)
    assert masking.lists_of(by.centre) == masking.Lists()
    with pytest.raises(masking.WordRefused):
        masking.add("男", "DENY", centre=by.centre, by=by)


def test_cases_recorded_before_are_masked_anew_and_a_stopped_job_goes_on(
    by: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [builders.case(by=by, narrative="鬼塚という男が布団を売りに来た。") for _ in range(3)]
    followup.add_follow_up(
        made[0].uid,
        FollowUpEntry(uid=new_uid(), happened_at=timezone.now(), kind="NOTE", text="布団を返した。"),
        by=by,
    )
    masking.add("布団", "DENY", centre=by.centre, by=by)
    monkeypatch.setattr(remasking, "BATCH", 2)
    job = remasking.start(by.centre, by=by)
    assert remasking.start(by.centre, by=by) == job
    answers = iter([False, True])

    jobs.claim_and_run(job.uid, worker="first", stopping=lambda: next(answers))
    job.refresh_from_db()
    assert (job.state, job.done) == (jobs.Job.State.QUEUED, 2)
    jobs.claim_and_run(job.uid, worker="second")

    texts = redacted_text([case.uid for case in made], by=by, with_follow_ups=True)
    assert {text.narrative for text in texts.values()} == {"〔氏名〕という男が〔その他〕を売りに来た。"}
    assert list(texts[made[0].uid].follow_ups.values()) == ["〔その他〕を返した。"]


# --- Linked cases ----------------------------------------------------------------------------------------------
def test_persons_of_a_linked_case_are_masked_from_the_link_on(by: Account) -> None:
    talked_of = builders.case(
        by=by, narrative="布団を契約した。", caller=builders.person(name="鮎川 凪", kana="アユカワ ナギ")
    )
    case = builders.case(by=by, narrative="娘のなぎは反対した。", caller=builders.person())
    assert "なぎ" in redacted_text([case.uid], by=by)[case.uid].narrative

    custody.link(case.uid, other_uid=talked_of.uid, kind=CaseLink.Kind.SAME_PERSON, by=by)
    entry = FollowUpEntry(uid=new_uid(), happened_at=timezone.now(), kind="NOTE", text="鮎川へ折り返した。")
    row = followup.add_follow_up(case.uid, entry, by=by)

    text = redacted_text([case.uid], by=by, with_follow_ups=True)[case.uid]
    assert text.narrative == "娘の〔氏名〕は反対した。"
    assert text.follow_ups[row.uid] == "〔氏名〕へ折り返した。"
    assert [party.name for party in match.linked_parties(case)] == ["鮎川 凪"]
