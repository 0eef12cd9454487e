"""Personal data that has a form: telephone, e-mail, card, account, birth date. No lists of persons, no dictionary.

Read on a `View`: full width is already ASCII there, but ー − ‐ – — 〜 stand as typed.
Every expression is bounded, so that no text takes more than linear time.
"""

import re
from collections.abc import Iterator

from cases.area_codes import area_code
from cases.protection.redaction.masks import ACCOUNT, AUTO, BIRTH_DATE, CARD, EMAIL, PHONE, Span

_DASH = "-‐‑‒–—―−ー~〜"
_HAS_DIGIT = re.compile(r"[0-9〇一二三四五六七八九]")

# A run of digits in groups, joined by at most three characters that may stand inside a number.
DIGIT_RUN = re.compile(
    rf"(?<![0-9])\+?\(?[0-9]{{1,20}}(?:[{_DASH}./() \u00a0]{{1,3}}[0-9]{{1,20}}){{0,40}}(?![0-9])"
)
_DIGITS = re.compile(r"[0-9]+")
_PHONE_CUE = re.compile(
    r"(?:電話|TEL|Tel|tel|☎|携帯|連絡先|着信|発信|通知|FAX|Fax)(?:番号)?[^0-9\n。番]{0,12}$"
)
_OTHER_CUE = re.compile(
    r"(?:型番|品番|型式|製番|機種|シリアル|S/N|ISBN|JAN|ID|No\.?|NO\.?|[^\s、。]番号|ナンバー|コード|第)[^0-9A-Za-z\n。、]{0,4}$"
)
_UNIT_AFTER = re.compile(r"\s?(?:[円年%％個点件回台枚名歳才]|万|億|kg|km|cm|mm|yen|,[0-9]{3})")


def spans_of_patterns(text: str) -> Iterator[Span]:
    """Sure spans of every listed pattern in a view's text; they may overlap."""
    if "@" in text:
        yield from _emails(text)
    if not _HAS_DIGIT.search(text):
        return
    for run in DIGIT_RUN.finditer(text):
        yield from _numbers(text, run)
    yield from _accounts(text)
    yield from _birth_dates(text)


# --- e-mail

_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+$")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}")


def _emails(text: str) -> Iterator[Span]:
    at = text.find("@")
    while at >= 0:
        domain = _DOMAIN.match(text, at + 1)
        if domain:
            # Backwards by hand: a search for a pattern that ends here would try every start.
            start = at
            while start > 0 and at - start < 64 and _LOCAL.match(text[start - 1]):
                start -= 1
            if start < at:
                yield Span(start, domain.end(), EMAIL, AUTO)
        at = text.find("@", at + 1)


# --- telephone and card

_MOBILE = frozenset({"070", "080", "090"})


def _numbers(text: str, run: re.Match[str]) -> Iterator[Span]:
    groups = [group.span() for group in _DIGITS.finditer(text, run.start(), run.end())]
    first = 0
    while first < len(groups):
        taken = _card_at(text, groups, first) or _phone_at(text, groups, first)
        if taken is None:
            first += 1
            continue
        kind, last = taken
        start, end = groups[first][0], groups[last][1]
        yield Span(with_opening(text, start, end) if kind == PHONE else start, end, kind, AUTO)
        first = last + 1


def with_opening(text: str, start: int, end: int) -> int:
    """Where a number begins with its plus sign and with the bracket that is closed inside it: (03)1234-5678."""
    number = text[start:end]
    if start and text[start - 1] == "(" and number.count(")") > number.count("("):
        start -= 1
    return start - 1 if start and text[start - 1] == "+" else start


def _phone_at(text: str, groups: list[tuple[int, int]], first: int) -> tuple[str, int] | None:
    start = groups[first][0]
    international = text[max(0, start - 1) : start] == "+"
    before = text[max(0, start - 24) : start].rstrip("(+")
    if _glued(before) and not _PHONE_CUE.search(before):
        return None
    digits = ""
    for last in range(first, min(first + 6, len(groups))):
        digits += text[slice(*groups[last])]
        if len(digits) > 15:
            break
        if _is_phone(text, groups[first : last + 1], digits, international) and not _broken_after(
            text, groups, last
        ):
            mobile = digits[:3] in _MOBILE and last > first
            if not mobile and _OTHER_CUE.search(before) and not _PHONE_CUE.search(before):
                return None
            return PHONE, last
    return None


def _is_phone(text: str, groups: list[tuple[int, int]], digits: str, international: bool) -> bool:
    if international:
        if not digits.startswith("81"):
            return len(groups) > 1 and 9 <= len(digits) <= 15
        digits = "0" + digits[2:].removeprefix("0")
    code = area_code(digits)
    if code is None:
        return False
    if len(groups) == 1:
        return True
    lengths = [end - start for start, end in groups]
    if international:
        return lengths[-1] >= 3
    # 03-1234-5678, 0423-22-1234 (an old code), 090 12345678, 0120-123-456, 0120-12-3456; never 0312-2024-11.
    ends_well = (
        lengths[-1] == 4 or (len(code) == 4 and lengths[-1] == 3) or (len(groups) == 2 and lengths[-1] >= 6)
    )
    return lengths[0] >= 2 and ends_well and len(groups) <= 4


