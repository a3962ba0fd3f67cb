"""Tables and charts come back as objects and are shown in order; any figure of matplotlib comes into the book whole."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
import seaborn.objects as so
import typst
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from nianbao.chapter import framed, phone, picture, shell
from nianbao.chapter.chapter import Chapter
from nianbao.chapter.record import MIME, Number, from_json
from nianbao.charts.style import FONT, FONT_FILE, INK, NARROW, WIDTH
from nianbao.errors import DataError
from tests.support.projects import ROOT, YEAR
from tests.support.selection import long_but

SETUP = f"""\
from nianbao import Chapter, charts
ch = Chapter("9", {YEAR}, data={str(ROOT / "data")!r})
f = ch.f
insured = f("unemployment.insured")
"""


@pytest.fixture(autouse=True)
def no_figure_left() -> Iterator[None]:
    """No figure of one test is seen by another."""
    yield
    plt.close("all")


@pytest.fixture
def running() -> Iterator[InteractiveShell]:
    """The shell of a notebook with a chapter open."""
    made = InteractiveShell.instance()
    assert made.run_cell(SETUP).success
    yield made
    InteractiveShell.clear_instance()


@pytest.fixture(scope="module")
def ch() -> Chapter:
    """A chapter without a notebook: what it shows is shown at once."""
    return Chapter("9", YEAR, data=ROOT / "data")


def shown(running: InteractiveShell, cell: str) -> list[str]:
    """The kinds of records, and the labels of tables and charts, that a cell shows."""
    with capture_output() as captured:
        assert running.run_cell(f"{cell}\nNone").success
    records = [from_json(output.data[MIME]) for output in captured.outputs if MIME in output.data]
    return [getattr(record, "label", type(record).__name__) for record in records]


# -- in order ----------------------------------------------------------------------------------------------------------
def test_outputs_are_shown_in_the_order_they_were_made(running):
    cell = (
        "chart = ch.trend('参保', {'参保': insured}, 2020)\n"
        "table = ch.table('表', ['甲', '乙'], [['丙', insured]])\n"
        "ch.prose('参保{{ insured }}。', globals())\n"
        "for place in '一二':\n    ch.table(place, ['甲', '乙'], [['丙', insured]])"
    )
    assert shown(running, cell) == ["图9-1", "表9-1", "ProseRecord", "表9-2", "表9-3"]


def test_the_last_expression_shows_what_was_made_before_it_first(running):
    with capture_output() as captured:
        done = running.run_cell("ch.table('表', ['甲', '乙'], [['丙', insured]])\nch.tiles('图', insured)")
    before = [from_json(output.data[MIME]).label for output in captured.outputs]
    data = running.display_formatter.format(done.result)[0]
    assert before == ["表9-1"] and from_json(data[MIME]).label == "表9-1附图" and "<figure" in data["text/html"]


def test_a_chart_is_drawn_as_it_is_when_the_cell_has_run(running):
    plain = "chart = ch.trend('参保', {'参保': insured}, 2020)"
    with capture_output() as first:
        running.run_cell(f"{plain}\nNone")
    with capture_output() as second:
        running.run_cell(f"{plain}\nchart.axes[0].axhline(100, color='#123456')\nNone")
    drawn = [each.outputs[0].data[MIME]["svg"].count("#123456") > 0 for each in (first, second)]
    assert drawn == [False, True]


def test_prose_needs_a_chapter():
    made = InteractiveShell.instance()
    try:
        made.extension_manager.load_extension("nianbao")
        with capture_output() as captured:
            done = made.run_cell("%%prose\n甲。")
        assert isinstance(done.error_in_exec, DataError) and "ch = Chapter" in captured.stdout
        assert "Traceback" not in captured.stdout
    finally:
        InteractiveShell.clear_instance()


# -- objects -----------------------------------------------------------------------------------------------------------
def test_a_chart_has_its_numbers_figure_and_axes(ch):
    insured = ch.f("unemployment.insured")
    chart = ch.trend("参保", {"参保": insured}, 2020)
    assert chart.frame.loc[YEAR, "参保"] == float(insured.quantity.value)
    assert chart.axes and chart.figure.axes == chart.axes and chart.title.endswith("参保")
    assert chart._repr_mimebundle_()[MIME]["label"] == chart.label


def test_a_table_has_its_numbers(ch):
    insured = ch.f("unemployment.insured")
    table = ch.by_item("参保", {("人数", "参保"): insured, "占比": ch.share_of(insured)})
    assert table.frame.loc["合计", "人数·参保"] == float(insured.quantity.value)
    assert table.frame.shape == (len(table.record.body.rows), 2)


def test_what_has_nothing_to_show_is_none(ch):
    assert ch.table("空", ["甲", "乙"], []) is None
    assert ch.trend("空", {"空": ch.f("unemployment.insured").of("64ND00")}, 2020) is None


# -- frames ------------------------------------------------------------------------------------------------------------
def test_figures_in_a_frame_keep_their_names_and_sources(ch):
    frame = ch.frame("unemployment.recipients", by="region", years=YEAR)
    record = ch.table("领取人数", frame).record
    assert [head.name for head in record.body.heads] == ["地区", "年份", "数值"] and record.body.unit == "人"
    assert len(record.printed) == len(frame) and "unemployment.recipients:640121:2025" in record.facts


def test_a_number_of_the_notebooks_own_has_no_source(ch):
    frame = ch.frame("unemployment.recipients", by="region", years=YEAR)
    frame["value"] = frame["value"] / 3
    record = ch.table("三分之一", frame, decimals=1).record
    assert not record.printed and all(isinstance(row.cells[-1], Number) for row in record.body.rows)
    assert record.body.rows[0].cells[-1] == Number("8,885.0", "8885.0")


@pytest.mark.parametrize(
    "data, heads, first",
    [
        (pd.DataFrame({"a": [1, 2]}, index=pd.Index(["甲", "乙"], name="地区")), ["地区", "a"], ["甲", "1"]),
        (pd.Series({2024: 1.25, 2025: None}, name="参保").rename_axis("year"), ["年份", "参保"], ["2024年", "1.25"]),
        ({"名": ["甲"], "数": [-1234.5]}, ["名", "数"], ["甲", "−1,234.50"]),
        (pd.DataFrame({("甲", "乙"): [1.0], ("甲", "丙"): [0.125]}), [("甲", "乙"), ("甲", "丙")], ["1", "0.13"]),
    ],
)
def test_any_frame_is_a_table(ch, data, heads, first):
    made = framed.framed(data, ch.f)
    assert made.heads == heads
    assert [getattr(cell, "text", cell) for cell in made.rows[0]] == first


@pytest.mark.parametrize("data", [[1, 2], pd.DataFrame(), None])
def test_what_is_no_frame_is_told(ch, data):
    with pytest.raises(DataError, match="DataFrame"):
        ch.figure(plt.figure(), "图", data=data)


@pytest.mark.parametrize("data", [{"a": 1}, {"a": [1, 2], "b": [1]}])
def test_what_is_no_table_is_told_with_what_is_taken(ch, data):
    with pytest.raises(DataError, match="DataFrame 或 Series，或一栏一列数的字典.*现为 .'a'"):
        ch.figure(plt.figure(), "图", data=data)


@pytest.mark.parametrize("notes", ["一句话。", ["一句话。"], ("一句话。", "")])
def test_a_note_may_be_a_text_or_several(ch, notes):
    insured = ch.f("unemployment.insured")
    made = [
        ch.figure(plt.figure(), "图", data=DATA, notes=notes),
        ch.table("表", DATA, notes=notes),
        ch.trend("参保", {"参保": insured}, 2020, notes=notes),
        ch.by_item("参保", {"参保": insured}, notes=notes),
    ]
    for each in made:
        assert "一句话。" in each.record.notes and not {"一", "句"} & set(each.record.notes)


# -- any figure --------------------------------------------------------------------------------------------------------
DATA = pd.DataFrame({"地区": ["甲", "乙", "丙"], "数": [1.0, 2.0, 3.0]})


def legend_outside() -> Any:
    """Lines with a long legend beside the axes, and an arrow beyond them."""
    figure, axes = plt.subplots(figsize=(3, 2))
    axes.plot([1, 2, 3], [1, -4, 2], label="很长很长的图例名称，画在坐标轴外面")
    axes.legend(bbox_to_anchor=(1.05, 1))
    axes.annotate("箭头", (2, -4), (5, 1), arrowprops={"arrowstyle": "->", "connectionstyle": "arc3,rad=.3"})
    return figure


def large_pie() -> Any:
    """A pie on a sheet of more than a page."""
    figure, axes = plt.subplots(figsize=(20, 12), dpi=300)
    axes.pie([1, 2, 3], labels=list(DATA["地区"]))
    return figure


def image() -> Any:
    """A matrix as an image."""
    _, axes = plt.subplots()
    axes.imshow(np.eye(4))
    axes.set_title("热图")
    return axes


def of_seaborn() -> Any:
    """What seaborn returns for a figure of several panels, in a theme that knows no Chinese."""
    sns.set_theme()
    return sns.relplot(DATA, x="地区", y="数", hue="地区")


def object_of_seaborn() -> Any:
    """A plot of seaborn's objects."""
    return so.Plot(DATA, "地区", "数").add(so.Bar())


