"""The comparison itself, and how it is written down."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.similar.judged import questions
from benchmarks.suggest.pools import Pool, Sample, samples
from benchmarks.suggest.ways import Answer, Ceiling, Linear, MostFrequent, Nearest, Sentences
from search.suggest import SHOWN, least_of
from search.suggest_learning import LEAST_TO_LEARN, SETS
from search.suggest_surety import RIGHT

SINGLE: Final = tuple(name for name, is_single in SETS.items() if is_single)
SEVERAL: Final = tuple(name for name, is_single in SETS.items() if not is_single)
UNCLASSIFIED: Final = "UNCLASSIFIED"
_SEED: Final = 1
_PAIRS: Final = 20
_OPENINGS: Final = (1, 2, 4, 8)

Ask = Callable[[str, Sample], Answer]


def run(folder: Path, *, learn: int, test: int, say: Callable[[str], None]) -> dict[str, Any]:
    """All figures, as they go into the JSON."""
    say("telling cases")
    learned = list(samples(Pool.LEARN, learn, seed=_SEED))
    aside = list(samples(Pool.CALIBRATE, learn // 4, seed=_SEED))
    tested = list(samples(Pool.TEST, test, seed=_SEED))
    say("learning")
    started = time.process_time()
    linear = Linear(learned, aside)
    took = time.process_time() - started
    bare = Linear(learned, aside, shipped=False)
    again = Linear(*(list(samples(pool, n, seed=_SEED, shared_goods=True)) for pool, n in _halved(learn)))
    goods_again = list(samples(Pool.TEST, test, seed=_SEED, shared_goods=True))
    nearest, frequent, ceiling = Nearest(folder, learned), MostFrequent(learned), Ceiling(learned)
    sentences = Sentences()
    ways: dict[str, Ask] = {
        "most frequent": lambda name, one: frequent.answer(name, one.text),
        "nearest cases": lambda name, one: nearest.answer(name, one.text),
        "linear, cases alone": lambda name, one: bare.answer(name, one.text),
        "linear with shipped words (ships)": lambda name, one: linear.answer(name, one.text),
        "the same, after the first sentence": lambda name, one: linear.answer(name, one.opening),
        "the same, once the 手口 is chosen": lambda name, one: linear.answer(
            name, one.text, leader=one.codes["scam_main"][0]
        ),
        "the codes most frequent beside the 手口, were it known": lambda name, one: ceiling.known(
            name, one.codes["scam_main"][0]
        ),
        "ceiling: what each sentence fixes, were it known": sentences.known,
    }
    say("asking")
    return {
        "samples": {"learn": len(learned), "calibrate": len(aside), "test": len(tested)},
        "overlap": _overlap(learned, aside, tested),
        "right": {way: {name: _right(ask, name, tested) for name in SINGLE} for way, ask in ways.items()},
        "product_named": {
            way: _right(ask, "product", [one for one in tested if one.names_goods])
            for way, ask in ways.items()
        },
        "goods_come_again": {
            name: _right(lambda name, one: again.answer(name, one.text), name, goods_again) for name in SINGLE
        },
        "written_apart": _written_apart(linear),
        "confused": _confused(linear, tested),
        "shown": {name: _shown(linear, name, tested) for name in SINGLE},
        "thresholds": {name: _thresholds(linear, name, aside, tested) for name in SINGLE},
        "keywords": _keywords(linear, tested),
        "terms": len(linear.model.terms),
        "learning_cpu_s": round(took, 1),
        "ms": {
            "linear": _ms(ways["linear with shipped words (ships)"], tested),
            "nearest": _ms(ways["nearest cases"], tested),
        },
        "curve": _curve(learn, tested),
        "least": {name: _least(linear, name) for name in SETS},
    }


def _halved(learn: int) -> list[tuple[Pool, int]]:
    return [(Pool.LEARN, learn), (Pool.CALIBRATE, learn // 4)]


def _curve(learn: int, tested: Sequence[Sample]) -> list[list[Any]]:
    """(openings learned of each 手口 at most, (first, among three) of each set), the others of the pool left away."""
    rows = []
    for openings in _OPENINGS:
        fewer = Linear(*(list(samples(pool, n, seed=_SEED, openings=openings)) for pool, n in _halved(learn)))
        rows.append([openings, *(_right(_asking(fewer), name, tested) for name in SINGLE)])
    return rows


def _asking(linear: Linear) -> Ask:
    return lambda name, one: linear.answer(name, one.text)


def _least(linear: Linear, name: str) -> list[float]:
    """The lowest and the highest bound of the codes of a set."""
    learned = linear.model.sets[name]
    bounds = [least_of(learned, name, code) for code in learned.codes]
    return [round(min(bounds), 2), round(max(bounds), 2)]


def _written_apart(linear: Linear) -> list[float]:
    """手口 of the questions that were written for the similar cases: words of somebody else, of 30 手口."""
    first = three = 0
    asked = questions()
    for one in asked:
        answer = [code for code, _chance in linear.answer("scam_main", one.text)[:SHOWN]]
        first += answer[:1] == [one.scam]
        three += one.scam in answer
    return [round(first / len(asked), 3), round(three / len(asked), 3)]


def _confused(linear: Linear, tested: Sequence[Sample]) -> list[list[Any]]:
    """(手口 of the card, 手口 told first instead, share of all that is wrong), the commonest first."""
    asked = _codable("scam_main", tested)
    told = [(one.codes["scam_main"][0], linear.answer("scam_main", one.text)[0][0]) for one in asked]
    wrong = Counter(pair for pair in told if pair[0] != pair[1])
    return [[*pair, round(count / wrong.total(), 3)] for pair, count in wrong.most_common(_PAIRS)]


def _overlap(learned: Sequence[Sample], aside: Sequence[Sample], tested: Sequence[Sample]) -> float:
    """Share of the tested sentences that were learned from or calibrated with: must be 0."""
    seen = {block for one in (*learned, *aside) for block in one.blocks}
    said = [block for one in tested for block in one.blocks]
    return sum(block in seen for block in said) / len(said)


def _codable(name: str, tested: Sequence[Sample]) -> list[Sample]:
    """未分類 is nothing to suggest, so it is left out where 手口 are asked for."""
    return [one for one in tested if name != "scam_main" or one.codes[name] != (UNCLASSIFIED,)]


def _right(ask: Ask, name: str, tested: Sequence[Sample]) -> list[float]:
    """Share right first, and among three."""
    asked = _codable(name, tested)
    first = three = 0
    for one in asked:
        answer = [code for code, _chance in ask(name, one)[:SHOWN]]
        first += answer[:1] == list(one.codes[name])
        three += one.codes[name][0] in answer
    return [round(first / len(asked), 3), round(three / len(asked), 3)]


def _shown(linear: Linear, name: str, tested: Sequence[Sample]) -> dict[str, float]:
    """As the desk shows it: how often anything, how often right then, first and among those shown."""
    asked, shown, first, among = _codable(name, tested), 0, 0, 0
    for one in asked:
        answer = linear.shown(name, one.text)
        shown += bool(answer)
        first += answer[:1] == [one.codes[name][0]]
        among += one.codes[name][0] in answer
    return {
        "coverage": round(shown / len(asked), 3),
        "first": round(first / max(shown, 1), 3),
        "among": round(among / max(shown, 1), 3),
    }


def _thresholds(
    linear: Linear, name: str, aside: Sequence[Sample], tested: Sequence[Sample]
) -> list[list[float]]:
    """(least probability, coverage and share right on what was set aside, the same on the test)."""
    rows = []
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        row = [least]
        for texts in (aside, tested):
            asked = _codable(name, texts)
            answers = [(linear.answer(name, one.text)[0], one) for one in asked]
            shown = [
                (code, one) for (code, chance), one in answers if chance >= least and code != UNCLASSIFIED
            ]
            right = sum(code == one.codes[name][0] for code, one in shown)
            row += [round(len(shown) / len(asked), 3), round(right / max(len(shown), 1), 3)]
        rows.append(row)
    return rows


def _keywords(linear: Linear, tested: Sequence[Sample]) -> dict[str, float]:
    """Codes of which a card holds several: how many are shown, how many of them right, how many of the right found."""
    shown = right = held = most = 0
    for one in tested:
        said = 0
        for name in SEVERAL:
            answer = linear.shown(name, one.text)
            said += len(answer)
            right += len(set(answer) & set(one.codes[name]))
            held += len(one.codes[name])
        shown += said
        most = max(most, said)
    return {
        "a_text": round(shown / len(tested), 2), "most": most, "right": round(right / max(shown, 1), 3),
        "found": round(right / max(held, 1), 3), "held_a_text": round(held / len(tested), 2),
    }  # fmt: skip


def _ms(ask: Ask, tested: Sequence[Sample]) -> list[float]:
    """Median and 95th percentile of one question about all single-valued sets, analysis included, milliseconds."""
    times = []
    for one in tested[:300]:
        started = time.perf_counter()
        for name in SINGLE:
            ask(name, one)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return [round(median(times), 1), round(times[int(len(times) * 0.95)], 1)]


# --- As text --------------------------------------------------------------------------------------------------------
_NAMES: Final = {"scam_main": "手口(主)", "product": "商品・役務", "sales_method": "販売購入形態"}


def as_text(found: Mapping[str, Any]) -> str:
    """The page of results."""
    counts = found["samples"]
    lines = [
        "# Suggestions of codes: how often right, on wordings never learned from",
        "",
        "`python -m benchmarks.suggest`; figures made by the run, nobody edits them.",
        "",
        f"Learned from {counts['learn']:,} made-up cases, calibrated with {counts['calibrate']:,}, tested on"
        f" {counts['test']:,}; the three are told in sentences that no other of them has. Share of tested sentences"
        f" seen before: **{found['overlap']:.1%}**. Names of traders and goods are dealt out too.",
        "",
        "| right first / among three | "
        + " | ".join(_NAMES.values())
        + " | 商品・役務 where the goods are named |",
        "| --- |" + " --- |" * (len(SINGLE) + 1),
    ]
    for way, of in found["right"].items():
        cells = [_pair(of[name]) for name in SINGLE] + [_pair(found["product_named"][way])]
        lines.append(f"| {way} | " + " | ".join(cells) + " |")
    again = " | ".join(_pair(found["goods_come_again"][name]) for name in SINGLE)
    lines += [
        f"| linear, where goods of the test were met before | {again} | |",
        "",
        "Of each eight sentences five are learned from and one calibrates (and is learned from then, as the product"
        " does it); of sixteen openings of a 手口 two are tested. One unlucky sentence of a common 手口 weighs one or"
        " two in a hundred. The shipped words were written by people who know the sentences: they are not blind."
        " Another eighth was tuned on. The sentences were written before anybody saw which eighth each falls into, but"
        " a part of them after a look at what an eighth of the earlier ones got wrong. The 435 questions of"
        " `benchmarks/similar/told.txt`, about 30 手口, written for another purpose in words of their own, have their"
        f" 手口 first / among three in **{_pair(found['written_apart'])}**.",
        "",
        "## With fewer openings of each 手口",
        "",
        "| openings learned at most | " + " | ".join(_NAMES.values()) + " |",
        "| --- |" + " --- |" * len(SINGLE),
        *(f"| {row[0]} | " + " | ".join(_pair(of) for of in row[1:]) + " |" for row in found["curve"]),
        "| all (10 of 16) | "
        + " | ".join(_pair(found["right"]["linear with shipped words (ships)"][name]) for name in SINGLE)
        + " |",
        "",
        "## 手口 that are taken for others",
        "",
        "| 手口 of the card | told first instead | share of all that is wrong |",
        "| --- | --- | --- |",
        *(f"| {card} | {told} | {share:.1%} |" for card, told, share in found["confused"]),
        "",
        "## As the desk shows them",
        "",
        f"The least probability is measured: from it on {RIGHT:.0%} of the cases set aside were right first.",
        "",
        "| set | least probability | shown for | then right first | right among those shown |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in SINGLE:
        one = found["shown"][name]
        row = (
            _NAMES[name],
            f"{found['least'][name][0]:.0%}",
            *(f"{one[part]:.1%}" for part in ("coverage", "first", "among")),
        )
        lines.append("| " + " | ".join(row) + " |")
    lines += ["", f"Below {LEAST_TO_LEARN} cases nothing is learned and nothing shown.", ""]
    for name in SINGLE:
        lines += [
            f"### {_NAMES[name]}: other thresholds",
            "",
            "| least probability | set aside, learned since: shown for | right first | test: shown for | right first |",
            "| --- | --- | --- | --- | --- |",
        ]
        for least, *rest in found["thresholds"][name]:
            lines.append(f"| {least:.0%} | " + " | ".join(f"{value:.1%}" for value in rest) + " |")
        lines.append("")
    words = found["keywords"]
    lines += [
        "## Codes of which a card holds several (ほかの手口, 内容別分類)",
        "",
        f"{words['a_text']} shown a text (at most {words['most']}), {words['right']:.1%} of them right,"
        f" {words['found']:.1%} of the {words['held_a_text']} held were found."
        f" Least probability of a 内容別分類, by its code: {found['least']['issues'][0]:.0%} to"
        f" {found['least']['issues'][1]:.0%} (99 %: never shown).",
        "",
        "## Time and size",
        "",
        f"One question about three sets, analysis included: linear {_times(found['ms']['linear'])}, nearest cases"
        f" {_times(found['ms']['nearest'])}. Learning took {found['learning_cpu_s']} s of CPU;"
        f" {found['terms']:,} terms have weights.",
    ]
    return "\n".join(lines) + "\n"


def _pair(of: Sequence[float]) -> str:
    return f"{of[0]:.1%} / {of[1]:.1%}"


def _times(of: Sequence[float]) -> str:
    return f"{of[0]} ms (95 %: {of[1]} ms)"
