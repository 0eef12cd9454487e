"""Where money goes, in one spelling: bank accounts, ゆうちょ by 記号番号, crypto addresses, numbers of e-money.

Pure. Two callers tell one account in different ways; the number decides where to look, bank and branch decide then.
"""

import re
from dataclasses import dataclass
from typing import Final

from cases import spelling

BANK, CRYPTO, EMONEY = "BANK", "CRYPTO", "EMONEY"
KINDS: Final = (BANK, CRYPTO, EMONEY)
YUCHO: Final = "ユウチョ"
LONGEST: Final = 200

_DASHES: Final = {ord(dash): "-" for dash in spelling.DASHES if dash not in "ーｰ"}
_KANJI_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_HOUSES: Final = (
    ("信用金庫", "信金"), ("信用組合", "信組"), ("労働金庫", "労金"), ("農業協同組合", "農協"),
    ("漁業協同組合", "漁協"), ("信用農業協同組合連合会", "信連"),
)  # fmt: skip
_BANK_AND_BRANCH: Final = re.compile(
    r"(?P<bank>.+?(?:銀行|信金|信組|労金|農協|漁協|信連|バンク))(?P<branch>.*)"
    r"|(?P<bare>[^\s・/,、]+)[\s・/,、]*(?P<rest>.*)"
)
_POST: Final = re.compile(r"ゆうちょ|ユウチョ|ﾕｳﾁｮ|郵貯|郵便貯金|郵便局")


@dataclass(frozen=True)
class Payee:
    """One account, address or number. `branch` is three digits or a name; empty parts were not told. Never logged."""

    kind: str
    number: str
    bank: str = ""
    branch: str = ""

    def __repr__(self) -> str:
        return "<Payee>"

    @property
    def key(self) -> str:
        """What the look-up is keyed by: without bank and branch, which callers often do not know."""
        return f"{self.kind}:{self.number}"

    def may_be(self, other: "Payee") -> bool:
        """Whether nothing that both tell speaks against one account. A branch by name says nothing against a code."""
        return (
            self.key == other.key
            and _agree(self.bank, other.bank)
            and (_agree(self.branch, other.branch) or self.branch.isdigit() != other.branch.isdigit())
        )

    def is_surely(self, other: "Payee") -> bool:
        """Whether both tell the same whole account."""
        return self == other and (self.kind != BANK or bool(self.bank and self.branch))


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def read(kind: str, institution: str, account: str) -> Payee | None:
    """What was told, normalised; None where there is no number to look for."""
    if max(len(institution), len(account)) > LONGEST:
        return None
    match kind:
        case "CRYPTO":
            return _crypto(account)
        case "EMONEY":
            letters = re.sub(r"[\W_]", "", spelling.width(account).upper())
            return Payee(EMONEY, letters) if len(letters) >= 6 else None
    return _post(institution, account) or _bank(institution, account)


def _crypto(account: str) -> Payee | None:
    """An address: hexadecimal and bech32 ones do not heed capitals, the others do."""
    plain = "".join(spelling.width(account).split()).partition(":")
    address = plain[2] or plain[0]
    if not re.fullmatch(r"[0-9A-Za-z]{20,100}", address):
        return None
    if re.fullmatch(r"0[xX][0-9a-fA-F]{40}|(?:bc1|BC1|ltc1|LTC1|addr1)[0-9A-Za-z]+", address):
        address = address.lower()
    return Payee(CRYPTO, address)


def _digits(text: str) -> str:
    return spelling.width(text).translate(_DASHES).translate(_KANJI_DIGITS)


def _post(institution: str, account: str) -> Payee | None:
    """A 記号番号 of ゆうちょ as the branch and number that banks use for it (振替口座 begin with 0)."""
    is_post = bool(_POST.search(spelling.width(f"{institution}{account}"))) or "記号" in account
    runs = re.findall(r"\d+", _digits(account))
    if len(runs) == 1 and len(runs[0]) == 13:
        runs = [runs[0][:5], runs[0][5:]]
    if not is_post or len(runs) < 2 or not re.fullmatch(r"[01]\d{4}", runs[0]) or len(runs[-1]) > 8:
        return None
    symbol, number = runs[0], runs[-1]
    if symbol.startswith("1"):
        # 総合口座: the last digit of the 番号 is always 1 and falls away.
        return Payee(BANK, number[:-1].zfill(7)[-7:], YUCHO, f"{symbol[1:3]}8") if len(number) > 1 else None
    return Payee(BANK, number.zfill(7)[-7:], YUCHO, f"{symbol[1:3]}9")


def _bank(institution: str, account: str) -> Payee | None:
    runs = re.findall(r"\d+", _digits(account))
    if not runs or not 4 <= len(runs[-1]) <= 8:
        joined = "".join(runs)
        if not 4 <= len(joined) <= 8:
            return None
        runs = [joined]
    bank, branch = _house(institution)
    if not branch and len(runs) > 1 and len(runs[-2]) == 3:
        branch = runs[-2]  # 「018-1234567」
    return Payee(BANK, runs[-1].zfill(7), bank, branch)


def _house(institution: str) -> tuple[str, str]:
    """Bank and branch of what was written as one text: 「みどり銀行 北町支店」."""
    plain = spelling.width(institution).strip()
    if _POST.search(plain):
        digits = re.search(r"(\d{3})", _digits(_POST.sub("", plain)))
        return YUCHO, digits[1] if digits else ""
    for long, short in _HOUSES:
        plain = plain.replace(long, short)
    found = _BANK_AND_BRANCH.match(plain)
    if found is None:
        return "", ""
    bank = (found["bank"] or found["bare"] or "").removesuffix("銀行")
    branch = found["branch"] if found["bank"] else found["rest"]
    return _name(bank), _branch(branch or "")


def _branch(text: str) -> str:
    if digits := re.search(r"(?<!\d)(\d{3})(?!\d)", _digits(text)):
        return digits[1]
    return _name(re.sub(r"(?:本店営業部|本店)$", "本店", re.sub(r"(?:支店|出張所|支所)$", "", text.strip())))


def _name(text: str) -> str:
    plain = "".join(spelling.width(text).split()).casefold()
    return spelling.large_kana(spelling.katakana(spelling.variant_kanji(plain)))
