"""What a job may carry in its JSON columns: uids and plain settings, never a person's words."""

from typing import Any, Final

from django.db import models

LONGEST: Final = 100


class NotPlain(TypeError):
    """A programming error: the value could carry personal data. It names the type, never the value."""


def require_plain(value: object) -> None:
    """Raises NotPlain unless it is made of short lines, integers, booleans, None, lists and dicts."""
    match value:
        case bool() | int() | None:
            return
        case str():
            if len(value) > LONGEST or not value.isprintable():
                raise NotPlain(f"a string of a job has at most {LONGEST} characters on one line")
        case list():
            for item in value:
                require_plain(item)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise NotPlain("a key of a job's settings is a string")
                require_plain(key)
                require_plain(item)
        case _:
            raise NotPlain(f"a job carries no {type(value).__name__}")


class PlainJSONField(models.JSONField):
    """JSON that refuses anything else on every way into the database, bulk and update included."""

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if not hasattr(value, "as_sql"):
            require_plain(value)
        return super().get_db_prep_save(value, connection)
