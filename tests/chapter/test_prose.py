"""Sentences: what they say agrees with exact arithmetic, and a figure that is unknown leaves no hole."""

import html as entities
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.audit.audit import Audit
from nianbao.chapter.figure import Figures
from nianbao.chapter.html import table_html
from nianbao.chapter.printer import FIRST_FIGURE, GONE, HOLE, Printer
from nianbao.chapter.prose import Passage, write
from nianbao.chapter.table import Table
from nianbao.chapter.tidying import tidy
from nianbao.errors import DataError
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of, round_half_up
from tests.support.small_dataset import WHOLE as ALL
from tests.support.small_dataset import dataset, figure

#: Stands for a figure.
D = chr(FIRST_FIGURE)


def plain(html: str) -> str:
    """What a reader sees."""
    return entities.unescape(re.sub("<[^>]+>", "", html))


def names(levels, claims=(), **more) -> dict:
    """Variables as a notebook has them."""
    f = Figures(Audit(dataset(levels, claims)), 2025)
    return {
        "f": f,
        "year": 2025,
        "a": f("x.stock"),
        "b": f("x.flow"),
        "rate": f("x.rate"),
        "ratio": f("x.ratio"),
    } | more


def render(template: str, names: dict, printer: Printer) -> str:
    """A paragraph as HTML."""
    return write(template, names, printer).html


def paragraph(template: str, levels=None, claims=(), **more) -> str:
    """A paragraph as the reader sees it, without the remark on what is lacking."""
    html = render(template, names(levels or {}, claims, **more), Printer())
    return plain(html.split('<p class="lacking">')[0]).strip()


# -- phrases against arithmetic -------------------------------------------------------------------------------------
@st.composite
def level(draw):
    """A level as printed: of either sign, zero, close to others, with nought to three decimals."""
    digits = draw(st.integers(0, 3))
    whole = draw(st.integers(-300, 300) | st.integers(-(10**7), 10**7))
    return f"{Decimal(whole).scaleb(-digits):f}"


PHRASES = st.sampled_from(
    ["change", "since(2020)", "growth", "total_growth(2024)", "delta", "delta(2020)", "change(2020)"]
)
FORBIDDEN = re.compile(
    r"nan|inf|None|E[+-]\d|(增加|减少|增长|下降|上升)[−-]|[−-]0(\.0+)?(?![\d.])|<|>|[\ue000\ue001]", re.I
)
WORDS = {"增加": 1, "增长": 1, "上升": 1, "减少": -1, "下降": -1}


@given(level(), level(), level(), PHRASES, st.sampled_from(["x.stock", "x.flow", "x.rate", "x.ratio"]))
def test_phrases_agree_with_exact_arithmetic(now, last, first, phrase, indicator):
    known = {(indicator, ALL, 2025): now, (indicator, ALL, 2024): last, (indicator, ALL, 2020): first}
    text = paragraph("共{{ one }}，{{ one | " + phrase + " }}。", known, one=figure(known, indicator))
    assert not FORBIDDEN.search(text), text
    base = 2020 if "2020" in phrase else 2024
    difference = Fraction(now) - Fraction(known[indicator, ALL, base])
    said = {WORDS[word] for word in WORDS if word in text}
    if difference == 0:
        assert not said, text
    else:
        assert said <= {1 if difference > 0 else -1}, text
        assert "持平" not in text or not said, text
    words = {"x.stock": "万人", "x.flow": "亿元", "x.rate": "个百分点"}
    amount = re.search(f"(增加|减少|上升|下降)([\\d,.]+)({'|'.join(words.values())})", text)
    if amount:
        assert amount[3] == words[indicator]
        printed = Decimal(amount[2].replace(",", ""))  # as exactly as the coarser of the two levels
        assert decimals_of(printed) >= min(decimals_of(Decimal(each)) for each in (now, known[indicator, ALL, base]))
        assert printed == abs(round_half_up(difference, decimals_of(printed))), text


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.integers(1, 10**7), st.integers(0, 3))
def test_rates_in_phrases_are_rounded_exactly(now, last, first, digits):
    now, last, first = (Decimal(each).scaleb(-digits) for each in (now, last, first))
    known = {
        ("x.stock", ALL, 2025): f"{now:f}",
        ("x.stock", ALL, 2024): f"{last:f}",
        ("x.stock", ALL, 2020): f"{first:f}",
    }
    text = paragraph("{{ a }}，{{ a | change }}；{{ a | since(2020) }}。", known)
    growth = (Fraction(now) / Fraction(last) - 1) * 100
    found = re.search(r"，(增长|下降)([\d,.]+)%", text.split("；")[0])
    if round_half_up(growth, 2) and found:
        printed = Decimal(found[2].replace(",", "")) * (1 if found[1] == "增长" else -1)
        assert decimals_of(printed) <= 2 and printed == round_half_up(growth, decimals_of(printed))
    else:
        assert not found
    mean = (float(Fraction(now) / Fraction(first)) ** 0.2 - 1) * 100
    found = re.search(r"年均(增长|下降)([\d,.]+)%", text)
    if found:
        printed = float(found[2].replace(",", "")) * (1 if found[1] == "增长" else -1)
        half = 0.501 * 10.0 ** -decimals_of(Decimal(found[2].replace(",", "")))
        assert abs(printed - mean) < half + abs(mean) * 1e-12
    elif "年均" in text:
        assert abs(mean) < 0.00501


