"""Figures in the built book: they open, say what they follow from, and can be recomputed from that."""

from __future__ import annotations

import json
import re
from collections import Counter
from fractions import Fraction

import pytest

from nianbao.chapter.published import reason_of
from tests.support.selection import CHAPTERS, mostly_long

OPEN_ALL = """async () => {
    const seen = [];
    for (const node of document.querySelectorAll('.prose data.q, .cards data.q')) {
        node.click();
        for (let i = 0; i < 200 && !document.querySelector('.q-panel h2'); i++)
            await new Promise(go => setTimeout(go, 10));
        const panel = document.querySelector('.q-panel'), terms = {};
        panel.querySelectorAll('dt').forEach(dt => { terms[dt.textContent] = dt.nextElementSibling.textContent; });
        seen.push({id: node.dataset.q, open: node.getAttribute('aria-expanded'),
                   title: panel.querySelector('h2').textContent, big: panel.querySelector('.big').textContent,
                   marked: (panel.querySelector('.mark') || panel).textContent,
                   link: panel.querySelector('a[href^="#q="]').hash, terms});
    }
    return seen;
}"""


def stated(book, name: str) -> dict[str, dict]:
    """What a chapter says of its figures."""
    known = json.loads((book.html / "facts" / f"{name}.json").read_text("utf-8"))
    return {each: {"inputs": [], "note": "", "computed": ""} | about for each, about in known.items()}


def recomputed(fact: dict, facts: dict) -> tuple[Fraction, Fraction]:
    """What the expression gives for the inputs as they are stated, and how far their rounding may move it."""
    inputs = [facts[each] for each in fact["inputs"]]
    assert re.fullmatch(r"[\s$\d.+\-*/()]+", fact["expression"]), fact["id"]
    exact = re.sub(r"(?<![\d.$])(\d+\.\d+)", r"Fraction('\1')", fact["expression"])
    code = compile(re.sub(r"\$(\d+)", r"values[\1-1]", exact), fact["id"], "eval")

    def at(values):
        return Fraction(eval(code, {"values": values, "Fraction": Fraction}))  # noqa: S307

    values = [Fraction(each["value"]) for each in inputs]
    rounded = re.search(r"取整后的数（([\d.、-]+)）", fact["note"])  # the document computed it from those
    values = [Fraction(each) for each in rounded[1].split("、")] if rounded else values
    point = at(values)
    ends = [[Fraction(each[end]) for end in ("low", "high")] for each in inputs] if not rounded else []
    return point, sum(
        (
            max(abs(at([*values[:place], end, *values[place + 1 :]]) - point) for end in both)
            for place, both in enumerate(ends)
        ),
        Fraction(0),
    )


def kind(fact: dict, facts: dict) -> str:
    """How a figure follows from what its trace states; "" where it does not."""
    if not fact.get("expression"):
        return "a level as printed" if fact["status"] == "A" else "a level got from others, see its note"
    value, (point, reach) = Fraction(fact["value"]), recomputed(fact, facts)
    unit = Fraction(1, 10 ** len(fact["value"].partition(".")[2]))
    if abs(value - point) <= unit / 2:
        return "exact"
    if fact.get("check") == "erratum" and fact["printed"] == fact["value"]:  # the document's number is shown and marked
        if not fact["computed"]:  # nothing else is known of it than that it cannot be
            return "erratum, no other number" if fact["note"] else ""
        told = Fraction(1, 2 * 10 ** len(fact["computed"].partition(".")[2]))
        return "erratum, both numbers told" if fact["note"] and abs(Fraction(fact["computed"]) - point) <= told else ""
    if "截尾" in fact["note"]:
        return "cut" if 0 <= abs(point) - abs(value) < unit else ""
    if fact["status"] == "E" and not fact["inputs"]:  # got from a printed change: known as its interval says
        reach = (Fraction(fact["high"]) - Fraction(fact["low"])) / 2
    return "within the interval of its inputs" if abs(value - point) <= unit / 2 + reach * Fraction("1.000001") else ""


@pytest.mark.parametrize("name", mostly_long(CHAPTERS, ("03-unemployment",)))
def test_every_figure_in_the_text_opens_with_its_trace_and_can_be_recomputed(page, book, name):
    page.goto((book.html / "notebooks" / f"{name}.html").as_uri())
    facts = stated(book, name)
    for seen in page.evaluate(OPEN_ALL):
        fact, terms = facts[seen["id"]], seen["terms"]
        assert seen["open"] == "true" and seen["title"] == fact["name"] and seen["link"].startswith("#q=")
        assert seen["big"].replace(",", "").replace("−", "-").startswith(fact["value"])
        assert "误差范围" in terms and "性质" in terms
        if fact["inputs"]:
            assert (
                terms["算法"] == fact["formula"].replace(" * ", " × ").replace(" / ", " ÷ ").replace(" - ", " − ")
                and terms["所用的数"]
            ), seen
            if len(fact["inputs"]) <= 12:  # the sum as the panel works it out
                worked = re.match(r"[−\d.,]+", terms["代入"].rpartition(" = ")[2])[0].replace(",", "").replace("−", "-")
                if Fraction(worked) != Fraction(fact["value"]) and not fact.get("mark"):
                    assert "四舍五入" in terms["代入"], seen
                point, _ = recomputed(fact | {"note": ""}, facts)
                assert abs(Fraction(worked) - point) <= Fraction(1, 10 ** len(worked.partition(".")[2])), seen
        elif name in {"A5-audit", "A6-revisions"} and not fact.get("place"):  # counted by the book itself
            assert terms.get("出处") or terms.get("算法"), seen
        else:
            assert terms["出处"] and re.fullmatch(
                r"((observations|editions)/\d{4}/|documents/).+\.csv 第\d+行", terms["数据行"]
            ), seen
        if fact.get("check"):
            assert terms["核对"]
        if fact.get("mark"):
            assert fact["doubt"] in seen["marked"] and reason_of(fact["note"]) in seen["marked"], seen
            differs = fact["computed"] != "" and Fraction(fact["computed"]) != Fraction(fact["value"])
            assert ("照算应为" in terms) == differs, seen


def test_every_figure_follows_from_its_stated_inputs(book):
    """All of them, in text, tables and charts, and all that they were computed from."""
    counted = Counter()
    for name in book.chapters():
        facts = stated(book, name)
        for fact in facts.values():
            known = kind(fact, facts)
            assert known, fact
            counted[known] += 1
    chapters = len(book.chapters())
    assert sum(counted.values()) > 150 * chapters and counted["exact"] > 50 * chapters, counted
    # Two have no sum: one whose printed change has the wrong unit (an erratum), one of which no later year is known, on
    # the page of its document and in the chapter on what changed.
    assert counted["a level got from others, see its note"] <= 3, counted


def test_a_permanent_link_opens_its_figure(page, book):
    page.goto((book.html / "notebooks" / "01-pension.html").as_uri() + "#q=pension.enterprise.insured%3A640000%3A2025")
    page.locator(".q-panel .big", has_text="275.09").wait_for(timeout=5000)
