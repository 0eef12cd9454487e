"""Forms of 見守りの情報提供."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.law.watch_share import Basis, Consent, Ground
from cases.records.centre import Centre
from cases.records.watch_share import WatchShare
from cases.services.watch_share import NAME_LENGTH, SHAREABLE, TEXT_LENGTH, ShareEntry
from cases.services.watch_verdicts import VerdictEntry
from cases.watchers import Verdict
from consult.desk.forms import WordsField, plain_words
from consult.desk.worries.forms import member_choices, member_of
from consult.shell.fields import NOT_CHOSEN, day_field, offer

FIELD_LABELS: Final = {
    "party.name": _("契約当事者の氏名"),
    "party.kana": _("契約当事者のカナ"),
    "party.postcode": _("契約当事者の郵便番号"),
    "party.address": _("契約当事者の住所"),
    "party.phone": _("契約当事者の電話"),
    "party.birth_date": _("契約当事者の生年月日"),
    "caller.name": _("相談者の氏名"),
    "caller.phone": _("相談者の電話"),
    "narrative": _("相談概要(話したままの文)"),
    "advice": _("助言・処理概要"),
    "trader_name": _("事業者名"),
    "note": _("ほかに伝えたこと"),
}


def _numbered(choices: Any) -> list[tuple[str, str]]:
    return [*NOT_CHOSEN, *((value, f"{no} {label}") for no, (value, label) in enumerate(choices, 1))]


class ShareForm(forms.Form):
    """Whom, why, on which ground, and what. The ground stands before the fields: without it nothing goes."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    answers = forms.UUIDField(widget=forms.HiddenInput, required=False)
    member = forms.ChoiceField(label=_("見守りの構成員"), required=False)
    recipient_kind = forms.ChoiceField(label=_("相手"), required=False)
    recipient = forms.CharField(
        label=_("相手の機関名"), max_length=NAME_LENGTH, required=False,
        help_text=_("機関の名前だけ。個人名は次の欄に"),
    )  # fmt: skip
    person = forms.CharField(label=_("受け取る人"), max_length=NAME_LENGTH, required=False)
    is_council = forms.BooleanField(label=_("消費者安全確保地域協議会の構成員です"), required=False)
    is_outside_known = forms.BooleanField(
        label=_("協議会の構成員でない相手に渡すことを確かめました"), required=False,
        help_text=_("名簿から選んだ相手が協議会の構成員でないときだけ"),
    )  # fmt: skip
    purpose = forms.ChoiceField(label=_("目的"))
    ground = forms.ChoiceField(
        label=_("根拠"), required=False, help_text=_("まず本人の同意を考えます。根拠がないと渡せません")
    )
    consent_how = forms.ChoiceField(label=_("同意の得かた"), required=False)
    consent_on = day_field(_("同意を得た日"))
    reason = WordsField(
        label=_("根拠に当たる理由"), rows=2, required=False, max_length=TEXT_LENGTH,
        help_text=_("同意・協議会のほかの根拠では必須"),
    )  # fmt: skip
    fields_given = forms.MultipleChoiceField(
        label=_("渡す項目"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("目的に要るものだけ"),
    )  # fmt: skip
    note = WordsField(
        label=_("ほかに伝えたこと"), rows=3, required=False, max_length=TEXT_LENGTH,
        help_text=_("見守りで気をつけること、してほしいこと"),
    )  # fmt: skip
    means = forms.ChoiceField(label=_("渡し方"))
    dispose_by = day_field(_("廃棄の期限"), required=True, help_text=_("今日から1年以内"))

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "member", member_choices(centre))
        for name, choices in (
            ("recipient_kind", WatchShare.Recipient.choices), ("purpose", WatchShare.Purpose.choices),
            ("ground", Ground.choices), ("consent_how", Consent.choices), ("means", WatchShare.Means.choices),
        ):  # fmt: skip
            offer(self, name, _numbered(choices))
        offer_many(self, "fields_given")
        plain_words(self)

    def entry(self) -> ShareEntry:
        """The form is valid."""
        data = self.cleaned_data
        basis = Basis(
            **{name: data[name] for name in ("ground", "is_council", "consent_how", "consent_on", "reason")}
        )
        given = {
            name: data[name]
            for name in (
                "uid",
                "recipient_kind",
                "recipient",
                "person",
                "purpose",
                "means",
                "dispose_by",
                "note",
                "is_outside_known",
                "answers",
            )
        }
        return ShareEntry(
            basis=basis, fields=tuple(data["fields_given"]), member_uid=member_of(data["member"]), **given
        )

    def clean(self) -> dict[str, Any]:
        """Without a member of the list, kind and name are typed."""
        data = super().clean() or {}
        for name in ("recipient_kind", "recipient"):
            if not data.get("member") and not data.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        return data


def offer_many(form: forms.Form, name: str) -> None:
    offer(form, name, [(field, FIELD_LABELS[field]) for field in SHAREABLE])


class VerdictForm(forms.Form):
    """What the recipient said of the hand-over."""

    verdict = forms.ChoiceField(label=_("相手の評価"))
    said_on = day_field(_("聞いた日"), required=True)
    said_by = forms.ChoiceField(label=_("聞きかた"))
    person = forms.CharField(label=_("答えた人"), max_length=NAME_LENGTH, required=False)
    words = WordsField(
        label=_("答えの内容"), rows=2, required=False, max_length=TEXT_LENGTH,
        help_text=_("足りなかったこと、担当がどこだったかなど"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_verdict_%s", **kwargs})
        offer(self, "verdict", _numbered(Verdict.choices))
        offer(self, "said_by", _numbered(WatchShare.SaidBy.choices))
        plain_words(self)

    def entry(self) -> VerdictEntry:
        return VerdictEntry(**self.cleaned_data)


class DisposalForm(forms.Form):
    """What the recipient reported."""

    disposed_on = day_field(_("廃棄した日"), required=True)
    disposal = forms.ChoiceField(label=_("廃棄の方法"))
    use_report = WordsField(
        label=_("利用の報告"), rows=3, required=False, max_length=TEXT_LENGTH,
        help_text=_("訪問した回数、分かったこと、つないだ先など"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "disposal", _numbered(WatchShare.Disposal.choices))
        plain_words(self)
