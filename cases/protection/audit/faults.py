"""What can be wrong with the log, each kind by its name."""

import uuid
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    # Within a chain
    ENTRY_CHANGED = "ENTRY_CHANGED", _("記録の内容が書き換えられている")
    MAC_CHANGED = "MAC_CHANGED", _("記録の検査値が書き換えられている")
    MAC_NULLED = "MAC_NULLED", _("記録の検査値が消されている")
    MISSING = "MISSING", _("途中の記録がない")
    START_CUT = "START_CUT", _("初めの記録がない")
    INSERTED = "INSERTED", _("記録が差し込まれている")
    REORDERED = "REORDERED", _("記録の順番が入れ替えられている")
    DUPLICATE = "DUPLICATE", _("同じ記録が二つある")
    FORK = "FORK", _("同じ場所に別の記録がある")
    MOVED = "MOVED", _("別の連鎖から移された記録がある")
    FOREIGN_KEY = "FOREIGN_KEY", _("別の鍵で作られた記録がある")
    KEY_MISSING = "KEY_MISSING", _("連鎖の鍵がない")
    CLOCK_BACKWARDS = "CLOCK_BACKWARDS", _("時刻が前の記録より戻っている")
    # Its end
    TAIL_CUT = "TAIL_CUT", _("終わりの記録がない")
    CHAIN_MISSING = "CHAIN_MISSING", _("連鎖が丸ごとない")
    HEAD_RESET = "HEAD_RESET", _("連鎖の末尾の印が戻されている")
    HEAD_CHANGED = "HEAD_CHANGED", _("連鎖の末尾の印が書き換えられている")
    HEAD_MISSING = "HEAD_MISSING", _("連鎖の末尾の印がない")
    # Before there were chains
    OLD_CHANGED = "OLD_CHANGED", _("連鎖を始める前の記録が変えられている")
    # Checkpoints
    CHECKPOINT_SIGNATURE = "CHECKPOINT_SIGNATURE", _("検査点の署名が合わない")
    CHECKPOINT_BROKEN = "CHECKPOINT_BROKEN", _("検査点のつながりが切れている")
    CHECKPOINT_MISSING = "CHECKPOINT_MISSING", _("検査点がない")
    CHECKPOINT_DIFFERS = "CHECKPOINT_DIFFERS", _("検査点が控えと違う")
    CHECKPOINT_UNREADABLE = "CHECKPOINT_UNREADABLE", _("検査点の控えに読めない行がある")
    # What the cases hold
    VALUE_CHANGED = "VALUE_CHANGED", _("暗号化された値が記録なしに変えられている")
    VALUE_REPLAYED = "VALUE_REPLAYED", _("暗号化された値が前のものに戻されている")
    VALUE_VANISHED = "VALUE_VANISHED", _("暗号化された値や経過が記録なしに消えている")
    ROW_ADDED = "ROW_ADDED", _("暗号化された値や経過が記録なしに増えている")
    CODE_CHANGED = "CODE_CHANGED", _("日付・分類・金額が記録なしに変えられている")
    CODE_REPLAYED = "CODE_REPLAYED", _("日付・分類・金額が前のものに戻されている")
    CASE_VANISHED = "CASE_VANISHED", _("相談が消去の記録なしに消えている")
    CASE_UNRECORDED = "CASE_UNRECORDED", _("相談を記録した操作がない")
    # The machine
    TRIGGER_MISSING = "TRIGGER_MISSING", _("書き換えを断るしくみが外されている")

    @property
    def is_of_rows(self) -> bool:
        """Whether it is about what a case holds, of which one entry can speak several times."""
        return self.value.startswith(("VALUE_", "CODE_", "ROW_"))


@dataclass(frozen=True)
class Fault:
    """One fault: its kind and its place. `detail` holds names of fields, numbers or triggers, never a value."""

    kind: Kind
    chain: str = ""
    seq: int | None = None
    pk: int | None = None
    detail: str = ""

    @property
    def case_uid(self) -> uuid.UUID | None:
        """The case whose chain it is, if it is one's."""
        _key, _slash, subject = self.chain.partition("/")
        kind, _slash, held = subject.partition("/")
        try:
            return uuid.UUID(held) if kind == "case" else None
        except ValueError:
            return None