def formula_and_turned() -> Any:
    """A formula, turned text, hatches, several marks."""
    figure, axes = plt.subplots()
    axes.set_title(r"$x^2$ 与 $\alpha$")
    axes.text(0.5, 0.5, "转过的字", rotation=45)
    axes.scatter([0, 1], [0, 1], marker="^")
    axes.fill_between([0, 1], [0, 1], alpha=0.3, hatch="//")
    return figure


DRAWINGS = [legend_outside, large_pie, image, of_seaborn, object_of_seaborn, formula_and_turned]


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.parametrize("draw", long_but(DRAWINGS, 1, 4), ids=lambda draw: draw.__name__)
def test_any_figure_comes_whole(ch, draw: Callable[[], Any], tmp_path):
    shell.use_fonts()
    chart = ch.figure(draw(), "图", data=DATA)
    assert not plt.get_fignums(), "pyplot would show it once more"
    svg = chart.record.svg
    root = ElementTree.fromstring(svg)
    wide, high = map(float, root.attrib["viewBox"].split()[2:])
    assert 0 < wide <= WIDTH + 0.01 and high > 0
    assert root.attrib["fill"] == INK, "what is black has no colour of its own, and would not be seen in the dark"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) and all(each.startswith(chart.record.identity) for each in ids)
    assert all(name not in svg for name in ("<style", " style=", "xlink", "#000000"))
    texts = [
        text for element in root.iter() for text in [element.text or ""] if element.tag.endswith(("text", "tspan"))
    ]
    assert any("\u4e00" <= letter <= "\u9fff" for text in texts for letter in text), "real text"
    assert ink_reaches_no_edge(svg, tmp_path)


