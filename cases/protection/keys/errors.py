"""What can be wrong with a key, in words for whoever keeps the keys."""

from typing import ClassVar

from django.utils.translation import gettext as _

from cases.errors import CasesError


class KeyMissing(CasesError):
    """The key that this value needs is not on this machine."""

    code: ClassVar[str] = "key_missing"
    status: ClassVar[int] = 503

    def __init__(self, text: str = "") -> None:
        super().__init__(text or _("鍵が見つかりません。管理者は鍵フォルダ(KEY_DIR)を確認してください。"))


class WrapBroken(KeyMissing):
    """The key is here, but this wrapped data key is not one of its: moved, changed or cut off."""

    code: ClassVar[str] = "wrap_broken"

    def __init__(self) -> None:
        super().__init__(_("この記録の鍵の封が合いません。別の記録から移されたか、書き換えられています。"))


class KeyNotMade(KeyMissing):
    """This process cannot make the key that is needed: the folder is read-only, or its sealed copy cannot be kept."""

    code: ClassVar[str] = "key_not_made"

    def __init__(self, reason: str) -> None:
        super().__init__(
            _("必要な鍵がまだなく、作ることもできません(%(reason)s)。管理者は keys_create で作ってください。")
            % {"reason": reason}
        )


class RecoveryRefused(CasesError):
    """The words of the holders do not give the recovery key back, or there is none yet."""

    code: ClassVar[str] = "recovery_refused"
    status: ClassVar[int] = 400
