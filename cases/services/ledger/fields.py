"""The fields that a ledger's columns can be matched to, with the headers that stand over them."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import spelling

IGNORE: Final = "ignore"
NOT_MATCHED: Final = ""
# Field → the words over it, as centres write them, the likeliest field of a word first. `role:part` stands for
# every word of the role with every word of the part.
_HEADERS: Final = Path(__file__).with_name("headers.csv")


@dataclass(frozen=True)
class Field:
    """One thing that a ledger may tell of a consultation."""

    name: str
    label: str | Promise


_FIELDS: Final = (
    Field("ledger_number", _("受付番号(台帳の番号)")),
    Field("received_on", _("受付日")),
    Field("received_time", _("受付時刻")),
    Field("channel", _("受付方法")),
    Field("route", _("窓口につながった経路")),
    Field("kind", _("相談区分")),
    Field("title", _("件名")),
    Field("narrative", _("相談概要")),
    Field("sales_method", _("販売購入形態")),
    Field("scam", _("手口")),
    Field("product", _("商品・役務")),
    Field("trader_name", _("事業者名")),
    Field("caller_name", _("相談者の氏名")),
    Field("caller_kana", _("相談者のフリガナ")),
    Field("caller_phone", _("相談者の電話番号")),
    Field("caller_email", _("相談者のメールアドレス")),
    Field("caller_postcode", _("相談者の郵便番号")),
    Field("caller_address", _("相談者の住所")),
    Field("relation", _("相談者と契約当事者の関係")),
    Field("party_name", _("契約当事者の氏名")),
    Field("party_kana", _("契約当事者のフリガナ")),
    Field("party_phone", _("契約当事者の電話番号")),
    Field("party_email", _("契約当事者のメールアドレス")),
    Field("party_postcode", _("契約当事者の郵便番号")),
    Field("party_address", _("契約当事者の住所")),
    Field("age", _("契約当事者の年齢")),
    Field("age_band", _("契約当事者の年代")),
    Field("birth_date", _("契約当事者の生年月日")),
    Field("sex", _("契約当事者の性別")),
    Field("occupation", _("契約当事者の職業")),
    Field("area", _("契約当事者の居住地区")),
    Field("caller_age", _("相談者の年齢(本人のときだけ使う)")),
    Field("caller_sex", _("相談者の性別(本人のときだけ使う)")),
    Field("issues", _("内容別分類")),
    Field("triggers", _("きっかけ・広告媒体")),
    Field("contact_means", _("連絡手段")),
    Field("payments", _("支払方法")),
    Field("contract_state", _("契約の状態")),
    Field("solicited_on", _("勧誘日")),
    Field("goods_received_on", _("商品受領日")),
    Field("document_form", _("書面の種類")),
    Field("claimed_yen", _("請求額")),
    Field("harm", _("危害・危険")),
    Field("contracted_on", _("契約日")),
    Field("document_received_on", _("法定書面の受領日")),
    Field("contract_yen", _("契約購入金額")),
    Field("paid_yen", _("既支払額")),
    Field("recovered_yen", _("被害回復額")),
    Field("advice", _("助言・処理概要")),
    Field("outcome", _("処理結果")),
    Field("closed_on", _("終了日")),
)
FIELDS: Final = {field.name: field for field in _FIELDS}

_ROLES: Final = {
    "caller": "相談者 申出人 申出者 相談人 申込者 連絡者 来訪者",
    "party": "契約者 契約当事者 当事者 被害者 購入者 契約者等 対象者",
}
_PARTS: Final = {
    "name": "氏名 名前 お名前 姓名 名 氏名漢字 漢字氏名 氏名等",
    "kana": "フリガナ カナ 氏名カナ カナ氏名 ヨミ ヨミガナ 氏名フリガナ 氏名ヨミ 読み 読み仮名 氏名カタカナ",
    "phone": "電話番号 電話 TEL 連絡先 連絡先電話番号 携帯電話 携帯番号 携帯 電話番号1 TEL番号 自宅電話 連絡先電話 "
    "日中連絡先 連絡先TEL 固定電話",
    "email": "メールアドレス メール Eメール 電子メール", "postcode": "郵便番号 郵便",
    "address": "住所 現住所 住所地 住所所在地 自宅住所 所在地 居所",
    "age": "年齢 年令", "band": "年代 年齢層", "born": "生年月日", "sex": "性別", "job": "職業",
    "area": "地区 居住地区 居住地 市区町村 地域",
}  # fmt: skip
# Without a role in front these belong to the caller: it is the caller whose name a ledger has.
_OF_CALLER: Final = frozenset({"name", "kana", "phone", "email", "postcode", "address"})
_NOT_LETTERS = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(\[【<〔《「『].*?[)\]】>〕》」』]")


def plain(header: str) -> str:
    """A header as it is compared: width, kana, blanks and marks do not count, nor does の."""
    text = spelling.hiragana_to_katakana(spelling.width(header)).casefold()
    return _NOT_LETTERS.sub("", text).replace("ノ", "")


def without_brackets(header: str) -> str:
    return plain(_BRACKETS.sub("", spelling.width(header)))


def _words(headers: str) -> list[str]:
    found: list[str] = []
    for word in headers.split():
        role, colon, part = word.partition(":")
        if not colon:
            found.append(word)
            continue
        parts = _PARTS[part].split()
        found += [role_word + part_word for role_word in _ROLES[role].split() for part_word in parts]
        found += [part_word + role_word for role_word in _ROLES[role].split() for part_word in parts]
        if part == "name":
            found += _ROLES[role].split()
        if role == "caller" and part in _OF_CALLER:
            found += parts
    return found


def _by_header() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    with _HEADERS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["field"]
            for word in dict.fromkeys(plain(word) for word in [*_words(row["headers"]), name]):
                found[word] = (*found.get(word, ()), name)
    return found


BY_HEADER: Final = _by_header()
"""Plain header → the fields that it may mean, in order of preference."""
