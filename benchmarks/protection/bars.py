"""What each measure must reach, and whether it did. Pure: figures in, answers out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Bar:
    """One figure of a measure and its limit; `at_least` says on which side of it the figure must lie."""

    measure: str
    what: str
    found: Callable[[Figures], float | None]
    limit: float
    at_least: bool = False

    def judged(self, figures: Figures) -> dict[str, Any]:
        """`met` is None where the run measured no such figure."""
        value = self.found(figures)
        met = None if value is None else (value >= self.limit if self.at_least else value <= self.limit)
        sign = "≥" if self.at_least else "≤"
        return {
            "measure": self.measure,
            "what": self.what,
            "value": value,
            "bar": f"{sign} {self.limit:g}",
            "met": met,
        }


def _at(*path: str) -> Callable[[Figures], float | None]:
    def found(figures: Figures) -> float | None:
        value: Any = figures
        for name in path:
            value = value.get(name)
            if value is None:
                return None
        return float(value)

    return found


def _least_of(name: str) -> Callable[[Figures], float]:
    return lambda figures: float(min(figures[name].values()))


def _told_by_a_tag(figures: Figures) -> float:
    return float(figures["p_same_phone_given_same_tag"][str(figures["bits"])])


def _verified(figures: Figures) -> float:
    return float(max(size["rows_per_second"] for size in figures["sizes"]))


_TOGETHER: Final = ("update and log", "chained / plain")

BARS: Final = (
    Bar("reading", "1,000 cases untouched, times plain", _at("ratios", "untouched"), 1.4),
    Bar("reading", "one field, times plain", _at("ratios", "one field"), 3.0),
    Bar("reading", "eight fields, times plain", _at("ratios", "eight fields"), 6.0),
    Bar("reading", "eight fields, times a Fernet field", _at("ratios", "all, of Fernet"), 0.5),
    Bar("reading", "stored bytes, times plain", _at("ratios", "stored bytes"), 1.5),
    Bar("rotation", "sealing anew, times wrapping again", _at("against", "ratio"), 6.0, at_least=True),
    Bar("lookup", "spellings that find all and no other", _at("recall", "complete_and_exact"), 1.0, at_least=True),
    Bar("lookup", "same phone, given the same tag", _told_by_a_tag, 0.05),
    Bar("lookup", "a phone looked up, ms (median)", _at("phone", "p50_ms"), 5.0),
    Bar("saving", "a consultation saved, ms (p95)", _at("save", "p95_ms"), 25.0),
    Bar("redaction", "known parties missed", _at("known_parties", "missed"), 0),
    Bar("redaction", "unrelated persons masked, share", _at("unrelated_parties", "share"), 0.001),
    Bar("redaction", "spellings of a phone masked, least share", _least_of("phones"), 1.0, at_least=True),
    Bar("redaction", "other patterns masked, least share", _least_of("patterns"), 1.0, at_least=True),
    Bar("redaction", "of 50 numbers that are nobody's, masked", _at("negatives", "masked_wrongly"), 1),
    Bar(
        "redaction", "addresses with a city, to the block number",
        _at("addresses", "city_town", "to_block_number"), 0.99, at_least=True,
    ),
    Bar(
        "redaction", "addresses of a town alone, to the block number",
        _at("addresses", "town", "to_block_number"), 0.75, at_least=True,
    ),
    Bar(
        "audit_append", "eight writers, throughput, times a plain log",
        _at(*_TOGETHER, "throughput"), 0.7, at_least=True,
    ),
    Bar("audit_append", "eight writers, p95, times a plain log", _at(*_TOGETHER, "p95"), 1.5),
    Bar("audit_verify", "entries verified a second", _verified, 20_000, at_least=True),
    Bar("restore", "restored on an empty machine, minutes", _at("restore_minutes"), 30),
    Bar("names", "names covered, sure masks", _at("sure"), 0.80, at_least=True),
    Bar("names", "names covered, with suggestions", _at("with_suggestions"), 0.88, at_least=True),
    Bar("names", "precision by character, sure masks", _at("precision_sure"), 0.5, at_least=True),
    Bar("names", "precision by character, with suggestions", _at("precision_suggested"), 0.38, at_least=True),
    Bar("names", "characters a second", _at("characters_per_second"), 100_000, at_least=True),
)  # fmt: skip


def judged(measure: str, figures: Figures) -> list[dict[str, Any]]:
    return [bar.judged(figures) for bar in BARS if bar.measure == measure]
