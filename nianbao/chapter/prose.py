"""Sentences with computed figures.

A paragraph is a Jinja template. A figure that is unknown takes its clause with it, so that a sentence never holds
a hole, and the paragraph says at its end what the year's material lacks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from nianbao.chapter import record
from nianbao.chapter.doubted import is_disputed
from nianbao.chapter.figure import Figure, Figures
from nianbao.chapter.lacking import sentences_on
from nianbao.chapter.markdown import blocks
from nianbao.chapter.phrases import Phrases, has_fallen, is_negative, is_nothing, ranked
from nianbao.chapter.printer import FIGURE, GONE, HOLE, OURS, TOLD, Printer, unit_text
from nianbao.chapter.record import Block, Paragraph, Text
from nianbao.chapter.tidying import tidy, without_dangling_end
from nianbao.chapter.wording import in_words
from nianbao.data.references import REFERENCE
from nianbao.errors import DataError
from nianbao.figures.quantity import Quantity

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
#: Filters of templates that are phrases about a figure.
FILTERS = (
    "change",
    "since",
    "growth",
    "total_growth",
    "years_since",
    "delta",
    "share",
    "sign",
    "surplus",
    "outcome",
    "deficit",
)
#: Tests of templates: `{% if figure is negative %}`; `all_of`, `cited_in`, `named_in`, `disputed` are others.
TESTS: dict[str, Callable[..., bool]] = {"nothing": is_nothing, "negative": is_negative, "fallen": has_fallen}
#: Characters that would be Markdown. Marks of lists and headings anywhere: the clause before them may be left out.
SIGNS = re.compile(r"[\\`*_\[\]~|=]|(?<!&)#|[+-](?=[+\s-]|$)|(?<=\d)[.)](?=\s|$)", re.MULTILINE)
OUTER_BLANKS = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
BLANK_LINES = re.compile(r"\n\s*\n")
#: Where the clauses of a text begin.
CLAUSES = re.compile(r"\A\s*|[，；。：](?=.)")
#: Tokens of code.
CODE = {"code_inline", "code_block", "fence"}
#: What a template that is wrong may raise.
MISTAKES = (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
#: How the sentence begins that says what the year's material lacks.
LACKING = "本年资料未载"
LACKING_OF_OWN = "本年没有填报"
#: Letters of a template that an error quotes.
QUOTED = 40
#: A pair of straight quotes, and a line break in a text; neither belongs between Chinese characters.
STRAIGHT_QUOTES = re.compile('"([^"<>\n]*[\u3400-\u9fff][^"<>\n]*)"')
CHINESE = "[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…—]"
BREAK = re.compile(rf"(?<={CHINESE})[ \t]*\n[ \t]*(?={CHINESE})")


# -- texts kept as data -----------------------------------------------------------------------------------------------
def literal(text: str) -> Markup:
    """A text as Markdown that shows it as it is: neither HTML nor Markdown."""
    lines = "\n".join(str(escape(text)).splitlines())
    return Markup(SIGNS.sub(lambda match: f"&#{ord(match[0])};", OUTER_BLANKS.sub("", lines)))


def without_characters_of_figures(text: str) -> str:
    """A text from outside: no character in it can stand for a figure."""
    return OURS.sub("", text)


def typeset(text: str) -> str:
    """A text that was typed into a cell as it is printed: quotes in pairs, no break within a Chinese paragraph."""
    return BREAK.sub("", STRAIGHT_QUOTES.sub(r"“\1”", text))


@dataclass(frozen=True)
class Passage:
    """A text kept as data, in which `{{indicator[item]@year}}` stands for a figure with its unit.

    Everything else in it is plain text. A unit that the text repeats behind the figure is printed once.
    """

    text: str
    figures: Figures

    def cites(self, figure: Figure) -> bool:
        """Whether the passage holds a figure."""
        found = (self.figures(each[1], each[2], int(each[3]) if each[3] else None) for each in self._references)
        return any(each.key == figure.key for each in found)

    @property
    def _references(self) -> list[re.Match[str]]:
        """Where figures stand in the text."""
        return list(REFERENCE.finditer(self.text))

    def written(self, phrases: Phrases) -> str:
        """The passage as a phrase."""
        if self.text == GONE:
            return GONE
        text = typeset(self.text)
        parts = []
        end = 0
        for match in REFERENCE.finditer(text):
            figure = self.figures(match[1], match[2], int(match[3]) if match[3] else None)
            quantity = figure.quantity
            unit = unit_text(quantity.unit if quantity else figure.about.unit)
            repeated = text.startswith(unit, match.end())
            parts.append(without_characters_of_figures(text[end : match.start()]))
            parts.append(phrases.number(quantity))
            parts.append("" if repeated else unit)
            end = match.end()
        parts.append(without_characters_of_figures(text[end:]))
        return CLAUSES.sub(rf"\g<0>{TOLD}", "".join(parts))


# -- templates --------------------------------------------------------------------------------------------------------
def environment(phrases: Phrases) -> SandboxedEnvironment:
    """The sandbox templates run in: undefined names are errors, every inserted text is shown as it is."""

    def number(figure: Figure | Quantity | None) -> str:
        return phrases.number(quantity_of(figure))

    def magnitude(figure: Figure | Quantity | None) -> str:
        return phrases.value(quantity_of(figure), sign=False)

    def finalize(value: Any) -> Any:
        if isinstance(value, Figure):
            return literal(phrases.level(value))
        if isinstance(value, Quantity):
            return literal(phrases.value(value))
        if isinstance(value, Passage):
            return literal(value.written(phrases))
        if isinstance(value, str) and not isinstance(value, Markup):
            return literal(without_characters_of_figures(value))
        return HOLE if value is None else value

    made = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    made.filters |= {name: shown_as_it_is(getattr(phrases, name)) for name in FILTERS}
    made.filters |= {"n": shown_as_it_is(number), "abs": shown_as_it_is(magnitude), "ranked": ranked}

    def all_of(figure: Figure, whole: Figure) -> bool:
        quantity = figure.quantity
        other = whole.quantity
        if quantity is None or other is None or quantity.exact != other.exact or quantity.value == 0:
            return False
        phrases.printer.show(quantity)  # said in words, and remembered nonetheless
        return True

    of_texts: dict[str, Callable[..., bool]] = {"cited_in": cited_in, "named_in": named_in}
    made.tests |= TESTS | of_texts | {"all_of": all_of, "disputed": partial(disputed, phrases.printer)}
    made.finalize = finalize
    return made


def disputed(printer: Printer, figure: Figure) -> bool:
    """Whether a figure is disputed, in a book that marks doubts."""
    quantity = figure.quantity
    return printer.marks and quantity is not None and is_disputed(quantity, figure.data.errata)


def cited_in(figure: Figure, text: Any) -> bool:
    """Whether a passage holds a figure; no other text does."""
    return isinstance(text, Passage) and text.cites(figure)


def named_in(name: str, text: Any) -> bool:
    """Whether a passage holds a name; no other text does."""
    return isinstance(text, Passage) and name in text.text


def quantity_of(figure: Figure | Quantity | None) -> Quantity | None:
    """The level of a figure; a quantity is one itself."""
    return figure.quantity if isinstance(figure, Figure) else figure


def shown_as_it_is(phrase: Callable[..., str]) -> Callable[..., Markup]:
    """The function with its result as Markdown that shows it as it is."""
    return lambda *args, **options: literal(phrase(*args, **options))


@dataclass(frozen=True)
class Written:
    """Paragraphs as blocks and as HTML."""

    blocks: tuple[Block, ...]
    html: str


def write(template: str, names: Mapping[str, Any], printer: Printer, lacking: str = LACKING) -> Written:
    """Paragraphs from a template (Markdown with Jinja) in which `names` are known.

    `lacking`: how the sentence begins that names what was asked for and is unknown. Raises DataError for what the
    template gets wrong.
    """
    phrases = Phrases(printer)
    text = filled(template, names, phrases)
    parts = [part for part in map(tidy, BLANK_LINES.split(text)) if part.strip()]
    if parts:
        parts[-1] = without_dangling_end(parts[-1])
    parts.append(left_over(text, "".join(parts), printer))
    tokens = MARKDOWN.parse(in_words("\n\n".join(part for part in parts if part.strip()), printer))
    words_for_figures(tokens, printer)
    found = blocks(tokens, printer.line)
    html = printer.html(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))
    missing = [figure for figure in phrases.missing if figure.year == names.get("year", figure.year)]
    said = sentences_on(missing, lacking)
    if said:
        found += (Paragraph((Text(said),), record.LACKING),)
        html += f'<p class="lacking">{escape(said)}</p>\n'
    return Written(found, f'<div class="prose">{html}</div>')


def left_over(before: str, after: str, printer: Printer) -> str:
    """A sentence with the known figures that left their clauses with an unknown one; nothing where none did."""
    shown = {printer.figure(each).id for each in FIGURE.findall(after)}
    lost = {printer.figure(each).id: each for each in FIGURE.findall(before) if printer.figure(each).id not in shown}
    told = []
    for character in lost.values():
        quantity = printer.quantity(character)
        told.append(f"{literal(quantity.name)}{printer.character(quantity)}{literal(unit_text(quantity.unit))}")
    return f"{'；'.join(told)}。" if told else ""


def filled(template: str, names: Mapping[str, Any], phrases: Phrases) -> str:
    """The Markdown that a template gives; DataError for what it gets wrong."""
    try:
        return environment(phrases).from_string(without_characters_of_figures(template)).render(names)
    except MISTAKES as error:
        raise DataError(f"文字模板有误：{error}；原文：{template.strip()[:QUOTED]}…") from None


def words_for_figures(tokens: Sequence[Token], printer: Printer) -> None:
    """Figures in code, in titles of links and in what stands for a picture are words: no element may stand there."""
    for token in tokens:
        for name, value in token.attrs.items():
            if isinstance(value, str):
                token.attrs[name] = printer.words(value)
        if token.type in CODE:
            token.content = printer.words(token.content)
        children = token.children or []
        words_for_figures(children, printer)
        if token.type == "image":
            for child in children:
                child.content = printer.words(child.content)
