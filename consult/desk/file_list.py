"""The list of a case's files on its page, and the forms beside it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from cases.documents import kinds
from cases.documents.kinds import Kind, Shown
from cases.records.attachment import Attachment
from cases.records.case import Case
from cases.services.attachments import RemovalReason
from consult.desk.looks import Look, RevealForm


class RemoveForm(forms.Form):
    file = forms.ModelChoiceField(Attachment.objects.none(), to_field_name="uid", label=_("ファイル"))
    reason = forms.ChoiceField(label=_("削除する理由"), choices=[("", "—"), *RemovalReason.choices])

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["file"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = Attachment.objects.filter(case=case)
        field.label_from_instance = _line  # type: ignore[method-assign, assignment]


def _line(row: Attachment) -> str:
    return f"{row.number} {kinds.KINDS[row.kind].label}"


@dataclass(frozen=True)
class Row:
    """One line of the list; the name only where it was revealed."""

    file: Attachment
    kind: Kind
    name: str

    @property
    def is_shown(self) -> bool:
        return self.kind.shown is not Shown.NOT


def rows_of(case: Case, revealed: dict[str, str] | None) -> list[Row]:
    found = Attachment.objects.filter(case=case).defer("name").select_related("added_by")
    names = revealed or {}
    return [Row(row, kinds.KINDS[row.kind], names.get(f"attachment.{row.uid}", "")) for row in found]


def section(case: Case, look: Look, revealed: dict[str, str] | None = None) -> dict[str, Any]:
    """What the case's page needs for its files."""
    return {
        "files": rows_of(case, revealed),
        "file_kinds": kinds.names(),
        "file_endings": ",".join(kinds.ENDINGS),
        "look": look,
        "file_purpose": RevealForm(auto_id="id_file_%s"),
        "remove_form": RemoveForm(case=case, auto_id="id_remove_%s"),
        "upload_limit": filesizeformat(settings.UPLOAD_LIMIT),
    }
