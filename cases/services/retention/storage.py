"""The database's own files: what was deleted in a transaction is also gone from them.

SQLite overwrites deleted rows with zeros (`secure_delete`), but the old pages stay in the write-ahead log until a
checkpoint empties it. PostgreSQL leaves dead rows in the heap; the tables of wrapped keys and of copies for
citizens' requests are rewritten, everything else of an erased case is ciphertext without a key. PostgreSQL's own log
keeps old pages until its segments are used again (`max_wal_size`, archives): that is a copy like a backup, and the
guide says so.
"""

import time
from typing import ClassVar, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection.models import DataKey
from cases.records.requests import RequestPart
from cases.records.tombstone import Tombstone

# A save waits behind the rewriting of the keys; longer than this the rewriting gives way and comes round again.
_LOCK_WAIT: Final = "5s"


_TRIES: Final = 50
_PAUSE: Final = 0.1
_OLDER_READERS: Final = """
    SELECT (SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
              AND (age(backend_xmin) > age(%s::xid) OR age(backend_xid) > age(%s::xid)))
         + (SELECT count(*) FROM pg_prepared_xacts
            WHERE database = current_database() AND age(transaction) > age(%s::xid))
         + (SELECT count(*) FROM pg_replication_slots WHERE age(xmin) > age(%s::xid))
"""
# Wrapped keys; and what other rooms keep of a case under a key that outlives it.
_REWRITTEN: Final = (DataKey, RequestPart)


class FilesNotClean(CasesError):
    """Somebody was reading an older state, or the database leaves deleted bytes where they are."""

    code: ClassVar[str] = "files_not_clean"
    status: ClassVar[int] = 503

    def __init__(self) -> None:
        super().__init__(
            _("データベースのファイルから、消した記録をまだ除けていません。あとでもう一度行います。")
        )


def clean() -> None:
    """Take what was deleted out of the files. Outside a transaction; raises FilesNotClean, OperationalError."""
    if connection.in_atomic_block:
        raise RuntimeError("files are cleaned outside transactions")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA secure_delete")
            is_secure = cursor.fetchone()[0] == 1
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = cursor.fetchone()[0]
            if is_busy or not is_secure:
                raise FilesNotClean
        else:
            _wait_for_older_readers(cursor)
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [_LOCK_WAIT])
            try:
                for model in _REWRITTEN:
                    cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(model._meta.db_table)}")
            finally:
                cursor.execute("SELECT set_config('lock_timeout', '0', false)")


def _wait_for_older_readers(cursor: CursorWrapper) -> None:
    """PostgreSQL keeps deleted rows, also when it rewrites a table, while anybody may still see them.

    Raises FilesNotClean where somebody does for longer than a moment; then it is tried again later.
    """
    cursor.execute("SELECT pg_current_xact_id()::xid::text")
    now = cursor.fetchone()[0]
    for _try in range(_TRIES):
        cursor.execute(_OLDER_READERS, [now, now, now, now])
        if not cursor.fetchone()[0]:
            return
        time.sleep(_PAUSE)
    raise FilesNotClean


def is_wanted() -> bool:
    return Tombstone.objects.filter(files_clean_at__isnull=True).exists()


def clean_after_erasures() -> None:
    """The worker's part: clean the files, and mark the cases that were erased before it began."""
    began = timezone.now()
    waiting = list(Tombstone.objects.filter(files_clean_at__isnull=True).values_list("pk", flat=True))
    clean()
    Tombstone.objects.filter(pk__in=waiting).update(files_clean_at=began)
