"""The base of every refusal that a person or a program can meet."""

from typing import ClassVar


class CasesError(Exception):
    """A refusal with a stable `code`; its HTTP meaning is decided once, in `config.errors`.

    The message is for people, translated, and never quotes personal data.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
