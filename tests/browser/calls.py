"""Ten calls as they come in, and the keys that a counsellor presses for them: data for the browser."""

from dataclasses import dataclass, field
from typing import Any, Final

from tests.browser.desk import DAY, TYPED_DAY

WORDS: Final = frozenset(
    {
        "narrative", "advice", "trader_name", "subject", "caller_name", "party_name", "transfers-0-institution",
        "transfers-0-holder",
    }
)  # fmt: skip
"""Free text and names: they are spoken, not chosen, and no key of them is counted."""


@dataclass(frozen=True)
class Step:
    """The keys that lead to a field, and what it is given: a text, or the code of a list."""

    keys: str
    field: str
    value: str


@dataclass(frozen=True)
class Call:
    """`begin` leads from 今日 to the form. `most` keys, `most_typed` characters of coded fields."""

    name: str
    steps: tuple[Step, ...]
    saved: dict[str, Any]
    begin: str = "Alt+n"
    most: int = 20
    most_typed: int = 40
    disturbed: str = ""
    without_script: bool = field(default=False)


def _steps(*rows: tuple[str, str, str]) -> tuple[Step, ...]:
    return tuple(Step(*row) for row in rows)


CALLS: Final = (
    Call(
        "点検商法(屋根)、本人から",
        _steps(
            (
                "",
                "narrative",
                "無料の屋根点検に来た業者に瓦がずれていると言われ、その場で修理を契約した。解約したい。",
            ),
            ("Tab", "scam_main", "INSPECTION"),
            ("Tab", "sales_method", "DOOR_TO_DOOR"),
            ("Tab", "product", "ROOFING"),
            ("Alt+4", "age", "78"),
            ("Tab", "sex", "FEMALE"),
            ("Alt+5", "contracted_on", TYPED_DAY),
            ("Tab", "document_received_on", TYPED_DAY),
            ("Tab", "contract_yen", "148万"),
            ("Alt+7", "relation", "SELF"),
            ("Tab", "caller_name", "試験 花子"),
            ("Tab", "caller_phone", "0312345678"),
        ),
        {"main_scam": "INSPECTION", "contracted_on": DAY, "contract_yen": 1_480_000, "party_age": 78},
        without_script=True,
    ),
    Call(
        "定期購入(化粧品)、ネット通販",
        _steps(
            ("", "narrative", "初回だけのつもりの化粧品が定期購入になっていた。二回目を断りたい。"),
            ("Tab", "scam_main", "SUBSCRIPTION_TRAP"),
            ("Tab", "sales_method", "INTERNET"),
            ("Tab", "product", "COSMETICS"),
            ("Alt+4", "age", "52"),
            ("Tab", "sex", "FEMALE"),
            ("Alt+5", "contracted_on", TYPED_DAY),
            ("Tab Tab", "contract_yen", "29800"),
            ("Tab", "paid_yen", "500"),
            ("Tab", "trader_name", "架空コスメ"),
        ),
        {"sales_method": "INTERNET", "contract_yen": 29_800, "paid_yen": 500},
        disturbed="connection",
    ),
    Call(
        "ニセ警察詐欺、振り込んだ",
        _steps(
            ("", "narrative", "警察を名乗る電話とビデオ通話で捜査のためと言われ、振り込んでしまった。"),
            ("Tab", "scam_main", "FAKE_POLICE"),
            ("Alt+4", "age", "34"),
            ("Tab", "sex", "MALE"),
            ("Alt+5 Alt+5 Alt+5", "payments", "2"),
            ("Tab Tab", "transfers-0-institution", "架空銀行 本店"),
            ("Tab", "transfers-0-account", "1234567"),
            ("Tab", "transfers-0-holder", "カクウ タロウ"),
            ("Tab", "transfers-0-happened_at", TYPED_DAY),
            ("Tab", "transfers-0-yen", "300万"),
            ("Alt+7 Tab Tab", "caller_phone", "09012345678"),
        ),
        {"main_scam": "FAKE_POLICE", "party_age": 34},
    ),
    Call(
        "エステの中途解約、店舗",
        _steps(
            ("", "narrative", "脱毛エステの回数が残っているが、予約が取れないので解約したい。"),
            ("Tab", "scam_main", "BEAUTY"),
            ("Tab", "sales_method", "STORE"),
            ("Alt+4", "age", "20"),
            ("Tab", "sex", "FEMALE"),
            ("Alt+5", "contracted_on", TYPED_DAY),
            ("Tab Tab", "contract_yen", "30万"),
            ("Tab", "paid_yen", "10万"),
            ("Tab", "trader_name", "架空サロン"),
        ),
        {"main_scam": "BEAUTY", "contract_yen": 300_000, "paid_yen": 100_000},
        disturbed="session",
    ),
    Call(
        "浄水器の問合せ(情報提供、4項目)",
        _steps(
            ("", "narrative", "浄水器の点検はどのくらいの間隔で受けるものか知りたい。"),
            ("Tab Tab Tab", "product", "WATER_PURIFIER"),
            ("Alt+4", "age", "60代"),
            ("Tab", "sex", "MALE"),
        ),
        {
            "kind": "INQUIRY",
            "outcome": "INFORMATION",
            "main_scam": "UNCLASSIFIED",
            "product": "WATER_PURIFIER",
        },
        begin="Alt+i",
        most=8,
        without_script=True,
    ),
    Call(
        "サポート詐欺、電子マネー",
        _steps(
            ("", "narrative", "パソコンの警告画面の番号に電話し、電子マネーを買って番号を伝えた。"),
            ("Tab", "scam_main", "SUPPORT_SCAM"),
            ("Alt+4", "age", "67"),
            ("Tab", "sex", "MALE"),
            ("Alt+5 Tab Tab Tab", "paid_yen", "5万"),
            ("Alt+5 Alt+5", "payments", "10"),
            ("Tab", "transfers-0-kind", "EMONEY"),
            ("Tab Tab", "transfers-0-account", "A1B2C3D4"),
        ),
        {"main_scam": "SUPPORT_SCAM", "paid_yen": 50_000},
        disturbed="second call",
    ),
    Call(
        "母の次々販売、娘から",
        _steps(
            ("", "narrative", "一人暮らしの母が布団や浄水器を次々と契約している。物忘れも増えた。"),
            ("Tab", "scam_main", "SERIAL_SALES"),
            ("Tab", "sales_method", "DOOR_TO_DOOR"),
            ("Alt+4", "age", "84"),
            ("Tab", "sex", "FEMALE"),
            ("Alt+4", "care_codes", "1、13"),
            ("Alt+7", "relation", "CHILD"),
            ("Tab", "caller_name", "試験 桜"),
            ("Tab", "caller_phone", "09012345678"),
            ("Alt+7", "caller_age", "55"),
        ),
        {"relation": "CHILD", "party_age": 84, "caller_age": 55},
    ),
    Call(
        "賃貸の原状回復",
        _steps(
            ("", "narrative", "退去した部屋の壁紙の全面張り替え代を求められている。"),
            ("Tab", "scam_main", "RENTAL_RESTORATION"),
            ("Alt+4", "age", "30代"),
            ("Alt+5 Tab Tab Tab Tab", "trader_name", "架空不動産"),
            ("Alt+5", "contract_state", "CONTRACTED"),
            ("Tab Tab Tab Tab Tab", "claimed_yen", "18万"),
        ),
        {"main_scam": "RENTAL_RESTORATION", "claimed_yen": 180_000, "party_age_band": "30S"},
    ),
    Call(
        "健康食品で発疹(危害)",
        _steps(
            ("", "narrative", "ネットで買った健康食品を飲んだら発疹が出て、皮膚科に通っている。"),
            ("Tab", "scam_main", "HEALTH_CLAIM"),
            ("Tab", "sales_method", "INTERNET"),
            ("Alt+3 Alt+3", "harm", "HARM"),
            ("Tab", "harm_kind", "SKIN"),
            ("Tab", "harm_part", "SKIN_WIDE"),
            ("Tab", "harm_degree", "ONE_WEEK"),
            ("Alt+4", "age", "61"),
            ("Tab", "sex", "FEMALE"),
        ),
        {"harm": "HARM", "harm_kind": "SKIN", "harm_degree": "ONE_WEEK"},
    ),
    Call(
        "同じ手口でもう1件(波)",
        _steps(
            ("", "narrative", "近所でも同じ屋根点検の業者が来て、契約を迫られたという。"),
            ("Alt+4", "age", "71"),
        ),
        {"main_scam": "INSPECTION", "sales_method": "DOOR_TO_DOOR", "product": "ROOFING", "party_age": 71},
        begin="Alt+s",
        most=5,
    ),
)
