"""The columns of an e-application's file: what they may hold, which header means which, and why a line is refused."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.protection import keys
from cases.records.centre import Centre
from outreach.applications.entry import MOST_CANDIDATES
from outreach.applications.models import ApplicationLayout

Label = str | Promise
FIELDS: Final[Mapping[str, Label]] = {
    "number": gettext_lazy("申込番号"),
    "received_on": gettext_lazy("申込日"),
    "group_name": gettext_lazy("団体名"),
    "representative": gettext_lazy("代表者"),
    "contact": gettext_lazy("連絡する人"),
    "phone": gettext_lazy("電話"),
    "mobile": gettext_lazy("ほかの電話(携帯など)"),
    "mail": gettext_lazy("メール"),
    "postcode": gettext_lazy("郵便番号"),
    "address": gettext_lazy("通知書の送り先(住所)"),
    "purpose": gettext_lazy("目的"),
    "theme": gettext_lazy("テーマ(手口)"),
    "audience": gettext_lazy("対象"),
    "expected_people": gettext_lazy("予定人数"),
    "venue": gettext_lazy("会場"),
    "venue_address": gettext_lazy("会場の住所"),
    "day_1": gettext_lazy("第1希望の日"),
    "starts_1": gettext_lazy("第1希望の時間"),
    "ends_1": gettext_lazy("第1希望の終了"),
    "day_2": gettext_lazy("第2希望の日"),
    "starts_2": gettext_lazy("第2希望の時間"),
    "ends_2": gettext_lazy("第2希望の終了"),
    "day_3": gettext_lazy("第3希望の日"),
    "starts_3": gettext_lazy("第3希望の時間"),
    "ends_3": gettext_lazy("第3希望の終了"),
    "projector": gettext_lazy("プロジェクターがある"),
    "microphone": gettext_lazy("マイクがある"),
    "parking": gettext_lazy("駐車場がある"),
    "may_publish": gettext_lazy("広報に載せてよい"),
    "note": gettext_lazy("メモ"),
}
"""What a column may hold, as a person calls it."""

_HEADERS: Final = {
    "number": "申込番号 受付番号 整理番号 申請番号 到達番号 お問い合わせ番号 no",
    "received_on": "申込日 申込日時 申請日 申請日時 受付日 受付日時 到達日時",
    "group_name": "団体名 申込団体 申込団体名 団体の名称 学校名 グループ名 団体名称",
    "representative": "代表者 代表者名 代表者氏名 代表者の氏名 団体代表者",
    "contact": "担当者 担当者名 担当者氏名 連絡担当者 申込者 申込者氏名 氏名 お名前",
    "phone": "電話 電話番号 連絡先 連絡先電話番号 担当者電話番号 tel 日中の連絡先",
    "mobile": "携帯 携帯電話 携帯電話番号 緊急連絡先",
    "mail": "メール メールアドレス eメール e-mail 電子メール mail",
    "postcode": "郵便番号 〒",
    "address": "住所 送付先 通知書送付先 団体住所 所在地 団体所在地 申込者住所",
    "purpose": "目的 開催目的 申込目的 申込の目的 申込理由",
    "theme": "テーマ 希望テーマ 講座名 希望講座 講座のテーマ 希望する内容",
    "audience": "対象 対象者 参加対象 受講者 受講対象 参加者の年代",
    "expected_people": "人数 予定人数 参加人数 参加予定人数 受講予定人数 受講人数",
    "venue": "会場 会場名 開催場所 場所 開催会場 実施場所",
    "venue_address": "会場住所 会場の住所 開催場所住所 会場所在地",
    "day_1": "開催希望日 希望日 希望日時",
    "starts_1": "希望時間 開始時間 開始時刻 希望開始時刻 開始",
    "ends_1": "終了時間 終了時刻 希望終了時刻 終了",
    "projector": "プロジェクター プロジェクタ プロジェクターの有無",
    "microphone": "マイク マイクの有無",
    "parking": "駐車場 駐車場の有無 駐車場の利用",
    "may_publish": "広報 広報の可否 広報掲載 公表の可否 ホームページ掲載",
    "note": "備考 その他 連絡事項 要望 ご要望 通信欄",
}
_OF_CANDIDATES: Final = {
    "day": "第{n}希望日 希望日{n} 第{n}希望 第{n}希望日時 希望日時{n}",
    "starts": "第{n}希望時間 第{n}希望開始 第{n}希望開始時間 第{n}希望開始時刻 第{n}希望時間帯 時間{n} 開始時刻{n}",
    "ends": "第{n}希望終了 第{n}希望終了時間 第{n}希望終了時刻 終了時刻{n}",
}
_BY_HEADER: Final = {word: field for field, words in _HEADERS.items() for word in words.split()} | {
    word: f"{part}_{n}"
    for part, words in _OF_CANDIDATES.items()
    for n in range(1, MOST_CANDIDATES + 1)
    for word in words.format(n=n).split()
}
"""Header, compared by `plain`, to the field that it means."""

REASONS: Final[Mapping[str, Label]] = {
    "group": gettext_lazy("団体名がありません"),
    "received": gettext_lazy("申込日が日付として読めません"),
    "future": gettext_lazy("申込日が今日より後です"),
    "day": gettext_lazy("希望日が日付として読めません"),
    "hours": gettext_lazy("希望の時間が読めないか、終了が開始より前です"),
    "people": gettext_lazy("人数が数として読めません"),
    "phone": gettext_lazy("電話番号として読めません"),
    "mail": gettext_lazy("メールアドレスとして読めません"),
    "long": gettext_lazy("文字が多すぎます"),
    "cells": gettext_lazy("見出しより多くのセルがあります"),
    "twice": gettext_lazy("同じ申込番号の行が、この前にもあります"),
    "changed": gettext_lazy("同じ申込番号で取込済みですが、内容が違います"),
    "refused": gettext_lazy("このままでは受け付けられません"),
}  # fmt: skip
"""Code → the sentence for a line that was not taken in."""


class ColumnsNotMatched(CasesError):
    """A field stands twice or is none, or the group's name has no column."""

    code: ClassVar[str] = "columns_not_matched"
    status: ClassVar[int] = 422