def test_the_sentence_of_the_first_page():
    known = {
        ("x.stock", ALL, 2025): "275.09",
        ("x.stock", ALL, 2024): ("267.75", "E", "0.01"),
        ("x.stock", ALL, 2020): ("208.77", "E", "0.01"),
    }
    claims = [
        ("change", "x.stock", 2025, 2024, "7.34", "万人"),
        ("growth", "x.stock", 2025, 2024, "2.74", "%"),
        ("change", "x.stock", 2025, 2020, "66.32", "万人"),
        ("avg_growth", "x.stock", 2025, 2020, "6.35", "%"),
    ]
    sentence = "参保{{ a }}，{{ a | change }}；{{ a | since(2020) }}。"
    expected = "参保275.09万人，较上年末增加7.34万人，增长2.74%；较2020年末增加66.32万人，年均增长{}%。"
    # The report divides the whole growth by the years here (6.35); without its figure the geometric mean stands there.
    assert paragraph(sentence, known, claims) == expected.format("6.35")
    assert paragraph(sentence, known, claims[:3]) == expected.format("5.67")
    # A printed figure that no method gives is not printed again: the recomputed one is, and bears a mark.
    html = render(sentence, names(known, [*claims[:3], (*claims[3][:4], "9.99", "%")]), Printer())
    assert plain(html).strip() == expected.format("5.67")
    assert html.count("data-mark") == 1


def test_stock_flow_percentage_and_ratio_have_words_of_their_own():
    known = {
        ("x.stock", ALL, 2025): "5.00",
        ("x.stock", ALL, 2024): "4.00",
        ("x.flow", ALL, 2025): "4.00",
        ("x.flow", ALL, 2024): "5.00",
        ("x.rate", ALL, 2025): "46.86",
        ("x.rate", ALL, 2024): "58.26",
        ("x.ratio", ALL, 2025): "3.04",
        ("x.ratio", ALL, 2024): "3.05",
    }
    # 5.00 to 4.00 is a growth between 24.6 and 25.4: no more of it is known than a quarter.
    assert paragraph("{{ a | change }}", known) == "较上年末增加1.00万人，增长25%"
    assert paragraph("{{ b | change }}", known) == "较上年减少1.00亿元，下降20%"
    assert paragraph("{{ rate | change }}", known) == "较上年下降11.40个百分点"
    assert paragraph("{{ ratio | change }}", known) == "较上年的3.05∶1略有下降"
    assert paragraph("{{ ratio }}", known) == "3.04∶1"


def test_no_change_is_said_in_words():
    known = {("x.stock", ALL, year): "5.00" for year in (2025, 2024)} | {
        ("x.flow", ALL, 2025): "0.03",
        ("x.flow", ALL, 2024): "0.03",
    }
    assert paragraph("{{ a | change }}", known) == "与上年末持平"
    assert paragraph("{{ b | growth }}", known) == "与上年持平"
    assert paragraph("{{ a | delta }}", known) == "持平"


