"""What is looked at before a bulletin goes out, each in words: it passes, it is worth a second look, or it stops.

What stops here is refused by `services` as well; what only warns is for the writer and the approver to decide.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.held import Held
from outreach.bulletins import counts, examples
from outreach.bulletins.models import Bulletin
from outreach.bulletins.outputs.sentences import sentences
from outreach.bulletins.paper import document_of
from outreach.bulletins.rules import Rules, rules_of
from outreach.bulletins.services import suggestions, wanting

_pages: Final = Held[int](3600)


class Level(StrEnum):
    FINE = "fine"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True)
class Check:
    """`details`: the places that it is about, as they stand in the text."""

    title: str
    level: Level
    words: str
    details: list[str] = field(default_factory=list)

    @property
    def level_name(self) -> str:
        return {Level.FINE: _("よい"), Level.WARN: _("見直す"), Level.STOP: _("出せない")}[self.level]


def checks(bulletin: Bulletin) -> list[Check]:
    """Everything but the large print, which takes the typesetter (`large_print`)."""
    rules = rules_of(bulletin.centre)
    return [whole(bulletin), numbers(bulletin), persons(bulletin), wording(bulletin), ease(bulletin, rules)]


def whole(bulletin: Bulletin) -> Check:
    """Nothing is missing, masked or counted by hand; 188 stands on every bulletin by itself."""
    faults = list(dict(wanting(bulletin)).values())
    if faults:
        return Check(_("そろっているもの"), Level.STOP, _("このままでは確認を依頼できません。"), faults)
    return Check(_("そろっているもの"), Level.FINE, _("事例、助言、気づきのポイント、188がそろっています。"))


def numbers(bulletin: Bulletin) -> Check:
    """Counts of cases come from the gate alone; other numbers somebody looks at."""
    title = _("数字")
    if found := [number for text in bulletin.words if (number := counts.cases_typed_in(text))]:
        return Check(
            title, Level.STOP, _("相談の件数が本文に書かれています。件数の欄で選んでください。"), found
        )
    if found := [number for text in bulletin.words for number in counts.numbers_typed_in(text)]:
        return Check(title, Level.WARN, _("相談の件数かもしれない数があります。"), found)
    if bulletin.period == Bulletin.Period.NONE:
        return Check(title, Level.FINE, _("件数は載りません。"))
    if counts.is_awaited(bulletin):
        return Check(title, Level.FINE, _("件数は、確認を依頼した後に判定します。"))
    if shown := counts.sentence(bulletin):
        return Check(title, Level.FINE, _("判定を通った数だけが載ります。"), [shown])
    return Check(title, Level.WARN, _("件数は、判定を通らなかったため載りません。"))


def persons(bulletin: Bulletin) -> Check:
    """What redaction takes for a person. What it is sure of is masked already when the text is saved."""
    title = _("個人情報")
    if found := [word for _label, words in suggestions(bulletin) for word in words]:
        only_numbers = {number for text in bulletin.words for number in counts.numbers_typed_in(text)}
        if found := [word for word in found if word not in only_numbers]:
            return Check(title, Level.WARN, _("個人情報かもしれない部分があります。"), found)
    return Check(title, Level.FINE, _("個人情報らしい部分は見つかりませんでした。"))


def wording(bulletin: Bulletin) -> Check:
    """A story is told in words of its own: one that can be found again names its person."""
    title, share = _("自分の言葉"), examples.closeness(bulletin)
    if share >= examples.COPIED:
        return Check(title, Level.STOP, _("事例が、もとの文のままです。自分の言葉で書き直してください。"))
    if share >= examples.CLOSE:
        return Check(title, Level.WARN, _("事例が、もとの文とよく似ています。"))
    return Check(title, Level.FINE, _("事例は、もとの文の写しではありません。"))


def ease(bulletin: Bulletin, rules: Rules) -> Check:
    """Length of sentences and share of kanji, against the centre's own numbers."""
    title = _("読みやすさ")
    long = [line for line in _sentences(bulletin) if len(line) > rules.sentence_letters]
    kanji = kanji_percent("".join(bulletin.words))
    told = []
    if long:
        told.append(
            ngettext(
                "%(most)d字を超える文が%(n)dつあります。",
                "%(most)d字を超える文が%(n)dつあります。",
                len(long),
            )
            % {"most": rules.sentence_letters, "n": len(long)}
        )
    if kanji > rules.kanji_percent:
        told.append(
            _("漢字が%(percent)d%%です(目安は%(most)d%%まで)。")
            % {"percent": kanji, "most": rules.kanji_percent}
        )
    if told:
        return Check(title, Level.WARN, " ".join(told), long)
    longest = max((len(line) for line in _sentences(bulletin)), default=0)
    return Check(
        title,
        Level.FINE,
        _("いちばん長い文は%(longest)d字、漢字は%(percent)d%%です。")
        % {"longest": longest, "percent": kanji},
    )


def _sentences(bulletin: Bulletin) -> Iterator[str]:
    for text in bulletin.words:
        yield from sentences(text)


def kanji_percent(text: str) -> int:
    """Kanji of all letters and digits, rounded down; 0 for a text without any."""
    letters = [letter for letter in text if unicodedata.category(letter)[0] in "LN"]
    kanji = sum(1 for letter in letters if is_kanji(letter))
    return 100 * kanji // len(letters) if letters else 0


def is_kanji(letter: str) -> bool:
    return letter == "々" or unicodedata.name(letter, "").startswith("CJK UNIFIED")


def large_print(bulletin: Bulletin) -> Check:
    """Whether the large print fits the pages that the centre wants. Takes the typesetter, about a second."""
    most = rules_of(bulletin.centre).large_pages
    pages = _pages.get((bulletin.uid, bulletin.digest, bulletin.state), lambda: _pages_of(bulletin))
    given = {"n": pages, "most": most}
    if pages > most:
        return Check(
            _("大きな文字"),
            Level.WARN,
            _("大きな文字では%(n)dページになります(目安は%(most)dページまで)。短くしてください。") % given,
        )
    return Check(_("大きな文字"), Level.FINE, _("大きな文字で%(n)dページに収まります。") % given)


def _pages_of(bulletin: Bulletin) -> int:
    import pypdfium2  # loads a library: only where pages are counted

    from consult.shell.paper.pdf import at_once

    with pypdfium2.PdfDocument(at_once(document_of(bulletin, is_large=True))) as paper:
        return len(paper)
