"""An open case keeps the keys of its year: they are not destroyed under the hands of whoever works on it."""

from django.utils.translation import gettext_noop

from cases.protection.keys import destruction
from cases.protection.keys.kek import Kek
from cases.protection.keys.rotation import rows_of
from cases.records.case import Case


def register() -> None:
    destruction.object_if(gettext_noop("対応中の相談"), count)


def count(kek: Kek) -> int:
    """Open cases whose data key this KEK wraps."""
    uids = rows_of(kek).filter(owner_kind=Case.OWNER_KIND).values("owner_uid")
    return Case.objects.open().filter(uid__in=uids).count()
