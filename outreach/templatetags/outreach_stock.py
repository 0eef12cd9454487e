"""The materials of a lecture, for its page."""

import uuid
from typing import Any

from django import template

from outreach.stock.models import StockMovement

register = template.Library()


@register.inclusion_tag("outreach/stock/of_lecture.html")
def lecture_materials(lecture: uuid.UUID) -> dict[str, Any]:
    """What was used and handed out there, with a word where a version has been withdrawn. One query.

    The page has found the lecture in its reader's scope.
    """
    return {"rows": list(StockMovement.objects.of_lecture(lecture)), "lecture_uid": lecture}
