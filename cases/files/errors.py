"""Why a file could not be read."""

from typing import ClassVar

from cases.errors import CasesError


class FileNotUnderstood(CasesError):
    """A file is refused as a whole. The message quotes no cell, at most a line number.

    `reason` is a stable word for programs: `kind` `encrypted` `damaged` `bomb` `too_large` `encoding`
    `binary` `quoting` `empty` `no_header` `too_many_columns` `too_many_rows`.
    """

    code: ClassVar[str] = "file_not_understood"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
