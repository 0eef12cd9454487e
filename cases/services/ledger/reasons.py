"""Why a row was refused, or what of it could not be kept as a field. No reason quotes a cell."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Final[dict[str, Promise | str]] = {
    # The row is refused.
    "no_date": _("受付日がありません。"),
    "date_unreadable": _("日付として読めません。"),
    "date_without_year": _("年のない日付です。年を書き足してください。"),
    "date_ahead": _("日付が未来になっています。"),
    "date_too_old": _("日付が古すぎます。"),
    "no_narrative": _("相談概要も件名もありません。"),
    "too_long": _("文字数が多すぎます。"),
    "too_many_cells": _("見出しより列が多い行です。列がずれていないか確認してください。"),
    "conflict": _("同じ受付番号と受付日の相談が、別の内容で取り込まれています。上書きしません。"),
    "erased": _("この相談は消去されています。もう一度取り込むことはできません。"),
    "entry_refused": _("この欄の内容では保存できません。"),
    # The row is taken in; what stood in the cell is kept in the words of the case.
    "scam_unknown": _("手口の区分に当てはまらないため、未分類(暫定)にしました。"),
    "code_unknown": _("区分に当てはまらないため空欄にし、もとの言葉を相談概要に残しました。"),
    "code_not_yet": _("受付日にはまだ(もう)使えない区分のため空欄にし、もとの言葉を相談概要に残しました。"),
    "age_unreadable": _("年齢として読めないため不明とし、もとの言葉を相談概要に残しました。"),
    "age_of_caller": _("相談者の年齢・性別は契約当事者のものとして使いません。相談概要に残しました。"),
    "yen_unreadable": _("金額として読めないため不明とし、もとの言葉を相談概要に残しました。"),
    "yen_out_of_range": _("金額が0円より小さいか大きすぎるため不明とし、もとの言葉を相談概要に残しました。"),
    "day_unreadable": _("日付として読めないため空欄にし、もとの言葉を相談概要に残しました。"),
    "day_ahead": _("日付が未来のため空欄にし、もとの言葉を相談概要に残しました。"),
    "channel_unknown": _("受付方法が分からないため「電話」としました。"),
    "closed_on_missing": _("終了日がないため、受付日を終了日としました。"),
    "closed_on_wrong": _("終了日が受付日より前か未来のため、受付日を終了日としました。"),
    "outcome_unknown": _("処理結果が分からないため、未処理としました。"),
    "outcome_assumed": _("処理結果が分からないため、選んだ処理結果としました。"),
    "cell_error": _("Excelのエラー値が入っています。"),
    "same_row": _("同じファイルの前の行と同じ内容です。1件と数えます。"),
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """`column` counts from 1; 0 is the row as a whole. A note leaves the row in, anything else refuses it."""

    line: int
    column: int
    field: str
    reason: str
    is_note: bool = False

    @property
    def text(self) -> str:
        return str(REASONS[self.reason])

    @property
    def letter(self) -> str:
        return column_letter(self.column)


def column_letter(column: int) -> str:
    """D for 4, AA for 27, as a spreadsheet names it; empty for 0."""
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
