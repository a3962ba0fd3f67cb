"""Sentences with computed figures.

A paragraph is a Jinja template. A figure that is unknown takes its clause with it, so that a sentence never holds
a hole, and the paragraph says at its end what the year's material lacks.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markdown_it import MarkdownIt
from markupsafe import Markup

from nianbao.data.references import REFERENCE
from nianbao.errors import DataError
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity

if TYPE_CHECKING:
    from nianbao.chapter.figure import Figure, Figures

GONE, HOLE = "\ue001", "\ue000"  # a phrase that leaves itself out; a figure that is unknown
UNKNOWN = re.compile(f"[{GONE}{HOLE}]")
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def figure_html(quantity: Quantity, text: str | None = None) -> Markup:
    """A figure as readers can open it: `<data class="q" value data-q>`."""
    mark = ' data-mark="1"' if quantity.mark else ""
    return Markup('<data class="q" value="{}" data-q="{}"{}>{}</data>').format(
        quantity.signed, quantity.id, Markup(mark), text if text is not None else quantity.text
    )


def unit_text(unit: str) -> str:
    """The unit behind a number; a ratio is written x∶1."""
    return "∶1" if unit == "比" else unit


def plain(text: str) -> Markup:
    """A text kept as data: shown as it is, neither HTML nor Markdown."""
    text = re.sub(r"^[ \t]+|[ \t]+$", "", "\n".join(str(escape(text)).splitlines()), flags=re.M)
    # Marks of lists and headings anywhere: the clause in front of them may be left out.
    signs = r"[\\`*_\[\]~|=]|(?<!&)#|[+-](?=[+\s-]|$)|(?<=\d)[.)](?=\s|$)"
    return Markup(re.sub(signs, lambda match: f"&#{ord(match[0])};", text, flags=re.M))


class Printer:
    """Turns figures into phrases and remembers each quantity it printed (`facts`) and lacked (`missing`)."""

    def __init__(self, marks: bool = True):
        self.marks = marks
        self.facts: dict[FigureId, Quantity] = {}
        self.missing: list[str] = []

    def number(self, quantity: Quantity | None, sign: bool = True) -> str:
        """The figure without its unit; `sign` False prints the magnitude (the word says the direction)."""
        if quantity is None:
            return HOLE
        if quantity.mark and not self.marks:
            quantity = replace(quantity, mark="", note="")
        self.facts[quantity.id] = quantity
        return figure_html(quantity, None if sign else quantity.text.lstrip("−"))

    def value(self, quantity: Quantity | None, sign: bool = True) -> str:
        """The figure with its unit."""
        return HOLE if quantity is None else self.number(quantity, sign) + unit_text(quantity.unit)

    def level(self, figure: Figure) -> str:
        """An indicator's own value; remembers what is lacking."""
        if figure.quantity is None:
            self.missing.append(figure.about.name)
        return self.value(figure.quantity)

    def moved(self, quantity: Quantity | None, up="增加", down="减少", still="持平", before="") -> str:
        """`增加7.34万人`, or 持平 for zero; left out where it is unknown. `before` stands before a movement only."""
        if quantity is None:
            return GONE
        return still if quantity.value == 0 else before + (up if quantity.value > 0 else down) + self.value(quantity, sign=False)

    def change(self, figure: Figure, base: int | None = None, growth: str = "growth") -> str:
        """`较上年末增加7.34万人，增长2.74%`: the change since `base` (default: the year before) and its rate.

        Percentages and ratios move by points or rise and fall; a rate is left out where the base is not positive.
        """
        base = figure.year - 1 if base is None else base
        than = f"{'上' if base == figure.year - 1 else base}年{'末' if figure.about.kind == 'stock' else ''}"
        if figure.about.unit == "比":
            return self.ratio_change(figure, base, than)
        percent = figure.about.unit == "%"
        change = figure.derived("points" if percent else "change", base)
        if change is not None and change.value == 0:
            self.facts[change.id] = change
        words = ("上升", "下降") if percent else ("增加", "减少")
        text = self.moved(change, *words, still=f"与{than}持平", before=f"较{than}")
        if percent:
            return text.replace("百分点", "个百分点")
        rate = figure.derived(growth, base) if change is not None and change.value else None
        if rate is None or rate.value == 0:
            return text
        return f"{text}，{'年均' if growth == 'avg_growth' else ''}{self.moved(rate, '增长', '下降')}"

    def ratio_change(self, figure: Figure, base: int, than: str) -> str:
        """`较上年的3.05∶1略有下降` for x:1 ratios."""
        now, then = figure.quantity, figure.at(base).quantity
        if now is None or then is None:
            return GONE
        if now.value == then.value:
            return f"与{than}持平"
        word = "上升" if now.exact > then.exact else "下降"
        little = "略有" if then.exact and abs(now.exact / then.exact - 1) * 100 < 3 else ""
        return f"较{than}的{self.value(then)}{little}{word}"

    def since(self, figure: Figure, base: int) -> str:
        """`较2020年末增加66.32万人，年均增长6.35%`."""
        return self.change(figure, base, "avg_growth")

    def growth(self, figure: Figure, base: int | None = None) -> str:
        """`同比增长20.78%`."""
        rate = figure.derived("growth", figure.year - 1 if base is None else base)
        return self.moved(rate, "增长", "下降", still="与上年持平", before="同比")

    def total_growth(self, figure: Figure, base: int) -> str:
        """`增长19.59%`: the whole growth since `base`."""
        return self.moved(figure.derived("growth", base), "增长", "下降")

    def delta(self, figure: Figure, base: int | None = None) -> str:
        """`增加7.34万人` without the words 较上年."""
        return self.moved(figure.derived("change", figure.year - 1 if base is None else base))

    def sign(self, figure: Figure, up="增加", down="减少") -> str:
        """`增加508.03万元` for a figure that is itself a difference; `持平` for zero."""
        return self.moved(figure.quantity, up, down)

    def surplus(self, figure: Figure, up="结余", down="赤字") -> str:
        """`结余2.09亿元`, `赤字0.35亿元`, or 收支持平: a balance of income and expenditure in words."""
        return self.moved(figure.quantity, up, down, still="收支持平") if figure.known else self.level(figure)

    def share(self, figure: Figure, of: Figure) -> str:
        """`75.27%`: the percentage of another indicator."""
        quantity = figure.share(of)
        return GONE if quantity is None else self.value(quantity)


