"""Sentences with computed figures.

A paragraph is a Jinja template. A figure that is unknown takes its clause with it, so that a sentence never holds
a hole, and the paragraph says at its end what the year's material lacks.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markdown_it import MarkdownIt
from markupsafe import Markup

from .errors import DataError
from .quantity import Quantity

if TYPE_CHECKING:
    from .figures import Figure, Figures

GONE, HOLE = "\ue001", "\ue000"  # a phrase that leaves itself out; a figure that is unknown
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
REFERENCE = re.compile(r"\{\{\s*([\w.]+)(?:\[(\w+)\])?(?:@(\d{4}))?\s*\}\}")


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
    text = re.sub(r"^[ \t]+", "", str(escape(text)), flags=re.M)
    text = re.sub(r"[\\`*_\[\]~|]", lambda match: f"&#{ord(match[0])};", text)
    text = re.sub(r"^[#+=-]", lambda match: f"&#{ord(match[0])};", text, flags=re.M)
    return Markup(re.sub(r"^(\d+)([.)])", lambda match: f"{match[1]}&#{ord(match[2])};", text, flags=re.M))


class Printer:
    """Turns figures into phrases and remembers each quantity it printed (`facts`) and lacked (`missing`)."""

    def __init__(self):
        self.facts: dict[str, Quantity] = {}
        self.missing: list[str] = []

    #: Whether doubtful figures are marked; `book/edition.yml` decides, an edition passes it on.
    marks = os.environ.get("NIANBAO_MARKS") != "0"

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

    def direction(self, quantity: Quantity, up="增加", down="减少") -> str:
        """`增加7.34万人`, or nothing where the change is zero (the caller says 持平)."""
        return (up if quantity.value > 0 else down) + self.value(quantity, sign=False)

    def rate(self, quantity: Quantity | None, up="增长", down="下降") -> str:
        """`增长2.74%`; left out where the rate is undefined; `持平` for zero."""
        if quantity is None:
            return GONE
        return "持平" if quantity.value == 0 else self.direction(quantity, up, down)

    def change(self, figure: Figure, base: int | None = None, growth: str = "growth", rate_word="增长") -> str:
        """`较上年末增加7.34万人，增长2.74%`: the change since `base` (default: the year before) and its rate.

        Percentages and ratios move by points or rise and fall; a rate is left out where the base is not positive.
        """
        base = figure.year - 1 if base is None else base
        than = f"较{'上' if base == figure.year - 1 else base}年{'末' if figure.about.kind == 'stock' else ''}"
        if figure.about.unit == "比":
            return self.ratio_change(figure, base, than)
        percent = figure.about.unit == "%"
        change = figure.derived("points" if percent else "change", base)
        if change is None:
            return GONE
        if change.value == 0:
            self.facts[change.id] = change
            return f"与{than[1:]}持平"
        if percent:
            return than + self.direction(change, "上升", "下降").replace("百分点", "个百分点")
        text = than + self.direction(change)
        rate = figure.derived(growth, base)
        if rate is None or rate.value == 0:
            return text
        if growth == "avg_growth":
            return f"{text}，年均{self.rate(rate)}"
        return f"{text}，{self.rate(rate)}"

    def ratio_change(self, figure: Figure, base: int, than: str) -> str:
        """`较上年的3.05∶1略有下降` for x:1 ratios."""
        now, then = figure.quantity, figure.at(base).quantity
        if now is None or then is None:
            return GONE
        if then.exact == 0:  # nothing to compare with
            return f"{than}的{self.value(then)}{'上升' if now.exact > 0 else '下降'}" if now.exact else f"与{than[1:]}持平"
        if now.value == then.value:
            return f"与{than[1:]}持平"
        word = "上升" if now.exact > then.exact else "下降"
        little = "略有" if abs(now.exact / then.exact - 1) * 100 < 3 else ""
        return f"{than}的{self.value(then)}{little}{word}"

    def since(self, figure: Figure, base: int) -> str:
        """`较2020年末增加66.32万人，年均增长6.35%`."""
        return self.change(figure, base, "avg_growth")

    def growth(self, figure: Figure, base: int | None = None) -> str:
        """`同比增长20.78%`."""
        quantity = figure.derived("growth", figure.year - 1 if base is None else base)
        if quantity is None:
            return GONE
        return "与上年持平" if quantity.value == 0 else "同比" + self.rate(quantity)

    def total_growth(self, figure: Figure, base: int) -> str:
        """`增长19.59%`: the whole growth since `base`."""
        return self.rate(figure.derived("growth", base))

    def delta(self, figure: Figure, base: int | None = None) -> str:
        """`增加7.34万人` without the words 较上年."""
        quantity = figure.derived("change", figure.year - 1 if base is None else base)
        if quantity is None:
            return GONE
        return "持平" if quantity.value == 0 else self.direction(quantity)

    def sign(self, figure: Figure, up="增加", down="减少") -> str:
        """`增加508.03万元` for a figure that is itself a difference; `持平` for zero."""
        if figure.quantity is None:
            return GONE
        return "持平" if figure.quantity.value == 0 else self.direction(figure.quantity, up, down)

    def surplus(self, figure: Figure, up="结余", down="赤字") -> str:
        """`结余2.09亿元`, `赤字0.35亿元`, or 收支持平: a balance of income and expenditure in words."""
        if figure.quantity is None:
            return self.level(figure)
        if figure.quantity.value == 0:
            return "收支持平"
        return self.direction(figure.quantity, up, down)

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
    if GONE not in html and HOLE not in html:
        return html
    html = re.sub(f"（[^（）]*[{GONE}{HOLE}][^（）]*）", "", html)
    lead = re.match(r"(\*\*[^*]+\*\*\s*)?", html)[0]
    sentences = []
    for sentence in re.split(r"(?<=。)", html[len(lead) :]):
        if GONE not in sentence and HOLE not in sentence:
            sentences.append(sentence)
            continue
        parts = [part for part in map(tidy_part, re.split("[；。]", sentence)) if part]
        if parts:
            sentences.append("；".join(parts) + ("。" if "。" in sentence else ""))
    return lead + "".join(sentences) if any(each.strip() for each in sentences) else ""


def tidy_part(part: str) -> str:
    """What is left of the clauses between two semicolons."""
    if GONE not in part and HOLE not in part:
        return part
    kept = []
    for clause in part.split("，"):
        if HOLE in clause or GONE in clause:
            listed = [word for word in clause.split("、") if HOLE not in word and GONE not in word and "<data" in word]
            if listed and "、" in clause:
                kept.append("、".join(listed))
            elif HOLE in clause:
                break
            continue
        kept.append(clause)
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
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise DataError(f"文字模板有误：{error}；原文：{template.strip()[:40]}…") from None
    blocks = [tidy(block) for block in re.split(r"\n\s*\n", text)]
    html = MARKDOWN.render("\n\n".join(block for block in blocks if block.strip()))
    lacking = list(dict.fromkeys(printer.missing))
    if lacking:
        html += f'<p class="lacking">本年资料未载：{escape("、".join(lacking))}。</p>\n'
    return f'<div class="prose">{html}</div>'


__all__ = ["Printer", "environment", "figure_html", "remark", "render", "tidy"]
