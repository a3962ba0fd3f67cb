"""Sentences with computed figures.

A paragraph is a Jinja template. A figure that is unknown takes its clause with it, so that a sentence never holds
a hole, and the paragraph says at its end what the year's material lacks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from nianbao.chapter.figure import Figure, Figures
from nianbao.chapter.markdown import blocks
from nianbao.chapter.phrases import Phrases
from nianbao.chapter.printer import FIGURE, GONE, HOLE, Printer, unit_text
from nianbao.chapter.record import Block, Paragraph, Text
from nianbao.data.references import REFERENCE
from nianbao.errors import DataError
from nianbao.figures.quantity import Quantity

UNKNOWN = re.compile(f"[{GONE}{HOLE}]")
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
#: Filters of templates that are phrases about a figure.
FILTERS = ("change", "since", "growth", "total_growth", "years_since", "delta", "share", "sign", "surplus")
#: Characters that would be Markdown. Marks of lists and headings anywhere: the clause before them may be left out.
SIGNS = re.compile(r"[\\`*_\[\]~|=]|(?<!&)#|[+-](?=[+\s-]|$)|(?<=\d)[.)](?=\s|$)", re.MULTILINE)
OUTER_BLANKS = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
BLANK_LINES = re.compile(r"\n\s*\n")
#: Tokens of code.
CODE = {"code_inline", "code_block", "fence"}
#: What a template that is wrong may raise.
MISTAKES = (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
#: Letters of a template that an error quotes.
QUOTED = 40


# -- texts kept as data -----------------------------------------------------------------------------------------------
def literal(text: str) -> Markup:
    """A text as Markdown that shows it as it is: neither HTML nor Markdown."""
    lines = "\n".join(str(escape(text)).splitlines())
    return Markup(SIGNS.sub(lambda match: f"&#{ord(match[0])};", OUTER_BLANKS.sub("", lines)))


def without_characters_of_figures(text: str) -> str:
    """A text from outside: no character in it can stand for a figure."""
    return FIGURE.sub("", text)


@dataclass(frozen=True)
class Passage:
    """A text kept as data, in which `{{indicator[item]@year}}` stands for a figure with its unit.

    Everything else in it is plain text. A unit that the text repeats behind the figure is printed once.
    """

    text: str
    figures: Figures

    def written(self, phrases: Phrases) -> str:
        """The passage as a phrase."""
        parts = []
        end = 0
        for match in REFERENCE.finditer(self.text):
            figure = self.figures(match[1], match[2], int(match[3]) if match[3] else None)
            quantity = figure.quantity
            unit = unit_text(quantity.unit if quantity else figure.about.unit)
            repeated = self.text.startswith(unit, match.end())
            parts.append(without_characters_of_figures(self.text[end : match.start()]))
            parts.append(phrases.number(quantity))
            parts.append("" if repeated else unit)
            end = match.end()
        parts.append(without_characters_of_figures(self.text[end:]))
        return "".join(parts)


# -- what is unknown --------------------------------------------------------------------------------------------------
def tidy(text: str) -> str:
    """Leave out what is unknown: a phrase that is gone takes its clause, a hole also all that follows it in its
    part of the sentence; a part without any figure left disappears with them."""
    if not UNKNOWN.search(text):
        return text
    text = re.sub(f"（[^（）]*{UNKNOWN.pattern}[^（）]*）", "", text)
    heading = re.match(r"\*\*[^*]+\*\*\s*", text)
    lead = heading[0] if heading else ""
    sentences = [tidy_sentence(each) for each in re.split(r"(?<=。)", text[len(lead) :])]
    rest = "".join(sentences).lstrip()  # blanks in front of what is left would make it a block of code
    return lead + rest if rest else ""


def tidy_sentence(sentence: str) -> str:
    """What is left of a sentence, with its full stop."""
    if not UNKNOWN.search(sentence):
        return sentence
    parts = [tidy_part(each) for each in re.split("[；。]", sentence)]
    left = "；".join(filter(None, parts))
    return f"{left}。" if left and "。" in sentence else left


def tidy_part(part: str) -> str:
    """What is left of the clauses between two semicolons."""
    if not UNKNOWN.search(part):
        return part
    kept = []
    for clause in part.split("，"):
        known = [word for word in clause.split("、") if FIGURE.search(word) and not UNKNOWN.search(word)]
        if not UNKNOWN.search(clause):
            kept.append(clause)
        elif known:
            kept.append("、".join(known))
        elif HOLE in clause:
            break
    return "，".join(kept) if any(FIGURE.search(clause) for clause in kept) else ""


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
    made.filters |= {"n": shown_as_it_is(number), "abs": shown_as_it_is(magnitude)}
    made.finalize = finalize
    return made


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


def write(template: str, names: Mapping[str, Any], printer: Printer) -> Written:
    """Paragraphs from a template (Markdown with Jinja) in which `names` are known.

    Raises DataError for what the template gets wrong.
    """
    phrases = Phrases(printer)
    text = filled(template, names, phrases)
    parts = [tidy(part) for part in BLANK_LINES.split(text)]
    tokens = MARKDOWN.parse("\n\n".join(part for part in parts if part.strip()))
    words_for_figures(tokens, printer)
    found = blocks(tokens, printer.line)
    html = printer.html(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))
    if phrases.missing:
        lacking = f"本年资料未载：{'、'.join(dict.fromkeys(phrases.missing))}。"
        found += (Paragraph((Text(lacking),), "lacking"),)
        html += f'<p class="lacking">{escape(lacking)}</p>\n'
    return Written(found, f'<div class="prose">{html}</div>')


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
