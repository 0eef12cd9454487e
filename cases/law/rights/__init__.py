"""クーリング・オフ and the rights beside it: until when a consumer may withdraw from a contract, and why.

`facts` is what is known, `table` the rules as data, `laws` the names and forms of notice, `counting` the days,
`gates` the conditions, `standing` the time, `others` the other rights, `engine` the answer, `words` its sentences,
`wire` its JSON. Pure: no database and no clock. A notice takes effect when it is sent (発信主義).
"""

from cases.law.rights.engine import Assessment, assess
from cases.law.rights.facts import CHOICE_LABELS, CHOICES, INPUT_LABELS, INPUTS, TRANSACTIONS, Answer, Facts
from cases.law.rights.laws import Basis
from cases.law.rights.others import OtherRight

__all__ = [
    "CHOICES",
    "CHOICE_LABELS",
    "INPUTS",
    "INPUT_LABELS",
    "TRANSACTIONS",
    "Answer",
    "Assessment",
    "Basis",
    "Facts",
    "OtherRight",
    "assess",
]
