"""A right as people see it: the sentence to read out, its reason, what to ask, the form of notice, other rights."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from cases.law import rights
from cases.law.rights import CHOICE_LABELS, Assessment, Facts, words

SOON: Final = 3
"""Days left from which a right is shown in red."""


@dataclass(frozen=True)
class Shown:
    """One right for a page."""

    transaction: str
    label: str
    read_out: str
    reason: str
    days_left: int | None
    is_soon: bool
    forms: list[str]
    questions: list[str]


def shown(facts: Facts, answer: Assessment) -> Shown:
    left = answer.days_left if answer.days_left is not None and answer.days_left >= 0 else None
    is_open = answer.right != "no" and answer.situation != "BEFORE_COVERAGE"
    return Shown(
        transaction=facts.transaction,
        label=str(CHOICE_LABELS.get(facts.transaction, "")),
        read_out=words.read_out(answer),
        reason=words.reason(answer),
        days_left=left,
        is_soon=left is not None and left <= SOON and answer.right != "no",
        forms=[str(words.FORM_LABELS[form]) for form in answer.notice_form] if is_open else [],
        questions=words.questions(answer),
    )


def context(given: Iterable[tuple[Facts, Assessment]]) -> dict[str, Any]:
    """What the templates of rights take: each caution and each other right once."""
    pairs = list(given)
    others = dict.fromkeys(
        (str(words.OTHER_LABELS[other.kind]), words.other_sentence(other, facts.as_of))
        for facts, answer in pairs
        for other in answer.other_rights
    )
    return {
        "rights": [shown(facts, answer) for facts, answer in pairs],
        "cautions": list(dict.fromkeys(text for _facts, answer in pairs for text in answer.cautions)),
        "others": list(others),
    }


def assessed(facts: Iterable[Facts]) -> list[tuple[Facts, Assessment]]:
    return [(one, rights.assess(one)) for one in facts]