def test_a_change_too_small_for_its_rate_is_not_called_level():
    known = {("x.stock", ALL, 2025): "20000.01", ("x.stock", ALL, 2024): "20000.00"}
    assert paragraph("{{ a | change }}", known) == "较上年末增加0.01万人"


def test_rates_are_left_out_where_the_base_is_zero_or_negative():
    for base in ("0.00", "-3.00"):
        known = {("x.flow", ALL, 2025): "5.00", ("x.flow", ALL, 2024): base}
        assert re.fullmatch(
            r"收入5.00亿元，较上年增加\d\.00亿元。", paragraph("收入{{ b }}，{{ b | change }}。", known)
        )
        assert paragraph("收入{{ b }}，{{ b | growth }}。", known) == "收入5.00亿元。"


def test_large_numbers_are_grouped_and_minus_is_a_minus():
    known = {("x.flow", ALL, 2025): "-1234567.80", ("x.stock", ALL, 2025): "24.50"}
    html = render("{{ b }}和{{ a }}", names(known), Printer())
    assert plain(html).strip() == "−1,234,567.80亿元和24.50万人"
    assert 'value="-1234567.80"' in html


# -- holes ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "before, after",
    [
        (f"参保{D}万人，{GONE}；{GONE}。", f"参保{D}万人。"),
        (f"参保{HOLE}，占{HOLE}。", ""),
        (f"参保{D}万人，占{HOLE}，增长{D}%。", f"参保{D}万人，增长{D}%。"),
        (f"参保{D}万人（上年{HOLE}），增长{D}%。", f"参保{D}万人，增长{D}%。"),
        (f"甲{HOLE}、乙{D}、丙{HOLE}。", f"乙{D}。"),
        (f"甲{HOLE}；乙{D}；丙{GONE}。", f"乙{D}。"),
        (f"**参保职工。** 参保{HOLE}。", ""),
        (f"**参保职工。** 参保{D}，{GONE}。", f"**参保职工。** 参保{D}。"),
        (f"共{HOLE}。又有{D}万人。", f"又有{D}万人。"),
        (f"没有数字的一句。共{HOLE}。", ""),
        (f"没有数字的一句。共{HOLE}。又有{D}万人。", f"没有数字的一句。又有{D}万人。"),
        (f"共{D}，{GONE}", f"共{D}"),
        (f"共{D}万人。", f"共{D}万人。"),
    ],
)
def test_tidy_leaves_out_what_is_unknown(before, after):
    assert tidy(before) == after


@given(
    st.lists(
        st.sampled_from([D, HOLE, GONE, "参保", "，", "；", "、", "。", "（", "）", "**甲。** ", "占"]), max_size=24
    )
)
def test_tidy_never_leaves_a_hole_or_stray_punctuation(parts):
    text = tidy("".join(parts))
    assert HOLE not in text and GONE not in text


@given(st.lists(st.booleans(), min_size=8, max_size=8))
def test_no_pattern_of_missing_years_leaves_a_hole(present):
    cells = [
        ("x.stock", 2025),
        ("x.stock", 2024),
        ("x.stock", 2020),
        ("x.flow", 2025),
        ("x.flow", 2024),
        ("x.rate", 2025),
        ("x.rate", 2024),
        ("x.other", 2025),
    ]
    known = {(code, ALL, year): "8.00" for (code, year), there in zip(cells, present, strict=True) if there}
    text = paragraph(
        "**甲。** 年末参保{{ a }}（收入{{ b }}），{{ a | change }}；{{ a | since(2020) }}。收入{{ b }}，"
        "占{{ b | share(f('x.other')) }}，{{ b | growth }}；替代率{{ rate }}，{{ rate | change }}。",
        known,
    )
    assert not re.search(
        "[\ue000\ue001]|nan|None|，[，；。）]|（）|；[；。]|占。|占，|^[，；。]|替代率[，。]|收入[，。]", text
    ), text
    if present[0]:
        assert "参保8.00万人" in text
    if present[3]:
        assert "收入8.00亿元" in text


def test_what_is_lacking_is_said():
    html = render("收入{{ b }}，{{ b | change }}。", names({}), Printer())
    assert "本年资料未载：基金收入" in plain(html)