def plain(header: str) -> str:
    """A header as it is compared: one width, no blanks, nothing in brackets."""
    text = "".join(unicodedata.normalize("NFKC", header).casefold().split())
    return text.partition("(")[0].strip("・:*※") or text


def match(header: Sequence[str]) -> list[str]:
    """The field of each column, each field once; "" where the header says nothing that we know."""
    found: list[str] = []
    for name in header:
        field = _BY_HEADER.get(plain(name), "")
        found.append("" if field in found else field)
    return found


def check(fields: Sequence[str], width: int) -> None:
    """Raises ColumnsNotMatched."""
    if len(fields) != width or any(field and field not in FIELDS for field in fields):
        raise ColumnsNotMatched(_("項目を選び直してください。"))
    twice = {str(FIELDS[field]) for field in fields if field and fields.count(field) > 1}
    if twice:
        names = _("、").join(sorted(twice))
        raise ColumnsNotMatched(_("同じ項目に2つ以上の列が選ばれています: %(names)s") % {"names": names})
    if "group_name" not in fields:
        raise ColumnsNotMatched(_("「団体名」の列を選んでください。"))


# --- What was chosen for a layout -------------------------------------------------------------------------------
def _digest(centre: Centre, header: Sequence[str]) -> bytes:
    """Keyed: the first line of a file may hold a person's name by mistake."""
    return keys.keyed_digest(f"applications/header/{centre.uid.hex}", "\x1f".join(header).encode())


def of_layout(centre: Centre, header: Sequence[str]) -> list[str]:
    """As somebody chose them for a file with this header; else as the headers say."""
    kept = ApplicationLayout.objects.filter(centre=centre, digest=_digest(centre, header)).first()
    return list(kept.columns) if kept and len(kept.columns) == len(header) else match(header)


@transaction.atomic
def keep_layout(centre: Centre, header: Sequence[str], fields: Sequence[str]) -> None:
    """For the next file with this header."""
    ApplicationLayout.objects.update_or_create(
        centre=centre, digest=_digest(centre, header), defaults={"columns": list(fields)}
    )
