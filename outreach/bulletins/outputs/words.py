"""The words of a bulletin as every short output takes them, in Japanese whatever the reader of the page prefers.

They go to the public. A number is among them only once it was released for the public: what the gate would let out
stays on the pages of staff, and an exact number for members stays with members.
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from outreach.bulletins import counts
from outreach.bulletins.models import Bulletin
from outreach.bulletins.outputs.sentences import sentences

EXAMPLE: Final = "example"
COUNT: Final = "count"
ADVICE: Final = "advice"
SIGNS: Final = "signs"


@dataclass(frozen=True)
class Words:
    """`groups`: sentences by part, in the order in which they are read."""

    title: str
    centre: str
    is_draft: bool
    groups: dict[str, list[str]]


def words_of(bulletin: Bulletin) -> Words:
    """What may be said of the bulletin outside, cut into sentences."""
    with translation.override(settings.LANGUAGE_CODE):
        count = counts.sentence_for(bulletin, Bulletin.Audience.PUBLIC)
    return Words(
        title=bulletin.title,
        centre=bulletin.centre.name,
        is_draft=bulletin.state != Bulletin.State.ISSUED,
        groups={
            EXAMPLE: [sentence for example in bulletin.examples for sentence in sentences(example)],
            COUNT: sentences(count),
            ADVICE: [sentence for line in bulletin.advice for sentence in sentences(line)],
            SIGNS: [sentence for line in bulletin.signs for sentence in sentences(line)],
        },
    )


def group_name(group: str) -> str:
    """What a part is called on the page that tells what was left out."""
    return {
        EXAMPLE: _("事例"),
        COUNT: _("件数"),
        ADVICE: _("ひとこと助言"),
        SIGNS: _("気づきのポイント"),
    }[group]
