"""What a guide puts between 「 and 」 stands on a screen in the same words, or is an example of what one types."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
EXAMPLES: Final = {"10時", "気になる人がいる", "今月12件", "2人組", "約100枚"}


def words_of_screens() -> str:
    catalogue = (ROOT / "config/locale/en/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    return "\n".join(re.findall(r'^(?:msgid )?"(.*)"$', catalogue, re.MULTILINE))


def test_the_words_of_the_outreach_guide_are_those_of_the_screens() -> None:
    guide = (ROOT / "docs/outreach-guide.md").read_text(encoding="utf-8")
    quoted = set(re.findall(r"「([^「」]+)」", guide))
    screens = words_of_screens()

    assert len(quoted) > 100
    assert {word for word in quoted - EXAMPLES if word not in screens} == set()
    assert quoted >= EXAMPLES
