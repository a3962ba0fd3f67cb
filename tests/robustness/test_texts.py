"""Hostile texts are shown as the text they are: in prose, tables, charts and remarks."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pandas as pd
import pytest
from lxml import html as parser

from nianbao import charts
from nianbao.chapter.figure import Figures
from nianbao.chapter.html import table_html
from nianbao.chapter.printer import Printer
from nianbao.chapter.prose import Passage, write
from nianbao.chapter.table import Table
from tests.support.hostile import TEXTS, audit_of_small_data, bare


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_is_shown_as_it_is_in_prose_tables_and_charts(text):
    printer = Printer()
    paragraph = write("甲{{ a }}乙", {"a": text}, printer).html
    body = Table([text, "数"], [[text, text]], text, anchors={0: [text]}).body(printer)
    table = table_html("tab-1", text, body, [text])
    for made, often in ((paragraph, 1), (table, 6)):
        tree = parser.fragment_fromstring(made, create_parent="div")
        assert {node.tag for node in tree.iter()} <= {
            "div",
            "p",
            "figure",
            "table",
            "caption",
            "span",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        }
        assert not [
            name
            for node in tree.iter()
            for name in node.attrib
            if name.startswith("on") or name in {"href", "src", "style"}
        ]
        assert bare(tree.text_content()).count(bare(text)) >= min(often, 1 if len(bare(text)) < 5 else often)
    if len(text) < 1000:
        svg = charts.to_svg(charts.ranking(pd.Series({text: 2.0, "乙": 1.0}), "人"), text, "fig-1")
        root = ElementTree.fromstring(svg)
        kinds = {node.tag.rsplit("}")[-1] for node in root.iter()}
        assert kinds <= {"svg", "title", "g", "path", "text", "defs", "use", "clipPath", "rect", "circle"} and bare(
            root[0].text
        ) == bare(text)
        assert not re.search(r"\sstyle=|<style", re.sub(r">[^<]*<", "><", svg))


@pytest.mark.parametrize("text", [text for text in TEXTS if "{{" not in text and len(text) < 200], ids=repr)
def test_a_text_in_a_remark_is_only_text(small_data, text):
    figures = Figures(audit_of_small_data(), 2025)
    made = write("{{ a }}", {"a": Passage(text, figures)}, Printer()).html
    tree = parser.fragment_fromstring(made)
    assert {node.tag for node in tree.iter()} == {"div", "p"} and bare(tree.text_content()) == bare(text)
