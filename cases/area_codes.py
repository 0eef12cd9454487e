"""Area codes of Japanese telephone numbers in short form.

Source: 総務省 固定電話の電気通信番号 (市外局番の一覧), 電気通信番号計画 for the service prefixes.
"""

_TWO = "03 04 06"
_THREE = """
011 015 017 018 019 022 023 024 025 026 027 028 029 042 043 044 045 046 047 048 049 052 053 054 055 058 059
072 073 075 076 077 078 079 082 083 084 086 087 088 089 092 093 095 096 097 098 099
"""
# Three digits, then the fourth digits that make a code of four.
_FOUR = """
012:3456 013:3456789 014:23456 015:2345678 016:234567 017:23456789 018:234567 019:1234578 022:0345689 023:34578
024:01234678 025:0456789 026:01345789 027:046789 028:02345789 029:134567 9 042:28 043:689 046:034567 9 047:056789
048:0 049:345 053:123678 9 054:4578 055:013467 8 056:123456789 057:2345678 058:14567 059:456789 072:15 073:56789
074:0234567 89 076:1235678 077:0123468 9 079:01456789 082:034567 89 083:345678 084:5678 085:2345678 9 086:356789
087:5 79 088:034579 089:2345678 092:0 093:0 094:02346789 095:024567 9 096:456789 097:234789 098:0234567 099:34567
"""
_FIVE = """
01267 01372 01374 01377 01392 01397 01398 01456 01457 01466 01547 01558 01564 01586 01587 01632 01634 01635 01648
01654 01655 01656 01658 04992 04994 04996 04998 05769 05979 07468 08387 08388 08396 08477 08512 08514 09496 09802
09912 09913 09969
"""
# Numbers that begin like a longer code but belong to a shorter one (上越 025-5, 東広島 082-4, 所沢 04-29 …).
_SHORTER = """
01548:015 02552:025 02553:025 02554:025 02575:025 02576:025 02577:025 02578:025 02579:025
07942:079 07943:079 07944:079 07945:079 07949:079 07950:079 07955:079 07956:079 07959:079 08242:082 08243:082
04290:04 04291:04 04292:04 04293:04 04294:04 04295:04 04296:04 04299:04 04709:04 0471:04
"""
_ELEVEN = frozenset({"020", "050", "060", "070", "080", "090"})
_TEN_SERVICE = frozenset({"0120", "0570", "0990"})


def _fixed_codes() -> dict[str, str]:
    codes = {code: code for code in (*_TWO.split(), *_THREE.split(), *_FIVE.split())}
    prefix = ""
    for word in _FOUR.split():
        head, _, fourths = word.partition(":")
        prefix, fourths = (head, fourths) if fourths else (prefix, head)
        codes.update({prefix + fourth: prefix + fourth for fourth in fourths})
    codes.update({head: code for head, _, code in (word.partition(":") for word in _SHORTER.split())})
    return codes


_FIXED = _fixed_codes()


def area_code(digits: str) -> str | None:
    """The area code or service prefix of a whole number; None where length and prefix fit no Japanese number."""
    if len(digits) == 11:
        if digits.startswith("0800"):
            return "0800"
        return digits[:3] if digits[:3] in _ELEVEN else None
    if len(digits) != 10:
        return None
    if digits[:4] in _TEN_SERVICE:
        return digits[:4]
    for length in (5, 4, 3, 2):
        if code := _FIXED.get(digits[:length]):
            return code
    return None
