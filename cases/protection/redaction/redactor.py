"""The one way in: a text and its case's parties, all detectors, one set of spans."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from cases import words
from cases.protection.redaction.addresses import spans_of_addresses
from cases.protection.redaction.forms import KANA, Party, name_forms
from cases.protection.redaction.masks import AUTO, NAME, OTHER, Redaction, Span, merged, outside
from cases.protection.redaction.names import spans_of_names
from cases.protection.redaction.parties import Ground, occurrences, spans_of_party
from cases.protection.redaction.patterns import spans_of_patterns
from cases.protection.redaction.view import View, view_of
from cases.spelling import phone_digits


def redact(
    text: str,
    parties: Sequence[Party] = (),
    *,
    allow: Collection[str] = (),
    deny: Collection[str] = (),
) -> Redaction:
    """The spans of personal data in a text of any length and content, in time linear in it.

    `allow` holds names (and numbers) of traders that stay visible; a part of a party's name inside such a name stays
    visible too (田中 in 田中商店), but never a party's full name, number or address (田中花子の紹介の業者).
    `deny` holds words that are masked wherever they stand, whatever `allow` says.
    """
    if not text:
        return Redaction(text, ())
    view = view_of(text)
    tokens = list(words.tokens(view.text))
    ground = Ground(view, tokens)
    known = _known(ground, parties, allow)
    patterns = list(spans_of_patterns(view.text))
    guessed = [
        *patterns,
        *_with_numbers_of_their_own(view.text, spans_of_addresses(view.text, tokens), patterns),
        *spans_of_names(view.text, tokens),
    ]
    if allow:
        guessed = _without_traders(ground, guessed, allow)
    denied = [Span(*place, OTHER, AUTO) for word in deny for place in occurrences(ground, word)]
    return Redaction(text, _typed(view, [*known, *guessed, *denied]))


def known_spans(text: str, parties: Sequence[Party], *, allow: Collection[str] = ()) -> tuple[Span, ...]:
    """The spans of the parties alone: what nobody may unmask."""
    if not text or not parties:
        return ()
    view = view_of(text)
    ground = Ground(view, list(words.tokens(view.text)))
    return _typed(view, _known(ground, parties, allow))


def places_of(text: str, wanted: str) -> tuple[Span, ...]:
    """Where a word stands in a text, whatever its width and kana."""
    view = view_of(text)
    ground = Ground(view, [])
    return _typed(view, [Span(*place, OTHER, AUTO) for place in occurrences(ground, wanted)])


def _typed(view: View, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans of a view as spans of the text below it, laid over each other."""
    return merged([Span(*view.typed(span.start, span.end), span.kind, span.tier) for span in spans])


def _known(ground: Ground, parties: Sequence[Party], allow: Collection[str]) -> list[Span]:
    """What is known of the parties, but for parts of their names inside the names of traders."""
    found = [span for party in parties for span in spans_of_party(ground, party)]
    if not allow or not found:
        return found
    visible = _visible(ground, allow)
    starts = [span.start for span in visible]
    return [span for span in found if not _inside(span, visible, starts)] + _full_names(ground, parties)


def _with_numbers_of_their_own(text: str, addresses: Iterable[Span], patterns: list[Span]) -> list[Span]:
    """Addresses cut where a phone, card or account number begins; without a number of its own it is no address.

    「山田花子さん090-1234-5678」 looks like a place with its number, and is a name and a phone.
    """
    begins = {span.end: span.start for span in patterns}
    cut = [replace(span, end=begins[span.end]) if span.end in begins else span for span in addresses]
    return [span for span in cut if any(letter.isdigit() for letter in text[span.start : span.end])]


def _full_names(ground: Ground, parties: Sequence[Party]) -> list[Span]:
    """Where the parties stand with family and given name together."""
    full: list[Span] = []
    for party in parties:
        forms = name_forms(party)
        if any(form.tier == AUTO and not form.whole for form in forms):
            full += [
                Span(*place, NAME, AUTO)
                for form in forms
                if form.whole and len(form.text) > (4 if KANA.fullmatch(form.text) else 2)
                for place in occurrences(ground, form.text)
            ]
    return full


def _without_traders(ground: Ground, guessed: list[Span], allow: Collection[str]) -> list[Span]:
    """Take the names and numbers of traders out of the spans."""
    numbers = {digits for name in allow if (digits := phone_digits(name))}
    if numbers:
        text = ground.view.text
        guessed = [span for span in guessed if phone_digits(text[span.start : span.end]) not in numbers]
    visible = _visible(ground, allow)
    return outside(visible, sorted(guessed, key=lambda span: span.start)) if visible else guessed


def _visible(ground: Ground, allow: Collection[str]) -> tuple[Span, ...]:
    places = (place for name in allow if len(name) > 1 for place in occurrences(ground, name))
    return merged([Span(*place, OTHER, AUTO) for place in places])


def _inside(span: Span, visible: Sequence[Span], starts: Sequence[int]) -> bool:
    """Whether a span is a name that is a true part of a visible one; one that equals it is the party's and stays."""
    if span.kind != NAME:
        return False
    at = bisect_right(starts, span.start) - 1
    return (
        at >= 0
        and span.end <= visible[at].end
        and (span.start, span.end) != (visible[at].start, visible[at].end)
    )