# -- templates ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "template",
    [
        "{{ nothing }}",
        "{{ a | nothing }}",
        "{{ a.nothing.more }}",
        "{{ a",
        "{% if %}",
        "{{ 1 / 0 }}",
        "{{ a | since }}",
        "{{ f('no.such') }}",
        "{{ year.real.x.y }}",
    ],
)
def test_mistakes_in_a_template_are_errors_in_chinese(template):
    with pytest.raises(DataError) as error:
        render(template, names({}), Printer())
    assert re.search("[一-鿿]", str(error.value))


@pytest.mark.parametrize(
    "template",
    ["{{ ''.__class__.__mro__ }}", "{{ f.__init__.__globals__ }}", "{{ ().__class__.__bases__[0].__subclasses__() }}"],
)
def test_templates_are_sandboxed(template):
    with pytest.raises(DataError):
        render(template, names({}), Printer())


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% for x in y %}",
    "**粗**",
    "[甲](javascript:alert(1))",
    "[甲](https://example.org)",
    "![](x.png)",
    "`码`",
    "# 题",
    "- 项",
    "1. 项",
    "> 引",
    "a_b_c",
    "&lt;b&gt;",
    "甲|乙",
    "~~删~~",
    "'\"><b>",
    "<!-- 注 -->",
    "https://example.org/x",
    "\\*甲\\*",
    "_斜_",
    "    缩进",
    "***",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_from_data_are_shown_as_they_are(text):
    for template in ("{{ word }}", "名称{{ word }}。", "{{ word }}\n\n{{ word }}"):
        html = render(template, names({}, word=text), Printer())
        shown = plain(html)
        assert "".join(shown.split()) == "".join(template.replace("{{ word }}", text).split()), html
        assert not re.search(r"<(script|img|b|a|em|strong|code|h1|ul|ol|li|blockquote|pre|hr|del|table|!--)\b", html), (
            html
        )


@pytest.mark.parametrize("text", HOSTILE)
def test_remarks_are_plain_text_but_for_figures(text):
    f = Figures(Audit(dataset({("x.flow", ALL, 2025): "8.00"})), 2025)
    printer = Printer()
    passage = Passage(text + "共{{x.flow}}亿元" + text, f)
    html = render("{{ it }}", names({}, it=passage), printer)
    assert "".join(plain(html).split()) == "".join((text + "共8.00亿元" + text).split()), html
    assert not re.search(r"<(script|img|b|a|em|strong|code|h1|ul|ol|li|blockquote|pre|hr|del|!--)\b", html), html
    assert list(printer.facts) == [FigureId.level("x.flow", ALL, 2025)]


def test_hostile_names_units_and_sources_are_escaped_in_figures_and_tables():
    bad = "<script>\"'&"
    quantity = Quantity.printed(FigureId.level(f"x.{bad}", "1", 2), bad, Decimal("1.50"), bad)
    printer = Printer()
    html = render("{{ it }}", {"it": quantity}, printer)
    body = Table([bad, (bad, bad)], [[bad, quantity]], unit=bad).body(printer)
    table = table_html("t", bad, body, [bad])
    for text in (html, table):
        assert "<script" not in text and 'value="1.50"' in text
        assert plain(text).count(bad) >= 1


def test_a_remark_about_an_unknown_indicator_is_an_error():
    f = Figures(Audit(dataset({})), 2025)
    with pytest.raises(DataError):
        render("{{ it }}", names({}, it=Passage("共{{no.such}}", f)), Printer())


def test_a_remark_with_an_unknown_figure_goes_with_its_clause():
    f = Figures(Audit(dataset({})), 2025)
    printer = Printer()
    html = render("{{ it }}", names({}, it=Passage("原因是收入{{x.flow}}亿元。", f)), printer)
    assert plain(html).strip() == ""


def test_every_figure_printed_is_remembered():
    known = {("x.stock", ALL, 2025): "5.00", ("x.stock", ALL, 2024): "4.00", ("x.stock", ALL, 2020): "2.00"}
    printer = Printer()
    html = render("{{ a }}，{{ a | change }}；{{ a | since(2020) }}。", names(known), printer)
    ids = re.findall(r'data-q="([^"]+)"', html)
    assert len(ids) == 5 and set(ids) == set(map(str, printer.facts))
    assert re.findall(r'value="([^"]+)"', html) == [printer.facts[FigureId.parse(each)].signed for each in ids]