def remark(text: str, figures: Figures, printer: Printer) -> Markup:
    """An explanation kept as data, in which `{{indicator[item]@year}}` stands for a figure with its unit.

    Everything else in it is plain text. A unit that the text repeats behind the figure is printed once.
    """
    parts, end = [], 0
    for match in REFERENCE.finditer(text):
        figure = figures(match[1], match[2], int(match[3]) if match[3] else None)
        unit = unit_text(figure.quantity.unit if figure.known else figure.about.unit)
        repeated = text.startswith(unit, match.end())
        parts += [plain(text[end : match.start()]), printer.number(figure.quantity), "" if repeated else unit]
        end = match.end()
    return Markup("".join([*parts, plain(text[end:])]))


def tidy(html: str) -> str:
    """Leave out what is unknown: a phrase that is gone takes its clause, a hole also all that follows it in its
    part of the sentence; a part without any figure left disappears with them."""
    if not UNKNOWN.search(html):
        return html
    html = re.sub(f"（[^（）]*{UNKNOWN.pattern}[^（）]*）", "", html)
    lead, sentences = re.match(r"(\*\*[^*]+\*\*\s*)?", html)[0], []
    for sentence in re.split(r"(?<=。)", html[len(lead) :]):
        if UNKNOWN.search(sentence):
            parts = list(filter(None, map(tidy_part, re.split("[；。]", sentence))))
            sentence = "；".join(parts) + ("。" if parts and "。" in sentence else "")
        sentences.append(sentence)
    text = "".join(sentences).lstrip()  # blanks in front of what is left would make it a block of code
    return lead + text if text else ""


def tidy_part(part: str) -> str:
    """What is left of the clauses between two semicolons."""
    if not UNKNOWN.search(part):
        return part
    kept = []
    for clause in part.split("，"):
        known = [word for word in clause.split("、") if not UNKNOWN.search(word) and "<data" in word]
        if not UNKNOWN.search(clause):
            kept.append(clause)
        elif known:
            kept.append("、".join(known))
        elif HOLE in clause:
            break
    return "，".join(kept) if any("<data" in clause for clause in kept) else ""


def environment(printer: Printer) -> SandboxedEnvironment:
    """The sandbox templates run in: undefined names are errors, every inserted text is escaped."""
    env = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    for name in ("change", "since", "growth", "total_growth", "delta", "share", "sign", "surplus"):
        env.filters[name] = marked(getattr(printer, name))
    env.filters["n"] = marked(lambda figure: printer.number(getattr(figure, "quantity", figure)))
    env.filters["abs"] = marked(lambda figure: printer.value(getattr(figure, "quantity", figure), sign=False))

    def finalize(value):
        if hasattr(value, "quantity"):
            return Markup(printer.level(value))
        if isinstance(value, Quantity):
            return Markup(printer.value(value))
        if isinstance(value, str) and not isinstance(value, Markup):
            return plain(value)
        return HOLE if value is None else value

    env.finalize = finalize
    return env


def marked(function):
    """The function with its result declared safe HTML (every part of it was escaped on the way)."""
    return lambda *args, **kwargs: Markup(function(*args, **kwargs))


def render(template: str, names: dict, printer: Printer) -> str:
    """A paragraph (Markdown with Jinja) as HTML; raises DataError for what the template gets wrong."""
    printer.missing.clear()
    try:
        text = environment(printer).from_string(template).render(names)
    except (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise DataError(f"文字模板有误：{error}；原文：{template.strip()[:40]}…") from None
    blocks = [tidy(block) for block in re.split(r"\n\s*\n", text)]
    html = MARKDOWN.render("\n\n".join(block for block in blocks if block.strip()))
    lacking = list(dict.fromkeys(printer.missing))
    if lacking:
        html += f'<p class="lacking">本年资料未载：{escape("、".join(lacking))}。</p>\n'
    return f'<div class="prose">{html}</div>'


__all__ = ["Printer", "environment", "figure_html", "remark", "render", "tidy"]
