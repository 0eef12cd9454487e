"""Shares that carry their denominators: a percentage alone cannot be checked or added up."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Share:
    """`part` of `all`, of which for `known` the answer is known. A share of nothing is None, never 0."""

    part: int
    known: int
    all: int

    @property
    def of_known(self) -> Fraction | None:
        return Fraction(self.part, self.known) if self.known else None

    @property
    def of_all(self) -> Fraction | None:
        return Fraction(self.part, self.all) if self.all else None


@dataclass(frozen=True)
class SeniorShare:
    """Persons aged 65 or older. `age_known` leaves out 年齢不明, 団体 and bands that cannot tell; `all` has them."""

    seniors: int
    age_known: int
    all: int

    @property
    def of_known(self) -> Fraction | None:
        return Share(self.seniors, self.age_known, self.all).of_known

    @property
    def of_all(self) -> Fraction | None:
        return Share(self.seniors, self.age_known, self.all).of_all
