"""A text as the detectors read it, and the way back to the characters as typed."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cases.spelling import VARIANTS

_MARK = (
    r"\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\ufeff\uff9e\uff9f"
    r"\U000e0000-\U000e01ef"
)
# What normalises to one character by itself; everything else takes the slow road below.
_PLAIN = (
    r"\t-\r -~\u2010-\u2015\u2018-\u201f\u2190-\u21ff\u2212\u25a0-\u266f\u3000-\u3029\u3030-\u3035"
    r"\u303b-\u3096\u309d\u309e\u30a0-\u30fe\u3400-\u9fff\uff01-\uff9d"
)
_SLOW = re.compile(f"[^{_PLAIN}]|.(?=[{_MARK}])", re.DOTALL)
# At most 16 marks at once: canonical ordering takes quadratic time.
_CLUSTER = re.compile(f"[^{_MARK}][{_MARK}]{{1,16}}|[^{_PLAIN}]", re.DOTALL)
_INVISIBLE = re.compile(
    r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BLANK = re.compile(r"\s+")

# These are everyday forms or tell a name from a place (一斉, 大嶋): folding them would mislead the analysis of words.
_RARE_VARIANTS = {code: kept for code, kept in VARIANTS.items() if chr(code) not in "斉龍嶋嶌冨檜條"}
_WIDTHS = {
    code: plain
    for code in (*range(0x3000, 0x3040), *range(0xFF01, 0xFF9E), *range(0xF900, 0xFAFF))
    if len(plain := unicodedata.normalize("NFKC", chr(code))) == 1 and plain != chr(code)
}
_ONE_FOR_ONE = {**_RARE_VARIANTS, **_WIDTHS, 0xFF5E: "〜"}


@dataclass(frozen=True, slots=True)
class View:
    """`text` is NFKC with rare variant kanji folded and invisible marks left out.

    `starts[i]` and `ends[i]` bound the typed characters behind `text[i]`; both are None where places are equal.
    """

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """A half-open, non-empty range of this view as a range of the text below it."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def without_blanks(self) -> "View":
        """The same view with blanks and line ends left out; ranges lead back to this view, not to the typed text."""
        if not _BLANK.search(self.text):
            return View(self.text)
        places = [at for at, letter in enumerate(self.text) if not letter.isspace()]
        return View("".join([self.text[at] for at in places]), places, [at + 1 for at in places])


def view_of(text: str) -> View:
    """Read a text of any length and content, lone surrogates included, in linear time."""
    if not _SLOW.search(text):
        return View(text.translate(_ONE_FOR_ONE))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for cluster in _CLUSTER.finditer(text):
        begin, end = cluster.span()
        parts.append(text[done:begin])
        starts.extend(range(done, begin))
        ends.extend(range(done + 1, begin + 1))
        normal = _normal(cluster.group())
        parts.append(normal)
        starts.extend([begin] * len(normal))
        ends.extend([end] * len(normal))
        done = end
    parts.append(text[done:])
    starts.extend(range(done, len(text)))
    ends.extend(range(done + 1, len(text) + 1))
    return View("".join(parts).translate(_ONE_FOR_ONE), starts, ends)


def _normal(cluster: str) -> str:
    visible = _INVISIBLE.sub("", _SURROGATE.sub("\ufffd", cluster))
    return unicodedata.normalize("NFKC", visible)