NARROWED = [legend_outside, of_seaborn, object_of_seaborn]


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.parametrize("draw", long_but(NARROWED, 1), ids=lambda draw: draw.__name__)
def test_a_figure_has_a_form_for_phones_with_type_that_can_be_read(ch, draw: Callable[[], Any], tmp_path):
    shell.use_fonts()
    drawing = picture.drawing_of(draw())
    size = tuple(drawing.get_size_inches())
    record = ch.figure(drawing, "图", data=DATA).record
    root = ElementTree.fromstring(record.narrow)
    assert float(root.attrib["viewBox"].split()[2]) <= NARROW.width
    sizes = [float(each.attrib["font-size"]) for each in root.iter() if "font-size" in each.attrib]
    assert sizes and min(sizes) >= NARROW.size
    assert tuple(drawing.get_size_inches()) == size and ink_reaches_no_edge(record.narrow, tmp_path)


def test_long_titles_break_and_names_below_an_axis_turn_on_phones():
    figure, axes = plt.subplots()
    axes.bar([f"很长的地区名称{letter}" for letter in "甲乙丙丁戊"], range(5))
    axes.set_title("一个很长的标题，在手机上一行放不下，要分成几行才放得下")
    found = ElementTree.fromstring(phone.to_svg(figure, "图", "fig-1"))
    turned = [each for each in found.iter() if "rotate(-90" in each.attrib.get("transform", "")]
    assert len(turned) >= 5 and float(found.attrib["viewBox"].split()[2]) <= NARROW.width


def ink_reaches_no_edge(svg: str, folder: Any) -> bool:
    """Whether a drawing, as it is printed, leaves its border white: nothing is cut off."""
    from PIL import Image

    (folder / "a.svg").write_text(svg, "utf-8")
    (folder / "a.typ").write_text('#set page(width: auto, height: auto, margin: 0pt)\n#image("a.svg")\n', "utf-8")
    (folder / "a.png").write_bytes(
        typst.compile(str(folder / "a.typ"), format="png", ppi=72, font_paths=[str(FONT_FILE.parent)])
    )
    pixels = np.asarray(Image.open(folder / "a.png").convert("L"))
    edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return bool((edges > 250).all()) and bool((pixels < 200).any())


def test_the_same_figure_is_the_same_svg(ch):
    first, second = (picture.to_svg(legend_outside(), "图", "fig-1") for _ in range(2))
    plt.close("all")
    assert first == second


def test_axes_are_named_for_readers(ch):
    frame = ch.frame("unemployment.recipients", by="region", years=YEAR)
    chart = ch.figure(sns.barplot(frame, y="region", x="value"), "领取人数", data=frame)
    assert "数值（人）" in chart.record.svg and "横轴数值（人），纵轴地区" in chart.record.alt


def test_what_is_no_figure_is_told(ch):
    with pytest.raises(DataError, match="应为 matplotlib 或 seaborn 的图"):
        ch.figure("图", "图", data=DATA)


# -- fonts -------------------------------------------------------------------------------------------------------------
def test_seaborn_shows_chinese_in_one_line_whatever_the_theme(running):
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        cell = "import seaborn as sns\nch.find('失业')\nsns.set_theme()\naxes = sns.barplot(x=['甲', '乙'], y=[1, -2])"
        assert running.run_cell(f"{cell}\naxes.figure.canvas.draw()").success
    assert plt.rcParams["font.sans-serif"][0] == FONT
    plt.close("all")