def _broken_after(text: str, groups: list[tuple[int, int]], last: int) -> bool:
    """Whether the number goes on: a further group behind a dash, a letter, or a unit such as 円."""
    end = groups[last][1]
    after = text[end : end + 6]
    if last + 1 < len(groups) and re.match(rf"[{_DASH}][0-9]", after):
        return True
    return bool(_UNIT_AFTER.match(after) or re.match(r"-?[A-Za-z]{2}", after))


def _glued(before: str) -> bool:
    """Whether a number hangs on a letter, a digit or a dash before it, as part of a longer code."""
    return bool(re.search(rf"[A-Za-z][{_DASH}_.]?$|[0-9][{_DASH}._,]$", before))


_CARD_CUE = re.compile(r"カード(?:番号|ナンバー|情報)?[^0-9\n。]{0,6}$")
_CARD_GROUPS = {(16,), (4, 4, 4, 4), (15,), (4, 6, 5), (14,), (4, 6, 4)}
_BRANDS = re.compile(
    r"(?:4[0-9]{15}|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}|62[0-9]{14}"
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11})"
)


def _card_at(text: str, groups: list[tuple[int, int]], first: int) -> tuple[str, int] | None:
    lengths = tuple(end - start for start, end in groups[first : first + 4])
    for count in (1, 3, 4):
        if len(lengths) < count or lengths[:count] not in _CARD_GROUPS:
            continue
        last = first + count - 1
        digits = "".join(text[slice(*group)] for group in groups[first : last + 1])
        before = text[max(0, groups[first][0] - 24) : groups[first][0]]
        if _CARD_CUE.search(before):
            return CARD, last
        refused = _glued(before) or _OTHER_CUE.search(before) or _broken_after(text, groups, last)
        if _BRANDS.fullmatch(digits) and _luhn(digits) and not refused:
            return CARD, last
    return None


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


# --- account

_NUMBER = rf"[0-9](?:[{_DASH} ]?[0-9]){{3,9}}"
_ACCOUNT = re.compile(
    rf"(?:口座番号|口座(?:No\.?)?|普通(?:預金)?(?:口座)?|当座(?:預金)?|貯蓄(?:預金)?|通常貯金|総合口座|\((?:普|当|貯)\)|番号)"
    rf"(?:は|が|の|:|、|,|/|\s|番号|口座|No\.?|「|『|\(){{0,4}}({_NUMBER})(?![0-9])"
)
_SYMBOL = re.compile(rf"記号\s?[:は]?\s?([01][0-9]{{4}})(?![0-9])([^0-9\n。]{{0,8}}({_NUMBER})(?![0-9]))?")
_BRANCH = re.compile(
    rf"(?:銀行|信用金庫|信金|信用組合|農協|支店|本店|出張所)[^0-9\n。]{{0,12}}({_NUMBER})(?![0-9])"
)
_BEFORE_NUMBER = ("口座", "銀行", "支店", "普通", "記号")


def _accounts(text: str) -> Iterator[Span]:
    for symbol in _SYMBOL.finditer(text):
        yield Span(*symbol.span(1), ACCOUNT, AUTO)
        if symbol.group(3) and not _UNIT_AFTER.match(text, symbol.end()):
            yield Span(*symbol.span(3), ACCOUNT, AUTO)
    for pattern in (_ACCOUNT, _BRANCH):
        for account in pattern.finditer(text):
            start, end = account.span(1)
            length = sum(letter.isdigit() for letter in account.group(1))
            if not 6 <= length <= 8 or _UNIT_AFTER.match(text, end):
                continue
            nearby = text[max(0, account.start() - 30) : account.start()]
            if account.group().startswith("番号") and not any(cue in nearby for cue in _BEFORE_NUMBER):
                continue
            yield Span(start, end, ACCOUNT, AUTO)


# --- birth date

_N = r"[0-9〇元一二三四五六七八九十]{1,4}"
_ERA = r"(?:明治|大正|昭和|平成|令和|[MTSHR])\.?\s?"
_DATE = (
    rf"(?:(?:{_ERA})?{_N}\s?年\s?{_N}\s?月\s?{_N}\s?日|(?:{_ERA})?{_N}\s?[{_DASH}./]\s?[0-9]{{1,2}}\s?[{_DASH}./]\s?[0-9]{{1,2}}"
    rf"|(?:{_ERA})?{_N}\s?年(?:\s?{_N}\s?月)?|(?:19|20)[0-9]{{6}}|{_N}\s?月\s?{_N}\s?日|{_ERA}[0-9]{{1,2}})(?![0-9])"
)
_BORN_AFTER = re.compile(
    rf"(?<![0-9])({_DATE})\s?[(（]?(?:[^()。\n]{{1,12}}[)）])?\s?(?:[(（]?生(?:まれ|れ|(?=[\s、。,.)）」』・の]|$))|うまれ|が誕生日|が生年月日)"
)
_BORN_BEFORE = re.compile(
    rf"(?:生年月日|誕生日|誕生年月日|生まれ(?:は|た年は)|DOB)[^0-9〇元一二三四五六七八九十。\n]{{0,10}}?({_DATE})"
)
_BIRTH_WORD = re.compile("生|うまれ|DOB")


def _birth_dates(text: str) -> Iterator[Span]:
    if not _BIRTH_WORD.search(text):
        return
    for pattern in (_BORN_AFTER, _BORN_BEFORE):
        for date in pattern.finditer(text):
            yield Span(*date.span(1), BIRTH_DATE, AUTO)
