"""Figures on their way into an output: each is remembered, and written where it belongs.

While a text is worked on, a figure in it is one character of Unicode's private use, so that neither Jinja nor Markdown
nor the leaving out of clauses has to know how a figure is written. `Printer.line` and `Printer.html` put the figures in
their places.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nianbao.chapter.html import figure_html
from nianbao.chapter.record import FigureText, Inline, Text
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import RATIO

#: Stands for a figure that is unknown.
HOLE = "\ue000"
#: Stands for a phrase that leaves itself out.
GONE = "\ue001"
#: Stand behind the unit of a level that is zero, or less than zero: see `nianbao.chapter.wording`.
ZERO = "\ue002"
BELOW = "\ue003"
#: Stands in front of a text of the edition.
TOLD = "\ue004"
#: Stands in front of a bracket that belongs to what was said just before it, without a comma.
WAS = "\ue005"
#: The character that stands for the first figure of a text; those of the others follow.
FIRST_FIGURE = 0xF0000
#: A character that stands for a figure.
FIGURE = re.compile("[\U000f0000-\U0010ffff]")
#: What no text from outside may hold.
OURS = re.compile(f"{FIGURE.pattern}|[{ZERO}{BELOW}{TOLD}{WAS}]")


def unit_text(unit: str) -> str:
    """The unit behind a number; a ratio is written x∶1."""
    return "∶1" if unit == RATIO else unit


def said(quantity: Quantity | None) -> str:
    """A figure with its unit as plain words, for descriptions of drawings; 未载入 where it is unknown."""
    return f"{quantity.text}{unit_text(quantity.unit)}" if quantity else "未载入"


class Printer:
    """Remembers the quantities of one output (`facts`) and the figures that its texts hold (`figures`).

    `marks`: whether figures in doubt are marked.
    """

    def __init__(self, marks: bool = True):
        self.marks = marks
        self.facts: dict[FigureId, Quantity] = {}
        self.figures: list[FigureText] = []

    def show(self, quantity: Quantity, sign: bool = True) -> FigureText:
        """The figure as it is printed; it is remembered. `sign` False prints the magnitude."""
        if quantity.mark and not self.marks:
            quantity = replace(quantity, mark="", note="")
        self.facts[quantity.id] = quantity
        text = quantity.text if sign else quantity.text.lstrip("−")
        return FigureText(str(quantity.id), quantity.signed, text, bool(quantity.mark))

    def character(self, quantity: Quantity, sign: bool = True) -> str:
        """The character that stands for the figure in a text."""
        self.figures.append(self.show(quantity, sign))
        return chr(FIRST_FIGURE + len(self.figures) - 1)

    def figure(self, character: str) -> FigureText:
        """The figure that a character stands for."""
        return self.figures[ord(character) - FIRST_FIGURE]

    def quantity(self, character: str) -> Quantity:
        """The quantity of the figure that a character stands for."""
        return self.facts[FigureId.parse(self.figure(character).id)]

    def unsigned(self, character: str) -> None:
        """Print the magnitude of the figure that a character stands for; a word says the direction."""
        at = ord(character) - FIRST_FIGURE
        self.figures[at] = replace(self.figures[at], text=self.figures[at].text.lstrip("−"))

    def say(self, character: str, word: str) -> None:
        """Print a word in place of the number of the figure that a character stands for."""
        at = ord(character) - FIRST_FIGURE
        self.figures[at] = replace(self.figures[at], text=word)

    def line(self, text: str) -> tuple[Inline, ...]:
        """The words and figures of a text."""
        found: list[Inline] = []
        end = 0
        for match in FIGURE.finditer(text):
            if match.start() > end:
                found.append(Text(text[end : match.start()]))
            found.append(self.figure(match[0]))
            end = match.end()
        if end < len(text):
            found.append(Text(text[end:]))
        return tuple(found)

    def words(self, text: str) -> str:
        """A text with its figures as words."""
        return FIGURE.sub(lambda match: self.figure(match[0]).text, text)

    def html(self, html: str) -> str:
        """HTML in which characters stand for figures, with the figures as elements that readers can open."""
        return FIGURE.sub(lambda match: figure_html(self.figure(match[0])), html)
