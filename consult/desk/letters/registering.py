"""What the letters' room tells the other pages: called once when the app is ready."""

from django.utils.translation import gettext_lazy as _

from consult.desk.letters import documents, hint, memo, papers
from consult.desk.panels import Step, add_step
from consult.shell import roles


def register() -> None:
    papers.register()
    hint.register()
    papers.builder(documents.LETTER, documents.paper_of)
    papers.builder(memo.MEMO, memo.paper_of)
    add_step(Step("letters", roles.REVEAL_CASES, "letters", _("通知を書く"), "Alt+L"))
    add_step(Step("transfer memo", roles.REVEAL_CASES, "transfer-memo", _("口座凍結・警察メモ"), "Alt+B"))
