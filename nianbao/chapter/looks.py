"""How the objects of a notebook show themselves: a figure with value, interval and source, an edition with its years.

Plain HTML and plain words; nothing of it is in the book, whose outputs are records.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from nianbao.chapter.facts import bound
from nianbao.chapter.printer import unit_text
from nianbao.data.catalogue import Catalogue, cited
from nianbao.figures.quantity import Quantity

#: What is said of a figure that is unknown.
UNKNOWN = "未载入本书的资料"
#: What the codes of a status mean (SDMX CL_OBS_STATUS).
STATUSES = {"A": "所印的数", "E": "算得的数", "P": "初步数"}


def lines(quantity: Quantity, catalogue: Catalogue | None) -> list[tuple[str, str]]:
    """What is known of a figure beside its value: each a word and what there is to say."""
    exactly = quantity.interval.low == quantity.interval.high
    span = "准确数" if exactly else f"{bound(quantity.interval.low)} 至 {bound(quantity.interval.high)}"
    source = cited(quantity.source, catalogue.documents if catalogue else {})
    known = [
        ("取值范围", span),
        ("来源", source),
        ("状态", STATUSES.get(quantity.status, quantity.status)),
        ("算法", quantity.formula),
        ("存疑", quantity.note if quantity.mark else ""),
        ("说明", "" if quantity.mark else quantity.note),
        ("数据行", quantity.place),
        ("代号", str(quantity.id)),
    ]
    return [(word, said) for word, said in known if said]


def words(quantity: Quantity | None, title: str, catalogue: Catalogue | None = None) -> str:
    """A figure in one line."""
    if quantity is None:
        return f"{title}：{UNKNOWN}"
    about = "；".join(f"{word} {said}" for word, said in lines(quantity, catalogue)[:2])
    return f"{title}：{quantity.text}{unit_text(quantity.unit)}（{about}）"


def html(quantity: Quantity | None, title: str, catalogue: Catalogue | None = None) -> str:
    """A figure as HTML: its value, and a list of what is known of it."""
    if quantity is None:
        return f"<p>{escape(title)}：{UNKNOWN}</p>"
    value = f"<strong>{escape(quantity.text)}</strong>{escape(unit_text(quantity.unit))}"
    return f"<p>{escape(title)}：{value}</p>{listed(lines(quantity, catalogue))}"


def listed(pairs: Iterable[tuple[str, str]]) -> str:
    """Pairs of a word and what there is to say as a table without heads."""
    rows = "".join(f"<tr><th>{escape(word)}</th><td>{escape(said)}</td></tr>" for word, said in pairs)
    return f"<table>{rows}</table>"


def named_quantity(quantity: Quantity) -> str:
    """A quantity as HTML, under its own name."""
    return html(quantity, quantity.name)
