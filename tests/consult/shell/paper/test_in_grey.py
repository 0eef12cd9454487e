"""A paper out of a copier in black and white: every letter can be read, every series told from the others."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pypdfium2
import pytest

from consult.shell.paper.charts import drawing
from tests.consult.shell.paper.test_pdf_ua import paper

READABLE = 4.5
TOLD_APART = 3.0
"""WCAG 2.2: 1.4.3 asks the first of letters, 1.4.11 the second of parts of a picture."""


def contrast(one: float, other: float) -> float:
    """Of two greys, 0 to 255, as WCAG has it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(grey: float) -> float:
    part = grey / 255
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def letters_in_grey(data: bytes, scale: int = 4) -> Iterator[tuple[str, float]]:
    """Every letter of a PDF with the contrast in which its page, drawn in grey, shows it on its ground."""
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            height = page.get_height()
            drawn = page.render(scale=scale, grayscale=True).to_numpy()
            text = page.get_textpage()
            for n in range(text.count_chars()):
                left, bottom, right, top = (round(side * scale) for side in text.get_charbox(n))
                box = drawn[
                    round(height * scale) - top - 1 : round(height * scale) - bottom + 1, left - 1 : right + 1
                ]
                letter = text.get_text_range(n, 1)
                if letter.strip() and box.size and right > left:
                    yield letter, contrast(np.max(box), np.min(box))


@pytest.mark.parametrize(
    "more",
    [{}, {"is_large": True}, {"is_mono": True}, {"is_dense": True}],
    ids=["colour", "large", "mono", "dense"],
)
def test_every_letter_can_be_read_in_grey(more: dict[str, Any]) -> None:
    letters = list(letters_in_grey(paper(**more)))

    assert len(letters) > 500
    assert min(found for _letter, found in letters) >= READABLE


def _without_colours(kind: str) -> str:
    pen = drawing.Pen(100)
    drawing.sample(pen, 0, 0, kind)
    return re.sub(r'#[0-9a-f]{6}|class="[^"]*"', "", pen.svg(20, "", "sample"))


@pytest.mark.parametrize("way", ["line", "told"])
def test_lines_are_told_apart_by_their_dashes_and_marks_alone(way: str) -> None:
    samples = {_without_colours(f"{way}-{n}") for n in range(drawing.SERIES_MOST)}

    assert len(samples) == drawing.SERIES_MOST


def _fill(kind: str) -> float:
    """The grey that a copier makes of the colour of an area."""
    found = re.search(r'fill="#(..)(..)(..)"', drawing.LOOKS[kind])
    assert found
    red, green, blue = (int(part, 16) for part in found.groups())
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize(("one", "other"), [("bar", "before"), ("bar", "other")])
def test_areas_side_by_side_are_told_apart_in_grey(one: str, other: str) -> None:
    assert contrast(_fill(one), _fill(other)) >= TOLD_APART


def test_steps_of_a_heat_map_get_darker_in_grey() -> None:
    greys = [_fill(f"step-{n}") for n in range(len(drawing.STEPS))]

    assert all(paler - darker >= 10 for paler, darker in pairwise(greys)), greys
