"""What a recount found, as plain data without anything of a person."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

# The first ones say what is wrong; the rest is counted.
MOST_TOLD: Final = 200


@dataclass(frozen=True)
class Difference:
    """One number that is not what it should be.

    `look`: "log" (cases whose facts differ in the column `name`), "columns" (rows of a column that differ from their
    facts) or "count" (`name` is measure, dimension and subject; `code` the row). `centre` is empty for the columns,
    which are one for all. `expected` comes from the cases (for the columns: from the log), `found` from what is wrong.
    """

    look: str
    centre: str
    name: str
    code: str
    expected: float | str | None
    found: float | str | None


@dataclass
class Report:
    """`is_complete` is False where cases were saved all the time, so that plain counts had to be left out."""

    as_of: int
    cases: int = 0
    contacts: int = 0
    facts: int = 0
    is_complete: bool = True
    differences: list[Difference] = field(default_factory=list)
    # All of them: where a stopped count goes on, only the first ones of before are at hand.
    found: int = 0

    def add(self, further: Iterable[Difference]) -> None:
        for one in further:
            self.found += 1
            self.differences.append(one)

    def as_data(self) -> dict[str, Any]:
        """For the command and for what is kept of a night: the first differences, and how many there are."""
        told = [asdict(one) for one in self.differences[:MOST_TOLD]]
        return {
            **{name: getattr(self, name) for name in ("as_of", "cases", "contacts", "facts", "is_complete")},
            "differences": told,
            "different": self.found,
        }


def compared(
    look: str, centre: str, name: str, expected: Mapping[str, Any], found: Mapping[str, Any]
) -> Iterator[Difference]:
    """The codes at which two counts differ; what is absent is 0."""
    for code in sorted({*expected, *found}):
        if expected.get(code, 0) != found.get(code, 0):
            yield Difference(look, centre, name, code, expected.get(code, 0), found.get(code, 0))
