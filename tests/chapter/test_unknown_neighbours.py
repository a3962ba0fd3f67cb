"""A known figure never disappears with an unknown neighbour, and nothing is left dangling where one has gone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.chapter.printer import FIGURE, FIRST_FIGURE, GONE, HOLE, Printer
from nianbao.chapter.prose import Passage
from nianbao.chapter.tidying import tidy
from tests.chapter.test_prose import ALL, names, paragraph, plain, render

#: Stands for a figure.
D = chr(FIRST_FIGURE)
#: What no sentence of the book may hold.
DANGLING = re.compile(
    r"^[，；。、：]|，[，；。）]|；[；。]|：[，；。]|（）|（[，；、]|。。|、[，。；]|：$|[\ue000-\ue004]"
)


@pytest.mark.parametrize(
    "before, after",
    [
        # What follows is known: it stays, and takes the name of what has gone along.
        (f"收入{HOLE}，支出{D}，年末累计结余{D}。", f"支出{D}，年末累计结余{D}。"),
        (f"全年四项基金收入{HOLE}，支出{HOLE}，年末累计结余{D}。", f"四项基金年末累计结余{D}。"),
        (f"第{HOLE}次调整养老金后，月人均养老金为{D}，{GONE}。", f"月人均养老金为{D}。"),
        (f"财政拨款支出{HOLE}，较上年减少{D}，下降{D}。", f"财政拨款支出较上年减少{D}，下降{D}。"),
        (f"财政拨款支出{HOLE}，上年为{D}。", f"财政拨款支出上年为{D}。"),
        (f"参保{HOLE}，{GONE}；较2020年末增加{D}。", f"参保较2020年末增加{D}。"),
        (f"基金支出{HOLE}，{GONE}。主要原因：人数减少。另有{D}。", f"基金支出增减的主要原因：人数减少。另有{D}。"),
        # 其中 goes with its whole.
        (f"本年收入{HOLE}，其中拨款{D}，{GONE}。", f"拨款{D}。"),
        (f"共收{HOLE}，{GONE}。其中，甲类{D}，占{GONE}；乙类{D}，占{GONE}。", f"甲类{D}；乙类{D}。"),
        (f"共收{D}，其中甲类{HOLE}、乙类{D}。", f"共收{D}，乙类{D}。"),
        # Brackets keep what they know.
        (f"县区级{D}（副科级{HOLE}、不定级别{D}）。", f"县区级{D}（不定级别{D}）。"),
        (f"车辆{D}（领导用车{HOLE}，一般用车{D}），设备{HOLE}。", f"车辆{D}（一般用车{D}）。"),
        (f"基金支出{HOLE}（其中上解调剂金{D}），{GONE}。", f"上解调剂金{D}。"),
        (f"县区级{D}（副科级{HOLE}、不定级别{HOLE}）。", f"县区级{D}。"),
        (f"没有因公出国（境）费，接待费{HOLE}，会议费{D}。", f"没有因公出国（境）费，会议费{D}。"),
        # Lists keep what introduces them, and no colon stands alone.
        (f"政府采购预算{D}：货物{HOLE}，工程{D}，服务{HOLE}。", f"政府采购预算{D}：工程{D}。"),
        (f"政府采购预算{HOLE}：货物{D}，工程{HOLE}。", f"政府采购预算：货物{D}。"),
        (f"政府采购预算{D}：货物{HOLE}，工程{HOLE}。", f"政府采购预算{D}。"),
        (f"按用途分，甲类{HOLE}，占{GONE}；乙类{D}，占{D}。", f"按用途分，乙类{D}，占{D}。"),
        (f"年末参保人数：一类{HOLE}，占{GONE}；二类{D}。", f"年末参保人数：二类{D}。"),
        (f"年末参保人数：一类{HOLE}；二类{HOLE}。", ""),
        # Words without figures stand for themselves only where something is known.
        (f"**抚养比。** 抚养比是两数之比。今年为{HOLE}。", ""),
        (f"**抚养比。** 抚养比是两数之比。今年为{D}，{GONE}。", f"**抚养比。** 抚养比是两数之比。今年为{D}。"),
    ],
)
def test_what_is_known_stays_and_reads_well(before, after):
    assert tidy(before) == after


WORDS = st.sampled_from([D, HOLE, GONE, f"收入{D}", f"支出{HOLE}", "其中", "按用途分", "占", "，", "；", "、", "。"])


@given(st.lists(WORDS, max_size=20))
def test_a_figure_in_a_word_of_its_own_never_goes(words):
    """Whatever stands around it, a figure that shares its word with nothing unknown is still there."""
    text = "".join(words)
    alone = [word for word in re.split("[，；、。]", text) if not re.search(f"[{HOLE}{GONE}]", word)]
    left = tidy(text)
    assert len(FIGURE.findall(left)) >= sum(len(FIGURE.findall(word)) for word in alone), (text, left)


KNOWN = [("x.stock", 2025), ("x.stock", 2024), ("x.flow", 2025), ("x.flow", 2024), ("x.other", 2025), ("x.rate", 2025)]
PARAGRAPH = (
    "**甲。** {{ year }}年收入{{ b }}（其中替代率{{ rate }}、支出{{ f('x.other') }}），{{ b | change }}，"
    "占{{ b | share(f('x.other')) }}。"
    "其中，参保{{ a }}，{{ a | change }}；支出{{ f('x.other') }}，占{{ f('x.other') | share(b) }}。"
    "按类分：参保{{ a }}、替代率{{ rate }}。甲和乙分别{{ a }}和{{ b }}。"
)


@given(st.lists(st.booleans(), min_size=len(KNOWN), max_size=len(KNOWN)))
def test_every_level_that_is_known_is_printed_whatever_else_is_not(present):
    known = {(code, ALL, year): "8.00" for (code, year), there in zip(KNOWN, present, strict=True) if there}
    printer = Printer()
    shown = render(PARAGRAPH, names(known), printer).split('<p class="lacking">')[0]
    for code, year in KNOWN:
        if year == 2025 and (code, ALL, year) in known:
            assert f'data-q="{code}:{ALL}:{year}"' in shown, (code, plain(shown))
    for said in plain(shown).split("\n"):
        assert not DANGLING.search(said.strip()), said


def test_a_figure_that_shares_its_clause_is_told_by_its_name():
    text = paragraph("甲险和乙险分别参保{{ a }}和{{ b }}。", {("x.flow", ALL, 2025): "3.00"})
    assert "基金收入3.00亿元" in text


def test_a_remark_keeps_what_it_knows():
    known = {("x.other", ALL, 2025): "3.00"}
    f = names(known)["f"]
    remark = Passage("本年收入{{x.flow}}亿元，其中支出{{x.other}}亿元；口径未变。", f)
    assert paragraph("{{ it }}", known, it=remark) == "本年支出3.00亿元；口径未变。"


def test_a_text_of_the_edition_stays_where_the_figures_are_unknown():
    f = names({})["f"]
    assert paragraph("{{ it }}参保{{ a }}。", it=Passage("本年机构改革。", f)) == "本年机构改革。"


def test_an_announcement_without_anything_behind_it_goes():
    template = "收入{{ b }}。按类分：\n\n{% for each in [] %}{{ each }}{% endfor %}"
    assert paragraph(template, {("x.flow", ALL, 2025): "3.00"}) == "收入3.00亿元。"


def test_only_what_this_year_lacks_is_called_lacking():
    html = render("收入{{ b }}，上年为{{ b.at(2024) }}。", names({("x.flow", ALL, 2025): "3.00"}), Printer())
    assert "资料未载" not in html
    html = render("参保{{ a.of('640100') }}。", names({}), Printer())
    assert "本年资料未载：参保人数（甲市）。" in plain(html)
