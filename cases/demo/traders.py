"""Made-up traders for the register of a made-up centre: the names that the stories tell of, and what else they go by.

No such business exists: the 法人番号 have digits that fit and a beginning that is given to nobody.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from cases import payees
from cases.demo import parts
from cases.law.corporate_number import check_digit
from cases.records.centre import Actor, Centre
from cases.records.track import Track
from cases.records.trader import Trader
from cases.services.traders import keeping, tracks
from cases.services.traders.keeping import TraderDetails
from cases.services.traders.tracks import TrackEntry

_NAMESPACE: Final = uuid.UUID("5b7f1c39-0a44-4e17-8a2e-8d6a1f0c7e21")
PREFECTURE: Final = "架空県"


@dataclass(frozen=True)
class _Made:
    """Name, reading, other names; with `is_company` a number and an address too."""

    name: str
    kana: str
    aliases: tuple[str, ...] = ()
    is_company: bool = True


_TRADERS: Final = (
    _Made("東雲ふくろう住建", "シノノメフクロウジュウケン", ("ふくろう住建", "シノノメ住建")),
    _Made("いろは雲屋根工業", "イロハグモヤネコウギョウ", ("いろは雲", "IROHAルーフ")),
    _Made("かわうそ設備サービス", "カワウソセツビサービス", ("かわうそ設備",)),
    _Made("ななかまど電気保安", "ナナカマドデンキホアン"),
    _Made("三日月ハウスメンテ", "ミカヅキハウスメンテ", ("ミカヅキハウスメンテナンス",)),
    _Made("やまびこ床下衛生", "ヤマビコユカシタエイセイ"),
    _Made("とんび建装", "トンビケンソウ", ("TONBI",)),
    _Made("あけぼの特価市場", "アケボノトッカイチバ", (), False),
    _Made("きつねの倉庫通販", "キツネノソウコツウハン", ("狐の倉庫",), False),
    _Made("るりいろマーケット", "ルリイロマーケット", ("RURIIRO MARKET",), False),
    _Made("まんまる問屋ドットコム", "マンマルドンヤドットコム", ("まんまる問屋.com",), False),
    _Made("みかづき直販", "ミカヅキチョクハン", (), False),
    _Made("つきうさぎ美肌堂", "ツキウサギビハダドウ", ("月うさぎ", "ツキウサギ化粧品")),
    _Made("ほたるび化粧品", "ホタルビケショウヒン"),
    _Made("らっこのサプリ", "ラッコノサプリ", ("RAKKO SUPPLEMENT",)),
    _Made("まるまど健康舎", "マルマドケンコウシャ"),
    _Made("ゆきのした酵素本舗", "ユキノシタコウソホンポ", ("雪の下酵素",)),
    _Made("こもれび羊研究所", "コモレビヒツジケンキュウショ"),
    _Made("ウィンドミル保守センター", "ウィンドミルホシュセンター", ("Windmill Support",), False),
    _Made("PCレスキューあざらし", "ピーシーレスキューアザラシ", (), False),
    _Made("グローバル電脳こんぶ", "グローバルデンノウコンブ", (), False),
    _Made("すずめ宅配便", "スズメタクハイビン", ("スズメ急便",), False),
    _Made("はやぶさETC利用照会", "ハヤブサイーティーシーリヨウショウカイ", (), False),
    _Made("ネット銀行うみねこ", "ネットギンコウウミネコ", (), False),
    _Made("全国未納管理ハリネズミ局", "ゼンコクミノウカンリハリネズミキョク", (), False),
    _Made("りす債権回収センター", "リスサイケンカイシュウセンター", (), False),
    _Made("デジタル料金もぐら管理", "デジタルリョウキンモグラカンリ", (), False),
    _Made("スター・ラクダ証券アプリ", "スターラクダショウケンアプリ", ("STAR RAKUDA",), False),
    _Made("サンライズ招き猫キャピタル", "サンライズマネキネコキャピタル", (), False),
    _Made("銀河ペリカン取引所", "ギンガペリカントリヒキジョ", ("GINGA EXCHANGE",), False),
    _Made("ゴールデンなまこFX", "ゴールデンナマコエフエックス", (), False),
    _Made("まねきミミズク買取", "マネキミミズクカイトリ", ("ミミズク買取",)),
    _Made("きんのたまご鑑定堂", "キンノタマゴカンテイドウ"),
    _Made("かぎの流れ星", "カギノナガレボシ", ("鍵の流れ星",)),
    _Made("駆けつけラッコ", "カケツケラッコ"),
    _Made("おうちのカピバラ救急", "オウチノカピバラキュウキュウ"),
    _Made("ひかり案内テナガザル", "ヒカリアンナイテナガザル"),
    _Made("快速回線ツバメ便", "カイソクカイセンツバメビン"),
    _Made("ビューティーかもめ", "ビューティーカモメ", ("Beauty Kamome",)),
    _Made("かたつむり月光クリニック", "カタツムリゲッコウクリニック"),
)


def uid_of(name: str) -> uuid.UUID | None:
    """The uid of a trader of the register by the name that a story tells; None for all others."""
    return _uids().get(name)


@cache
def _uids() -> dict[str, uuid.UUID]:
    return {made.name: uuid.uuid5(_NAMESPACE, made.name) for made in _TRADERS}


def load(centre: Centre, by: Actor, today: date) -> None:
    """The register and three tracks; again, nothing is added."""
    known = set(Trader.objects.filter(uid__in=_uids().values()).values_list("uid", flat=True))
    for number, made in enumerate(_TRADERS):
        if (uid := _uids()[made.name]) not in known:
            _add(uid, number, made, centre, by)
    _place_tracks(centre, by, today)


def _add(uid: uuid.UUID, number: int, made: _Made, centre: Centre, by: Actor) -> None:
    details = TraderDetails(name=made.name, kana=made.kana)
    if made.is_company:
        twelve = f"9999000{number:05d}"
        details = TraderDetails(
            name=made.name,
            kana=made.kana,
            kind=Trader.Kind.COMPANY,
            corporate_number=f"{check_digit(twelve)}{twelve}",
            prefecture=PREFECTURE,
            address=f"架空市中央{number + 1}丁目",
        )
    keeping.add(uid, details, centre=centre, by=by)
    for alias in made.aliases:
        keeping.add_name(uid, alias, "", by=by)
    keeping.add_mark(uid, "URL", f"trader{number + 1}.example.jp", by=by)


def _place_tracks(centre: Centre, by: Actor, today: date) -> None:
    """One on a trader, one on a site, one on an account that several made-up cases tell of."""
    of = {
        "trader": TrackEntry(
            uid=_uid("trader"), kind=Track.Kind.TRADER, source=Track.Source.PREFECTURE,
            trader_uid=_uids()["東雲ふくろう住建"], text="県が調査中。契約書と名刺の写しをもらい、係長に知らせる。",
            from_whom="架空県 消費生活課", ends_on=today + timedelta(days=120),
        ),
        "site": TrackEntry(
            uid=_uid("site"), kind=Track.Kind.URL, source=Track.Source.POLICE, about="trader8.example.jp",
            text="偽サイト。振り込む前なら止め、警察のサイバー相談へつなぐ。", from_whom="架空警察署",
            ends_on=today + timedelta(days=60),
        ),
        "account": TrackEntry(
            uid=_uid("account"), kind=Track.Kind.ACCOUNT, source=Track.Source.POLICE,
            payee=payees.read(payees.BANK, "かささぎ銀行 本店", "9000000"),
            text="口座凍結の依頼中。被害者に警察へ届け出るよう伝える。", ends_on=today + timedelta(days=30),
        ),
    }  # fmt: skip
    for entry in of.values():
        if not Track.objects.filter(uid=entry.uid).exists():
            tracks.place(entry, centre=centre, by=by)


def _uid(what: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"track {what}")


def register() -> None:
    """Called once when the app is ready."""
    parts.register("traders", load)
