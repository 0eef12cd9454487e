"""Where Django looks for models; each lives in its room."""

from consult.desk.searching.models import NewCase, SavedSearch
from consult.desk.snippets.models import Snippet
from consult.shell.accounts import Account
from consult.shell.devices import SignedIn
from consult.shell.drafts import Draft

__all__ = ["Account", "Draft", "NewCase", "SavedSearch", "SignedIn", "Snippet"]
