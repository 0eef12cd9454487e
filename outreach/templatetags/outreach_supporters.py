"""The supporters who took part in a lecture, for its page."""

import uuid
from typing import Any

from django import template

from outreach.supporters.models import Supporter, SupporterActivity

register = template.Library()


@register.inclusion_tag("outreach/supporters/of_lecture.html")
def lecture_supporters(lecture: uuid.UUID) -> dict[str, Any]:
    """Who took part, by number, and as what; nothing of a person. One query.

    The page has found the lecture in its reader's scope.
    """
    rows = SupporterActivity.objects.filter(lecture__uid=lecture).order_by("supporter__number", "kind")
    sealed = (f"supporter__{name}" for name in Supporter.SEALED)
    return {"rows": list(rows.select_related("supporter").defer(*sealed))}
