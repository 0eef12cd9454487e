"""A story that hangs together: sentences that contradict none before them, and the codes that follow from them.

What no sentence fixes is coded as a person would: the usual 販売購入形態 of the trick, or dice where nobody can know;
the general 商品・役務. The dice of the card are small and stated here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from cases.demo.sentences import NOTHING, Blocks, blocks, products

OMITTED: Final = 0.05
"""A further 手口 or 内容別分類 that was told is left out of the card so often. Assumed."""
KNOWN_UNSAID: Final = 0.1
"""So often a card holds a particular 商品・役務 though no words name it: it was said and not noted. Assumed."""
_TRIES: Final = 6
_ITEM: Final = "{item}"


@dataclass(frozen=True)
class Codes:
    """What follows from the words. `item`: how the goods are named where they are; `sales`: empty for dice."""

    item: str
    product: str
    sales: str
    scams: tuple[str, ...]
    issues: tuple[str, ...]


class Thread:
    """What the sentences chosen so far have fixed."""

    def __init__(self, scam: str, source: Blocks) -> None:
        self._scam = scam
        self._source = source
        self._goods: frozenset[str] | None = None
        self._spoken_of: frozenset[str] = frozenset()
        self._names_item = False
        self._sales = ""
        self._scams: list[str] = []
        self._issues: list[str] = []

    def allows(self, sentence: str) -> bool:
        """Whether the sentence contradicts nothing said so far."""
        said = self._source.says.get(sentence, NOTHING)
        if said.sales and self._sales and said.sales != self._sales:
            return False
        goods = self._narrowed(sentence)
        return goods is None or bool(goods)

    def _narrowed(self, sentence: str) -> frozenset[str] | None:
        said = self._source.says.get(sentence, NOTHING)
        goods = self._goods
        if meant := said.items | said.fits:
            goods = meant if goods is None else goods & meant
        if goods is not None and (self._names_item or _ITEM in sentence):
            goods &= frozenset(self._source.items)
        return goods

    def add(self, sentence: str) -> str:
        said = self._source.says.get(sentence, NOTHING)
        self._goods = self._narrowed(sentence)
        self._spoken_of |= said.items
        self._names_item = self._names_item or _ITEM in sentence
        self._sales = self._sales or said.sales
        self._scams += said.scams
        self._issues += said.issues
        return sentence

    def pick(self, rng: Random, options: Sequence[str], leave_out: str = "") -> str:
        """One of the options, added to what was said; any of them where all contradict it."""
        for _try in range(_TRIES):
            found = rng.choice(options)
            if found != leave_out and self.allows(found):
                return self.add(found)
        allowed = [one for one in options if one != leave_out and self.allows(one)]
        return self.add(rng.choice(allowed or options))

    def codes(self, rng: Random) -> Codes:
        item = self._item(rng)
        counts = Counter(self._issues or [_usual_issue(self._scam)])
        issues = [code for code, _count in counts.most_common()]
        return Codes(
            item,
            self._product(rng, item),
            self._sales or self._source.sales,
            tuple(code for code in dict.fromkeys(self._scams) if rng.random() >= OMITTED),
            (issues[0], *(code for code in issues[1:] if rng.random() >= OMITTED)),
        )

    def _item(self, rng: Random) -> str:
        """The goods by their name; empty where the words speak of none."""
        meant = self._spoken_of & (self._goods or frozenset())
        if self._names_item:
            may_be = (meant or self._goods or frozenset()) & frozenset(self._source.items)
            return rng.choice(sorted(may_be) or self._source.items)
        return rng.choice(sorted(meant)) if meant else ""

    def _product(self, rng: Random, item: str) -> str:
        if item:
            return products()[self._scam, item]
        others = self._source.products[1:]
        if self._goods:
            others = tuple(sorted({products()[self._scam, one] for one in self._goods}))
            return rng.choice(others) if len(others) == 1 else self._source.products[0]
        return rng.choice(others) if others and rng.random() < KNOWN_UNSAID else self._source.products[0]


@cache
def _usual_issue(scam: str) -> str:
    """What most sentences of the 手口 speak of: coded where a story says nothing else."""
    counts = Counter(code for said in blocks(scam).says.values() for code in said.issues)
    return counts.most_common(1)[0][0]
