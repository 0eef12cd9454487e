"""Why a file is not taken. Each says what the person can do; none quotes the file's name or content."""

from typing import ClassVar

from django.conf import settings
from django.utils.translation import gettext as _

from cases.errors import CasesError


class FileRefused(CasesError):
    """The file is not stored. Each reason is a class of its own, with its code."""

    code: ClassVar[str] = "file_refused"
    status: ClassVar[int] = 422


class FileEmpty(FileRefused):
    code = "file_empty"

    def __init__(self) -> None:
        super().__init__(_("中身がありません(0バイト)。"))


class FileTooLarge(FileRefused):
    code = "file_too_large"
    status = 413

    def __init__(self) -> None:
        most = settings.UPLOAD_LIMIT // (1024 * 1024)
        super().__init__(_("大きすぎます。1ファイル%(most)dMBまでです。") % {"most": most})


class FileIsOther(FileRefused):
    """The ending promises one thing, the content is another; or it is several at once."""

    code = "file_is_other"

    def __init__(self) -> None:
        super().__init__(_("中身が拡張子と合いません。元のアプリで保存し直してください。"))


class FileUnreadable(FileRefused):
    code = "file_unreadable"

    def __init__(self) -> None:
        super().__init__(_("壊れているか、途中で切れています。元のアプリで開いて保存し直してください。"))


class FileLocked(FileRefused):
    code = "file_locked"

    def __init__(self) -> None:
        super().__init__(
            _("パスワードが付いているため、中身を確かめられません。パスワードを外してください。")
        )


class FileUnfolds(FileRefused):
    """Opened, it would be far larger than anything a consultation has."""

    code = "file_unfolds"

    def __init__(self) -> None:
        super().__init__(_("開くと大きくなりすぎるファイルです。画像は小さくして保存し直してください。"))


class FileHasProgram(FileRefused):
    code = "file_has_program"

    def __init__(self) -> None:
        super().__init__(_("マクロなどのプログラムを含んでいます。PDFにして保存し直してください。"))


class FileInfected(FileRefused):
    code = "file_infected"

    def __init__(self) -> None:
        super().__init__(
            _(
                "ウイルス検査で危険と判定されたため、保存しませんでした。開かずに、システム担当に伝えてください。"
            )
        )


class ScanFailed(FileRefused):
    """The scanner gave no answer. Nothing is taken without one."""

    code = "scan_failed"
    status = 503

    def __init__(self) -> None:
        super().__init__(
            _("ウイルス検査ができなかったため、保存しませんでした。システム担当に伝えてください。")
        )
