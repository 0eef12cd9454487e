"""`manage.py keys_recovery`: the recovery key, whose private half people hold in words. It is never stored.

Words come on standard input, a holder a line, and go to standard output, a sheet a holder; messages go to the error
stream. Exit codes: 0 done, 1 refused or fault, 2 usage, 3 some copies do not open.
"""

import sys
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.management.commands._keys import PARTLY, USAGE, faults_in_words, say
from cases.protection.keys import ceremony, files, recovery, shares

_NEW_PAGE: Final = "\f"
_WORDS_A_LINE: Final = 3


class Command(BaseCommand):
    help = _("鍵を失ったときに戻すための鍵を作り、三人に分けて渡します(二人分で戻せます)。")
    # It must work where keys, and with them tables and checks, are lost.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        add = what.add_argument
        add("--split", action="store_true", help=_("新しい復旧の鍵を作り、三人分の言葉を出す"))
        add(
            "--envelope",
            action="store_true",
            help=_("新しい復旧の鍵を作り、封筒一つ分の言葉を出す(一人のセンター)"),
        )
        add("--resplit", action="store_true", help=_("二人分の言葉から、同じ鍵を三人に分け直す"))
        add("--check", action="store_true", help=_("二人分の言葉で、封をした控えがすべて開くか試す"))
        add("--restore", type=Path, metavar="DIR", help=_("封をした控えのフォルダから KEY_DIR を作り直す"))
        parser.add_argument("--replace", action="store_true", help=_("いまの復旧の鍵をやめて、新しくする"))

    def handle(self, *args: Any, **options: Any) -> None:
        with faults_in_words():
            if options["split"] or options["envelope"]:
                self._new(envelope=options["envelope"], replace=options["replace"])
            elif options["resplit"]:
                self._resplit()
            elif options["check"]:
                self._check()
            else:
                self._restore(options["restore"])

    def _new(self, *, envelope: bool, replace: bool) -> None:
        if recovery.public_key() is not None and not replace:
            raise CommandError(
                _(
                    "復旧の鍵はもうあります。分け直すなら --resplit、新しくするなら --replace を付けてください。"
                ),
                returncode=USAGE,
            )
        files.prepare()
        private = shares.new_private_key()
        self._sheets(shares.split(private, envelope=envelope), shares.public_half(private))
        _wait_for_pens()
        count = ceremony.begin(private)
        say(_("鍵%(n)d個の控えに封をしました: %(path)s") % {"n": count, "path": _copies()})
        if replace:
            say(_("前の控えの紙は役に立ちません。すべて細断してください。"))

    def _resplit(self) -> None:
        private = _from_holders()
        self._sheets(shares.split(private), shares.public_half(private))
        say(_("封をした控えはそのまま使えます。"))
        say(
            _(
                "前の紙は必ずすべて細断してください。同じ鍵を分けたものなので、"
                "前の紙が二枚そろえば、いまでも開けられます。"
            )
        )

    def _check(self) -> None:
        trial = ceremony.try_copies(_from_holders())
        say(_("%(n)d個の控えが開き、鍵と一致しました。") % {"n": trial.good})
        for name in trial.bad:
            say(_("! 控えがない、または開けません: %(name)s") % {"name": name})
        if trial.bad:
            sys.exit(PARTLY)

    def _restore(self, folder: Path) -> None:
        made = ceremony.restore(folder, _from_holders())
        for name in made:
            say(name)
        say(_("鍵を%(n)d個戻しました。") % {"n": len(made)})

    def _sheets(self, texts: list[str], public: bytes) -> None:
        """A page a holder: what it is, for which key, of which day, and numbered words."""
        fingerprint = recovery.fingerprint(public)
        for number, text in enumerate(texts, start=1):
            words = [f"{place:2}. {word:<10}" for place, word in enumerate(text.split(), start=1)]
            rows = ["  ".join(words[at : at + _WORDS_A_LINE]) for at in range(0, len(words), _WORDS_A_LINE)]
            head = [
                _("窓口 復旧の言葉  %(number)d / %(count)d") % {"number": number, "count": len(texts)},
                _("復旧の鍵: %(key)s  分けた日: %(day)s") % {"key": fingerprint, "day": calendar.today()},
                _("二人分がそろうと、失った鍵を戻せます。一人分では何も分かりません。")
                if len(texts) > 1
                else _("この一枚で、失った鍵を戻せます。封をして、鍵とは別の金庫に入れてください。"),
                _("写真に撮らず、パソコンに打ち込まず、施錠して保管してください。"),
            ]
            self.stdout.write("\n".join([*head, "", *rows, _NEW_PAGE if number < len(texts) else ""]))
        self.stdout.flush()


def _copies() -> Path:
    return recovery.copy_of(files.path_of("index", "v1")).parent.parent


def _wait_for_pens() -> None:
    """On a terminal the sheets are written down first: what scrolls away before that is lost for good."""
    if not sys.stdin.isatty():
        return
    say(_("それぞれの紙に書き取りましたか。終わったら「はい」と入力してください(ほかの入力で取りやめ)。"))
    if sys.stdin.readline().strip() not in {"はい", "yes"}:
        raise CommandError(_("取りやめました。何も変わっていません。"))


def _from_holders() -> bytes:
    """The private half, from as many lines as the split wants."""
    texts: list[str] = []
    needed = 1
    while len(texts) < needed:
        if sys.stdin.isatty():
            say(_("%(number)d人目の言葉を一行で入力してください。") % {"number": len(texts) + 1})
        line = sys.stdin.readline()
        if not line:
            break
        if line.strip():
            texts.append(line)
            needed = shares.needed_by(texts[0])
    return shares.joined(texts)
