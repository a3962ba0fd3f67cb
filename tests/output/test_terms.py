"""Terms that are explained where they are first met in the text of a page."""

from __future__ import annotations

import re

from nianbao.output.web.terms import explained, terms
from tests.support.projects import ROOT

KNOWN = {"静态可支付月数": "够付几个月。", "可支付月数": "够付几个月。", "统筹": "放在一起。"}


def test_a_term_is_explained_once_where_it_is_first_met_in_a_paragraph():
    made = explained("<h2>统筹</h2><p>自治区统筹，<b>再统筹</b>。</p><p>统筹</p>", KNOWN)
    assert made.count("<dfn") == 1 and made.startswith('<h2>统筹</h2><p>自治区<dfn class="term" tabindex="0" title="放')


def test_a_part_of_a_longer_term_with_its_meaning_is_not_explained_again():
    made = explained("<p>静态可支付月数</p><p>可支付月数和统筹</p>", KNOWN)
    assert made.count("<dfn") == 2 and "<p>可支付月数和<dfn" in made


def test_links_figures_and_other_elements_than_paragraphs_stay_as_they_are():
    body = '<p><a href="x">统筹</a><data value="1">统筹</data></p><td>统筹</td><p class="note">统筹</p>'
    assert explained(body, KNOWN) == body


def test_the_words_of_a_page_stay_the_same():
    body = "<p>静态可支付月数，<b>统筹</b>。</p>"
    made = explained(body, KNOWN)
    assert made.count("<dfn") == 2 and re.sub("</?dfn[^>]*>", "", made) == body


def test_the_book_explains_terms_and_one_without_them_none(tmp_path):
    assert {"抚养比", "替代率", "可支付月数", "统筹"} <= terms(ROOT).keys()
    assert terms(tmp_path) == {} and explained("<p>统筹</p>", {}) == "<p>统筹</p>"
