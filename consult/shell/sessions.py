"""Sessions whose table signs nobody in: it holds a digest of each cookie, and content that fits that cookie alone.

Django's own table holds the cookies themselves, so whoever reads it (a stolen file, a query slipped in) is signed in
as everybody; and content copied from one row to another makes one person the other.
"""

import hashlib
from typing import Any, Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db.models import QuerySet
from django.utils import timezone

_LENGTH: Final = 40
"""Characters of the column; 160 bits of the digest."""


def stored(session_key: str) -> str:
    """What the table holds of a cookie. Cookies are random, so a plain digest cannot be guessed back."""
    return hashlib.sha256(f"session {session_key}".encode()).hexdigest()[:_LENGTH]


class SessionStore(db.SessionStore):
    """Used through its synchronous methods alone, as all of the product is.

    The session key is in the salt of the signature, therefore a key is chosen before anything is encoded.
    """

    @property
    def key_salt(self) -> str:
        return f"consult.shell.sessions {self.session_key or ''}"

    def _rows(self, session_key: str) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.filter(session_key=stored(session_key))
        return rows

    def _get_session_from_db(self) -> Any:
        """The row of this cookie, or None where there is none in force; then the cookie is dropped."""
        row = self._rows(self.session_key or "").filter(expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return self._rows(session_key).exists()

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance(data)  # chooses the key, then encodes
        row.session_key = stored(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            self._rows(key).delete()
